//! The evaluation of alerts, as a function of time and points: no thread, no clock, no input or output.
//!
//! ```text
//! observe(at, points) ──► rings of samples, a rule ──► evaluate(at) ──► states ──► Outcome: notices, changes
//! ```
//!
//! A collection is a scrape: a series that the last one lacked is gone, as one with a stale marker is in Prometheus. An
//! alert costs what its own series cost; metrics that no alert watches cost one look-up.

mod flapping;
mod functions;
mod measuring;
mod quiet;
mod rule;
mod series;
mod status;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::SystemTime;

use bellwether_catalog::{Alert, Watched};

pub use status::{InstanceStatus, RuleStatus};

use super::labels::LabelSet;
use super::notice::{Notice, State};
use super::points::Points;
use rule::Rule;

/// Series that one alert may watch; points of further ones are counted and left out.
pub const MAX_SERIES_PER_RULE: usize = 1_000;

/// Evaluates alerts. Time comes from whoever calls it, and never runs backwards.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use bellwether::alerts::{Engine, NoticeKind, Point, PointValue, State};
/// use bellwether_catalog::{RuleFile, builtin};
///
/// let catalog = builtin()?;
/// let rules = RuleFile::default();
/// let mut engine = Engine::new(rules.in_force(&catalog), &rules.metrics(&catalog));
/// let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
/// for minute in 0..=5 {
///     let at = start + Duration::from_secs(60 * minute);
///     let labels = vec![("queue_name", "render")];
///     let point = Point { metric: "wundr_queue_depth", labels, value: PointValue::Number(101.0) };
///     engine.observe(at, &[point][..]);
///     let outcome = engine.evaluate(at);
///     assert_eq!(outcome.notices.len(), usize::from(minute == 5));
/// }
/// assert_eq!(engine.status().iter().find(|rule| rule.name == "QueueBacklog").unwrap().state, State::Firing);
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Rule>,
    /// Metrics that an alert watches.
    wanted: HashSet<String>,
}

/// What one evaluation brought about.
///
/// ```
/// let outcome = bellwether::alerts::Outcome::default();
/// assert!(outcome.notices.is_empty() && outcome.transitions.is_empty());
/// ```
#[derive(Debug, Default, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// What is to be told.
    pub notices: Vec<Notice>,
    /// Which states changed.
    pub transitions: Vec<Transition>,
    /// Notices held back because the alert flaps.
    pub suppressed: u64,
}

/// A label set of an alert went from one state to another.
///
/// ```
/// use bellwether::alerts::{State, Transition};
/// fn began(transition: &Transition) -> bool {
///     (transition.from, transition.to) == (State::Pending, State::Firing)
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// The alert.
    pub rule: Arc<Alert>,
    /// State before.
    pub from: State,
    /// State after.
    pub to: State,
}

impl Outcome {
    fn changed(&mut self, rule: &Arc<Alert>, from: State, to: State) {
        self.transitions.push(Transition {
            rule: Arc::clone(rule),
            from,
            to,
        });
    }
}

impl Engine {
    /// An engine for these alerts, which have been checked against these metrics. An alert on a metric that is not among
    /// them is left out.
    pub fn new(alerts: Vec<Alert>, metrics: &BTreeMap<String, Watched>) -> Self {
        let rules: Vec<Rule> = alerts
            .into_iter()
            .filter_map(|alert| {
                let watched = metrics.get(&alert.metric)?;
                Some(Rule::new(alert, watched, MAX_SERIES_PER_RULE))
            })
            .collect();
        let wanted = rules
            .iter()
            .flat_map(|rule| rule.measuring.metrics())
            .map(str::to_owned)
            .collect();
        Self { rules, wanted }
    }

    /// Takes in one collection.
    pub fn observe<P: Points + ?Sized>(&mut self, at: SystemTime, points: &P) {
        let at = milliseconds(at);
        let watches = |rules: &mut Vec<Rule>, each: &mut dyn FnMut(&mut series::Watch)| {
            for rule in rules {
                rule.measuring.watches().for_each(&mut *each);
            }
        };
        watches(&mut self.rules, &mut |watch| watch.begin());
        let (rules, wanted) = (&mut self.rules, &self.wanted);
        points.visit(&|metric| wanted.contains(metric), &mut |point| {
            let mut labels = None;
            watches(rules, &mut |watch| {
                if watch.metric == point.metric {
                    let labels = labels.get_or_insert_with(|| {
                        LabelSet::of_attributes(point.labels.iter().copied())
                    });
                    watch.add(at, labels, &point);
                }
            });
        });
        watches(&mut self.rules, &mut |watch| watch.end(at));
    }

    /// Evaluates every alert.
    pub fn evaluate(&mut self, at: SystemTime) -> Outcome {
        let mut outcome = Outcome::default();
        for rule in &mut self.rules {
            rule.evaluate(milliseconds(at), &mut outcome);
        }
        outcome
    }

    /// Instead of [`evaluate`](Self::evaluate), where there was no collection: each alert does what it says about errors.
    ///
    /// ```
    /// # use std::{collections::BTreeMap, time::SystemTime};
    /// # use bellwether::alerts::Engine;
    /// let mut engine = Engine::new(Vec::new(), &BTreeMap::new());
    /// assert!(engine.fail(SystemTime::now(), "the collection took too long").notices.is_empty());
    /// ```
    pub fn fail(&mut self, at: SystemTime, error: &str) -> Outcome {
        let mut outcome = Outcome::default();
        for rule in &mut self.rules {
            rule.failed(milliseconds(at), error, &mut outcome);
        }
        outcome
    }

    /// Where every alert stands, in the order of the rules.
    pub fn status(&self) -> Vec<RuleStatus> {
        self.rules.iter().map(RuleStatus::of).collect()
    }

    /// Keeps an alert from being told until then, for label sets that hold these labels. `false` where there is no such
    /// alert.
    ///
    /// ```
    /// # use std::{collections::BTreeMap, time::SystemTime};
    /// # use bellwether::alerts::Engine;
    /// let mut engine = Engine::new(Vec::new(), &BTreeMap::new());
    /// assert!(!engine.silence("QueueBacklog", &[("queue_name", "bulk")], SystemTime::now()));
    /// ```
    pub fn silence(&mut self, rule: &str, labels: &[(&str, &str)], until: SystemTime) -> bool {
        self.with(rule, |rule| {
            rule.quiet.silence(owned(labels), milliseconds(until));
        })
    }

    /// Keeps an alert that fires from being told again until then.
    ///
    /// ```
    /// # use std::{collections::BTreeMap, time::SystemTime};
    /// # use bellwether::alerts::Engine;
    /// let mut engine = Engine::new(Vec::new(), &BTreeMap::new());
    /// assert!(!engine.acknowledge("QueueBacklog", &[], SystemTime::now()));
    /// ```
    pub fn acknowledge(&mut self, rule: &str, labels: &[(&str, &str)], until: SystemTime) -> bool {
        self.with(rule, |rule| {
            rule.quiet.acknowledge(owned(labels), milliseconds(until));
        })
    }

    /// Switches an alert off or on. What fires is resolved with the next evaluation.
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// # use bellwether::alerts::Engine;
    /// let mut engine = Engine::new(Vec::new(), &BTreeMap::new());
    /// assert!(!engine.set_enabled("QueueBacklog", false));
    /// ```
    pub fn set_enabled(&mut self, rule: &str, enabled: bool) -> bool {
        self.with(rule, |rule| rule.quiet.set_enabled(enabled))
    }

    fn with(&mut self, name: &str, change: impl FnOnce(&mut Rule)) -> bool {
        let found = self.rules.iter_mut().find(|rule| rule.alert.name == name);
        found.map(change).is_some()
    }
}

fn owned(labels: &[(&str, &str)]) -> Vec<(String, String)> {
    labels
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn milliseconds(at: SystemTime) -> i64 {
    at.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}

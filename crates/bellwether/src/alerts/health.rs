//! What the engine says about itself, as metrics of the catalog.
//!
//! Callbacks read what the last evaluation left behind; they hold no lock that an evaluation holds while it collects.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use super::engine::{Outcome, RuleStatus};
use super::notice::State;
use crate::metrics::MetricDefinition;
use crate::metrics::generated::bellwether_alerts as definitions;
use crate::metrics::generated::labels::{
    AlertAction, AlertActionResult, AlertSeverity, AlertState, AlertStateFrom, AlertStateTo,
};

const RULE: &str = "rule";

/// Notices of one action by what became of them.
#[derive(Debug, Default)]
pub(crate) struct Results {
    done: AtomicU64,
    failed: AtomicU64,
    dropped: AtomicU64,
}

impl Results {
    pub(crate) fn done(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, count: u64) {
        self.failed.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn dropped(&self, count: u64) {
        self.dropped.fetch_add(count, Ordering::Relaxed);
    }

    fn read(&self) -> [(AlertActionResult, u64); 3] {
        [
            (AlertActionResult::Done, &self.done),
            (AlertActionResult::Failed, &self.failed),
            (AlertActionResult::Dropped, &self.dropped),
        ]
        .map(|(result, count)| (result, count.load(Ordering::Relaxed)))
    }
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) log: Results,
    pub(crate) event: Results,
    pub(crate) webhook: Results,
    pub(crate) waiting: AtomicU64,
    evaluations: AtomicU64,
    failures: AtomicU64,
    suppressed: AtomicU64,
    shown: Mutex<Shown>,
}

#[derive(Debug, Default)]
struct Shown {
    rules: Vec<Rule>,
    transitions: BTreeMap<(String, State, State), u64>,
    last: Option<SystemTime>,
    spent: Duration,
    /// The newest failure of each webhook, without secrets.
    webhooks: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Rule {
    name: String,
    severity: String,
    state: State,
    pending: u64,
    firing: u64,
    overflow: u64,
}

impl Counts {
    /// After an evaluation.
    pub(crate) fn evaluated(
        &self,
        at: SystemTime,
        spent: Duration,
        outcome: &Outcome,
        status: &[RuleStatus],
        is_failure: bool,
    ) {
        self.evaluations.fetch_add(1, Ordering::Relaxed);
        self.failures
            .fetch_add(u64::from(is_failure), Ordering::Relaxed);
        self.suppressed
            .fetch_add(outcome.suppressed, Ordering::Relaxed);
        let rule = |status: &RuleStatus| {
            let count = |state| {
                let of_state = status.instances.iter().filter(|it| it.state == state);
                of_state.count() as u64
            };
            Rule {
                name: status.name.clone(),
                severity: status.severity.clone(),
                state: status.state,
                pending: count(State::Pending),
                firing: count(State::Firing),
                overflow: status.series_overflow,
            }
        };
        let rules = status.iter().map(rule).collect();
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.rules = rules;
        shown.last = Some(at);
        shown.spent += spent;
        for change in &outcome.transitions {
            let key = (change.rule.name.clone(), change.from, change.to);
            *shown.transitions.entry(key).or_default() += 1;
        }
    }

    /// Why a webhook gave a notice up.
    pub(crate) fn failure(&self, webhook: &str, why: String) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.webhooks.insert(webhook.to_owned(), why);
    }

    /// The newest failure of each webhook.
    pub(crate) fn failures(&self) -> BTreeMap<String, String> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.webhooks.clone()
    }

    /// Evaluations so far.
    pub(crate) fn evaluations(&self) -> u64 {
        self.evaluations.load(Ordering::Relaxed)
    }

    fn shown<T>(&self, read: impl FnOnce(&Shown) -> T) -> T {
        read(&self.shown.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Registers the metrics. The meter keeps callbacks for life, so they hold the counts weakly.
pub(crate) fn register(meter: &Meter, counts: &Arc<Counts>) {
    gauges(meter, counts);
    counters(meter, counts);
}

fn gauges(meter: &Meter, counts: &Arc<Counts>) {
    gauge(
        meter,
        &definitions::BELLWETHER_ALERT_STATE,
        counts,
        |counts, observe| {
            counts.shown(|shown| {
                for rule in &shown.rules {
                    let labels = [
                        KeyValue::new(RULE, rule.name.clone()),
                        KeyValue::new(AlertSeverity::KEY, rule.severity.clone()),
                    ];
                    observe(rule.state as u64, &labels);
                }
            });
        },
    );
    gauge(
        meter,
        &definitions::BELLWETHER_ALERT_INSTANCES,
        counts,
        |counts, observe| {
            counts.shown(|shown| {
                for rule in &shown.rules {
                    for (state, count) in
                        [(State::Pending, rule.pending), (State::Firing, rule.firing)]
                    {
                        let labels = [
                            KeyValue::new(RULE, rule.name.clone()),
                            KeyValue::new(AlertState::KEY, state.as_str()),
                        ];
                        observe(count, &labels);
                    }
                }
            });
        },
    );
    gauge(
        meter,
        &definitions::BELLWETHER_ALERT_NOTICES_WAITING,
        counts,
        |counts, observe| {
            observe(counts.waiting.load(Ordering::Relaxed), &[]);
        },
    );
    let weak = Arc::downgrade(counts);
    let definition = &definitions::BELLWETHER_ALERT_LAST_EVALUATION_TIMESTAMP_SECONDS;
    let _ = meter
        .f64_observable_gauge(definition.name)
        .with_unit(definition.unit)
        .with_description(definition.description)
        .with_callback(move |observer| {
            let last = weak
                .upgrade()
                .and_then(|counts| counts.shown(|shown| shown.last));
            let since = last.and_then(|last| last.duration_since(SystemTime::UNIX_EPOCH).ok());
            if let Some(since) = since {
                observer.observe(since.as_secs_f64(), &[]);
            }
        })
        .build();
}

fn counters(meter: &Meter, counts: &Arc<Counts>) {
    counter(
        meter,
        &definitions::BELLWETHER_ALERT_TRANSITIONS_TOTAL,
        counts,
        |counts, observe| {
            counts.shown(|shown| {
                for ((rule, from, to), count) in &shown.transitions {
                    let labels = [
                        KeyValue::new(RULE, rule.clone()),
                        KeyValue::new(AlertStateFrom::KEY, from.as_str()),
                        KeyValue::new(AlertStateTo::KEY, to.as_str()),
                    ];
                    observe(*count, &labels);
                }
            });
        },
    );
    counter(
        meter,
        &definitions::BELLWETHER_ALERT_EVALUATIONS_TOTAL,
        counts,
        |counts, observe| {
            observe(counts.evaluations(), &[]);
        },
    );
    counter(
        meter,
        &definitions::BELLWETHER_ALERT_EVALUATION_FAILURES_TOTAL,
        counts,
        |counts, observe| {
            observe(counts.failures.load(Ordering::Relaxed), &[]);
        },
    );
    counter(
        meter,
        &definitions::BELLWETHER_ALERT_SUPPRESSED_TOTAL,
        counts,
        |counts, observe| {
            observe(counts.suppressed.load(Ordering::Relaxed), &[]);
        },
    );
    counter(
        meter,
        &definitions::BELLWETHER_ALERT_SERIES_OVERFLOW_TOTAL,
        counts,
        |counts, observe| {
            counts.shown(|shown| {
                for rule in shown.rules.iter().filter(|rule| rule.overflow > 0) {
                    observe(rule.overflow, &[KeyValue::new(RULE, rule.name.clone())]);
                }
            });
        },
    );
    counter(
        meter,
        &definitions::BELLWETHER_ALERT_ACTIONS_TOTAL,
        counts,
        |counts, observe| {
            let actions = [
                (AlertAction::Log, &counts.log),
                (AlertAction::Event, &counts.event),
                (AlertAction::Webhook, &counts.webhook),
            ];
            for (action, results) in actions {
                for (result, count) in results.read() {
                    let labels = [
                        KeyValue::new(AlertAction::KEY, action.as_str()),
                        KeyValue::new(AlertActionResult::KEY, result.as_str()),
                    ];
                    observe(count, &labels);
                }
            }
        },
    );
    let weak = Arc::downgrade(counts);
    let definition = &definitions::BELLWETHER_ALERT_EVALUATION_SECONDS_TOTAL;
    let _ = meter
        .f64_observable_counter(definition.name)
        .with_unit(definition.unit)
        .with_description(definition.description)
        .with_callback(move |observer| {
            if let Some(counts) = weak.upgrade() {
                observer.observe(counts.shown(|shown| shown.spent).as_secs_f64(), &[]);
            }
        })
        .build();
}

/// What a callback is given to observe with.
type Observe<'a> = &'a mut dyn FnMut(u64, &[KeyValue]);
/// What is observed of the counts.
type Read = fn(&Counts, Observe<'_>);

fn gauge(meter: &Meter, definition: &MetricDefinition, counts: &Arc<Counts>, read: Read) {
    let weak: Weak<Counts> = Arc::downgrade(counts);
    let _ = meter
        .u64_observable_gauge(definition.name)
        .with_unit(definition.unit)
        .with_description(definition.description)
        .with_callback(move |observer| {
            if let Some(counts) = weak.upgrade() {
                read(&counts, &mut |value, labels| {
                    observer.observe(value, labels);
                });
            }
        })
        .build();
}

fn counter(meter: &Meter, definition: &MetricDefinition, counts: &Arc<Counts>, read: Read) {
    let weak: Weak<Counts> = Arc::downgrade(counts);
    let _ = meter
        .u64_observable_counter(definition.name)
        .with_unit(definition.unit)
        .with_description(definition.description)
        .with_callback(move |observer| {
            if let Some(counts) = weak.upgrade() {
                read(&counts, &mut |value, labels| {
                    observer.observe(value, labels);
                });
            }
        })
        .build();
}

//! One alert and its state for each label set: Prometheus's state machine, with policies for missing data and errors.
//!
//! ```text
//!            condition holds                    held for `for`
//! inactive ───────────────────► pending ─────────────────────────► firing
//!     ▲                            │ does not hold                   │ does not hold, not even by the clear
//!     └────────────────────────────┴─────────────────────────────────┘ threshold, for `keep_firing_for`
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bellwether_catalog::{Alert, NoData, OnError, Watched, render_template};

use super::Outcome;
use super::flapping::{Flapping, Told};
use super::measuring::{Measuring, Vector};
use super::quiet::Quiet;
use crate::alerts::labels::LabelSet;
use crate::alerts::notice::{Notice, NoticeKind, Resolution, State};

/// Evaluations without data after which that is told.
const MISSED_EVALUATIONS: u32 = 2;

/// An alert at work.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) alert: Arc<Alert>,
    pub(super) measuring: Measuring,
    pub(super) instances: BTreeMap<LabelSet, Instance>,
    flapping: BTreeMap<LabelSet, Flapping>,
    pub(super) quiet: Quiet,
    pub(super) last_error: Option<String>,
    pub(super) last_evaluation: Option<i64>,
}

/// One label set of an alert that is not inactive.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    pub(super) state: State,
    pub(super) active_since: i64,
    pub(super) fired_at: i64,
    /// Since when it fires only because it is kept.
    kept_since: Option<i64>,
    pub(super) value: f64,
    peak: f64,
    /// Evaluations in a row without data.
    pub(super) missed: u32,
    /// When it was last told.
    told_at: Option<i64>,
}

impl Rule {
    pub(super) fn new(alert: Alert, watched: &Watched, max_series: usize) -> Self {
        Self {
            measuring: Measuring::new(&alert, watched, max_series),
            alert: Arc::new(alert),
            instances: BTreeMap::new(),
            flapping: BTreeMap::new(),
            quiet: Quiet::default(),
            last_error: None,
            last_evaluation: None,
        }
    }

    /// The most serious state of all label sets.
    pub(super) fn state(&self) -> State {
        let states = self.instances.values().map(|instance| instance.state);
        states.max().unwrap_or(State::Inactive)
    }

    /// Evaluates the alert on the samples it has.
    pub(super) fn evaluate(&mut self, at: i64, outcome: &mut Outcome) {
        if !self.quiet.is_enabled() {
            self.resolve_all(at, Resolution::Disabled, outcome);
            return;
        }
        self.last_error = None;
        let measured = self.measuring.measure(at);
        let mut active: Vector = measured
            .iter()
            .filter(|(labels, value)| self.is_active(labels, **value))
            .map(|(labels, value)| (labels.clone(), *value))
            .collect();
        if self.alert.no_data == NoData::Alert
            && let Some(labels) = self.measuring.absent(at)
        {
            active.entry(labels.clone()).or_insert(1.0);
        }
        self.step(at, &active, |labels| measured.get(labels).copied(), outcome);
    }

    /// What the alert makes of an evaluation that failed.
    pub(super) fn failed(&mut self, at: i64, error: &str, outcome: &mut Outcome) {
        if !self.quiet.is_enabled() {
            return;
        }
        self.last_error = Some(error.to_owned());
        self.last_evaluation = Some(at);
        match self.alert.on_error {
            OnError::Keep => self.tell(at, outcome),
            OnError::Resolve => self.resolve_all(at, Resolution::Error, outcome),
            OnError::Alert => {
                let mut active: Vector = self
                    .instances
                    .iter()
                    .map(|(labels, instance)| (labels.clone(), instance.value))
                    .collect();
                active.insert(LabelSet::default(), 1.0);
                self.step(at, &active, |_| None, outcome);
            }
        }
    }

    fn is_active(&self, labels: &LabelSet, value: f64) -> bool {
        let is_firing = |instance: &Instance| instance.state == State::Firing;
        if self.instances.get(labels).is_some_and(is_firing) {
            // With a clear threshold behind the other one, whatever matches also still matches.
            return self.alert.still_matches(value);
        }
        self.alert.matches(value)
    }

    /// One step of every label set. `measured` has the number of those that have one.
    fn step(
        &mut self,
        at: i64,
        active: &Vector,
        measured: impl Fn(&LabelSet) -> Option<f64>,
        outcome: &mut Outcome,
    ) {
        self.last_evaluation = Some(at);
        for (labels, value) in active {
            let instance = self.instances.entry(labels.clone()).or_insert_with(|| {
                outcome.changed(&self.alert, State::Inactive, State::Pending);
                Instance::new(at, *value)
            });
            instance.value = *value;
            instance.kept_since = None;
            instance.missed = 0;
        }
        let mut over = Vec::new();
        for (labels, instance) in &mut self.instances {
            if !active.contains_key(labels) {
                let number = measured(labels);
                if number.is_none() && self.alert.no_data == NoData::Keep {
                    instance.missed = instance.missed.saturating_add(1);
                    continue;
                }
                instance.missed = 0;
                if let Some(number) = number {
                    instance.value = number;
                }
                if !instance.is_kept(at, self.alert.keep_firing_for) {
                    let reason = if number.is_some() {
                        Resolution::Recovered
                    } else {
                        Resolution::NoData
                    };
                    over.push((labels.clone(), reason));
                    continue;
                }
            }
            let held = at - instance.active_since;
            if instance.state == State::Pending && held >= i64::from(self.alert.duration) * 1_000 {
                instance.state = State::Firing;
                instance.fired_at = at;
                instance.peak = instance.value;
                outcome.changed(&self.alert, State::Pending, State::Firing);
            }
            if further(&self.alert, instance.value, instance.peak) {
                instance.peak = instance.value;
            }
        }
        for (labels, reason) in over {
            self.resolve(at, &labels, reason, outcome);
        }
        self.tell(at, outcome);
    }

    fn resolve_all(&mut self, at: i64, reason: Resolution, outcome: &mut Outcome) {
        let all: Vec<LabelSet> = self.instances.keys().cloned().collect();
        for labels in all {
            self.resolve(at, &labels, reason, outcome);
        }
    }

    fn resolve(&mut self, at: i64, labels: &LabelSet, reason: Resolution, outcome: &mut Outcome) {
        let Some(instance) = self.instances.remove(labels) else {
            return;
        };
        outcome.changed(&self.alert, instance.state, State::Inactive);
        // Whoever was not told that it fires need not know that it has ceased.
        if instance.state != State::Firing || instance.told_at.is_none() {
            return;
        }
        let kind = NoticeKind::Resolved(reason);
        let notice = notice(&self.alert, labels, &instance, kind, Some(at));
        let flapping = self.flapping.entry(labels.clone()).or_default();
        match flapping.resolved(at, notice) {
            Some(notice) => outcome.notices.push(notice),
            None => outcome.suppressed += 1,
        }
    }

    /// What is told of alerts that fire: once, then at intervals.
    fn tell(&mut self, at: i64, outcome: &mut Outcome) {
        for (labels, instance) in &mut self.instances {
            if instance.state != State::Firing {
                continue;
            }
            let full = full_labels(&self.alert, labels);
            if self.quiet.is_silenced(&full, at) {
                continue;
            }
            let alert = &self.alert;
            let mut push = |instance: &Instance, kind, is_flapping| {
                let notice = notice(alert, labels, instance, kind, None);
                outcome.notices.push(Notice {
                    is_flapping,
                    ..notice
                });
            };
            let repeat = i64::from(alert.repeat) * 1_000;
            match instance.told_at {
                None => {
                    let flapping = self.flapping.entry(labels.clone()).or_default();
                    match flapping.fired(at) {
                        Told::Plain => push(instance, NoticeKind::Firing, false),
                        Told::AsFlapping => push(instance, NoticeKind::Firing, true),
                        Told::Not => outcome.suppressed += 1,
                    }
                    instance.told_at = Some(at);
                }
                Some(_) if instance.missed == MISSED_EVALUATIONS => {
                    push(instance, NoticeKind::NoData, false);
                    instance.told_at = Some(at);
                }
                Some(told) if repeat > 0 && at - told >= repeat => {
                    instance.told_at = Some(at);
                    if !self.quiet.is_acknowledged(&full, at) {
                        push(instance, NoticeKind::Repeated, false);
                    }
                }
                Some(_) => {}
            }
        }
        for flapping in self.flapping.values_mut() {
            outcome.notices.extend(flapping.settled(at));
        }
        let instances = &self.instances;
        self.flapping
            .retain(|labels, flapping| instances.contains_key(labels) || !flapping.is_over(at));
        self.quiet.forget(at);
    }
}

impl Instance {
    const fn new(at: i64, value: f64) -> Self {
        Self {
            state: State::Pending,
            active_since: at,
            fired_at: at,
            kept_since: None,
            value,
            peak: value,
            missed: 0,
            told_at: None,
        }
    }

    /// Whether it goes on firing although the condition does not hold.
    fn is_kept(&mut self, at: i64, keep_firing_for: u32) -> bool {
        if self.state != State::Firing || keep_firing_for == 0 {
            return false;
        }
        let since = *self.kept_since.get_or_insert(at);
        at - since < i64::from(keep_firing_for) * 1_000
    }
}

/// Whether one number is further beyond the threshold than another.
fn further(alert: &Alert, one: f64, other: f64) -> bool {
    let beyond = |value: f64| match alert.condition {
        bellwether_catalog::Condition::Gt | bellwether_catalog::Condition::Gte => value,
        bellwether_catalog::Condition::Lt | bellwether_catalog::Condition::Lte => -value,
        _ => (value - alert.threshold).abs(),
    };
    beyond(one) > beyond(other)
}

/// Labels of the series, with those of the alert.
pub(super) fn full_labels(alert: &Alert, labels: &LabelSet) -> LabelSet {
    let own = [
        ("alertname".to_owned(), alert.name.clone()),
        ("severity".to_owned(), alert.severity.clone()),
    ];
    labels.with(alert.labels.iter().cloned().chain(own))
}

fn notice(
    alert: &Arc<Alert>,
    labels: &LabelSet,
    instance: &Instance,
    kind: NoticeKind,
    resolved_at: Option<i64>,
) -> Notice {
    let full = full_labels(alert, labels);
    let filled = |text: &str| {
        let label = |name: &str| full.get(name).map(str::to_owned);
        render_template(text, label, instance.value)
    };
    let summary = ("summary".to_owned(), filled(&alert.summary));
    let others = alert.annotations.iter();
    let annotations = std::iter::once(summary)
        .chain(others.map(|(name, text)| (name.clone(), filled(text))))
        .collect();
    Notice {
        rule: Arc::clone(alert),
        kind,
        annotations,
        labels: full,
        value: instance.value,
        peak: instance.peak,
        fired_at: system_time(instance.fired_at),
        resolved_at: resolved_at.map(system_time),
        is_flapping: false,
    }
}

fn system_time(at: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(at.max(0).unsigned_abs())
}

//! One component: its check, its last result, and whether it flaps.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use super::flight::{Finished, Flight, Outcome, Work};
use super::status::{CheckResult, Criticality, Status};

/// Checks that are remembered to see whether a component flaps, and the changes among them that say so.
const REMEMBERED: usize = 10;
const CHANGES: usize = 4;

/// A component as of its last check.
///
/// ```
/// use bellwether::health::{CheckResult, Criticality, HealthRegistry, Status};
///
/// # tokio::runtime::Runtime::new().expect("threads").block_on(async {
/// let health = HealthRegistry::new();
/// health.register("redis", Criticality::Optional, || async { CheckResult::unhealthy("refused") })?;
/// let report = health.report().await;
/// let redis = report.component("redis").expect("it is registered");
/// assert_eq!((redis.status, redis.message.as_deref()), (Status::Unhealthy, Some("refused")));
/// # Ok::<(), bellwether::config::ConfigError>(())
/// # }).expect("registers");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ComponentHealth {
    /// The name that it was registered by.
    pub name: String,
    /// What the service is without it.
    pub criticality: Criticality,
    /// How it is. A check that panics or is out of time makes it unhealthy; one that flaps makes it degraded at best.
    pub status: Status,
    /// How long the check took.
    pub latency: Option<Duration>,
    /// What the check said.
    pub message: Option<String>,
    /// When the check began.
    pub last_check: SystemTime,
    /// What the check added.
    pub metadata: Map<String, Value>,
}

pub(super) struct Component {
    pub(super) name: String,
    pub(super) criticality: Criticality,
    pub(super) flight: Arc<Flight<CheckResult>>,
    limit: Duration,
    history: Arc<Mutex<VecDeque<Status>>>,
}

impl Component {
    pub(super) fn new(
        name: String,
        criticality: Criticality,
        limit: Duration,
        work: Arc<Work<CheckResult>>,
    ) -> Self {
        let history = Arc::new(Mutex::new(VecDeque::with_capacity(REMEMBERED)));
        let remembered = Arc::clone(&history);
        let flight = Flight::new(work, move |finished| {
            let mut history = remembered.lock().unwrap_or_else(PoisonError::into_inner);
            if history.len() == REMEMBERED {
                history.pop_front();
            }
            history.push_back(status(finished));
        });
        Self {
            name,
            criticality,
            flight,
            limit,
            history,
        }
    }

    pub(super) fn shown(&self, finished: Option<Finished<CheckResult>>) -> ComponentHealth {
        let mut shown = ComponentHealth {
            name: self.name.clone(),
            criticality: self.criticality,
            status: Status::Unhealthy,
            latency: finished.as_ref().map(|finished| finished.took),
            message: None,
            last_check: finished
                .as_ref()
                .map_or_else(SystemTime::now, |finished| finished.began),
            metadata: Map::new(),
        };
        match finished.map(|finished| finished.outcome) {
            Some(Outcome::Done(found)) => {
                shown.status = found.status;
                shown.message = found.message;
                shown.metadata = found.metadata;
            }
            Some(Outcome::OutOfTime) => {
                shown.message = Some(format!("the check took longer than {:?}", self.limit));
            }
            Some(Outcome::Panicked(words)) => {
                shown.message = Some(format!("the check panicked: {words}"));
            }
            Some(Outcome::NotRun) => {
                shown.message = Some("there was no thread for the check".to_owned());
            }
            None => shown.message = Some("not checked".to_owned()),
        }
        self.damp(&mut shown);
        shown
    }

    /// The status for a metric; none before the first check.
    pub(super) fn status(&self) -> Option<Status> {
        let finished = self.flight.last()?;
        Some(self.shown(Some(finished)).status)
    }

    /// A component that flaps is not healthy in between.
    fn damp(&self, shown: &mut ComponentHealth) {
        let changes = {
            let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
            changes(&history)
        };
        if changes < CHANGES {
            return;
        }
        shown.metadata.insert("changes".to_owned(), changes.into());
        if shown.status == Status::Healthy {
            shown.status = Status::Degraded;
            shown.message = Some(format!(
                "flaps: {changes} changes in the last {REMEMBERED} checks"
            ));
        }
    }
}

fn status(finished: &Finished<CheckResult>) -> Status {
    match &finished.outcome {
        Outcome::Done(found) => found.status,
        _ => Status::Unhealthy,
    }
}

fn changes(history: &VecDeque<Status>) -> usize {
    let pairs = history.iter().zip(history.iter().skip(1));
    pairs.filter(|(earlier, later)| earlier != later).count()
}

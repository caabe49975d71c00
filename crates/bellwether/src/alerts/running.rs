//! Alerts at work: one thread that collects and evaluates, and the handle to it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::actions::Actions;
use super::clock::Clock;
use super::engine::{Engine, Outcome, RuleStatus};
use super::health::Counts;
use super::notice::Notice;
use crate::metrics::Collector;

/// How often the end looks whether notices are done.
const POLL: Duration = Duration::from_millis(20);

/// The alerts of a running telemetry. Cheap to clone.
///
/// ```no_run
/// use bellwether::Telemetry;
/// let telemetry = Telemetry::builder("orchestrator").from_env()?.start()?;
/// if let Some(alerts) = telemetry.alerts() {
///     alerts.listen(|notice| println!("{}", notice.summary()));
///     alerts.status().iter().for_each(|rule| println!("{rule}"));
/// }
/// # Ok::<(), bellwether::Error>(())
/// ```
#[derive(Clone)]
pub struct Alerts(Arc<Shared>);

struct Shared {
    engine: Mutex<Engine>,
    collector: Collector,
    clock: Box<dyn Clock>,
    actions: Actions,
    counts: Arc<Counts>,
    stop: Mutex<bool>,
    stopped: Condvar,
}

impl fmt::Debug for Alerts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alerts").finish_non_exhaustive()
    }
}

impl Alerts {
    /// Starts the thread.
    pub(crate) fn start(
        engine: Engine,
        collector: Collector,
        clock: Box<dyn Clock>,
        actions: Actions,
        counts: Arc<Counts>,
        interval: Duration,
    ) -> std::io::Result<Self> {
        let alerts = Self(Arc::new(Shared {
            engine: Mutex::new(engine),
            collector,
            clock,
            actions,
            counts,
            stop: Mutex::new(false),
            stopped: Condvar::new(),
        }));
        // Weak: telemetry that is dropped without an end ends its thread too.
        let shared = Arc::downgrade(&alerts.0);
        thread::Builder::new()
            .name("bellwether-alerts".to_owned())
            .spawn(move || {
                let mut next = Instant::now();
                loop {
                    let Some(shared) = shared.upgrade() else {
                        return;
                    };
                    next += interval;
                    let now = Instant::now();
                    // Evaluations that were slept through are not made up for.
                    next = next.max(now);
                    if shared.is_stopped_within(next - now) {
                        return;
                    }
                    let _ = Self(shared).evaluate_now();
                }
            })?;
        Ok(alerts)
    }

    /// Collects and evaluates once, beside the evaluations at intervals, and says what came of it.
    pub fn evaluate_now(&self) -> Outcome {
        let shared = &self.0;
        let began = Instant::now();
        let collected = shared.collector.collect_now();
        let (outcome, status, at) = {
            let mut engine = shared.engine();
            // After the lock is had: no evaluation may see an earlier time than the one before it.
            let at = shared.clock.now();
            let outcome = match &collected {
                Ok(collection) => {
                    engine.observe(at, collection);
                    engine.evaluate(at)
                }
                Err(error) => engine.fail(at, &error.to_string()),
            };
            (outcome, engine.status(), at)
        };
        let spent = began.elapsed();
        shared
            .counts
            .evaluated(at, spent, &outcome, &status, collected.is_err());
        shared.actions.act(&outcome.notices);
        outcome
    }

    /// Where every alert stands, as of the last evaluation.
    pub fn status(&self) -> Vec<RuleStatus> {
        self.0.engine().status()
    }

    /// Evaluations so far.
    pub fn evaluations(&self) -> u64 {
        self.0.counts.evaluations()
    }

    /// Why each webhook that has given up a notice did so the last time. Holds no secrets.
    pub fn webhook_failures(&self) -> BTreeMap<String, String> {
        self.0.counts.failures()
    }

    /// Calls a function with each notice of alerts that have the action `event`. It runs on the thread of actions: one that
    /// blocks holds up logs and events of later notices, which are dropped and counted when 1,024 wait.
    pub fn listen(&self, listener: impl Fn(&Notice) + Send + 'static) {
        self.0.actions.listen(Box::new(listener));
    }

    /// Keeps an alert from being told until then, for label sets that hold these labels. What still fires when the silence
    /// ends is told then. `false` where there is no such alert.
    pub fn silence(&self, rule: &str, labels: &[(&str, &str)], until: SystemTime) -> bool {
        self.0.engine().silence(rule, labels, until)
    }

    /// Keeps an alert that fires from being told again until then.
    pub fn acknowledge(&self, rule: &str, labels: &[(&str, &str)], until: SystemTime) -> bool {
        self.0.engine().acknowledge(rule, labels, until)
    }

    /// Switches an alert off or on. What fires is resolved with the next evaluation.
    pub fn set_enabled(&self, rule: &str, enabled: bool) -> bool {
        self.0.engine().set_enabled(rule, enabled)
    }

    /// Stops evaluating, and waits until what was to be told is told or given up.
    pub(crate) fn end(&self, within: Duration) -> Result<(), String> {
        let until = Instant::now().checked_add(within);
        *self.0.stop() = true;
        self.0.stopped.notify_all();
        let mut waiting = self.0.actions.waiting();
        while waiting > 0 && until.is_none_or(|until| Instant::now() + POLL < until) {
            thread::sleep(POLL);
            waiting = self.0.actions.waiting();
        }
        if waiting == 0 {
            return Ok(());
        }
        Err(format!("alerts: {waiting} notices were not delivered"))
    }
}

impl Shared {
    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) -> MutexGuard<'_, bool> {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopped_within(&self, pause: Duration) -> bool {
        let (stop, _) = self
            .stopped
            .wait_timeout_while(self.stop(), pause, |stop| !*stop)
            .unwrap_or_else(PoisonError::into_inner);
        *stop
    }
}

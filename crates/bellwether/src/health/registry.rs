//! The components of a service, and how they are asked.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use super::component::Component;
use super::flight::{Flight, Outcome};
use super::report::{HealthReport, roll_up};
use super::runtime::CheckRuntime;
use super::status::{CheckResult, Criticality, Status};
use super::vitals::Vitals;
use crate::config::ConfigError;
use crate::metrics::Collector;

/// How long a result is given to everybody who asks.
const FRESH: Duration = Duration::from_secs(1);
/// Age of a result at which the metric asks for another.
const METRIC_AGE: Duration = Duration::from_secs(10);
/// Deadline of a check where nothing else is said.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Bound of the label `component` in the catalog.
const MOST_COMPONENTS: usize = 64;
/// Longest name, in bytes.
const LONGEST_NAME: usize = 64;

/// The components of a service. From [`Telemetry::health`](crate::Telemetry::health), or alone for tests. Cheap to clone;
/// clones are one.
///
/// Checks run when somebody asks: `/health`, `/ready`, [`report`](Self::report), or a collection of metrics, which finds the
/// results of the one before. Each runs once at a time and on a thread of its own; its result is given to all who ask within a
/// second. One that panics, or does not end within `HEALTH_CHECK_TIMEOUT`, makes its component unhealthy and holds up
/// nothing else.
///
/// ```
/// use bellwether::Telemetry;
/// use bellwether::health::{CheckResult, Criticality};
///
/// # async fn ping() -> Result<(), std::io::Error> { Ok(()) }
/// let telemetry = Telemetry::builder("orchestrator").disabled(true).start()?;
/// telemetry.health().register("database", Criticality::Critical, || async { ping().await.into() })?;
/// telemetry.health().register("redis", Criticality::Optional, || async {
///     CheckResult::healthy().with("role", "replica")
/// })?;
/// # Ok::<(), bellwether::Error>(())
/// ```
#[derive(Clone)]
pub struct HealthRegistry(Arc<Inner>);

struct Inner {
    enabled: bool,
    timeout: Duration,
    version: String,
    started: Instant,
    components: RwLock<Vec<Arc<Component>>>,
    vitals: OnceLock<Arc<Flight<Vitals>>>,
    runtime: CheckRuntime,
    ending: AtomicBool,
}

impl fmt::Debug for HealthRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self
            .components()
            .iter()
            .map(|one| one.name.clone())
            .collect();
        f.debug_struct("HealthRegistry")
            .field("components", &names)
            .finish_non_exhaustive()
    }
}

impl Default for HealthRegistry {
    fn default() -> Self {
        Self::new()
    }
}

impl HealthRegistry {
    /// No components, checks of at most five seconds.
    ///
    /// ```
    /// let health = bellwether::health::HealthRegistry::new();
    /// ```
    pub fn new() -> Self {
        Self::with(true, TIMEOUT, None)
    }

    pub(crate) fn with(enabled: bool, timeout: Duration, version: Option<&str>) -> Self {
        Self(Arc::new(Inner {
            enabled,
            timeout,
            version: version.unwrap_or("unknown").to_owned(),
            started: Instant::now(),
            components: RwLock::default(),
            vitals: OnceLock::new(),
            runtime: CheckRuntime::new(),
            ending: AtomicBool::new(false),
        }))
    }

    /// Adds a component, or gives one of that name another check. The check runs on a runtime of its own: it may use tokio, and
    /// one that blocks its thread holds up itself alone.
    ///
    /// # Errors
    /// A name that is empty, longer than 64 bytes or has control characters; `bellwether`, which is taken; a 65th component.
    ///
    /// ```
    /// use bellwether::health::{CheckResult, Criticality, HealthRegistry};
    ///
    /// let health = HealthRegistry::new();
    /// health.register("redis", Criticality::Optional, || async { CheckResult::healthy() })?;
    /// let error = health.register("", Criticality::Critical, || async { CheckResult::healthy() }).unwrap_err();
    /// assert!(error.to_string().starts_with("health component is \"\": expected"));
    /// # Ok::<(), bellwether::config::ConfigError>(())
    /// ```
    pub fn register<F, Checked>(
        &self,
        name: impl Into<String>,
        criticality: Criticality,
        check: F,
    ) -> Result<(), ConfigError>
    where
        F: Fn() -> Checked + Send + Sync + 'static,
        Checked: Future<Output = CheckResult> + Send + 'static,
    {
        let name = name.into();
        let is_name =
            (1..=LONGEST_NAME).contains(&name.len()) && !name.chars().any(char::is_control);
        if !is_name || name == super::OWN {
            let expected =
                "a name of 1 to 64 bytes without control characters, other than \"bellwether\"";
            return Err(ConfigError::invalid("health component", name, expected));
        }
        self.add(name, criticality, check)
    }

    pub(crate) fn add<F, Checked>(
        &self,
        name: String,
        criticality: Criticality,
        check: F,
    ) -> Result<(), ConfigError>
    where
        F: Fn() -> Checked + Send + Sync + 'static,
        Checked: Future<Output = CheckResult> + Send + 'static,
    {
        let work = Arc::new(move || Box::pin(check()) as _);
        let component = Component::new(name, criticality, self.0.timeout, work);
        let mut components = self
            .0
            .components
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let known = components
            .iter()
            .position(|known| known.name == component.name);
        if let Some(known) = known {
            let replaced = std::mem::replace(&mut components[known], Arc::new(component));
            replaced.flight.release();
            return Ok(());
        }
        if components.len() >= MOST_COMPONENTS {
            let expected = format!("at most {MOST_COMPONENTS} components");
            return Err(ConfigError::invalid(
                "health component",
                component.name,
                expected,
            ));
        }
        components.push(Arc::new(component));
        Ok(())
    }

    /// Takes a component out. `false` where there is none of that name.
    ///
    /// ```
    /// assert!(!bellwether::health::HealthRegistry::new().remove("redis"));
    /// ```
    pub fn remove(&self, name: &str) -> bool {
        let mut components = self
            .0
            .components
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(known) = components.iter().position(|known| known.name == name) else {
            return false;
        };
        components.remove(known).flight.release();
        true
    }

    /// How all components are, by checks that ended within the last second or end now. Takes no longer than
    /// `HEALTH_CHECK_TIMEOUT`, on any executor.
    ///
    /// ```
    /// use bellwether::health::{CheckResult, Criticality, HealthRegistry, Status};
    ///
    /// # tokio::runtime::Runtime::new().expect("threads").block_on(async {
    /// let health = HealthRegistry::new();
    /// health.register("redis", Criticality::Optional, || async { CheckResult::unhealthy("refused") })?;
    /// assert_eq!(health.report().await.status, Status::Degraded);
    /// # Ok::<(), bellwether::config::ConfigError>(())
    /// # }).expect("registers");
    /// ```
    pub async fn report(&self) -> HealthReport {
        let vitals = self.start_vitals();
        let mut report = self.checked(self.components()).await;
        if let Some(vitals) = vitals
            && let Some(landed) = vitals.landed().await
            && let Outcome::Done(read) = landed.outcome
        {
            report.vitals = read;
        }
        report
    }

    /// As [`report`](Self::report), of critical components alone and without figures: whether the service should be given
    /// work. Unhealthy once telemetry shuts down.
    ///
    /// ```
    /// use bellwether::health::{CheckResult, Criticality, HealthRegistry, Status};
    ///
    /// # tokio::runtime::Runtime::new().expect("threads").block_on(async {
    /// let health = HealthRegistry::new();
    /// health.register("redis", Criticality::Optional, || async { CheckResult::unhealthy("refused") })?;
    /// assert_eq!(health.readiness().await.status, Status::Healthy);
    /// # Ok::<(), bellwether::config::ConfigError>(())
    /// # }).expect("registers");
    /// ```
    pub async fn readiness(&self) -> HealthReport {
        let mut components = self.components();
        components.retain(|component| component.criticality == Criticality::Critical);
        let mut report = self.checked(components).await;
        if self.0.ending.load(Ordering::Acquire) {
            report.status = Status::Unhealthy;
        }
        report
    }

    async fn checked(&self, components: Vec<Arc<Component>>) -> HealthReport {
        // All are under way before the first is waited for.
        self.start(&components, FRESH);
        let mut checked = Vec::with_capacity(components.len());
        for component in components {
            let landed = component.flight.landed().await;
            checked.push(component.shown(landed));
        }
        HealthReport {
            status: roll_up(&checked),
            version: self.0.version.clone(),
            uptime: self.0.started.elapsed(),
            timestamp: SystemTime::now(),
            components: checked,
            vitals: Vitals::default(),
        }
    }

    pub(super) fn start(&self, components: &[Arc<Component>], age: Duration) {
        if components.is_empty() || self.has_ended() {
            return;
        }
        let runtime = self.0.runtime.handle();
        for component in components {
            component
                .flight
                .start(runtime.as_ref(), self.0.timeout, age);
        }
    }

    fn start_vitals(&self) -> Option<&Arc<Flight<Vitals>>> {
        let vitals = self.0.vitals.get()?;
        if !self.has_ended() {
            let runtime = self.0.runtime.handle();
            vitals.start(runtime.as_ref(), self.0.timeout, FRESH);
        }
        Some(vitals)
    }

    /// Where figures are read from. The first call counts.
    pub(crate) fn read_vitals_from(&self, collector: &Collector) {
        let collector = collector.clone();
        let work = Arc::new(move || {
            let collector = collector.clone();
            let read = async move {
                let collection = collector.collect_now();
                collection.as_ref().map(Vitals::of).unwrap_or_default()
            };
            Box::pin(read) as _
        });
        let _ = self.0.vitals.set(Flight::new(work, |_| {}));
    }

    /// The last status of each component, for the metric. Starts checks whose results are old, and waits for none: it is
    /// called while metrics are collected.
    pub(super) fn last_statuses(&self) -> Vec<(String, Status)> {
        let components = self.components();
        self.start(&components, METRIC_AGE);
        let known = components.iter();
        known
            .filter_map(|component| Some((component.name.clone(), component.status()?)))
            .collect()
    }

    /// Not ready from now on.
    pub(crate) fn begin_end(&self) {
        self.0.ending.store(true, Ordering::Release);
    }

    /// Gives up checks that run; nobody waits for them any longer.
    pub(crate) fn end(&self) {
        self.begin_end();
        self.0.runtime.end();
        for component in self.components() {
            component.flight.release();
        }
        if let Some(vitals) = self.0.vitals.get() {
            vitals.release();
        }
    }

    fn has_ended(&self) -> bool {
        self.0.ending.load(Ordering::Acquire)
    }

    /// None where nothing is checked.
    pub(super) fn components(&self) -> Vec<Arc<Component>> {
        if !self.0.enabled {
            return Vec::new();
        }
        let components = self.0.components.read();
        components.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn downgrade(&self) -> WeakRegistry {
        WeakRegistry(Arc::downgrade(&self.0))
    }
}

/// Does not keep the registry.
pub(super) struct WeakRegistry(std::sync::Weak<Inner>);

impl WeakRegistry {
    pub(super) fn upgrade(&self) -> Option<HealthRegistry> {
        self.0.upgrade().map(HealthRegistry)
    }
}

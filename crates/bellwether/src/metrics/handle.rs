//! Where everything that records comes from, and what exporters ask.
//!
//! A [`Metrics`] makes families of series on one meter and remembers each by its name, so asking twice gives the
//! same series. The process's own is set when telemetry starts; before that [`Metrics::global`] is silent, and
//! what was made of it stays silent. Ask again after the start instead of keeping what came before it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider, NoopMeterProvider};
use opentelemetry_proto::tonic::common::v1 as proto;

use super::buffers::{Buffer, Buffers};
use super::collect::SeriesFilter;
use super::definition_check::{DefinitionMismatch, check};
use super::exemplar::{ExemplarSource, SeriesExemplars};
use super::exemplar_keepers::ExemplarKeepers;
use super::generated::bellwether::{
    BELLWETHER_EXEMPLARS_DROPPED_TOTAL, BELLWETHER_LABEL_OVERFLOW_TOTAL,
};
use super::label::Labels;
use super::live::LiveValues;
use super::making::Fixed;
use super::overflow;
use super::selection::Selection;
use super::series::{
    Counter, CounterNumber, Gauge, GaugeNumber, Histogram, HistogramNumber, Holder, KeepsExemplars,
    UpDownCounter, UpDownNumber,
};
use super::{Instrument as InstrumentKind, MetricDefinition};

/// How long the last values of an ended series of a sum are still told.
const GRACE: Duration = Duration::from_secs(60);

/// Most ids of a live label at a time; later ones are `_other`.
const MAX_LIVE: usize = 256;

static GLOBAL: OnceLock<Metrics> = OnceLock::new();

static SILENT: LazyLock<Metrics> = LazyLock::new(|| {
    let meter = NoopMeterProvider::new().meter("");
    Metrics::bare(meter, Selection::silent(), GRACE)
});

/// Families of series on one meter. A clone is the same.
///
/// ```
/// use bellwether::metrics::{Metrics, generated::{operations, labels::{Operation, OperationStatus}}};
///
/// let metrics = Metrics::global();
/// let executions = metrics.counter::<(Operation, OperationStatus), u64>(&operations::OPERATION_EXECUTIONS_TOTAL)?;
/// # use bellwether::metrics::OpenLabel;
/// executions.add(1, (Operation::of("plan"), OperationStatus::ALL[0]));
/// # Ok::<(), bellwether::metrics::DefinitionMismatch>(())
/// ```
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    meter: Meter,
    selection: Selection,
    grace: Duration,
    buffers: Arc<Buffers>,
    /// `Instrument<T>` or `opentelemetry::metrics::Histogram<T>`, by metric.
    instruments: Mutex<HashMap<&'static str, Arc<dyn Any + Send + Sync>>>,
    /// Families without fixed attributes, by metric.
    families: Mutex<HashMap<&'static str, Arc<dyn Any + Send + Sync>>>,
    /// Generated recorders, by type.
    made: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
    exemplars: ExemplarKeepers,
    live: Mutex<HashMap<&'static str, Arc<LiveValues>>>,
    /// Who this process is among workers, where it was told.
    worker_id: OnceLock<String>,
    /// Metrics whose ended series an exporter leaves out, since the SDK keeps them.
    retiring: Mutex<HashMap<&'static str, &'static MetricDefinition>>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("selection", &self.0.selection)
            .finish_non_exhaustive()
    }
}

impl Metrics {
    /// On this meter, with every family on. Take the meter after its provider has its readers, and make one a meter: two
    /// would each tell their own numbers of the same series.
    ///
    /// ```
    /// use bellwether::{metrics::Metrics, opentelemetry::global};
    /// let metrics = Metrics::new(&global::meter("worker"));
    /// # let _ = metrics;
    /// ```
    pub fn new(meter: &Meter) -> Self {
        Self::with_selection(meter, Selection::all())
    }

    /// On this meter, with these families on.
    ///
    /// ```
    /// use bellwether::{metrics::{MetricFamily, Metrics, Selection}, opentelemetry::global};
    /// let only_jobs = Selection::only([MetricFamily::Jobs]);
    /// let metrics = Metrics::with_selection(&global::meter("worker"), only_jobs);
    /// # let _ = metrics;
    /// ```
    pub fn with_selection(meter: &Meter, selection: Selection) -> Self {
        Self::build(meter.clone(), selection, GRACE)
    }

    pub(crate) fn build(meter: Meter, selection: Selection, grace: Duration) -> Self {
        let metrics = Self::bare(meter, selection, grace);
        metrics.tell_losses();
        metrics
    }

    /// One that records nothing.
    pub(crate) fn silent() -> Self {
        SILENT.clone()
    }

    fn bare(meter: Meter, selection: Selection, grace: Duration) -> Self {
        Self(Arc::new(Inner {
            meter,
            selection,
            grace,
            buffers: Arc::default(),
            instruments: Mutex::default(),
            families: Mutex::default(),
            made: Mutex::default(),
            exemplars: ExemplarKeepers::new(grace),
            live: Mutex::default(),
            worker_id: OnceLock::new(),
            retiring: Mutex::default(),
        }))
    }

    /// The process's, set by the start of [`Telemetry`](crate::Telemetry); before that one that records nothing. An
    /// atomic load.
    ///
    /// ```
    /// let metrics = bellwether::metrics::Metrics::global();
    /// assert!(!metrics.is_on(), "nothing has started");
    /// ```
    pub fn global() -> &'static Self {
        GLOBAL.get().unwrap_or(&SILENT)
    }

    /// What tells these metrics from others, without keeping them alive.
    pub(crate) fn identity(&self) -> Identity {
        Identity(Arc::downgrade(&self.0))
    }

    /// Whether these are the ones.
    #[inline]
    pub(crate) fn is(&self, identity: &Identity) -> bool {
        std::ptr::eq(Arc::as_ptr(&self.0), identity.0.as_ptr())
    }

    /// Makes it the process's, the first time; telemetry starts once a process.
    pub(crate) fn install(self) {
        let _ = GLOBAL.set(self);
    }

    /// Whether it records: `false` for what [`global`](Self::global) gives before the start.
    pub fn is_on(&self) -> bool {
        !self.0.selection.is_silent()
    }

    /// Families that are on.
    pub fn selection(&self) -> Selection {
        self.0.selection
    }

    /// The meter, for instruments of one's own.
    pub fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// A counter of the definition, whose labels are `L` in their order; the same series for each who asks.
    ///
    /// # Errors
    /// [`DefinitionMismatch`] where the definition is of another kind, number type, or has other labels.
    ///
    /// ```
    /// use bellwether::metrics::{Metrics, generated::{jobs, labels::JobStatus}};
    /// let error = Metrics::global().counter::<JobStatus, u64>(&jobs::JOBS_PROCESSED_TOTAL).unwrap_err();
    /// assert!(error.to_string().contains("worker_id"), "{error}");
    /// ```
    ///
    /// A product of closed labels over [`MAX_SERIES`](super::MAX_SERIES) does not compile:
    ///
    /// ```compile_fail,E0080
    /// use bellwether::metrics::{Metrics, generated::{jobs, labels::{AgentType, JobErrorType, Phase}}};
    /// let _ = Metrics::global().counter::<(AgentType, Phase, JobErrorType, AgentType), u64>(&jobs::JOBS_PROCESSED_TOTAL);
    /// ```
    pub fn counter<L: Labels, T: CounterNumber>(
        &self,
        definition: &'static MetricDefinition,
    ) -> Result<Counter<L, T>, DefinitionMismatch> {
        check::<L>(definition, InstrumentKind::Counter, T::VALUE)?;
        Ok(self.family(definition, Counter::off, |metrics| {
            metrics.counter_with(definition, Fixed::default())
        }))
    }

    /// An up-down counter of the definition, as [`counter`](Self::counter).
    ///
    /// # Errors
    /// [`DefinitionMismatch`] where the definition is of another kind, number type, or has other labels.
    ///
    /// ```
    /// use bellwether::metrics::{Metrics, generated::{agent, labels::TaskPriority}};
    /// let waiting = Metrics::global().up_down_counter::<TaskPriority, i64>(&agent::TASK_QUEUE_SIZE)?;
    /// waiting.add(1, TaskPriority::High);
    /// waiting.add(-1, TaskPriority::High);
    /// # Ok::<(), bellwether::metrics::DefinitionMismatch>(())
    /// ```
    pub fn up_down_counter<L: Labels, T: UpDownNumber>(
        &self,
        definition: &'static MetricDefinition,
    ) -> Result<UpDownCounter<L, T>, DefinitionMismatch> {
        check::<L>(definition, InstrumentKind::UpDownCounter, T::VALUE)?;
        Ok(self.family(definition, UpDownCounter::off, |metrics| {
            metrics.up_down_counter_with(definition, Fixed::default())
        }))
    }

    /// A gauge of the definition, as [`counter`](Self::counter).
    ///
    /// # Errors
    /// [`DefinitionMismatch`] where the definition is of another kind, number type, or has other labels.
    ///
    /// ```
    /// use bellwether::metrics::{Metrics, OpenLabel, generated::{labels::NodeId, orchestrator}};
    /// let load = Metrics::global().gauge::<NodeId, f64>(&orchestrator::ORCHESTRATOR_NODE_LOAD)?;
    /// load.set(0.65, NodeId::of("node-1"));
    /// # Ok::<(), bellwether::metrics::DefinitionMismatch>(())
    /// ```
    pub fn gauge<L: Labels, T: GaugeNumber>(
        &self,
        definition: &'static MetricDefinition,
    ) -> Result<Gauge<L, T>, DefinitionMismatch> {
        check::<L>(definition, InstrumentKind::Gauge, T::VALUE)?;
        Ok(self.family(definition, Gauge::off, |metrics| {
            metrics.gauge_with(definition, Fixed::default())
        }))
    }

    /// A histogram of the definition, as [`counter`](Self::counter).
    ///
    /// # Errors
    /// [`DefinitionMismatch`] where the definition is of another kind, number type, or has other labels.
    ///
    /// ```
    /// use bellwether::metrics::{Metrics, generated::{labels::MemoryTier, wundr_memory}};
    /// let latency = Metrics::global().histogram::<MemoryTier, f64>(&wundr_memory::WUNDR_MEMORY_SEARCH_LATENCY_SECONDS)?;
    /// latency.record(0.012, MemoryTier::Semantic);
    /// # Ok::<(), bellwether::metrics::DefinitionMismatch>(())
    /// ```
    pub fn histogram<L: Labels, T: HistogramNumber>(
        &self,
        definition: &'static MetricDefinition,
    ) -> Result<Histogram<L, T>, DefinitionMismatch> {
        check::<L>(definition, InstrumentKind::Histogram, T::VALUE)?;
        Ok(self.family(definition, Histogram::off, |metrics| {
            metrics.histogram_with(definition, Fixed::default())
        }))
    }

    /// The family of a metric: made once, off where the metric is.
    fn family<F: Clone + Send + Sync + 'static>(
        &self,
        definition: &'static MetricDefinition,
        off: fn() -> F,
        make: impl FnOnce(&Self) -> F,
    ) -> F {
        if !self.0.selection.has(definition) {
            return off();
        }
        let mut families = lock(&self.0.families);
        if let Some(known) = families
            .get(definition.name)
            .and_then(|known| known.downcast_ref::<F>())
        {
            return known.clone();
        }
        let family = make(self);
        families.insert(definition.name, Arc::new(family.clone()));
        family
    }

    /// The families of a generated recorder: made once, the same for each who asks. A look-up under a lock: keep what it
    /// gives.
    ///
    /// ```
    /// use bellwether::metrics::{Metrics, generated::{labels::{Operation, OperationStatus}, recorder_metrics::OperationMetrics}};
    /// # use bellwether::metrics::OpenLabel;
    /// let operations = Metrics::global().recorder::<OperationMetrics>();
    /// operations.operation_executions_total.add(1, (Operation::of("plan"), OperationStatus::ALL[0]));
    /// ```
    pub fn recorder<R: RecorderMetrics>(&self) -> Arc<R> {
        let mut made = lock(&self.0.made);
        let known = made.get(&TypeId::of::<R>()).cloned();
        if let Some(known) = known.and_then(|known| known.downcast::<R>().ok()) {
            return known;
        }
        let recorder = Arc::new(R::new(self));
        made.insert(TypeId::of::<R>(), Arc::clone(&recorder) as _);
        recorder
    }

    /// What was made under this name, or what is made now. The SDK's lock is taken inside this one, and no callback takes
    /// this one.
    pub(super) fn remembered<I: Send + Sync + 'static>(
        &self,
        name: &'static str,
        make: impl FnOnce() -> Arc<I>,
    ) -> Arc<I> {
        let mut instruments = lock(&self.0.instruments);
        let known = instruments.get(name).cloned();
        if let Some(known) = known.and_then(|known| known.downcast::<I>().ok()) {
            return known;
        }
        let instrument = make();
        instruments.insert(name, Arc::clone(&instrument) as _);
        instrument
    }

    /// Remembers who this process is among workers, the first time.
    pub(crate) fn tell_worker_id(&self, id: String) {
        let _ = self.0.worker_id.set(id);
    }

    /// Who this process is among workers; empty where it was not told.
    pub(super) fn worker_id(&self) -> &str {
        self.0.worker_id.get().map_or("", String::as_str)
    }

    pub(super) fn grace(&self) -> Duration {
        self.0.grace
    }

    pub(super) fn buffers(&self) -> Arc<Buffers> {
        Arc::clone(&self.0.buffers)
    }

    /// Ids of what is alive, by label.
    pub(crate) fn live(&self, key: &'static str) -> Arc<LiveValues> {
        let mut live = lock(&self.0.live);
        let values = live.entry(key);
        Arc::clone(values.or_insert_with(|| LiveValues::new(key, MAX_LIVE)))
    }

    /// Remembers that the metric's series end with their ids.
    pub(super) fn retire(&self, definition: &'static MetricDefinition) {
        lock(&self.0.retiring).insert(definition.name, definition);
    }

    /// Whether a series is still to be exported: `false` for one of ids that ended a while ago. The SDK goes on telling
    /// a histogram's series for as long as the process lives.
    pub(crate) fn tells<'a>(
        &self,
        metric: &str,
        mut attributes: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> bool {
        if !lock(&self.0.retiring).contains_key(metric) {
            return true;
        }
        let live = lock(&self.0.live);
        attributes.all(|(key, value)| {
            live.get(key)
                .is_none_or(|ids| ids.tells(value, self.0.grace))
        })
    }

    /// Has the buffer flushed before each collection.
    pub(crate) fn flush_before_collection(&self, buffer: &Arc<dyn Buffer>) {
        self.0.buffers.add(buffer);
    }

    /// What exporters ask for exemplars, for as long as the holder lives and a while after.
    pub(super) fn keeps_exemplars(&self, histogram: Arc<dyn KeepsExemplars>, holder: &Arc<Holder>) {
        self.0.exemplars.add(histogram, holder);
    }

    /// What was lost at recording; nothing is told where nothing was.
    fn tell_losses(&self) {
        let buffers = Arc::clone(&self.0.buffers);
        u64::counter(
            &self.0.meter,
            &BELLWETHER_LABEL_OVERFLOW_TOTAL,
            Box::new(move |observer| {
                buffers.flush();
                for (label, count) in overflow::counts() {
                    observer.observe(count, &[KeyValue::new("label", label)]);
                }
            }),
        );
        let dropped = self.0.exemplars.dropped();
        u64::counter(
            &self.0.meter,
            &BELLWETHER_EXEMPLARS_DROPPED_TOTAL,
            Box::new(move |observer| {
                let dropped = dropped.load(Ordering::Relaxed);
                if dropped > 0 {
                    observer.observe(dropped, &[]);
                }
            }),
        );
    }
}

/// The families of one recorder: a struct that a registry's generator writes.
pub trait RecorderMetrics: Send + Sync + 'static {
    /// Makes each family on these metrics; those that are off record nothing.
    fn new(metrics: &Metrics) -> Self;
}

/// Which metrics: see [`Metrics::identity`]. The place in memory is not used again while this is held.
pub(crate) struct Identity(Weak<Inner>);

/// What a collector asks of the metrics it collects. It holds them weakly: they hold its provider, which holds it.
pub(crate) struct Asked(Weak<Inner>);

#[cfg(test)]
impl Asked {
    /// Whether the metrics are gone.
    pub(super) fn is_in_vain(&self) -> bool {
        self.0.strong_count() == 0
    }
}

impl Metrics {
    pub(crate) fn asked(&self) -> Arc<Asked> {
        Arc::new(Asked(Arc::downgrade(&self.0)))
    }
}

impl ExemplarSource for Asked {
    fn exemplars(&self, since: Option<SystemTime>) -> Vec<SeriesExemplars> {
        let metrics = self.0.upgrade().map(Metrics);
        metrics.map_or_else(Vec::new, |metrics| metrics.exemplars(since))
    }
}

impl SeriesFilter for Asked {
    fn keep(&self, metric: &str, attributes: &[proto::KeyValue]) -> bool {
        let Some(metrics) = self.0.upgrade().map(Metrics) else {
            return true;
        };
        let strings = attributes.iter().filter_map(|pair| {
            let value = pair.value.as_ref()?.value.as_ref()?;
            let proto::any_value::Value::StringValue(value) = value else {
                return None;
            };
            Some((pair.key.as_str(), value.as_str()))
        });
        metrics.tells(metric, strings)
    }
}

impl ExemplarSource for Metrics {
    /// Exemplars of all histograms, and of those that ended lately. Asking also lets each bucket take a new one.
    fn exemplars(&self, since: Option<SystemTime>) -> Vec<SeriesExemplars> {
        self.0.exemplars.exemplars(since)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

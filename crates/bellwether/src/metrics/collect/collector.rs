//! The one reader of a process.

use std::collections::HashSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, Weak};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{
    Instrument, InstrumentKind, ManualReader, Pipeline, Stream, Temporality,
};

use super::collection::Collection;
use super::convert;
use super::exemplars::Exemplars;
use super::series::{self, SeriesFilter};
use crate::metrics::ExemplarSource;

/// Reads all metrics of a meter provider, whenever asked and from any thread.
///
/// It is the provider's reader and cheap to clone; clones are one. Collections are cumulative and do not disturb each
/// other, so a scrape and a periodic export may each take theirs. They run one after the other: callbacks of observable
/// instruments are not called twice at a time. Cost: the SDK's, plus one pass over the points.
///
/// ```
/// use bellwether::metrics::Collector;
/// use bellwether::opentelemetry::metrics::MeterProvider;
/// use bellwether::opentelemetry_sdk::metrics::SdkMeterProvider;
///
/// let collector = Collector::new();
/// let provider = SdkMeterProvider::builder().with_reader(collector.clone()).build();
/// provider.meter("docs").u64_counter("uploads_total").build().add(2, &[]);
/// let collection = collector.collect_now()?;
/// assert!(collection.metrics().any(|metric| metric.name == "uploads_total"));
/// # Ok::<(), bellwether::metrics::CollectError>(())
/// ```
#[derive(Clone)]
pub struct Collector {
    inner: Arc<Inner>,
}

/// Why there is no collection.
///
/// ```
/// let error = bellwether::metrics::Collector::new().collect_now().unwrap_err();
/// assert_eq!(error.to_string(), "metrics can't be read: no meter provider has this reader, or it has ended");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CollectError {
    /// The provider was shut down or dropped, or never had this reader.
    #[error("metrics can't be read: no meter provider has this reader, or it has ended")]
    Ended,
    /// A callback panicked that was registered at the SDK's provider itself and not at a
    /// [guarded](super::GuardedMeters) meter. The SDK cannot read metrics any more.
    #[error("metrics can't be read any more: a callback outside the guarded meters has panicked")]
    Poisoned,
}

/// What flushes and ends the exporters behind a collector.
pub(crate) trait Flush: Send + Sync {
    fn flush(&self, within: Duration) -> OTelSdkResult;
    fn end(&self, within: Duration) -> OTelSdkResult;
}

/// Scope of the recorders. Their counters are callbacks to the SDK for speed alone; who uses them counts as it happens.
const RECORDERS: &str = "bellwether";

struct Inner {
    reader: ManualReader,
    /// Reused, so a collection allocates for what is new only. Its lock also orders collections.
    collected: Mutex<ResourceMetrics>,
    /// A callback has panicked through the SDK.
    poisoned: AtomicBool,
    sources: RwLock<Vec<Arc<dyn ExemplarSource>>>,
    filters: RwLock<Vec<Arc<dyn SeriesFilter>>>,
    observable_counters: Mutex<HashSet<(String, String)>>,
    exporters: OnceLock<Weak<dyn Flush>>,
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

impl Default for Collector {
    fn default() -> Self {
        Self::new()
    }
}

impl Collector {
    /// A reader for `SdkMeterProvider::builder().with_reader`.
    ///
    /// ```
    /// use bellwether::metrics::Collector;
    /// use bellwether::opentelemetry_sdk::metrics::SdkMeterProvider;
    /// let collector = Collector::new();
    /// let provider = SdkMeterProvider::builder().with_reader(collector.clone()).build();
    /// assert_eq!(collector.collect_now()?.points(), 0);
    /// # Ok::<(), bellwether::metrics::CollectError>(())
    /// ```
    pub fn new() -> Self {
        Self {
            inner: Arc::new(Inner {
                reader: ManualReader::builder()
                    .with_temporality(Temporality::Cumulative)
                    .build(),
                collected: Mutex::new(ResourceMetrics::default()),
                poisoned: AtomicBool::new(false),
                sources: RwLock::default(),
                filters: RwLock::default(),
                observable_counters: Mutex::default(),
                exporters: OnceLock::new(),
            }),
        }
    }

    /// Joins this source's exemplars to the points of each collection.
    ///
    /// ```
    /// use std::{sync::Arc, time::SystemTime};
    /// use bellwether::metrics::{Collector, ExemplarSource, SeriesExemplars};
    ///
    /// struct None;
    /// impl ExemplarSource for None {
    ///     fn exemplars(&self, _since: Option<SystemTime>) -> Vec<SeriesExemplars> { Vec::new() }
    /// }
    /// Collector::new().add_exemplars(Arc::new(None));
    /// ```
    pub fn add_exemplars(&self, source: Arc<dyn ExemplarSource>) {
        let sources = self.inner.sources.write();
        sources.unwrap_or_else(PoisonError::into_inner).push(source);
    }

    /// Leaves out the series that this filter does not keep.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use bellwether::metrics::{Collector, SeriesFilter};
    /// use bellwether::opentelemetry_proto::tonic::common::v1::KeyValue;
    ///
    /// struct All;
    /// impl SeriesFilter for All {
    ///     fn keep(&self, _metric: &str, _attributes: &[KeyValue]) -> bool { true }
    /// }
    /// Collector::new().add_filter(Arc::new(All));
    /// ```
    pub fn add_filter(&self, filter: Arc<dyn SeriesFilter>) {
        let filters = self.inner.filters.write();
        filters.unwrap_or_else(PoisonError::into_inner).push(filter);
    }

    /// Collects now.
    ///
    /// # Errors
    /// The provider has ended, or a callback outside the guarded meters has panicked.
    ///
    /// ```
    /// use bellwether::metrics::{CollectError, Collector};
    /// assert_eq!(Collector::new().collect_now(), Err(CollectError::Ended));
    /// ```
    pub fn collect_now(&self) -> Result<Collection, CollectError> {
        let mut request = self.read()?;
        let exemplars = self.exemplars();
        let filters = read(&self.inner.filters).clone();
        let scopes = request
            .resource_metrics
            .iter_mut()
            .flat_map(|resource| &mut resource.scope_metrics);
        for scope in scopes {
            for filter in &filters {
                scope
                    .metrics
                    .retain_mut(|metric| series::retain(metric, filter.as_ref()));
            }
            if !exemplars.is_empty() {
                scope
                    .metrics
                    .iter_mut()
                    .for_each(|metric| exemplars.join(metric));
            }
        }
        Ok(Collection::from(request))
    }

    fn read(&self) -> Result<ExportMetricsServiceRequest, CollectError> {
        let mut collected = lock(&self.inner.collected);
        // A panic comes from a callback that is not guarded. The SDK is lost then, the thread that asks need not be.
        let read = catch_unwind(AssertUnwindSafe(|| {
            self.inner.reader.collect(&mut collected)
        }));
        match read {
            Ok(Ok(())) => Ok(convert::request(&collected)),
            Ok(Err(_)) if self.inner.poisoned.load(Ordering::Relaxed) => {
                Err(CollectError::Poisoned)
            }
            Ok(Err(_)) => Err(CollectError::Ended),
            Err(_) => {
                self.inner.poisoned.store(true, Ordering::Relaxed);
                Err(CollectError::Poisoned)
            }
        }
    }

    fn exemplars(&self) -> Exemplars {
        let sources = read(&self.inner.sources).clone();
        Exemplars::new(sources.iter().flat_map(|source| source.exemplars(None)))
    }

    /// A view that changes nothing and remembers which counters are observable: the collected sums do not say.
    pub(crate) fn view(&self) -> impl Fn(&Instrument) -> Option<Stream> + Send + Sync + 'static {
        let inner = Arc::downgrade(&self.inner);
        move |instrument| {
            let is_observable = instrument.kind() == InstrumentKind::ObservableCounter;
            if is_observable && instrument.scope().name() != RECORDERS {
                let inner = inner.upgrade()?;
                let scope = instrument.scope().name().to_owned();
                lock(&inner.observable_counters).insert((scope, instrument.name().to_owned()));
            }
            None
        }
    }

    /// Scope and name of each observable counter.
    pub(crate) fn observable_counters(&self) -> HashSet<(String, String)> {
        lock(&self.inner.observable_counters).clone()
    }

    /// What a flush or shutdown of the meter provider is to reach.
    pub(crate) fn attach(&self, exporters: Weak<dyn Flush>) {
        let _ = self.inner.exporters.set(exporters);
    }

    fn exporters(&self) -> Option<Arc<dyn Flush>> {
        self.inner.exporters.get().and_then(Weak::upgrade)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// The longest that a flush by way of the SDK may take: its call has no deadline of its own.
const SDK_FLUSH: Duration = Duration::from_secs(30);

/// How the SDK sees it.
impl MetricReader for Collector {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.inner.reader.register_pipeline(pipeline);
    }

    fn collect(&self, collected: &mut ResourceMetrics) -> OTelSdkResult {
        self.inner.reader.collect(collected)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporters()
            .map_or(Ok(()), |exporters| exporters.flush(SDK_FLUSH))
    }

    fn shutdown_with_timeout(&self, within: Duration) -> OTelSdkResult {
        let ended = self
            .exporters()
            .map_or(Ok(()), |exporters| exporters.end(within));
        self.inner.reader.shutdown_with_timeout(within)?;
        ended
    }

    fn temporality(&self, _kind: InstrumentKind) -> Temporality {
        Temporality::Cumulative
    }
}

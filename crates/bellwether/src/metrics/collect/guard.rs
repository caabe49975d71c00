//! Meters whose callbacks cannot take the metrics down.
//!
//! The SDK calls the callbacks of observable instruments under the lock of its pipeline. A panic there poisons the
//! lock; from then on every collection fails and every new instrument records nothing. Each callback is wrapped here,
//! on its way into the SDK, so the panic ends in the wrapper: that instrument has no value this time, and the rest do.
//! Synchronous instruments are the SDK's own, and cost what they cost without the guard.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::InstrumentationScope;
use opentelemetry::metrics::{
    AsyncInstrument, AsyncInstrumentBuilder, Callback, Counter, Gauge, Histogram, HistogramBuilder,
    InstrumentBuilder, InstrumentProvider, Meter, MeterProvider, ObservableCounter,
    ObservableGauge, ObservableUpDownCounter, UpDownCounter,
};
use opentelemetry_sdk::metrics::SdkMeterProvider;

/// A provider of meters that catches what callbacks of observable instruments panic with.
///
/// [`Telemetry::meter`](crate::Telemetry::meter) and, once telemetry is installed, `opentelemetry::global::meter` give
/// meters of this kind.
///
/// ```
/// use bellwether::metrics::{Collector, GuardedMeters};
/// use bellwether::opentelemetry::metrics::MeterProvider;
/// use bellwether::opentelemetry_sdk::metrics::SdkMeterProvider;
///
/// let collector = Collector::new();
/// let provider = SdkMeterProvider::builder().with_reader(collector.clone()).build();
/// let meters = GuardedMeters::new(provider);
/// let _broken = meters.meter("docs").u64_observable_gauge("broken").with_callback(|_| panic!("no value")).build();
/// meters.meter("docs").u64_counter("works").build().add(1, &[]);
/// assert_eq!(collector.collect_now()?.points(), 1);
/// assert_eq!(meters.panics(), 1);
/// # Ok::<(), bellwether::metrics::CollectError>(())
/// ```
#[derive(Debug, Clone)]
pub struct GuardedMeters {
    provider: SdkMeterProvider,
    panics: Arc<AtomicU64>,
}

impl GuardedMeters {
    /// Guards the meters of this provider. Those taken from the provider itself are not guarded.
    ///
    /// ```
    /// use bellwether::metrics::GuardedMeters;
    /// use bellwether::opentelemetry_sdk::metrics::SdkMeterProvider;
    /// let meters = GuardedMeters::new(SdkMeterProvider::default());
    /// ```
    pub fn new(provider: SdkMeterProvider) -> Self {
        Self {
            provider,
            panics: Arc::default(),
        }
    }

    /// Calls of callbacks that ended in a panic.
    ///
    /// ```
    /// use bellwether::metrics::GuardedMeters;
    /// use bellwether::opentelemetry_sdk::metrics::SdkMeterProvider;
    /// assert_eq!(GuardedMeters::new(SdkMeterProvider::default()).panics(), 0);
    /// ```
    pub fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// The count itself, for a callback that must not hold the provider.
    pub(crate) fn panic_count(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.panics)
    }
}

impl MeterProvider for GuardedMeters {
    fn meter_with_scope(&self, scope: InstrumentationScope) -> Meter {
        Meter::new(Arc::new(GuardedMeter {
            meter: self.provider.meter_with_scope(scope),
            panics: Arc::clone(&self.panics),
        }))
    }
}

struct GuardedMeter {
    meter: Meter,
    panics: Arc<AtomicU64>,
}

impl GuardedMeter {
    fn guarded<M: 'static>(
        &self,
        callback: Callback<M>,
    ) -> impl Fn(&dyn AsyncInstrument<M>) + Send + Sync + 'static {
        let panics = Arc::clone(&self.panics);
        move |observer: &dyn AsyncInstrument<M>| {
            // What a callback leaves half done is its own; the observer takes whole values only.
            let called = catch_unwind(AssertUnwindSafe(|| callback(observer)));
            if called.is_err() {
                panics.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// The guarded meter's builder, with what the given one holds.
macro_rules! same {
    ($given:expr, $builder:expr) => {{
        let mut builder = $builder;
        if let Some(description) = $given.description {
            builder = builder.with_description(description);
        }
        if let Some(unit) = $given.unit {
            builder = builder.with_unit(unit);
        }
        builder
    }};
}

macro_rules! synchronous {
    ($($method:ident: $instrument:ty;)*) => {
        $(fn $method(&self, given: InstrumentBuilder<'_, $instrument>) -> $instrument {
            same!(given, self.meter.$method(given.name)).build()
        })*
    };
}

macro_rules! histograms {
    ($($method:ident: $number:ty;)*) => {
        $(fn $method(&self, given: HistogramBuilder<'_, Histogram<$number>>) -> Histogram<$number> {
            let mut builder = same!(given, self.meter.$method(given.name));
            if let Some(boundaries) = given.boundaries {
                builder = builder.with_boundaries(boundaries);
            }
            builder.build()
        })*
    };
}

macro_rules! observable {
    ($($method:ident: $instrument:ident<$number:ty>;)*) => {
        $(fn $method(
            &self,
            given: AsyncInstrumentBuilder<'_, $instrument<$number>, $number>,
        ) -> $instrument<$number> {
            let mut builder = same!(given, self.meter.$method(given.name));
            for callback in given.callbacks {
                builder = builder.with_callback(self.guarded(callback));
            }
            builder.build()
        })*
    };
}

impl InstrumentProvider for GuardedMeter {
    synchronous! {
        u64_counter: Counter<u64>;
        f64_counter: Counter<f64>;
        i64_up_down_counter: UpDownCounter<i64>;
        f64_up_down_counter: UpDownCounter<f64>;
        u64_gauge: Gauge<u64>;
        i64_gauge: Gauge<i64>;
        f64_gauge: Gauge<f64>;
    }
    histograms! {
        u64_histogram: u64;
        f64_histogram: f64;
    }
    observable! {
        u64_observable_counter: ObservableCounter<u64>;
        f64_observable_counter: ObservableCounter<f64>;
        i64_observable_up_down_counter: ObservableUpDownCounter<i64>;
        f64_observable_up_down_counter: ObservableUpDownCounter<f64>;
        u64_observable_gauge: ObservableGauge<u64>;
        i64_observable_gauge: ObservableGauge<i64>;
        f64_observable_gauge: ObservableGauge<f64>;
    }
}

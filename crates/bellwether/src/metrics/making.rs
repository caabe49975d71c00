//! How [`Metrics`] makes families: an instrument of the SDK a metric, tables on it, and leases of live ids.

use std::sync::Arc;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{AsyncInstrument, Meter};

use super::handle::Metrics;
use super::label::Labels;
use super::live::Lease;
use super::series::{
    Callback, Counter, CounterNumber, Gauge, GaugeNumber, Histogram, HistogramNumber, Holder,
    Instrument, Kind, Number, Observed, Series, Table, UpDownCounter, UpDownNumber,
};
use super::{DefinitionMismatch, MetricDefinition};

/// Attributes that a family has besides its labels, and what they hold alive.
#[derive(Default)]
pub(crate) struct Fixed {
    pub(crate) attributes: Vec<KeyValue>,
    leases: Vec<Lease>,
}

macro_rules! family {
    ($(#[$doc:meta])* $with:ident, $generated:ident, $live:ident, $checked:ident:
        $family:ident<$number:ident>, $kind:expr, $make:ident, $stripes:expr) => {
        $(#[$doc])*
        pub(crate) fn $with<L: Labels, T: $number>(
            &self,
            definition: &'static MetricDefinition,
            fixed: Fixed,
        ) -> $family<L, T> {
            if !self.selection().has(definition) {
                return $family::off();
            }
            let instrument = self.instrument(definition, $kind, T::$make);
            let keys = keys(definition, &fixed.attributes);
            let stripes = $stripes(Table::<L, T>::sum_stripes());
            let table = Table::<L, T>::new(definition.name, keys, &fixed.attributes, stripes);
            let holder = instrument.attach(Arc::clone(&table) as _, Holder::new(fixed.leases));
            $family::on(table, holder)
        }

        #[doc(hidden)]
        pub fn $generated<L: Labels, T: $number>(&self, definition: &'static MetricDefinition) -> $family<L, T> {
            generated(self.$checked(definition), $family::off)
        }

        #[doc(hidden)]
        pub fn $live<L: Labels, T: $number>(
            &self,
            definition: &'static MetricDefinition,
            ids: &[(&'static str, &str)],
        ) -> $family<L, T> {
            self.$with(definition, self.lease(ids))
        }
    };
}

impl Metrics {
    family! {
        /// A counter whose labels are `L` after these attributes. Its series leave some time after its last clone.
        counter_with, generated_counter, generated_live_counter, counter:
        Counter<CounterNumber>, Kind::Sum, counter, |stripes| stripes
    }

    family! {
        /// As [`counter_with`](Self::counter_with).
        up_down_counter_with, generated_up_down_counter, generated_live_up_down_counter, up_down_counter:
        UpDownCounter<UpDownNumber>, Kind::Sum, up_down_counter, |stripes| stripes
    }

    family! {
        /// As [`counter_with`](Self::counter_with); a gauge's series leave with its last clone.
        gauge_with, generated_gauge, generated_live_gauge, gauge:
        Gauge<GaugeNumber>, Kind::Value, gauge, |_| 1
    }

    /// As [`counter_with`](Self::counter_with). The SDK keeps a histogram's series, so exporters leave the ended ones out.
    pub(crate) fn histogram_with<L: Labels, T: HistogramNumber>(
        &self,
        definition: &'static MetricDefinition,
        fixed: Fixed,
    ) -> Histogram<L, T> {
        if !self.selection().has(definition) {
            return Histogram::off();
        }
        if !fixed.leases.is_empty() {
            self.retire(definition);
        }
        let histogram = self.remembered(definition.name, || {
            Arc::new(T::histogram(self.meter(), definition))
        });
        let keys = keys(definition, &fixed.attributes);
        let holder = Holder::new(fixed.leases);
        let series = Series::<L, T>::new((*histogram).clone(), definition, keys, &fixed.attributes);
        self.keeps_exemplars(Arc::clone(&series) as _, &holder);
        Histogram::on(series, holder)
    }

    #[doc(hidden)]
    pub fn generated_histogram<L: Labels, T: HistogramNumber>(
        &self,
        definition: &'static MetricDefinition,
    ) -> Histogram<L, T> {
        generated(self.histogram(definition), Histogram::off)
    }

    #[doc(hidden)]
    pub fn generated_live_histogram<L: Labels, T: HistogramNumber>(
        &self,
        definition: &'static MetricDefinition,
        ids: &[(&'static str, &str)],
    ) -> Histogram<L, T> {
        self.histogram_with(definition, self.lease(ids))
    }

    /// Has a gauge told by what knows its values when they are asked for, as long as the holder lives. What was attached
    /// last wins where two tell the same series.
    pub(crate) fn observed_gauge<T: GaugeNumber>(
        &self,
        definition: &'static MetricDefinition,
        observed: Arc<dyn Observed<T>>,
    ) -> Option<Arc<Holder>> {
        if !self.selection().has(definition) {
            return None;
        }
        let instrument = self.instrument(definition, Kind::Value, T::gauge);
        Some(instrument.attach(observed, Holder::new(Vec::new())))
    }

    /// Takes a place for each id among those that live.
    pub(crate) fn lease(&self, ids: &[(&'static str, &str)]) -> Fixed {
        let mut fixed = Fixed::default();
        for (key, id) in ids {
            let lease = self
                .live(key)
                .lease(if id.is_empty() { "unknown" } else { id });
            let value = lease.value().to_owned();
            fixed.attributes.push(KeyValue::new(*key, value));
            fixed.leases.push(lease);
        }
        fixed
    }

    fn instrument<T: Number>(
        &self,
        definition: &'static MetricDefinition,
        kind: Kind,
        make: fn(&Meter, &'static MetricDefinition, Callback<T>),
    ) -> Arc<Instrument<T>> {
        self.remembered(definition.name, || {
            let instrument = Instrument::new(kind, self.grace(), self.buffers());
            // For as long as the provider: counts outlive what counted them.
            let told = Arc::clone(&instrument);
            let callback = move |observer: &dyn AsyncInstrument<T>| told.observe(observer);
            make(self.meter(), definition, Box::new(callback));
            instrument
        })
    }
}

/// Definitions and types come from one generator, so a mismatch is a fault of it: seen in tests, silent in a service.
fn generated<F>(made: Result<F, DefinitionMismatch>, off: fn() -> F) -> F {
    debug_assert!(made.is_ok(), "{:?}", made.err());
    made.unwrap_or_else(|_| off())
}

/// Keys of the labels that come after the fixed attributes.
fn keys(definition: &'static MetricDefinition, fixed: &[KeyValue]) -> Box<[&'static str]> {
    let all = definition.labels.iter().map(|label| label.key);
    all.filter(|key| fixed.iter().all(|pair| pair.key.as_str() != *key))
        .collect()
}

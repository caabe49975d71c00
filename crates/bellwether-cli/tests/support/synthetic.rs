//! One measurement of each metric that the catalog defines, through the plain OpenTelemetry API.

use bellwether::metrics::generated::ALL;
use bellwether::metrics::{Instrument, LabelDefinition, LabelValues, MetricDefinition, ValueType};
use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

/// Whole, so that every number type holds it.
const VALUE: u8 = 7;

/// Measures every metric once, with all its labels.
pub(crate) fn measure_all(meter: &Meter) {
    for metric in ALL {
        measure(meter, metric);
    }
}

/// A value that the label may have.
pub(crate) fn value_of(label: &LabelDefinition) -> String {
    match label.values {
        LabelValues::Closed(values) => values[0].to_owned(),
        LabelValues::Bounded(_) | LabelValues::Live => format!("some-{}", label.input),
    }
}

/// Name, unit, description and buckets are the definition's.
macro_rules! described {
    ($builder:expr, $metric:expr) => {
        $builder
            .with_unit($metric.unit)
            .with_description($metric.description)
    };
}

/// Measured when collected.
macro_rules! observe {
    ($builder:expr, $metric:expr, $labels:expr) => {{
        let labels = $labels;
        let observed = described!($builder, $metric)
            .with_callback(move |observer| observer.observe(VALUE.into(), &labels));
        // The provider keeps the callback.
        let _ = observed.build();
    }};
}

fn measure(meter: &Meter, metric: &'static MetricDefinition) {
    let label = |label: &LabelDefinition| KeyValue::new(label.key, value_of(label));
    let labels: Vec<_> = metric.labels.iter().map(label).collect();
    let (name, value) = (metric.name, VALUE);
    match (metric.instrument, metric.value, metric.observable) {
        (Instrument::Counter, ValueType::Int, false) => {
            described!(meter.u64_counter(name), metric)
                .build()
                .add(value.into(), &labels);
        }
        (Instrument::Counter, ValueType::Double, false) => {
            described!(meter.f64_counter(name), metric)
                .build()
                .add(value.into(), &labels);
        }
        (Instrument::UpDownCounter, ValueType::Int, false) => {
            described!(meter.i64_up_down_counter(name), metric)
                .build()
                .add(value.into(), &labels);
        }
        (Instrument::UpDownCounter, ValueType::Double, false) => {
            described!(meter.f64_up_down_counter(name), metric)
                .build()
                .add(value.into(), &labels);
        }
        (Instrument::Gauge, ValueType::Int, false) => {
            described!(meter.i64_gauge(name), metric)
                .build()
                .record(value.into(), &labels);
        }
        (Instrument::Gauge, ValueType::Double, false) => {
            described!(meter.f64_gauge(name), metric)
                .build()
                .record(value.into(), &labels);
        }
        (Instrument::Histogram, ValueType::Int, false) => {
            described!(meter.u64_histogram(name), metric)
                .with_boundaries(metric.buckets.to_vec())
                .build()
                .record(value.into(), &labels);
        }
        (Instrument::Histogram, ValueType::Double, false) => {
            described!(meter.f64_histogram(name), metric)
                .with_boundaries(metric.buckets.to_vec())
                .build()
                .record(value.into(), &labels);
        }
        (Instrument::Counter, ValueType::Int, true) => {
            observe!(meter.u64_observable_counter(name), metric, labels);
        }
        (Instrument::Counter, ValueType::Double, true) => {
            observe!(meter.f64_observable_counter(name), metric, labels);
        }
        (Instrument::UpDownCounter, ValueType::Int, true) => {
            observe!(meter.i64_observable_up_down_counter(name), metric, labels);
        }
        (Instrument::UpDownCounter, ValueType::Double, true) => {
            observe!(meter.f64_observable_up_down_counter(name), metric, labels);
        }
        (Instrument::Gauge, ValueType::Int, true) => {
            observe!(meter.i64_observable_gauge(name), metric, labels);
        }
        (Instrument::Gauge, ValueType::Double, true) => {
            observe!(meter.f64_observable_gauge(name), metric, labels);
        }
        (Instrument::Histogram, _, true) => panic!("{name}: no histogram is observable"),
    }
}

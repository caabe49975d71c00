//! Every metric of the catalog, as a real Prometheus has it after each road.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bellwether::metrics::generated::ALL;
use bellwether::metrics::{Instrument, MetricDefinition};
use bellwether_testing::otlp::Measurements;
use bellwether_testing::prometheus::{Labels, Prometheus, Settings, Translation};
use opentelemetry::metrics::MeterProvider;
use support::roads::Roads;
use support::synthetic::{measure_all, value_of};

const SERVICE: &str = "names";
const PATIENCE: Duration = Duration::from_secs(40);

/// What Prometheus calls a unit; annotations and dimensionless units are none.
fn unit(metric: &MetricDefinition) -> Option<&'static str> {
    match metric.unit {
        "s" => Some("seconds"),
        "By" => Some("bytes"),
        "%" => Some("percent"),
        "W" => Some("watts"),
        "J" => Some("joules"),
        "Cel" => Some("celsius"),
        "1" => None,
        annotation if annotation.starts_with('{') && annotation.ends_with('}') => None,
        other => panic!("{}: what does Prometheus make of {other}?", metric.name),
    }
}

/// The series of one metric, labels and all.
fn expected(metric: &MetricDefinition, translation: Translation) -> Vec<Labels> {
    let translated = translation != Translation::NoTranslation;
    let name = match translation {
        Translation::UnderscoreEscapingWithSuffixes => metric.prometheus_suffixed_name,
        Translation::UnderscoreEscapingWithoutSuffixes => metric.prometheus_name,
        Translation::NoTranslation => metric.name,
    };
    let kind = match metric.instrument {
        Instrument::Counter => "counter",
        Instrument::UpDownCounter | Instrument::Gauge => "gauge",
        Instrument::Histogram => "histogram",
    };
    let mut labels = Labels::new();
    for (key, value) in [
        ("job", Some(SERVICE)),
        ("__type__", Some(kind)),
        ("__unit__", unit(metric)),
    ] {
        labels.extend(value.map(|value| (key.to_owned(), value.to_owned())));
    }
    for label in metric.labels {
        let key = if translated {
            label.prometheus_key
        } else {
            label.key
        };
        labels.insert(key.to_owned(), value_of(label));
    }
    let series = |suffix: &str, le: Option<String>| {
        let mut labels = labels.clone();
        labels.insert("__name__".to_owned(), format!("{name}{suffix}"));
        labels.extend(le.map(|le| ("le".to_owned(), le)));
        labels
    };
    if metric.instrument != Instrument::Histogram {
        return vec![series("", None)];
    }
    let bounds = metric.buckets.iter().map(ToString::to_string);
    let bounds = bounds.chain(["+Inf".to_owned()]);
    let buckets = bounds.map(|bound| series("_bucket", Some(bound)));
    buckets
        .chain([series("_sum", None), series("_count", None)])
        .collect()
}

/// Waits until a server has as many series of the service as there should be, and for the others no longer.
async fn series_of_the_service(prometheus: &Prometheus, count: usize) -> BTreeSet<Labels> {
    let started = Instant::now();
    loop {
        let found = prometheus.series(&format!("{{job=\"{SERVICE}\"}}")).await;
        let described = |labels: &Labels| labels["__name__"] != "target_info";
        let found: BTreeSet<_> = found.into_iter().filter(described).collect();
        if found.len() >= count || started.elapsed() > PATIENCE {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Name, type, unit, label names and values, buckets; nothing is missing, renamed or added.
#[tokio::test]
async fn every_metric_is_what_the_catalog_says_over_otlp() {
    let settings = Settings::default().feature("type-and-unit-labels");
    let translations = [
        Translation::UnderscoreEscapingWithSuffixes,
        Translation::UnderscoreEscapingWithoutSuffixes,
        Translation::NoTranslation,
    ];
    let Some(roads) = Roads::open(&settings, &translations).await else {
        return;
    };
    let measurements = Measurements::of_service(SERVICE);
    measure_all(&measurements.provider().meter("test"));
    roads.send(&measurements.collect()).await;

    for (translation, prometheus) in &roads.servers {
        let expected: BTreeSet<Labels> = ALL
            .iter()
            .flat_map(|metric| expected(metric, *translation))
            .collect();
        let found = series_of_the_service(prometheus, expected.len()).await;
        let missing: Vec<_> = expected.difference(&found).collect();
        let unknown: Vec<_> = found.difference(&expected).collect();
        assert!(
            missing.is_empty() && unknown.is_empty(),
            "{translation:?}\nmissing {missing:#?}\nunknown {unknown:#?}"
        );
        assert!(expected.len() > ALL.len(), "{}", expected.len());
    }
}

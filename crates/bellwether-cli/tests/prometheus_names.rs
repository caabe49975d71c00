//! Every metric of the catalog, as a real Prometheus has it after each road: name, type, unit, label names and values,
//! buckets. Nothing is missing, renamed or added.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bellwether::metrics::exposition::Format;
use bellwether::metrics::generated::ALL;
use bellwether::metrics::{Instrument, MetricDefinition};
use bellwether_testing::otlp::Measurements;
use bellwether_testing::prometheus::{Labels, Prometheus, Settings, Translation};
use opentelemetry::metrics::MeterProvider;
use serde_json::json;
use support::metrics_endpoint::MetricsEndpoint;
use support::roads::Roads;
use support::synthetic::{measure_all, value_of};

const SERVICE: &str = "names";
const PATIENCE: Duration = Duration::from_secs(40);
/// Type and unit of what came over OTLP are seen through it alone. It is off for scrapes: there the parser of OpenMetrics
/// (3.15) hands the unit of one metric on to those after it that have none. They have metadata instead.
const TYPE_AND_UNIT: &str = "type-and-unit-labels";

/// Units that a name may end in.
const UNITS: [&str; 5] = ["seconds", "bytes", "percent", "tokens", "dollars"];

/// How metrics came to a Prometheus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Road {
    /// Over OTLP, through the Collector.
    Otlp(Translation),
    /// By a scrape of what we write on `/metrics`.
    Scrape(Format),
}

impl Road {
    fn name(self, metric: &MetricDefinition) -> &'static str {
        match self {
            Self::Otlp(Translation::UnderscoreEscapingWithSuffixes) => {
                metric.prometheus_suffixed_name
            }
            Self::Otlp(Translation::NoTranslation) => metric.name,
            Self::Otlp(Translation::UnderscoreEscapingWithoutSuffixes) | Self::Scrape(_) => {
                metric.prometheus_name
            }
        }
    }

    fn kind(self, metric: &MetricDefinition) -> &'static str {
        match metric.instrument {
            // OpenMetrics knows counters by the ending of their name.
            Instrument::Counter
                if self == Self::Scrape(Format::OpenMetrics)
                    && !metric.prometheus_name.ends_with("_total") =>
            {
                "unknown"
            }
            Instrument::Counter => "counter",
            Instrument::UpDownCounter | Instrument::Gauge => "gauge",
            Instrument::Histogram => "histogram",
        }
    }
}

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
fn series(metric: &MetricDefinition, road: Road) -> Vec<Labels> {
    let mut given = vec![("job", SERVICE)];
    if let Road::Otlp(_) = road {
        given.push(("__type__", road.kind(metric)));
        given.extend(unit(metric).map(|unit| ("__unit__", unit)));
    }
    let given = given
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    let own = metric.labels.iter().map(|label| {
        let key = match road {
            Road::Otlp(Translation::NoTranslation) => label.key,
            _ => label.prometheus_key,
        };
        (key.to_owned(), value_of(label))
    });
    let labels: Labels = given.chain(own).collect();
    let series = |suffix: &str, le: Option<String>| {
        let mut labels = labels.clone();
        let name = format!("{}{suffix}", road.name(metric));
        labels.insert("__name__".to_owned(), name);
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

/// The series of the service, once there are as many as there should be, or after a while fewer.
async fn found(prometheus: &Prometheus, count: usize) -> BTreeSet<Labels> {
    let of_the_server = |labels: &Labels| {
        let name = &labels["__name__"];
        name == "target_info" || name == "up" || name.starts_with("scrape_")
    };
    let started = Instant::now();
    loop {
        let all = prometheus.series(&format!("{{job=\"{SERVICE}\"}}")).await;
        let mut found = BTreeSet::new();
        for mut labels in all.into_iter().filter(|labels| !of_the_server(labels)) {
            // Where it was scraped.
            labels.remove("instance");
            // 1048576 when it came over OTLP, 1.048576e+06 when it was scraped.
            if let Some(le) = labels.get_mut("le").filter(|le| *le != "+Inf") {
                *le = le.parse::<f64>().unwrap().to_string();
            }
            found.insert(labels);
        }
        if found.len() >= count || started.elapsed() > PATIENCE {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn every_metric_is_there(prometheus: &Prometheus, road: Road) {
    let expected: BTreeSet<_> = ALL.iter().flat_map(|metric| series(metric, road)).collect();
    let found = found(prometheus, expected.len()).await;
    let missing: Vec<_> = expected.difference(&found).collect();
    let unknown: Vec<_> = found.difference(&expected).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "{road:?}\nmissing {missing:#?}\nunknown {unknown:#?}"
    );
    assert!(expected.len() > ALL.len(), "{}", expected.len());
}

#[tokio::test]
async fn every_metric_is_what_the_catalog_says_over_otlp() {
    let settings = Settings::default().feature(TYPE_AND_UNIT);
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
        every_metric_is_there(prometheus, Road::Otlp(*translation)).await;
    }
}

#[tokio::test]
async fn every_metric_is_what_the_catalog_says_by_scrape() {
    for format in [Format::Text, Format::OpenMetrics] {
        let measurements = Measurements::of_service(SERVICE);
        measure_all(&measurements.provider().meter("test"));
        let endpoint = MetricsEndpoint::start(format, move || measurements.collect()).await;
        let settings =
            Settings::default().scrape(SERVICE, &endpoint.address, Duration::from_millis(500));
        let Some(prometheus) = Prometheus::start(&settings).await else {
            return;
        };
        every_metric_is_there(&prometheus, Road::Scrape(format)).await;
        every_metric_has_its_metadata(&prometheus, format).await;
    }
}

/// What the server shows beside a metric's name.
async fn every_metric_has_its_metadata(prometheus: &Prometheus, format: Format) {
    let metadata = prometheus.metadata().await;
    for metric in ALL {
        let mut family = metric.prometheus_name;
        // The format has units where the name ends in them; the text format has none.
        let mut unit = "";
        if format == Format::OpenMetrics {
            if metric.instrument == Instrument::Counter {
                family = family.trim_end_matches("_total");
            }
            let ends_in = |unit: &&str| family.ends_with(&format!("_{unit}"));
            unit = UNITS.iter().copied().find(ends_in).unwrap_or("");
        }
        let found = &metadata[family];
        let kind = Road::Scrape(format).kind(metric);
        let expected = json!([{ "type": kind, "help": metric.description, "unit": unit }]);
        assert_eq!(*found, expected, "{format:?}: {}", metric.name);
    }
}

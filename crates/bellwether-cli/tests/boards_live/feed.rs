//! An hour of every metric that the catalog defines, as requests over OTLP, dated back.
//!
//! The values are made up and plausible: what fails is a small part of what is done, what is used a part of what there
//! is. Each metric has a series for combinations of the values that its labels may have, so that every value of a closed
//! label is there. What the Collector sends by itself is left to it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bellwether_catalog::{AttributeRef, Instrument, Metric, Registry, Values, load};
use bellwether_testing::otlp::date;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Histogram, HistogramDataPoint, Metric as Sent, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum, metric::Data, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use super::support::collector::{Running, client};

/// Twice the range of a panel and more: some compare with the range before.
const MINUTES: u32 = 57;
/// Minutes between two points, of which a window of rates holds three.
const BETWEEN: usize = 2;
/// Series of one metric.
const SERIES: usize = 24;
const CUMULATIVE: i32 = 2;

/// Beginnings of names that the running Collector sends.
const OF_COLLECTOR: [&str; 5] = [
    "system.",
    "traces.span.",
    "error_log",
    "error.log",
    "otelcol_",
];

/// Of those, what it sends only when something is lost, or where there is swap: these are fed.
const OF_TROUBLE: [&str; 7] = [
    "failed",
    "refused",
    "errored",
    "dropped",
    "deltatocumulative",
    "tail_sampling",
    "paging",
];

pub(crate) struct Feed {
    registry: Registry,
    outside: Registry,
}

impl Feed {
    pub(crate) fn new() -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../bellwether-catalog");
        Self {
            registry: load(format!("{folder}/registry")).unwrap(),
            outside: load(format!("{folder}/outside")).unwrap(),
        }
    }

    /// Sends it as if each point had been sent when its minute was over.
    pub(crate) async fn send_an_hour(&self, collector: &Running) {
        let end = SystemTime::now();
        let before_the_end = |minutes: u32| end - Duration::from_secs(60) * minutes;
        let client = client();
        for minute in (0..MINUTES).step_by(BETWEEN) {
            let mut request = self.request(minute);
            let collected = before_the_end(MINUTES - 1 - minute);
            date(&mut request, before_the_end(MINUTES), collected);
            let answer = client
                .post(format!("http://{}/v1/metrics", collector.http))
                .header("content-type", "application/x-protobuf")
                .body(request.encode_to_vec())
                .send()
                .await
                .unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
        }
    }

    fn request(&self, minute: u32) -> ExportMetricsServiceRequest {
        let of_service = self.registry.metrics.iter();
        let of_service = of_service.map(|metric| sent(&self.registry, metric, minute));
        let of_others = self
            .outside
            .metrics
            .iter()
            .filter(|metric| is_fed(&metric.name));
        let of_others = of_others.map(|metric| sent(&self.outside, metric, minute));
        ExportMetricsServiceRequest {
            resource_metrics: vec![
                resource(&[("service.name", "catalog")], of_service.collect()),
                resource(
                    &[("service.name", "outside"), ("container.name", "box")],
                    of_others.collect(),
                ),
            ],
        }
    }
}

fn is_fed(name: &str) -> bool {
    let of_collector = OF_COLLECTOR.iter().any(|start| name.starts_with(start));
    !of_collector || OF_TROUBLE.iter().any(|word| name.contains(word))
}

fn resource(attributes: &[(&str, &str)], metrics: Vec<Sent>) -> ResourceMetrics {
    let host = nix::unistd::gethostname().unwrap().into_string().unwrap();
    let common = [
        ("service.version", "1"),
        ("service.instance.id", "one"),
        ("deployment.environment.name", "test"),
        ("host.name", host.as_str()),
    ];
    let attributes = attributes.iter().chain(&common);
    ResourceMetrics {
        resource: Some(Resource {
            attributes: attributes.map(|(key, value)| pair(key, value)).collect(),
            ..Resource::default()
        }),
        scope_metrics: vec![ScopeMetrics {
            metrics,
            ..ScopeMetrics::default()
        }],
        ..ResourceMetrics::default()
    }
}

fn pair(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(any_value::Value::StringValue(value.to_owned())),
        }),
        ..KeyValue::default()
    }
}

/// Labels that come from the resource.
const OF_RESOURCE: [&str; 3] = ["host.name", "container.name", "service.name"];

/// Values that a label may have, `None` for none.
fn values(registry: &Registry, reference: &AttributeRef) -> Vec<Option<String>> {
    let key = reference.key.as_str();
    let mut values: Vec<Option<String>> = match registry.values(reference) {
        Some(Values::Closed(set)) => set.members.into_iter().map(Some).collect(),
        _ if key.contains("status_code") => ["200", "503"].map(|code| Some(code.into())).to_vec(),
        _ if key == "handler" => vec![Some("/api/v1/otlp/v1/metrics".to_owned())],
        _ if key == "rule_group" => vec![Some("/etc/prometheus/rules/a.yaml;a".to_owned())],
        _ => {
            // Labels of one thing have the values of that thing, whatever they are called.
            let things = ["orchestrator", "tool"].into_iter();
            let mut named = things.filter(|thing| key.contains(thing));
            let thing = named.next().unwrap_or(key);
            (1..=2)
                .map(|number| Some(format!("{thing}-{number}")))
                .collect()
        }
    };
    if !reference.required {
        values.insert(0, None);
    }
    values
}

/// Labels of each series: every value of each, in step with those of the others.
fn labels(registry: &Registry, metric: &Metric) -> Vec<Vec<KeyValue>> {
    let attributes = metric.attributes.iter();
    let attributes = attributes.filter(|reference| !OF_RESOURCE.contains(&reference.key.as_str()));
    let values: Vec<(&str, Vec<Option<String>>)> = attributes
        .map(|reference| (reference.key.as_str(), values(registry, reference)))
        .collect();
    let product: usize = values.iter().map(|(_, values)| values.len()).product();
    let longest = values.iter().map(|(_, values)| values.len()).max();
    let count = product.min(SERIES.max(longest.unwrap_or(1)));
    (0..count)
        .map(|series| {
            // All combinations where they are few, else each value with some of the others.
            let mut rest = series;
            let mut pairs = Vec::new();
            for (key, values) in &values {
                let all = product <= SERIES;
                let index = if all {
                    rest % values.len()
                } else {
                    series % values.len()
                };
                rest /= values.len();
                pairs.extend(values[index].as_ref().map(|value| pair(key, value)));
            }
            pairs
        })
        .collect()
}

fn sent(registry: &Registry, metric: &Metric, minute: u32) -> Sent {
    let labels = labels(registry, metric);
    let points = || {
        let numbered = labels.iter().enumerate();
        numbered.map(|(series, labels)| NumberDataPoint {
            attributes: labels.clone(),
            value: Some(number_data_point::Value::AsDouble(value(
                metric, labels, minute, series,
            ))),
            ..NumberDataPoint::default()
        })
    };
    let data = match metric.instrument {
        Instrument::Gauge => Data::Gauge(Gauge {
            data_points: points().collect(),
        }),
        Instrument::Counter | Instrument::UpDownCounter => Data::Sum(Sum {
            data_points: points().collect(),
            aggregation_temporality: CUMULATIVE,
            is_monotonic: metric.instrument == Instrument::Counter,
        }),
        Instrument::Histogram => Data::Histogram(Histogram {
            data_points: labels
                .iter()
                .map(|labels| distribution(metric, minute, labels.clone()))
                .collect(),
            aggregation_temporality: CUMULATIVE,
        }),
    };
    Sent {
        name: metric.name.clone(),
        unit: metric.unit.clone(),
        data: Some(data),
        ..Sent::default()
    }
}

/// What goes wrong, in names of metrics.
const TROUBLE: [&str; 13] = [
    "fail",
    "error",
    "dropped",
    "rejected",
    "refused",
    "retries",
    "rate_limited",
    "timeout",
    "miss",
    "dead",
    "overflow",
    "too_old",
    "lost",
];
/// What went wrong, in values of labels.
const ENDED_BADLY: [&str; 7] = [
    "fail",
    "error",
    "timeout",
    "abandoned",
    "cancelled",
    "rejected",
    "503",
];
/// What there is, as opposed to what of it is used.
const WHOLE: [&str; 6] = [
    "limit",
    "capacity",
    "size_tokens",
    "memory_total",
    "total_bytes",
    "interval_seconds",
];

fn value(metric: &Metric, labels: &[KeyValue], minute: u32, series: usize) -> f64 {
    let name = metric.name.as_str();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let minutes = f64::from(minute + 1);
    if metric.instrument == Instrument::Counter {
        return minutes * every_minute(name, has(&TROUBLE), labels);
    }
    if name.contains("timestamp") {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        return now.as_secs_f64();
    }
    match metric.unit.as_str() {
        // Rises, so that there is a time at which it is used up.
        "%" | "{percent}" => 10.0 + minutes / 2.0 + (series % 3) as f64,
        "1" | "{load}" => 0.4,
        _ if has(&WHOLE) => 100.0,
        _ => 7.0,
    }
}

/// Objectives are met: one in hundreds goes wrong. Queues empty faster than they fill.
fn every_minute(name: &str, is_trouble: bool, labels: &[KeyValue]) -> f64 {
    let texts: Vec<&str> = labels.iter().filter_map(text).collect();
    let any = |is: &dyn Fn(&str) -> bool| texts.iter().any(|text| is(text));
    if any(&|text| ENDED_BADLY.iter().any(|word| text.contains(word))) {
        return 0.1;
    }
    if is_trouble || any(&|text| text.starts_with("cache")) {
        return 1.0;
    }
    if name.contains("dequeued") {
        66.0
    } else {
        60.0
    }
}

fn text(label: &KeyValue) -> Option<&str> {
    match label.value.as_ref()?.value.as_ref()? {
        any_value::Value::StringValue(text) => Some(text),
        _ => None,
    }
}

/// Most observations are in the lower third of the buckets, a few up to the second, and none beyond.
fn distribution(metric: &Metric, minute: u32, attributes: Vec<KeyValue>) -> HistogramDataPoint {
    let used = (metric.buckets.len() * 2).div_ceil(3).max(1);
    let few = u64::from(minute + 1);
    let mut bucket_counts = vec![0; metric.buckets.len() + 1];
    for (index, count) in bucket_counts[..used].iter_mut().enumerate() {
        *count = if index * 2 < used { few * 300 } else { few };
    }
    let bounds = metric.buckets.iter().zip(&bucket_counts);
    HistogramDataPoint {
        attributes,
        count: bucket_counts.iter().sum(),
        sum: Some(bounds.map(|(bound, count)| bound * *count as f64).sum()),
        bucket_counts,
        explicit_bounds: metric.buckets.clone(),
        ..HistogramDataPoint::default()
    }
}

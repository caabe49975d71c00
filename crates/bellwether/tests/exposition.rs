//! Answers of `/metrics`, read by the parsers of Prometheus's own Python client. Its OpenMetrics parser is strict.
//!
//! Needs `python3` with the package `prometheus_client` (or one named by `BELLWETHER_PYTHON`); left out, with a word about
//! it, where there is none.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test may panic and print"
)]
#![cfg(feature = "sdk")]

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bellwether::metrics::exposition::{Exposition, Format};
use bellwether::metrics::{
    Collection, Collector, Exemplar, ExemplarSource, Instrument, MetricDefinition, SeriesExemplars,
    ValueType, generated,
};
use bellwether::opentelemetry::KeyValue;
use bellwether::opentelemetry::metrics::{Meter, MeterProvider};
use bellwether::opentelemetry::trace::{SpanId, TraceId};
use bellwether::opentelemetry_sdk::Resource;
use bellwether::opentelemetry_sdk::metrics::SdkMeterProvider;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;

fn python() -> Option<String> {
    let python = std::env::var("BELLWETHER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let imported = Command::new(&python)
        .args(["-c", "import prometheus_client"])
        .stderr(Stdio::null())
        .status();
    if imported.is_ok_and(|status| status.success()) {
        return Some(python);
    }
    eprintln!("left out: no python3 with prometheus_client");
    None
}

/// What the parser makes of each answer.
fn judged(python: &str, format: Format, answers: &[String]) -> Vec<Value> {
    let name = match format {
        Format::Text => "text",
        Format::OpenMetrics => "openmetrics",
    };
    let judge = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exposition/judge.py");
    let mut child = Command::new(python)
        .args([judge, name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = answers.join("\0");
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let judged: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(judged.len(), answers.len());
    for (answer, judged) in answers.iter().zip(&judged) {
        assert!(judged.get("error").is_none(), "{judged}\n{answer}");
    }
    judged
}

struct Exemplars(Vec<SeriesExemplars>);

impl ExemplarSource for Exemplars {
    fn exemplars(&self, _: Option<SystemTime>) -> Vec<SeriesExemplars> {
        self.0.clone()
    }
}

/// A process that records something on every metric of the catalog.
fn catalog() -> Collection {
    let collector = Collector::new();
    let provider = SdkMeterProvider::builder()
        .with_resource(
            Resource::builder_empty()
                .with_service_name("catalog")
                .build(),
        )
        .with_reader(collector.clone())
        .build();
    let meter = provider.meter("bellwether");
    let mut exemplars = Vec::new();
    for definition in generated::ALL {
        let attributes: Vec<KeyValue> = definition
            .labels
            .iter()
            .map(|label| KeyValue::new(label.key, "value"))
            .collect();
        record(&meter, definition, &attributes);
        exemplars.push(SeriesExemplars {
            metric: definition.name,
            attributes,
            exemplars: vec![Exemplar {
                value: 1.0,
                time: SystemTime::UNIX_EPOCH + Duration::from_millis(1500),
                trace_id: TraceId::from(1_u128),
                span_id: SpanId::from(2_u64),
            }],
        });
    }
    collector.add_exemplars(Arc::new(Exemplars(exemplars)));
    collector.collect_now().unwrap()
}

fn record(meter: &Meter, definition: &'static MetricDefinition, attributes: &[KeyValue]) {
    macro_rules! built {
        ($method:ident) => {
            meter
                .$method(definition.name)
                .with_unit(definition.unit)
                .with_description(definition.description)
        };
    }
    match (definition.instrument, definition.value) {
        (Instrument::Counter, ValueType::Int) => built!(u64_counter).build().add(1, attributes),
        (Instrument::Counter, ValueType::Double) => {
            built!(f64_counter).build().add(1.0, attributes);
        }
        (Instrument::UpDownCounter, ValueType::Int) => {
            built!(i64_up_down_counter).build().add(1, attributes);
        }
        (Instrument::UpDownCounter, ValueType::Double) => {
            built!(f64_up_down_counter).build().add(1.0, attributes);
        }
        (Instrument::Gauge, ValueType::Int) => built!(i64_gauge).build().record(1, attributes),
        (Instrument::Gauge, ValueType::Double) => built!(f64_gauge).build().record(1.0, attributes),
        (Instrument::Histogram, _) => built!(f64_histogram)
            .with_boundaries(definition.buckets.to_vec())
            .build()
            .record(1.0, attributes),
    }
}

#[test]
fn every_metric_of_the_catalog_has_the_name_and_the_labels_that_the_catalog_says() {
    let Some(python) = python() else { return };
    let collection = catalog();
    for format in [Format::Text, Format::OpenMetrics] {
        let answer = Exposition::new(format).created(true).render(&collection);
        let judged = judged(&python, format, std::slice::from_ref(&answer)).remove(0);
        let mut samples: BTreeMap<&str, &Value> = BTreeMap::new();
        for family in judged["families"].as_array().unwrap() {
            for sample in family["samples"].as_array().unwrap() {
                samples.insert(sample["name"].as_str().unwrap(), sample);
            }
        }
        for definition in generated::ALL {
            let suffix = match definition.instrument {
                Instrument::Histogram => "_bucket",
                _ => "",
            };
            let name = format!("{}{suffix}", definition.prometheus_name);
            let is_written =
                |line: &str| line.starts_with(&name) && line[name.len()..].starts_with(['{', ' ']);
            assert!(answer.lines().any(is_written), "{format:?}: no {name}");
            // This parser appends the ending to counters of the old format by itself.
            let is_renamed = format == Format::Text
                && definition.instrument == Instrument::Counter
                && !name.ends_with("_total");
            let name = if is_renamed {
                format!("{name}_total")
            } else {
                name
            };
            let sample = samples
                .get(name.as_str())
                .unwrap_or_else(|| panic!("{format:?}: no {name}"));
            let labels = sample["labels"].as_object().unwrap();
            let labels: Vec<&str> = labels
                .keys()
                .map(String::as_str)
                .filter(|key| *key != "le")
                .collect();
            let mut expected: Vec<&str> = definition
                .labels
                .iter()
                .map(|label| label.prometheus_key)
                .collect();
            expected.sort_unstable();
            let mut sorted = labels.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, expected, "{format:?}: {name}");
        }
        assert!(samples.contains_key("target_info"));
        let has_exemplar = |name: &str| samples[name]["exemplar"]["labels"]["trace_id"].is_string();
        if format == Format::OpenMetrics {
            assert!(has_exemplar("jobs_processed_total"));
            assert!(samples.contains_key("jobs_processed_created"));
        }
    }
    let exemplars = Exposition::new(Format::OpenMetrics).render(&collection);
    let histograms = generated::ALL
        .iter()
        .filter(|one| one.instrument == Instrument::Histogram);
    for definition in histograms {
        let bucket = format!("{}_bucket{{", definition.prometheus_name);
        let lines = exemplars.lines().filter(|line| line.starts_with(&bucket));
        assert_eq!(
            lines
                .filter(|line| line.contains(" # {trace_id=\""))
                .count(),
            1,
            "{bucket}"
        );
    }
}

#[derive(Debug, Clone)]
struct Series {
    name: String,
    kind: u8,
    unit: String,
    description: String,
    attributes: Vec<(String, String)>,
    values: Vec<i32>,
    bounds: Vec<i16>,
}

fn series() -> impl Strategy<Value = Series> {
    let name = "[a-zA-Z][a-zA-Z0-9_.\\-/]{0,12}(_total|_count|_sum|_bucket|_created|_info|)";
    let word = "[a-z_.:0-9é]{0,6}";
    let value = prop_oneof!["[ -~]{0,12}", "\\PC{0,6}", Just("a\\b\"c\nd".to_owned())];
    (
        name,
        0_u8..5,
        prop_oneof![
            Just("s".to_owned()),
            Just("By".to_owned()),
            Just("1".to_owned()),
            "[a-z{}/]{0,5}"
        ],
        prop_oneof![
            "\\PC{0,20}",
            Just("back\\slash, \"quote\" and\nline".to_owned())
        ],
        proptest::collection::vec((word, value), 0..4),
        proptest::collection::vec(any::<i32>(), 1..6),
        proptest::collection::btree_set(any::<i16>(), 0..6),
    )
        .prop_map(
            |(name, kind, unit, description, mut attributes, values, bounds)| {
                attributes.sort();
                attributes.dedup_by(|a, b| a.0 == b.0);
                let bounds = bounds.into_iter().collect();
                Series {
                    name,
                    kind,
                    unit,
                    description,
                    attributes,
                    values,
                    bounds,
                }
            },
        )
}

fn collection(all: &[Series]) -> Collection {
    let collector = Collector::new();
    let provider = SdkMeterProvider::builder()
        .with_resource(Resource::builder_empty().with_service_name("any").build())
        .with_reader(collector.clone())
        .build();
    let mut exemplars = Vec::new();
    for (at, series) in all.iter().enumerate() {
        let meter = provider.meter(["first", "second", "third"][at % 3]);
        let attributes: Vec<KeyValue> = series
            .attributes
            .iter()
            .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
            .collect();
        macro_rules! built {
            ($method:ident) => {
                meter
                    .$method(series.name.clone())
                    .with_unit(series.unit.clone())
                    .with_description(series.description.clone())
            };
        }
        for value in &series.values {
            let (whole, double) = (u64::from(value.unsigned_abs()), f64::from(*value) / 7.0);
            match series.kind {
                0 => built!(u64_counter).build().add(whole, &attributes),
                1 => built!(f64_counter).build().add(double.abs(), &attributes),
                2 => built!(i64_up_down_counter)
                    .build()
                    .add(i64::from(*value), &attributes),
                3 => built!(f64_gauge).build().record(double, &attributes),
                _ => built!(f64_histogram)
                    .with_boundaries(
                        series
                            .bounds
                            .iter()
                            .map(|bound| f64::from(*bound) * 1000.0)
                            .collect(),
                    )
                    .build()
                    .record(double, &attributes),
            }
        }
        exemplars.push(SeriesExemplars {
            metric: String::leak(series.name.clone()),
            attributes,
            exemplars: series
                .values
                .iter()
                .map(|value| Exemplar {
                    value: f64::from(*value) / 7.0,
                    time: SystemTime::UNIX_EPOCH
                        + Duration::from_secs(u64::from(value.unsigned_abs())),
                    trace_id: TraceId::from(7_u128),
                    span_id: SpanId::from(8_u64),
                })
                .collect(),
        });
    }
    collector.add_exemplars(Arc::new(Exemplars(exemplars)));
    collector.collect_now().unwrap()
}

/// Whatever is recorded, each answer is one that the strict parser takes, and the values come back.
#[test]
fn any_collection_is_read_back() {
    let Some(python) = python() else { return };
    let config = Config {
        rng_seed: RngSeed::Random,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let recorded: Vec<Vec<Series>> = (0..300)
        .map(|_| {
            proptest::collection::vec(series(), 1..6)
                .new_tree(&mut runner)
                .unwrap()
                .current()
        })
        .collect();
    let collections: Vec<Collection> = recorded.iter().map(|all| collection(all)).collect();
    for format in [Format::Text, Format::OpenMetrics] {
        let answers: Vec<String> = collections
            .iter()
            .map(|collection| Exposition::new(format).created(true).render(collection))
            .collect();
        let judged = judged(&python, format, &answers);
        for ((all, answer), judged) in recorded.iter().zip(&answers).zip(&judged) {
            // One series alone cannot share its name with another, so it must be there with its value.
            let [only] = all.as_slice() else { continue };
            only_series_is_there(only, format, answer, judged);
        }
    }
}

fn only_series_is_there(series: &Series, format: Format, answer: &str, judged: &Value) {
    let families = judged["families"].as_array().unwrap();
    let is_own = |family: &&Value| family["name"] != "target" && family["name"] != "target_info";
    let Some(family) = families.iter().find(is_own) else {
        let is_refused = ["target", "target_info"].contains(&series.name.as_str());
        assert!(
            is_refused && format == Format::OpenMetrics,
            "{series:?}\n{answer}"
        );
        return;
    };
    if !series.description.is_empty() {
        // A description is a line: the parser of the old format trims it.
        let (said, meant) = (
            family["help"].as_str().unwrap(),
            series.description.as_str(),
        );
        assert!(
            said == meant || said.trim() == meant.trim(),
            "{said:?} {meant:?}"
        );
    }
    let samples = family["samples"].as_array().unwrap();
    let mut doubles = series.values.iter().map(|value| f64::from(*value) / 7.0);
    let whole = series
        .values
        .iter()
        .map(|value| f64::from(value.unsigned_abs()));
    let (suffix, expected) = match series.kind {
        0 => ("", whole.sum()),
        1 => ("", doubles.map(f64::abs).sum()),
        2 => (
            "",
            series.values.iter().map(|value| f64::from(*value)).sum(),
        ),
        3 => ("", doubles.next_back().unwrap()),
        _ => ("_bucket", whole.count() as f64),
    };
    let sample = samples
        .iter()
        .rfind(|sample| {
            let name = sample["name"].as_str().unwrap();
            let is_other = ["_sum", "_count", "_created"]
                .iter()
                .any(|end| name.ends_with(end));
            if suffix.is_empty() {
                !name.ends_with("_created") || !is_created(name, family)
            } else {
                !is_other || name.ends_with(suffix)
            }
        })
        .unwrap_or_else(|| panic!("{answer}"));
    let value: f64 = sample["value"].as_str().unwrap().parse().unwrap();
    assert!(
        (value - expected).abs() <= expected.abs() * 1e-12,
        "{value} {expected}\n{answer}"
    );
    for (_, value) in &series.attributes {
        let labels = sample["labels"].as_object().unwrap();
        let is_there = labels.values().any(|label| {
            label
                .as_str()
                .unwrap()
                .split(';')
                .any(|part| part == value || label == value)
        });
        let is_there = is_there || value.contains(';');
        assert!(is_there, "{value:?}\n{answer}");
    }
}

/// Whether the sample is one that says when its family began, and not one of a family with that ending.
fn is_created(sample: &str, family: &Value) -> bool {
    sample.strip_suffix("_created") == family["name"].as_str()
}

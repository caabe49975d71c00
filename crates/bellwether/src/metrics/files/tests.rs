//! Files on a real disk, and their content read back by the official types.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::UNIX_EPOCH;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, exemplar,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use proptest::prelude::*;

use super::*;

fn files(folder: &Path) -> JsonFilesBuilder {
    JsonFiles::builder()
        .output_dir(folder)
        .prefix("service")
        .rotate_interval(Duration::from_secs(60))
        .max_files(3)
}

fn listed(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn second(second: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + second)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_file_an_interval_and_the_oldest_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let strangers = [
        "other-20270115T080000Z-1.json",
        "service-20270115T080000Z-1.json.bak",
        "service-2027.json",
        "service-x20270115T080000Z-1.json",
        "service-20270115T080000Z-me.json",
        "notes.txt",
    ];
    for name in strangers {
        fs::write(folder.path().join(name), "not ours").unwrap();
    }
    let older = "service-20200101T000000Z-77.json";
    fs::write(
        folder.path().join(older),
        "an earlier process of this service",
    )
    .unwrap();
    let mut files = files(folder.path()).build().unwrap();
    let process = std::process::id();
    let mut paths = Vec::new();
    for at in [0, 30, 59, 60, 119, 120, 180, 181] {
        paths.push(files.write_at(&Collection::default(), second(at)).unwrap());
    }
    paths.dedup();
    assert_eq!(paths.len(), 4);
    let own: Vec<String> = listed(folder.path())
        .into_iter()
        .filter(|name| !strangers.contains(&name.as_str()))
        .collect();
    let stamps = ["20270115T080100Z", "20270115T080200Z", "20270115T080300Z"];
    let expected = stamps.map(|stamp| format!("service-{stamp}-{process}.json"));
    assert_eq!(own, expected);
    for name in strangers {
        assert_eq!(
            fs::read_to_string(folder.path().join(name)).unwrap(),
            "not ours"
        );
    }
}

#[test]
fn a_clock_that_is_set_back_begins_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = files(folder.path()).build().unwrap();
    let first = files.write_at(&Collection::default(), second(100)).unwrap();
    let second = files.write_at(&Collection::default(), second(10)).unwrap();
    assert_ne!(first, second);
}

#[test]
fn files_and_a_folder_that_is_made_are_for_their_owner_alone() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("a/b");
    let mut files = files(&folder).build().unwrap();
    let path = files.write(&Collection::default()).unwrap();
    assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));

    let shared = outer.path().join("shared");
    fs::create_dir(&shared).unwrap();
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o755)).unwrap();
    self::files(&shared).build().unwrap();
    assert_eq!(
        mode(&shared),
        0o755,
        "one that is there keeps its permissions"
    );
}

#[test]
fn a_link_that_lies_in_the_way_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let victim = folder.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    let mut files = files(folder.path()).build().unwrap();
    let name = names::name("service", second(0), std::process::id());
    let path = folder.path().join(name);
    symlink(&victim, path.with_extension("tmp")).unwrap();
    symlink(&victim, &path).unwrap();
    assert_eq!(
        files.write_at(&Collection::default(), second(0)).unwrap(),
        path
    );
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert!(fs::symlink_metadata(&path).unwrap().is_file());
}

#[test]
fn a_reader_never_sees_half_a_file_and_a_lost_folder_is_made_again() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("files");
    let mut files = files(&folder).build().unwrap();
    let metric = |number: usize| Metric {
        name: "x".repeat(number % 50_000),
        ..Metric::default()
    };
    let collection = |number| {
        Collection::from(ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                scope_metrics: vec![ScopeMetrics {
                    metrics: vec![metric(number)],
                    ..ScopeMetrics::default()
                }],
                ..ResourceMetrics::default()
            }],
        })
    };
    let path = files.write_at(&collection(1), second(0)).unwrap();
    let reading = std::thread::spawn({
        let path = path.clone();
        move || {
            for _ in 0..500 {
                let text = fs::read_to_string(&path).unwrap();
                serde_json::from_str::<serde_json::Value>(&text).unwrap();
                assert!(text.ends_with("]}\n"), "{text}");
            }
        }
    });
    for number in 0..500 {
        files
            .write_at(&collection(number * 997), second(0))
            .unwrap();
    }
    reading.join().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    files.write_at(&collection(1), second(0)).unwrap();
    assert_eq!(listed(&folder).len(), 1);
}

#[test]
fn what_cannot_be_used_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = files(&file).build().unwrap_err().to_string();
    assert!(
        error.starts_with("output_dir is ") && error.contains("file"),
        "{error}"
    );
}

#[test]
fn a_prefix_stays_in_the_folder() {
    for (wanted, prefix) in [
        ("a b/c", "a_b_c"),
        ("../../etc/x", "_.._etc_x"),
        ("..", "metrics"),
        ("", "metrics"),
        ("my-service.v2", "my-service.v2"),
    ] {
        assert_eq!(names::prefix(wanted), prefix);
    }
}

/// Short ones: `serde_json` reads long ones off by one in the last place.
fn double() -> impl Strategy<Value = f64> + Clone {
    any::<i32>().prop_map(|number| f64::from(number) / 16.0)
}

fn any_value() -> impl Strategy<Value = AnyValue> {
    let leaf = prop_oneof![
        "\\PC{0,8}".prop_map(Any::StringValue),
        any::<bool>().prop_map(Any::BoolValue),
        any::<i64>().prop_map(Any::IntValue),
        double().prop_map(Any::DoubleValue),
        proptest::collection::vec(any::<u8>(), 0..8).prop_map(Any::BytesValue),
    ]
    .prop_map(|value| AnyValue { value: Some(value) });
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3)
                .prop_map(|values| Any::ArrayValue(ArrayValue { values })),
            proptest::collection::vec(("[a-z]{1,3}", inner), 0..3).prop_map(|pairs| {
                let values = pairs
                    .into_iter()
                    .map(|(key, value)| pair(key, value))
                    .collect();
                Any::KvlistValue(KeyValueList { values })
            }),
        ]
        .prop_map(|value| AnyValue { value: Some(value) })
    })
}

fn pair(key: String, value: AnyValue) -> KeyValue {
    KeyValue {
        key,
        value: Some(value),
        ..KeyValue::default()
    }
}

fn attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    let one = ("\\PC{1,6}", any_value()).prop_map(|(key, value)| pair(key, value));
    proptest::collection::vec(one, 0..3)
}

fn exemplars() -> impl Strategy<Value = Vec<Exemplar>> {
    let value = prop_oneof![
        double().prop_map(exemplar::Value::AsDouble),
        any::<i64>().prop_map(exemplar::Value::AsInt),
    ];
    let one = (
        attributes(),
        any::<u64>(),
        any::<u64>(),
        any::<u128>(),
        value,
    );
    let one = one.prop_map(
        |(filtered_attributes, time_unix_nano, span, trace, value)| Exemplar {
            filtered_attributes,
            time_unix_nano,
            span_id: span.to_be_bytes().to_vec(),
            trace_id: trace.to_be_bytes().to_vec(),
            value: Some(value),
        },
    );
    proptest::collection::vec(one, 0..2)
}

fn number() -> impl Strategy<Value = NumberDataPoint> {
    let value = prop_oneof![
        double().prop_map(Number::AsDouble),
        any::<i64>().prop_map(Number::AsInt)
    ];
    (
        attributes(),
        any::<u64>(),
        any::<u64>(),
        exemplars(),
        any::<u32>(),
        value,
    )
        .prop_map(
            |(attributes, start_time_unix_nano, time_unix_nano, exemplars, flags, value)| {
                NumberDataPoint {
                    attributes,
                    start_time_unix_nano,
                    time_unix_nano,
                    exemplars,
                    flags,
                    value: Some(value),
                }
            },
        )
}

fn distribution() -> impl Strategy<Value = HistogramDataPoint> {
    let counts = proptest::collection::vec(any::<u64>(), 0..4);
    let bounds = proptest::collection::vec(double(), 0..4);
    let optional = proptest::option::of(double());
    (
        attributes(),
        any::<u64>(),
        any::<u64>(),
        counts,
        bounds,
        exemplars(),
        optional.clone(),
        optional,
    )
        .prop_map(
            |(
                attributes,
                time_unix_nano,
                count,
                bucket_counts,
                explicit_bounds,
                exemplars,
                sum,
                min,
            )| {
                HistogramDataPoint {
                    attributes,
                    start_time_unix_nano: time_unix_nano / 2,
                    time_unix_nano,
                    count,
                    sum,
                    bucket_counts,
                    explicit_bounds,
                    exemplars,
                    flags: 0,
                    min,
                    max: sum,
                }
            },
        )
}

fn buckets() -> impl Strategy<Value = Buckets> {
    (any::<i32>(), proptest::collection::vec(any::<u64>(), 0..4)).prop_map(
        |(offset, bucket_counts)| Buckets {
            offset,
            bucket_counts,
        },
    )
}

fn exponential() -> impl Strategy<Value = ExponentialHistogramDataPoint> {
    (
        attributes(),
        any::<u64>(),
        -10_i32..20,
        buckets(),
        buckets(),
        exemplars(),
        double(),
    )
        .prop_map(
            |(attributes, count, scale, positive, negative, exemplars, sum)| {
                ExponentialHistogramDataPoint {
                    attributes,
                    start_time_unix_nano: 1,
                    time_unix_nano: count,
                    count,
                    sum: Some(sum),
                    scale,
                    zero_count: count / 3,
                    positive: Some(positive),
                    negative: Some(negative),
                    flags: 1,
                    exemplars,
                    min: None,
                    max: Some(sum),
                    zero_threshold: 0.5,
                }
            },
        )
}

fn data() -> impl Strategy<Value = Data> {
    let some = 0..3;
    prop_oneof![
        proptest::collection::vec(number(), some.clone())
            .prop_map(|data_points| Data::Gauge(Gauge { data_points })),
        (
            proptest::collection::vec(number(), some.clone()),
            any::<bool>()
        )
            .prop_map(|(data_points, is_monotonic)| {
                Data::Sum(Sum {
                    data_points,
                    aggregation_temporality: 2,
                    is_monotonic,
                })
            }),
        proptest::collection::vec(distribution(), some.clone()).prop_map(|data_points| {
            Data::Histogram(Histogram {
                data_points,
                aggregation_temporality: 2,
            })
        }),
        proptest::collection::vec(exponential(), some).prop_map(|data_points| {
            Data::ExponentialHistogram(ExponentialHistogram {
                data_points,
                aggregation_temporality: 2,
            })
        }),
    ]
}

fn request() -> impl Strategy<Value = ExportMetricsServiceRequest> {
    let metric = ("\\PC{0,8}", "\\PC{0,8}", "[a-z{}]{0,4}", data()).prop_map(
        |(name, description, unit, data)| Metric {
            name,
            description,
            unit,
            metadata: Vec::new(),
            data: Some(data),
        },
    );
    (
        attributes(),
        attributes(),
        proptest::collection::vec(metric, 0..4),
    )
        .prop_map(|(resource, scope, metrics)| ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(Resource {
                    attributes: resource,
                    ..Resource::default()
                }),
                scope_metrics: vec![ScopeMetrics {
                    scope: Some(InstrumentationScope {
                        name: "scope".to_owned(),
                        version: "1".to_owned(),
                        attributes: scope,
                        dropped_attributes_count: 3,
                    }),
                    metrics,
                    schema_url: "https://example.com/schema".to_owned(),
                }],
                schema_url: String::new(),
            }],
        })
}

proptest! {
    /// The official types read what was written, value by value.
    #[test]
    fn nothing_is_lost_in_json(request in request()) {
        let line = otlp_json::of_metrics(&request);
        prop_assert!(!line.contains('\n'));
        let read: ExportMetricsServiceRequest = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(read, request);
    }
}

#[test]
fn numbers_that_are_not_finite_and_large_ones_are_strings() {
    let point = |value| NumberDataPoint {
        value: Some(value),
        ..NumberDataPoint::default()
    };
    let numbers = [
        Number::AsDouble(f64::NAN),
        Number::AsDouble(f64::NEG_INFINITY),
        Number::AsInt(i64::MIN),
    ];
    let metric = Metric {
        data: Some(Data::Gauge(Gauge {
            data_points: numbers.map(point).to_vec(),
        })),
        ..Metric::default()
    };
    let request = ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            scope_metrics: vec![ScopeMetrics {
                metrics: vec![metric],
                ..ScopeMetrics::default()
            }],
            ..ResourceMetrics::default()
        }],
    };
    assert_eq!(
        otlp_json::of_metrics(&request),
        r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"asDouble":"NaN"},{"asDouble":"-Infinity"},{"asInt":"-9223372036854775808"}]}}]}]}]}"#
    );
}

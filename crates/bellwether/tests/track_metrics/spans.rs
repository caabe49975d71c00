//! The span of a tracked function, with telemetry that is installed after the first call.

use std::time::Duration;

use bellwether::Telemetry;
use bellwether::config::MapEnvironment;
use bellwether::metrics::node::{MetricsConfiguration, NodeMetrics};
use bellwether::trace::{SpanKind, TraceContext, current_trace_id};
use bellwether::track_metrics;
use serde_json::Value;

#[derive(Debug)]
struct Secret;

impl std::fmt::Display for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("shown")
    }
}

#[track_metrics("planning", fields(size = goal.len(), what = %secret, how = ?secret, goal, user.id = "u-1"))]
async fn planning(goal: &str, secret: Secret) -> Result<(), std::fmt::Error> {
    tokio::task::yield_now().await;
    tokio::task::spawn_blocking(|| ()).await.unwrap();
    inner(1)
}

#[track_metrics("inner", span = "inner work", skip_all)]
fn inner(_argument: u8) -> Result<(), std::fmt::Error> {
    tracing::info_span!("of tracing").in_scope(|| ());
    quiet();
    Err(std::fmt::Error)
}

#[track_metrics(span = false)]
fn quiet() {
    tracing::info_span!("in quiet").in_scope(|| ());
}

#[track_metrics("cancelled")]
async fn cancelled() {
    std::future::pending().await
}

fn spans(trace: &Value) -> Vec<&Value> {
    let mut spans = Vec::new();
    for resource in trace["resourceSpans"].as_array().unwrap() {
        for scope in resource["scopeSpans"].as_array().unwrap() {
            spans.extend(scope["spans"].as_array().unwrap());
        }
    }
    spans
}

fn attribute<'a>(span: &'a Value, key: &str) -> Option<&'a Value> {
    let found = span["attributes"]
        .as_array()?
        .iter()
        .find(|pair| pair["key"] == key)?;
    found["value"].as_object()?.values().next()
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_nest_and_say_how_it_ended() {
    // Before the start: nothing is recorded, and nothing that would stay silent is kept.
    quiet();
    inner(0).unwrap_err();
    let exporters = [
        "OTEL_TRACES_EXPORTER",
        "OTEL_METRICS_EXPORTER",
        "OTEL_LOGS_EXPORTER",
    ];
    let silent = exporters
        .map(|variable| (variable, "none"))
        .into_iter()
        .collect::<MapEnvironment>();
    let telemetry = Telemetry::builder("spans")
        .from_variables(silent)
        .unwrap()
        .start()
        .unwrap();
    let counted = MetricsConfiguration {
        operations: vec!["inner".to_owned(), "quiet".to_owned()],
        ..MetricsConfiguration::default()
    };
    let node = NodeMetrics::builder(counted).start().unwrap();
    let root = TraceContext::global().start_trace("root", SpanKind::Internal);
    {
        use bellwether::trace::FutureExt;
        let work = async {
            planning("ship it", Secret).await.unwrap_err();
            let waiting = tokio::time::timeout(Duration::from_millis(1), cancelled());
            waiting.await.unwrap_err();
        };
        work.with_context(root.context()).await;
    }
    assert_eq!(current_trace_id(), None, "nothing stays current");
    let trace_id = root.trace_id();
    root.end();
    let trace = TraceContext::global()
        .export_spans(trace_id)
        .value()
        .clone();
    let spans = spans(&trace);
    let named = |name: &str| {
        *spans
            .iter()
            .find(|span| span["name"] == name)
            .unwrap_or_else(|| panic!("{name}: {trace}"))
    };
    for (child, parent) in [
        ("planning", "root"),
        ("inner work", "planning"),
        ("of tracing", "inner work"),
        ("in quiet", "inner work"),
        ("cancelled", "root"),
    ] {
        assert_eq!(
            named(child)["parentSpanId"],
            named(parent)["spanId"],
            "{child}"
        );
    }
    assert!(!spans.iter().any(|span| span["name"] == "quiet"));

    let planning = named("planning");
    assert_eq!(attribute(planning, "size").unwrap(), "7");
    assert_eq!(attribute(planning, "what").unwrap(), "shown");
    assert_eq!(attribute(planning, "how").unwrap(), "Secret");
    assert_eq!(attribute(planning, "goal").unwrap(), "ship it");
    assert_eq!(attribute(planning, "user.id").unwrap(), "u-1");
    assert_eq!(attribute(planning, "error.type").unwrap(), "fmt::Error");
    assert_eq!(
        attribute(planning, "secret"),
        None,
        "arguments are not recorded"
    );
    assert_eq!(planning["status"]["code"], 2);
    assert_eq!(
        attribute(named("cancelled"), "error.type").unwrap(),
        "abandoned"
    );
    let counts: Vec<u64> = node
        .snapshot()
        .operations
        .iter()
        .map(|operation| operation.count)
        .collect();
    assert_eq!(
        counts,
        [1, 1],
        "sites whose first call came before the start"
    );
    telemetry.shutdown(Duration::from_secs(5)).await.unwrap();
}

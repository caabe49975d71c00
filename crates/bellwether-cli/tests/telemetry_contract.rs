//! The contract of agent telemetry: each of its commands, and each of its examples of queries, with what it prints.
//!
//! Times are fixed by the data; what differs from run to run is masked: the path of the file and its size.
#![allow(clippy::unwrap_used)]

#[path = "telemetry/server.rs"]
mod server;
mod support;

use serde_json::{Value, json};
use server::{BASE, Server, TRACE, at, attributes, document, fill, says};

async fn filled() -> Server {
    let server = Server::start();
    fill(&server).await;
    server
}

#[tokio::test]
async fn status() {
    let server = filled().await;
    let said = says(&server.file(), &["status"]);
    let masked: Vec<&str> = said.lines().skip(1).collect();
    let first = said.lines().next().unwrap();
    assert!(
        first.starts_with(server.file().to_str().unwrap()) && first.ends_with(" MB"),
        "{first}"
    );
    assert_eq!(
        masked.join("\n"),
        "\
SIGNAL   ITEMS  FIRST                     LAST
traces       3  2026-01-01T00:00:00.000Z  2026-01-01T00:00:05.000Z
metrics     17  2026-01-01T00:00:00.000Z  2026-01-01T00:06:40.000Z
logs         3  2026-01-01T00:00:05.000Z  2026-01-01T00:00:20.000Z"
    );
    server.stop();
}

#[tokio::test]
async fn metrics() {
    let server = filled().await;
    assert_eq!(
        says(&server.file(), &["metrics"]),
        "\
METRIC                            KIND       UNIT  SERIES  NEWEST
agent_execution_duration_seconds  histogram  s          1  2026-01-01T00:06:40.000Z
agent_execution_total             counter               2  2026-01-01T00:06:40.000Z
task_queue_size                   gauge                 1  2026-01-01T00:00:11.000Z
"
    );
    server.stop();
}

#[tokio::test]
async fn export() {
    let server = filled().await;
    let question = ["export", "--until", "2026-01-01T00:00:01Z"];
    let exported: Value = serde_json::from_str(&says(&server.file(), &question)).unwrap();
    assert_eq!(
        exported,
        json!([{"name": "task_queue_size", "type": "gauge", "unit": "", "timestamp": BASE * 1_000_000_000, "time": "2026-01-01T00:00:00.000Z",
            "start_timestamp": null, "value": 2.0, "count": null, "labels": {}, "service": "fleet", "resource": {"service.name": "fleet"}, "scope": "",
            "temporality": null, "monotonic": 0}])
    );
    server.stop();
}

#[tokio::test]
async fn query_with_labels() {
    let server = filled().await;
    let question = [
        "query",
        "agent_execution_total",
        "--labels",
        "agent_type=coder",
    ];
    assert_eq!(
        says(&server.file(), &question),
        "\
TIME                      VALUE  LABELS
2026-01-01T00:00:10.000Z      5  agent_type=coder, service=fleet
2026-01-01T00:06:40.000Z      9  agent_type=coder, service=fleet
"
    );
    server.stop();
}

#[tokio::test]
async fn traces() {
    let server = filled().await;
    assert_eq!(
        says(&server.file(), &["traces"]),
        format!(
            "\
TRACE                             BEGAN                        TOOK  SPANS  ERRORS  SERVICE  ROOT
{TRACE}  2026-01-01T00:00:00.000Z  10.00 s      3       1  fleet    session
"
        )
    );
    server.stop();
}

#[tokio::test]
async fn stats() {
    let server = filled().await;
    assert_eq!(
        says(&server.file(), &["stats", "agent_execution_duration_seconds"]),
        "\
COUNT  MIN  MAX   AVG  P50  P95   P99
   20    0    5  1.75    1  4.6  4.92

mean  ▁                                       █  2026-01-01T00:00:10.000Z to 2026-01-01T00:06:40.000Z
"
    );
    server.stop();
}

#[tokio::test]
async fn clear_metrics() {
    let server = filled().await;
    let said = says(&server.file(), &["clear", "metrics", "--yes"]);
    assert_eq!(
        said.replace(server.file().to_str().unwrap(), "FILE"),
        "dropped 17 items of metrics in FILE\n"
    );
    assert_eq!(
        says(&server.file(), &["metrics"]),
        "no metrics are stored\n"
    );
    server.stop();
}

/// All points of one name.
#[tokio::test]
async fn points_by_name() {
    let server = filled().await;
    let found = says(&server.file(), &["query", "agent_execution_total"]);
    assert_eq!(
        found,
        "\
TIME                      VALUE  LABELS
2026-01-01T00:00:10.000Z      5  agent_type=coder, service=fleet
2026-01-01T00:00:10.000Z      1  agent_type=tester, service=fleet
2026-01-01T00:06:40.000Z      9  agent_type=coder, service=fleet
"
    );
    server.stop();
}

/// Filter, range, aggregation and interval together.
#[tokio::test]
async fn query_with_labels_range_aggregation_and_interval() {
    let server = filled().await;
    let question = [
        "query",
        "agent_execution_duration_seconds",
        "--labels",
        "agent_type=coder",
        "--since",
        "2026-01-01T00:00:00Z",
        "--until",
        "2026-01-01T01:00:00Z",
        "--aggregation",
        "avg",
        "--interval",
        "5m",
    ];
    assert_eq!(
        says(&server.file(), &question),
        "\
TIME                      VALUE  LABELS
2026-01-01T00:00:00.000Z    0.5
2026-01-01T00:05:00.000Z      3
"
    );
    server.stop();
}

#[tokio::test]
async fn percentile() {
    let server = filled().await;
    let question = ["query", "task_queue_size", "--aggregation", "p95"];
    // Twelve readings, eleven of them 2: 0.95 of the way is between the last two of them.
    assert_eq!(
        says(&server.file(), &question),
        "\
TIME                      VALUE  LABELS
2026-01-01T00:00:00.000Z   41.6
"
    );
    server.stop();
}

#[tokio::test]
async fn summary() {
    let server = filled().await;
    let found = document(&server.file(), &["stats", "task_queue_size"]);
    let stats = &found["stats"];
    assert_eq!(
        json!([
            stats["count"],
            stats["min"],
            stats["max"],
            stats["sum"],
            stats["p50"],
            stats["left_out"],
            stats["is_cut"]
        ]),
        json!([12, 2.0, 90.0, 112.0, 2.0, 0, false])
    );
    let near = |name: &str, value: f64| {
        let found = stats[name].as_f64().unwrap();
        assert!((found - value).abs() < 1e-9, "{name}: {found}");
    };
    near("avg", 112.0 / 12.0);
    near("p95", 41.6);
    near("p99", 80.32);
    server.stop();
}

#[tokio::test]
async fn moving_average_of_ten() {
    let server = filled().await;
    let question = ["query", "task_queue_size", "--moving-average", "10"];
    let found = document(&server.file(), &question);
    let values: Vec<f64> = found["series"][0]["samples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sample| sample["value"].as_f64().unwrap())
        .collect();
    // The first nine have fewer before them; 90 comes as the eighth.
    assert_eq!(values[..7], [2.0; 7]);
    assert_eq!(values[7..8], [13.0]);
    assert_eq!(values[9..], [10.8, 10.8, 10.8]);
    server.stop();
}

#[tokio::test]
async fn anomalies_of_three_deviations() {
    let server = filled().await;
    assert_eq!(
        says(
            &server.file(),
            &["query", "task_queue_size", "--anomalies", "3"]
        ),
        "\
TIME                      VALUE  LABELS
2026-01-01T00:00:07.000Z     90  service=fleet
"
    );
    server.stop();
}

#[tokio::test]
async fn rate_of_a_minute() {
    let server = filled().await;
    let question = [
        "query",
        "agent_execution_total",
        "--aggregation",
        "rate",
        "--interval",
        "1m",
        "--by",
        "agent_type",
    ];
    assert_eq!(
        says(&server.file(), &question),
        "\
TIME                         VALUE  LABELS
2026-01-01T00:00:00.000Z  0.083333  agent_type=coder
2026-01-01T00:00:00.000Z  0.016667  agent_type=tester
2026-01-01T00:06:00.000Z  0.066667  agent_type=coder
"
    );
    server.stop();
}

#[tokio::test]
async fn aggregate_by_five_minutes() {
    let server = filled().await;
    let late = json!({"name": "task_queue_size", "gauge": {"dataPoints": [{"timeUnixNano": at(310), "asDouble": 7.0}]}});
    let resource = json!({"attributes": attributes(&[("service.name", "fleet")])});
    server
        .post(
            "/v1/metrics",
            json!({"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [late]}]}]}),
        )
        .await;
    let question = [
        "query",
        "task_queue_size",
        "--aggregation",
        "max",
        "--interval",
        "5m",
    ];
    assert_eq!(
        says(&server.file(), &question),
        "\
TIME                      VALUE  LABELS
2026-01-01T00:00:00.000Z     90
2026-01-01T00:05:00.000Z      7
"
    );
    assert_eq!(BASE % 300, 0, "stretches begin at full five minutes");
    server.stop();
}

//! The questions and alerts that ship, asked of a real Prometheus after an hour of work.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use bellwether::metrics::exposition::Format;
use bellwether_testing::otlp::{Measurements, date};
use bellwether_testing::prometheus::{Program, Prometheus, Sample, Settings, Translation};
use opentelemetry::metrics::MeterProvider;
use support::metrics_endpoint::MetricsEndpoint;
use support::roads::Roads;
use support::traffic::{Condition, Traffic};

const SERVICES: [(&str, Condition); 2] = [
    ("calm", Condition::InOrder),
    ("troubled", Condition::InTrouble),
];
const MINUTES: u32 = 61;
/// After them nothing is done any more: what is slow here does not become much work to the server.
const SCRAPES: u32 = 6;

fn shipped(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../dashboards/prometheus")
        .join(file)
}

/// What each question asks, and its expression.
fn questions() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(shipped("queries.promql")).unwrap();
    let paragraph = |paragraph: &str| {
        let (asks, expression): (Vec<_>, Vec<_>) =
            paragraph.lines().partition(|line| line.starts_with('#'));
        (asks.join(" "), expression.join(" "))
    };
    let paragraphs = text.split("\n\n").map(paragraph);
    paragraphs
        .filter(|(_, expression)| !expression.trim().is_empty())
        .collect()
}

/// Sends an hour of both services, as if each minute had been sent when it was over.
async fn send_an_hour(roads: &Roads) {
    let end = SystemTime::now();
    let before_the_end = |minutes: u32| end - Duration::from_secs(60) * minutes;
    let measured = SERVICES.map(|(name, condition)| {
        let measurements = Measurements::of_service(name);
        let traffic = Traffic::new(&measurements.provider().meter("test"), condition);
        (measurements, traffic)
    });
    for (measurements, mut traffic) in measured {
        for left in (0..MINUTES).rev() {
            traffic.minute();
            let mut request = measurements.collect();
            date(&mut request, before_the_end(MINUTES), before_the_end(left));
            roads.send(&request).await;
        }
    }
}

/// Waits until every minute of both services is there. What came with one request is there at once.
async fn wait_for_the_hour(prometheus: &Prometheus) {
    let minutes = "count_over_time(orchestrator_tokens_used_total[2h])";
    let is_whole = |sample: &Sample| sample.value >= f64::from(MINUTES);
    let are_both = |found: &[Sample]| found.len() == SERVICES.len() && found.iter().all(is_whole);
    prometheus
        .eventually("the hour of both services", minutes, are_both)
        .await;
}

/// No question is answered with nothing, or with what is no number.
async fn each_question_has_an_answer(prometheus: &Prometheus, road: &str) {
    for (asks, expression) in questions() {
        let answer = prometheus.instant(&expression).await;
        assert!(
            !answer.is_empty(),
            "{road}: no answer: {asks}: {expression}"
        );
        let is_number = answer.iter().all(|sample| sample.value.is_finite());
        assert!(is_number, "{road}: {asks}: {expression} is {answer:?}");
    }
}

/// What the traffic adds up to, whenever its minutes were.
const KNOWN: [(&str, f64); 4] = [
    ("sum(orchestrator_sessions_active)", 6.0),
    (
        r#"sum(rate(orchestrator_tool_invocations_total{status="success"}[5m]))
           / sum(rate(orchestrator_tool_invocations_total[5m]))"#,
        0.9,
    ),
    (
        r#"histogram_quantile(0.95, orchestrator_message_latency_seconds_bucket{job="calm"}) > bool 1"#,
        1.0,
    ),
    (
        r#"sum without (error_type) (rate(wundr_agent_failed_total{job="troubled"}[5m]))
           / rate(wundr_agent_spawned_total[5m])"#,
        0.3,
    ),
];

/// What it comes to in a second, if its minutes are as long as minutes are.
const KNOWN_OF_AN_HOUR: [(&str, f64); 3] = [
    (
        r#"sum(rate(orchestrator_tokens_used_total{orchestrator_id="orch-1"}[1h]))"#,
        50.0,
    ),
    (
        r#"sum(rate({__name__=~"agent_tokens_used(_total)?"}[5m]))"#,
        50.0,
    ),
    (
        r#"sum(rate(orchestrator_errors_total{error_type="timeout_error"}[5m]))"#,
        0.1,
    ),
];

async fn answers_are_right(prometheus: &Prometheus, road: &str, known: &[(&str, f64)]) {
    for (expression, value) in known {
        let answer = prometheus.instant(expression).await;
        assert_eq!(answer.len(), 1, "{road}: {expression} is {answer:?}");
        let is_right = (answer[0].value - value).abs() < 0.01 * value;
        assert!(
            is_right,
            "{road}: {expression} is {answer:?}, expected {value}"
        );
    }
}

/// Each rule, as the server read it from the file, holds for the service in trouble and for no other.
async fn each_alert_tells_trouble_from_order(prometheus: &Prometheus, road: &str) {
    let groups = prometheus.api("rules", &[("type", "alert")]).await;
    let rules: Vec<_> = groups["groups"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| group["rules"].as_array().unwrap())
        .collect();
    assert!(rules.len() >= 8, "{road}: {rules:?}");
    for rule in rules {
        let (name, expression) = (
            rule["name"].as_str().unwrap(),
            rule["query"].as_str().unwrap(),
        );
        let answer = prometheus.instant(expression).await;
        let jobs: BTreeSet<_> = answer.iter().map(|sample| sample.label("job")).collect();
        assert_eq!(
            jobs,
            BTreeSet::from(["troubled"]),
            "{road}: {name}: {expression} is {answer:?}"
        );
    }
}

#[tokio::test]
async fn every_question_and_alert_that_ships_has_an_answer_over_otlp() {
    let settings = Settings::default()
        .out_of_order(Duration::from_secs(2 * 3600))
        .rules(&shipped("alerts.yaml"));
    let translations = [
        Translation::UnderscoreEscapingWithSuffixes,
        Translation::UnderscoreEscapingWithoutSuffixes,
    ];
    let Some(roads) = Roads::open(&settings, &translations).await else {
        return;
    };
    send_an_hour(&roads).await;
    for (translation, prometheus) in &roads.servers {
        let road = translation.as_str();
        wait_for_the_hour(prometheus).await;
        each_question_has_an_answer(prometheus, road).await;
        answers_are_right(prometheus, road, &KNOWN).await;
        answers_are_right(prometheus, road, &KNOWN_OF_AN_HOUR).await;
        each_alert_tells_trouble_from_order(prometheus, road).await;
    }
}

/// A few scrapes, between which there is a minute of work each, are enough for a rate.
#[tokio::test]
async fn every_question_and_alert_that_ships_has_an_answer_by_scrape() {
    for format in [Format::Text, Format::OpenMetrics] {
        let mut settings = Settings::default().rules(&shipped("alerts.yaml"));
        let mut endpoints = Vec::new();
        for (name, condition) in SERVICES {
            let measurements = Measurements::of_service(name);
            let traffic = Traffic::new(&measurements.provider().meter("test"), condition);
            let traffic = Mutex::new((traffic, SCRAPES));
            let collect = move || {
                let (traffic, left) = &mut *traffic.lock().unwrap();
                if *left > 0 {
                    *left -= 1;
                    traffic.minute();
                }
                measurements.collect()
            };
            let endpoint = MetricsEndpoint::start(format, collect).await;
            settings = settings.scrape(name, &endpoint.address, Duration::from_millis(500));
            endpoints.push(endpoint);
        }
        let Some(prometheus) = Prometheus::start(&settings).await else {
            return;
        };
        let scrapes = "count_over_time(orchestrator_tokens_used_total[5m])";
        let is_over = |sample: &Sample| sample.value >= f64::from(SCRAPES);
        let are_both =
            |found: &[Sample]| found.len() == SERVICES.len() && found.iter().all(is_over);
        prometheus
            .eventually("the scrapes of both services", scrapes, are_both)
            .await;
        let road = format!("{format:?}");
        each_question_has_an_answer(&prometheus, &road).await;
        answers_are_right(&prometheus, &road, &KNOWN).await;
        each_alert_tells_trouble_from_order(&prometheus, &road).await;
    }
}

#[test]
fn promtool_has_nothing_to_say_about_the_alerts() {
    let rules = shipped("alerts.yaml");
    let arguments = [
        "check",
        "rules",
        "--lint=all",
        "--lint-fatal",
        rules.to_str().unwrap(),
    ];
    let Some(checked) = Program::Promtool.run(arguments) else {
        return;
    };
    assert!(checked.status.success(), "{}", support::stderr(&checked));
}

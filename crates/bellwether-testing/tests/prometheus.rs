//! A real Prometheus takes OTLP and answers, and its tools run.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::time::{Duration, SystemTime};

use bellwether_testing::otlp::{Measurements, date};
use bellwether_testing::prometheus::{Program, Prometheus, Settings, Translation};
use opentelemetry::metrics::MeterProvider;
use prost::Message;

/// Ten minutes of a counter, sent in a moment, are ten minutes to the server.
#[tokio::test]
async fn history_sent_over_otlp_has_a_rate() {
    let settings = Settings::default()
        .otlp(Translation::UnderscoreEscapingWithSuffixes)
        .out_of_order(Duration::from_secs(3600));
    let Some(prometheus) = Prometheus::start(&settings).await else {
        return;
    };
    let measurements = Measurements::of_service("history");
    let counter = measurements
        .provider()
        .meter("test")
        .u64_counter("steps")
        .build();
    let end = SystemTime::now();
    let minutes = |minutes: u64| end - Duration::from_secs(60 * minutes);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for left in (0..=10).rev() {
        counter.add(6, &[]);
        let mut request = measurements.collect();
        date(&mut request, minutes(11), minutes(left));
        let sent = client
            .post(format!("{}/v1/metrics", prometheus.otlp_endpoint()))
            .header("content-type", "application/x-protobuf")
            .body(request.encode_to_vec())
            .send()
            .await
            .unwrap();
        assert!(sent.status().is_success(), "{}", sent.text().await.unwrap());
    }
    let rate = prometheus.instant("rate(steps_total[5m])").await;
    assert_eq!(rate.len(), 1, "{rate:?}");
    assert_eq!(rate[0].label("job"), "history");
    assert!((rate[0].value - 0.1).abs() < 1e-6, "{rate:?}");

    let at = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let (start, end) = (at(minutes(10)).as_secs_f64(), at(end).as_secs_f64());
    let totals = prometheus.range("steps_total", start, end, 60.0).await;
    let values: Vec<_> = totals[0].points.iter().map(|(_, value)| *value).collect();
    assert_eq!(
        values,
        (1..=11)
            .map(|step| f64::from(step) * 6.0)
            .collect::<Vec<_>>()
    );

    assert!(
        prometheus
            .label_values("__name__")
            .await
            .contains(&"steps_total".to_owned())
    );
    let series = prometheus.series("steps_total").await;
    assert_eq!(series[0]["job"], "history");
    assert_eq!(
        prometheus.instant("scalar(vector(3))").await[0]
            .value
            .to_string(),
        "3"
    );
}

#[test]
fn promtool_tells_right_rules_from_wrong_ones() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules.yaml");
    let check = |expression: &str| {
        let text = format!("groups: [{{name: a, rules: [{{alert: A, expr: {expression}}}]}}]");
        std::fs::write(&rules, text).unwrap();
        let checked = Program::Promtool.run(["check", "rules", rules.to_str().unwrap()])?;
        Some(checked.status.success())
    };
    assert_ne!(check("jobs_active > 1"), Some(false));
    assert_ne!(check("rate(jobs_total)"), Some(true));
}

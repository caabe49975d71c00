//! `bellwether host` with a real Collector: what it sends is what the Collector passes on.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use support::collector::{Running, eventually, map, metrics};
use support::driver::Driver;
use support::stderr;

#[tokio::test]
async fn the_gpus_of_a_machine_pass_through_a_collector() {
    let Some(driver) = Driver::build() else {
        return;
    };
    driver.behave("3 values -1");
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path(), "local", &[]);
    let output = driver
        .host(&format!("http://{}", running.http), &["--once"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let by_gpu = eventually("the GPUs", || {
        let documents = running.written("metrics");
        let metric = metrics(&documents)
            .into_iter()
            .find(|metric| metric["name"] == "gpu_utilization_percent")?
            .clone();
        Some(metric)
    })
    .await;
    let points = by_gpu["gauge"]["dataPoints"].as_array().unwrap();
    let found: BTreeSet<(String, String)> = points
        .iter()
        .map(|point| {
            let index = map(&point["attributes"])["gpu_index"].clone();
            (text(&index), point["asDouble"].to_string())
        })
        .collect();
    let expected = [("0", "5.0"), ("1", "15.0"), ("2", "25.0")];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (place, value) in expected {
        let near =
            |own: &str| (own.parse::<f64>().unwrap() - value.parse::<f64>().unwrap()).abs() < 1e-9;
        assert!(
            found.iter().any(|(index, own)| index == place && near(own)),
            "{found:?}"
        );
    }
}

fn text(value: &Value) -> String {
    value["stringValue"]
        .as_str()
        .or_else(|| value.as_str())
        .unwrap_or_default()
        .to_owned()
}

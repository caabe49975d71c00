//! Which recorders get a guard, and what it does: the sample's registry, whole and with one thing changed.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use bellwether_catalog::{Options, load_sources, render};

const SAMPLE: &str = include_str!("../../../examples/own-metrics/registry/rendering.yaml");

/// The module of guards, if there is one.
fn units(text: &str, options: &Options) -> Option<String> {
    let registry = load_sources(&[("rendering.yaml", text)]).unwrap();
    let outputs = render(&registry, options);
    let index = outputs.iter().find(|output| output.path == "rust/mod.rs");
    let units = outputs.iter().find(|output| output.path == "rust/units.rs");
    let is_named = index.unwrap().text.contains("pub mod units;");
    assert_eq!(is_named, units.is_some());
    units.map(|output| output.text.clone())
}

/// The sample with each of these exchanged once, behind the metric's name.
fn with(metric: &str, from: &str, to: &str) -> String {
    let at = SAMPLE.find(&format!("name: {metric}\n")).unwrap();
    let (before, after) = SAMPLE.split_at(at);
    assert!(after.contains(from), "{from}");
    format!("{before}{}", after.replacen(from, to, 1))
}

#[test]
fn guards_can_be_left_out() {
    let options = Options {
        units: false,
        ..Options::default()
    };
    assert_eq!(units(SAMPLE, &options), None);
    assert!(units(SAMPLE, &Options::default()).is_some());
}

#[test]
fn gauges_and_live_ids_make_no_guard() {
    let text = units(SAMPLE, &Options::default()).unwrap();
    assert!(text.contains("pub struct Upload {"), "{text}");
    assert_eq!(text.matches("pub struct ").count(), 1, "{text}");
}

#[test]
fn what_is_in_doubt_keeps_its_families_alone() {
    let doubts = [
        (
            "another up-down counter",
            "uploads_in_flight",
            "\"{upload}\"",
            "\"{image}\"",
        ),
        (
            "a status at the start",
            "uploads_in_flight",
            "{ref: tier,",
            "{ref: status,",
        ),
        (
            "an optional label",
            "uploads_total",
            "region, requirement_level: required",
            "region, requirement_level: recommended",
        ),
        (
            "a size by status",
            "upload_size_bytes",
            "{ref: tier,",
            "{ref: status,",
        ),
        (
            "a whole number of seconds",
            "upload_duration_seconds",
            "recorder: upload\n",
            "recorder: upload\n        value: int\n",
        ),
        (
            "a live id",
            "upload_size_bytes",
            "{ref: tier,",
            "{ref: worker_id,",
        ),
        (
            "a callback",
            "uploads_in_flight",
            "recorder: upload\n",
            "recorder: upload\n        observable: true\n",
        ),
    ];
    for (doubt, metric, from, to) in doubts {
        let text = with(metric, from, to);
        assert_eq!(units(&text, &Options::default()), None, "{doubt}");
    }
}

#[test]
fn two_times_are_one_too_many() {
    let unit = with("upload_size_bytes", "unit: \"By\"", "unit: \"s\"");
    let text = unit.replace("upload_size_bytes", "upload_wait_seconds");
    let text = text.replace("        value: int\n        buckets", "        buckets");
    assert_eq!(units(&text, &Options::default()), None);
}

#[test]
fn two_counters_are_one_too_many() {
    let unit = with("upload_size_bytes", "unit: \"By\"", "unit: \"{upload}\"");
    let counter = unit.replace(
        "name: upload_size_bytes\n    instrument: histogram",
        "name: uploads_failed_total\n    instrument: counter",
    );
    let text = counter.replace(
        "prometheus: upload_size_bytes",
        "prometheus: uploads_failed_total",
    );
    let text = text.replace("        buckets: [65536, 1048576, 16777216]\n", "");
    assert_eq!(units(&text, &Options::default()), None);
}

#[test]
fn an_end_without_abandoned_is_no_input_of_a_start() {
    let text = SAMPLE.replace("value: abandoned", "value: lost");
    assert_eq!(units(&text, &Options::default()), None);
}

#[test]
fn without_a_status_or_a_time_there_is_less_of_it() {
    let no_status = SAMPLE.replace("      - {ref: status, requirement_level: required}\n", "");
    let text = units(&no_status, &Options::default()).unwrap();
    assert!(!text.contains("fn finish"), "{text}");
    assert!(!text.contains("status"), "{text}");

    let no_time = with(
        "upload_duration_seconds",
        "recorder: upload\n",
        "recorder: other\n",
    );
    let text = units(&no_time, &Options::default()).unwrap();
    let upload = text
        .split("impl recorder_metrics::UploadMetrics")
        .nth(1)
        .unwrap();
    assert!(!upload.contains("started"), "{upload}");
    assert!(text.contains("pub struct Other {"), "{text}");
}

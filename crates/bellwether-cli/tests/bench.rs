//! `bellwether bench backend`: what the table has in it. How fast anything is, is for no test to say.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{bellwether, stderr, stdout};

#[test]
fn a_bench_of_a_few_items_has_every_row() {
    let output = bellwether()
        .args(["bench", "backend", "--json", "--points", "20000"])
        .args(["--spans", "1000", "--logs", "1000", "--rounds", "2"])
        .args(["--jaeger", "/no/such/jaeger"])
        .env_remove("BELLWETHER_PROMETHEUS")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let rows = |table: &str| report[table].as_array().unwrap().clone();
    let taken: Vec<(String, u64)> = rows("intake")
        .iter()
        .map(|row| {
            assert!(row["per_second"].as_f64().unwrap() > 0.0, "{row}");
            assert!(row["bytes_per_item"].as_f64().unwrap() > 0.0, "{row}");
            let what = row["what"].as_str().unwrap().to_owned();
            (what, row["items"].as_u64().unwrap())
        })
        .collect();
    let all = [
        ("points".to_owned(), 20_000),
        ("spans".to_owned(), 1_000),
        ("log records".to_owned(), 1_000),
    ];
    assert_eq!(taken, all);
    let answers = rows("answers");
    for word in [
        "its id",
        "newest 100 traces",
        "rare word",
        "RED",
        "p95",
        "rate of",
        "v_recent_metrics",
    ] {
        let is_there = |row: &&Value| row["question"].as_str().unwrap().contains(word);
        let row = answers.iter().find(is_there);
        let row = row.unwrap_or_else(|| panic!("no row of {word}"));
        for when in ["idle", "busy"] {
            assert!(row[when]["median"].as_f64().unwrap() > 0.0, "{row}");
        }
    }
    let remarks = report["remarks"].to_string();
    for remark in [
        "Jaeger, in memory was left out",
        "Prometheus was left out: --prometheus names no program",
        "From the start of the process",
        "Taken in meanwhile",
    ] {
        assert!(remarks.contains(remark), "{remark}: {remarks}");
    }
}

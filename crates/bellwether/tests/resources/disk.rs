//! Disks, against `df`.

use std::process::Command;
use std::time::Duration;

use bellwether::resources::{self, DiskOptions, SourceState};

use crate::collect::{Collector, eventually};

/// `Used` and `Available` in bytes.
fn df(path: &str) -> Option<(f64, f64)> {
    let output = Command::new("df")
        .args(["-B1", "--output=used,avail", path])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut numbers = text
        .lines()
        .nth(1)?
        .split_whitespace()
        .map(str::parse::<f64>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[test]
fn space_is_what_df_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap().to_owned();
    let Some(_) = df("/") else {
        println!("skipped: df does not answer");
        return;
    };
    let collector = Collector::new();
    let options = DiskOptions::default()
        .paths(["/", &folder, "/proc"])
        .interval(Duration::from_millis(100));
    let observer = resources::disk(&collector.meter(), options);
    for path in ["/", &folder, "/proc"] {
        eventually(path, || {
            let (used, free) = df(path).unwrap();
            let export = collector.collect();
            let of = |kind| export.value("disk_usage_bytes", &[("path", path), ("type", kind)]);
            // Other processes write meanwhile.
            let near = |left: Option<f64>, right: f64| {
                left.is_some_and(|left| (left - right).abs() <= 16e6)
            };
            near(of("used"), used) && near(of("free"), free)
        });
    }
    assert_eq!(observer.state(), SourceState::Reporting);
    let stuck = collector
        .collect()
        .value("bellwether_resource_stuck", &[("source", "disk")]);
    assert_eq!(stuck, Some(0.0));
}

#[test]
fn a_path_that_is_not_there_is_counted_and_leaves_the_others_alone() {
    let collector = Collector::new();
    let options = DiskOptions::default()
        .paths(["/", "/no/such/path"])
        .interval(Duration::from_millis(100));
    let observer = resources::disk(&collector.meter(), options);
    eventually("the failure is counted", || {
        let export = collector.collect();
        export
            .value("bellwether_resource_failures_total", &[("source", "disk")])
            .is_some_and(|failures| failures >= 2.0)
            && export.points("disk_usage_bytes").count() == 2
    });
    assert_eq!(observer.state(), SourceState::Failing);
    let export = collector.collect();
    assert!(
        export
            .points("disk_usage_bytes")
            .all(|(labels, _)| labels["path"] == "/")
    );
}

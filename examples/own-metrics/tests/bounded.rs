//! An open label keeps its bound. In a process of its own: the table of regions is the process's, and this fills it.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use bellwether::Telemetry;
use bellwether::config::Exporter;
use bellwether::metrics::exposition::{Exposition, Format};
use own_metrics::metrics::labels::Tier;
use own_metrics::metrics::recorder_metrics::UploadMetrics;

#[test]
fn a_region_beyond_the_bound_is_other_and_told() {
    let telemetry = Telemetry::builder("rendering")
        .metrics_exporter(Exporter::None)
        .traces_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .resource_metrics(false)
        .detached()
        .start()
        .unwrap();
    let uploads = telemetry.metrics().recorder::<UploadMetrics>();
    for region in 0..40 {
        drop(uploads.start(Tier::Team, format!("region-{region}").as_str()));
    }
    let page = Exposition::new(Format::Text).render(&telemetry.collect_metrics().unwrap());
    let series: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("uploads_total{"))
        .collect();
    assert_eq!(series.len(), 9, "8 regions and the others: {series:#?}");
    let other = series
        .iter()
        .find(|line| line.contains("region=\"_other\""));
    assert!(other.unwrap().ends_with(" 32"), "{other:?}");
    let overflow = "bellwether_label_overflow_total{label=\"region\"} 32";
    assert!(page.contains(overflow), "{page}");
}

//! Closed labels of a service's own, on the metrics of its operations.

use bellwether::metrics::{Labels, Metrics};
use bellwether::{Label, track_metrics};

use crate::exported::{Exported, counts};

#[derive(Debug, Clone, Copy, PartialEq, Label)]
enum JobKind {
    Render,
    #[label("re-encode")]
    Encode,
    HTTPUpload,
}

#[derive(Debug, Clone, Copy, Label)]
#[label(key = "tier")]
enum TenantTier {
    Free,
    Paid,
}

#[track_metrics("job", metrics = metrics, labels(kind = kind: JobKind, tier = if paid { TenantTier::Paid } else { TenantTier::Free }: TenantTier))]
async fn job(metrics: &Metrics, kind: JobKind, paid: bool) -> Result<(), std::fmt::Error> {
    if kind == JobKind::HTTPUpload {
        Err(std::fmt::Error)
    } else {
        Ok(())
    }
}

#[tokio::test]
async fn labels_stand_beside_the_status() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    job(metrics, JobKind::Encode, true).await.unwrap();
    job(metrics, JobKind::Encode, true).await.unwrap();
    job(metrics, JobKind::HTTPUpload, false).await.unwrap_err();
    assert_eq!(
        exported.ended("job"),
        counts([("http_upload,error,free", 1), ("re-encode,success,paid", 2)])
    );
    assert_eq!(exported.errors("job"), counts([("fmt::Error", 1)]));
    let series = exported.series();
    assert!(
        series.contains_key(
            "operation_executions_total{kind=re-encode,operation=job,status=success,tier=paid}"
        ),
        "{series:?}"
    );
}

#[test]
fn a_derived_label_has_the_names_of_its_variants() {
    assert_eq!(<JobKind as bellwether::metrics::Label>::KEY, "job_kind");
    assert_eq!(<TenantTier as bellwether::metrics::Label>::KEY, "tier");
    assert_eq!(<(JobKind, TenantTier)>::COUNT, 6);
    let values: Vec<(usize, &str)> = [JobKind::Render, JobKind::Encode, JobKind::HTTPUpload]
        .map(|kind| (Label::index(kind), Label::as_str(kind)))
        .into();
    assert_eq!(
        values,
        [(0, "render"), (1, "re-encode"), (2, "http_upload")]
    );
}

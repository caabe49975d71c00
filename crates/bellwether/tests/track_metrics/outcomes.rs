//! Success, error and abandoned: by the type of the value, by rules, by panics and cancelled futures.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bellwether::metrics::Metrics;
use bellwether::track_metrics;

use crate::exported::{Exported, counts};

type Outcome<T> = std::result::Result<T, Arc<dyn std::error::Error + Send + Sync>>;

#[track_metrics("alias.io", metrics = metrics)]
fn alias_io(metrics: &Metrics) -> io::Result<()> {
    Err(io::Error::other("a message that is no label"))
}

#[track_metrics("alias.own", metrics = metrics)]
fn alias_own(metrics: &Metrics) -> Outcome<()> {
    Err(Arc::new(io::Error::other("a message that is no label")))
}

#[track_metrics("option", metrics = metrics)]
fn option(metrics: &Metrics) -> Option<u8> {
    None
}

#[test]
fn a_result_is_one_by_its_type_and_not_by_its_name() {
    let exported = Exported::new();
    alias_io(&exported.metrics).unwrap_err();
    alias_own(&exported.metrics).unwrap_err();
    assert_eq!(option(&exported.metrics), None);
    assert_eq!(exported.errors("alias.io"), counts([("io::Error", 1)]));
    assert_eq!(exported.errors("alias.own"), counts([("dyn::Error", 1)]));
    assert_eq!(exported.ended("option"), counts([("success", 1)]));
    let text = format!("{:?}", exported.series());
    assert!(!text.contains("no label"), "{text}");
}

struct Response(u16);

fn is_server_error(response: &Response) -> bool {
    response.0 >= 500
}

#[track_metrics("rule.error_if", metrics = metrics, error_if = is_server_error)]
async fn respond(metrics: &Metrics, status: u16) -> Response {
    Response(status)
}

#[track_metrics("rule.ok_if", metrics = metrics, ok_if = Option::is_some)]
fn find(metrics: &Metrics, there: bool) -> Option<u8> {
    there.then_some(1)
}

#[track_metrics("rule.closure", metrics = metrics, ok_if = |result: &Result<u8, io::Error>| !matches!(result, Err(error) if error.kind() != io::ErrorKind::NotFound))]
fn tolerant(metrics: &Metrics, kind: Option<io::ErrorKind>) -> Result<u8, io::Error> {
    kind.map_or(Ok(1), |kind| Err(kind.into()))
}

#[tokio::test]
async fn rules_decide_over_the_value() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    for status in [200, 404, 500] {
        respond(metrics, status).await;
    }
    find(metrics, true);
    find(metrics, false);
    tolerant(metrics, None).unwrap();
    tolerant(metrics, Some(io::ErrorKind::NotFound)).unwrap_err();
    tolerant(metrics, Some(io::ErrorKind::TimedOut)).unwrap_err();
    assert_eq!(
        exported.ended("rule.error_if"),
        counts([("error", 1), ("success", 2)])
    );
    assert_eq!(
        exported.errors("rule.error_if"),
        counts([("is_server_error", 1)])
    );
    assert_eq!(
        exported.ended("rule.ok_if"),
        counts([("error", 1), ("success", 1)])
    );
    assert_eq!(exported.errors("rule.ok_if"), counts([("is_some", 1)]));
    assert_eq!(
        exported.ended("rule.closure"),
        counts([("error", 1), ("success", 2)])
    );
    assert_eq!(exported.errors("rule.closure"), counts([("io::Error", 1)]));
}

#[track_metrics("panics", metrics = metrics)]
fn panics(metrics: &Metrics) -> Result<u8, u8> {
    panic!("on purpose")
}

#[track_metrics("hangs", metrics = metrics)]
async fn hangs(metrics: Metrics) -> Result<u8, u8> {
    std::future::pending().await
}

#[test]
fn a_panic_and_a_cancelled_future_are_abandoned_and_leave_nothing_in_flight() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| panics(metrics)))
        .map(|_| ())
        .unwrap_err();
    {
        let mut future = pin!(hangs(metrics.clone()));
        let polled = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled, Poll::Pending);
        let series = exported.series();
        assert_eq!(
            series["operations_in_flight{operation=hangs}"], 1,
            "{series:?}"
        );
    }
    assert_eq!(exported.ended("panics"), counts([("abandoned", 1)]));
    assert_eq!(exported.ended("hangs"), counts([("abandoned", 1)]));
    assert_eq!(exported.errors("hangs"), []);
}

#[test]
fn recorders_at_one_call_site_are_kept_apart() {
    let (first, second) = (Exported::new(), Exported::new());
    for exported in [&first, &second, &first] {
        option(&exported.metrics);
    }
    assert_eq!(first.ended("option"), counts([("success", 2)]));
    assert_eq!(second.ended("option"), counts([("success", 1)]));
}

#[test]
fn a_guard_by_hand() {
    let exported = Exported::new();
    let operations = exported.metrics.operations();
    operations.start("hand").ok();
    operations
        .start("hand")
        .error(&io::Error::other("a message"));
    drop(operations.start("hand"));
    assert_eq!(
        exported.ended("hand"),
        counts([("abandoned", 1), ("error", 1), ("success", 1)])
    );
    assert_eq!(exported.errors("hand"), counts([("io::Error", 1)]));
}

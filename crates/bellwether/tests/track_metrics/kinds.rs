//! Each kind of function keeps its meaning, and is counted.

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

use async_trait::async_trait;
use bellwether::metrics::Metrics;
use bellwether::track_metrics;

use crate::exported::{Exported, counts};

#[derive(Debug)]
struct PlanError;

impl From<std::num::ParseIntError> for PlanError {
    fn from(_: std::num::ParseIntError) -> Self {
        Self
    }
}

#[track_metrics("plain", metrics = metrics)]
fn plain(metrics: &Metrics, text: &str) -> Result<u32, PlanError> {
    if text == "early" {
        return Ok(1);
    }
    let number: u32 = text.parse()?;
    Ok(number)
}

#[track_metrics("future", metrics = metrics)]
async fn future(metrics: &Metrics, text: String) -> Result<u32, PlanError> {
    if text == "early" {
        return Ok(1);
    }
    tokio::task::yield_now().await;
    let number: u32 = text.parse()?;
    Ok(number)
}

#[tokio::test]
async fn question_marks_and_early_returns() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    assert_eq!(plain(metrics, "12").unwrap(), 12);
    assert_eq!(plain(metrics, "early").unwrap(), 1);
    plain(metrics, "x").unwrap_err();
    assert_eq!(future(metrics, "12".to_owned()).await.unwrap(), 12);
    assert_eq!(future(metrics, "early".to_owned()).await.unwrap(), 1);
    future(metrics, "x".to_owned()).await.unwrap_err();
    for operation in ["plain", "future"] {
        assert_eq!(
            exported.ended(operation),
            counts([("error", 1), ("success", 2)])
        );
        assert_eq!(exported.errors(operation), counts([("PlanError", 1)]));
    }
}

#[track_metrics("borrows", metrics = metrics)]
fn borrows<'a>(metrics: &Metrics, items: &'a mut Vec<u8>, mut at: usize) -> Option<&'a mut u8> {
    at += 1;
    items.iter_mut().nth(at)
}

#[track_metrics("elided", metrics = metrics)]
fn elided<'a>(text: &'a str, metrics: &Metrics) -> &'a str {
    text.trim()
}

#[track_metrics("generic", metrics = metrics)]
fn generic<T: Display, const N: usize>(metrics: &Metrics, items: [T; N]) -> Result<String, T>
where
    T: Clone,
{
    match items.first() {
        Some(first) if N > 1 => Ok(first.to_string()),
        Some(first) => Err(first.clone()),
        None => Ok(String::new()),
    }
}

#[track_metrics("opaque", metrics = metrics)]
fn opaque(
    metrics: &Metrics,
    items: impl IntoIterator<Item = u8>,
) -> Result<impl Iterator<Item = u8>, PlanError> {
    let items: Vec<u8> = items.into_iter().collect();
    if items.is_empty() {
        return Err(PlanError);
    }
    Ok(items.into_iter().map(|item| item + 1))
}

#[track_metrics("opaque_future", metrics = metrics)]
async fn opaque_future(
    metrics: &Metrics,
    items: impl IntoIterator<Item = u8>,
) -> impl Iterator<Item = u8> {
    tokio::task::yield_now().await;
    items.into_iter().collect::<Vec<_>>().into_iter()
}

#[track_metrics("unit", metrics = metrics)]
fn unit(metrics: &Metrics, seen: &mut Vec<u8>) {
    if !seen.is_empty() {
        return;
    }
    seen.push(1);
}

#[track_metrics("never", metrics = metrics)]
fn never(metrics: &Metrics) -> ! {
    panic!("on purpose")
}

#[track_metrics("never_future", metrics = metrics)]
async fn never_future(metrics: &Metrics) -> ! {
    loop {
        std::future::pending::<()>().await;
    }
}

#[tokio::test]
async fn lifetimes_generics_and_opaque_types() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    let mut items = vec![1, 2, 3];
    *borrows(metrics, &mut items, 0).unwrap() = 9;
    assert_eq!(items, [1, 9, 3]);
    assert_eq!(elided(" a ", metrics), "a");
    assert_eq!(generic(metrics, ["a", "b"]).unwrap(), "a");
    assert_eq!(generic(metrics, [7]).unwrap_err(), 7);
    generic(metrics, [7_u8]).unwrap_err();
    assert_eq!(opaque(metrics, [1, 2]).unwrap().collect::<Vec<_>>(), [2, 3]);
    assert!(opaque(metrics, []).is_err());
    assert_eq!(opaque_future(metrics, [1]).await.collect::<Vec<_>>(), [1]);
    let mut seen = Vec::new();
    unit(metrics, &mut seen);
    unit(metrics, &mut seen);

    for operation in ["borrows", "elided", "opaque_future"] {
        assert_eq!(
            exported.ended(operation),
            counts([("success", 1)]),
            "{operation}"
        );
    }
    assert_eq!(exported.ended("unit"), counts([("success", 2)]));
    assert_eq!(
        exported.ended("generic"),
        counts([("error", 2), ("success", 1)])
    );
    assert_eq!(exported.errors("generic"), counts([("i32", 1), ("u8", 1)]));
    assert_eq!(
        exported.ended("opaque"),
        counts([("error", 1), ("success", 1)])
    );
}

#[tokio::test]
async fn what_never_returns_is_abandoned() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| never(metrics)))
        .map(|()| ())
        .unwrap_err();
    let waiting = tokio::time::timeout(std::time::Duration::from_millis(1), never_future(metrics));
    assert!(waiting.await.is_err());
    assert_eq!(exported.ended("never"), counts([("abandoned", 1)]));
    assert_eq!(exported.ended("never_future"), counts([("abandoned", 1)]));
}

fn by_hand(
    metrics: &Metrics,
    ok: bool,
) -> impl Future<Output = Result<u8, PlanError>> + Send + use<> {
    #[track_metrics("by_hand", metrics = metrics)]
    fn inner(metrics: Metrics, ok: bool) -> impl Future<Output = Result<u8, PlanError>> + Send {
        async move {
            tokio::task::yield_now().await;
            if ok { Ok(1) } else { Err(PlanError) }
        }
    }
    inner(metrics.clone(), ok)
}

#[track_metrics("boxed", metrics = metrics)]
fn boxed<'a>(
    metrics: &'a Metrics,
    text: &'a str,
) -> Pin<Box<dyn Future<Output = Result<u8, PlanError>> + Send + 'a>> {
    let text = text.trim();
    Box::pin(async move {
        tokio::task::yield_now().await;
        let number = text.parse::<u8>()?;
        Ok(number)
    })
}

#[tokio::test]
async fn a_future_as_the_last_expression_is_what_is_tracked() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    drop(by_hand(metrics, true));
    assert_eq!(exported.series().len(), 0, "never polled");
    assert_eq!(by_hand(metrics, true).await.unwrap(), 1);
    by_hand(metrics, false).await.unwrap_err();
    assert_eq!(boxed(metrics, " 7").await.unwrap(), 7);
    boxed(metrics, "x").await.unwrap_err();
    assert_eq!(
        exported.ended("by_hand"),
        counts([("error", 1), ("success", 1)])
    );
    assert_eq!(
        exported.ended("boxed"),
        counts([("error", 1), ("success", 1)])
    );
}

#[async_trait]
trait Store {
    async fn load(&mut self, key: &str) -> Result<String, PlanError>;
    async fn count(&self) -> usize;
}

struct Inner(Metrics, Vec<String>);

/// `async_trait` first, and an attribute on the method.
#[async_trait]
impl Store for Inner {
    #[track_metrics("inner.load", metrics = self.0)]
    async fn load(&mut self, key: &str) -> Result<String, PlanError> {
        self.1.push(key.to_owned());
        tokio::task::yield_now().await;
        let number: u8 = key.parse()?;
        Ok(number.to_string())
    }

    #[track_metrics("inner.count", metrics = self.0)]
    async fn count(&self) -> usize {
        self.1.len()
    }
}

struct Above(Metrics);

#[track_metrics("above", metrics = self.0)]
#[async_trait]
impl Store for Above {
    async fn load(&mut self, key: &str) -> Result<String, PlanError> {
        tokio::task::yield_now().await;
        let number: u8 = key.parse()?;
        Ok(number.to_string())
    }

    async fn count(&self) -> usize {
        7
    }
}

struct Below(Metrics);

#[async_trait]
#[track_metrics("below", metrics = self.0)]
impl Store for Below {
    async fn load(&mut self, key: &str) -> Result<String, PlanError> {
        tokio::task::yield_now().await;
        let number: u8 = key.parse()?;
        Ok(number.to_string())
    }

    async fn count(&self) -> usize {
        7
    }
}

#[tokio::test]
async fn async_trait_in_either_order() {
    let exported = Exported::new();
    let metrics = || exported.metrics.clone();
    let stores: [(&str, Box<dyn Store>); 3] = [
        ("inner", Box::new(Inner(metrics(), Vec::new()))),
        ("above", Box::new(Above(metrics()))),
        ("below", Box::new(Below(metrics()))),
    ];
    for (name, mut store) in stores {
        assert_eq!(store.load("12").await.unwrap(), "12");
        store.load("x").await.unwrap_err();
        drop(store.load("12"));
        store.count().await;
        assert_eq!(
            exported.ended(&format!("{name}.load")),
            counts([("error", 1), ("success", 1)]),
            "{name}"
        );
        assert_eq!(
            exported.errors(&format!("{name}.load")),
            counts([("PlanError", 1)]),
            "{name}"
        );
        assert_eq!(
            exported.ended(&format!("{name}.count")),
            counts([("success", 1)]),
            "{name}"
        );
    }
}

#[test]
fn futures_stay_send_and_static() {
    #[track_metrics("spawned", span = "work")]
    async fn spawned(text: String) -> Result<String, PlanError> {
        tokio::task::yield_now().await;
        Ok(text)
    }
    fn spawnable<T: Send + 'static>(_: &T) {}
    spawnable(&spawned(String::new()));
}

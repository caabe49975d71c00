//! What becomes of futures.

use std::io;
use std::pin::pin;

use super::*;
use crate::metrics::OpenLabel;
use crate::metrics::generated::labels::ErrorType;

fn collector() -> MetricsCollector {
    built(MetricsCollector::builder().enable_batching(false)).0
}

/// Messages and errors.
fn seen(collector: &MetricsCollector) -> (u32, u32) {
    let totals = through(collector, "future");
    (totals.messages, totals.errors)
}

#[tokio::test]
async fn results_pass_through_and_are_counted() {
    let collector = collector();
    let ok = collector.with_metrics(async { Ok::<_, io::Error>(7) }, "future");
    assert_eq!(ok.await.unwrap(), 7);
    assert_eq!(seen(&collector), (1, 0));
    let late = async { Err::<(), _>(io::Error::from(io::ErrorKind::TimedOut)) };
    let error = collector.with_metrics(late, "future").await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(seen(&collector), (2, 1));
}

#[tokio::test]
async fn time_runs_from_the_first_poll() {
    let collector = collector();
    let wait = async {
        std::thread::sleep(Duration::from_millis(20));
        Ok::<_, io::Error>(())
    };
    let waiting = collector.with_metrics(wait, "future");
    std::thread::sleep(Duration::from_millis(20));
    let before = std::time::Instant::now();
    waiting.await.unwrap();
    let most = before.elapsed().as_secs_f64();
    let latency = through(&collector, "future").latency;
    assert!(latency >= 0.02 && latency <= most, "{latency} of {most}");
}

#[tokio::test]
async fn what_is_cancelled_is_abandoned_and_what_never_began_is_not() {
    let collector = collector();
    drop(collector.with_metrics(std::future::pending::<io::Result<()>>(), "future"));
    assert_eq!(seen(&collector), (0, 0));
    let never = collector.with_metrics(std::future::pending::<io::Result<()>>(), "future");
    let late = tokio::time::timeout(Duration::from_millis(1), never).await;
    assert!(late.is_err());
    assert_eq!(seen(&collector), (0, 1));
}

#[tokio::test]
async fn a_panic_is_abandoned_too() {
    let collector = collector();
    let other = collector.clone();
    let panics = async move {
        let task = async { panic!("on purpose") };
        let _: io::Result<()> = other.with_metrics(task, "future").await;
    };
    assert!(tokio::spawn(panics).await.is_err());
    assert_eq!(seen(&collector), (0, 1));
}

#[tokio::test]
async fn a_name_of_the_callers_choice() {
    let collector = collector();
    let task = async { Err::<(), String>("no plan for 4711".to_owned()) };
    let mut asked = 0;
    let named = collector.with_metrics_as(task, "future", |error| {
        asked += error.len();
        ErrorType::of("no_plan")
    });
    assert_eq!(named.await.unwrap_err(), "no plan for 4711");
    assert_eq!(asked, 16);
}

#[test]
fn it_is_little_more_than_the_future() {
    let collector = collector();
    let large = async {
        let bytes = [0_u8; 4_096];
        tokio::task::yield_now().await;
        std::hint::black_box(&bytes);
        Ok::<_, io::Error>(())
    };
    let of_it = size_of_val(&large);
    let with = pin!(collector.with_metrics(large, "future"));
    assert!(size_of_val(&*with) <= of_it + 128);
}

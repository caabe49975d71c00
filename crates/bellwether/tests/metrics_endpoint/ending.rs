//! The end, while somebody asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bellwether::health::{CheckResult, Criticality};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::client::{PATIENCE, get, try_ask};
use super::start;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scrapes_during_a_shutdown_are_whole_or_not_at_all() {
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    telemetry
        .meter("test")
        .u64_counter("uploads_total")
        .build()
        .add(1, &[]);
    let scrapers: Vec<_> = (0..16)
        .map(|_| {
            tokio::spawn(async move {
                let mut whole = 0;
                // Until it is refused, or hung up on before an answer began.
                while let Ok(Some(answer)) = try_ask(address, "GET", "/metrics", &[]).await {
                    assert!(answer.is_whole(), "{answer:?}");
                    assert_eq!(answer.status, 200);
                    assert_eq!(answer.value("uploads_total"), Some(1.0));
                    whole += 1;
                }
                whole
            })
        })
        .collect();
    while get(address, "/metrics").await.status != 200 {}
    telemetry.shutdown(PATIENCE).await.unwrap();
    for scraper in scrapers {
        let whole: u32 = tokio::time::timeout(PATIENCE, scraper)
            .await
            .expect("it ends")
            .unwrap();
        assert!(whole > 0);
    }
    assert!(
        TcpStream::connect(address).await.is_err(),
        "it still listens"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_under_way_is_given() {
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    let begun = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&begun);
    let slow = move || {
        flag.store(true, Ordering::SeqCst);
        async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            CheckResult::healthy()
        }
    };
    telemetry
        .health()
        .register("slow", Criticality::Critical, slow)
        .unwrap();
    let asked = tokio::spawn(async move { get(address, "/health").await });
    let until = Instant::now() + PATIENCE;
    while !begun.load(Ordering::SeqCst) {
        assert!(Instant::now() < until, "it is not asked");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    telemetry.shutdown(PATIENCE).await.unwrap();
    let answer = asked.await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["components"]["slow"]["status"], "healthy");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_hangs_does_not_make_the_end_late() {
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(b"GET /metrics HTT").await.unwrap();
    let _silent = TcpStream::connect(address).await.unwrap();
    assert_eq!(get(address, "/live").await.status, 200);
    // Fails where it takes the whole of the time.
    telemetry.shutdown(Duration::from_secs(8)).await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

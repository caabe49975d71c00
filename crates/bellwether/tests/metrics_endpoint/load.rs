//! Many scrapers, and clients that are slow on purpose.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::client::{PATIENCE, ask, get};
use super::start;

/// Both ends of every connection are this process's.
fn allow_many_files() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, soft.max(hard.min(4096)), hard).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_scrapes_at_once_are_whole_and_none_is_behind() {
    allow_many_files();
    let telemetry = Arc::new(start(&[]));
    let address = telemetry.metrics_address().unwrap();
    let counter = telemetry.meter("test").u64_counter("uploads_total").build();
    counter.add(1, &[]);
    let (recorded, stop) = (
        Arc::new(AtomicU64::new(1)),
        Arc::new(AtomicBool::new(false)),
    );
    let writer = std::thread::spawn({
        let (recorded, stop) = (Arc::clone(&recorded), Arc::clone(&stop));
        move || {
            while !stop.load(Ordering::Acquire) {
                counter.add(1, &[]);
                recorded.fetch_add(1, Ordering::Release);
                std::thread::sleep(Duration::from_micros(200));
            }
        }
    });
    let forms = [
        ("text/plain", "identity"),
        ("text/plain", "gzip"),
        ("application/openmetrics-text", "identity"),
        ("application/openmetrics-text", "gzip"),
    ];
    let scrapes: Vec<_> = (0..500)
        .map(|number: usize| {
            let recorded = Arc::clone(&recorded);
            let (accept, encoding) = forms[number % forms.len()];
            tokio::spawn(async move {
                let before = recorded.load(Ordering::Acquire);
                let headers = [("accept", accept), ("accept-encoding", encoding)];
                let answer = ask(address, "GET", "/metrics", &headers).await;
                let after = recorded.load(Ordering::Acquire) + 1;
                (before, answer, after)
            })
        })
        .collect();
    for scrape in scrapes {
        let (before, answer, after) = scrape.await.unwrap();
        assert_eq!(answer.status, 200);
        assert!(answer.is_whole());
        let value = answer.value("uploads_total").unwrap();
        assert!(
            (before as f64..=after as f64).contains(&value),
            "{before} {value} {after}"
        );
    }
    stop.store(true, Ordering::Release);
    writer.join().unwrap();
}

/// Sends a head byte by byte, or nothing at all, until it is cut off.
async fn loris(address: SocketAddr, says: &[u8]) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let talk = async {
        for byte in says.iter().cycle() {
            if writer.write_all(&[*byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(300)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    tokio::select! {
        () = talk => {}
        _ = reader.read_to_end(&mut answer) => {}
    }
    assert!(!answer.starts_with(b"HTTP/1.1 200"), "it was answered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_are_cut_off_and_others_answered() {
    allow_many_files();
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    let slow: Vec<_> = (0..200)
        .map(|number| {
            let says: &[u8] = if number % 2 == 0 {
                b"GET /metrics HTTP/1.1\r\nx-a: "
            } else {
                b""
            };
            tokio::spawn(loris(address, says))
        })
        .collect();
    assert_eq!(get(address, "/metrics").await.status, 200);
    assert_eq!(get(address, "/live").await.status, 200);
    assert!(
        slow.iter().any(|client| !client.is_finished()),
        "they were not slow"
    );
    for client in slow {
        timeout(PATIENCE, client)
            .await
            .expect("it is cut off")
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_slow_clients_than_there_are_places_do_not_keep_a_scraper_out() {
    allow_many_files();
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    let slow: Vec<_> = (0..600)
        .map(|_| tokio::spawn(loris(address, b"G")))
        .collect();
    assert_eq!(get(address, "/metrics").await.status, 200);
    for client in slow {
        timeout(PATIENCE, client)
            .await
            .expect("it is cut off")
            .unwrap();
    }
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    let long = "x".repeat(64 * 1024);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("GET /metrics HTTP/1.1\r\nhost: test\r\nx-long: {long}\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .unwrap();
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
    assert_eq!(get(address, "/live").await.status, 200);
}

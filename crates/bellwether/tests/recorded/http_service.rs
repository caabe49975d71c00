//! A service of axum with the layer alone: its requests are in the metrics, by method, route and answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use bellwether::metrics::Selection;
use bellwether::propagation::axum::ServerLayer;
use tokio::runtime::Runtime;

use crate::exported::Exported;

fn serve(runtime: &Runtime, exported: &Exported) -> SocketAddr {
    let never = || std::future::pending::<&'static str>();
    let app = Router::new()
        .route("/jobs/{id}", get(|| async { "a job" }))
        .route("/never", get(never))
        .route("/health", get(|| async { "ok" }))
        .fallback(|| async { axum::http::StatusCode::NOT_FOUND })
        .layer(
            ServerLayer::new()
                .metrics(&exported.metrics)
                .ignore_path("/health"),
        );
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, app).await });
    address
}

fn send(address: SocketAddr, request_line: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("{request_line} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn answer(address: SocketAddr, request_line: &str) -> String {
    let mut answer = String::new();
    send(address, request_line)
        .read_to_string(&mut answer)
        .unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn requests_are_counted_by_route_and_answer_without_a_call() {
    let runtime = Runtime::new().unwrap();
    let exported = Exported::new();
    let address = serve(&runtime, &exported);
    for id in 0..3 {
        assert!(answer(address, &format!("GET /jobs/{id}")).contains("200"));
    }
    assert!(answer(address, "POST /jobs/1").contains("405"));
    assert!(answer(address, "GET /secrets/7").contains("404"));
    assert!(answer(address, "GET /health").contains("200"));
    drop(send(address, "GET /never"));

    let counts = [
        "method=GET,route=/jobs/{id},status_code=200} 3",
        "method=GET,route=/never,status_code=abandoned} 1",
        "method=GET,route=unmatched,status_code=404} 1",
        "method=POST,route=/jobs/{id},status_code=405} 1",
    ];
    let metrics = ["http_request_duration_seconds{", "http_requests_total{"];
    let expected: Vec<String> = metrics
        .iter()
        .flat_map(|metric| counts.map(|count| format!("{metric}{count}")))
        .collect();
    // The server sees the end of a connection when it sees it.
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let lines = exported.lines();
        if lines == expected {
            break;
        }
        assert!(Instant::now() < deadline, "{lines:#?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_service_that_wants_no_http_metrics_has_none() {
    let runtime = Runtime::new().unwrap();
    let exported = Exported::with(Selection::all().without_requests());
    let address = serve(&runtime, &exported);
    assert!(answer(address, "GET /jobs/1").contains("200"));
    assert_eq!(exported.lines(), Vec::<String>::new());
}

//! Paths, methods, formats and headers; where it listens, and where it does not.

use std::net::TcpListener;

use bellwether::Telemetry;

use super::client::{ask, get};
use super::{builder, start};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

#[tokio::test]
async fn metrics_come_in_the_format_that_is_accepted() {
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    telemetry
        .meter("test")
        .u64_counter("uploads_total")
        .build()
        .add(3, &[]);
    let prometheus =
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
    let cases = [
        (None, None, TEXT),
        (Some("*/*"), Some("identity"), TEXT),
        (Some("text/html,application/xhtml+xml"), None, TEXT),
        (Some(prometheus), Some("gzip"), OPEN_METRICS),
        (
            Some("application/openmetrics-text"),
            Some("gzip;q=0"),
            OPEN_METRICS,
        ),
        (
            Some("text/plain;version=0.0.4"),
            Some("deflate, gzip;q=1.0"),
            TEXT,
        ),
    ];
    for (accept, encoding, content_type) in cases {
        let mut headers = Vec::new();
        headers.extend(accept.map(|accept| ("accept", accept)));
        headers.extend(encoding.map(|encoding| ("accept-encoding", encoding)));
        let answer = ask(address, "GET", "/metrics", &headers).await;
        assert_eq!(answer.status, 200);
        assert!(answer.is_whole(), "{answer:?}");
        assert_eq!(
            answer.header("content-type"),
            Some(content_type),
            "{accept:?}"
        );
        let gzip =
            encoding.is_some_and(|encoding| encoding.contains("gzip") && !encoding.ends_with("=0"));
        assert_eq!(
            answer.header("content-encoding"),
            gzip.then_some("gzip"),
            "{encoding:?}"
        );
        assert_eq!(answer.header("vary"), Some("accept, accept-encoding"));
        assert_eq!(answer.value("uploads_total"), Some(3.0));
        assert_eq!(
            answer.text().ends_with("# EOF\n"),
            content_type == OPEN_METRICS
        );
        if gzip {
            assert!(answer.body.len() < answer.text().len());
        }
    }
}

#[tokio::test]
async fn other_methods_and_paths_are_refused() {
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    for path in ["/metrics", "/health", "/ready", "/live"] {
        let whole = get(address, path).await;
        let head = ask(address, "HEAD", path, &[]).await;
        assert_eq!((whole.status, head.status), (200, 200), "{path}");
        assert!(head.body.is_empty() && !whole.body.is_empty(), "{path}");
        assert_eq!(
            head.header("content-type"),
            whole.header("content-type"),
            "{path}"
        );
        assert_eq!(whole.header("cache-control"), Some("no-store"), "{path}");
        for method in ["POST", "PUT", "DELETE"] {
            let refused = ask(address, method, path, &[("content-length", "0")]).await;
            assert_eq!(refused.status, 405, "{method} {path}");
            assert_eq!(refused.header("allow"), Some("GET,HEAD"));
        }
    }
    for path in [
        "/",
        "/metric",
        "/metrics/",
        "/health/redis",
        "/../etc/passwd",
    ] {
        assert_eq!(get(address, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_a_trace_id() {
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for path in ["/metrics", "/health", "/ready", "/live"] {
        let answer = ask(address, "GET", path, &[("traceparent", parent)]).await;
        assert_eq!(
            answer.header("x-trace-id"),
            Some("0af7651916cd43dd8448eb211c80319c")
        );
        assert_eq!(
            get(address, path).await.header("x-trace-id").unwrap().len(),
            32
        );
    }
}

#[tokio::test]
async fn metrics_move_with_their_path() {
    let telemetry = start(&[("BELLWETHER_METRICS_PATH", "/internal/metrics")]);
    let address = telemetry.metrics_address().unwrap();
    assert_eq!(get(address, "/internal/metrics").await.status, 200);
    assert_eq!(get(address, "/metrics").await.status, 404);
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error_that_names_it() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    let text = port.to_string();
    let error = builder(&[("METRICS_PORT", &text)])
        .start()
        .unwrap_err()
        .to_string();
    let expected =
        format!("expected a free port: another process listens on 127.0.0.1:{port} already");
    assert_eq!(error, format!("METRICS_PORT is \"{port}\": {expected}"));
    let error = builder(&[])
        .metrics_port(port)
        .start()
        .unwrap_err()
        .to_string();
    assert_eq!(error, format!("metrics_port is \"{port}\": {expected}"));
    // The service may choose to run on.
    let telemetry = builder(&[("METRICS_PORT", &text)])
        .metrics_endpoint(false)
        .start()
        .unwrap();
    assert_eq!(telemetry.metrics_address(), None);
    // Nothing is left behind that holds the port.
    drop(holder);
    let telemetry = builder(&[("METRICS_PORT", &text)]).start().unwrap();
    assert_eq!(
        get(telemetry.metrics_address().unwrap(), "/live")
            .await
            .status,
        200
    );
}

#[test]
fn values_that_cannot_be_used_are_named() {
    let error = |name, value| {
        let environment = [(name, value)].into_iter().collect();
        let builder = Telemetry::builder("s").from_variables(environment);
        builder.unwrap_err().to_string()
    };
    let cases = [
        ("METRICS_PORT", "http"),
        ("METRICS_PORT", "65536"),
        ("BELLWETHER_METRICS_HOST", "localhost"),
        ("BELLWETHER_METRICS_PATH", "metrics"),
        ("BELLWETHER_METRICS_PATH", "/health"),
        ("BELLWETHER_METRICS_PATH", "/{*all}"),
        ("HEALTH_CHECK_ENABLED", "1"),
        ("HEALTH_CHECK_TIMEOUT", "5s"),
    ];
    for (name, value) in cases {
        let words = error(name, value);
        assert!(
            words.starts_with(&format!("{name} is \"{value}\": expected ")),
            "{words}"
        );
    }
    let refused = builder(&[
        ("BELLWETHER_METRICS_HOST", "192.0.2.1"),
        ("METRICS_PORT", "0"),
    ])
    .start();
    let words = refused.unwrap_err().to_string();
    assert!(
        words.starts_with("BELLWETHER_METRICS_HOST is \"192.0.2.1\": expected"),
        "{words}"
    );
}

#[test]
fn it_is_not_served_unasked() {
    assert_eq!(builder(&[]).start().unwrap().metrics_address(), None);
    let disabled = builder(&[("METRICS_PORT", "0")])
        .disabled(true)
        .start()
        .unwrap();
    assert_eq!(disabled.metrics_address(), None);
}

#[tokio::test]
async fn the_router_can_be_mounted_in_an_app_of_ones_own() {
    #[derive(Clone)]
    struct App;
    for disabled in [false, true] {
        let telemetry = builder(&[]).disabled(disabled).start().unwrap();
        telemetry
            .meter("test")
            .u64_counter("uploads_total")
            .build()
            .add(3, &[]);
        let app = axum::Router::new()
            .route("/", axum::routing::get(|| async { "the app" }))
            .merge(telemetry.router())
            .with_state(App);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        assert_eq!(get(address, "/").await.text(), "the app");
        let metrics = get(address, "/metrics").await;
        assert_eq!(metrics.status, 200);
        assert_eq!(metrics.value("uploads_total"), (!disabled).then_some(3.0));
        for path in ["/health", "/ready", "/live"] {
            let answer = get(address, path).await;
            assert_eq!(
                (answer.status, answer.json()["status"].as_str()),
                (200, Some("healthy")),
                "{path}"
            );
        }
        server.abort();
    }
}

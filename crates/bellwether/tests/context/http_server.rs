use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::get;
use bellwether::propagation::axum::ServerLayer;
use bellwether::propagation::reqwest::RequestBuilderExt;
use bellwether::propagation::{self, trace_id};
use http::StatusCode;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::{FutureExt, SpanKind, Status};
use opentelemetry::{Context, KeyValue};
use tracing::Instrument;

use crate::capture::{
    Capture, PARENT, TRACE, assert_child, assert_root, attribute, install, remote, span_of, text,
};

async fn start(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

fn traced(app: Router) -> Router {
    app.layer(
        ServerLayer::new()
            .ignore_path("/health")
            .record_user_agent(true),
    )
}

/// What the handler sees: the trace id and the baggage of its context.
async fn seen() -> String {
    let context = propagation::current();
    let baggage = context.baggage().get("session.id").map(ToString::to_string);
    format!(
        "{} {}",
        trace_id::of(&context).unwrap_or_default(),
        baggage.unwrap_or_default()
    )
}

#[tokio::test]
async fn one_trace_goes_through_two_services() {
    let capture = Capture::start();
    let agent = start(traced(Router::new().route("/tools/{name}", get(seen)))).await;
    let call = |State(agent): State<String>| async move {
        client()
            .get(format!("{agent}/tools/search?q=secret"))
            .send_traced()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    let orchestrator = start(traced(
        Router::new().route("/plan", get(call)).with_state(agent),
    ))
    .await;

    let baggage = Context::current_with_baggage([KeyValue::new("session.id", "42")]);
    let request = client()
        .get(format!("{orchestrator}/plan"))
        .header("user-agent", "test/1")
        .send_traced();
    let response = request.with_context(baggage).await.unwrap();
    let told = response.headers()["x-trace-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        response.text().await.unwrap(),
        format!("{told} 42"),
        "the last handler is in the same trace, with baggage"
    );

    let (plan, tool) = (
        capture.span("GET /plan").await,
        capture.span("GET /tools/{name}").await,
    );
    let clients: Vec<_> = capture
        .spans()
        .into_iter()
        .filter(|span| span.name == "GET")
        .collect();
    let outer = clients
        .iter()
        .find(|span| text(span, "url.full").ends_with("/plan"))
        .unwrap();
    let inner = clients
        .iter()
        .find(|span| text(span, "url.full").ends_with("/tools/search"))
        .unwrap();
    assert_root(outer);
    assert_child(&plan, outer);
    assert_child(inner, &plan);
    assert_child(&tool, inner);
    assert_eq!(plan.span_context.trace_id().to_string(), told);
    assert!(plan.parent_span_is_remote);

    assert_eq!(
        (&plan.span_kind, &inner.span_kind),
        (&SpanKind::Server, &SpanKind::Client)
    );
    assert_eq!(text(&tool, "http.route"), "/tools/{name}");
    assert_eq!(text(&tool, "url.path"), "/tools/search");
    assert_eq!(text(&tool, "http.request.method"), "GET");
    assert_eq!(
        attribute(&tool, "http.response.status_code"),
        Some(200_i64.into())
    );
    assert_eq!(text(&tool, "server.address"), "127.0.0.1");
    assert_eq!(
        attribute(&tool, "server.port"),
        attribute(inner, "server.port")
    );
    assert_eq!(text(&tool, "network.protocol.version"), "1.1");
    assert_eq!(text(&plan, "user_agent.original"), "test/1");
    assert_eq!(
        attribute(inner, "http.response.status_code"),
        Some(200_i64.into())
    );
    for span in capture.spans() {
        assert_eq!(span.status, Status::Unset);
        assert!(attribute(&span, "error.type").is_none());
        assert!(
            !format!("{:?}", span.attributes).contains("secret"),
            "{}",
            span.name
        );
    }
}

#[tokio::test]
async fn the_current_context_goes_along_without_a_client_span() {
    let capture = Capture::start();
    let url = start(traced(Router::new().route("/", get(seen)))).await;
    let send = async {
        client()
            .get(url)
            .header("traceparent", PARENT)
            .with_trace_context()
            .send()
            .await
            .unwrap()
    };
    send.instrument(tracing::info_span!("outer")).await;
    let (outer, served) = (capture.span("outer").await, capture.span("GET /").await);
    assert_child(&served, &outer);
}

#[tokio::test]
async fn a_traced_request_replaces_copied_headers_as_a_whole() {
    let capture = Capture::start();
    let url = start(traced(Router::new().route("/", get(seen)))).await;
    let copied = client().get(url).header("traceparent", PARENT);
    let copied = copied
        .header("tracestate", "old=1")
        .header("baggage", "session.id=old");
    let response = copied.send_traced().await.unwrap();
    let (asked, served) = (capture.span("GET").await, capture.span("GET /").await);
    assert_child(&served, &asked);
    assert_eq!(served.span_context.trace_state().header(), "");
    let trace = asked.span_context.trace_id();
    assert_eq!(response.text().await.unwrap(), format!("{trace} "));
}

#[tokio::test]
async fn headers_that_are_absent_or_malformed_start_a_trace() {
    let capture = Capture::start();
    let url = start(traced(Router::new().route("/", get(seen)))).await;
    let upper = PARENT.to_uppercase();
    for parent in ["", "nonsense", &PARENT[..54], &upper] {
        let response = client()
            .get(&url)
            .header("traceparent", parent)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_ne!(response.headers()["x-trace-id"], TRACE);
    }
    // Where the server runs inside some span, a request from outside does not become its child.
    assert_eq!(capture.spans().len(), 4);
    for span in capture.spans() {
        assert_root(&span);
    }
    let big = client()
        .get(&url)
        .header("tracestate", "a".repeat(1 << 20))
        .send()
        .await;
    assert!(big.is_err() || big.unwrap().status() == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert_eq!(
        client().get(&url).send().await.unwrap().status(),
        StatusCode::OK,
        "the server lives on"
    );
}

#[tokio::test]
async fn ignored_paths_have_no_span_and_no_header() {
    let capture = Capture::start();
    let url = start(traced(
        Router::new()
            .route("/health", get(seen))
            .route("/healthy", get(seen)),
    ))
    .await;
    let response = client().get(format!("{url}/health")).send().await.unwrap();
    assert!(!response.headers().contains_key("x-trace-id"));
    client().get(format!("{url}/healthy")).send().await.unwrap();
    capture.span("GET /healthy").await;
    assert_eq!(capture.spans().len(), 1);
}

#[tokio::test]
async fn only_the_servers_own_faults_are_errors() {
    let capture = Capture::start();
    let app = Router::new()
        .route("/bad", get(|| async { StatusCode::BAD_REQUEST }))
        .route("/broken", get(|| async { StatusCode::BAD_GATEWAY }));
    let url = start(traced(app)).await;
    for path in ["bad", "broken"] {
        client()
            .get(format!("{url}/{path}"))
            .send_traced()
            .await
            .unwrap();
    }
    let (bad, broken) = (
        capture.span("GET /bad").await,
        capture.span("GET /broken").await,
    );
    assert_eq!(bad.status, Status::Unset);
    assert_eq!(attribute(&bad, "error.type"), None);
    assert!(matches!(broken.status, Status::Error { .. }));
    assert_eq!(text(&broken, "error.type"), "502");
    let clients: Vec<_> = capture
        .spans()
        .into_iter()
        .filter(|span| span.span_kind == SpanKind::Client)
        .collect();
    let errors: Vec<_> = clients
        .iter()
        .map(|span| text(span, "error.type"))
        .collect();
    assert_eq!(errors, ["400", "502"], "to a client both are");
    assert!(
        clients
            .iter()
            .all(|span| matches!(span.status, Status::Error { .. }))
    );
}

#[tokio::test]
async fn a_panic_is_recorded_and_goes_on() {
    async fn boom() {
        panic!("no more tools");
    }
    let capture = Capture::start();
    let url = start(traced(Router::new().route("/", get(boom)))).await;
    assert!(
        client().get(&url).send_traced().await.is_err(),
        "the connection is gone, as without the layer"
    );
    let served = capture.span("GET /").await;
    assert_eq!(served.status, Status::error("no more tools"));
    assert_eq!(text(&served, "error.type"), "panic");
}

#[tokio::test]
async fn a_failed_connection_is_an_error_of_the_client() {
    let capture = Capture::start();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://user:hunter2@{address}/run?token=hunter2#hunter2");
    assert!(client().get(url).send_traced().await.is_err());
    let span = capture.span("GET").await;
    assert_eq!(text(&span, "error.type"), "connect");
    assert_eq!(text(&span, "url.full"), format!("http://{address}/run"));
    assert!(matches!(span.status, Status::Error { .. }));
    assert!(!format!("{span:?}").contains("hunter2"));
}

#[tokio::test]
async fn the_span_ends_with_the_head_while_the_body_streams_on() {
    let capture = Capture::start();
    let (send, receive) = futures_channel::mpsc::unbounded::<Result<String, std::io::Error>>();
    let receive = std::sync::Arc::new(std::sync::Mutex::new(Some(receive)));
    let handler = move || async move { Body::from_stream(receive.lock().unwrap().take().unwrap()) };
    let url = start(traced(Router::new().route("/events", get(handler)))).await;
    let response = client().get(format!("{url}/events")).send().await.unwrap();
    capture.span("GET /events").await;
    send.unbounded_send(Ok("late".to_owned())).unwrap();
    drop(send);
    assert_eq!(response.text().await.unwrap(), "late");
}

#[tokio::test]
async fn made_up_methods_and_unknown_paths_make_no_new_names() {
    let capture = Capture::start();
    let url = start(traced(Router::new().route("/", axum::routing::any(seen)))).await;
    let method = http::Method::from_bytes(b"BREW").unwrap();
    client().request(method, &url).send().await.unwrap();
    let served = capture.span("HTTP /").await;
    assert_eq!(text(&served, "http.request.method"), "_OTHER");
    assert_eq!(text(&served, "http.request.method_original"), "BREW");
    client().get(format!("{url}/42")).send().await.unwrap();
    assert_eq!(text(&capture.span("GET").await, "url.path"), "/42");
}

#[tokio::test]
async fn without_a_subscriber_the_callers_context_is_passed_on() {
    install();
    let agent = start(traced(Router::new().route("/", get(seen)))).await;
    let call = |State(agent): State<String>| async move {
        client()
            .get(agent)
            .send_traced()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    let orchestrator = start(traced(
        Router::new().route("/", get(call)).with_state(agent),
    ))
    .await;
    let response = client()
        .get(orchestrator)
        .with_trace_context()
        .send()
        .with_context(remote())
        .await
        .unwrap();
    assert!(
        !response.headers().contains_key("x-trace-id"),
        "the builder had no context: it is made before the future"
    );
    let request = async {
        client()
            .get(response.url().clone())
            .send_traced()
            .await
            .unwrap()
    };
    let response = request.with_context(remote()).await;
    assert_eq!(response.headers()["x-trace-id"], TRACE);
    assert_eq!(response.text().await.unwrap(), format!("{TRACE} 42"));
}

#[tokio::test]
async fn plain_tower_services_work_without_a_route() {
    use tower_layer::Layer;
    use tower_service::Service;

    #[derive(Clone)]
    struct Echo;
    impl Service<http::Request<()>> for Echo {
        type Response = http::Response<()>;
        type Error = &'static str;
        type Future = std::future::Ready<Result<Self::Response, Self::Error>>;
        fn poll_ready(
            &mut self,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Result<(), Self::Error>> {
            std::task::Poll::Ready(Ok(()))
        }
        fn call(&mut self, request: http::Request<()>) -> Self::Future {
            std::future::ready(if request.uri().path() == "/err" {
                Err("away")
            } else {
                Ok(http::Response::new(()))
            })
        }
    }

    let capture = Capture::start();
    let mut service = ServerLayer::new().layer(Echo);
    let request = |path: &str| {
        http::Request::get(path)
            .header("traceparent", PARENT)
            .header("user-agent", "not recorded unless asked for")
            .body(())
            .unwrap()
    };
    let response = service
        .call(request("http://agent.local:8080/run"))
        .await
        .unwrap();
    assert_eq!(response.headers()["x-trace-id"], TRACE);
    let served = capture.span("GET").await;
    assert_eq!(served.parent_span_id, span_of(&remote()).span_id());
    assert_eq!(text(&served, "server.address"), "agent.local");
    assert_eq!(text(&served, "http.route"), "");
    assert_eq!(text(&served, "user_agent.original"), "");
    assert_eq!(service.call(request("/err")).await.unwrap_err(), "away");
    tokio::time::timeout(Duration::from_secs(5), async {
        while capture.spans().len() < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert_eq!(text(&capture.spans()[1], "error.type"), "_OTHER");
}

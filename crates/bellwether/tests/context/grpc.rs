use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{self, Poll};

use bellwether::propagation::tonic::{self as carrier, ClientLayer, ServerLayer, TraceContext};
use bellwether::propagation::{self, trace_id};
use bytes::{Buf, BufMut};
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::{FutureExt, SpanKind, Status as SpanStatus};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataMap;
use tonic::server::{NamedService, ServerStreamingService, UnaryService};
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Code, Request, Response, Status};
use tower_layer::Layer;
use tower_service::Service;
use tracing::Instrument;

use crate::capture::{
    Capture, PARENT, TRACE, assert_child, assert_root, install, remote, remote_without_state,
    span_of, text,
};

/// Messages are plain text.
#[derive(Debug, Clone, Copy, Default)]
struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;
    fn encoder(&mut self) -> Self {
        Self
    }
    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;
    fn encode(&mut self, item: String, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(item.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;
    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = from.copy_to_bytes(from.remaining());
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// What generated code would be for a service with one unary and one streaming method.
#[derive(Clone)]
struct Agent;

impl NamedService for Agent {
    const NAME: &'static str = "fleet.Agent";
}

impl Service<http::Request<tonic::body::Body>> for Agent {
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = tonic::server::Grpc::new(Text);
            Ok(match request.uri().path() {
                "/fleet.Agent/Run" => grpc.unary(Run, request).await,
                _ => grpc.server_streaming(Watch, request).await,
            })
        })
    }
}

struct Run;

impl UnaryService<String> for Run {
    type Response = String;
    type Future = Pin<Box<dyn Future<Output = Result<Response<String>, Status>> + Send>>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let wish = request.into_inner();
        let answer = async move {
            match wish.as_str() {
                "missing" => Err(Status::not_found("no such agent")),
                "broken" => Err(Status::internal("out of order")),
                "panic" => panic!("out of mind"),
                _ => {
                    let context = propagation::current();
                    let session = context.baggage().get("session.id").map(ToString::to_string);
                    Ok(Response::new(format!(
                        "{} {}",
                        trace_id::of(&context).unwrap_or_default(),
                        session.unwrap_or_default()
                    )))
                }
            }
        };
        Box::pin(answer)
    }
}

struct Watch;

impl ServerStreamingService<String> for Watch {
    type Response = String;
    type ResponseStream = futures_util::stream::Iter<std::vec::IntoIter<Result<String, Status>>>;
    type Future = Ready<Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, _: Request<String>) -> Self::Future {
        let events = vec![
            Ok("one".to_owned()),
            Ok("two".to_owned()),
            Err(Status::unavailable("gone")),
        ];
        ready(Ok(Response::new(futures_util::stream::iter(events))))
    }
}

async fn start() -> Channel {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    tokio::spawn(
        Server::builder()
            .layer(ServerLayer::new())
            .add_service(Agent)
            .serve_with_incoming(incoming),
    );
    Endpoint::try_from(format!("http://{address}"))
        .unwrap()
        .connect()
        .await
        .unwrap()
}

async fn run<C>(channel: C, wish: &str) -> Result<String, Status>
where
    C: tonic::client::GrpcService<tonic::body::Body>,
    C::Error: std::fmt::Debug,
    C::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    <C::ResponseBody as http_body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static("/fleet.Agent/Run");
    client
        .unary(Request::new(wish.to_owned()), path, Text)
        .await
        .map(Response::into_inner)
}

#[tokio::test]
async fn a_call_is_a_client_span_and_a_server_span_below_it() {
    let capture = Capture::start();
    let channel = ClientLayer::new()
        .to("agent.local", 4317)
        .layer(start().await);
    let answer = async { run(channel, "hello").await.unwrap() }
        .with_context(remote())
        .await;
    assert_eq!(
        answer,
        format!("{TRACE} 42"),
        "trace id and baggage arrive in the handler"
    );
    capture.span("fleet.Agent/Run").await;
    let (client, server) = both(&capture).await;
    assert_eq!(client.parent_span_id, span_of(&remote()).span_id());
    assert_child(&server, &client);
    assert_eq!(text(&client, "server.address"), "agent.local");
    assert_eq!(text(&client, "server.port"), "4317");
    assert_eq!(text(&server, "server.address"), "127.0.0.1");
    for span in [&client, &server] {
        assert_eq!(text(span, "rpc.system.name"), "grpc");
        assert_eq!(text(span, "rpc.method"), "fleet.Agent/Run");
        assert_eq!(text(span, "rpc.response.status_code"), "OK");
        assert_eq!(span.status, SpanStatus::Unset);
    }
}

async fn both(
    capture: &Capture,
) -> (
    opentelemetry_sdk::trace::SpanData,
    opentelemetry_sdk::trace::SpanData,
) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        let spans = capture.spans();
        let of = |kind: SpanKind| spans.iter().find(|span| span.span_kind == kind).cloned();
        if let (Some(client), Some(server)) = (of(SpanKind::Client), of(SpanKind::Server)) {
            return (client, server);
        }
        assert!(std::time::Instant::now() < deadline, "{spans:?}");
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn the_interceptor_sends_the_current_span() {
    let capture = Capture::start();
    let channel = tonic::service::interceptor::InterceptedService::new(start().await, TraceContext);
    async { run(channel, "hello").await.unwrap() }
        .instrument(tracing::info_span!("outer"))
        .await;
    assert_child(
        &capture.span("fleet.Agent/Run").await,
        &capture.span("outer").await,
    );
}

#[tokio::test]
async fn a_call_without_metadata_starts_a_trace() {
    let capture = Capture::start();
    run(start().await, "hello").await.unwrap();
    assert_root(&capture.span("fleet.Agent/Run").await);
}

#[tokio::test]
async fn what_counts_as_an_error_depends_on_the_side() {
    for (wish, code, name, is_servers) in [
        ("missing", Code::NotFound, "NOT_FOUND", false),
        ("broken", Code::Internal, "INTERNAL", true),
    ] {
        let capture = Capture::start();
        let channel = ClientLayer::new().layer(start().await);
        assert_eq!(run(channel, wish).await.unwrap_err().code(), code);
        let (client, server) = both(&capture).await;
        assert_eq!(text(&client, "error.type"), name);
        assert!(matches!(client.status, SpanStatus::Error { .. }));
        assert_eq!(text(&server, "rpc.response.status_code"), name);
        assert_eq!(
            matches!(server.status, SpanStatus::Error { .. }),
            is_servers,
            "{wish}"
        );
    }
}

#[tokio::test]
async fn a_stream_is_one_call_until_its_trailers() {
    let capture = Capture::start();
    let mut client = tonic::client::Grpc::new(ClientLayer::new().layer(start().await));
    client.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static("/fleet.Agent/Watch");
    let response = client
        .server_streaming(Request::new(String::new()), path, Text)
        .await
        .unwrap();
    let mut stream = response.into_inner();
    assert!(
        !capture
            .spans()
            .iter()
            .any(|span| span.span_kind == SpanKind::Client),
        "the call goes on"
    );
    assert_eq!(stream.message().await.unwrap().unwrap(), "one");
    assert_eq!(stream.message().await.unwrap().unwrap(), "two");
    assert_eq!(
        stream.message().await.unwrap_err().code(),
        Code::Unavailable
    );
    let (client, server) = both(&capture).await;
    assert_eq!(text(&client, "rpc.response.status_code"), "UNAVAILABLE");
    assert_eq!(text(&server, "error.type"), "UNAVAILABLE");
}

#[tokio::test]
async fn a_panic_is_recorded_and_goes_on() {
    let capture = Capture::start();
    let channel = ClientLayer::new().layer(start().await);
    assert!(run(channel, "panic").await.is_err());
    let (_, server) = both(&capture).await;
    assert_eq!(server.status, SpanStatus::error("out of mind"));
    assert_eq!(text(&server, "error.type"), "panic");
}

#[test]
fn metadata_goes_out_and_comes_back() {
    install();
    let mut metadata = MetadataMap::new();
    metadata.append("tracestate", "old=1".parse().unwrap());
    metadata.append("tracestate", "older=1".parse().unwrap());
    let mut stale = metadata.clone();
    carrier::inject(&remote_without_state(), &mut stale);
    assert_eq!(
        stale.len(),
        1,
        "no old tracestate goes with a new traceparent"
    );
    carrier::inject(&remote(), &mut metadata);
    assert_eq!(metadata.get("traceparent").unwrap(), PARENT);
    assert_eq!(metadata.get_all("tracestate").iter().count(), 1);
    assert_eq!(span_of(&carrier::extract(&metadata)), span_of(&remote()));
    metadata.append("tracestate", "congo=2".parse().unwrap());
    assert_eq!(
        span_of(&carrier::extract(&metadata)).trace_state().header(),
        "rojo=1,congo=2"
    );
}

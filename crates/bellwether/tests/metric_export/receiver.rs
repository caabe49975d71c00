//! An OTLP receiver of metrics on real sockets, that answers as it is told to.

use std::collections::VecDeque;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bellwether::config::Protocol;
use bellwether::metrics::Collection;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use prost::Message;
use tonic::codec::CompressionEncoding;
use tonic_types::{ErrorDetails, StatusExt};

/// How a request is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reply {
    Ok,
    /// Taken, but for this many points.
    Partly(i64),
    /// "Later."
    Busy,
    /// "In so long."
    After(Duration),
    /// "Never."
    Refused,
    /// No answer for so long; then success.
    Slow(Duration),
}

#[derive(Debug, Default)]
struct Heard {
    replies: VecDeque<Reply>,
    /// When, and what. Only what was taken has its message.
    requests: Vec<(Instant, Option<Collection>)>,
}

/// Listens until the test ends.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    heard: Arc<Mutex<Heard>>,
}

impl Receiver {
    /// Answers with these in turn, and with `Ok` after the last.
    pub(crate) fn start(protocol: Protocol, replies: impl IntoIterator<Item = Reply>) -> Self {
        let heard = Arc::new(Mutex::new(Heard {
            replies: replies.into_iter().collect(),
            requests: Vec::new(),
        }));
        let (say, said) = channel();
        let serving = Arc::clone(&heard);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                say.send(listener.local_addr().unwrap()).unwrap();
                match protocol {
                    Protocol::Grpc => grpc(listener, serving).await,
                    _ => http(listener, serving).await,
                }
            });
        });
        let address = said.recv_timeout(Duration::from_secs(10)).unwrap();
        Self {
            url: format!("http://{address}"),
            heard,
        }
    }

    /// From now on, these.
    pub(crate) fn replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.heard.lock().unwrap().replies = replies.into_iter().collect();
    }

    /// What was taken, in order.
    pub(crate) fn taken(&self) -> Vec<Collection> {
        let heard = self.heard.lock().unwrap();
        heard
            .requests
            .iter()
            .filter_map(|(_, taken)| taken.clone())
            .collect()
    }

    /// When each request came.
    pub(crate) fn times(&self) -> Vec<Instant> {
        let heard = self.heard.lock().unwrap();
        heard.requests.iter().map(|(time, _)| *time).collect()
    }
}

fn hear(heard: &Mutex<Heard>, request: ExportMetricsServiceRequest) -> Reply {
    let mut heard = heard.lock().unwrap();
    let reply = heard.replies.pop_front().unwrap_or(Reply::Ok);
    let is_taken = matches!(reply, Reply::Ok | Reply::Partly(_) | Reply::Slow(_));
    let taken = is_taken.then(|| Collection::from(request));
    heard.requests.push((Instant::now(), taken));
    reply
}

fn response(rejected: i64) -> ExportMetricsServiceResponse {
    ExportMetricsServiceResponse {
        partial_success: (rejected > 0).then(|| ExportMetricsPartialSuccess {
            rejected_data_points: rejected,
            error_message: "too old".to_owned(),
        }),
    }
}

async fn http(listener: tokio::net::TcpListener, heard: Arc<Mutex<Heard>>) {
    async fn export(
        State(heard): State<Arc<Mutex<Heard>>>,
        headers: HeaderMap,
        body: Bytes,
    ) -> Response {
        assert_eq!(headers["content-type"], "application/x-protobuf");
        let body = match headers
            .get("content-encoding")
            .map(|value| value.to_str().unwrap())
        {
            None => body.to_vec(),
            Some("gzip") => {
                let mut plain = Vec::new();
                std::io::copy(&mut flate2::read::GzDecoder::new(body.as_ref()), &mut plain)
                    .unwrap();
                plain
            }
            Some("zstd") => zstd::decode_all(body.as_ref()).unwrap(),
            Some(other) => panic!("{other}"),
        };
        let request = ExportMetricsServiceRequest::decode(body.as_slice()).unwrap();
        let ok = |rejected| response(rejected).encode_to_vec().into_response();
        match hear(&heard, request) {
            Reply::Ok => ok(0),
            Reply::Partly(rejected) => ok(rejected),
            Reply::Busy => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Reply::After(time) => {
                let after = [("retry-after", time.as_secs().to_string())];
                (StatusCode::TOO_MANY_REQUESTS, after).into_response()
            }
            Reply::Refused => StatusCode::BAD_REQUEST.into_response(),
            Reply::Slow(time) => {
                tokio::time::sleep(time).await;
                ok(0)
            }
        }
    }
    let service = axum::Router::new()
        .route("/v1/metrics", axum::routing::post(export))
        .with_state(heard);
    axum::serve(listener, service).await.unwrap();
}

struct Grpc(Arc<Mutex<Heard>>);

#[tonic::async_trait]
impl MetricsService for Grpc {
    async fn export(
        &self,
        request: tonic::Request<ExportMetricsServiceRequest>,
    ) -> Result<tonic::Response<ExportMetricsServiceResponse>, tonic::Status> {
        let ok = |rejected| Ok(tonic::Response::new(response(rejected)));
        match hear(&self.0, request.into_inner()) {
            Reply::Ok => ok(0),
            Reply::Partly(rejected) => ok(rejected),
            Reply::Busy => Err(tonic::Status::unavailable("busy")),
            Reply::After(time) => Err(tonic::Status::with_error_details(
                tonic::Code::ResourceExhausted,
                "later",
                ErrorDetails::with_retry_info(Some(time)),
            )),
            Reply::Refused => Err(tonic::Status::invalid_argument("never")),
            Reply::Slow(time) => {
                tokio::time::sleep(time).await;
                ok(0)
            }
        }
    }
}

async fn grpc(listener: tokio::net::TcpListener, heard: Arc<Mutex<Heard>>) {
    let service = MetricsServiceServer::new(Grpc(heard))
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd);
    tonic::transport::Server::builder()
        .add_service(service)
        .serve_with_incoming(tonic::transport::server::TcpIncoming::from(listener))
        .await
        .unwrap();
}

//! Sending over OTLP/gRPC, several requests at a time.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use tonic::transport::{Channel, Endpoint};

use super::Load;
use crate::Signal;

/// How it is sent.
///
/// ```
/// assert_eq!(bellwether_backend::load::Pace::default().batch, 1_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Items in a request.
    pub batch: u64,
    /// Requests on their way at a time.
    pub senders: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            batch: 1_000,
            senders: 4,
        }
    }
}

/// Why a load was not taken.
///
/// ```
/// # fn main() {
/// # let runtime = tokio::runtime::Runtime::new().unwrap();
/// # runtime.block_on(async {
/// use bellwether_backend::{Signal, load::{Load, Pace, send}};
/// let load = Load { begins: 0, seconds: 1, spans: 1, logs: 1 };
/// assert!(send("http://127.0.0.1:1", Signal::Logs, &load, 0..1, Pace::default()).await.is_err());
/// # }); }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Nobody could be reached.
    #[error(
        "the receiver at {0} cannot be reached: {1}; expected an address such as http://127.0.0.1:4317"
    )]
    Connect(String, tonic::transport::Error),
    /// A request was refused.
    #[error("a request was refused: {0}")]
    Refused(Box<tonic::Status>),
    /// A sender ended before its time.
    #[error("a sender ended: {0}")]
    Ended(tokio::task::JoinError),
}

/// What was sent and acknowledged.
///
/// ```
/// let sent = bellwether_backend::load::Sent { items: 10, took: std::time::Duration::from_secs(2), waits: vec![] };
/// assert_eq!(sent.rate(), 5.0);
/// ```
#[derive(Debug, Clone)]
pub struct Sent {
    /// Items.
    pub items: u64,
    /// From the first request to the last answer.
    pub took: Duration,
    /// How long each request waited for its answer, shortest first.
    pub waits: Vec<Duration>,
}

impl Sent {
    /// Items a second.
    pub fn rate(&self) -> f64 {
        self.items as f64 / self.took.as_secs_f64()
    }
}

/// Sends the items of a signal with the numbers `items`, whole batches of them.
pub async fn send(
    endpoint: &str,
    signal: Signal,
    load: &Load,
    items: Range<u64>,
    pace: Pace,
) -> Result<Sent, LoadError> {
    let reached = |error| LoadError::Connect(endpoint.to_owned(), error);
    let channel = Endpoint::new(endpoint.to_owned()).map_err(reached)?;
    let channel = channel.connect().await.map_err(reached)?;
    let batch = pace.batch.max(1);
    let requests = items.end.saturating_sub(items.start).div_ceil(batch);
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let senders: Vec<_> = (0..pace.senders.max(1))
        .map(|_| {
            let sender = Sender {
                signal,
                load: *load,
                first: items.start,
                batch,
                requests,
                next: Arc::clone(&next),
                channel: channel.clone(),
            };
            tokio::spawn(sender.run())
        })
        .collect();
    let mut waits = Vec::new();
    for sender in senders {
        let done = sender.await.map_err(LoadError::Ended)?;
        waits.extend(done.map_err(|status| LoadError::Refused(Box::new(status)))?);
    }
    let took = began.elapsed();
    waits.sort_unstable();
    Ok(Sent {
        items: requests * batch,
        took,
        waits,
    })
}

struct Sender {
    signal: Signal,
    load: Load,
    first: u64,
    batch: u64,
    requests: u64,
    next: Arc<AtomicU64>,
    channel: Channel,
}

impl Sender {
    async fn run(self) -> Result<Vec<Duration>, tonic::Status> {
        let mut waits = Vec::new();
        let mut points = MetricsServiceClient::new(self.channel.clone());
        let mut spans = TraceServiceClient::new(self.channel.clone());
        let mut logs = LogsServiceClient::new(self.channel.clone());
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.requests {
                return Ok(waits);
            }
            let first = self.first + number * self.batch;
            let began;
            match self.signal {
                Signal::Metrics => {
                    let request = self.load.points(first, self.batch);
                    began = Instant::now();
                    points.export(request).await?;
                }
                Signal::Traces => {
                    let request = self.load.spans(first, self.batch);
                    began = Instant::now();
                    spans.export(request).await?;
                }
                Signal::Logs => {
                    let request = self.load.logs(first, self.batch);
                    began = Instant::now();
                    logs.export(request).await?;
                }
            }
            waits.push(began.elapsed());
        }
    }
}

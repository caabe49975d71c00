//! Load over real OTLP/gRPC against a server in a process of its own, on the same cores, and what it costs there.
//!
//! ```text
//! cargo run --release -p bellwether-backend --example load -- --signal spans --items 1000000
//! ```
//!
//! Counted is what was acknowledged, which is what is committed. CPU and memory are the server's own.

// What it finds is its output; shares and sizes are far from the bounds of their types.
#![allow(clippy::print_stdout, clippy::cast_sign_loss)]

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bellwether_backend::{Backend, Signal, Store};
use clap::{Parser, ValueEnum};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, InstrumentationScope, KeyValue, any_value::Value,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, metric::Data, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span::Event};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Points,
    Spans,
    Logs,
}

/// Load on a local backend.
#[derive(Debug, Parser)]
struct Arguments {
    /// What to send.
    #[arg(long, value_enum, default_value = "spans")]
    signal: What,
    /// How many.
    #[arg(long, default_value_t = 1_000_000)]
    items: u64,
    /// Items in a request.
    #[arg(long, default_value_t = 1_000)]
    batch: u64,
    /// Senders at a time.
    #[arg(long, default_value_t = 4)]
    senders: u64,
    /// The file; a temporary one if not named.
    #[arg(long)]
    store: Option<PathBuf>,
    /// Be the server instead.
    #[arg(long, hide = true)]
    serve: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    if arguments.serve {
        return runtime.block_on(serve(arguments.store.ok_or("a server needs --store")?));
    }
    runtime.block_on(load(&arguments))
}

/// Runs until its parent closes standard input.
async fn serve(path: PathBuf) -> Result<(), Box<dyn std::error::Error>> {
    let any = ([127, 0, 0, 1], 0).into();
    let began = Instant::now();
    let running = Backend::builder(path).grpc(any).http(any).start().await?;
    println!("{} {}", running.grpc(), began.elapsed().as_micros());
    tokio::task::spawn_blocking(|| std::io::stdin().lines().next()).await?;
    running.stop(Duration::from_secs(10)).await;
    Ok(())
}

struct Server {
    child: Child,
    address: SocketAddr,
    start_micros: u64,
}

impl Server {
    fn start(path: &std::path::Path) -> Result<Self, Box<dyn std::error::Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--serve", "--store"])
            .arg(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let (address, micros) = line
            .trim()
            .split_once(' ')
            .ok_or("the server did not start")?;
        Ok(Self {
            child,
            address: address.parse()?,
            start_micros: micros.parse()?,
        })
    }

    /// CPU seconds, and the highest resident memory in MB.
    fn cost(&self) -> (f64, f64) {
        let read = |file: &str| {
            std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap_or_default()
        };
        let stat = read("stat");
        let ticks: f64 = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|ticks| ticks.parse::<f64>().ok())
            .sum();
        let peak = read("status")
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:").map(str::to_owned))
            .unwrap_or_default();
        let kilobytes: f64 = peak
            .split_whitespace()
            .next()
            .and_then(|number| number.parse().ok())
            .unwrap_or(0.0);
        (ticks / 100.0, kilobytes / 1024.0)
    }

    fn stop(mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

async fn load(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("bellwether-load-{}", std::process::id()));
    let path = arguments
        .store
        .clone()
        .unwrap_or_else(|| folder.join("telemetry.db"));
    let server = Server::start(&path)?;
    let channel = tonic::transport::Endpoint::new(format!("http://{}", server.address))?
        .connect()
        .await?;
    let next = Arc::new(AtomicU64::new(0));
    let requests = arguments.items.div_ceil(arguments.batch);
    let began = Instant::now();
    let senders: Vec<_> = (0..arguments.senders)
        .map(|_| {
            tokio::spawn(send(
                arguments.signal,
                arguments.batch,
                requests,
                Arc::clone(&next),
                channel.clone(),
            ))
        })
        .collect();
    let mut waits = Vec::new();
    for sender in senders {
        waits.extend(
            sender
                .await?
                .map_err(|status| format!("refused: {status}"))?,
        );
    }
    let seconds = began.elapsed().as_secs_f64();
    waits.sort_unstable();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let items = (requests * arguments.batch) as f64;
    let (cpu, peak) = server.cost();
    println!(
        "{:?}: {items:.0} items in {seconds:.1} s = {:.0}/s committed; server CPU {:.2} µs an item; peak RSS {peak:.0} MB; ack p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms; start {:.1} ms",
        arguments.signal,
        items / seconds,
        cpu * 1e6 / items,
        at(0.5),
        at(0.99),
        at(1.0),
        server.start_micros as f64 / 1e3,
    );
    let (size, wal) = (
        bytes(&path),
        bytes(&PathBuf::from(format!("{}-wal", path.display()))),
    );
    println!(
        "file {:.0} MB ({:.0} bytes an item), log {:.0} MB",
        size / 1e6,
        size / items,
        wal / 1e6
    );
    queries(&path, arguments.signal)?;
    server.stop();
    let again = Server::start(&path)?;
    println!(
        "start on the full file: {:.1} ms",
        again.start_micros as f64 / 1e3
    );
    again.stop();
    if arguments.store.is_none() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn bytes(path: &std::path::Path) -> f64 {
    std::fs::metadata(path).map_or(0.0, |metadata| metadata.len() as f64)
}

/// The look-ups that a page makes, while the server still runs.
fn queries(path: &std::path::Path, signal: What) -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::open_read_only(path)?;
    let count: u64 = store
        .partitions()?
        .iter()
        .filter(|partition| partition.signal == signal_of(signal))
        .map(|partition| partition.rows)
        .sum();
    println!("rows stored: {count}");
    if signal != What::Spans {
        return Ok(());
    }
    let heads = store.newest_traces(100)?;
    report("newest 100 traces", || {
        store.newest_traces(100).map(|heads| heads.len())
    })?;
    let mut at = 0;
    report("a trace by id", || {
        at += 1;
        store
            .trace(heads[at % heads.len()].trace_id)
            .map(|data| data.resource_spans.len())
    })?;
    Ok(())
}

fn report<T>(
    name: &str,
    mut query: impl FnMut() -> Result<T, bellwether_backend::StoreError>,
) -> Result<(), bellwether_backend::StoreError> {
    let mut times = Vec::new();
    for _ in 0..50 {
        let began = Instant::now();
        query()?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "{name}: median {:.2} ms, p95 {:.2} ms",
        times[25], times[47]
    );
    Ok(())
}

fn signal_of(what: What) -> Signal {
    match what {
        What::Points => Signal::Metrics,
        What::Spans => Signal::Traces,
        What::Logs => Signal::Logs,
    }
}

async fn send(
    what: What,
    batch: u64,
    requests: u64,
    next: Arc<AtomicU64>,
    channel: tonic::transport::Channel,
) -> Result<Vec<Duration>, tonic::Status> {
    let mut waits = Vec::new();
    let epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos() as u64;
    let mut points = MetricsServiceClient::new(channel.clone());
    let mut spans = TraceServiceClient::new(channel.clone());
    let mut logs = LogsServiceClient::new(channel);
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= requests {
            return Ok(waits);
        }
        let first = number * batch;
        let began;
        match what {
            What::Points => {
                let request = points_request(epoch, first, batch);
                began = Instant::now();
                points.export(request).await?;
            }
            What::Spans => {
                let request = spans_request(epoch, first, batch);
                began = Instant::now();
                spans.export(request).await?;
            }
            What::Logs => {
                let request = logs_request(epoch, first, batch);
                began = Instant::now();
                logs.export(request).await?;
            }
        }
        waits.push(began.elapsed());
    }
}

fn text(key: &str, value: String) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(value)),
        }),
        key_strindex: 0,
    }
}

fn whole(key: &str, value: u64) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::IntValue(value.cast_signed())),
        }),
        key_strindex: 0,
    }
}

fn resource(service: u64) -> Resource {
    let attributes = vec![
        text("service.name", format!("service-{service}")),
        text("service.instance.id", format!("instance-{service}")),
        text("host.name", "laptop".to_owned()),
        text("telemetry.sdk.language", "rust".to_owned()),
    ];
    Resource {
        attributes,
        ..Resource::default()
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: "load".to_owned(),
        ..InstrumentationScope::default()
    }
}

/// A well-mixed number that depends on `seed` alone.
fn mixed(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Ten thousand series of a hundred metrics, each every ten seconds.
fn points_request(epoch: u64, first: u64, batch: u64) -> ExportMetricsServiceRequest {
    const SERIES: u64 = 10_000;
    const PER_METRIC: u64 = 100;
    let mut metrics: Vec<Metric> = Vec::new();
    let mut last = u64::MAX;
    for item in first..first + batch {
        let (tick, series) = (item / SERIES, item % SERIES);
        let name = series / PER_METRIC;
        if name != last {
            last = name;
            let data = Data::Sum(Sum {
                data_points: Vec::new(),
                aggregation_temporality: 2,
                is_monotonic: true,
            });
            metrics.push(Metric {
                name: format!("load.requests.{name}"),
                unit: "{request}".to_owned(),
                data: Some(data),
                ..Metric::default()
            });
        }
        let point = NumberDataPoint {
            attributes: vec![
                text("agent_type", format!("type-{}", series % 10)),
                text("phase", format!("phase-{}", series / 10 % 10)),
                text("status", "success".to_owned()),
            ],
            start_time_unix_nano: epoch,
            time_unix_nano: epoch + tick * 10_000_000_000,
            value: Some(number_data_point::Value::AsDouble(
                (tick * (series + 1)) as f64,
            )),
            ..NumberDataPoint::default()
        };
        if let Some(Metric {
            data: Some(Data::Sum(sum)),
            ..
        }) = metrics.last_mut()
        {
            sum.data_points.push(point);
        }
    }
    let scope_metrics = vec![ScopeMetrics {
        scope: Some(scope()),
        metrics,
        schema_url: String::new(),
    }];
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(resource(0)),
            scope_metrics,
            schema_url: String::new(),
        }],
    }
}

/// Traces of ten spans, fifteen attributes a span, an event in every tenth.
fn spans_request(epoch: u64, first: u64, batch: u64) -> ExportTraceServiceRequest {
    const PER_TRACE: u64 = 10;
    let id = |seed: u64| mixed(epoch ^ seed).max(1).to_be_bytes().to_vec();
    let spans = (first..first + batch).map(|item| {
        let (trace, position) = (item / PER_TRACE, item % PER_TRACE);
        let start = epoch + item * 20_000;
        let mut attributes: Vec<KeyValue> = (0..10)
            .map(|n| {
                text(
                    ATTRIBUTES[n],
                    format!("value-{}", mixed(item + n as u64) % 1000),
                )
            })
            .collect();
        attributes.extend((10..15).map(|n| whole(ATTRIBUTES[n], mixed(item + n as u64) % 100_000)));
        Span {
            trace_id: [id(trace * 2), id(trace * 2 + 1)].concat(),
            span_id: id(item << 20 | 7),
            parent_span_id: if position == 0 {
                Vec::new()
            } else {
                id((item - position) << 20 | 7)
            },
            name: format!("operation-{}", mixed(item) % 40),
            kind: (position % 5) as i32 + 1,
            flags: 1,
            start_time_unix_nano: start,
            end_time_unix_nano: start + mixed(item) % 50_000_000,
            attributes,
            events: if position == 3 {
                vec![Event {
                    time_unix_nano: start + 5,
                    name: "tool".to_owned(),
                    attributes: vec![text("tool", "Read".to_owned())],
                    ..Event::default()
                }]
            } else {
                Vec::new()
            },
            status: (item % 50 == 0).then(|| Status {
                message: "failed".to_owned(),
                code: 2,
            }),
            ..Span::default()
        }
    });
    let scope_spans = vec![ScopeSpans {
        scope: Some(scope()),
        spans: spans.collect(),
        schema_url: String::new(),
    }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource(first % 8)),
            scope_spans,
            schema_url: String::new(),
        }],
    }
}

const ATTRIBUTES: [&str; 15] = [
    "http.request.method",
    "http.route",
    "server.address",
    "url.scheme",
    "user_agent.original",
    "agent_type",
    "session.id",
    "model",
    "tool",
    "phase",
    "http.response.status_code",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "thread.id",
    "code.line.number",
];

/// Records of about 120 characters, four attributes each, a trace in every second.
fn logs_request(epoch: u64, first: u64, batch: u64) -> ExportLogsServiceRequest {
    let words = [
        "agent",
        "planned",
        "tool",
        "call",
        "finished",
        "retry",
        "context",
        "window",
        "budget",
        "delegated",
        "session",
        "queue",
    ];
    let log_records = (first..first + batch).map(|item| {
        let body: Vec<&str> = (0..16)
            .map(|n| words[(mixed(item * 16 + n) % 12) as usize])
            .collect();
        let time = epoch + item * 10_000;
        LogRecord {
            time_unix_nano: time,
            observed_time_unix_nano: time + 1_000,
            severity_number: if item % 40 == 0 { 17 } else { 9 },
            severity_text: if item % 40 == 0 { "ERROR" } else { "INFO" }.to_owned(),
            body: Some(AnyValue {
                value: Some(Value::StringValue(format!("{} {item}", body.join(" ")))),
            }),
            attributes: vec![
                text("agent_type", format!("type-{}", item % 10)),
                text("target", "load::logs".to_owned()),
                whole("attempt", item % 3),
                text("code.file.path", "src/main.rs".to_owned()),
            ],
            trace_id: if item % 2 == 0 {
                [mixed(item).to_be_bytes(), mixed(item + 1).to_be_bytes()].concat()
            } else {
                Vec::new()
            },
            ..LogRecord::default()
        }
    });
    let scope_logs = vec![ScopeLogs {
        scope: Some(scope()),
        log_records: log_records.collect(),
        schema_url: String::new(),
    }];
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(resource(first % 8)),
            scope_logs,
            schema_url: String::new(),
        }],
    }
}

//! Everything that can be set, as one typed tree.
//!
//! The tree is what the rest of the crate reads: no other module looks at the environment. Each leaf is a
//! [`Setting`], so `Settings::describe` can say of every value where it came from.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::secret::Secret;
use super::setting::Setting;
use crate::metrics::MetricFamily;

/// All settings of one `Telemetry`, resolved: code before environment before default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// `OTEL_SDK_DISABLED`: nothing is recorded, exported or started. Default false.
    pub disabled: Setting<bool>,
    /// Who is speaking: the resource attached to every signal.
    pub identity: IdentitySettings,
    /// `OTEL_PROPAGATORS`: the formats in which context crosses a boundary. Default Trace Context and Baggage.
    pub propagators: Setting<Vec<Propagator>>,
    /// Spans.
    pub traces: TraceSettings,
    /// Metrics.
    pub metrics: MetricSettings,
    /// Logs, both as OTLP and as lines on a stream.
    pub logs: LogSettings,
    /// `ENABLE_*`: which groups of metrics are collected. Default all.
    pub sources: SourceSettings,
    /// How process, disks and GPUs are observed.
    pub resources: ResourceSettings,
    /// `ALERTING_*`: alerts evaluated inside the service, with the feature `alerts`.
    pub alerting: AlertSettings,
    /// The HTTP endpoint, with the feature `endpoint`.
    pub endpoint: EndpointSettings,
    /// `HEALTH_CHECK_*`: health of the service, with the feature `endpoint`.
    pub health: HealthSettings,
    /// `BELLWETHER_SHUTDOWN_TIMEOUT`: the longest that the shutdown on drop may take. Default 5 s.
    pub shutdown_timeout: Setting<Duration>,
}

/// What the resource is made of. See the `resource` module for the attributes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct IdentitySettings {
    /// `service.name`: overrides, then `OTEL_SERVICE_NAME`, then `OTEL_RESOURCE_ATTRIBUTES`; the name that a builder is made
    /// with comes after these.
    /// Default `unknown_service:` and the name of the executable.
    pub service_name: Setting<String>,
    /// `service.version`.
    pub service_version: Setting<Option<String>>,
    /// `deployment.environment.name`: builder, resource attributes (also the older `deployment.environment`), then
    /// `RAILWAY_ENVIRONMENT`.
    pub environment: Setting<Option<String>>,
    /// `machine.id`: builder, `MACHINE_ID`, `METRICS_LABEL_MACHINE_ID`, then resource attributes.
    pub machine_id: Setting<Option<String>>,
    /// `worker.id`: builder, `WORKER_ID`, `METRICS_LABEL_WORKER_ID`, then resource attributes.
    pub worker_id: Setting<Option<String>>,
    /// Further attributes: builder over `OTEL_RESOURCE_ATTRIBUTES` (percent-decoded).
    pub attributes: Setting<Vec<(String, String)>>,
}

/// Where one signal goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exporter {
    /// OTLP to the endpoint of the signal.
    Otlp,
    /// One JSON line an item on standard output, for trying things out.
    Console,
    /// Nowhere.
    None,
}

/// A format of context propagation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Propagator {
    /// W3C Trace Context: `traceparent` and `tracestate`.
    TraceContext,
    /// W3C Baggage: `baggage`.
    Baggage,
}

/// How spans are made, sampled, bounded and sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TraceSettings {
    /// `TRACING_ENABLED=false`, else `OTEL_TRACES_EXPORTER`. Default OTLP.
    pub exporter: Setting<Exporter>,
    /// `OTEL_TRACES_SAMPLER` and its argument, else `TRACING_SAMPLE_RATE` (as the parent, without one this share).
    /// Default: as the parent, without one every span.
    pub sampler: Setting<SamplerChoice>,
    /// Limits on one span.
    pub limits: SpanLimitSettings,
    /// `OTEL_BSP_*`.
    pub batch: BatchSettings,
    /// `OTEL_EXPORTER_OTLP_TRACES_*` over `OTEL_EXPORTER_OTLP_*`.
    pub otlp: OtlpSettings,
    /// `BELLWETHER_LIVE_SPAN_TTL`: how long a span opened by id may stay open before it is ended for its owner.
    /// Default 1 h.
    pub live_span_ttl: Setting<Duration>,
}

/// A sampler of the OpenTelemetry specification.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum SamplerChoice {
    /// Every span.
    AlwaysOn,
    /// No span.
    AlwaysOff,
    /// This share of traces, decided by trace id, whatever the parent says.
    TraceIdRatio(f64),
    /// As the parent; without one, every span.
    ParentBasedAlwaysOn,
    /// As the parent; without one, no span.
    ParentBasedAlwaysOff,
    /// As the parent; without one, this share of traces.
    ParentBasedTraceIdRatio(f64),
}

/// Limits on attributes, events and links of a span.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SpanLimitSettings {
    /// `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, then `OTEL_ATTRIBUTE_COUNT_LIMIT`. Default 128.
    pub attributes: Setting<u32>,
    /// `OTEL_SPAN_EVENT_COUNT_LIMIT`. Default 128.
    pub events: Setting<u32>,
    /// `OTEL_SPAN_LINK_COUNT_LIMIT`. Default 128.
    pub links: Setting<u32>,
    /// `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`. Default 128.
    pub attributes_per_event: Setting<u32>,
    /// `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`. Default 128.
    pub attributes_per_link: Setting<u32>,
    /// `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, then `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`, in characters. Default: none.
    pub value_length: Setting<Option<usize>>,
}

/// A batching processor: `OTEL_BSP_*` or `OTEL_BLRP_*`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BatchSettings {
    /// The longest an item waits before it is sent. Default 1 s (spans and logs).
    pub schedule_delay: Setting<Duration>,
    /// Items that may wait, at most 1000000. Default 8192, for spans and for logs.
    pub max_queue_size: Setting<usize>,
    /// Items in one request, at most the queue. Default 512, or the queue where that is smaller.
    pub max_export_batch_size: Setting<usize>,
    /// The longest one export may take. Default 30 s; the deadline of one OTLP request ends it sooner.
    pub export_timeout: Setting<Duration>,
}

/// How metrics are collected and sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MetricSettings {
    /// `METRICS_ENABLED`: whether metrics are recorded at all. Default true; an exporter that code names is stronger.
    pub enabled: Setting<bool>,
    /// `METRICS_ENABLED=false`, else `OTEL_METRICS_EXPORTER`. Default OTLP. Where it is `none`, metrics can still be asked for.
    pub exporter: Setting<Exporter>,
    /// `OTEL_METRIC_EXPORT_INTERVAL` (ms), else `METRICS_COLLECTION_INTERVAL` (`30s`, `500ms`). Default 4 s.
    pub interval: Setting<Duration>,
    /// `OTEL_METRIC_EXPORT_TIMEOUT`: the longest one export may take. Default 30 s.
    pub timeout: Setting<Duration>,
    /// `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`. Default cumulative.
    pub temporality: Setting<Temporality>,
    /// `BELLWETHER_METRICS_FAMILIES`: families of metrics that recorders feed. Default all.
    pub families: Setting<Vec<MetricFamily>>,
    /// `BELLWETHER_METRICS_JSON_*`: files besides.
    pub files: MetricFileSettings,
    /// `OTEL_EXPORTER_OTLP_METRICS_*` over `OTEL_EXPORTER_OTLP_*`.
    pub otlp: OtlpSettings,
}

/// Collections as JSON files, whatever the exporter.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MetricFileSettings {
    /// `BELLWETHER_METRICS_JSON_DIR`: the folder. Default none, and no files.
    pub dir: Setting<Option<PathBuf>>,
    /// `BELLWETHER_METRICS_JSON_ROTATE_INTERVAL`: how long a file is replaced before the next is begun. Default 1 h.
    pub rotate_interval: Setting<Duration>,
    /// `BELLWETHER_METRICS_JSON_MAX_FILES`: files that are kept. Default 24.
    pub max_files: Setting<usize>,
}

/// Whether sums are exported as totals or as changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Temporality {
    /// Totals since the start.
    Cumulative,
    /// Changes since the last export.
    Delta,
    /// Delta for synchronous counters and histograms, cumulative for the rest.
    LowMemory,
}

/// How logs are written and sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LogSettings {
    /// `OTEL_LOGS_EXPORTER`. Default OTLP.
    pub exporter: Setting<Exporter>,
    /// `LOG_LEVEL`: `trace`, `debug`, `info`, `warn`, `error`, `off`, or directives by target
    /// (`info,my_crate::db=debug`), always with a general level. Default `info`.
    pub level: Setting<String>,
    /// `LOG_FORMAT`: lines on the stream. Default text where the stream is a terminal, else JSON.
    pub format: Setting<LogFormat>,
    /// `BELLWETHER_LOG_STREAM`: where lines are written. Default standard error.
    pub stream: Setting<LogStream>,
    /// `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT`, then `OTEL_ATTRIBUTE_COUNT_LIMIT`. Default 128.
    pub attributes: Setting<u32>,
    /// `OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT`, then `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`. Default: none.
    pub value_length: Setting<Option<usize>>,
    /// `OTEL_BLRP_*`.
    pub batch: BatchSettings,
    /// `OTEL_EXPORTER_OTLP_LOGS_*` over `OTEL_EXPORTER_OTLP_*`.
    pub otlp: OtlpSettings,
}

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// `[timestamp] [LEVEL] [component] message`.
    Text,
}

/// The stream log lines go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// No lines; logs leave by OTLP only.
    Off,
}

/// One OTLP endpoint and how to speak to it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OtlpSettings {
    /// `..._PROTOCOL`. Default HTTP with protobuf, but gRPC where the endpoint's port is 4317.
    pub protocol: Setting<Protocol>,
    /// The whole URL requests go to: for HTTP with its path (`/v1/traces`), for gRPC scheme, host and port.
    /// Default `http://127.0.0.1:4318/v1/...`, for gRPC `http://127.0.0.1:4317`. Holds no credentials.
    pub endpoint: Setting<String>,
    /// `..._HEADERS` and a Dash0 token; names in lower case. Values are secret. Default none.
    pub headers: Setting<Vec<(String, Secret)>>,
    /// `..._TIMEOUT`: deadline of one try of a request, and of beginning another. Default 10 s.
    pub timeout: Setting<Duration>,
    /// `..._COMPRESSION`. Default none.
    pub compression: Setting<Compression>,
    /// `..._CERTIFICATE`: PEM file of the authorities that sign the server.
    pub certificate: Setting<Option<PathBuf>>,
    /// `..._CLIENT_CERTIFICATE`: PEM file, for mutual TLS.
    pub client_certificate: Setting<Option<PathBuf>>,
    /// `..._CLIENT_KEY`: PEM file, for mutual TLS.
    pub client_key: Setting<Option<PathBuf>>,
}

/// An OTLP transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// gRPC.
    Grpc,
    /// HTTP/1.1 or HTTP/2 with protobuf bodies.
    HttpProtobuf,
}

/// Compression of request bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// None.
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// How alerts are evaluated inside the service. Nothing reads them without the feature `alerts`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AlertSettings {
    /// `ALERTING_ENABLED`. Default true.
    pub enabled: Setting<bool>,
    /// `ALERTING_EVALUATION_INTERVAL`: time between two evaluations. Default 30 s.
    pub interval: Setting<Duration>,
    /// `ALERTING_RULES_FILE`: a rule file beside the alerts of the catalog. Default none.
    pub rules_file: Setting<Option<PathBuf>>,
    /// `ALERTING_WEBHOOK_URL`: where all notices are sent. Default none.
    pub webhook_url: Setting<Option<Secret>>,
    /// `ALERTING_WEBHOOK_HEADERS`; names in lower case. Values are secret. Default none.
    pub webhook_headers: Setting<Vec<(String, Secret)>>,
    /// `ALERTING_WEBHOOK_ALLOW`: networks that it may be in although they are private. Default none.
    pub webhook_allow: Setting<Vec<String>>,
}

/// The HTTP endpoint for metrics and health. Nothing reads them without the feature `endpoint`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EndpointSettings {
    /// Whether it is served: builder, else whether `METRICS_PORT` is set. Default false.
    pub enabled: Setting<bool>,
    /// `BELLWETHER_METRICS_HOST`: the address of this machine that it listens on. Default `127.0.0.1`.
    pub host: Setting<IpAddr>,
    /// `METRICS_PORT`. Default 9090; 0 is any free port.
    pub port: Setting<u16>,
    /// `BELLWETHER_METRICS_PATH`: where metrics are. Default `/metrics`.
    pub path: Setting<String>,
}

/// Checks of health. Nothing reads them without the feature `endpoint`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HealthSettings {
    /// `HEALTH_CHECK_ENABLED`. Default true.
    pub enabled: Setting<bool>,
    /// `HEALTH_CHECK_TIMEOUT`: deadline of each check. Default 5 s.
    pub timeout: Setting<Duration>,
}

/// `ENABLE_*`: groups of metrics on or off.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SourceSettings {
    /// `ENABLE_HOST_METRICS`.
    pub host: Setting<bool>,
    /// `ENABLE_GPU_METRICS`.
    pub gpu: Setting<bool>,
    /// `ENABLE_DOCKER_METRICS`.
    pub docker: Setting<bool>,
    /// `ENABLE_JOB_METRICS`.
    pub job: Setting<bool>,
    /// `ENABLE_API_METRICS`.
    pub api: Setting<bool>,
}

/// How resources are observed; see the `resources` module. [`SourceSettings`] holds the switches of disks (`host`) and GPUs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ResourceSettings {
    /// Set in code only: whether anything is observed at all. Default true.
    pub enabled: Setting<bool>,
    /// `METRICS_COLLECT_DEFAULT`: the process and its runtime. Default true.
    pub process: Setting<bool>,
    /// `BELLWETHER_PROCESS_INTERVAL`, else `METRICS_COLLECTION_INTERVAL`. Default 30 s.
    pub process_interval: Setting<Duration>,
    /// `BELLWETHER_DISK_INTERVAL`, else `METRICS_COLLECTION_INTERVAL`. Default 30 s.
    pub disk_interval: Setting<Duration>,
    /// `BELLWETHER_GPU_INTERVAL`, else `METRICS_COLLECTION_INTERVAL`. Default 30 s.
    pub gpu_interval: Setting<Duration>,
    /// `BELLWETHER_DISK_PATHS`: whose disks are looked at. Default `/`.
    pub disk_paths: Setting<Vec<String>>,
    /// `BELLWETHER_NVML_LIBRARY`: the GPU driver's library. Default: `libnvidia-ml.so.1`, as the dynamic loader finds it.
    pub gpu_library: Setting<Option<PathBuf>>,
}

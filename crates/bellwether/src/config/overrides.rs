//! What code has said: the strongest layer.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::secret::Secret;
use super::settings::{
    Compression, Exporter, LogFormat, LogStream, Propagator, Protocol, SamplerChoice, Temporality,
};
use crate::metrics::MetricFamily;

/// Values set by builder calls; `None` leaves the choice to the environment and the defaults.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Overrides {
    /// `service.name`.
    pub service_name: Option<String>,
    /// `service.version`.
    pub service_version: Option<String>,
    /// `deployment.environment.name`.
    pub environment: Option<String>,
    /// Further resource attributes.
    pub attributes: Vec<(String, String)>,
    /// Whether everything is off.
    pub disabled: Option<bool>,
    /// Base endpoint of all signals.
    pub endpoint: Option<String>,
    /// Transport of all signals.
    pub protocol: Option<Protocol>,
    /// Headers of all signals.
    pub headers: Vec<(String, Secret)>,
    /// Compression of all signals.
    pub compression: Option<Compression>,
    /// Deadline of one try of a request, and of beginning another.
    pub timeout: Option<Duration>,
    /// Authorities that sign the server, PEM.
    pub certificate: Option<PathBuf>,
    /// Client certificate and key, PEM.
    pub client_identity: Option<(PathBuf, PathBuf)>,
    /// Where traces go.
    pub traces_exporter: Option<Exporter>,
    /// Where metrics go.
    pub metrics_exporter: Option<Exporter>,
    /// Where logs go.
    pub logs_exporter: Option<Exporter>,
    /// Sampler.
    pub sampler: Option<SamplerChoice>,
    /// Propagators.
    pub propagators: Option<Vec<Propagator>>,
    /// Metric interval.
    pub metric_interval: Option<Duration>,
    /// Whether process, disks, runtime and GPUs are observed.
    pub resource_metrics: Option<bool>,
    /// Temporality.
    pub temporality: Option<Temporality>,
    /// Families of metrics that recorders feed.
    pub metric_families: Option<Vec<MetricFamily>>,
    /// Folder of metric files.
    pub metrics_json_dir: Option<PathBuf>,
    /// How long a metric file is replaced before the next is begun.
    pub metrics_json_rotate_interval: Option<Duration>,
    /// Metric files that are kept.
    pub metrics_json_max_files: Option<usize>,
    /// Log level or directives.
    pub log_level: Option<String>,
    /// Log line shape.
    pub log_format: Option<LogFormat>,
    /// Log stream.
    pub log_stream: Option<LogStream>,
    /// The longest a span or a log record waits before it is sent.
    pub schedule_delay: Option<Duration>,
    /// Lifetime of live spans.
    pub live_span_ttl: Option<Duration>,
    /// Whether alerts are evaluated.
    pub alerting: Option<bool>,
    /// Time between two evaluations of alerts.
    pub alert_interval: Option<Duration>,
    /// Rule file.
    pub alert_rules: Option<PathBuf>,
    /// Whether the HTTP endpoint is served.
    pub metrics_endpoint: Option<bool>,
    /// Address that it listens on.
    pub metrics_host: Option<IpAddr>,
    /// Port that it listens on.
    pub metrics_port: Option<u16>,
    /// Path of metrics.
    pub metrics_path: Option<String>,
    /// Whether health is checked.
    pub health_checks: Option<bool>,
    /// Deadline of a check of health.
    pub health_check_timeout: Option<Duration>,
    /// Shutdown deadline on drop.
    pub shutdown_timeout: Option<Duration>,
}

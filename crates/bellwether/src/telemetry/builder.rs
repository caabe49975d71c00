//! What a service says about its telemetry before it starts.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::guard::Telemetry;
use super::running::Running;
use crate::config::{
    Compression, Environment, Exporter, LogFormat, LogStream, MapEnvironment, Origin, Overrides,
    ProcessEnvironment, Propagator, Protocol, SamplerChoice, Secret, Settings, Temporality,
};
use crate::error::Error;
use crate::metrics::MetricFamily;
use crate::propagation;

/// Whether this process has telemetry installed. `tracing` and OpenTelemetry each have one global, set once.
static INSTALLED: AtomicBool = AtomicBool::new(false);

/// Settings made in code; from [`Telemetry::builder`]. Each wins over the environment.
#[must_use = "nothing starts before `start`"]
pub struct TelemetryBuilder {
    overrides: Overrides,
    environment: MapEnvironment,
    from_process: bool,
    detached: bool,
}

/// Not what is set: an endpoint that is to be refused may hold a password.
impl std::fmt::Debug for TelemetryBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TelemetryBuilder")
            .field("service", &self.overrides.service_name)
            .field("from_process", &self.from_process)
            .field("detached", &self.detached)
            .finish_non_exhaustive()
    }
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty => $field:ident;)*) => {
        $($(#[$doc])*
        pub fn $name(mut self, value: $type) -> Self {
            self.overrides.$field = Some(value);
            self
        })*
    };
}

impl TelemetryBuilder {
    pub(super) fn new(service_name: String) -> Self {
        Self {
            overrides: Overrides {
                service_name: Some(service_name),
                ..Overrides::default()
            },
            environment: MapEnvironment::new(),
            from_process: false,
            detached: false,
        }
    }

    /// Takes what code leaves open from the environment variables of the process, and checks them now.
    ///
    /// `OTEL_SERVICE_NAME` and `service.name` in `OTEL_RESOURCE_ATTRIBUTES` replace the builder's name: the same program runs
    /// under several names, and the operator knows which.
    ///
    /// # Errors
    /// A variable that cannot be understood: its name, its value and what was expected.
    pub fn from_env(mut self) -> Result<Self, Error> {
        self.from_process = true;
        self.resolve()?;
        Ok(self)
    }

    /// As [`from_env`](Self::from_env), with variables given here instead of the process's.
    pub fn from_variables(mut self, environment: MapEnvironment) -> Result<Self, Error> {
        self.environment = environment;
        self.resolve()?;
        Ok(self)
    }

    setters! {
        /// Switches everything off: nothing is recorded, no thread is started.
        disabled: bool => disabled;
        /// Transport of all signals. Default: HTTP with protobuf, gRPC where the endpoint's port is 4317.
        protocol: Protocol => protocol;
        /// Compression of requests.
        compression: Compression => compression;
        /// Deadline of one try, and of beginning another: a request is given up after twice this time at the latest.
        timeout: Duration => timeout;
        /// Where traces go.
        traces_exporter: Exporter => traces_exporter;
        /// Where metrics go.
        metrics_exporter: Exporter => metrics_exporter;
        /// Where logs go.
        logs_exporter: Exporter => logs_exporter;
        /// Which traces are kept.
        sampler: SamplerChoice => sampler;
        /// How context crosses boundaries. Default: Trace Context and Baggage.
        propagators: Vec<Propagator> => propagators;
        /// How often metrics are collected.
        metric_interval: Duration => metric_interval;
        /// Whether process, disks, runtime and GPUs are observed. Default: yes, as the variables say.
        resource_metrics: bool => resource_metrics;
        /// Totals or changes.
        temporality: Temporality => temporality;
        /// Families of metrics that recorders feed. Default: all.
        metric_families: Vec<MetricFamily> => metric_families;
        /// Folder for metrics as JSON files, besides the exporter.
        metrics_json_dir: PathBuf => metrics_json_dir;
        /// How long a file of metrics is replaced before the next is begun.
        metrics_json_rotate_interval: Duration => metrics_json_rotate_interval;
        /// Files of metrics that are kept.
        metrics_json_max_files: usize => metrics_json_max_files;
        /// The shape of log lines.
        log_format: LogFormat => log_format;
        /// The stream of log lines.
        log_stream: LogStream => log_stream;
        /// The longest a span or a log record waits before it is sent.
        schedule_delay: Duration => schedule_delay;
        /// How long a live span may stay open.
        live_span_ttl: Duration => live_span_ttl;
        /// Whether alerts are evaluated, with the feature `alerts`.
        alerting: bool => alerting;
        /// How often alerts are evaluated.
        alert_interval: Duration => alert_interval;
        /// Whether `/metrics`, `/health`, `/ready` and `/live` are served, with the feature `endpoint`. Default: where
        /// `METRICS_PORT` is set.
        metrics_endpoint: bool => metrics_endpoint;
        /// The address that they are served on. Default: this machine only.
        metrics_host: IpAddr => metrics_host;
        /// The port that they are served on; setting it serves them. 0 is any free one.
        metrics_port: u16 => metrics_port;
        /// Whether components of the service are checked.
        health_checks: bool => health_checks;
        /// Deadline of each check.
        health_check_timeout: Duration => health_check_timeout;
        /// The longest a drop may take.
        shutdown_timeout: Duration => shutdown_timeout;
    }

    /// `service.version`.
    pub fn service_version(mut self, version: impl Into<String>) -> Self {
        self.overrides.service_version = Some(version.into());
        self
    }

    /// `deployment.environment.name`.
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.overrides.environment = Some(name.into());
        self
    }

    /// A further resource attribute.
    pub fn attribute(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.overrides.attributes.push((key.into(), value.into()));
        self
    }

    /// Base endpoint of all signals, such as `http://127.0.0.1:4318`.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.overrides.endpoint = Some(url.into());
        self
    }

    /// A header on every request. The value is treated as secret.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.overrides
            .headers
            .push((name.into(), Secret::new(value)));
        self
    }

    /// PEM file of the authorities that sign the endpoint.
    pub fn certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.overrides.certificate = Some(path.into());
        self
    }

    /// PEM files of this client's certificate and key, for mutual TLS.
    pub fn client_identity(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.overrides.client_identity = Some((certificate.into(), key.into()));
        self
    }

    /// `debug | info | warn | error | trace | off`, or directives by target (`info,my_crate::db=debug`).
    pub fn log_level(mut self, directives: impl Into<String>) -> Self {
        self.overrides.log_level = Some(directives.into());
        self
    }

    /// A rule file: alerts beside those of the catalog, with the feature `alerts`.
    pub fn alert_rules(mut self, path: impl Into<PathBuf>) -> Self {
        self.overrides.alert_rules = Some(path.into());
        self
    }

    /// The path of metrics, with the feature `endpoint`. Default `/metrics`.
    pub fn metrics_path(mut self, path: impl Into<String>) -> Self {
        self.overrides.metrics_path = Some(path.into());
        self
    }

    /// Installs nothing in the process: no global providers, no subscriber. For tests and for programs that compose their own
    /// subscriber; see [`Telemetry::dispatch`].
    pub fn detached(mut self) -> Self {
        self.detached = true;
        self
    }

    fn environment_in_force(&self) -> &dyn Environment {
        if self.from_process {
            &ProcessEnvironment
        } else {
            &self.environment
        }
    }

    fn resolve(&self) -> Result<Settings, Error> {
        let environment = self.environment_in_force();
        let unnamed = Overrides {
            service_name: None,
            ..self.overrides.clone()
        };
        let settings = Settings::resolve(unnamed, environment)?;
        if settings.identity.service_name.origin() != Origin::Default {
            return Ok(settings);
        }
        Ok(Settings::resolve(self.overrides.clone(), environment)?)
    }

    /// Starts the pipelines and, unless [detached](Self::detached), installs them for the process.
    ///
    /// An endpoint that is not there is no error: what is recorded meanwhile waits within its bounds.
    ///
    /// # Errors
    /// Settings that cannot be understood or used; telemetry that is already started; a `tracing` subscriber that is already
    /// installed; no thread to be had.
    pub fn start(self) -> Result<Telemetry, Error> {
        let settings = self.resolve()?;
        #[cfg(feature = "http")]
        crate::export::install_crypto_provider();
        if *settings.disabled {
            if !self.detached {
                // A service that records nothing still passes its callers' context on.
                install_propagators(&settings);
            }
            return Ok(Telemetry::new(settings, None));
        }
        let resource = crate::resource::resource(&settings, self.environment_in_force());
        if self.detached {
            let environment = self.environment_in_force();
            let running = Running::build(settings.clone(), resource, environment)?;
            return Ok(Telemetry::new(settings, Some(running)));
        }
        if INSTALLED.swap(true, Ordering::AcqRel) {
            return Err(Error::AlreadyStarted);
        }
        let built = Running::build(settings.clone(), resource, self.environment_in_force());
        let installed = built.and_then(install);
        if installed.is_err() {
            INSTALLED.store(false, Ordering::Release);
        }
        Ok(Telemetry::new(settings, Some(installed?)))
    }
}

/// Makes the pipelines those of the process.
fn install(running: Running) -> Result<Running, Error> {
    if tracing::dispatcher::set_global_default(running.dispatch.clone()).is_err() {
        // Its end sends the metrics it has, and an endpoint that is away would hold up the start of the service.
        let _ = std::thread::Builder::new()
            .name("bellwether-flush".to_owned())
            .spawn(move || drop(running));
        return Err(Error::SubscriberTaken);
    }
    opentelemetry::global::set_meter_provider(running.guarded_meters.clone());
    running.metrics.clone().install();
    opentelemetry::global::set_tracer_provider(running.tracers.clone());
    running.traces.clone().install();
    install_propagators(&running.settings);
    Ok(running)
}

fn install_propagators(settings: &Settings) {
    let formats: Vec<_> = settings
        .propagators
        .iter()
        .copied()
        .map(Into::into)
        .collect();
    propagation::install(&formats);
}

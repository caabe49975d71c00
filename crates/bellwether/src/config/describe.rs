//! What is in force, and where each value came from.

use std::fmt;
use std::time::Duration;

use super::secret::Secret;
use super::setting::{Origin, Setting};
use super::settings::{
    BatchSettings, Compression, Exporter, LogFormat, LogStream, OtlpSettings, Propagator, Protocol,
    SamplerChoice, Settings, Temporality,
};
use crate::metrics::MetricFamily;

/// One setting in force.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its place in the tree of [`Settings`], such as `traces.otlp.endpoint`.
    pub setting: String,
    /// Its value. Secrets read `[redacted]`; what isn't set reads `-`.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// All settings in force, in the order of the tree.
///
/// Prints as a table; [`Description::iter`] is for programs. Holds no secrets.
///
/// ```
/// use bellwether::config::{MapEnvironment, Overrides, Settings};
/// let environment = MapEnvironment::new().with("OTEL_EXPORTER_OTLP_HEADERS", "x-key=hunter2");
/// let settings = Settings::resolve(Overrides::default(), &environment)?;
/// let description = settings.describe();
/// let headers = description.iter().find(|entry| entry.setting == "traces.otlp.headers").unwrap();
/// assert_eq!(headers.value, "x-key=[redacted]");
/// assert_eq!(headers.origin.to_string(), "OTEL_EXPORTER_OTLP_HEADERS");
/// println!("{description}");
/// # Ok::<(), bellwether::config::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    entries: Vec<Entry>,
}

impl Description {
    /// Each setting, always in the same order.
    ///
    /// ```
    /// # use bellwether::config::{MapEnvironment, Overrides, Settings};
    /// let settings = Settings::resolve(Overrides::default(), &MapEnvironment::new())?;
    /// assert_eq!(settings.describe().iter().next().unwrap().setting, "disabled");
    /// # Ok::<(), bellwether::config::ConfigError>(())
    /// ```
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    fn add<T: Show>(&mut self, name: impl Into<String>, setting: &Setting<T>) {
        self.entries.push(Entry {
            setting: name.into(),
            value: setting.show(),
            origin: setting.origin(),
        });
    }

    fn add_batch(&mut self, signal: &str, batch: &BatchSettings) {
        self.add(
            format!("{signal}.batch.schedule_delay"),
            &batch.schedule_delay,
        );
        self.add(
            format!("{signal}.batch.max_queue_size"),
            &batch.max_queue_size,
        );
        self.add(
            format!("{signal}.batch.max_export_batch_size"),
            &batch.max_export_batch_size,
        );
        self.add(
            format!("{signal}.batch.export_timeout"),
            &batch.export_timeout,
        );
    }

    fn add_otlp(&mut self, signal: &str, otlp: &OtlpSettings) {
        self.add(format!("{signal}.otlp.protocol"), &otlp.protocol);
        self.add(format!("{signal}.otlp.endpoint"), &otlp.endpoint);
        self.add(format!("{signal}.otlp.headers"), &otlp.headers);
        self.add(format!("{signal}.otlp.timeout"), &otlp.timeout);
        self.add(format!("{signal}.otlp.compression"), &otlp.compression);
        self.add(format!("{signal}.otlp.certificate"), &otlp.certificate);
        self.add(
            format!("{signal}.otlp.client_certificate"),
            &otlp.client_certificate,
        );
        self.add(format!("{signal}.otlp.client_key"), &otlp.client_key);
    }
}

impl<'a> IntoIterator for &'a Description {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: fn(&Entry) -> &str, heading: &str| {
            let longest = self.iter().map(|entry| text(entry).chars().count()).max();
            longest.unwrap_or(0).max(heading.len())
        };
        let setting_width = width(|entry| &entry.setting, "setting");
        let value_width = width(|entry| &entry.value, "value");
        writeln!(
            f,
            "{:setting_width$}  {:value_width$}  origin",
            "setting", "value"
        )?;
        for Entry {
            setting,
            value,
            origin,
        } in self
        {
            writeln!(
                f,
                "{setting:setting_width$}  {value:value_width$}  {origin}"
            )?;
        }
        Ok(())
    }
}

impl Settings {
    /// What is in force and where each value came from, without secrets.
    ///
    /// ```
    /// use bellwether::config::{MapEnvironment, Overrides, Settings};
    /// let environment = MapEnvironment::new().with("LOG_LEVEL", "warn");
    /// let description = Settings::resolve(Overrides::default(), &environment)?.describe();
    /// let level = description.iter().find(|entry| entry.setting == "logs.level").unwrap();
    /// assert_eq!((level.value.as_str(), level.origin.to_string().as_str()), ("warn", "LOG_LEVEL"));
    /// # Ok::<(), bellwether::config::ConfigError>(())
    /// ```
    pub fn describe(&self) -> Description {
        let mut all = Description::default();
        all.add("disabled", &self.disabled);
        all.add("identity.service_name", &self.identity.service_name);
        all.add("identity.service_version", &self.identity.service_version);
        all.add("identity.environment", &self.identity.environment);
        all.add("identity.machine_id", &self.identity.machine_id);
        all.add("identity.worker_id", &self.identity.worker_id);
        all.add("identity.attributes", &self.identity.attributes);
        all.add("propagators", &self.propagators);

        let traces = &self.traces;
        all.add("traces.exporter", &traces.exporter);
        all.add("traces.sampler", &traces.sampler);
        all.add("traces.limits.attributes", &traces.limits.attributes);
        all.add("traces.limits.events", &traces.limits.events);
        all.add("traces.limits.links", &traces.limits.links);
        all.add(
            "traces.limits.attributes_per_event",
            &traces.limits.attributes_per_event,
        );
        all.add(
            "traces.limits.attributes_per_link",
            &traces.limits.attributes_per_link,
        );
        all.add("traces.limits.value_length", &traces.limits.value_length);
        all.add_batch("traces", &traces.batch);
        all.add_otlp("traces", &traces.otlp);
        all.add("traces.live_span_ttl", &traces.live_span_ttl);

        let metrics = &self.metrics;
        all.add("metrics.enabled", &metrics.enabled);
        all.add("metrics.exporter", &metrics.exporter);
        all.add("metrics.interval", &metrics.interval);
        all.add("metrics.timeout", &metrics.timeout);
        all.add("metrics.temporality", &metrics.temporality);
        all.add("metrics.families", &metrics.families);
        all.add("metrics.files.dir", &metrics.files.dir);
        all.add(
            "metrics.files.rotate_interval",
            &metrics.files.rotate_interval,
        );
        all.add("metrics.files.max_files", &metrics.files.max_files);
        all.add_otlp("metrics", &metrics.otlp);

        let logs = &self.logs;
        all.add("logs.exporter", &logs.exporter);
        all.add("logs.level", &logs.level);
        all.add("logs.format", &logs.format);
        all.add("logs.stream", &logs.stream);
        all.add("logs.attributes", &logs.attributes);
        all.add("logs.value_length", &logs.value_length);
        all.add_batch("logs", &logs.batch);
        all.add_otlp("logs", &logs.otlp);

        all.add("sources.host", &self.sources.host);
        all.add("sources.gpu", &self.sources.gpu);
        all.add("sources.docker", &self.sources.docker);
        all.add("sources.job", &self.sources.job);
        all.add("sources.api", &self.sources.api);
        let resources = &self.resources;
        all.add("resources.enabled", &resources.enabled);
        all.add("resources.process", &resources.process);
        all.add("resources.process_interval", &resources.process_interval);
        all.add("resources.disk_interval", &resources.disk_interval);
        all.add("resources.gpu_interval", &resources.gpu_interval);
        all.add("resources.disk_paths", &resources.disk_paths);
        all.add("resources.gpu_library", &resources.gpu_library);
        let alerting = &self.alerting;
        all.add("alerting.enabled", &alerting.enabled);
        all.add("alerting.interval", &alerting.interval);
        all.add("alerting.rules_file", &alerting.rules_file);
        all.add("alerting.webhook_url", &alerting.webhook_url);
        all.add("alerting.webhook_headers", &alerting.webhook_headers);
        all.add("alerting.webhook_allow", &alerting.webhook_allow);
        let endpoint = &self.endpoint;
        all.add("endpoint.enabled", &endpoint.enabled);
        all.add("endpoint.host", &endpoint.host);
        all.add("endpoint.port", &endpoint.port);
        all.add("endpoint.path", &endpoint.path);
        all.add("health.enabled", &self.health.enabled);
        all.add("health.timeout", &self.health.timeout);
        all.add("shutdown_timeout", &self.shutdown_timeout);
        all
    }
}

/// How a value reads in the table: in the words of its variable.
trait Show {
    fn show(&self) -> String;
}

macro_rules! show_with_display {
    ($($type:ty),*) => {
        $(impl Show for $type {
            fn show(&self) -> String {
                self.to_string()
            }
        })*
    };
}
show_with_display!(bool, u16, u32, usize, std::net::IpAddr);

macro_rules! show_words {
    ($($type:ident { $($variant:ident => $word:literal),* })*) => {
        $(impl Show for $type {
            fn show(&self) -> String {
                match self {
                    $(Self::$variant => $word.to_owned(),)*
                }
            }
        })*
    };
}
show_words! {
    Exporter { Otlp => "otlp", Console => "console", None => "none" }
    Propagator { TraceContext => "tracecontext", Baggage => "baggage" }
    Temporality { Cumulative => "cumulative", Delta => "delta", LowMemory => "lowmemory" }
    LogFormat { Json => "json", Text => "text" }
    LogStream { Stdout => "stdout", Stderr => "stderr", Off => "off" }
    Protocol { Grpc => "grpc", HttpProtobuf => "http/protobuf" }
    Compression { None => "none", Gzip => "gzip", Zstd => "zstd" }
}

impl Show for String {
    /// One line, whatever is in it.
    fn show(&self) -> String {
        self.chars()
            .flat_map(|c| {
                if c.is_control() {
                    c.escape_default().collect()
                } else {
                    vec![c]
                }
            })
            .collect()
    }
}

impl Show for Duration {
    fn show(&self) -> String {
        format!("{self:?}")
    }
}

impl Show for std::path::PathBuf {
    fn show(&self) -> String {
        self.display().to_string().show()
    }
}

impl Show for SamplerChoice {
    fn show(&self) -> String {
        match self {
            Self::AlwaysOn => "always_on".to_owned(),
            Self::AlwaysOff => "always_off".to_owned(),
            Self::TraceIdRatio(share) => format!("traceidratio({share})"),
            Self::ParentBasedAlwaysOn => "parentbased_always_on".to_owned(),
            Self::ParentBasedAlwaysOff => "parentbased_always_off".to_owned(),
            Self::ParentBasedTraceIdRatio(share) => format!("parentbased_traceidratio({share})"),
        }
    }
}

impl Show for Secret {
    fn show(&self) -> String {
        self.to_string()
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self) -> String {
        self.as_ref().map_or_else(|| "-".to_owned(), Show::show)
    }
}

impl Show for Vec<String> {
    fn show(&self) -> String {
        if self.is_empty() {
            return "-".to_owned();
        }
        let parts: Vec<String> = self.iter().map(Show::show).collect();
        parts.join(",")
    }
}

impl Show for Vec<Propagator> {
    fn show(&self) -> String {
        if self.is_empty() {
            return "none".to_owned();
        }
        let names: Vec<String> = self.iter().map(Show::show).collect();
        names.join(",")
    }
}

impl Show for Vec<MetricFamily> {
    fn show(&self) -> String {
        if self.is_empty() {
            return "none".to_owned();
        }
        let names: Vec<&str> = self.iter().map(|family| family.as_str()).collect();
        names.join(",")
    }
}

impl Show for Vec<(String, String)> {
    fn show(&self) -> String {
        show_pairs(self, Show::show)
    }
}

impl Show for Vec<(String, Secret)> {
    fn show(&self) -> String {
        show_pairs(self, Secret::to_string)
    }
}

fn show_pairs<T>(pairs: &[(String, T)], show: impl Fn(&T) -> String) -> String {
    if pairs.is_empty() {
        return "-".to_owned();
    }
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", name.show(), show(value)))
        .collect();
    pairs.join(",")
}

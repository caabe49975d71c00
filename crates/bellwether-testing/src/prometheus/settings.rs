//! What a Prometheus is started with.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How OTLP names become names of series. The names are those of the server's configuration.
///
/// ```
/// use bellwether_testing::prometheus::Translation;
/// assert_eq!(Translation::NoTranslation.as_str(), "NoTranslation");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Translation {
    /// The server's default: unit and type are appended, odd characters become underscores.
    UnderscoreEscapingWithSuffixes,
    /// Odd characters become underscores.
    UnderscoreEscapingWithoutSuffixes,
    /// Names stay as they are, with dots.
    NoTranslation,
}

impl Translation {
    /// As it is written in the configuration.
    ///
    /// ```
    /// use bellwether_testing::prometheus::Translation::UnderscoreEscapingWithoutSuffixes;
    /// assert_eq!(UnderscoreEscapingWithoutSuffixes.as_str(), "UnderscoreEscapingWithoutSuffixes");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnderscoreEscapingWithSuffixes => "UnderscoreEscapingWithSuffixes",
            Self::UnderscoreEscapingWithoutSuffixes => "UnderscoreEscapingWithoutSuffixes",
            Self::NoTranslation => "NoTranslation",
        }
    }
}

/// Settings of a Prometheus; the default receives nothing.
///
/// ```
/// use std::time::Duration;
/// use bellwether_testing::prometheus::{Settings, Translation};
/// let settings = Settings::default()
///     .otlp(Translation::UnderscoreEscapingWithSuffixes)
///     .out_of_order(Duration::from_secs(7200))
///     .scrape("service", "127.0.0.1:9464", Duration::from_millis(500))
///     .feature("exemplar-storage");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Settings {
    translation: Option<Translation>,
    out_of_order: Duration,
    promoted: Vec<String>,
    scrapes: Vec<(String, String, Duration)>,
    features: Vec<String>,
    rules: Vec<PathBuf>,
}

impl Settings {
    /// Receives OTLP and translates names so.
    ///
    /// ```
    /// use bellwether_testing::prometheus::{Settings, Translation};
    /// let settings = Settings::default().otlp(Translation::NoTranslation);
    /// ```
    #[must_use]
    pub fn otlp(mut self, translation: Translation) -> Self {
        self.translation = Some(translation);
        self
    }

    /// Makes labels of these resource attributes of what comes by OTLP.
    ///
    /// ```
    /// let settings = bellwether_testing::prometheus::Settings::default().promote(&["host.name".to_owned()]);
    /// ```
    #[must_use]
    pub fn promote(mut self, attributes: &[String]) -> Self {
        self.promoted = attributes.to_vec();
        self
    }

    /// Takes samples that are this much older than the newest one of their series.
    ///
    /// ```
    /// let settings = bellwether_testing::prometheus::Settings::default().out_of_order(std::time::Duration::from_secs(60));
    /// ```
    #[must_use]
    pub fn out_of_order(mut self, window: Duration) -> Self {
        self.out_of_order = window;
        self
    }

    /// Scrapes `/metrics` of an address (`host:port`) under the name of a job.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let settings = bellwether_testing::prometheus::Settings::default()
    ///     .scrape("service", "127.0.0.1:9464", Duration::from_millis(500));
    /// ```
    #[must_use]
    pub fn scrape(mut self, job: &str, address: &str, every: Duration) -> Self {
        self.scrapes
            .push((job.to_owned(), address.to_owned(), every));
        self
    }

    /// Turns a feature on, by the name that `--enable-feature` takes.
    ///
    /// ```
    /// let settings = bellwether_testing::prometheus::Settings::default().feature("type-and-unit-labels");
    /// ```
    #[must_use]
    pub fn feature(mut self, name: &str) -> Self {
        self.features.push(name.to_owned());
        self
    }

    /// Evaluates a file of rules every second.
    ///
    /// ```
    /// let settings = bellwether_testing::prometheus::Settings::default().rules("rules.yaml".as_ref());
    /// ```
    #[must_use]
    pub fn rules(mut self, file: &Path) -> Self {
        self.rules.push(file.to_owned());
        self
    }

    /// The configuration file.
    pub(super) fn configuration(&self) -> String {
        let milliseconds = self.out_of_order.as_millis();
        let mut yaml = format!(
            "global: {{evaluation_interval: 1s}}\n\
             storage: {{tsdb: {{out_of_order_time_window: {milliseconds}ms}}}}\n"
        );
        if let Some(translation) = self.translation {
            let _ = writeln!(
                yaml,
                "otlp: {{translation_strategy: {}, promote_resource_attributes: {}}}",
                translation.as_str(),
                serde_json::Value::from(self.promoted.clone())
            );
        }
        // JSON strings are YAML strings.
        let text = |text: &str| serde_json::Value::from(text).to_string();
        yaml.push_str("rule_files:\n");
        for file in &self.rules {
            let file = std::path::absolute(file).unwrap();
            let _ = writeln!(yaml, "  - {}", text(file.to_str().unwrap()));
        }
        yaml.push_str("scrape_configs:\n");
        for (job, address, every) in &self.scrapes {
            let (job, address, every) = (text(job), text(address), every.as_millis());
            let _ = writeln!(
                yaml,
                "  - {{job_name: {job}, scrape_interval: {every}ms, scrape_timeout: {every}ms, static_configs: [{{targets: [{address}]}}]}}"
            );
        }
        yaml
    }

    /// The arguments that go with it.
    pub(super) fn flags(&self) -> Vec<String> {
        // Targets are new five seconds after the start otherwise.
        let mut flags = vec!["--scrape.discovery-reload-interval=100ms".to_owned()];
        if self.translation.is_some() {
            flags.push("--web.enable-otlp-receiver".to_owned());
        }
        if !self.features.is_empty() {
            flags.push(format!("--enable-feature={}", self.features.join(",")));
        }
        flags
    }
}

//! From settings to alerts at work. Whatever is wrong is an error here, at start-up.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bellwether_catalog::{Alert, Registry, RuleFile, builtin};
use jiff::Timestamp;
use opentelemetry::metrics::Meter;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use tokio::runtime::Handle;
use tracing::Dispatch;

use super::actions::Actions;
use super::clock::MonotonicClock;
use super::engine::Engine;
use super::health::{self, Counts};
use super::running::Alerts;
use super::webhook::{Limits, Target, Webhook};
use crate::config::{AlertSettings, ConfigError, Environment};
use crate::error::Error;
use crate::metrics::Collector;

/// Name of the webhook that the environment defines.
const DEFAULT_WEBHOOK: &str = "default";

/// Rules and receivers, read and checked.
pub(crate) struct Prepared {
    engine: Engine,
    targets: Vec<Target>,
    interval: Duration,
}

/// What of the telemetry alerts need.
pub(crate) struct Surroundings<'a> {
    pub(crate) collector: &'a Collector,
    pub(crate) meter: &'a Meter,
    pub(crate) dispatch: Dispatch,
    pub(crate) events: SdkLoggerProvider,
    pub(crate) runtime: &'a Handle,
    /// The service's name, which bodies of webhooks give as their origin.
    pub(crate) service: &'a str,
}

impl Prepared {
    /// Reads rules and secrets. Starts nothing.
    pub(crate) fn read(
        settings: &AlertSettings,
        environment: &dyn Environment,
    ) -> Result<Self, Error> {
        let catalog = builtin().map_err(|error| Error::Exporter(error.to_string()))?;
        let file = rule_file(settings, &catalog)?;
        let alerts = file.in_force(&catalog);
        check_windows(&alerts, *settings.interval)?;
        let mut targets = Vec::new();
        if let Some(url) = settings.webhook_url.get() {
            targets.push(Target::new(
                "ALERTING_WEBHOOK_URL",
                DEFAULT_WEBHOOK.to_owned(),
                url.clone(),
                settings.webhook_headers.get(),
                settings.webhook_allow.get(),
                Limits::default(),
            )?);
        }
        for webhook in &file.webhooks {
            targets.push(Target::read(webhook, environment)?);
        }
        let mut engine = Engine::new(alerts, &file.metrics(&catalog));
        for silence in &file.silences {
            let until = until(&silence.until).ok_or_else(|| {
                let field = format!("{}, silence of `{}`", silence.location, silence.rule);
                let expected = "a time such as 2030-01-01T00:00:00Z";
                ConfigError::invalid(field, silence.until.clone(), expected)
            })?;
            let labels: Vec<(&str, &str)> = silence
                .labels
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            engine.silence(&silence.rule, &labels, until);
        }
        Ok(Self {
            engine,
            targets,
            interval: *settings.interval,
        })
    }

    /// Starts the threads and the senders.
    pub(crate) fn start(self, around: Surroundings<'_>) -> Result<Alerts, Error> {
        let counts = Arc::new(Counts::default());
        health::register(around.meter, &counts);
        let mut webhooks = Vec::new();
        for target in self.targets {
            let tls = crate::export::default_tls()?;
            let client = target.client(tls).map_err(Error::Exporter)?;
            let webhook = Webhook::start(target, client, around.service, around.runtime, &counts);
            webhooks.push(webhook);
        }
        let actions = Actions::start(around.dispatch, around.events, webhooks, &counts)?;
        let clock = Box::new(MonotonicClock::default());
        let collector = around.collector.clone();
        Ok(Alerts::start(
            self.engine,
            collector,
            clock,
            actions,
            counts,
            self.interval,
        )?)
    }
}

fn rule_file(settings: &AlertSettings, catalog: &Registry) -> Result<RuleFile, ConfigError> {
    let Some(path) = settings.rules_file.get() else {
        return Ok(RuleFile::default());
    };
    let name = path.display().to_string();
    let refused =
        |expected: String| ConfigError::invalid("ALERTING_RULES_FILE", name.clone(), expected);
    let text = std::fs::read_to_string(path)
        .map_err(|error| refused(format!("a readable file ({error})")))?;
    RuleFile::parse(&name, &text, catalog)
        .map_err(|error| refused(format!("a sound rule file:\n{error}")))
}

/// A rate needs two samples in its window, and a window is kept in memory.
fn check_windows(alerts: &[Alert], interval: Duration) -> Result<(), ConfigError> {
    for alert in alerts.iter().filter(|alert| alert.measure.has_window()) {
        let window = Duration::from_secs(alert.window.into());
        if interval * 2 > window {
            return Err(ConfigError::invalid(
                "ALERTING_EVALUATION_INTERVAL",
                format!("{interval:?}"),
                format!(
                    "at most half of the window of `{}`, which is {window:?}",
                    alert.name
                ),
            ));
        }
        if window.as_millis() / interval.as_millis().max(1) > 4_000 {
            return Err(ConfigError::invalid(
                "ALERTING_EVALUATION_INTERVAL",
                format!("{interval:?}"),
                format!(
                    "at least a four-thousandth of the window of `{}`, which is {window:?}",
                    alert.name
                ),
            ));
        }
    }
    Ok(())
}

fn until(text: &str) -> Option<SystemTime> {
    text.parse::<Timestamp>().ok().map(SystemTime::from)
}

//! A user's rule file: format `bellwether-alerts/1`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::check::check_rules;
use super::model::{Action, Alert};
use super::read;
use super::watched::Watched;
use crate::error::{Error, Location, Problem, Rule};
use crate::model::{Instrument, Registry, ValueType};
use crate::prometheus::metric_name;
use crate::read::fields::{self, Fields, Problems};
use crate::read::values::{pairs, seconds, texts};
use crate::yaml;

/// What a user adds to the alerts of the catalog, or takes away from them.
///
/// Nothing in it is guessed: an unknown field, a metric or a label that is not there, a threshold that cannot be met are
/// errors with file, line and alert, and all of them are told together.
///
/// ```
/// use bellwether_catalog::{RuleFile, builtin};
/// let text = "\
/// format: bellwether-alerts/1
/// disable: [LlmLatency]
/// rules:
///   - name: SlowModel
///     metric: wundr_model_request_duration_seconds
///     measure: quantile
///     quantile: 0.5
///     condition: gt
///     threshold: 10
///     for: 2m
///     severity: info
///     summary: 'Half of the requests to {{ $labels.model }} take longer than 10 s'
/// ";
/// let file = RuleFile::parse("alerts.yaml", text, &builtin()?)?;
/// assert_eq!(file.rules[0].duration, 120);
///
/// let wrong = text.replace("threshold: 10", "threshold: 11");
/// let error = RuleFile::parse("alerts.yaml", &wrong, &builtin()?).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "alerts.yaml:4: alert: alert `SlowModel` has the threshold 11, which is no bucket of `wundr_model_request_duration_seconds`"
/// );
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RuleFile {
    /// Group in which the rules stand in an export.
    pub group: String,
    /// Alerts of the catalog that are not evaluated.
    pub disable: Vec<String>,
    /// Metrics that the catalog doesn't know.
    pub foreign: BTreeMap<String, Watched>,
    /// Where notices are sent.
    pub webhooks: Vec<Webhook>,
    /// Alerts that are not told for a while.
    pub silences: Vec<Silence>,
    /// Alerts, in the order of the file.
    pub rules: Vec<Alert>,
}

/// A receiver of notices.
///
/// ```
/// # use bellwether_catalog::{RuleFile, builtin};
/// let text = "format: bellwether-alerts/1\nwebhooks:\n  - {name: pager, url: 'https://pager.example/hook', timeout: 5s}\n";
/// let file = RuleFile::parse("alerts.yaml", text, &builtin()?)?;
/// assert_eq!((file.webhooks[0].timeout, file.webhooks[0].attempts), (5, 5));
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Name, for actions and metrics.
    pub name: String,
    /// URL, or where it is to be found: some hold a token.
    pub url: HeaderSource,
    /// Headers, with where their values are to be found.
    pub headers: Vec<(String, HeaderSource)>,
    /// Seconds that one try may take.
    pub timeout: u32,
    /// How often a notice is tried before it is given up.
    pub attempts: u32,
    /// Networks, as `10.0.0.0/8`, that it may be in although they are private.
    pub allow: Vec<String>,
    /// Whether it is told of what is resolved.
    pub send_resolved: bool,
    /// Most alerts in one request; more are cut off and counted in it.
    pub max_alerts: u32,
    /// Where it is defined.
    pub location: Location,
}

/// Where a text is to be found that may be a secret.
///
/// ```
/// # use bellwether_catalog::HeaderSource;
/// let source = HeaderSource::Environment { name: "PAGER_TOKEN".into(), prefix: "Bearer ".into() };
/// assert_ne!(source, HeaderSource::Literal("Bearer x".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderSource {
    /// It stands in the file.
    Literal(String),
    /// An environment variable.
    Environment {
        /// Name of the variable.
        name: String,
        /// What stands before it.
        prefix: String,
    },
    /// The contents of a file, without white space around.
    File {
        /// Path.
        path: String,
        /// What stands before it.
        prefix: String,
    },
}

/// A time in which an alert is evaluated but not told.
///
/// ```
/// # use bellwether_catalog::{RuleFile, builtin};
/// let text = "format: bellwether-alerts/1\nsilences:\n  - {rule: QueueBacklog, labels: {queue_name: bulk}, until: '2030-01-01T00:00:00Z'}\n";
/// let file = RuleFile::parse("alerts.yaml", text, &builtin()?)?;
/// assert_eq!(file.silences[0].labels[0].1, "bulk");
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Name of the alert.
    pub rule: String,
    /// Labels, in the names of Prometheus, that its label set must hold.
    pub labels: Vec<(String, String)>,
    /// End, RFC 3339.
    pub until: String,
    /// Why.
    pub comment: String,
    /// Where it is defined.
    pub location: Location,
}

impl RuleFile {
    /// Reads and checks a rule file. `name` stands in errors.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem found.
    pub fn parse(name: &str, text: &str, registry: &Registry) -> Result<Self, Error> {
        let mut problems = Problems::new();
        let parsed = yaml::parse(&Arc::from(name), text);
        let node = parsed.map_err(|problem| Error::Invalid(vec![problem]))?;
        let Some(fields) = Fields::new(node, "the file", &mut problems) else {
            return Err(Error::Invalid(problems));
        };
        let file = read(fields, &mut problems);
        // On top of entries that could not be read, further checks would report ghosts.
        if problems.is_empty() {
            problems = file.check(registry);
        }
        if problems.is_empty() {
            return Ok(file);
        }
        problems.sort();
        Err(Error::Invalid(problems))
    }

    /// The alerts that are in force: those of the catalog that are left, then its own.
    ///
    /// ```
    /// # use bellwether_catalog::{RuleFile, builtin};
    /// assert_eq!(RuleFile::default().in_force(&builtin()?).len(), 8);
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn in_force(&self, registry: &Registry) -> Vec<Alert> {
        let is_left = |alert: &&Alert| !self.disable.contains(&alert.name);
        let catalog = registry.metrics.iter().flat_map(|metric| &metric.alerts);
        catalog
            .filter(is_left)
            .chain(&self.rules)
            .filter(|alert| alert.enabled)
            .cloned()
            .collect()
    }

    /// The metrics its alerts may watch: those of the catalog, and its own.
    ///
    /// ```
    /// # use bellwether_catalog::{RuleFile, builtin};
    /// assert!(RuleFile::default().metrics(&builtin()?).contains_key("wundr_queue_depth"));
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn metrics(&self, registry: &Registry) -> BTreeMap<String, Watched> {
        let mut metrics = Watched::of_registry(registry);
        metrics.extend(self.foreign.clone());
        metrics
    }

    fn check(&self, registry: &Registry) -> Vec<Problem> {
        let mut problems = Vec::new();
        let file = self.first_location();
        let mut add = |location: &Location, message: String| {
            problems.push(Problem::new(location.clone(), Rule::Alert, message));
        };
        let catalog: Vec<&Alert> = registry
            .metrics
            .iter()
            .flat_map(|metric| &metric.alerts)
            .collect();
        for name in &self.disable {
            if !catalog.iter().any(|alert| alert.name == *name) {
                let known: Vec<&str> = catalog.iter().map(|alert| alert.name.as_str()).collect();
                let message = format!(
                    "`disable` names `{name}`; the catalog has only: {}",
                    known.join(", ")
                );
                add(&file, message);
            }
        }
        for name in self.foreign.keys() {
            if registry.metric(name).is_some() {
                let message = format!("metric `{name}` is in the catalog and needs no declaration");
                add(&file, message);
            }
        }
        for alert in &self.rules {
            for action in &alert.actions {
                let Action::Webhook(name) = action else {
                    continue;
                };
                if !self.webhooks.iter().any(|webhook| webhook.name == *name) {
                    let message = format!(
                        "alert `{}` names the webhook `{name}`, which is not in this file",
                        alert.name
                    );
                    add(&alert.location, message);
                }
            }
            let in_catalog = |known: &&Alert| known.name == alert.name;
            if catalog.iter().any(in_catalog) && !self.disable.contains(&alert.name) {
                let message = format!(
                    "alert `{}` is in the catalog already; `disable` that one to put this in its place",
                    alert.name
                );
                add(&alert.location, message);
            }
        }
        for silence in &self.silences {
            let known = |alert: &&Alert| alert.name == silence.rule;
            if !catalog.iter().any(known) && !self.rules.iter().any(|alert| known(&alert)) {
                let message = format!("a silence names `{}`, which is no alert", silence.rule);
                add(&silence.location, message);
            }
        }
        for (index, webhook) in self.webhooks.iter().enumerate() {
            if self.webhooks[..index]
                .iter()
                .any(|other| other.name == webhook.name)
            {
                let message = format!("webhook `{}` is defined twice", webhook.name);
                add(&webhook.location, message);
            }
        }
        let rules: Vec<&Alert> = self.rules.iter().collect();
        problems.extend(check_rules(&self.metrics(registry), &rules));
        problems
    }

    fn first_location(&self) -> Location {
        let known = self.rules.first().map(|alert| &alert.location);
        let file = known.map_or_else(|| Arc::from("rule file"), |it| Arc::clone(&it.file));
        Location::new(file, 1)
    }
}

fn read(mut fields: Fields, problems: &mut Problems) -> RuleFile {
    match fields.text("format", problems).as_deref() {
        Some("bellwether-alerts/1") => {}
        Some(other) => fields.problem(
            problems,
            &format!("has the `format` `{other}`; expected `bellwether-alerts/1`"),
        ),
        None => fields.problem(problems, "has no `format: bellwether-alerts/1`"),
    }
    let mut file = RuleFile {
        group: fields
            .text("group", problems)
            .unwrap_or_else(|| "service_alerts".to_owned()),
        disable: texts(&mut fields, "disable", problems),
        ..RuleFile::default()
    };
    for node in fields.list("foreign_metrics", problems) {
        if let Some(metric) = Fields::new(node, "foreign metric", problems) {
            let read = foreign(metric, problems);
            file.foreign
                .extend(read.map(|metric| (metric.name.clone(), metric)));
        }
    }
    for node in fields.list("webhooks", problems) {
        if let Some(hook) = Fields::new(node, "webhook", problems) {
            file.webhooks.extend(webhook(hook, problems));
        }
    }
    for node in fields.list("silences", problems) {
        if let Some(entry) = Fields::new(node, "silence", problems) {
            file.silences.extend(silence(entry, problems));
        }
    }
    for node in fields.list("rules", problems) {
        file.rules.extend(read::alert(node, None, problems));
    }
    fields.finish(problems);
    file
}

fn foreign(mut fields: Fields, problems: &mut Problems) -> Option<Watched> {
    let name = fields.required("name", problems)?;
    fields.what = format!("foreign metric `{name}`");
    let words = [
        Instrument::Counter,
        Instrument::UpDownCounter,
        Instrument::Gauge,
        Instrument::Histogram,
    ]
    .map(|word| (word.as_str(), word));
    let instrument = fields.choice("instrument", &words, problems);
    let unit = fields.text("unit", problems).unwrap_or_default();
    let value = if fields.has("value") {
        let words = [ValueType::Int, ValueType::Double].map(|word| (word.as_str(), word));
        fields.choice("value", &words, problems)
    } else {
        Some(ValueType::Double)
    };
    let labels = texts(&mut fields, "labels", problems);
    let buckets = fields
        .list("buckets", problems)
        .iter()
        .filter_map(|node| fields::number(node, "buckets", problems))
        .collect();
    fields.finish(problems);
    let instrument = instrument?;
    Some(Watched {
        prometheus: metric_name(&name, &unit, instrument, true),
        prometheus_without_suffixes: metric_name(&name, &unit, instrument, false),
        name,
        instrument,
        value: value?,
        unit,
        buckets,
        labels: labels.into_iter().map(|label| (label, None)).collect(),
    })
}

fn webhook(mut fields: Fields, problems: &mut Problems) -> Option<Webhook> {
    let name = fields.required("name", problems)?;
    fields.what = format!("webhook `{name}`");
    if !fields.has("url") {
        fields.problem(problems, "has no `url`");
    }
    let url = fields
        .take("url")
        .and_then(|node| source(node, "url", problems));
    let mut headers = Vec::new();
    if let Some(mut map) = fields.map("headers", problems) {
        for entry in map.drain() {
            let value = source(entry.value, &entry.key, problems);
            headers.extend(value.map(|value| (entry.key, value)));
        }
    }
    let timeout = seconds(&mut fields, "timeout", problems).unwrap_or(10);
    let mut count = |key: &str, default: u32| match fields.take(key) {
        None => default,
        Some(node) => {
            let location = node.location.clone();
            let text = fields::scalar(node, key, problems).unwrap_or_default();
            text.parse().ok().filter(|it| *it > 0).unwrap_or_else(|| {
                let message = format!("`{key}` is `{text}`; expected a whole number above 0");
                problems.push(Problem::new(location, Rule::Shape, message));
                default
            })
        }
    };
    let (attempts, max_alerts) = (count("attempts", 5), count("max_alerts", 100));
    let allow = texts(&mut fields, "allow", problems);
    let send_resolved = !fields.has("send_resolved") || fields.flag("send_resolved", problems);
    let location = fields.location.clone();
    if !(1..=60).contains(&timeout) {
        fields.problem(problems, "has a `timeout` beyond 1 to 60 seconds");
    }
    fields.finish(problems);
    Some(Webhook {
        name,
        url: url?,
        headers,
        timeout,
        attempts,
        allow,
        send_resolved,
        max_alerts,
        location,
    })
}

/// Text, or a mapping with `env` or `file` and perhaps a `prefix`.
fn source(node: yaml::Node, key: &str, problems: &mut Problems) -> Option<HeaderSource> {
    if let yaml::Data::Scalar { text, .. } = node.data {
        return Some(HeaderSource::Literal(text));
    }
    let mut fields = Fields::new(node, &format!("`{key}`"), problems)?;
    let prefix = fields.text("prefix", problems).unwrap_or_default();
    let name = fields.text("env", problems);
    let path = fields.text("file", problems);
    let source = match (name, path) {
        (Some(name), None) => Some(HeaderSource::Environment { name, prefix }),
        (None, Some(path)) => Some(HeaderSource::File { path, prefix }),
        _ => {
            fields.problem(problems, "needs one of `env` and `file`");
            None
        }
    };
    fields.finish(problems);
    source
}

fn silence(mut fields: Fields, problems: &mut Problems) -> Option<Silence> {
    let rule = fields.required("rule", problems);
    let labels = pairs(&mut fields, "labels", problems);
    let until = fields.required("until", problems);
    let comment = fields.text("comment", problems).unwrap_or_default();
    let location = fields.location.clone();
    fields.finish(problems);
    Some(Silence {
        rule: rule?,
        labels,
        until: until?,
        comment,
        location,
    })
}

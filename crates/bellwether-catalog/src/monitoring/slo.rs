//! Objectives as rules: many windows, many burn rates, under sloth's names.
//!
//! The *error budget* is what an objective leaves: 1 % of events at 99 %. The *burn rate* is how many times faster than
//! evenly it is spent. An alert asks about two windows at once: the long one says that a share of the month's budget has
//! gone, the short one that it still goes on, so that the alert ends soon after the trouble does. Budgets, windows and
//! factors are those of chapter 5 of Google's SRE workbook; names of series, labels and groups are those of sloth
//! 0.16, so that its boards draw these rules.
//!
//! Sloth has no answer to little traffic: of three requests in an hour one fails, and the month's budget burns at 33
//! times the even rate. `minimum_events` asks for so many events in the long window. It needs series of its own
//! (`slo:sli_events:increase…`, in a group of their own), and with 0 the rules are sloth's to the letter.

use serde_json::{Map, Value, json};

use super::definition::{Slo, SloKind};
use super::links::Links;
use super::rule::{PrometheusGroup, PrometheusRule};
use crate::alert::duration;

/// One of the questions of an alert: has this share of the budget gone in the long window, and still goes in the short?
///
/// ```
/// let fastest = bellwether_catalog::SLO_WINDOWS[0];
/// // 2 % of 30 days in one hour is 14.4 times the even rate.
/// let seconds_of_30_days = 30.0 * 86_400.0;
/// assert!((0.02 * seconds_of_30_days / f64::from(fastest.long) - fastest.factor).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SloWindow {
    /// Whether it pages; else it opens a ticket.
    pub pages: bool,
    /// Seconds of the short window.
    pub short: u32,
    /// Seconds of the long window.
    pub long: u32,
    /// How many times the even rate.
    pub factor: f64,
}

const MINUTE: u32 = 60;
const HOUR: u32 = 3_600;
const DAY: u32 = 86_400;
const PERIOD_DAYS: u32 = 30;

/// The four questions, two of each alert.
///
/// ```
/// assert_eq!(bellwether_catalog::SLO_WINDOWS.map(|it| it.factor), [14.4, 6.0, 3.0, 1.0]);
/// ```
pub const SLO_WINDOWS: [SloWindow; 4] = [
    window(true, 5 * MINUTE, HOUR, 14.4),
    window(true, 30 * MINUTE, 6 * HOUR, 6.0),
    window(false, 2 * HOUR, DAY, 3.0),
    window(false, 6 * HOUR, 3 * DAY, 1.0),
];

const fn window(pages: bool, short: u32, long: u32, factor: f64) -> SloWindow {
    SloWindow {
        pages,
        short,
        long,
        factor,
    }
}

/// What an objective is kept for: each service in each environment by itself.
pub(super) const LEVEL: &str = "deployment_environment_name, job";
/// Sloth's name for whom an objective belongs to.
const SERVICE: &str = "bellwether";
/// The page of runbooks.
pub(super) const PAGE: &str = "slos";

/// The groups of one objective: ratios, what is known about it, events where there is a guard, and its two alerts.
///
/// ```
/// use bellwether_catalog::{Links, Monitoring, builtin, slo_groups};
/// let monitoring = Monitoring::builtin(&builtin()?)?;
/// let groups = slo_groups(monitoring.slo("jobs").unwrap(), &Links::default());
/// assert_eq!(groups[0].name, "sloth-slo-sli-recordings-bellwether-jobs");
/// assert_eq!(groups[0].rules[0].name, "slo:sli_error:ratio_rate5m");
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
pub fn slo_groups(slo: &Slo, links: &Links) -> Vec<PrometheusGroup> {
    let named = |what: &str, rules| {
        PrometheusGroup::new(format!("sloth-slo-{what}-{SERVICE}-{}", slo.id), rules)
    };
    let mut groups = vec![
        named("sli-recordings", ratios(slo)),
        named("meta-recordings", known(slo)),
    ];
    if slo.minimum_events > 0 {
        let name = format!("bellwether-slo-events-{}", slo.id);
        groups.push(PrometheusGroup::new(name, events(slo)));
    }
    groups.push(named("alerts", alerts(slo, links)));
    groups
}

impl Slo {
    /// Rate of bad events. What never failed has no series of failures, and is perfect, not unknown: hence `or 0 *`.
    pub(super) fn bad_query(&self, window: &str) -> String {
        match &self.kind {
            SloKind::Ratio { bad, total, .. } => format!(
                "sum by ({LEVEL}) (rate({bad}[{window}])) or 0 * sum by ({LEVEL}) (rate({total}[{window}]))"
            ),
            SloKind::Latency { histogram, under } => {
                // A scrape writes the bound 5 as `5.0`, OTLP as `5`.
                let bound = under.to_string();
                let bound = match bound.strip_suffix(".0").unwrap_or(&bound) {
                    whole if !whole.contains('.') => format!("=~\"{whole}([.]0)?\""),
                    fraction => format!("=\"{fraction}\""),
                };
                format!(
                    "sum by ({LEVEL}) (rate({histogram}_count[{window}])) - sum by ({LEVEL}) (rate({histogram}_bucket{{le{bound}}}[{window}]))"
                )
            }
        }
    }

    /// Rate of all events; nothing where there were none, since 0 / 0 would spoil sums over time.
    pub(super) fn total_query(&self, window: &str) -> String {
        format!("sum by ({LEVEL}) (rate({}[{window}])) > 0", self.counted())
    }

    /// The counter of all events.
    fn counted(&self) -> String {
        match &self.kind {
            SloKind::Ratio { total, .. } => total.clone(),
            SloKind::Latency { histogram, .. } => format!("{histogram}_count"),
        }
    }

    /// The share of events that may be bad.
    pub(super) fn budget(&self) -> f64 {
        (100.0 - self.objective) / 100.0
    }

    pub(super) fn ids(&self) -> Vec<(String, String)> {
        [
            ("sloth_id", format!("{SERVICE}-{}", self.id)),
            ("sloth_service", SERVICE.to_owned()),
            ("sloth_slo", self.id.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn filter(&self) -> String {
        let matchers: Vec<String> = self
            .ids()
            .iter()
            .map(|(name, value)| format!("{name}=\"{value}\""))
            .collect();
        format!("{{{}}}", matchers.join(", "))
    }

    /// Annotations of its alerts, beside the title that sloth gives them.
    fn annotations(&self, links: &Links) -> Vec<(String, String)> {
        [
            ("dashboard_url", links.board(&self.notes)),
            ("description", self.notes.description.clone()),
            ("runbook_url", links.runbook(PAGE, &self.alert)),
            ("summary", self.summary()),
        ]
        .map(|(name, text)| (name.to_owned(), text))
        .into()
    }

    fn summary(&self) -> String {
        format!("The error budget of \"{}\" goes too fast", self.title)
    }
}

pub(super) fn ratio_name(window: u32) -> String {
    format!("slo:sli_error:ratio_rate{}", duration(window))
}

pub(super) fn events_name(window: u32) -> String {
    format!("slo:sli_events:increase{}", duration(window))
}

/// Every window once, from the shortest.
pub(super) fn windows() -> Vec<u32> {
    let mut all: Vec<u32> = SLO_WINDOWS
        .iter()
        .flat_map(|window| [window.short, window.long])
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn ratios(slo: &Slo) -> Vec<PrometheusRule> {
    let labelled = |window: u32, expr: String| {
        let of_window = ("sloth_window".to_owned(), duration(window));
        PrometheusRule::record(ratio_name(window), expr)
            .labelled(&slo.ids())
            .labelled(&[of_window])
    };
    let mut rules: Vec<PrometheusRule> = windows()
        .into_iter()
        .map(|window| {
            let text = duration(window);
            let (bad, total) = (slo.bad_query(&text), slo.total_query(&text));
            labelled(window, format!("({bad})\n/\n({total})"))
        })
        .collect();
    let shortest = format!("{}{}", ratio_name(5 * MINUTE), slo.filter());
    let period = PERIOD_DAYS * DAY;
    let text = duration(period);
    rules.push(labelled(
        period,
        format!(
            "sum_over_time({shortest}[{text}])\n/ ignoring (sloth_window)\ncount_over_time({shortest}[{text}])"
        ),
    ));
    rules
}

fn known(slo: &Slo) -> Vec<PrometheusRule> {
    let filter = slo.filter();
    let objective = slo.objective / 100.0;
    let burn = |ratio: String| {
        format!(
            "{ratio}{filter}\n/ on(sloth_id, sloth_slo, sloth_service) group_left\nslo:error_budget:ratio{filter}"
        )
    };
    let remaining = format!("1 - slo:period_burn_rate:ratio{filter}");
    let info = [
        ("sloth_mode", "cli-gen-prom".to_owned()),
        ("sloth_objective", slo.objective.to_string()),
        ("sloth_spec", "prometheus/v1".to_owned()),
        (
            "sloth_version",
            concat!("bellwether-", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    [
        ("slo:objective:ratio", format!("vector({objective})")),
        ("slo:error_budget:ratio", format!("vector(1-{objective})")),
        ("slo:time_period:days", format!("vector({PERIOD_DAYS})")),
        ("slo:current_burn_rate:ratio", burn(ratio_name(5 * MINUTE))),
        (
            "slo:period_burn_rate:ratio",
            burn(ratio_name(PERIOD_DAYS * DAY)),
        ),
        ("slo:period_error_budget_remaining:ratio", remaining),
        ("sloth_slo_info", "vector(1)".to_owned()),
    ]
    .map(|(name, expr)| {
        let rule = PrometheusRule::record(name, expr).labelled(&slo.ids());
        if name == "sloth_slo_info" {
            rule.labelled(&info)
        } else {
            rule
        }
    })
    .into()
}

fn events(slo: &Slo) -> Vec<PrometheusRule> {
    SLO_WINDOWS
        .iter()
        .map(|window| {
            let total = slo.counted();
            let text = duration(window.long);
            let expr = format!("sum by ({LEVEL}) (increase({total}[{text}]))");
            PrometheusRule::record(events_name(window.long), expr).labelled(&slo.ids())
        })
        .collect()
}

fn alerts(slo: &Slo, links: &Links) -> Vec<PrometheusRule> {
    [(true, "page", "critical"), (false, "ticket", "warning")]
        .map(|(pages, sloth_severity, severity)| {
            let questions: Vec<String> = SLO_WINDOWS
                .iter()
                .filter(|window| window.pages == pages)
                .map(|window| question(slo, window))
                .collect();
            let mut annotations = slo.annotations(links);
            let title = format!(
                "({sloth_severity}) {{{{$labels.sloth_service}}}} {{{{$labels.sloth_slo}}}} SLO error budget burn rate is too fast."
            );
            annotations.push(("title".to_owned(), title));
            PrometheusRule {
                name: slo.alert.clone(),
                is_alert: true,
                expr: questions.join("\nor\n"),
                labels: [("severity", severity), ("sloth_severity", sloth_severity)]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
                annotations,
                ..PrometheusRule::default()
            }
        })
        .into()
}

fn question(slo: &Slo, window: &SloWindow) -> String {
    let (filter, budget, factor) = (slo.filter(), slo.budget(), window.factor);
    let burns = |length: u32| {
        let ratio = ratio_name(length);
        format!("    max({ratio}{filter} > ({factor} * {budget})) without (sloth_window)")
    };
    let mut asked = vec![burns(window.short), burns(window.long)];
    if slo.minimum_events > 0 {
        let (name, least) = (events_name(window.long), slo.minimum_events);
        asked.push(format!("    {name}{filter} >= {least}"));
    }
    format!("(\n{}\n)", asked.join("\n    and\n"))
}

/// The objectives as a specification for `sloth generate` (`prometheus/v1`).
///
/// ```
/// use bellwether_catalog::{Links, Monitoring, builtin, sloth_spec};
/// let monitoring = Monitoring::builtin(&builtin()?)?;
/// assert!(sloth_spec(&monitoring.slos, &Links::default()).contains("\"objective\":95.0"));
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
pub fn sloth_spec(slos: &[Slo], links: &Links) -> String {
    let slos: Vec<Value> = slos
        .iter()
        .map(|slo| {
            let annotations: Map<String, Value> = slo
                .annotations(links)
                .into_iter()
                .map(|(name, text)| (name, Value::from(text)))
                .collect();
            json!({
                "name": slo.id,
                "objective": slo.objective,
                "description": slo.description,
                "sli": {"events": {
                    "error_query": slo.bad_query("{{.window}}"),
                    "total_query": slo.total_query("{{.window}}"),
                }},
                "alerting": {
                    "name": slo.alert,
                    "annotations": annotations,
                    "page_alert": {"labels": {"severity": "critical"}},
                    "ticket_alert": {"labels": {"severity": "warning"}},
                },
            })
        })
        .collect();
    // sloth looks for a line that begins with `version:` before it parses.
    let slos = Value::from(slos);
    format!("version: prometheus/v1\nservice: {SERVICE}\nslos: {slos}\n")
}

//! Tests of the rules of objectives for `promtool test rules`: mechanical, so that a new objective has them at once.
//!
//! Each service of a test is one case. Errors just above and just below what an alert asks about burn for just long enough; a
//! second question of the same alert is kept from answering: the slow one by hours in order before, the ticket's slow one by
//! ten times the traffic in the days before, which thins the errors of three days out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::definition::{Monitoring, Slo, SloKind};
use super::links::Links;
use super::slo::{SLO_WINDOWS, events_name, ratio_name, windows};
use crate::generate::Output;

const GENERATED: &str = "# Generated from the objectives (crates/bellwether-catalog/slos). Change those and generate again.\n";
const ENVIRONMENT: &str = "production";
/// Events in a step of ordinary traffic: so many that all shares of them are whole. A total that is added up of fractions may fall
/// by a rounding where a phase begins, and Prometheus takes that for a process that began anew.
const EVENTS: f64 = 200_000.0;
/// What is well within the guard against few events, and what is not.
const ENOUGH: f64 = 1.1;
const FEW: f64 = 0.9;

pub(super) fn outputs(monitoring: &Monitoring) -> Vec<Output> {
    let groups = monitoring.slo_groups(&Links::default());
    // Groups have no order of their own, and where a step is longer than Prometheus looks back, it counts.
    let order = groups
        .iter()
        .map(|group| format!("  - {}\n", group.name))
        .collect::<Vec<_>>()
        .concat();
    let file = |name: &str, step: u32, what: &str, test: fn(&Slo) -> Test| {
        let mut series = String::new();
        let mut expected = String::new();
        for slo in &monitoring.slos {
            let test = test(slo);
            test.series(&mut series, slo);
            test.expectations(&mut expected, slo);
        }
        Output {
            path: format!("prometheus/tests/{name}.yaml"),
            text: format!(
                "{GENERATED}rule_files:\n  - ../slo.yaml\nevaluation_interval: {step}m\ngroup_eval_order:\n{order}tests:\n  - name: '{what}'\n    interval: {step}m\n    input_series:\n{series}    promql_expr_test:\n{expected}"
            ),
        }
    };
    if monitoring.slos.is_empty() {
        return Vec::new();
    }
    let page_says = "a page for 14.4 times the even rate in an hour, or 6 times in six hours";
    let ticket_says = "a ticket for 3 times the even rate in a day, or the even rate in three";
    vec![
        file("slo-page", 2, page_says, page),
        file("slo-ticket", 10, ticket_says, ticket),
    ]
}

/// Traffic over a number of steps.
#[derive(Clone, Copy)]
struct Phase {
    steps: u32,
    events: f64,
    bad: f64,
}

struct Test {
    severity: &'static str,
    services: Vec<(&'static str, Vec<Phase>)>,
    /// Minutes, and the services whose alert fires then.
    firing: Vec<(u32, Vec<&'static str>)>,
    values: Vec<Expected>,
}

/// An expression, minutes, and the labels and values it has then.
type Expected = (String, u32, Vec<(String, f64)>);

fn phase(steps: u32, events: f64, bad: f64) -> Phase {
    Phase { steps, events, bad }
}

/// Twelve hours in steps of two minutes. Errors begin after six.
fn page(slo: &Slo) -> Test {
    const HOUR: u32 = 30;
    let budget = slo.budget();
    let [quick, slow, ..] = SLO_WINDOWS.map(|window| window.factor * budget);
    let least = f64::from(slo.minimum_events);
    let order = phase(6 * HOUR, EVENTS, 0.0);
    let burning = |ratio: f64, hours: u32| {
        let errors = phase(hours * HOUR + 4, EVENTS, ratio);
        vec![order, errors, phase((7 - hours) * HOUR, EVENTS, 0.0)]
    };
    // All of them fail: as many in six hours, or in one, as the guard lets pass or not.
    let few = phase(13 * HOUR, FEW * least / f64::from(6 * HOUR), 1.0);
    let enough = phase(13 * HOUR, ENOUGH * least / f64::from(HOUR), 1.0);
    let steady = phase(13 * HOUR, EVENTS, 0.5 * budget);
    let perfect = phase(13 * HOUR, EVENTS, 0.0);
    Test {
        severity: "critical",
        services: vec![
            ("quick-above", burning(quick * 1.03, 1)),
            ("quick-below", burning(quick * 0.97, 1)),
            ("slow-above", burning(slow * 1.03, 6)),
            ("slow-below", burning(slow * 0.97, 6)),
            ("few", vec![few]),
            ("enough", vec![enough]),
            ("steady", vec![steady]),
            ("perfect", vec![perfect]),
        ],
        firing: vec![
            (6 * 60 + 30, vec!["enough"]),
            (7 * 60 + 4, vec!["enough", "quick-above"]),
            (7 * 60 + 20, vec!["enough"]),
            (12 * 60 + 4, vec!["enough", "slow-above"]),
            (12 * 60 + 50, vec!["enough"]),
        ],
        values: recorded(slo),
    }
}

/// Three days in steps of ten minutes.
fn ticket(slo: &Slo) -> Test {
    const DAY: u32 = 144;
    let budget = slo.budget();
    let [.., quick, slow] = SLO_WINDOWS.map(|window| window.factor * budget);
    let least = f64::from(slo.minimum_events);
    let burning = |ratio: f64| {
        let order = phase(2 * DAY, 10.0 * EVENTS, 0.0);
        let errors = phase(DAY, EVENTS, ratio);
        vec![order, errors, phase(DAY, EVENTS, 0.0)]
    };
    let smouldering = |ratio: f64| vec![phase(3 * DAY, EVENTS, ratio), phase(DAY, EVENTS, 0.0)];
    let few = phase(4 * DAY, FEW * least / f64::from(3 * DAY), 1.0);
    let enough = phase(4 * DAY, ENOUGH * least / f64::from(DAY), 1.0);
    Test {
        severity: "warning",
        services: vec![
            ("quick-above", burning(quick * 1.03)),
            ("quick-below", burning(quick * 0.97)),
            ("slow-above", smouldering(slow * 1.03)),
            ("slow-below", smouldering(slow * 0.97)),
            ("few", vec![few]),
            ("enough", vec![enough]),
        ],
        firing: vec![
            (3 * 1_440, vec!["enough", "quick-above", "slow-above"]),
            (3 * 1_440 + 150, vec!["enough"]),
        ],
        values: Vec::new(),
    }
}

/// What is recorded of a service that spends half of its budget, and of one that never fails, after twelve hours.
fn recorded(slo: &Slo) -> Vec<Expected> {
    const NOON: u32 = 12 * 60;
    let id = format!("sloth_id=\"bellwether-{}\"", slo.id);
    let labels = |service: &str, window: Option<u32>| {
        let mut pairs = of_service(slo, service);
        pairs.extend(window.map(|it| ("sloth_window".to_owned(), crate::alert::duration(it))));
        selector("", pairs)
    };
    let (budget, objective) = (slo.budget(), slo.objective / 100.0);
    let each = |name: &str, window: Option<u32>, steady: f64, perfect: f64| {
        [("steady", steady), ("perfect", perfect)].map(|(service, value)| {
            let expr = format!("round({name}{{{id}, job=\"{service}\"}}, 0.0001)");
            (expr, NOON, vec![(labels(service, window), value)])
        })
    };
    let mut values = Vec::new();
    for window in windows().into_iter().chain([30 * 86_400]) {
        values.extend(each(&ratio_name(window), Some(window), 0.5 * budget, 0.0));
    }
    let (shortest, period) = (Some(300), Some(30 * 86_400));
    values.extend(each("slo:current_burn_rate:ratio", shortest, 0.5, 0.0));
    values.extend(each("slo:period_burn_rate:ratio", period, 0.5, 0.0));
    let remaining = "slo:period_error_budget_remaining:ratio";
    values.extend(each(remaining, period, 0.5, 1.0));
    if slo.minimum_events > 0 {
        for window in SLO_WINDOWS {
            // Of a day there are twelve hours.
            let events = EVENTS * f64::from((window.long / 120).min(360));
            values.extend(each(&events_name(window.long), None, events, events));
        }
    }
    for (name, value) in [
        ("slo:objective:ratio", objective),
        ("slo:error_budget:ratio", budget),
        ("slo:time_period:days", 30.0),
    ] {
        let expr = format!("round({name}{{{id}}}, 0.0001)");
        for minute in [2, NOON] {
            values.push((expr.clone(), minute, vec![(selector("", slo.ids()), value)]));
        }
    }
    let info = format!("count by (sloth_slo, sloth_objective) (sloth_slo_info{{{id}}})");
    let named = [
        ("sloth_objective", slo.objective.to_string()),
        ("sloth_slo", slo.id.clone()),
    ];
    let named = named.map(|(name, value)| (name.to_owned(), value));
    for minute in [2, NOON] {
        values.push((
            info.clone(),
            minute,
            vec![(selector("", named.to_vec()), 1.0)],
        ));
    }
    values
}

fn of_service(slo: &Slo, service: &str) -> Vec<(String, String)> {
    let mut pairs = slo.ids();
    pairs.push((
        "deployment_environment_name".to_owned(),
        ENVIRONMENT.to_owned(),
    ));
    pairs.push(("job".to_owned(), service.to_owned()));
    pairs
}

fn selector(name: &str, pairs: Vec<(String, String)>) -> String {
    let sorted: BTreeMap<String, String> = pairs.into_iter().collect();
    let matchers: Vec<String> = sorted
        .iter()
        .map(|(name, value)| format!("{name}=\"{value}\""))
        .collect();
    format!("{name}{{{}}}", matchers.join(", "))
}

impl Test {
    fn series(&self, text: &mut String, slo: &Slo) {
        for (service, phases) in &self.services {
            let fails = phases.iter().any(|phase| phase.bad > 0.0);
            for (series, counted) in counters(slo) {
                // What never failed has no series of failures.
                if !fails && !counted.good {
                    continue;
                }
                let at = series.find('{').unwrap_or(series.len());
                let (name, labels) = (&series[..at], series[at..].trim_matches(['{', '}']));
                let separator = if labels.is_empty() { "" } else { ", " };
                let values = running_total(phases, counted);
                // Writing to a string can't fail.
                let _ = writeln!(
                    text,
                    "      - {{series: '{name}{{deployment_environment_name=\"{ENVIRONMENT}\", job=\"{service}\"{separator}{labels}}}', values: '{values}'}}"
                );
            }
        }
    }

    fn expectations(&self, text: &mut String, slo: &Slo) {
        let alerts = format!(
            "ALERTS{{alertname=\"{}\", severity=\"{}\", alertstate=\"firing\"}}",
            slo.alert, self.severity
        );
        for (minute, services) in &self.firing {
            let samples = services.iter().map(|service| {
                let mut pairs = of_service(slo, service);
                let kind = if self.severity == "critical" {
                    "page"
                } else {
                    "ticket"
                };
                pairs.extend(
                    [
                        ("alertname", slo.alert.as_str()),
                        ("alertstate", "firing"),
                        ("severity", self.severity),
                        ("sloth_severity", kind),
                    ]
                    .map(|(name, value)| (name.to_owned(), value.to_owned())),
                );
                (selector("ALERTS", pairs), 1.0)
            });
            expectation(text, &alerts, *minute, &samples.collect::<Vec<_>>());
        }
        for (expr, minute, samples) in &self.values {
            expectation(text, expr, *minute, samples);
        }
    }
}

fn expectation(text: &mut String, expr: &str, minute: u32, samples: &[(String, f64)]) {
    let _ = write!(
        text,
        "      - expr: '{expr}'\n        eval_time: {minute}m\n        exp_samples:\n"
    );
    for (labels, value) in samples {
        let value = (value * 10_000.0).round() / 10_000.0;
        let _ = writeln!(text, "          - {{labels: '{labels}', value: {value}}}");
    }
}

/// Which events a series counts.
#[derive(Clone, Copy, Default)]
struct Counted {
    good: bool,
    bad: bool,
}

fn counters(slo: &Slo) -> Vec<(String, Counted)> {
    let mut counters: Vec<(String, Counted)> = Vec::new();
    let mut count = |series: &str, good: bool, bad: bool| {
        let known = counters.iter().position(|(name, _)| name == series);
        let index = known.unwrap_or_else(|| {
            counters.push((series.to_owned(), Counted::default()));
            counters.len() - 1
        });
        let counted = &mut counters[index].1;
        counted.good |= good;
        counted.bad |= bad;
    };
    match &slo.kind {
        SloKind::Ratio {
            good_example,
            bad_example,
            ..
        } => {
            for series in good_example {
                count(series, true, false);
            }
            for series in bad_example {
                count(series, false, true);
            }
        }
        SloKind::Latency { histogram, under } => {
            count(
                &format!("{histogram}_bucket{{le=\"{under}\"}}"),
                true,
                false,
            );
            count(&format!("{histogram}_bucket{{le=\"+Inf\"}}"), true, true);
            count(&format!("{histogram}_count"), true, true);
        }
    }
    counters
}

/// The values of a counter in promtool's notation: where each phase begins, and by how much it grows.
fn running_total(phases: &[Phase], counted: Counted) -> String {
    let mut total = 0.0;
    let mut parts = Vec::new();
    for (index, phase) in phases.iter().enumerate() {
        let good = if counted.good { 1.0 - phase.bad } else { 0.0 };
        let bad = if counted.bad { phase.bad } else { 0.0 };
        let growth = round(phase.events * (good + bad));
        // The first value of a phase is one growth beyond the last of the one before.
        let (start, more) = if index == 0 {
            (total, phase.steps)
        } else {
            (total + growth, phase.steps.saturating_sub(1))
        };
        parts.push(format!("{}+{growth}x{more}", round(start)));
        total = start + growth * f64::from(more);
    }
    parts.join(" ")
}

/// Enough digits for a test, and few enough to read.
fn round(value: f64) -> f64 {
    (value * 1_000_000.0).round() / 1_000_000.0
}

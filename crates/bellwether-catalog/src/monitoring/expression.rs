//! Expressions ask for what there is: metrics of a registry or recorded ones, their labels, and values of closed labels.

use std::collections::{BTreeMap, BTreeSet};

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{Expr, LabelModifier, VectorSelector};
use promql_parser::util::{ExprVisitor, walk_expr};

use super::definition::Monitoring;
use super::links::Links;
use crate::alert::Watched;
use crate::boards::promql::{metric_pattern, parse, selectors};
use crate::model::{Instrument, Registry};
use crate::prometheus::label_name;

/// Labels that every series may have, by the server or by promotion from its resource.
const EVERYWHERE: [&str; 4] = ["job", "instance", "deployment_environment_name", "__name__"];

/// What the servers of the pipeline say about themselves, which no registry describes, with the labels rules use.
const SERVERS: [(&str, &[&str]); 7] = [
    ("prometheus_rule_evaluation_failures_total", &["rule_group"]),
    (
        "prometheus_rule_group_last_duration_seconds",
        &["rule_group"],
    ),
    ("prometheus_rule_group_interval_seconds", &["rule_group"]),
    ("prometheus_notifications_errors_total", &["alertmanager"]),
    ("prometheus_notifications_dropped_total", &[]),
    (
        "alertmanager_notifications_failed_total",
        &["integration", "reason"],
    ),
    ("ALERTS", &["alertname", "alertstate", "severity"]),
];

/// A series under one of its names: labels, with the values of closed ones.
type Labels = BTreeMap<String, Option<Vec<String>>>;

impl Monitoring {
    /// What expressions of rules ask for that none of the registries has, a message each: `rule: what is unknown`.
    ///
    /// ```
    /// use bellwether_catalog::{Monitoring, Registry, builtin};
    /// let registry = builtin()?;
    /// let monitoring = Monitoring::builtin(&registry)?;
    /// let unknown = monitoring.unknown_references(&[&registry]);
    /// // The Collector's own metrics are of another registry.
    /// assert!(unknown.iter().any(|message| message.contains("otelcol_")));
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn unknown_references(&self, registries: &[&Registry]) -> Vec<String> {
        let links = Links::default();
        let groups = [
            self.recording_groups(),
            self.slo_groups(&links),
            self.alert_groups(&links),
        ];
        let rules: Vec<_> = groups.iter().flatten().flat_map(|it| &it.rules).collect();
        let mut known = known(registries);
        // A recording has the labels that its expression leaves and those it adds; one after the other, as they build up.
        let mut unknown = Vec::new();
        for rule in rules {
            let expr = match parse(&rule.expr) {
                Ok(expr) => expr,
                Err(error) => {
                    unknown.push(format!("{}: {error}", rule.name));
                    continue;
                }
            };
            let wrong = wrong(&expr, &known);
            unknown.extend(
                wrong
                    .into_iter()
                    .map(|what| format!("{}: {what}", rule.name)),
            );
            if !rule.is_alert {
                let added = rule.labels.iter().map(|(name, _)| name.clone());
                let left = labels_left(&expr, &known).into_iter().chain(added);
                let labels = known.entry(rule.name.clone()).or_default();
                labels.extend(left.map(|label| (label, None)));
            }
        }
        unknown
    }
}

/// Every name a series may have in Prometheus.
fn known(registries: &[&Registry]) -> BTreeMap<String, Labels> {
    let mut known: BTreeMap<String, Labels> = BTreeMap::new();
    let watched = registries.iter().flat_map(|it| Watched::of_registry(it));
    for (_, metric) in watched {
        let labels: Labels = metric
            .labels
            .iter()
            .map(|(key, values)| (label_name(key), values.clone()))
            .collect();
        let endings: &[&str] = match metric.instrument {
            Instrument::Histogram => &["_bucket", "_sum", "_count"],
            _ => &[""],
        };
        for name in metric.prometheus_names() {
            for ending in endings {
                let mut labels = labels.clone();
                if *ending == "_bucket" {
                    labels.insert("le".to_owned(), None);
                }
                known.insert(format!("{name}{ending}"), labels);
            }
        }
    }
    for (name, labels) in SERVERS {
        let labels = labels.iter().map(|label| ((*label).to_owned(), None));
        known.insert(name.to_owned(), labels.collect());
    }
    known
}

/// The series a selector finds: by name, or by a pattern of names.
fn found<'a>(selector: &VectorSelector, known: &'a BTreeMap<String, Labels>) -> Vec<&'a Labels> {
    let named = selector.matchers.matchers.iter();
    let mut by_pattern = named.filter(|matcher| matcher.name == "__name__");
    if let Some(Matcher {
        op: MatchOp::Re(pattern),
        ..
    }) = by_pattern.next()
    {
        let fits = known.iter().filter(|(name, _)| pattern.is_match(name));
        return fits.map(|(_, labels)| labels).collect();
    }
    let name = metric_pattern(selector).unwrap_or_default();
    known.get(&name).into_iter().collect()
}

fn wrong(expr: &Expr, known: &BTreeMap<String, Labels>) -> Vec<String> {
    let mut wrong = Vec::new();
    for selector in selectors(expr) {
        let name = metric_pattern(&selector).unwrap_or_default();
        let series = found(&selector, known);
        if series.is_empty() {
            wrong.push(format!("no metric is called `{name}`"));
            continue;
        }
        for matcher in &selector.matchers.matchers {
            if EVERYWHERE.contains(&matcher.name.as_str()) {
                continue;
            }
            let label = &matcher.name;
            let mut values = series
                .iter()
                .filter_map(|labels| labels.get(label))
                .peekable();
            if values.peek().is_none() {
                wrong.push(format!("`{label}` is no label of `{name}`"));
                continue;
            }
            if let Some(closed) = values.find_map(Option::as_ref)
                && let Some(value) = no_value_of(matcher, closed)
            {
                wrong.push(format!("`{label}` of `{name}` is never `{value}`"));
            }
        }
    }
    for (labels, inner) in groupings(expr) {
        let left = labels_left(&inner, known);
        for label in labels {
            if !EVERYWHERE.contains(&label.as_str()) && !left.contains(&label) {
                wrong.push(format!("groups by `{label}`, which nothing in it has"));
            }
        }
    }
    wrong
}

/// What a matcher asks for that a closed label never is.
fn no_value_of(matcher: &Matcher, closed: &[String]) -> Option<String> {
    match &matcher.op {
        MatchOp::Equal | MatchOp::NotEqual => {
            let is_value = matcher.value.is_empty() || closed.contains(&matcher.value);
            (!is_value).then(|| matcher.value.clone())
        }
        // Each alternative of a plain pattern.
        MatchOp::Re(_) | MatchOp::NotRe(_) => {
            let is_plain = |it: &&str| {
                it.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
            };
            let mut alternatives = matcher.value.split('|').filter(is_plain);
            let unknown = alternatives.find(|it| !closed.iter().any(|value| value == it));
            unknown.map(str::to_owned)
        }
    }
}

/// The labels that each `by` or `on` names, with what they are asked of.
fn groupings(expr: &Expr) -> Vec<(Vec<String>, Expr)> {
    struct Groupings(Vec<(Vec<String>, Expr)>);
    impl ExprVisitor for Groupings {
        type Error = std::convert::Infallible;
        fn pre_visit(&mut self, expr: &Expr) -> Result<bool, Self::Error> {
            if let Expr::Aggregate(aggregate) = expr
                && let Some(LabelModifier::Include(labels)) = &aggregate.modifier
            {
                self.0
                    .push((labels.labels.clone(), (*aggregate.expr).clone()));
            }
            Ok(true)
        }
    }
    let mut groupings = Groupings(Vec::new());
    let Ok(_) = walk_expr(&mut groupings, expr);
    groupings.0
}

/// The labels that the result of an expression may have: those of its series, and those that functions add, as far as the
/// outermost aggregation keeps them.
fn labels_left(expr: &Expr, known: &BTreeMap<String, Labels>) -> BTreeSet<String> {
    match expr {
        Expr::Aggregate(aggregate) => {
            if let Some(LabelModifier::Include(labels)) = &aggregate.modifier {
                return labels.labels.iter().cloned().collect();
            }
            labels_left(&aggregate.expr, known)
        }
        Expr::Paren(inside) => labels_left(&inside.expr, known),
        Expr::Unary(unary) => labels_left(&unary.expr, known),
        Expr::Subquery(subquery) => labels_left(&subquery.expr, known),
        Expr::Binary(binary) => {
            let mut left = labels_left(&binary.lhs, known);
            left.extend(labels_left(&binary.rhs, known));
            left
        }
        Expr::Call(call) => {
            let mut left: BTreeSet<String> = BTreeSet::new();
            for argument in &call.args.args {
                left.extend(labels_left(argument, known));
            }
            if call.func.name == "label_replace"
                && let Some(Expr::StringLiteral(label)) = call.args.args.get(1).map(|it| &**it)
            {
                left.insert(label.val.clone());
            }
            left
        }
        Expr::VectorSelector(selector) => of_series(selector, known),
        Expr::MatrixSelector(matrix) => of_series(&matrix.vs, known),
        _ => BTreeSet::new(),
    }
}

fn of_series(selector: &VectorSelector, known: &BTreeMap<String, Labels>) -> BTreeSet<String> {
    let series = found(selector, known);
    let labels = series.iter().flat_map(|labels| labels.keys().cloned());
    labels.collect()
}

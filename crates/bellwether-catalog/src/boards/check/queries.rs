//! Rules about the queries of a panel: what they ask for, and what is done with the answer.

use std::collections::BTreeSet;

use promql_parser::parser::Expr;
use promql_parser::util::{ExprVisitor, walk_expr};

use super::expression::{self, Answer};
use super::finding::{Check, Findings, on_panel, on_query};
use super::vocabulary::Vocabulary;
use crate::boards::model::{Board, Kind, LinkTarget, Panel, Query, Source, VariableKind};
use crate::boards::{promql, units};

pub(super) fn check(
    board: &Board,
    panel: &Panel,
    vocabulary: &Vocabulary,
    findings: &mut Findings,
) {
    let mut answers = Vec::new();
    for query in &panel.queries {
        if query.source != Source::Prometheus {
            for message in search(query.source == Source::Tempo, &query.expr, vocabulary) {
                findings.push(on_query(panel, query, Check::TargetSearch, &message));
            }
            continue;
        }
        for chosen in choices(board, query) {
            let filled = promql::sample_with(board, &query.expr, chosen);
            let expr = match promql::parse(&filled) {
                Ok(expr) => expr,
                Err(error) => {
                    let message = format!("`{filled}` is no PromQL: {error}");
                    findings.push(on_query(panel, query, Check::TargetPromql, &message));
                    continue;
                }
            };
            let answer = expression::answer(&expr, vocabulary);
            for (check, message) in &answer.wrong {
                if *check == Check::TargetCounterAgg && query.cumulative {
                    continue;
                }
                findings.push(on_query(panel, query, *check, message));
            }
            windows(panel, query, &expr, findings);
            unit(panel, query, &answer, findings);
            exemplars(panel, query, &answer, findings);
            let legend = promql::sample_with(board, &query.legend, chosen);
            legends(panel, query, &legend, &answer, findings);
            kind(panel, query, &answer, findings);
            answers.push((query, legend, answer));
        }
    }
    links(panel, &answers, vocabulary, findings);
    colours(panel, &answers, findings);
    top(panel, &answers, findings);
}

/// One run for each choice of each variable of choices that the query refers to; one run where there is none.
fn choices<'a>(board: &'a Board, query: &Query) -> Vec<Option<(&'a str, &'a str)>> {
    let referred = promql::references(&query.expr);
    let mut runs = Vec::new();
    for variable in &board.variables {
        if let VariableKind::Choices(choices) = &variable.kind
            && referred.contains(&variable.name)
        {
            let name = variable.name.as_str();
            runs.extend(choices.iter().map(|choice| Some((name, choice.as_str()))));
        }
    }
    if runs.is_empty() { vec![None] } else { runs }
}

/// Windows from here on are what something is compared with, such as the week before.
const BASELINE: std::time::Duration = std::time::Duration::from_secs(3600);

/// Rates over time follow the resolution of the picture.
fn windows(panel: &Panel, query: &Query, expr: &Expr, findings: &mut Findings) {
    struct Windows(Vec<(String, std::time::Duration)>);
    impl ExprVisitor for Windows {
        type Error = std::convert::Infallible;
        fn pre_visit(&mut self, expr: &Expr) -> Result<bool, Self::Error> {
            if let Expr::Call(call) = expr
                && matches!(call.func.name, "rate" | "irate")
                && let Some(argument) = call.args.args.first()
                && let Expr::MatrixSelector(matrix) = &**argument
            {
                self.0.push((call.func.name.to_owned(), matrix.range));
            }
            Ok(true)
        }
    }
    let drawn = matches!(
        panel.kind,
        Kind::TimeSeries | Kind::Heatmap | Kind::StateTimeline
    );
    if !drawn || query.instant {
        return;
    }
    let mut found = Windows(Vec::new());
    let Ok(_) = walk_expr(&mut found, expr);
    for (function, range) in found.0 {
        if range != promql::RATE_INTERVAL && range < BASELINE {
            let message =
                format!("{function} has a window of its own; expected `[$__rate_interval]`");
            findings.push(on_query(panel, query, Check::TargetRateInterval, &message));
        }
    }
}

fn unit(panel: &Panel, query: &Query, answer: &Answer, findings: &mut Findings) {
    let Some(id) = query.unit.as_deref().or(panel.unit.as_deref()) else {
        return;
    };
    let of = if panel.kind == Kind::Heatmap {
        &answer.observed
    } else {
        &answer.unit
    };
    let (Some(unit), Some(dimension)) = (units::unit(id), of) else {
        return;
    };
    if !dimension.fits(unit) {
        let message = format!("is shown in `{id}`; expected a unit for {dimension}");
        findings.push(on_query(panel, query, Check::UnitMatches, &message));
    }
}

fn exemplars(panel: &Panel, query: &Query, answer: &Answer, findings: &mut Findings) {
    let latency = answer.latency && matches!(panel.kind, Kind::TimeSeries | Kind::Heatmap);
    if latency && !query.instant && !query.exemplars {
        findings.push(on_query(
            panel,
            query,
            Check::Exemplars,
            "is latency over time; expected `exemplars: true`",
        ));
    }
}

/// Labels in `{{…}}`.
fn placeholders(text: &str) -> Vec<String> {
    let parts = text.split("{{").skip(1);
    parts
        .filter_map(|part| part.split_once("}}"))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}

fn legends(panel: &Panel, query: &Query, legend: &str, answer: &Answer, findings: &mut Findings) {
    for name in placeholders(legend) {
        if !answer.labels.has(&name) {
            let message = format!("the legend shows `{name}`, which the aggregation does not keep");
            findings.push(on_query(panel, query, Check::LegendLabel, &message));
        }
    }
    let named = matches!(
        panel.kind,
        Kind::TimeSeries | Kind::Stat | Kind::BarGauge | Kind::Gauge | Kind::StateTimeline
    );
    if named && legend.is_empty() {
        findings.push(on_query(
            panel,
            query,
            Check::LegendLabel,
            "has no legend; expected `legend`",
        ));
    }
}

fn kind(panel: &Panel, query: &Query, answer: &Answer, findings: &mut Findings) {
    let mut needs = |check, labels: &[&str]| {
        for label in labels {
            if !answer.labels.has(label) {
                let message =
                    format!("does not keep the label `{label}`, which the panel draws by");
                findings.push(on_query(panel, query, check, &message));
            }
        }
    };
    match panel.kind {
        Kind::Heatmap => needs(Check::QuantileBuckets, &["le"]),
        Kind::NodeGraph if query.reference == "edges" => {
            needs(Check::NodeGraph, &["id", "source", "target"]);
        }
        Kind::NodeGraph => needs(Check::NodeGraph, &["id"]),
        _ => {}
    }
}

type Answers<'a> = [(&'a Query, String, Answer)];

/// Labels that a link takes from what was clicked.
fn links(panel: &Panel, answers: &Answers<'_>, vocabulary: &Vocabulary, findings: &mut Findings) {
    let columns: BTreeSet<&str> = panel
        .queries
        .iter()
        .filter_map(|query| query.column.as_deref())
        .collect();
    for link in &panel.links {
        let mut texts = Vec::new();
        match &link.target {
            LinkTarget::Traces(query) => {
                texts.push(query.as_str());
                for message in search(true, query, vocabulary) {
                    let message = format!("has the link `{}`: {message}", link.title);
                    findings.push(on_panel(panel, Check::TargetSearch, &message));
                }
            }
            LinkTarget::Logs(query) => {
                texts.push(query.as_str());
                for message in search(false, query, vocabulary) {
                    let message = format!("has the link `{}`: {message}", link.title);
                    findings.push(on_panel(panel, Check::TargetSearch, &message));
                }
            }
            LinkTarget::Board { variables, .. } => {
                texts.extend(variables.iter().map(|(_, value)| value.as_str()));
            }
        }
        for name in texts.into_iter().flat_map(promql::references) {
            let label = name.strip_prefix("__field.labels.");
            let field = name.strip_prefix("__data.fields.");
            let Some(label) = label.or(field) else {
                continue;
            };
            let label = label.trim_matches(['[', ']', '"']);
            let there = answers
                .iter()
                .any(|(_, _, answer)| answer.labels.has(label));
            if !there && !columns.contains(label) {
                let message = format!(
                    "has the link `{}` with the label `{label}`, which none of its queries keeps",
                    link.title
                );
                findings.push(on_panel(panel, Check::LegendLabel, &message));
            }
            let is_table = matches!(panel.kind, Kind::Table);
            if is_table != field.is_some() {
                let expected = if is_table {
                    "${__data.fields.…}"
                } else {
                    "${__field.labels.…}"
                };
                let message = format!(
                    "has the link `{}` with `${{{name}}}`; expected `{expected}`",
                    link.title
                );
                findings.push(on_panel(panel, Check::LegendLabel, &message));
            }
        }
    }
}

/// A name with a colour is a legend, a value of a closed label in one, or a part of a node's ring.
fn colours(panel: &Panel, answers: &Answers<'_>, findings: &mut Findings) {
    for (name, _) in &panel.colours {
        let arc = format!("arc__{name}");
        let possible = answers.iter().any(|(query, legend, answer)| {
            let of_ring = query.column.as_deref() == Some(arc.as_str())
                || query.column.as_deref() == Some(name);
            of_ring || legend == name || fits(legend, name, answer)
        });
        if !possible {
            let message = format!("colours `{name}`, which no series of it is called");
            findings.push(on_panel(panel, Check::ColourNames, &message));
        }
    }
}

/// Whether a legend with placeholders can read so.
fn fits(legend: &str, name: &str, answer: &Answer) -> bool {
    let labels = placeholders(legend);
    let [label] = labels.as_slice() else {
        return !labels.is_empty();
    };
    let (before, after) = (
        legend.split("{{").next().unwrap_or_default(),
        legend.split("}}").nth(1).unwrap_or_default(),
    );
    let Some(value) = name
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after))
    else {
        return false;
    };
    let closed = answer.closed.iter().find(|(known, _)| known == label);
    closed.is_none_or(|(_, values)| values.iter().any(|known| known == value))
}

/// The first ten of something lead to what is behind them.
fn top(panel: &Panel, answers: &Answers<'_>, findings: &mut Findings) {
    let many = answers
        .iter()
        .any(|(_, legend, _)| !placeholders(legend).is_empty());
    if panel.kind == Kind::BarGauge && many && panel.links.is_empty() {
        findings.push(on_panel(
            panel,
            Check::LinkPresent,
            "has bars that lead nowhere; expected `links`",
        ));
    }
}

/// Attributes of spans that are not the registry's.
const OF_SPANS: [&str; 4] = [
    "service.name",
    "service.version",
    "deployment.environment.name",
    "host.name",
];

/// What is wrong with a search: it is not whole, or a search for traces asks for attributes that do not exist.
fn search(of_traces: bool, text: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let mut wrong = Vec::new();
    if !balanced(text) {
        wrong.push(format!(
            "`{text}` has a brace or a quote that does not close"
        ));
    }
    let scopes: &[&str] = if of_traces {
        &["span.", "resource."]
    } else {
        &[]
    };
    for scope in scopes {
        for (start, _) in text.match_indices(scope) {
            let rest = &text[start + scope.len()..];
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c)));
            let key = &rest[..end.unwrap_or(rest.len())];
            let before = text[..start].chars().next_back();
            let inside_word = before.is_some_and(|c| c.is_alphanumeric() || c == '.' || c == '_');
            if !inside_word && !vocabulary.attributes.contains(key) && !OF_SPANS.contains(&key) {
                wrong.push(format!(
                    "there is no attribute `{key}` of spans or resources"
                ));
            }
        }
    }
    wrong
}

fn balanced(text: &str) -> bool {
    let mut open = Vec::new();
    let mut quote = None;
    let mut escaped = false;
    for c in text.chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None => match c {
                '"' | '`' => quote = Some(c),
                '{' => open.push('}'),
                '(' => open.push(')'),
                '[' => open.push(']'),
                '}' | ')' | ']' if open.pop() != Some(c) => return false,
                _ => {}
            },
        }
    }
    open.is_empty() && quote.is_none()
}

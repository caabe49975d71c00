//! Rules about a panel by itself: its words, its kind, its columns.

use std::collections::BTreeSet;

use super::finding::{Check, Findings, on_panel};
use super::vocabulary::Vocabulary;
use crate::boards::model::{Board, Kind, LimitOf, Panel, Source};
use crate::boards::promql;

/// Letters below which a description says too little.
const DESCRIPTION: usize = 40;

pub(super) fn check(
    board: &Board,
    panel: &Panel,
    vocabulary: &Vocabulary,
    findings: &mut Findings,
) {
    let mut wrong = |check, message: &str| findings.push(on_panel(panel, check, message));
    if panel.kind != Kind::Text && panel.description.chars().count() < DESCRIPTION {
        let message = "has a short description; expected what it shows, how that is computed and what to do, in 40 characters or more";
        wrong(Check::PanelTitleDescription, message);
    }
    if panel.title.trim().is_empty() {
        wrong(Check::PanelTitleDescription, "has no title");
    }
    let asks_nothing = matches!(panel.kind, Kind::Text | Kind::AlertList);
    if !asks_nothing
        && panel
            .queries
            .iter()
            .all(|query| query.expr.trim().is_empty())
    {
        wrong(
            Check::PanelNoTargets,
            "asks nothing; expected a query with an `expr`",
        );
    }
    if panel.kind != Kind::Text && panel.no_data.trim().is_empty() {
        wrong(
            Check::NoData,
            "does not say what it means when it is empty; expected `no_data`",
        );
    }
    units(panel, &mut wrong);
    instants(panel, &mut wrong);
    states(panel, &mut wrong);
    match panel.kind {
        Kind::Table => columns(panel, &mut wrong),
        Kind::NodeGraph => node_graph(panel, &mut wrong),
        _ => {}
    }
    threshold(board, panel, vocabulary, &mut wrong);
}

type Wrong<'a> = dyn FnMut(Check, &str) + 'a;

fn units(panel: &Panel, wrong: &mut Wrong<'_>) {
    match panel.kind {
        Kind::Text | Kind::AlertList | Kind::Logs | Kind::Traces => {}
        Kind::Table => {
            for query in &panel.queries {
                if panel.unit.is_none() && query.unit.is_none() {
                    let column = query.column.as_deref().unwrap_or(&query.reference);
                    wrong(
                        Check::PanelUnits,
                        &format!("has no `unit` for column `{column}`"),
                    );
                }
            }
        }
        _ if panel.unit.is_none() => wrong(Check::PanelUnits, "has no `unit`"),
        _ => {}
    }
}

/// A bar of a range query is its last value at best, and costs a range.
fn instants(panel: &Panel, wrong: &mut Wrong<'_>) {
    let at_the_end = matches!(
        panel.kind,
        Kind::Table | Kind::NodeGraph | Kind::BarGauge | Kind::Gauge
    );
    for query in panel
        .queries
        .iter()
        .filter(|query| query.source == Source::Prometheus)
    {
        if at_the_end && !query.instant {
            let message = format!(
                "asks query {} over the range; expected `instant: true`",
                query.reference
            );
            wrong(Check::Instant, &message);
        }
        if query.instant
            && matches!(
                panel.kind,
                Kind::TimeSeries | Kind::Heatmap | Kind::StateTimeline
            )
        {
            let message = format!(
                "draws query {} over time; expected no `instant`",
                query.reference
            );
            wrong(Check::Instant, &message);
        }
    }
}

fn columns(panel: &Panel, wrong: &mut Wrong<'_>) {
    let mut names = BTreeSet::new();
    for query in &panel.queries {
        match &query.column {
            None => wrong(
                Check::TableColumns,
                &format!(
                    "does not name the column of query {}; expected `column`",
                    query.reference
                ),
            ),
            Some(name) if !names.insert(name.as_str()) => {
                wrong(Check::TableColumns, &format!("has two columns `{name}`"));
            }
            Some(_) => {}
        }
    }
    match &panel.sort {
        Some(sort) if !names.contains(sort.as_str()) => {
            let names: Vec<&str> = names.into_iter().collect();
            wrong(
                Check::TableColumns,
                &format!(
                    "is sorted by `{sort}`; expected one of: {}",
                    names.join(", ")
                ),
            );
        }
        None => wrong(
            Check::TableColumns,
            "is not sorted; expected `sort` and a column",
        ),
        _ => {}
    }
    if panel.links.is_empty() {
        wrong(
            Check::LinkPresent,
            "has rows that lead nowhere; expected `links`",
        );
    }
}

/// Up and down are told apart by words and colours, not by a 1 and a 0.
fn states(panel: &Panel, wrong: &mut Wrong<'_>) {
    match (panel.kind, panel.states.is_empty()) {
        (Kind::StateTimeline, true) => wrong(
            Check::States,
            "does not say what its values mean; expected `states` with a text and a colour for each value",
        ),
        (Kind::StateTimeline, false) if panel.threshold.is_some() => wrong(
            Check::States,
            "has `states` and a `threshold`; expected the states alone, which have colours",
        ),
        (kind, false) if kind != Kind::StateTimeline => wrong(
            Check::States,
            "has `states` and is no `state_timeline`; expected none",
        ),
        _ => {}
    }
}

fn node_graph(panel: &Panel, wrong: &mut Wrong<'_>) {
    for needed in ["nodes", "edges"] {
        if !panel.queries.iter().any(|query| query.reference == needed) {
            wrong(Check::NodeGraph, &format!("has no query `ref: {needed}`"));
        }
    }
}

fn threshold(board: &Board, panel: &Panel, vocabulary: &Vocabulary, wrong: &mut Wrong<'_>) {
    let Some(of) = &panel.threshold else {
        return;
    };
    let (LimitOf::Alert(name) | LimitOf::Slo(name)) = of;
    let Some(subject) = vocabulary.subject(name) else {
        return; // the writer has refused it
    };
    let shown: BTreeSet<String> = panel
        .queries
        .iter()
        .filter_map(|query| promql::parse(&promql::sample(board, &query.expr)).ok())
        .flat_map(|expr| promql::selectors(&expr))
        .filter_map(|selector| promql::metric_pattern(&selector))
        .collect();
    if shown.is_disjoint(subject) {
        let subject: Vec<&str> = subject.iter().map(String::as_str).collect();
        wrong(
            Check::ThresholdMetric,
            &format!(
                "draws the threshold of `{name}` and shows none of its metrics; expected one of: {}",
                subject.join(", ")
            ),
        );
    }
}

//! Rules about a board as a whole: its variables and where they are referred to.

use std::collections::BTreeSet;

use super::expression;
use super::finding::{Check, Finding, Findings, on_board, on_panel};
use super::vocabulary::Vocabulary;
use crate::boards::model::{Board, Boards, Kind, LinkTarget, VariableKind};
use crate::boards::{promql, standard};

/// Panels that a person can take in on one board: about twenty, and a row of large numbers.
const OPEN_PANELS: usize = 24;

pub(super) fn uids(boards: &Boards, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for board in &boards.boards {
        if !seen.insert(&board.uid) {
            let message = format!("the uid `{}` is that of another board too", board.uid);
            findings.push(on_board(board, Check::UniqueId, message));
        }
    }
}

pub(super) fn check(
    board: &Board,
    boards: &Boards,
    vocabulary: &Vocabulary,
    findings: &mut Findings,
) {
    pickers(board, vocabulary, findings);
    titles(board, findings);
    open_panels(board, findings);
    variables(board, findings);
    links(board, boards, findings);
}

/// Variables of labels ask what exists. As a query it is the selector, grouped by the label.
fn pickers(board: &Board, vocabulary: &Vocabulary, findings: &mut Findings) {
    for variable in standard::variables(board) {
        let VariableKind::Label {
            metric,
            label,
            matchers,
        } = &variable.kind
        else {
            continue;
        };
        let selector = standard::selector(metric, matchers);
        let asked = promql::sample(board, &format!("count by ({label}) ({selector})"));
        let wrong: Vec<String> = match promql::parse(&asked) {
            Ok(expr) => {
                let answer = expression::answer(&expr, vocabulary);
                let wrong = answer.wrong.into_iter();
                // whom to pick is asked of all there are
                let of_picker =
                    wrong.filter(|(check, _)| !matches!(check, Check::TargetJob | Check::IdLabel));
                of_picker.map(|(_, message)| message).collect()
            }
            Err(error) => vec![format!("`{asked}` is no PromQL: {error}")],
        };
        findings.extend(wrong.into_iter().map(|message| Finding {
            location: variable.location.clone(),
            check: Check::TemplateLabelPromql,
            message: format!("variable `{}`: {message}", variable.name),
        }));
    }
}

fn titles(board: &Board, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for panel in board.panels() {
        if !seen.insert(&panel.title) {
            let message = "has the title of another panel of the board; expected its own";
            findings.push(on_panel(panel, Check::PanelTitleDescription, message));
        }
    }
}

fn open_panels(board: &Board, findings: &mut Findings) {
    let open = board.rows.iter().filter(|row| !row.collapsed);
    let count = open
        .flat_map(|row| &row.panels)
        .filter(|panel| panel.kind != Kind::Text)
        .count();
    if count > OPEN_PANELS {
        let message = format!(
            "{count} panels are open; expected at most {OPEN_PANELS}, the rest in closed rows"
        );
        findings.push(on_board(board, Check::OpenPanels, message));
    }
}

/// Every text of a board in which a variable may stand.
fn texts(board: &Board) -> Vec<&str> {
    let mut texts = Vec::new();
    for panel in board.panels() {
        texts.push(panel.title.as_str());
        texts.push(&panel.text);
        for query in &panel.queries {
            texts.push(&query.expr);
            texts.push(&query.legend);
        }
        for link in &panel.links {
            match &link.target {
                LinkTarget::Traces(query) | LinkTarget::Logs(query) => texts.push(query),
                LinkTarget::Board { variables, .. } => {
                    texts.extend(variables.iter().map(|(_, value)| value.as_str()));
                }
            }
        }
    }
    for variable in &board.variables {
        if let VariableKind::Label { matchers, .. } = &variable.kind {
            texts.push(matchers);
        }
    }
    texts.extend(board.rows.iter().map(|row| row.title.as_str()));
    texts
}

fn variables(board: &Board, findings: &mut Findings) {
    let known: Vec<String> = standard::names(board)
        .into_iter()
        .chain(standard::DATA_SOURCES.map(|(name, _, _)| name.to_owned()))
        .collect();
    let mut used: BTreeSet<String> = texts(board)
        .into_iter()
        .flat_map(promql::references)
        .collect();
    used.extend(board.rows.iter().filter_map(|row| row.repeat.clone()));
    for name in &used {
        let of_grafana =
            name.starts_with("__") || name.is_empty() || name.chars().all(|c| c.is_ascii_digit());
        if !of_grafana && !known.contains(name) {
            let message = format!(
                "`${name}` is referred to and is no variable; expected one of: {}",
                known.join(", ")
            );
            findings.push(on_board(board, Check::VariableExists, message));
        }
    }
    for variable in &board.variables {
        if !used.contains(&variable.name) {
            findings.push(Finding {
                location: variable.location.clone(),
                check: Check::VariableUsed,
                message: format!(
                    "variable `{0}` is not referred to; expected a `${0}` in a query, a link or a row",
                    variable.name
                ),
            });
        }
    }
}

fn links(board: &Board, boards: &Boards, findings: &mut Findings) {
    for panel in board.panels() {
        for link in &panel.links {
            let LinkTarget::Board { uid, variables } = &link.target else {
                continue;
            };
            let wrong = |message: String| Finding {
                location: link.location.clone(),
                check: Check::LinkTarget,
                message: format!("panel `{}`, link `{}`: {message}", panel.title, link.title),
            };
            let Some(target) = boards.board(uid) else {
                let uids: Vec<&str> = boards
                    .boards
                    .iter()
                    .map(|board| board.uid.as_str())
                    .collect();
                findings.push(wrong(format!(
                    "there is no board `{uid}`; expected one of: {}",
                    uids.join(", ")
                )));
                continue;
            };
            let there = standard::names(target);
            for (name, _) in variables {
                if !there.contains(name) {
                    findings.push(wrong(format!(
                        "board `{uid}` has no variable `{name}`; expected one of: {}",
                        there.join(", ")
                    )));
                }
            }
        }
    }
}

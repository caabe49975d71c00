//! Whether an answer is what its panel can show.

use std::collections::BTreeMap;

use bellwether_testing::prometheus::{Prometheus, Series};

use super::ask;
use super::board::{Board, Query};

/// Asks every query of a board. How many were asked, and what is wrong.
pub(crate) async fn judge(
    prometheus: &Prometheus,
    board: &Board,
    excused: fn(&str) -> bool,
) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    let everything = board.everything();
    let mut listed = BTreeMap::new();
    for variable in &board.variables {
        let values = ask::values(prometheus, board, variable, &everything).await;
        if values.is_empty() {
            wrong.push(format!(
                "{}: variable {} lists nothing",
                board.name, variable.name
            ));
        }
        listed.insert(variable.name.clone(), values);
    }
    let asked = board
        .queries
        .iter()
        .filter(|query| !excused(&query.expression));
    let mut count = 0;
    for query in asked {
        count += 1;
        let problem = one(prometheus, board, query, &everything).await;
        if let Some(problem) = problem {
            wrong.push(told(
                board,
                query,
                "every value of every variable",
                &problem,
            ));
            continue;
        }
        for (name, values) in &listed {
            if !refers(&query.expression, name) {
                continue;
            }
            if let Some(problem) =
                some_value(prometheus, board, query, &everything, name, values).await
            {
                wrong.push(told(board, query, &format!("one {name}"), &problem));
            }
        }
    }
    (count, wrong)
}

fn told(board: &Board, query: &Query, with: &str, problem: &str) -> String {
    format!(
        "{}: panel `{}`, query {}, with {with}: {problem}: {}",
        board.name, query.panel, query.reference, query.expression
    )
}

fn refers(expression: &str, name: &str) -> bool {
    let follows = |rest: &str| {
        let next = rest.chars().next();
        !next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let plain = expression.split(&format!("${name}")).skip(1).any(follows);
    plain || expression.contains(&format!("${{{name}"))
}

/// There is a value for which the panel is not empty: not every service does everything. A choice must do in each case.
async fn some_value(
    prometheus: &Prometheus,
    board: &Board,
    query: &Query,
    everything: &BTreeMap<String, String>,
    name: &str,
    values: &[String],
) -> Option<String> {
    let is_choice = board
        .variables
        .iter()
        .any(|variable| variable.name == name && variable.list.is_none());
    let mut last = Some("the variable lists nothing".to_owned());
    for value in values {
        let mut chosen = everything.clone();
        chosen.insert(name.to_owned(), value.clone());
        last = one(prometheus, board, query, &chosen).await;
        match (&last, is_choice) {
            (None, false) => return None,
            (Some(problem), true) => return Some(format!("{value}: {problem}")),
            _ => {}
        }
    }
    last
}

async fn one(
    prometheus: &Prometheus,
    board: &Board,
    query: &Query,
    values: &BTreeMap<String, String>,
) -> Option<String> {
    let expression = board.filled(&query.expression, values);
    let legend = board.filled(&query.legend, values);
    let answer = ask::run(prometheus, query, &expression).await;
    problem(query, &legend, &answer)
}

fn problem(query: &Query, legend: &str, answer: &[Series]) -> Option<String> {
    if answer.is_empty() {
        return Some("no series".to_owned());
    }
    let wanted = if query.instant { 1 } else { 2 };
    let finite = |series: &Series| {
        let points = series.points.iter();
        points.filter(|(_, value)| value.is_finite()).count()
    };
    if !answer.iter().any(|series| finite(series) >= wanted) {
        return Some(format!(
            "no series with {wanted} numbers: {:?}",
            answer[0].points
        ));
    }
    let infinite = answer
        .iter()
        .flat_map(|series| &series.points)
        .find(|(_, value)| value.is_infinite());
    if infinite.is_some() {
        return Some("a point is infinite".to_owned());
    }
    for label in placeholders(legend) {
        let is_there = |series: &Series| {
            series
                .labels
                .get(&label)
                .is_some_and(|value| !value.is_empty())
        };
        if !answer.iter().any(is_there) {
            return Some(format!("no series has the label {label} of the legend"));
        }
    }
    out_of_bounds(query, answer)
}

fn placeholders(legend: &str) -> Vec<String> {
    let parts = legend.split("{{").skip(1);
    parts
        .filter_map(|part| part.split_once("}}"))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}

/// Shares lie between nothing and all. A difference from the range before may be below nothing.
fn out_of_bounds(query: &Query, answer: &[Series]) -> Option<String> {
    let most = match query.unit.as_str() {
        "percentunit" => 1.0,
        "percent" => 100.0,
        _ => return None,
    };
    // Differences from the range before, and what is to come, know no bounds.
    let unbounded = ["offset $__range", "deriv(", "predict_linear("];
    if unbounded.iter().any(|part| query.expression.contains(part)) {
        return None;
    }
    let points = answer.iter().flat_map(|series| &series.points);
    let beyond = |value: f64| value < -1e-9 || value > most * (1.0 + 1e-9);
    let found = points
        .map(|(_, value)| *value)
        .find(|value| beyond(*value))?;
    Some(format!("{found} is no share from 0 to {most}"))
}

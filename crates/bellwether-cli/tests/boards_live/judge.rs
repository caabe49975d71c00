//! Whether an answer is what its panel can show.

use std::collections::BTreeMap;

use bellwether_testing::prometheus::{Prometheus, Series};

use super::ask;
use super::board::{Board, Query};

/// Why an answer is not what its panel shows.
pub(crate) enum Problem {
    /// Nothing, or not enough to draw. More may come.
    Missing(String),
    /// What can never be.
    Wrong(String),
}

/// What the variables of a board may be.
pub(crate) struct Choices {
    /// Every value of each.
    everything: BTreeMap<String, String>,
    /// One after the other.
    listed: BTreeMap<String, Vec<String>>,
}

impl Choices {
    pub(crate) async fn of(prometheus: &Prometheus, board: &Board) -> Self {
        let everything = board.everything();
        let mut listed = BTreeMap::new();
        for variable in &board.variables {
            let values = ask::values(prometheus, board, variable, &everything).await;
            listed.insert(variable.name.clone(), values);
        }
        Self { everything, listed }
    }

    /// The variables that list nothing.
    pub(crate) fn empty(&self) -> impl Iterator<Item = &str> {
        let is_empty = |(_, values): &(&String, &Vec<String>)| values.is_empty();
        let empty = self.listed.iter().filter(is_empty);
        empty.map(|(name, _)| name.as_str())
    }
}

/// Asks every query of a board. How many were asked, and what is wrong.
pub(crate) async fn judge(
    prometheus: &Prometheus,
    board: &Board,
    excused: fn(&str) -> bool,
) -> (usize, Vec<String>) {
    let choices = Choices::of(prometheus, board).await;
    let empty = choices.empty();
    let mut wrong: Vec<String> = empty
        .map(|name| format!("{}: variable {name} lists nothing", board.name))
        .collect();
    let asked = board
        .queries
        .iter()
        .filter(|query| !excused(&query.expression));
    let mut count = 0;
    for query in asked {
        count += 1;
        match of_query(prometheus, board, query, &choices, &[]).await {
            Some(Problem::Missing(problem) | Problem::Wrong(problem)) => wrong.push(problem),
            None => {}
        }
    }
    (count, wrong)
}

/// Asks a query with every variable at all its values, then each at one, but for those named.
pub(crate) async fn of_query(
    prometheus: &Prometheus,
    board: &Board,
    query: &Query,
    choices: &Choices,
    without: &[&str],
) -> Option<Problem> {
    let problem = one(prometheus, board, query, &choices.everything).await;
    if let Some(problem) = problem {
        return Some(problem.told(board, query, "every value of every variable"));
    }
    for (name, values) in &choices.listed {
        if !refers(&query.expression, name) || without.contains(&name.as_str()) {
            continue;
        }
        let everything = &choices.everything;
        let problem = some_value(prometheus, board, query, everything, name, values).await;
        if let Some(problem) = problem {
            return Some(problem.told(board, query, &format!("one {name}")));
        }
    }
    None
}

impl Problem {
    fn map(self, change: impl FnOnce(&str) -> String) -> Self {
        match self {
            Self::Missing(text) => Self::Missing(change(&text)),
            Self::Wrong(text) => Self::Wrong(change(&text)),
        }
    }

    fn told(self, board: &Board, query: &Query, with: &str) -> Self {
        self.map(|problem| told(board, query, with, problem))
    }
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
) -> Option<Problem> {
    let is_choice = board
        .variables
        .iter()
        .any(|variable| variable.name == name && variable.list.is_none());
    let mut last = Some(Problem::Missing("the variable lists nothing".to_owned()));
    for value in values {
        let mut chosen = everything.clone();
        chosen.insert(name.to_owned(), value.clone());
        let found = one(prometheus, board, query, &chosen).await;
        match (found, is_choice) {
            (None, false) => return None,
            (Some(problem), true) => {
                return Some(problem.map(|text| format!("{value}: {text}")));
            }
            (Some(Problem::Wrong(text)), false) => {
                return Some(Problem::Wrong(format!("{value}: {text}")));
            }
            (other, _) => last = other,
        }
    }
    last
}

async fn one(
    prometheus: &Prometheus,
    board: &Board,
    query: &Query,
    values: &BTreeMap<String, String>,
) -> Option<Problem> {
    let expression = board.filled(&query.expression, values);
    let legend = board.filled(&query.legend, values);
    let answer = ask::run(prometheus, query, &expression).await;
    problem(query, &legend, &answer)
}

fn problem(query: &Query, legend: &str, answer: &[Series]) -> Option<Problem> {
    if answer.is_empty() {
        return Some(Problem::Missing("no series".to_owned()));
    }
    let wanted = if query.instant { 1 } else { 2 };
    let finite = |series: &Series| {
        let points = series.points.iter();
        points.filter(|(_, value)| value.is_finite()).count()
    };
    if !answer.iter().any(|series| finite(series) >= wanted) {
        let points = &answer[0].points;
        return Some(Problem::Missing(format!(
            "no series with {wanted} numbers: {points:?}"
        )));
    }
    let infinite = answer
        .iter()
        .flat_map(|series| &series.points)
        .find(|(_, value)| value.is_infinite());
    if infinite.is_some() {
        return Some(Problem::Wrong("a point is infinite".to_owned()));
    }
    for label in placeholders(legend) {
        let is_there = |series: &Series| {
            series
                .labels
                .get(&label)
                .is_some_and(|value| !value.is_empty())
        };
        if !answer.iter().any(is_there) {
            return Some(Problem::Wrong(format!(
                "no series has the label {label} of the legend"
            )));
        }
    }
    out_of_bounds(query, answer).map(Problem::Wrong)
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
    // More than a whole budget can be spent.
    let is_budget = query.expression.contains("error_budget_remaining");
    let least = if is_budget { f64::NEG_INFINITY } else { -1e-9 };
    let beyond = |value: f64| value < least || value > most * (1.0 + 1e-9);
    let found = points
        .map(|(_, value)| *value)
        .find(|value| beyond(*value))?;
    Some(format!("{found} is no share from 0 to {most}"))
}

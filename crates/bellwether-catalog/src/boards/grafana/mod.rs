//! Boards as classic Grafana dashboards, which every Grafana from 9 on imports.
//!
//! The structures of [`schema`] are what is written and, in the checks, what is read back with nothing left over. Keys are
//! sorted and numbers written in their shortest form, so that a change of a board is the change of its file and no more.

mod dashboard;
mod fields;
mod options;
mod panel;
pub(crate) mod schema;
mod table;
mod targets;

use serde_json::Value;

use crate::error::Problem;
use crate::model::Registry;
use crate::monitoring::Monitoring;

use super::model::Board;

/// The JSON of a board.
pub(crate) fn render(
    board: &Board,
    registry: &Registry,
    monitoring: &Monitoring,
) -> Result<String, Vec<Problem>> {
    let dashboard = dashboard::dashboard(board, registry, monitoring)?;
    let value = match serde_json::to_value(&dashboard) {
        Ok(value) => sorted(value),
        Err(error) => return Err(vec![failed(board, &error)]),
    };
    match serde_json::to_string_pretty(&value) {
        Ok(text) => Ok(text + "\n"),
        Err(error) => Err(vec![failed(board, &error)]),
    }
}

fn failed(board: &Board, error: &serde_json::Error) -> Problem {
    let message = format!("the board cannot be written: {error}");
    Problem::new(board.location.clone(), crate::error::Rule::Shape, message)
}

/// The same value with the keys of each object in order, and whole numbers without a fraction.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map
                .into_iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Number(number) => whole(&number),
        other => other,
    }
}

fn whole(number: &serde_json::Number) -> Value {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => {
            Value::from(float as i64)
        }
        _ => Value::Number(number.clone()),
    }
}

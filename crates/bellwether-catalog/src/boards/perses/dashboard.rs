//! The resource: variables, panels by name, and a grid a row.

use serde_json::{Map, Value, json};

use crate::boards::layout::{self, PlacedRow};
use crate::boards::model::{Board, Variable, VariableKind};
use crate::boards::{standard, threshold};
use crate::error::Problem;
use crate::model::Registry;
use crate::monitoring::Monitoring;

use super::{panel, yaml};

const GENERATED: &str = "# Generated from crates/bellwether-catalog/boards. Apply with `dash0 apply -f dashboards/dash0/dashboards`.\n";

/// The YAML of a board.
pub(crate) fn render(
    board: &Board,
    registry: &Registry,
    monitoring: &Monitoring,
) -> Result<String, Vec<Problem>> {
    let mut panels = Map::new();
    let mut layouts = Vec::new();
    let mut problems = Vec::new();
    for placed in layout::places(board) {
        let mut items = Vec::new();
        for (source, place) in placed.row.panels.iter().zip(&placed.places) {
            let limit = match threshold::limit(source, registry, monitoring) {
                Ok(limit) => limit,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let name = format!("panel-{:02}", panels.len() + 1);
            panels.insert(name.clone(), panel::panel(source, limit));
            items.push(json!({
                "x": place.x,
                // from the top of the row
                "y": place.y - placed.y - 1,
                "width": place.width,
                "height": place.height,
                "content": {"$ref": format!("#/spec/panels/{name}")},
            }));
        }
        layouts.push(grid(&placed, &items));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let resource = json!({
        "apiVersion": "perses.dev/v1alpha1",
        "kind": "PersesDashboard",
        "metadata": {
            "name": board.uid,
            "labels": {"dash0.com/id": board.uid},
        },
        "spec": {
            "display": {
                "name": format!("Bellwether / {}", board.title),
                "description": board.description,
            },
            "duration": "1h",
            "refreshInterval": "30s",
            "variables": standard::variables(board).iter().map(variable).collect::<Vec<_>>(),
            "panels": panels,
            "layouts": layouts,
        },
    });
    Ok(format!("{GENERATED}{}", yaml::document(&resource)))
}

fn grid(placed: &PlacedRow<'_>, items: &[Value]) -> Value {
    let mut spec = json!({
        "display": {
            "title": placed.row.title,
            "collapse": {"open": !placed.row.collapsed},
        },
        "items": items,
    });
    if let Some(variable) = &placed.row.repeat {
        spec["repeatVariable"] = json!(variable);
    }
    json!({"kind": "Grid", "spec": spec})
}

fn variable(variable: &Variable) -> Value {
    let spec = match &variable.kind {
        VariableKind::Label {
            metric,
            label,
            matchers,
        } => json!({
            "name": variable.name,
            "display": {"name": variable.label},
            "allowAllValue": true,
            "allowMultiple": true,
            "customAllValue": ".*",
            "defaultValue": "$__all",
            "sort": "alphabetical-asc",
            "plugin": {
                "kind": "PrometheusLabelValuesVariable",
                "spec": {
                    "labelName": label,
                    "matchers": [standard::selector(metric, matchers)],
                },
            },
        }),
        VariableKind::Choices(choices) => json!({
            "name": variable.name,
            "display": {"name": variable.label},
            "allowAllValue": false,
            "allowMultiple": false,
            "defaultValue": choices.first(),
            "plugin": {
                "kind": "StaticListVariable",
                "spec": {"values": choices},
            },
        }),
    };
    json!({"kind": "ListVariable", "spec": spec})
}

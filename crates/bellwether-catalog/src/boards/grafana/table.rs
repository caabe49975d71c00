//! From answers to tables and graphs: queries are joined by their labels, and columns get their names.

use serde_json::{Map, Value, json};

use crate::boards::model::{Kind, Panel};

use super::schema::{Matcher, Transformation};

pub(super) fn transformations(panel: &Panel) -> Vec<Transformation> {
    match panel.kind {
        Kind::Table => table(panel),
        Kind::NodeGraph => graph(panel),
        _ => Vec::new(),
    }
}

fn transformation(id: &str, options: Value) -> Transformation {
    Transformation {
        filter: None,
        id: id.to_owned(),
        options,
    }
}

/// Rows with equal labels become one. Grafana calls a value `Value` where there is one query, else `Value #A`.
fn table(panel: &Panel) -> Vec<Transformation> {
    let mut renamed = Map::new();
    let mut hidden = Map::new();
    hidden.insert("Time".to_owned(), json!(true));
    for label in &panel.hide_labels {
        hidden.insert(label.clone(), json!(true));
    }
    for query in &panel.queries {
        let Some(column) = &query.column else {
            continue;
        };
        let value = format!("Value #{}", query.reference);
        renamed.insert(value, json!(column));
        if panel.queries.len() == 1 {
            renamed.insert("Value".to_owned(), json!(column));
        }
    }
    // The one label whose name is wider than a column.
    let label = "deployment_environment_name";
    let grouped = [format!("{label})"), format!("{label},")];
    if panel
        .queries
        .iter()
        .any(|query| grouped.iter().any(|part| query.expr.contains(part)))
    {
        renamed.insert(label.to_owned(), json!("environment"));
    }
    vec![
        transformation("merge", json!({})),
        transformation(
            "organize",
            json!({"excludeByName": hidden, "includeByName": {}, "indexByName": {}, "renameByName": renamed}),
        ),
    ]
}

/// Queries whose names begin with `nodes` become one frame by the id of the node; the panel finds the frames by name.
fn graph(panel: &Panel) -> Vec<Transformation> {
    let mut renamed = Map::new();
    for query in &panel.queries {
        let value = format!("Value #{}", query.reference);
        let field = query.column.clone();
        renamed.insert(value, json!(field.unwrap_or_else(|| "mainstat".to_owned())));
    }
    let of_nodes = |query: &&crate::boards::model::Query| query.reference.starts_with("nodes");
    let mut transformations = Vec::new();
    if panel.queries.iter().filter(of_nodes).count() > 1 {
        transformations.push(Transformation {
            filter: Some(Matcher {
                id: "byRefId".to_owned(),
                options: json!("/^nodes/"),
            }),
            ..transformation("joinByField", json!({"byField": "id", "mode": "outer"}))
        });
    }
    transformations.push(transformation(
        "organize",
        json!({"excludeByName": {"Time": true}, "includeByName": {}, "indexByName": {}, "renameByName": renamed}),
    ));
    transformations
}

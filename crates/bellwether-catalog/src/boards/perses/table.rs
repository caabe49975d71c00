//! Tables: series with equal labels become one row, and values get the names of their columns.

use serde_json::{Value, json};

use crate::boards::model::{Kind, Panel};

use super::panel::format;

pub(super) fn table(panel: &Panel) -> Value {
    let mut columns = vec![hidden("timestamp")];
    if panel.kind == Kind::NodeGraph {
        columns.extend(["id", "source", "target"].map(hidden));
        columns.push(json!({
            "name": "value",
            "header": panel.title,
            "format": format(panel.unit_id()),
            "sort": "desc",
        }));
    } else {
        columns.extend(panel.hide_labels.iter().map(|label| hidden(label)));
        columns.extend(values(panel));
    }
    json!({
        "density": "compact",
        "columnSettings": columns,
        "transforms": [{"kind": "MergeSeries", "spec": {}}],
    })
}

fn hidden(name: &str) -> Value {
    json!({"name": name, "hide": true})
}

/// Perses calls a value `value` where there is one query, else `value #1`.
fn values(panel: &Panel) -> Vec<Value> {
    let one = panel.queries.len() == 1;
    let indexed = panel.queries.iter().enumerate();
    indexed
        .filter_map(|(index, query)| {
            let column = query.column.as_ref()?;
            let name = if one {
                "value".to_owned()
            } else {
                format!("value #{}", index + 1)
            };
            let unit = query.unit.as_deref().unwrap_or(panel.unit_id());
            let mut settings = json!({"name": name, "header": column, "format": format(unit)});
            if panel.sort.as_ref() == Some(column) {
                settings["sort"] = json!("desc");
            }
            Some(settings)
        })
        .collect()
}

//! Expressions of the boards, as they ship.

use std::path::Path;

use serde_json::Value;

/// The expression of a query, with every value of every variable chosen, a range of an hour and a rate window of five
/// minutes.
pub(crate) fn expression(board: &str, panel: &str, reference: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../dashboards/grafana")
        .join(format!("{board}.json"));
    let board: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let target = panels(&board)
        .find(|found| found["title"] == panel)
        .unwrap_or_else(|| panic!("no panel {panel}"))["targets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|target| target["refId"] == reference)
        .unwrap_or_else(|| panic!("{panel} has no query {reference}"));
    let chosen = [("$__range", "1h"), ("$__rate_interval", "5m")];
    let expression = target["expr"].as_str().unwrap().to_owned();
    let expression = chosen
        .iter()
        .fold(expression, |text, (name, value)| text.replace(name, value));
    let mut filled = String::new();
    let mut parts = expression.split("=~\"$");
    filled.push_str(parts.next().unwrap());
    for part in parts {
        let end = part.find('"').unwrap();
        filled.push_str("=~\".*");
        filled.push_str(&part[end..]);
    }
    assert!(!filled.contains('$'), "{filled}");
    filled
}

/// Panels of a board, those in closed rows as well.
fn panels(board: &Value) -> impl Iterator<Item = &Value> {
    board["panels"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|panel| {
            let inside = panel["panels"].as_array().map_or(&[][..], Vec::as_slice);
            std::iter::once(panel).chain(inside)
        })
}

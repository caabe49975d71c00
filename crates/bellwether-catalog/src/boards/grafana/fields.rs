//! Units, colours, thresholds and links of the values of a panel.

use serde_json::{Map, Value, json};

use crate::boards::links;
use crate::boards::model::{Board, Colour, Kind, Panel, Query};
use crate::boards::threshold::Limit;

use super::schema::{
    Color, DataLink, Field, FieldConfig, Matcher, Override, Property, Step, Thresholds,
};

/// One colour for each meaning, on every board.
pub(super) fn colour(meaning: Colour) -> &'static str {
    match meaning {
        Colour::Good => "green",
        Colour::Bad => "red",
        Colour::Warn => "orange",
        Colour::Muted => "#8e8e8e",
        Colour::Info => "blue",
    }
}

pub(super) fn field_config(board: &Board, panel: &Panel, limit: Option<Limit>) -> FieldConfig {
    let mut overrides = Vec::new();
    overrides.extend(percentiles(panel));
    overrides.extend(named_colours(panel));
    overrides.extend(query_units(panel));
    overrides.extend(names(board, panel));
    FieldConfig {
        defaults: defaults(board, panel, limit),
        overrides,
    }
}

fn defaults(board: &Board, panel: &Panel, limit: Option<Limit>) -> Field {
    let drawn = !matches!(panel.kind, Kind::Text | Kind::AlertList);
    let data = drawn && !matches!(panel.kind, Kind::Logs | Kind::Traces);
    Field {
        color: data.then(|| color(panel, limit)),
        custom: custom(panel, limit),
        links: if panel.kind == Kind::Table {
            Vec::new()
        } else {
            data_links(board, panel)
        },
        mappings: mappings(panel),
        max: panel
            .max
            .or_else(|| whole(panel).filter(|_| panel.kind == Kind::BarGauge)),
        min: panel
            .min
            .or_else(|| (panel.kind == Kind::BarGauge).then_some(0.0)),
        no_value: drawn.then(|| panel.no_data.clone()),
        thresholds: data.then(|| thresholds(panel, limit)),
        unit: data.then(|| panel.unit_id().to_owned()),
    }
}

/// Text and colour of each state, in Grafana's form: by the value as a script prints it.
fn mappings(panel: &Panel) -> Vec<Value> {
    if panel.states.is_empty() {
        return Vec::new();
    }
    let indexed = panel.states.iter().enumerate();
    let options: Map<String, Value> = indexed
        .map(|(index, state)| {
            let shown = json!({"color": colour(state.colour), "index": index, "text": state.text});
            (state.value.to_string(), shown)
        })
        .collect();
    vec![json!({"type": "value", "options": options})]
}

/// All of it, where a panel's unit is a share. Bars end there; without an end they would show nothing but their order.
fn whole(panel: &Panel) -> Option<f64> {
    match panel.unit_id() {
        "percent" => Some(100.0),
        "percentunit" => Some(1.0),
        _ => None,
    }
}

fn color(panel: &Panel, limit: Option<Limit>) -> Color {
    let by_value =
        panel.kind == Kind::StateTimeline || limit.is_some() && panel.kind != Kind::TimeSeries;
    match panel.kind {
        Kind::Stat | Kind::BarGauge | Kind::Gauge | Kind::StateTimeline if by_value => Color {
            fixed_color: None,
            mode: "thresholds".to_owned(),
        },
        Kind::Stat | Kind::BarGauge | Kind::Gauge => Color {
            fixed_color: Some("blue".to_owned()),
            mode: "fixed".to_owned(),
        },
        _ => Color {
            fixed_color: None,
            mode: "palette-classic".to_owned(),
        },
    }
}

/// Colours below and above a limit. Without one there is nothing that a number could be good or bad at.
/// In a state timeline the states have their colours, and what is none of them is grey. One step only: of several Grafana
/// would make the legend, in place of the states.
fn thresholds(panel: &Panel, limit: Option<Limit>) -> Thresholds {
    let step = |color: &str, value| Step {
        color: color.to_owned(),
        value,
    };
    let steps = match limit {
        None if panel.kind == Kind::StateTimeline => {
            vec![step(colour(Colour::Muted), None)]
        }
        None => vec![step("blue", None)],
        Some(Limit { value, is_upper }) => {
            let (below, above) = if is_upper {
                ("green", "red")
            } else {
                ("red", "green")
            };
            vec![step(below, None), step(above, Some(value))]
        }
    };
    Thresholds {
        mode: "absolute".to_owned(),
        steps,
    }
}

/// Pixels; Grafana's own 150 leave no room for a fourth column in a panel of a third of the width.
const NARROWEST_COLUMN: u32 = 80;

fn custom(panel: &Panel, limit: Option<Limit>) -> Option<Value> {
    match panel.kind {
        Kind::TimeSeries => Some(time_series(panel, limit)),
        Kind::Table | Kind::Traces => Some(json!({
            "align": "auto",
            "cellOptions": {"type": "auto"},
            "filterable": true,
            "inspect": false,
            "minWidth": NARROWEST_COLUMN,
        })),
        Kind::Heatmap => Some(json!({
            "scaleDistribution": {"type": "linear"},
        })),
        Kind::StateTimeline => Some(json!({"fillOpacity": 70, "lineWidth": 0})),
        _ => None,
    }
}

/// Of a tenth and less the axis shows a tenth, so that shares of zero lie on an axis that ends at 10 % and not at
/// 10,000 %.
fn time_series(panel: &Panel, limit: Option<Limit>) -> Value {
    let mut custom = json!({
        "drawStyle": "line",
        "fillOpacity": if panel.stack { 60 } else { 8 },
        "lineInterpolation": "linear",
        "lineWidth": 1,
        "showPoints": "auto",
        "spanNulls": false,
        "stacking": {"group": "A", "mode": if panel.stack { "normal" } else { "none" }},
        "thresholdsStyle": {"mode": if limit.is_some() { "dashed" } else { "off" }},
    });
    if let (Some(whole), None) = (whole(panel), panel.max) {
        custom["axisSoftMax"] = json!(whole / 10.0);
    }
    custom
}

fn data_links(board: &Board, panel: &Panel) -> Vec<DataLink> {
    if !on_values(panel.kind) {
        return Vec::new();
    }
    panel
        .links
        .iter()
        .map(|link| DataLink {
            target_blank: false,
            title: link.title.clone(),
            url: links::url(board, &link.target),
        })
        .collect()
}

/// In a table the names lead on; with links in all cells every number would have the colour of a link. And a name that
/// is a number, as of a process, is no number of bytes.
fn names(board: &Board, panel: &Panel) -> Option<Override> {
    if panel.kind != Kind::Table {
        return None;
    }
    let links = data_links(board, panel);
    let mut properties = vec![property("unit", json!("string"))];
    if !links.is_empty() {
        properties.push(property("links", json!(links)));
    }
    Some(Override {
        matcher: Matcher {
            id: "byType".to_owned(),
            options: json!("string"),
        },
        properties,
    })
}

/// Whether links of a panel are reached from its values; otherwise they stand in its head.
pub(super) fn on_values(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Text | Kind::AlertList | Kind::Logs | Kind::Traces
    )
}

fn by_name(name: &str, properties: Vec<Property>) -> Override {
    Override {
        matcher: Matcher {
            id: "byName".to_owned(),
            options: json!(name),
        },
        properties,
    }
}

fn property(id: &str, value: Value) -> Property {
    Property {
        id: id.to_owned(),
        value,
    }
}

fn fixed(color: &str) -> Property {
    property("color", json!({"fixedColor": color, "mode": "fixed"}))
}

/// p50, p95 and p99 in one hue, from light to dark.
fn percentiles(panel: &Panel) -> Vec<Override> {
    if panel.kind != Kind::TimeSeries {
        return Vec::new();
    }
    let shades = [
        ("p50", "light-blue", 1),
        ("p95", "blue", 2),
        ("p99", "dark-blue", 3),
    ];
    let legends: Vec<&str> = panel
        .queries
        .iter()
        .map(|query| query.legend.as_str())
        .collect();
    shades
        .iter()
        .filter(|(name, _, _)| legends.contains(name))
        .map(|(name, shade, width)| {
            let width = property("custom.lineWidth", json!(width));
            by_name(name, vec![fixed(shade), width])
        })
        .collect()
}

fn named_colours(panel: &Panel) -> Vec<Override> {
    if matches!(panel.kind, Kind::Table | Kind::NodeGraph) {
        return Vec::new();
    }
    panel
        .colours
        .iter()
        .map(|(name, meaning)| by_name(name, vec![fixed(colour(*meaning))]))
        .collect()
}

/// Units of single queries. In a table the column has a name, elsewhere the frame of the query is meant. A cell
/// without a number has a dash, not the sentence that stands for the empty panel.
fn query_units(panel: &Panel) -> Vec<Override> {
    let unit = |query: &Query| Some(property("unit", json!(query.unit.as_ref()?)));
    panel
        .queries
        .iter()
        .filter_map(|query| {
            if let (Kind::Table, Some(column)) = (panel.kind, &query.column) {
                let dash = property("noValue", json!("–"));
                return Some(by_name(
                    column,
                    unit(query).into_iter().chain([dash]).collect(),
                ));
            }
            Some(Override {
                matcher: Matcher {
                    id: "byFrameRefID".to_owned(),
                    options: json!(query.reference),
                },
                properties: vec![unit(query)?],
            })
        })
        .collect()
}

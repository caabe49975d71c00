//! A panel as one of Perses' charts.

use serde_json::{Value, json};

use crate::boards::model::{Colour, Kind, Panel, Query, Source, State};
use crate::boards::threshold::Limit;
use crate::boards::units;

use super::table;

pub(super) fn panel(panel: &Panel, limit: Option<Limit>) -> Value {
    let (kind, spec) = chart(panel, limit);
    let mut described = json!({
        "display": {"name": panel.title, "description": panel.description},
        "plugin": {"kind": kind, "spec": spec},
    });
    let queries = queries(panel);
    if !queries.is_empty() {
        described["queries"] = Value::Array(queries);
    }
    json!({"kind": "Panel", "spec": described})
}

fn chart(panel: &Panel, limit: Option<Limit>) -> (&'static str, Value) {
    match panel.kind {
        Kind::TimeSeries | Kind::Heatmap => ("TimeSeriesChart", time_series(panel, limit)),
        Kind::Stat => ("StatChart", stat(panel, limit)),
        Kind::Gauge => ("GaugeChart", gauge(panel, limit)),
        Kind::BarGauge => (
            "BarChart",
            json!({
                "calculation": "last-number",
                "format": format(panel.unit_id()),
                "mode": "value",
                "sort": "desc",
            }),
        ),
        Kind::Table | Kind::NodeGraph => ("Table", table::table(panel)),
        Kind::StateTimeline => (
            "StatusHistoryChart",
            json!({
                "legend": {"position": "bottom"},
                "mappings": mappings(panel),
                "sorting": "asc",
            }),
        ),
        Kind::Text => ("Markdown", json!({"text": panel.text})),
        Kind::AlertList => note("Alerts that fire are in the list of checks."),
        Kind::Logs => note("Log lines are found by a search for:"),
        Kind::Traces => note("Traces are found by a search for:"),
    }
    .with_query(panel)
}

fn note(text: &str) -> (&'static str, Value) {
    ("Markdown", json!({ "text": text }))
}

trait WithQuery {
    fn with_query(self, panel: &Panel) -> Self;
}

impl WithQuery for (&'static str, Value) {
    /// A note says which search it stands for.
    fn with_query(mut self, panel: &Panel) -> Self {
        let is_search = matches!(panel.kind, Kind::Logs | Kind::Traces);
        if let (true, Some(query)) = (is_search, panel.queries.first()) {
            let text = self.1["text"].as_str().unwrap_or_default();
            self.1["text"] = json!(format!("{text}\n\n```\n{}\n```", query.expr));
        }
        self
    }
}

/// Unit, in Perses' words.
pub(super) fn format(unit: &str) -> Value {
    json!({"unit": units::perses(unit), "shortValues": true})
}

fn time_series(panel: &Panel, limit: Option<Limit>) -> Value {
    let mut axis = json!({"show": true, "format": format(panel.unit_id())});
    for (key, end) in [("min", panel.min), ("max", panel.max)] {
        if let Some(end) = end {
            axis[key] = number(end);
        }
    }
    let mut visual = json!({"display": "line", "lineWidth": 1.25, "areaOpacity": if panel.stack { 0.6 } else { 0.08 }});
    if panel.stack {
        visual["stack"] = json!("all");
    }
    let mut spec = json!({
        "legend": {"position": "bottom", "mode": "table", "values": ["last-number", "mean", "max"]},
        "yAxis": axis,
        "visual": visual,
    });
    if let Some(limit) = limit {
        spec["thresholds"] = thresholds(limit);
    }
    let colours = colours(panel);
    if !colours.is_empty() {
        spec["querySettings"] = Value::Array(colours);
    }
    spec
}

/// Colours of queries with one series each; Perses colours by query and not by name.
fn colours(panel: &Panel) -> Vec<Value> {
    let indexed = panel.queries.iter().enumerate();
    indexed
        .filter_map(|(index, query)| {
            let (_, meaning) = panel
                .colours
                .iter()
                .find(|(name, _)| *name == query.legend)?;
            Some(json!({"queryIndex": index, "colorMode": "fixed", "colorValue": colour(*meaning)}))
        })
        .collect()
}

/// Text and colour of each state.
fn mappings(panel: &Panel) -> Vec<Value> {
    let one = |state: &State| {
        let result = json!({"value": state.text, "color": colour(state.colour)});
        json!({"kind": "Value", "spec": {"value": state.value.to_string(), "result": result}})
    };
    panel.states.iter().map(one).collect()
}

fn colour(meaning: Colour) -> &'static str {
    match meaning {
        Colour::Good => "#73BF69",
        Colour::Bad => "#F2495C",
        Colour::Warn => "#FF9830",
        Colour::Muted => "#8E8E8E",
        Colour::Info => "#5794F2",
    }
}

fn stat(panel: &Panel, limit: Option<Limit>) -> Value {
    let mut spec = json!({"calculation": "last-number", "format": format(panel.unit_id())});
    if panel.queries.iter().any(|query| !query.instant) {
        spec["sparkline"] = json!({});
    }
    if let Some(limit) = limit {
        spec["thresholds"] = thresholds(limit);
    }
    spec
}

fn gauge(panel: &Panel, limit: Option<Limit>) -> Value {
    let mut spec = json!({"calculation": "last-number", "format": format(panel.unit_id())});
    if let Some(max) = panel.max {
        spec["max"] = number(max);
    }
    if let Some(limit) = limit {
        spec["thresholds"] = thresholds(limit);
    }
    spec
}

fn thresholds(limit: Limit) -> Value {
    let (below, above) = if limit.is_upper {
        (Colour::Good, Colour::Bad)
    } else {
        (Colour::Bad, Colour::Good)
    };
    json!({
        "mode": "absolute",
        "defaultColor": colour(below),
        "steps": [{"value": number(limit.value), "color": colour(above)}],
    })
}

/// Whole numbers without a fraction.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return json!(value as i64);
    }
    json!(value)
}

fn queries(panel: &Panel) -> Vec<Value> {
    let asked = panel
        .queries
        .iter()
        .filter(|query| query.source == Source::Prometheus);
    match panel.kind {
        Kind::Text | Kind::AlertList | Kind::Logs | Kind::Traces => Vec::new(),
        Kind::Heatmap => asked.flat_map(quantiles).collect(),
        Kind::NodeGraph => asked
            .filter(|query| query.reference == "edges")
            .map(|query| time_series_query(&query.expr, ""))
            .collect(),
        _ => asked
            .map(|query| time_series_query(&query.expr, &query.legend))
            .collect(),
    }
}

/// What stands in for a heatmap: three quantiles of its buckets.
fn quantiles(query: &Query) -> Vec<Value> {
    [("0.5", "p50"), ("0.95", "p95"), ("0.99", "p99")]
        .iter()
        .map(|(quantile, name)| {
            let expr = format!("histogram_quantile({quantile}, {})", query.expr);
            time_series_query(&expr, name)
        })
        .collect()
}

fn time_series_query(expr: &str, legend: &str) -> Value {
    let mut spec = json!({ "query": expr });
    if !legend.is_empty() {
        spec["seriesNameFormat"] = json!(legend);
    }
    json!({
        "kind": "TimeSeriesQuery",
        "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": spec}},
    })
}

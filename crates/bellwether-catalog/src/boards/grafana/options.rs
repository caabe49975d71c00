//! Options of each kind of panel.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::boards::model::{Kind, Panel};
use crate::boards::standard;

use super::fields::colour;
use super::schema::{
    AlertListOptions, BarGaugeOptions, GaugeOptions, HeatmapAxis, HeatmapColor, HeatmapExemplars,
    HeatmapFilter, HeatmapLegend, HeatmapOptions, HeatmapRows, HeatmapTooltip, Legend, LogsOptions,
    NodeGraphArc, NodeGraphEdges, NodeGraphNodes, NodeGraphOptions, Reduce, SortBy, StatOptions,
    StateTimelineOptions, TableOptions, TextOptions, TimeSeriesOptions, Tooltip, json,
};

/// Grafana's name of a kind of panel.
pub(super) fn plugin(kind: Kind) -> &'static str {
    match kind {
        Kind::TimeSeries => "timeseries",
        Kind::Stat => "stat",
        Kind::BarGauge => "bargauge",
        Kind::Gauge => "gauge",
        Kind::Table | Kind::Traces => "table",
        Kind::Heatmap => "heatmap",
        Kind::NodeGraph => "nodeGraph",
        Kind::StateTimeline => "state-timeline",
        Kind::AlertList => "alertlist",
        Kind::Logs => "logs",
        Kind::Text => "text",
    }
}

pub(super) fn options(panel: &Panel) -> Value {
    match panel.kind {
        Kind::TimeSeries => json(&TimeSeriesOptions {
            legend: time_series_legend(panel),
            tooltip: tooltip(),
        }),
        Kind::Stat => json(&stat(panel)),
        Kind::BarGauge => json(&bar_gauge()),
        Kind::Gauge => json(&gauge()),
        Kind::Table | Kind::Traces => json(&table(panel)),
        Kind::Heatmap => json(&heatmap(panel)),
        Kind::NodeGraph => json(&node_graph(panel)),
        Kind::StateTimeline => json(&state_timeline()),
        Kind::AlertList => json(&alert_list()),
        Kind::Logs => json(&logs()),
        Kind::Text => json(&TextOptions {
            content: panel.text.clone(),
            mode: "markdown".to_owned(),
        }),
    }
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// From this width on, of 24, a legend has room for a table below the curves.
const ROOM_FOR_A_TABLE: u32 = 12;

/// A table of last, mean and highest, so that a curve can be read without pointing at it. In a narrow panel it would
/// take the height from the curves, and show three rows of many.
fn time_series_legend(panel: &Panel) -> Legend {
    let many = panel.queries.len() > 1
        || panel
            .queries
            .iter()
            .any(|query| query.legend.contains("{{"));
    if !many || panel.width < ROOM_FOR_A_TABLE {
        return list_legend();
    }
    Legend {
        calcs: texts(&["lastNotNull", "mean", "max"]),
        display_mode: "table".to_owned(),
        placement: "bottom".to_owned(),
        show_legend: true,
        sort_by: Some("Last *".to_owned()),
        sort_desc: Some(true),
    }
}

fn list_legend() -> Legend {
    Legend {
        calcs: Vec::new(),
        display_mode: "list".to_owned(),
        placement: "bottom".to_owned(),
        show_legend: true,
        sort_by: None,
        sort_desc: None,
    }
}

fn tooltip() -> Tooltip {
    Tooltip {
        mode: "multi".to_owned(),
        sort: "desc".to_owned(),
    }
}

fn last() -> Reduce {
    Reduce {
        calcs: texts(&["lastNotNull"]),
        fields: String::new(),
        values: false,
    }
}

/// A coloured background is kept for numbers that have an objective.
fn stat(panel: &Panel) -> StatOptions {
    let instant = panel.queries.iter().all(|query| query.instant);
    StatOptions {
        color_mode: if panel.threshold.is_some() {
            "background"
        } else {
            "value"
        }
        .to_owned(),
        graph_mode: if instant { "none" } else { "area" }.to_owned(),
        justify_mode: "auto".to_owned(),
        orientation: "auto".to_owned(),
        percent_change_color_mode: "standard".to_owned(),
        reduce_options: last(),
        show_percent_change: false,
        text_mode: if panel.queries.len() > 1 {
            "value_and_name"
        } else {
            "auto"
        }
        .to_owned(),
        wide_layout: true,
    }
}

/// Left to itself a panel of two bars has letters as high as a bar, and no room for the names.
fn bar_gauge() -> BarGaugeOptions {
    BarGaugeOptions {
        display_mode: "basic".to_owned(),
        legend: Legend {
            show_legend: false,
            ..list_legend()
        },
        max_viz_height: 32,
        min_viz_height: 16,
        min_viz_width: 8,
        name_placement: "left".to_owned(),
        orientation: "horizontal".to_owned(),
        reduce_options: last(),
        show_unfilled: true,
        sizing: "manual".to_owned(),
        value_mode: "color".to_owned(),
    }
}

fn gauge() -> GaugeOptions {
    GaugeOptions {
        min_viz_height: 75,
        min_viz_width: 75,
        orientation: "auto".to_owned(),
        reduce_options: last(),
        show_threshold_labels: false,
        show_threshold_markers: true,
        sizing: "auto".to_owned(),
    }
}

fn table(panel: &Panel) -> TableOptions {
    let sort = panel.sort.iter().map(|column| SortBy {
        desc: true,
        display_name: column.clone(),
    });
    TableOptions {
        cell_height: "sm".to_owned(),
        frame_index: 0,
        show_header: true,
        sort_by: sort.collect(),
    }
}

fn heatmap(panel: &Panel) -> HeatmapOptions {
    HeatmapOptions {
        calculate: false,
        cell_gap: 1,
        color: HeatmapColor {
            exponent: 0.5,
            fill: "dark-blue".to_owned(),
            mode: "scheme".to_owned(),
            reverse: false,
            scale: "exponential".to_owned(),
            scheme: "Blues".to_owned(),
            steps: 64,
        },
        exemplars: HeatmapExemplars {
            color: "rgba(255,0,255,0.7)".to_owned(),
        },
        filter_values: HeatmapFilter { le: 1e-9 },
        legend: HeatmapLegend { show: true },
        rows_frame: HeatmapRows {
            layout: "auto".to_owned(),
        },
        show_value: "never".to_owned(),
        tooltip: HeatmapTooltip {
            mode: "single".to_owned(),
            show_color_scale: true,
            y_histogram: true,
        },
        y_axis: HeatmapAxis {
            axis_placement: "left".to_owned(),
            reverse: false,
            unit: panel.unit_id().to_owned(),
        },
    }
}

/// Parts of the ring are the fields `arc__…` of the nodes, coloured by what they mean.
fn node_graph(panel: &Panel) -> NodeGraphOptions {
    let fields = panel
        .queries
        .iter()
        .filter_map(|query| query.column.as_deref());
    let arcs = fields.filter_map(|field| {
        let name = field.strip_prefix("arc__")?;
        let meaning = panel.colours.iter().find(|(known, _)| known == name)?;
        Some(NodeGraphArc {
            color: colour(meaning.1).to_owned(),
            field: field.to_owned(),
        })
    });
    NodeGraphOptions {
        edges: NodeGraphEdges {
            main_stat_unit: panel.unit_id().to_owned(),
        },
        nodes: NodeGraphNodes {
            arcs: arcs.collect(),
            main_stat_unit: panel.unit_id().to_owned(),
        },
        zoom_mode: "cooperative".to_owned(),
    }
}

fn state_timeline() -> StateTimelineOptions {
    StateTimelineOptions {
        align_value: "left".to_owned(),
        legend: list_legend(),
        merge_values: true,
        row_height: 0.9,
        show_value: "auto".to_owned(),
        tooltip: tooltip(),
    }
}

fn alert_list() -> AlertListOptions {
    let states = [
        ("error", true),
        ("firing", true),
        ("noData", false),
        ("normal", false),
        ("pending", true),
        ("recovering", true),
    ];
    let state_filter: BTreeMap<String, bool> = states
        .iter()
        .map(|(state, on)| ((*state).to_owned(), *on))
        .collect();
    AlertListOptions {
        alert_instance_label_filter: format!("{{alertname!=\"{}\"}}", standard::WATCHDOG),
        alert_name: String::new(),
        dashboard_alerts: false,
        datasource: String::new(),
        group_by: Vec::new(),
        group_mode: "default".to_owned(),
        max_items: 20,
        show_inactive_alerts: false,
        sort_order: 3, // by importance
        state_filter,
        view_mode: "list".to_owned(),
    }
}

fn logs() -> LogsOptions {
    LogsOptions {
        dedup_strategy: "none".to_owned(),
        enable_log_details: true,
        prettify_log_message: false,
        show_common_labels: false,
        show_labels: false,
        show_log_context_toggle: true,
        show_time: true,
        sort_order: "Descending".to_owned(),
        wrap_log_message: true,
    }
}

//! The part of Grafana's classic schema that boards use. Reading refuses what is not in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

macro_rules! objects {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[$field:meta])* $key:ident : $type:ty,)+ })+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            #[allow(clippy::struct_field_names)] // the names are Grafana's
            pub(crate) struct $name { $($(#[$field])* pub(crate) $key: $type,)+ }
        )+
    };
}

objects! {
    /// A dashboard.
    Dashboard {
        annotations: Annotations,
        description: String,
        editable: bool,
        graph_tooltip: u8,
        links: Vec<DashboardLink>,
        panels: Vec<Item>,
        refresh: String,
        schema_version: u16,
        tags: Vec<String>,
        templating: Templating,
        time: Span,
        timepicker: TimePicker,
        timezone: String,
        title: String,
        uid: String,
        version: u32,
    }
    /// The time it opens at.
    Span {
        from: String,
        to: String,
    }
    /// Choices of how often it refreshes.
    TimePicker {
        #[serde(rename = "refresh_intervals")]
        refresh_intervals: Vec<String>,
    }
    /// Marks over time.
    Annotations {
        list: Vec<Annotation>,
    }
    /// One kind of marks.
    Annotation {
        #[serde(skip_serializing_if = "Option::is_none")]
        built_in: Option<u8>,
        datasource: DataSource,
        enable: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        expr: Option<String>,
        hide: bool,
        icon_color: String,
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tag_keys: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        text_format: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        title_format: Option<String>,
        #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
    }
    /// Whom to ask.
    DataSource {
        #[serde(rename = "type")]
        kind: String,
        uid: String,
    }
    /// A link above the panels.
    DashboardLink {
        as_dropdown: bool,
        icon: String,
        include_vars: bool,
        keep_time: bool,
        tags: Vec<String>,
        target_blank: bool,
        title: String,
        tooltip: String,
        #[serde(rename = "type")]
        kind: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    }
    /// Variables.
    Templating {
        list: Vec<Variable>,
    }
    /// A variable.
    Variable {
        #[serde(skip_serializing_if = "Option::is_none")]
        all_value: Option<String>,
        current: VariableOption,
        #[serde(skip_serializing_if = "Option::is_none")]
        datasource: Option<DataSource>,
        #[serde(skip_serializing_if = "Option::is_none")]
        definition: Option<String>,
        hide: u8,
        include_all: bool,
        label: String,
        multi: bool,
        name: String,
        options: Vec<VariableOption>,
        query: Value,
        #[serde(skip_serializing_if = "Option::is_none")]
        refresh: Option<u8>,
        #[serde(skip_serializing_if = "Option::is_none")]
        regex: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        sort: Option<u8>,
        #[serde(rename = "type")]
        kind: String,
    }
    /// A value of a variable.
    VariableOption {
        selected: bool,
        text: Value,
        value: Value,
    }
    /// A row.
    Row {
        collapsed: bool,
        grid_pos: GridPos,
        id: u32,
        panels: Vec<Panel>,
        #[serde(skip_serializing_if = "Option::is_none")]
        repeat: Option<String>,
        title: String,
        #[serde(rename = "type")]
        kind: String,
    }
    /// A rectangle of the grid.
    GridPos {
        h: u32,
        w: u32,
        x: u32,
        y: u32,
    }
    /// A panel.
    Panel {
        #[serde(skip_serializing_if = "Option::is_none")]
        datasource: Option<DataSource>,
        description: String,
        field_config: FieldConfig,
        grid_pos: GridPos,
        id: u32,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        links: Vec<DashboardLink>,
        options: Value,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<Target>,
        title: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        transformations: Vec<Transformation>,
        #[serde(rename = "type")]
        kind: String,
    }
    /// How values are shown.
    FieldConfig {
        defaults: Field,
        overrides: Vec<Override>,
    }
    /// How one value is shown.
    Field {
        #[serde(skip_serializing_if = "Option::is_none")]
        color: Option<Color>,
        #[serde(skip_serializing_if = "Option::is_none")]
        custom: Option<Value>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        links: Vec<DataLink>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mappings: Vec<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        no_value: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        thresholds: Option<Thresholds>,
        #[serde(skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
    }
    /// A colour.
    Color {
        #[serde(skip_serializing_if = "Option::is_none")]
        fixed_color: Option<String>,
        mode: String,
    }
    /// A link from a value.
    DataLink {
        target_blank: bool,
        title: String,
        url: String,
    }
    /// Colours by value.
    Thresholds {
        mode: String,
        steps: Vec<Step>,
    }
    /// A colour from a value on.
    Step {
        color: String,
        value: Option<f64>,
    }
    /// Another look for some series.
    Override {
        matcher: Matcher,
        properties: Vec<Property>,
    }
    /// Which series.
    Matcher {
        id: String,
        options: Value,
    }
    /// What is other about them.
    Property {
        id: String,
        value: Value,
    }
    /// A step between the answer and the picture.
    Transformation {
        #[serde(skip_serializing_if = "Option::is_none")]
        filter: Option<Matcher>,
        id: String,
        options: Value,
    }
    /// A query.
    Target {
        datasource: DataSource,
        #[serde(skip_serializing_if = "Option::is_none")]
        editor_mode: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        exemplar: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        expr: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        filters: Option<Vec<Value>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        format: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        instant: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        legend_format: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        query: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        query_type: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        range: Option<bool>,
        ref_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        table_type: Option<String>,
    }
    /// Legend below a picture.
    Legend {
        calcs: Vec<String>,
        display_mode: String,
        placement: String,
        show_legend: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        sort_by: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        sort_desc: Option<bool>,
    }
    /// What shows under the pointer.
    Tooltip {
        mode: String,
        sort: String,
    }
    /// Lines over time.
    TimeSeriesOptions {
        legend: Legend,
        tooltip: Tooltip,
    }
    /// One number for each series.
    Reduce {
        calcs: Vec<String>,
        fields: String,
        values: bool,
    }
    /// Large numbers.
    StatOptions {
        color_mode: String,
        graph_mode: String,
        justify_mode: String,
        orientation: String,
        percent_change_color_mode: String,
        reduce_options: Reduce,
        show_percent_change: bool,
        text_mode: String,
        wide_layout: bool,
    }
    /// Bars.
    BarGaugeOptions {
        display_mode: String,
        legend: Legend,
        max_viz_height: u32,
        min_viz_height: u32,
        min_viz_width: u32,
        name_placement: String,
        orientation: String,
        reduce_options: Reduce,
        show_unfilled: bool,
        sizing: String,
        value_mode: String,
    }
    /// Dials.
    GaugeOptions {
        min_viz_height: u32,
        min_viz_width: u32,
        orientation: String,
        reduce_options: Reduce,
        show_threshold_labels: bool,
        show_threshold_markers: bool,
        sizing: String,
    }
    /// Tables.
    TableOptions {
        cell_height: String,
        frame_index: u32,
        show_header: bool,
        sort_by: Vec<SortBy>,
    }
    /// What a table is sorted by.
    SortBy {
        desc: bool,
        display_name: String,
    }
    /// Distributions.
    HeatmapOptions {
        calculate: bool,
        cell_gap: u8,
        color: HeatmapColor,
        exemplars: HeatmapExemplars,
        filter_values: HeatmapFilter,
        legend: HeatmapLegend,
        rows_frame: HeatmapRows,
        show_value: String,
        tooltip: HeatmapTooltip,
        y_axis: HeatmapAxis,
    }
    /// Colours of a distribution.
    HeatmapColor {
        exponent: f64,
        fill: String,
        mode: String,
        reverse: bool,
        scale: String,
        scheme: String,
        steps: u32,
    }
    /// Marks of exemplars.
    HeatmapExemplars {
        color: String,
    }
    /// What is not drawn.
    HeatmapFilter {
        le: f64,
    }
    /// Whether the colours are explained.
    HeatmapLegend {
        show: bool,
    }
    /// How the rows are laid out.
    HeatmapRows {
        layout: String,
    }
    /// What shows under the pointer.
    HeatmapTooltip {
        mode: String,
        show_color_scale: bool,
        y_histogram: bool,
    }
    /// The vertical axis.
    HeatmapAxis {
        axis_placement: String,
        reverse: bool,
        unit: String,
    }
    /// Nodes and edges.
    NodeGraphOptions {
        edges: NodeGraphEdges,
        nodes: NodeGraphNodes,
        zoom_mode: String,
    }
    /// Arrows.
    NodeGraphEdges {
        main_stat_unit: String,
    }
    /// Nodes.
    NodeGraphNodes {
        arcs: Vec<NodeGraphArc>,
        main_stat_unit: String,
    }
    /// A part of the ring around a node.
    NodeGraphArc {
        color: String,
        field: String,
    }
    /// States over time.
    StateTimelineOptions {
        align_value: String,
        legend: Legend,
        merge_values: bool,
        row_height: f64,
        show_value: String,
        tooltip: Tooltip,
    }
    /// Alerts.
    AlertListOptions {
        alert_instance_label_filter: String,
        alert_name: String,
        dashboard_alerts: bool,
        datasource: String,
        group_by: Vec<String>,
        group_mode: String,
        max_items: u32,
        show_inactive_alerts: bool,
        sort_order: u8,
        state_filter: BTreeMap<String, bool>,
        view_mode: String,
    }
    /// Log lines.
    LogsOptions {
        dedup_strategy: String,
        enable_log_details: bool,
        prettify_log_message: bool,
        show_common_labels: bool,
        show_labels: bool,
        show_log_context_toggle: bool,
        show_time: bool,
        sort_order: String,
        wrap_log_message: bool,
    }
    /// Markdown.
    TextOptions {
        content: String,
        mode: String,
    }
}

/// A panel or a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Item {
    /// A row.
    Row(Row),
    /// A panel.
    Panel(Box<Panel>),
}

/// A value as JSON; structures of strings and numbers always are.
pub(crate) fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

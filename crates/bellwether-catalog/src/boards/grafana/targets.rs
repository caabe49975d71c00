//! Queries.

use crate::boards::model::{Kind, Panel, Query, Source};

use super::dashboard::data_source;
use super::schema::{DataSource, Target};

pub(super) fn targets(panel: &Panel) -> Vec<Target> {
    panel
        .queries
        .iter()
        .map(|query| target(panel, query))
        .collect()
}

/// The data source of a query; that of a panel is the one of its first query.
pub(super) fn source(source: Source) -> DataSource {
    match source {
        Source::Prometheus => data_source("prometheus", "datasource"),
        Source::Tempo => data_source("tempo", "tempo"),
        Source::Loki => data_source("loki", "loki"),
    }
}

fn target(panel: &Panel, query: &Query) -> Target {
    let empty = Target {
        datasource: source(query.source),
        editor_mode: None,
        exemplar: None,
        expr: None,
        filters: None,
        format: None,
        instant: None,
        legend_format: None,
        limit: None,
        query: None,
        query_type: None,
        range: None,
        ref_id: query.reference.clone(),
        table_type: None,
    };
    match query.source {
        Source::Prometheus => Target {
            editor_mode: Some("code".to_owned()),
            exemplar: Some(query.exemplars),
            expr: Some(query.expr.clone()),
            format: Some(format(panel.kind).to_owned()),
            instant: Some(query.instant),
            legend_format: Some(legend(panel, query)),
            range: Some(!query.instant),
            ..empty
        },
        Source::Loki => Target {
            editor_mode: Some("code".to_owned()),
            expr: Some(query.expr.clone()),
            legend_format: Some(query.legend.clone()),
            query_type: Some(if query.instant { "instant" } else { "range" }.to_owned()),
            ..empty
        },
        Source::Tempo => Target {
            filters: Some(Vec::new()),
            limit: Some(50),
            query: Some(query.expr.clone()),
            query_type: Some("traceql".to_owned()),
            table_type: Some("traces".to_owned()),
            ..empty
        },
    }
}

fn format(kind: Kind) -> &'static str {
    match kind {
        Kind::Table | Kind::NodeGraph => "table",
        Kind::Heatmap => "heatmap",
        _ => "time_series",
    }
}

fn legend(panel: &Panel, query: &Query) -> String {
    if panel.kind == Kind::Heatmap && query.legend.is_empty() {
        return "{{le}}".to_owned();
    }
    query.legend.clone()
}

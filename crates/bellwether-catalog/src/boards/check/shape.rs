//! Rules about the JSON that is written: it is read back, and what Grafana's linter asks of it is looked at there.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::finding::{Check, Findings, on_board};
use crate::boards::grafana;
use crate::boards::grafana::schema::{
    AlertListOptions, BarGaugeOptions, Dashboard, GaugeOptions, GridPos, HeatmapOptions, Item,
    LogsOptions, NodeGraphOptions, Panel, StatOptions, StateTimelineOptions, TableOptions,
    TextOptions, TimeSeriesOptions,
};
use crate::boards::layout::COLUMNS;
use crate::boards::model::Board;
use crate::boards::standard;
use crate::model::Registry;
use crate::monitoring::Monitoring;

pub(super) fn check(
    board: &Board,
    registry: &Registry,
    monitoring: &Monitoring,
    findings: &mut Findings,
) {
    match grafana::render(board, registry, monitoring) {
        Ok(text) => {
            for (check, message) in of_json(&text, standard::has_scope(board)) {
                findings.push(on_board(board, check, message));
            }
        }
        Err(problems) => {
            for problem in problems {
                findings.push(super::Finding {
                    location: problem.location,
                    check: Check::ThresholdMetric,
                    message: problem.message,
                });
            }
        }
    }
}

/// What is wrong with a dashboard.
pub(super) fn of_json(text: &str, scoped: bool) -> Vec<(Check, String)> {
    let dashboard: Dashboard = match serde_json::from_str(text) {
        Ok(dashboard) => dashboard,
        Err(error) => return vec![(Check::StrictShape, error.to_string())],
    };
    let mut wrong = Vec::new();
    if dashboard.editable {
        wrong.push((
            Check::UneditableDashboard,
            "the board can be edited; expected `editable: false`".to_owned(),
        ));
    }
    variables(&dashboard, scoped, &mut wrong);
    let mut ids = BTreeSet::new();
    for panel in panels(&dashboard) {
        if !ids.insert(panel.id) {
            wrong.push((
                Check::UniqueId,
                format!("panel `{}` has the id {} of another", panel.title, panel.id),
            ));
        }
        data_sources(panel, &mut wrong);
        if let Err(error) = options(panel) {
            wrong.push((
                Check::StrictShape,
                format!("the options of panel `{}`: {error}", panel.title),
            ));
        }
    }
    grid(&dashboard, &mut wrong);
    wrong
}

type Wrong = Vec<(Check, String)>;

fn panels(dashboard: &Dashboard) -> Vec<&Panel> {
    let mut panels = Vec::new();
    for item in &dashboard.panels {
        match item {
            Item::Row(row) => panels.extend(&row.panels),
            Item::Panel(panel) => panels.push(panel),
        }
    }
    panels
}

fn variables(dashboard: &Dashboard, scoped: bool, wrong: &mut Wrong) {
    let list = &dashboard.templating.list;
    let of_prometheus = list
        .iter()
        .filter(|variable| variable.kind == "datasource" && variable.query == *"prometheus");
    let names: Vec<&str> = of_prometheus
        .map(|variable| variable.name.as_str())
        .collect();
    if names != ["datasource"] {
        wrong.push((
            Check::TemplateDatasource,
            format!(
                "data source variables of Prometheus are {names:?}; expected one, `datasource`"
            ),
        ));
    }
    let job = list.iter().find(|variable| variable.name == "job");
    if scoped
        && !job.is_some_and(|job| {
            job.multi && job.include_all && job.all_value.as_deref() == Some(".*")
        })
    {
        wrong.push((
            Check::TemplateJob,
            "the variable `job` picks no services; expected several at once, and all".to_owned(),
        ));
    }
    for variable in list.iter().filter(|variable| variable.kind == "query") {
        if variable.refresh != Some(2) {
            let message = format!(
                "variable `{}` is not read anew when the time range changes; expected `refresh: 2`",
                variable.name
            );
            wrong.push((Check::TemplateOnTimeChangeReload, message));
        }
    }
}

fn data_sources(panel: &Panel, wrong: &mut Wrong) {
    let known = standard::DATA_SOURCES.map(|(name, _, _)| format!("${{{name}}}"));
    let targets = panel.targets.iter().map(|target| &target.datasource);
    for source in panel.datasource.iter().chain(targets) {
        if !known.contains(&source.uid) {
            let message = format!(
                "panel `{}` asks the data source `{}`; expected one of: {}",
                panel.title,
                source.uid,
                known.join(", ")
            );
            wrong.push((Check::PanelDatasource, message));
        }
    }
}

fn options(panel: &Panel) -> Result<(), serde_json::Error> {
    fn read<T: DeserializeOwned>(value: &Value) -> Result<(), serde_json::Error> {
        T::deserialize(value).map(|_| ())
    }
    let value = &panel.options;
    match panel.kind.as_str() {
        "timeseries" => read::<TimeSeriesOptions>(value),
        "stat" => read::<StatOptions>(value),
        "bargauge" => read::<BarGaugeOptions>(value),
        "gauge" => read::<GaugeOptions>(value),
        "table" => read::<TableOptions>(value),
        "heatmap" => read::<HeatmapOptions>(value),
        "nodeGraph" => read::<NodeGraphOptions>(value),
        "state-timeline" => read::<StateTimelineOptions>(value),
        "alertlist" => read::<AlertListOptions>(value),
        "logs" => read::<LogsOptions>(value),
        "text" => read::<TextOptions>(value),
        other => Err(serde::de::Error::custom(format!(
            "there is no kind of panel `{other}`"
        ))),
    }
}

/// Rectangles of what is open, each group of panels by itself: a closed row's panels are placed when it is opened.
fn grid(dashboard: &Dashboard, wrong: &mut Wrong) {
    let mut open: Vec<(&str, &GridPos)> = Vec::new();
    for item in &dashboard.panels {
        match item {
            Item::Panel(panel) => open.push((&panel.title, &panel.grid_pos)),
            Item::Row(row) => {
                open.push((&row.title, &row.grid_pos));
                let inside: Vec<(&str, &GridPos)> = row
                    .panels
                    .iter()
                    .map(|panel| (panel.title.as_str(), &panel.grid_pos))
                    .collect();
                overlaps(&inside, wrong);
            }
        }
    }
    overlaps(&open, wrong);
}

fn overlaps(placed: &[(&str, &GridPos)], wrong: &mut Wrong) {
    for (index, (title, one)) in placed.iter().enumerate() {
        if one.x + one.w > COLUMNS || one.w == 0 || one.h == 0 {
            let message = format!("`{title}` ends in column {} of {COLUMNS}", one.x + one.w);
            wrong.push((Check::Grid, message));
        }
        for (other_title, other) in &placed[index + 1..] {
            let apart = one.x + one.w <= other.x
                || other.x + other.w <= one.x
                || one.y + one.h <= other.y
                || other.y + other.h <= one.y;
            if !apart {
                wrong.push((
                    Check::Grid,
                    format!("`{title}` and `{other_title}` overlap"),
                ));
            }
        }
    }
}

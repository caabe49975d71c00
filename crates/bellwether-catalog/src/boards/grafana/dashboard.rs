//! The frame of a dashboard: variables, annotations, links, and where the panels stand.

use serde_json::{Value, json};

use crate::boards::layout::{self, COLUMNS};
use crate::boards::model::{Board, Variable as BoardVariable, VariableKind};
use crate::boards::standard;
use crate::boards::threshold;
use crate::error::Problem;
use crate::model::Registry;
use crate::monitoring::{Links, Monitoring};

use super::panel;
use super::schema::{
    Annotation, Annotations, Dashboard, DashboardLink, DataSource, GridPos, Item, Row, Span,
    Templating, TimePicker, Variable, VariableOption,
};

/// Version of the classic schema, of Grafana 11 and 12. Later ones migrate it when they load it.
const SCHEMA_VERSION: u16 = 41;

pub(super) fn dashboard(
    board: &Board,
    registry: &Registry,
    monitoring: &Monitoring,
) -> Result<Dashboard, Vec<Problem>> {
    let mut tags = vec!["bellwether".to_owned()];
    tags.extend(board.tags.iter().cloned());
    Ok(Dashboard {
        annotations: Annotations {
            list: annotations(board),
        },
        description: board.description.clone(),
        editable: false,
        graph_tooltip: 1, // one crosshair for all panels
        links: links(),
        panels: items(board, registry, monitoring)?,
        refresh: "30s".to_owned(),
        schema_version: SCHEMA_VERSION,
        tags,
        templating: Templating {
            list: variables(board),
        },
        time: Span {
            from: "now-1h".to_owned(),
            to: "now".to_owned(),
        },
        timepicker: TimePicker {
            refresh_intervals: ["10s", "30s", "1m", "5m", "15m", "1h"]
                .map(str::to_owned)
                .to_vec(),
        },
        timezone: "browser".to_owned(),
        title: format!("Bellwether / {}", board.title),
        uid: board.uid.clone(),
        version: 1,
    })
}

fn items(
    board: &Board,
    registry: &Registry,
    monitoring: &Monitoring,
) -> Result<Vec<Item>, Vec<Problem>> {
    let mut items = Vec::new();
    let mut problems = Vec::new();
    let mut id = 0;
    for placed in layout::places(board) {
        id += 1;
        let mut row = Row {
            collapsed: placed.row.collapsed,
            grid_pos: GridPos {
                h: 1,
                w: COLUMNS,
                x: 0,
                y: placed.y,
            },
            id,
            panels: Vec::new(),
            repeat: placed.row.repeat.clone(),
            title: placed.row.title.clone(),
            kind: "row".to_owned(),
        };
        let mut panels = Vec::new();
        for (source, place) in placed.row.panels.iter().zip(&placed.places) {
            id += 1;
            match threshold::limit(source, registry, monitoring) {
                Ok(limit) => panels.push(panel::panel(board, source, *place, id, limit)),
                Err(problem) => problems.push(problem),
            }
        }
        // a closed row holds its panels, an open one is followed by them
        if row.collapsed {
            row.panels = panels;
            items.push(Item::Row(row));
        } else {
            items.push(Item::Row(row));
            items.extend(panels.into_iter().map(|panel| Item::Panel(Box::new(panel))));
        }
    }
    if problems.is_empty() {
        return Ok(items);
    }
    Err(problems)
}

pub(super) fn data_source(kind: &str, variable: &str) -> DataSource {
    DataSource {
        kind: kind.to_owned(),
        uid: format!("${{{variable}}}"),
    }
}

fn option(text: Value, value: Value, selected: bool) -> VariableOption {
    VariableOption {
        selected,
        text,
        value,
    }
}

fn variables(board: &Board) -> Vec<Variable> {
    let mut variables: Vec<Variable> = standard::DATA_SOURCES
        .iter()
        .map(|(name, label, plugin)| Variable {
            all_value: None,
            current: option(json!(""), json!(""), false),
            datasource: None,
            definition: None,
            hide: 0,
            include_all: false,
            label: (*label).to_owned(),
            multi: false,
            name: (*name).to_owned(),
            options: Vec::new(),
            query: json!(plugin),
            refresh: Some(1),
            regex: Some(String::new()),
            sort: None,
            kind: "datasource".to_owned(),
        })
        .collect();
    variables.extend(standard::variables(board).iter().map(variable));
    variables
}

fn variable(variable: &BoardVariable) -> Variable {
    match &variable.kind {
        VariableKind::Label {
            metric,
            label,
            matchers,
        } => label_values(variable, metric, label, matchers),
        VariableKind::Choices(choices) => one_of(variable, choices),
    }
}

fn label_values(variable: &BoardVariable, metric: &str, label: &str, matchers: &str) -> Variable {
    let selector = standard::selector(metric, matchers);
    let query = format!("label_values({selector}, {label})");
    Variable {
        all_value: Some(".*".to_owned()),
        current: option(json!(["All"]), json!(["$__all"]), true),
        datasource: Some(data_source("prometheus", "datasource")),
        definition: Some(query.clone()),
        hide: 0,
        include_all: true,
        label: variable.label.clone(),
        multi: true,
        name: variable.name.clone(),
        options: Vec::new(),
        query: json!({"qryType": 1, "query": query, "refId": format!("variable-{}", variable.name)}),
        refresh: Some(2), // when the time range changes
        regex: Some(String::new()),
        sort: Some(1), // by name
        kind: "query".to_owned(),
    }
}

fn one_of(variable: &BoardVariable, choices: &[String]) -> Variable {
    let options: Vec<VariableOption> = choices
        .iter()
        .enumerate()
        .map(|(index, choice)| option(json!(choice), json!(choice), index == 0))
        .collect();
    let first = choices.first().cloned().unwrap_or_default();
    Variable {
        all_value: None,
        current: option(json!(first), json!(first), true),
        datasource: None,
        definition: None,
        hide: 0,
        include_all: false,
        label: variable.label.clone(),
        multi: false,
        name: variable.name.clone(),
        options,
        query: json!(choices.join(",")),
        refresh: None,
        regex: None,
        sort: None,
        kind: "custom".to_owned(),
    }
}

fn annotations(board: &Board) -> Vec<Annotation> {
    let own = Annotation {
        built_in: Some(1),
        datasource: DataSource {
            kind: "grafana".to_owned(),
            uid: "-- Grafana --".to_owned(),
        },
        enable: true,
        expr: None,
        hide: true,
        icon_color: "rgba(0, 211, 255, 1)".to_owned(),
        name: "Annotations & Alerts".to_owned(),
        step: None,
        tag_keys: None,
        text_format: None,
        title_format: None,
        kind: Some("dashboard".to_owned()),
    };
    let asked =
        |name: &str, color: &str, expr: String, title: &str, text: &str, tags: &str| Annotation {
            built_in: None,
            datasource: data_source("prometheus", "datasource"),
            enable: true,
            expr: Some(expr),
            hide: false,
            icon_color: color.to_owned(),
            name: name.to_owned(),
            step: Some("60s".to_owned()),
            tag_keys: Some(tags.to_owned()),
            text_format: Some(text.to_owned()),
            title_format: Some(title.to_owned()),
            kind: None,
        };
    let mut annotations = vec![
        own,
        asked(
            "Alerts firing",
            "red",
            standard::firing(),
            "{{alertname}}",
            "{{severity}} {{job}}",
            "severity,job",
        ),
    ];
    if standard::has_scope(board) {
        annotations.push(asked(
            "Deploys",
            "blue",
            standard::deploys(),
            "{{job}} {{service_version}}",
            "a process with a version that was not there five minutes before",
            "job,service_version",
        ));
    }
    annotations
}

fn links() -> Vec<DashboardLink> {
    let link = |title: &str, kind: &str, url: Option<&str>| DashboardLink {
        as_dropdown: kind == "dashboards",
        icon: if kind == "link" {
            "doc"
        } else {
            "external link"
        }
        .to_owned(),
        include_vars: kind == "dashboards",
        keep_time: kind == "dashboards",
        tags: if kind == "dashboards" {
            vec!["bellwether".to_owned()]
        } else {
            Vec::new()
        },
        target_blank: kind == "link",
        title: title.to_owned(),
        tooltip: String::new(),
        kind: kind.to_owned(),
        url: url.map(str::to_owned),
    };
    vec![
        link("Boards", "dashboards", None),
        link("Runbooks", "link", Some(&Links::default().runbooks)),
    ]
}

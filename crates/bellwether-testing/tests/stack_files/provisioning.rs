//! What Grafana is told at its start. It ignores keys that it does not know; these structures do not.

#![allow(dead_code, reason = "fields are there to be allowed")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{read, root, stack};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DataSources {
    api_version: u32,
    prune: bool,
    datasources: Vec<DataSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DataSource {
    name: String,
    uid: String,
    r#type: String,
    access: String,
    url: String,
    #[serde(default)]
    is_default: bool,
    editable: bool,
    /// No correlations among them: none of the fields that they could start from is in an answer.
    json_data: JsonData,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct JsonData {
    http_method: Option<String>,
    prometheus_type: Option<String>,
    prometheus_version: Option<String>,
    time_interval: Option<String>,
    incremental_querying: Option<bool>,
    #[serde(default)]
    exemplar_trace_id_destinations: Vec<ExemplarDestination>,
    node_graph: Option<BTreeMap<String, bool>>,
    search: Option<BTreeMap<String, bool>>,
    streaming_enabled: Option<BTreeMap<String, bool>>,
    traces_to_logs_v2: Option<TracesTo>,
    traces_to_metrics: Option<TracesTo>,
    max_lines: Option<u32>,
    #[serde(default)]
    derived_fields: Vec<DerivedField>,
    implementation: Option<String>,
    handle_grafana_managed_alerts: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ExemplarDestination {
    name: String,
    datasource_uid: String,
    url_display_label: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TracesTo {
    datasource_uid: String,
    span_start_time_shift: String,
    span_end_time_shift: String,
    tags: Vec<Tag>,
    #[serde(default)]
    custom_query: bool,
    query: Option<String>,
    #[serde(default)]
    queries: Vec<Query>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tag {
    key: String,
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    name: String,
    query: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DerivedField {
    name: String,
    matcher_type: String,
    matcher_regex: String,
    datasource_uid: String,
    url: String,
    url_display_label: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Providers {
    api_version: u32,
    providers: Vec<Provider>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Provider {
    name: String,
    org_id: u32,
    folder: String,
    folder_uid: String,
    r#type: String,
    disable_deletion: bool,
    allow_ui_updates: bool,
    update_interval_seconds: u32,
    options: BTreeMap<String, String>,
}

const SOURCES: &str = "deploy/grafana/provisioning/datasources/bellwether.yaml";
const PROVIDERS: &str = "deploy/grafana/provisioning/dashboards/bellwether.yaml";

fn parse<T: DeserializeOwned>(path: &str) -> T {
    serde_saphyr::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn sources() -> Vec<DataSource> {
    parse::<DataSources>(SOURCES).datasources
}

#[test]
fn data_sources_lie_where_the_stack_has_them() {
    let sources = sources();
    let kinds = sources
        .iter()
        .map(|source| (source.uid.as_str(), source.r#type.as_str()));
    let expected = ["prometheus", "tempo", "loki", "alertmanager"].map(|name| (name, name));
    assert_eq!(kinds.collect::<Vec<_>>(), expected);
    assert_eq!(sources.iter().filter(|source| source.is_default).count(), 1);
    let Some(stack) = stack(&[]) else { return };
    for source in sources {
        let (host, port) = source
            .url
            .strip_prefix("http://")
            .unwrap()
            .split_once(':')
            .unwrap();
        let service = &stack["services"][host];
        let ports = service["ports"].as_array().unwrap();
        let takes_it = ports
            .iter()
            .any(|at| at["target"].as_u64() == port.parse().ok());
        assert!(takes_it, "{}", source.url);
        let can_reach = |name: &str| {
            stack["services"][name]["networks"]
                .as_object()
                .unwrap()
                .contains_key("query")
        };
        assert!(can_reach(host) && can_reach("grafana"), "{host}");
        assert!(!source.editable, "{}", source.name);
    }
}

#[test]
fn every_way_between_data_sources_ends_at_one() {
    let sources = sources();
    let uids: Vec<_> = sources.iter().map(|source| source.uid.as_str()).collect();
    let by = |uid: &str| sources.iter().find(|source| source.uid == uid).unwrap();
    let mut ways = 0;
    let mut leads = |from: &str, to: &str| {
        assert!(uids.contains(&to), "{from} leads to {to}");
        ways += 1;
    };
    for source in &sources {
        let data = &source.json_data;
        data.exemplar_trace_id_destinations
            .iter()
            .for_each(|way| leads(&source.uid, &way.datasource_uid));
        data.derived_fields
            .iter()
            .for_each(|way| leads(&source.uid, &way.datasource_uid));
        let traces = [&data.traces_to_logs_v2, &data.traces_to_metrics];
        traces
            .into_iter()
            .flatten()
            .for_each(|way| leads(&source.uid, &way.datasource_uid));
    }
    assert_eq!(ways, 5);
    // Metric to trace by the label that the SDK gives exemplars, trace to log by the id that Loki stores, and back.
    assert_eq!(
        by("prometheus").json_data.exemplar_trace_id_destinations[0].name,
        "trace_id"
    );
    let to_logs = by("tempo").json_data.traces_to_logs_v2.as_ref().unwrap();
    assert!(
        to_logs
            .query
            .as_ref()
            .unwrap()
            .contains("trace_id = \"$${__span.traceId}\"")
    );
    let records = &by("loki").json_data.derived_fields;
    let labels = records.iter().map(|way| way.matcher_regex.as_str());
    assert_eq!(labels.collect::<Vec<_>>(), ["trace_id", "session_id"]);
}

/// Loki makes `session_id` of the attribute `session.id`, and has the name of the JSON line nowhere.
#[test]
fn links_from_log_records_start_at_what_the_sdk_sends() {
    let sent = read("crates/bellwether/src/logs/otlp.rs");
    let sources = sources();
    let records = sources
        .iter()
        .flat_map(|source| &source.json_data.derived_fields);
    let mut attributes = 0;
    for way in records {
        assert_eq!(way.matcher_type, "label", "{}", way.name);
        assert_eq!(way.matcher_regex, way.name);
        assert!(way.url.contains("$${__value.raw}"), "{}", way.url);
        // Of the record itself.
        if way.name == "trace_id" {
            continue;
        }
        let attribute = way.name.replace('_', ".");
        assert!(
            sent.contains(&format!("text(\"{attribute}\"")),
            "{attribute}"
        );
        assert!(way.url.contains(&format!(".{attribute} = ")), "{}", way.url);
        attributes += 1;
    }
    assert_eq!(attributes, 1);
}

/// Grafana replaces `$name` and `${name}` by variables of its environment when it reads the file.
#[test]
fn dollar_signs_are_doubled() {
    let text = read(SOURCES);
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    for line in code {
        assert!(!line.replace("$$", "").contains('$'), "{line}");
    }
}

/// The label that a link from a trace looks for is one that Prometheus and Loki have.
#[test]
fn links_from_traces_use_labels_that_are_there() {
    let prometheus = read("deploy/prometheus/prometheus.yml");
    let loki = read("deploy/loki/loki.yaml");
    for source in sources() {
        let data = source.json_data;
        for way in [data.traces_to_logs_v2, data.traces_to_metrics]
            .into_iter()
            .flatten()
        {
            for Tag { key, value } in way.tags {
                assert_eq!(value, key.replace('.', "_"));
                let attribute = format!("- {key}\n");
                assert!(
                    prometheus.contains(&attribute),
                    "Prometheus has no label {value}"
                );
                assert!(
                    loki.contains(&format!("[{key},")),
                    "Loki has no label {value}"
                );
            }
        }
    }
}

#[test]
fn boards_are_provisioned_from_the_folder_that_is_mounted() {
    let providers = parse::<Providers>(PROVIDERS).providers;
    let path = providers[0].options["path"].clone();
    assert!(!providers[0].allow_ui_updates);
    let Some(stack) = stack(&[]) else { return };
    let grafana = &stack["services"]["grafana"];
    let mounts = grafana["volumes"].as_array().unwrap();
    let source = |target: &str| {
        let mount = mounts.iter().find(|mount| mount["target"] == target);
        mount.unwrap_or_else(|| panic!("nothing at {target}"))["source"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(source(&path).ends_with("/dashboards/grafana"));
    assert!(source("/etc/grafana/provisioning").ends_with("/deploy/grafana/provisioning"));
    // The board that one sees first is one of them, once there are boards.
    let home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
        .as_str()
        .unwrap();
    let home = home.strip_prefix(&format!("{path}/")).unwrap();
    let boards = boards();
    assert!(
        boards.len() < 5 || boards.contains_key(home),
        "no {home} among {:?}",
        boards.keys()
    );
}

/// The boards, by file name.
fn boards() -> BTreeMap<String, Value> {
    let folder = std::fs::read_dir(root().join("dashboards/grafana")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path());
    let boards = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    boards
        .map(|path| {
            let board = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            (
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                board,
            )
        })
        .collect()
}

/// Every data source that a board names is a variable or one of ours; every variable has a type that we provide.
#[test]
fn boards_use_data_sources_that_are_there() {
    fn walk(value: &Value, found: &mut Vec<(String, String)>) {
        if let (Some(kind), Some(uid)) = (
            value["datasource"]["type"].as_str(),
            value["datasource"]["uid"].as_str(),
        ) {
            found.push((kind.to_owned(), uid.to_owned()));
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            Value::Object(entries) => entries.values().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let known: Vec<_> = sources().into_iter().map(|source| source.uid).collect();
    for (name, board) in boards() {
        let mut found = Vec::new();
        walk(&board, &mut found);
        for (kind, uid) in found {
            let is_grafanas_own =
                uid.starts_with("--") || kind == "grafana" || kind == "datasource";
            let is_variable = uid.starts_with('$');
            assert!(
                is_grafanas_own || is_variable || known.contains(&uid),
                "{name}: {kind} {uid}"
            );
            assert!(
                is_grafanas_own || known.contains(&kind),
                "{name}: no data source of type {kind}"
            );
        }
    }
}

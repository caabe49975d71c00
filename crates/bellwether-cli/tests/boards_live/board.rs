//! A dashboard as it ships: its queries and its variables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// What is looked at, in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Windows {
    /// The range of a panel.
    pub(crate) range: u32,
    /// The window of its rates.
    pub(crate) rate: u32,
}

/// Of what was fed: points come every two minutes.
const OF_FEED: Windows = Windows {
    range: 25 * 60,
    rate: 6 * 60,
};

pub(crate) struct Board {
    pub(crate) name: String,
    pub(crate) queries: Vec<Query>,
    pub(crate) variables: Vec<Variable>,
    windows: Windows,
}

pub(crate) struct Query {
    pub(crate) panel: String,
    pub(crate) reference: String,
    pub(crate) expression: String,
    pub(crate) legend: String,
    pub(crate) instant: bool,
    /// Whether points of the panel lead to traces.
    pub(crate) exemplar: bool,
    /// Of the column, else of the panel.
    pub(crate) unit: String,
}

/// A variable of the board: what it lists, or what it offers.
pub(crate) struct Variable {
    pub(crate) name: String,
    /// Selector and label of a list of values.
    pub(crate) list: Option<(String, String)>,
    pub(crate) choices: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dashboards/grafana")
}

impl Board {
    pub(crate) fn all() -> Vec<Self> {
        let files = std::fs::read_dir(folder()).unwrap();
        let mut names: Vec<String> = files
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        names.sort();
        assert!(names.len() >= 9, "{names:?}");
        let read = |name: &String| Self::read(name, str::to_owned);
        names.iter().map(read).collect()
    }

    /// One board, its text changed.
    pub(crate) fn read(name: &str, change: impl Fn(&str) -> String) -> Self {
        let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        let json: Value = serde_json::from_str(&change(&text)).unwrap();
        let variables = json["templating"]["list"].as_array().unwrap();
        Self {
            name: name.to_owned(),
            queries: panels(&json).flat_map(queries).collect(),
            variables: variables.iter().filter_map(variable).collect(),
            windows: OF_FEED,
        }
    }

    pub(crate) fn within(self, windows: Windows) -> Self {
        Self { windows, ..self }
    }

    /// Every variable at all its values; one that offers choices at the first.
    pub(crate) fn everything(&self) -> BTreeMap<String, String> {
        let value = |variable: &Variable| match variable.choices.first() {
            Some(first) => first.clone(),
            None => ".*".to_owned(),
        };
        self.variables
            .iter()
            .map(|variable| (variable.name.clone(), value(variable)))
            .collect()
    }

    /// The text with its variables filled in, in any of their spellings.
    pub(crate) fn filled(&self, text: &str, values: &BTreeMap<String, String>) -> String {
        let Windows { range, rate } = self.windows;
        let mut filled = text
            .replace("$__rate_interval", &format!("{rate}s"))
            .replace("$__range_s", &range.to_string())
            .replace("$__range", &format!("{range}s"))
            .replace("$__interval", "15s");
        // The longest first: one name may begin with another.
        let mut names: Vec<&String> = values.keys().collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        for name in names {
            let value = &values[name];
            for spelling in [
                format!("${{{name}:regex}}"),
                format!("${{{name}}}"),
                format!("${name}"),
            ] {
                filled = filled.replace(&spelling, value);
            }
        }
        // `${1}` is a group of a pattern.
        let left = filled.split('$').skip(1).any(|rest| {
            let first = rest.trim_start_matches('{').chars().next();
            first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        });
        assert!(!left, "{}: not filled: {filled}", self.name);
        filled
    }
}

fn panels(board: &Value) -> impl Iterator<Item = &Value> {
    let open = board["panels"].as_array().unwrap().iter();
    open.flat_map(|panel| {
        let inside = panel["panels"].as_array().map_or(&[][..], Vec::as_slice);
        std::iter::once(panel).chain(inside)
    })
}

fn queries(panel: &Value) -> Vec<Query> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let targets = panel["targets"].as_array().into_iter().flatten();
    targets
        .filter(|target| target["datasource"]["type"] == "prometheus")
        .map(|target| Query {
            panel: text(&panel["title"]),
            reference: text(&target["refId"]),
            expression: text(&target["expr"]),
            legend: text(&target["legendFormat"]),
            instant: target["instant"] == true,
            exemplar: target["exemplar"] == true,
            unit: unit(panel, target),
        })
        .collect()
}

/// The unit of a query: of its frame, of its column, of the panel.
fn unit(panel: &Value, target: &Value) -> String {
    let reference = &target["refId"];
    let organize = panel["transformations"].as_array().into_iter().flatten();
    let value = format!("Value #{}", reference.as_str().unwrap());
    let column = organize
        .filter(|step| step["id"] == "organize")
        .find_map(|step| step["options"]["renameByName"][&value].as_str());
    let overrides = panel["fieldConfig"]["overrides"].as_array().unwrap();
    let own = overrides.iter().find_map(|own| {
        let of = &own["matcher"]["options"];
        let is_own = of == reference && own["matcher"]["id"] == "byFrameRefID"
            || column.is_some_and(|column| of == column);
        let properties = own["properties"].as_array().unwrap();
        let unit = properties.iter().find(|property| property["id"] == "unit");
        unit.filter(|_| is_own)?["value"].as_str()
    });
    if panel["type"] == "heatmap" {
        return String::new(); // what is counted in the bands has no unit
    }
    let of_panel = panel["fieldConfig"]["defaults"]["unit"].as_str();
    own.or(of_panel).unwrap_or_default().to_owned()
}

fn variable(json: &Value) -> Option<Variable> {
    let name = json["name"].as_str().unwrap().to_owned();
    match json["type"].as_str().unwrap() {
        "custom" => {
            let options = json["options"].as_array().unwrap().iter();
            let choice = |option: &Value| option["value"].as_str().unwrap().to_owned();
            Some(Variable {
                name,
                list: None,
                choices: options.map(choice).collect(),
            })
        }
        "query" => {
            let query = json["query"]["query"].as_str().unwrap();
            let inside = query
                .strip_prefix("label_values(")
                .and_then(|rest| rest.strip_suffix(')'))
                .unwrap_or_else(|| panic!("{name}: {query}"));
            let (selector, label) = inside.rsplit_once(", ").unwrap();
            Some(Variable {
                name,
                list: Some((selector.to_owned(), label.to_owned())),
                choices: Vec::new(),
            })
        }
        _ => None,
    }
}

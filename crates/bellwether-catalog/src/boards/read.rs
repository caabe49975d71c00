//! From YAML to boards. Reading goes on after a problem, so that all of them are told at once.

use std::sync::Arc;

use crate::error::{Error, Location, Problem, Rule};
use crate::read::fields::{self, Fields, Problems};
use crate::yaml::{self, Data, Node};

use super::model::{
    Board, Boards, Colour, Kind, LimitOf, Link, LinkTarget, Panel, Query, Row, Source, State,
    Variable, VariableKind,
};
use super::units;

/// What `$scope` in an expression stands for.
pub(crate) const SCOPE: &str = "job=~\"$job\", deployment_environment_name=~\"$environment\"";

pub(crate) fn boards(sources: &[(&str, &str)]) -> Result<Boards, Error> {
    let mut problems = Problems::new();
    let mut boards = Boards::default();
    for (name, text) in sources {
        let file: Arc<str> = Arc::from(*name);
        match yaml::parse(&file, text) {
            Err(problem) => problems.push(problem),
            Ok(node) => boards.boards.extend(board(node, name, &mut problems)),
        }
    }
    if problems.is_empty() {
        return Ok(boards);
    }
    problems.sort();
    Err(Error::Invalid(problems))
}

fn wrong(location: &Location, problems: &mut Problems, message: String) {
    problems.push(Problem::new(location.clone(), Rule::Shape, message));
}

fn board(node: Node, file: &str, problems: &mut Problems) -> Option<Board> {
    let mut fields = Fields::new(node, "the board", problems)?;
    let location = fields.location.clone();
    let uid = fields.required("uid", problems).unwrap_or_default();
    let expected = format!("bellwether-{}", file.strip_suffix(".yaml").unwrap_or(file));
    if uid != expected {
        let message =
            format!("`uid` is `{uid}`; expected `{expected}`, after the name of the file");
        wrong(&location, problems, message);
    }
    let board = Board {
        uid,
        title: fields.required("title", problems).unwrap_or_default(),
        description: fields.required("description", problems).unwrap_or_default(),
        tags: texts(&mut fields, "tags", problems),
        services_from: fields.text("services_from", problems),
        variables: each(&mut fields, "variables", problems, variable),
        rows: each(&mut fields, "rows", problems, row),
        location,
    };
    fields.finish_expecting(
        &[
            "uid",
            "title",
            "description",
            "tags",
            "services_from",
            "variables",
            "rows",
        ],
        problems,
    );
    Some(board)
}

fn each<T>(
    fields: &mut Fields,
    key: &str,
    problems: &mut Problems,
    read: fn(Node, &mut Problems) -> Option<T>,
) -> Vec<T> {
    let nodes = fields.list(key, problems);
    nodes
        .into_iter()
        .filter_map(|node| read(node, problems))
        .collect()
}

fn texts(fields: &mut Fields, key: &str, problems: &mut Problems) -> Vec<String> {
    let nodes = fields.list(key, problems);
    nodes
        .into_iter()
        .filter_map(|node| fields::scalar(node, key, problems))
        .collect()
}

/// A name of its own in messages: ``panel `Calls` ``.
fn titled(kind: &str, node: &Node, key: &str) -> String {
    let Data::Map(entries) = &node.data else {
        return format!("a {kind}");
    };
    let title = entries.iter().find(|entry| entry.key == key);
    match title.map(|entry| &entry.value.data) {
        Some(Data::Scalar { text, .. }) => format!("{kind} `{text}`"),
        _ => format!("a {kind}"),
    }
}

fn variable(node: Node, problems: &mut Problems) -> Option<Variable> {
    let what = titled("variable", &node, "name");
    let mut fields = Fields::new(node, &what, problems)?;
    let location = fields.location.clone();
    let name = fields.required("name", problems).unwrap_or_default();
    let label = fields.required("label", problems).unwrap_or_default();
    let choices = texts(&mut fields, "choices", problems);
    let from = fields.map("from", problems).map(|mut from| {
        let metric = from.required("metric", problems).unwrap_or_default();
        let label = from.required("label", problems).unwrap_or_default();
        let matchers = from.text("matchers", problems);
        let matchers = matchers.unwrap_or_else(|| "$scope".to_owned());
        from.finish_expecting(&["metric", "label", "matchers"], problems);
        VariableKind::Label {
            metric,
            label,
            matchers: matchers.replace("$scope", SCOPE),
        }
    });
    let kind = match (from, choices.is_empty()) {
        (Some(from), true) => Some(from),
        (None, false) => Some(VariableKind::Choices(choices)),
        _ => {
            fields.problem(problems, "needs either `from` or `choices`");
            None
        }
    };
    fields.finish_expecting(&["name", "label", "from", "choices"], problems);
    Some(Variable {
        name,
        label,
        kind: kind?,
        location,
    })
}

fn row(node: Node, problems: &mut Problems) -> Option<Row> {
    let what = titled("row", &node, "title");
    let mut fields = Fields::new(node, &what, problems)?;
    let row = Row {
        title: fields.required("title", problems).unwrap_or_default(),
        collapsed: fields.flag("collapsed", problems),
        repeat: fields.text("repeat", problems),
        panels: each(&mut fields, "panels", problems, panel),
        location: fields.location.clone(),
    };
    if row.panels.is_empty() {
        fields.problem(problems, "has no `panels`");
    }
    fields.finish_expecting(&["title", "collapsed", "repeat", "panels"], problems);
    Some(row)
}

const PANEL: &[&str] = &[
    "title",
    "kind",
    "width",
    "height",
    "description",
    "unit",
    "min",
    "max",
    "signed",
    "stack",
    "queries",
    "hide_labels",
    "sort",
    "threshold",
    "colours",
    "states",
    "links",
    "no_data",
    "text",
];

fn panel(node: Node, problems: &mut Problems) -> Option<Panel> {
    let what = titled("panel", &node, "title");
    let mut fields = Fields::new(node, &what, problems)?;
    let location = fields.location.clone();
    let title = fields.required("title", problems).unwrap_or_default();
    let kind = fields.choice("kind", Kind::WORDS, problems);
    let kind = kind.unwrap_or(Kind::TimeSeries);
    let width = whole(&mut fields, "width", 8, 24, problems);
    let default_height = if kind == Kind::Stat { 4 } else { 8 };
    let height = whole(&mut fields, "height", default_height, 40, problems);
    let description = fields.required("description", problems);
    let unit = fields.take("unit").map(|node| read_unit(node, problems));
    let min = fields
        .take("min")
        .and_then(|node| fields::number(&node, "min", problems));
    let max = fields
        .take("max")
        .and_then(|node| fields::number(&node, "max", problems));
    let signed = fields.flag("signed", problems);
    let zero_based = kind == Kind::TimeSeries && !signed;
    let text_panel = kind == Kind::Text;
    let no_data = if text_panel {
        None
    } else {
        fields.required("no_data", problems)
    };
    let text = if text_panel {
        fields.required("text", problems)
    } else {
        None
    };
    let mut panel = Panel {
        title,
        kind,
        width,
        height,
        description: folded(&description.unwrap_or_default()),
        unit: unit.flatten(),
        min: min.or(zero_based.then_some(0.0)),
        max,
        stack: fields.flag("stack", problems),
        queries: each(&mut fields, "queries", problems, query),
        hide_labels: texts(&mut fields, "hide_labels", problems),
        sort: fields.text("sort", problems),
        threshold: threshold(&mut fields, problems),
        colours: colours(&mut fields, problems),
        states: states(&mut fields, problems),
        links: each(&mut fields, "links", problems, link),
        no_data: no_data.unwrap_or_default(),
        text: text.unwrap_or_default(),
        location: location.clone(),
    };
    name_queries(&mut panel);
    if panel.queries.is_empty() && !matches!(kind, Kind::Text | Kind::AlertList) {
        fields.problem(problems, "has no `queries`");
    }
    fields.finish_expecting(PANEL, problems);
    Some(panel)
}

/// `A`, `B`, … where no name is given.
fn name_queries(panel: &mut Panel) {
    for (index, query) in panel.queries.iter_mut().enumerate() {
        if query.reference.is_empty() {
            let letter = char::from(b'A' + u8::try_from(index % 26).unwrap_or(0));
            query.reference = letter.to_string();
        }
    }
}

/// Text of one paragraph on one line, whatever the YAML broke.
fn folded(text: &str) -> String {
    let paragraphs = text.split("\n\n");
    let joined: Vec<String> = paragraphs
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    joined.join("\n\n").trim().to_owned()
}

fn whole(fields: &mut Fields, key: &str, default: u32, max: u32, problems: &mut Problems) -> u32 {
    let Some(node) = fields.take(key) else {
        return default;
    };
    let parsed = match &node.data {
        Data::Scalar { text, plain: true } => text.parse::<u32>().ok(),
        _ => None,
    };
    match parsed {
        Some(number) if (1..=max).contains(&number) => number,
        _ => {
            let message = format!(
                "`{key}` of {} must be a whole number from 1 to {max}",
                fields.what
            );
            wrong(&node.location, problems, message);
            default
        }
    }
}

fn read_unit(node: Node, problems: &mut Problems) -> Option<String> {
    let location = node.location.clone();
    let id = fields::scalar(node, "unit", problems)?;
    if units::unit(&id).is_none() {
        let message = format!(
            "`unit` is `{id}`; expected one of: {}, or `suffix:` and a text",
            units::known().collect::<Vec<_>>().join(", ")
        );
        wrong(&location, problems, message);
        return None;
    }
    Some(id)
}

fn query(node: Node, problems: &mut Problems) -> Option<Query> {
    let mut fields = Fields::new(node, "a query", problems)?;
    let location = fields.location.clone();
    let expr = folded(&fields.required("expr", problems).unwrap_or_default());
    let source = if fields.has("source") {
        fields.choice("source", Source::WORDS, problems)
    } else {
        Some(Source::Prometheus)
    };
    let query = Query {
        scoped: expr.contains("$scope"),
        expr: expr.replace("$scope", SCOPE),
        legend: fields.text("legend", problems).unwrap_or_default(),
        exemplars: fields.flag("exemplars", problems),
        instant: fields.flag("instant", problems),
        cumulative: fields.flag("cumulative", problems),
        reference: fields.text("ref", problems).unwrap_or_default(),
        source: source.unwrap_or(Source::Prometheus),
        column: fields.text("column", problems),
        unit: fields
            .take("unit")
            .and_then(|node| read_unit(node, problems)),
        location,
    };
    fields.finish_expecting(
        &[
            "expr",
            "legend",
            "exemplars",
            "instant",
            "cumulative",
            "ref",
            "source",
            "column",
            "unit",
        ],
        problems,
    );
    Some(query)
}

fn threshold(fields: &mut Fields, problems: &mut Problems) -> Option<LimitOf> {
    let mut threshold = fields.map("threshold", problems)?;
    let alert = threshold.text("alert", problems);
    let slo = threshold.text("slo", problems);
    let found = match (alert, slo) {
        (Some(alert), None) => Some(LimitOf::Alert(alert)),
        (None, Some(slo)) => Some(LimitOf::Slo(slo)),
        _ => {
            threshold.problem(problems, "needs either `alert` or `slo`");
            None
        }
    };
    threshold.finish_expecting(&["alert", "slo"], problems);
    found
}

fn colours(fields: &mut Fields, problems: &mut Problems) -> Vec<(String, Colour)> {
    let Some(mut map) = fields.map("colours", problems) else {
        return Vec::new();
    };
    let mut colours = Vec::new();
    for entry in map.drain() {
        let location = entry.location.clone();
        let Some(word) = fields::scalar(entry.value, &entry.key, problems) else {
            continue;
        };
        if let Some((_, colour)) = Colour::WORDS.iter().find(|(known, _)| *known == word) {
            colours.push((entry.key, *colour));
        } else {
            let allowed: Vec<&str> = Colour::WORDS.iter().map(|(word, _)| *word).collect();
            let message = format!(
                "the colour of `{}` is `{word}`; expected one of: {}",
                entry.key,
                allowed.join(", ")
            );
            wrong(&location, problems, message);
        }
    }
    colours
}

fn states(fields: &mut Fields, problems: &mut Problems) -> Vec<State> {
    let Some(mut map) = fields.map("states", problems) else {
        return Vec::new();
    };
    let mut states = Vec::new();
    for entry in map.drain() {
        let what = format!("state `{}`", entry.key);
        let location = entry.location.clone();
        let Ok(value) = entry.key.parse::<f64>() else {
            let message = format!("{what} is no value; expected a number, such as `0.5`");
            wrong(&location, problems, message);
            continue;
        };
        let Some(mut state) = Fields::new(entry.value, &what, problems) else {
            continue;
        };
        let text = state.required("text", problems);
        let colour = state.choice("colour", Colour::WORDS, problems);
        state.finish_expecting(&["text", "colour"], problems);
        if let (Some(text), Some(colour)) = (text, colour) {
            states.push(State {
                value,
                text,
                colour,
            });
        }
    }
    states.sort_by(|one, other| one.value.total_cmp(&other.value));
    states
}

fn link(node: Node, problems: &mut Problems) -> Option<Link> {
    let what = titled("link", &node, "title");
    let mut fields = Fields::new(node, &what, problems)?;
    let location = fields.location.clone();
    let title = fields.required("title", problems).unwrap_or_default();
    let traces = fields.text("traces", problems).map(LinkTarget::Traces);
    let logs = fields.text("logs", problems).map(LinkTarget::Logs);
    let mut variables = Vec::new();
    if let Some(mut map) = fields.map("variables", problems) {
        for entry in map.drain() {
            let value = fields::scalar(entry.value, &entry.key, problems);
            variables.extend(value.map(|value| (entry.key, value)));
        }
    }
    let board = fields
        .text("board", problems)
        .map(|uid| LinkTarget::Board { uid, variables });
    let mut targets = [traces, logs, board].into_iter().flatten();
    let target = targets.next();
    if target.is_none() || targets.next().is_some() {
        fields.problem(problems, "needs one of `traces`, `logs` and `board`");
    }
    fields.finish_expecting(&["title", "traces", "logs", "board", "variables"], problems);
    Some(Link {
        title,
        target: target?,
        location,
    })
}

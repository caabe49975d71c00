//! One alert from YAML: beside a metric of a registry, or in a rule file.

use super::condition::Condition;
use super::measure::{Aggregate, Aggregation, Grouping, Matcher, Measure, OverTime};
use super::model::{Action, Alert, NoData, OnError};
use crate::error::{Problem, Rule};
use crate::read::fields::{self, Fields, Problems};
use crate::read::values::{pairs, required_seconds, seconds, texts};
use crate::yaml::{Data, Node};

/// Four hours, as most who run an Alertmanager have it.
const REPEAT: u32 = 4 * 3_600;
/// What holds for a measure that needs a window and was given none.
const WINDOW: u32 = 300;

/// Reads an alert. In a registry the metric is the one around it; a rule file has to say which.
pub(crate) fn alert(node: Node, around: Option<&str>, problems: &mut Problems) -> Option<Alert> {
    let mut fields = Fields::new(node, "alert", problems)?;
    let name = fields.required("name", problems)?;
    fields.what = format!("alert `{name}`");
    let metric = match around {
        Some(metric) => Some(metric.to_owned()),
        None => fields.required("metric", problems),
    };
    let title = fields.text("title", problems);
    let selector = selector(&mut fields, problems);
    let measure = measure(&mut fields, problems);
    let aggregate = aggregate(&mut fields, problems);
    let is_absent = measure == Some(Measure::Absent);
    let condition = if is_absent {
        Some(Condition::Eq)
    } else {
        let words = Condition::ALL.map(|word| (word.as_str(), word));
        fields.choice("condition", &words, problems)
    };
    let threshold = if is_absent {
        Some(1.0)
    } else {
        fields.number("threshold", problems)
    };
    let mut optional = |key| optional_number(&mut fields, key, problems);
    let (upper, tolerance, clear) = (optional("upper"), optional("tolerance"), optional("clear"));
    let window = seconds(&mut fields, "window", problems).unwrap_or(WINDOW);
    let duration = required_seconds(&mut fields, "for", problems);
    let keep_firing_for = seconds(&mut fields, "keep_firing_for", problems).unwrap_or(0);
    let severities = ["info", "warning", "critical"].map(|word| (word, word));
    let severity = fields.choice("severity", &severities, problems);
    let labels = pairs(&mut fields, "labels", problems);
    let summary = fields.required("summary", problems);
    let description = fields.text("description", problems);
    let mut annotations = pairs(&mut fields, "annotations", problems);
    annotations.extend(description.map(|text| ("description".to_owned(), text)));
    let policies = [NoData::Resolve, NoData::Keep, NoData::Alert].map(|word| (word.as_str(), word));
    let no_data = optional_choice(&mut fields, "no_data", &policies, problems);
    let policies = [OnError::Keep, OnError::Resolve, OnError::Alert].map(|it| (it.as_str(), it));
    let on_error = optional_choice(&mut fields, "on_error", &policies, problems);
    let actions = actions(&mut fields, problems);
    let repeat = seconds(&mut fields, "repeat", problems).unwrap_or(REPEAT);
    let enabled = !fields.has("enabled") || fields.flag("enabled", problems);
    let unit = fields.text("unit", problems);
    let location = fields.location.clone();
    fields.finish(problems);
    Some(Alert {
        title: title.unwrap_or_else(|| name.clone()),
        name,
        metric: metric?,
        selector,
        measure: measure?,
        aggregate,
        condition: condition?,
        threshold: threshold?,
        upper,
        tolerance,
        clear,
        unit,
        window,
        duration: duration?,
        keep_firing_for,
        severity: severity?.to_owned(),
        labels,
        summary: summary?,
        annotations,
        no_data: no_data.unwrap_or_default(),
        on_error: on_error.unwrap_or_default(),
        actions,
        repeat,
        enabled,
        location,
    })
}

fn measure(fields: &mut Fields, problems: &mut Problems) -> Option<Measure> {
    let words = [
        "value",
        "avg",
        "min",
        "max",
        "sum",
        "rate",
        "rate_per_minute",
        "increase",
        "delta",
        "quantile",
        "rate_ratio",
        "fraction",
        "absent",
    ]
    .map(|word| (word, word));
    let measure = match fields.choice("measure", &words, problems)? {
        "value" => Measure::Value,
        "avg" => Measure::OverTime(OverTime::Avg),
        "min" => Measure::OverTime(OverTime::Min),
        "max" => Measure::OverTime(OverTime::Max),
        "sum" => Measure::OverTime(OverTime::Sum),
        "rate" => Measure::RatePerSecond,
        "rate_per_minute" => Measure::RatePerMinute,
        "increase" => Measure::Increase,
        "delta" => Measure::Delta,
        "quantile" => Measure::Quantile(fields.number("quantile", problems)?),
        "rate_ratio" => Measure::RateRatio(fields.required("of", problems)?),
        "fraction" => Measure::Fraction(fields.required("of", problems)?),
        _ => Measure::Absent,
    };
    Some(measure)
}

fn aggregate(fields: &mut Fields, problems: &mut Problems) -> Option<Aggregate> {
    let words = [
        Aggregation::Sum,
        Aggregation::Avg,
        Aggregation::Min,
        Aggregation::Max,
    ]
    .map(|word| (word.as_str(), word));
    let named = optional_choice(fields, "aggregate", &words, problems);
    let (by, without) = (fields.has("by"), fields.has("without"));
    if by && without {
        fields.problem(problems, "has both `by` and `without`; give one");
    }
    let grouping = if by {
        Grouping::By(texts(fields, "by", problems))
    } else if without {
        Grouping::Without(texts(fields, "without", problems))
    } else if named.is_some() {
        Grouping::By(Vec::new())
    } else {
        return None;
    };
    Some(Aggregate {
        aggregation: named.unwrap_or(Aggregation::Sum),
        grouping,
    })
}

fn selector(fields: &mut Fields, problems: &mut Problems) -> Vec<Matcher> {
    let mut selector = Vec::new();
    for (key, negated) in [("where", false), ("where_not", true)] {
        let Some(mut labels) = fields.map(key, problems) else {
            continue;
        };
        for entry in labels.drain() {
            let values = match &entry.value.data {
                Data::List(_) => fields::list(entry.value, &entry.key, problems)
                    .into_iter()
                    .filter_map(|node| fields::scalar(node, &entry.key, problems))
                    .collect(),
                _ => fields::scalar(entry.value, &entry.key, problems)
                    .into_iter()
                    .collect(),
            };
            selector.push(Matcher {
                label: entry.key,
                values,
                negated,
            });
        }
    }
    selector
}

fn actions(fields: &mut Fields, problems: &mut Problems) -> Vec<Action> {
    if !fields.has("actions") {
        return vec![
            Action::Log,
            Action::Event,
            Action::Metric,
            Action::EveryWebhook,
        ];
    }
    let mut actions = Vec::new();
    for node in fields.list("actions", problems) {
        let location = node.location.clone();
        let action = match node.data {
            Data::Scalar { text, .. } => match text.as_str() {
                "log" => Some(Action::Log),
                "event" => Some(Action::Event),
                "metric" => Some(Action::Metric),
                "webhook" => Some(Action::EveryWebhook),
                _ => None,
            },
            Data::Map(entries) => match entries.as_slice() {
                [entry] if entry.key == "webhook" => match &entry.value.data {
                    Data::Scalar { text, .. } => Some(Action::Webhook(text.clone())),
                    _ => None,
                },
                _ => None,
            },
            Data::List(_) => None,
        };
        if action.is_none() {
            let message = "an action is one of: log, event, metric, webhook, {webhook: NAME}";
            problems.push(Problem::new(location, Rule::Shape, message));
        }
        actions.extend(action);
    }
    actions
}

fn optional_number(fields: &mut Fields, key: &str, problems: &mut Problems) -> Option<f64> {
    if !fields.has(key) {
        return None;
    }
    fields.number(key, problems)
}

fn optional_choice<T: Copy>(
    fields: &mut Fields,
    key: &str,
    words: &[(&str, T)],
    problems: &mut Problems,
) -> Option<T> {
    if !fields.has(key) {
        return None;
    }
    fields.choice(key, words, problems)
}

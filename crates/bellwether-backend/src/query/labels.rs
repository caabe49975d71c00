//! Conditions on labels and attributes: `a=b`, `a!=b`, `a=~regex`, `a!~regex`.
//!
//! As in PromQL, a label that is not there is the empty text, and a regex has to match the whole value. Values that are no text are
//! compared in their JSON form.

use std::str::FromStr;

use regex::Regex;
use serde_json::{Map, Value};

/// One condition.
///
/// ```
/// use bellwether_backend::query::LabelFilter;
/// let labels = serde_json::json!({"agent_type": "coder", "port": 80});
/// let matches = |text: &str| text.parse::<LabelFilter>().unwrap().matches(labels.as_object().unwrap());
/// assert!(matches("agent_type=coder") && matches("agent_type=~co.*") && matches("port=80"));
/// assert!(!matches("agent_type=~cod") && !matches("agent_type!=coder"));
/// assert!(matches("absent=") && matches("absent!=x"));
/// assert!("agent_type".parse::<LabelFilter>().is_err());
/// ```
#[derive(Debug, Clone)]
pub struct LabelFilter {
    name: String,
    condition: Condition,
}

#[derive(Debug, Clone)]
enum Condition {
    Equal(String),
    Unequal(String),
    Matching(Regex),
    NotMatching(Regex),
}

/// A text that is no condition.
///
/// ```
/// use bellwether_backend::query::LabelFilter;
/// let error = "=x".parse::<LabelFilter>().unwrap_err();
/// assert!(error.to_string().contains("expected NAME=VALUE"));
/// ```
#[derive(Debug, thiserror::Error)]
#[error(
    "label condition {text:?}: {reason}; expected NAME=VALUE, NAME!=VALUE, NAME=~REGEX or NAME!~REGEX"
)]
pub struct LabelFilterError {
    text: String,
    reason: String,
}

impl LabelFilter {
    /// The label has exactly this value.
    ///
    /// ```
    /// use bellwether_backend::query::LabelFilter;
    /// assert!(!LabelFilter::equal("a", "b").matches(&serde_json::Map::new()));
    /// ```
    pub fn equal(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            condition: Condition::Equal(value.into()),
        }
    }

    /// Whether labels meet it.
    pub fn matches(&self, labels: &Map<String, Value>) -> bool {
        let value = labels.get(&self.name).map(label_text).unwrap_or_default();
        match &self.condition {
            Condition::Equal(wanted) => value == *wanted,
            Condition::Unequal(unwanted) => value != *unwanted,
            Condition::Matching(regex) => regex.is_match(&value),
            Condition::NotMatching(regex) => !regex.is_match(&value),
        }
    }
}

/// A label's value as text.
pub(super) fn label_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A JSON object of labels as the store has it.
pub(super) fn parse_labels(text: Option<&str>) -> Map<String, Value> {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

impl FromStr for LabelFilter {
    type Err = LabelFilterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |reason: &str| LabelFilterError {
            text: text.to_owned(),
            reason: reason.to_owned(),
        };
        let at = text.find('=').into_iter().chain(text.find("!~")).min();
        let at = at.ok_or_else(|| error("no comparison"))?;
        let at = if text[..at].ends_with('!') {
            at - 1
        } else {
            at
        };
        let (name, rest) = text.split_at(at);
        let name = name.trim();
        if name.is_empty() {
            return Err(error("no name"));
        }
        let whole = |pattern: &str| {
            Regex::new(&format!("^(?s:{pattern})$")).map_err(|_| error("not a regular expression"))
        };
        let condition = if let Some(pattern) = rest.strip_prefix("=~") {
            Condition::Matching(whole(pattern)?)
        } else if let Some(pattern) = rest.strip_prefix("!~") {
            Condition::NotMatching(whole(pattern)?)
        } else if let Some(value) = rest.strip_prefix("!=") {
            Condition::Unequal(value.to_owned())
        } else {
            Condition::Equal(rest.strip_prefix('=').unwrap_or(rest).to_owned())
        };
        Ok(Self {
            name: name.to_owned(),
            condition,
        })
    }
}

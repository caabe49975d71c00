//! Reading a mapping field by field: wrong types and unknown fields become problems with their line.

use crate::error::{Location, Problem, Rule};
use crate::yaml::{Data, Entry, Node};

/// The problems found so far; reading goes on after one, so that all are reported at once.
pub(crate) type Problems = Vec<Problem>;

/// A mapping whose fields are taken out one by one; what is left at the end is unknown.
pub(crate) struct Fields {
    /// What the mapping describes, for messages: ``metric `x` ``.
    pub(crate) what: String,
    pub(crate) location: Location,
    entries: Vec<Entry>,
}

impl Fields {
    pub(crate) fn new(node: Node, what: &str, problems: &mut Problems) -> Option<Self> {
        let location = node.location.clone();
        let Data::Map(entries) = node.data else {
            problems.push(Problem::new(
                location,
                Rule::Shape,
                format!("{what} must be a mapping"),
            ));
            return None;
        };
        Some(Self {
            what: what.to_owned(),
            location,
            entries,
        })
    }

    pub(crate) fn take(&mut self, key: &str) -> Option<Node> {
        let index = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(index).value)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    pub(crate) fn problem(&self, problems: &mut Problems, message: &str) {
        problems.push(Problem::new(
            self.location.clone(),
            Rule::Shape,
            format!("{} {message}", self.what),
        ));
    }

    pub(crate) fn text(&mut self, key: &str, problems: &mut Problems) -> Option<String> {
        scalar(self.take(key)?, key, problems)
    }

    /// Text that must be there; `None`, and a problem, where it is not.
    pub(crate) fn required(&mut self, key: &str, problems: &mut Problems) -> Option<String> {
        let Some(node) = self.take(key) else {
            self.problem(problems, &format!("has no `{key}`"));
            return None;
        };
        scalar(node, key, problems)
    }

    pub(crate) fn flag(&mut self, key: &str, problems: &mut Problems) -> bool {
        let Some(node) = self.take(key) else {
            return false;
        };
        match &node.data {
            Data::Scalar { text, plain: true } if text == "true" => true,
            Data::Scalar { text, plain: true } if text == "false" => false,
            _ => {
                problems.push(Problem::new(
                    node.location,
                    Rule::Shape,
                    format!("`{key}` must be true or false"),
                ));
                false
            }
        }
    }

    /// One of the words of a table.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        key: &str,
        words: &[(&str, T)],
        problems: &mut Problems,
    ) -> Option<T> {
        let Some(node) = self.take(key) else {
            self.problem(problems, &format!("has no `{key}`"));
            return None;
        };
        let location = node.location.clone();
        let text = scalar(node, key, problems)?;
        let found = words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value);
        if found.is_none() {
            let allowed = words
                .iter()
                .map(|(word, _)| *word)
                .collect::<Vec<_>>()
                .join(", ");
            problems.push(Problem::new(
                location,
                Rule::Shape,
                format!("`{key}` is `{text}`; expected one of: {allowed}"),
            ));
        }
        found
    }

    /// A number that must be there.
    pub(crate) fn number(&mut self, key: &str, problems: &mut Problems) -> Option<f64> {
        let Some(node) = self.take(key) else {
            self.problem(problems, &format!("has no `{key}`"));
            return None;
        };
        number(&node, key, problems)
    }

    pub(crate) fn list(&mut self, key: &str, problems: &mut Problems) -> Vec<Node> {
        let Some(node) = self.take(key) else {
            return Vec::new();
        };
        list(node, key, problems)
    }

    pub(crate) fn map(&mut self, key: &str, problems: &mut Problems) -> Option<Self> {
        let node = self.take(key)?;
        Self::new(node, &format!("`{key}` of {}", self.what), problems)
    }

    /// The remaining entries, in order; for mappings whose keys are names.
    pub(crate) fn drain(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// As [`Fields::finish`], and says which fields there are.
    #[cfg(feature = "boards")]
    pub(crate) fn finish_expecting(self, known: &[&str], problems: &mut Problems) {
        let expected = known.join(", ");
        for entry in self.entries {
            let message = format!(
                "{} has an unknown field `{}`; expected one of: {expected}",
                self.what, entry.key
            );
            problems.push(Problem::new(entry.location, Rule::Shape, message));
        }
    }

    pub(crate) fn finish(self, problems: &mut Problems) {
        for entry in self.entries {
            let message = format!("{} has an unknown field `{}`", self.what, entry.key);
            problems.push(Problem::new(entry.location, Rule::Shape, message));
        }
    }
}

pub(crate) fn scalar(node: Node, key: &str, problems: &mut Problems) -> Option<String> {
    if let Data::Scalar { text, .. } = node.data {
        return Some(text);
    }
    let message = format!("`{key}` must be text");
    problems.push(Problem::new(node.location, Rule::Shape, message));
    None
}

pub(crate) fn number(node: &Node, key: &str, problems: &mut Problems) -> Option<f64> {
    let parsed = match &node.data {
        Data::Scalar { text, plain: true } => text.parse::<f64>().ok(),
        _ => None,
    };
    if parsed.is_none() {
        problems.push(Problem::new(
            node.location.clone(),
            Rule::Shape,
            format!("`{key}` must be a number"),
        ));
    }
    parsed
}

pub(crate) fn list(node: Node, key: &str, problems: &mut Problems) -> Vec<Node> {
    if let Data::List(items) = node.data {
        return items;
    }
    let message = format!("`{key}` must be a list");
    problems.push(Problem::new(node.location, Rule::Shape, message));
    Vec::new()
}

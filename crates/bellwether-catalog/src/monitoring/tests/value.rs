//! YAML as a value to compare: rule files of different writers that say the same.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::yaml::{self, Data, Node};

/// The value of a document. Every scalar is text.
pub(super) fn value(text: &str) -> Value {
    let file: Arc<str> = Arc::from("rules.yaml");
    from_node(yaml::parse(&file, text).unwrap())
}

fn from_node(node: Node) -> Value {
    match node.data {
        Data::Scalar { text, .. } => Value::from(text),
        Data::List(items) => Value::from(items.into_iter().map(from_node).collect::<Vec<_>>()),
        Data::Map(entries) => {
            let pairs = entries
                .into_iter()
                .map(|entry| (entry.key, from_node(entry.value)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
    }
}

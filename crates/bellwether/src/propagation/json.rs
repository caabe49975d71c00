//! JSON objects as carriers: each field is a string member of the object, named in lowercase.

use opentelemetry::propagation::{Extractor, Injector};
use serde_json::{Map, Value};

use super::field;

/// An object that context is written into.
#[derive(Debug)]
pub(super) struct Write<'a>(pub(super) &'a mut Map<String, Value>);

impl Injector for Write<'_> {
    fn set(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), Value::String(value));
    }
}

/// An object that context is read from. Members that are not strings are as good as absent.
#[derive(Debug)]
pub(super) struct Read<'a>(pub(super) &'a Map<String, Value>);

impl Extractor for Read<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// Takes away what an earlier context left, so that no old `tracestate` goes with a new `traceparent`.
pub(super) fn clear(object: &mut Map<String, Value>) {
    object.retain(|name, _| !field::is_context(name));
}

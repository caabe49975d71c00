//! Carriers that are plain maps of text.
//!
//! Names are matched without regard to case, since such maps are often copies of HTTP headers.

use std::collections::BTreeMap;

use opentelemetry::propagation::{Extractor, Injector};

use super::field;

/// A map that context is written into.
#[derive(Debug)]
pub(super) struct Write<'a>(pub(super) &'a mut BTreeMap<String, String>);

impl Injector for Write<'_> {
    fn set(&mut self, key: &str, value: String) {
        self.0.retain(|name, _| !name.eq_ignore_ascii_case(key));
        self.0.insert(key.to_owned(), value);
    }
}

/// A map that context is read from.
#[derive(Debug)]
pub(super) struct Read<'a>(pub(super) &'a BTreeMap<String, String>);

impl Extractor for Read<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let exact = self.0.get(key);
        exact
            .or_else(|| {
                self.0
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(key))
                    .map(|(_, value)| value)
            })
            .map(String::as_str)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// Takes away what an earlier context left, so that no old `tracestate` goes with a new `traceparent`.
pub(super) fn clear(map: &mut BTreeMap<String, String>) {
    map.retain(|name, _| !field::is_context(name));
}

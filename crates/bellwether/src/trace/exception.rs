//! An error as the attributes of an `exception` event (OTel semantic conventions, "Exceptions").

use std::any::type_name;
use std::error::Error;
use std::fmt::Write;

use opentelemetry::KeyValue;

/// Sources followed at most: a chain that loops must not hold the service.
const MAX_SOURCES: usize = 16;

/// `exception.message`; `exception.type` where the type is known, which it is not behind `dyn Error`; and, where the error
/// has sources, the chain of them as `exception.stacktrace`.
pub(super) fn attributes<E: Error + ?Sized>(error: &E) -> Vec<KeyValue> {
    let mut attributes = vec![KeyValue::new("exception.message", error.to_string())];
    let name = type_name::<E>();
    if !name.starts_with("dyn ") {
        attributes.push(KeyValue::new("exception.type", name));
    }
    if error.source().is_some() {
        attributes.push(KeyValue::new("exception.stacktrace", chain(error)));
    }
    attributes
}

fn chain<E: Error + ?Sized>(error: &E) -> String {
    let mut text = error.to_string();
    let sources = std::iter::successors(error.source(), |&source| source.source());
    for source in sources.take(MAX_SOURCES) {
        // Writing to a string does not fail.
        let _ = write!(text, "\ncaused by: {source}");
    }
    text
}

//! Kafka-style record headers: a list of names and byte values, in which a name may come several times.
//!
//! No Kafka library is needed: the functions work on the pairs themselves. Several `tracestate` or `baggage` headers
//! are one list each; several `traceparent` headers are none. Page: `docs/context/kafka.md`.

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector};

use super::{field, span};

/// Writes a context into the headers of a record: `traceparent`, `tracestate`, `baggage`.
///
/// Kafka allows a name several times; what an earlier context left is taken away first, under every case of its name.
/// Without a valid span it stays, as in a mirror that copies records.
///
/// Cost: an allocation for each name and value.
///
/// ```
/// let mut headers = vec![("content-type".to_owned(), b"application/json".to_vec())];
/// bellwether::propagation::kafka::inject(&bellwether::propagation::current(), &mut headers);
/// assert_eq!(headers.len(), 1, "no span here");
/// ```
pub fn inject(context: &Context, headers: &mut Vec<(String, Vec<u8>)>) {
    if span::is_valid(context) {
        headers.retain(|(name, _)| {
            !field::PROPAGATED
                .iter()
                .any(|field| name.eq_ignore_ascii_case(field))
        });
    }
    super::inject(context, &mut Write(headers));
}

/// Reads the context that a record brings from its headers, in whatever types the client library has them.
///
/// ```
/// use bellwether::propagation::{kafka, trace_id};
///
/// # bellwether::propagation::install(&[bellwether::propagation::Format::TraceContext]);
/// let value = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let context = kafka::extract(&[("traceparent", value)]);
/// assert_eq!(trace_id::of(&context).as_deref(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
/// ```
pub fn extract<N: AsRef<str>, V: AsRef<[u8]>>(headers: &[(N, V)]) -> Context {
    super::extract(&Read(headers))
}

struct Write<'a>(&'a mut Vec<(String, Vec<u8>)>);

impl Injector for Write<'_> {
    fn set(&mut self, key: &str, value: String) {
        self.0.retain(|(name, _)| !name.eq_ignore_ascii_case(key));
        self.0.push((key.to_owned(), value.into_bytes()));
    }
}

struct Read<'a, N, V>(&'a [(N, V)]);

impl<N: AsRef<str>, V: AsRef<[u8]>> Extractor for Read<'_, N, V> {
    fn get(&self, key: &str) -> Option<&str> {
        self.values(key).next()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_ref()).collect()
    }

    fn get_all(&self, key: &str) -> Option<Vec<&str>> {
        let values: Vec<&str> = self.values(key).collect();
        (!values.is_empty()).then_some(values)
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> Read<'_, N, V> {
    fn values(&self, key: &str) -> impl Iterator<Item = &str> {
        let key = key.to_owned();
        self.0
            .iter()
            .filter(move |(name, _)| name.as_ref().eq_ignore_ascii_case(&key))
            .map(|(_, value)| std::str::from_utf8(value.as_ref()).unwrap_or(field::UNREADABLE))
    }
}

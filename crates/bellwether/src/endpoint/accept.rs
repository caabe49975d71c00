//! What a client accepts, and which trace it asks in.

use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderName};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};

use crate::metrics::exposition::Format;
use crate::propagation::{trace_id, traceparent};

/// All values of a header as one list; a client may send it twice.
fn list(headers: &HeaderMap, name: HeaderName) -> String {
    let values = headers.get_all(name).iter();
    let texts: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
    texts.join(",")
}

pub(super) fn format(headers: &HeaderMap) -> Format {
    Format::from_accept(&list(headers, ACCEPT))
}

/// Whether gzip is named, or `*` is and gzip is not refused, with a weight above zero.
pub(super) fn gzip(headers: &HeaderMap) -> bool {
    let accepted = list(headers, ACCEPT_ENCODING);
    let weight_of = |wanted: &str| {
        accepted
            .split(',')
            .find_map(|coding| weight(coding, wanted))
    };
    weight_of("gzip").or_else(|| weight_of("*")).unwrap_or(0.0) > 0.0
}

/// The weight of a coding of this name; one that cannot be read is none.
fn weight(coding: &str, wanted: &str) -> Option<f64> {
    let mut parts = coding.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case(wanted) {
        return None;
    }
    let weight = parts.find_map(|part| part.strip_prefix("q="));
    Some(weight.map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0)))
}

/// The id of the caller's trace, else a new one: what a person can quote.
pub(super) fn trace_id(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let parent = text("traceparent").and_then(|value| traceparent::parse(value).ok());
    let parent = parent.or_else(|| text("x-trace-id").and_then(trace_id::parse));
    let id = parent.map_or_else(
        || RandomIdGenerator::default().new_trace_id(),
        |parent| parent.trace_id(),
    );
    id.to_string()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn accepts_gzip(value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
        gzip(&headers)
    }

    #[test]
    fn gzip_is_used_where_it_is_accepted() {
        for value in [
            "gzip",
            "deflate, gzip;q=0.5",
            "GZIP",
            "*",
            "br, *;q=0.1",
            "gzip ; q=1",
        ] {
            assert!(accepts_gzip(value), "{value}");
        }
        for value in [
            "",
            "identity",
            "gzip;q=0",
            "*, gzip;q=0",
            "gzip;q=0.000",
            "gzip;q=x",
            "xgzip",
        ] {
            assert!(!accepts_gzip(value), "{value}");
        }
        assert!(!gzip(&HeaderMap::new()));
    }

    #[test]
    fn the_trace_is_the_callers_else_a_new_one() {
        let mut headers = HeaderMap::new();
        let (first, second) = (trace_id(&headers), trace_id(&headers));
        assert_ne!(first, second);
        assert_eq!(first.len(), 32);
        headers.insert(
            "x-trace-id",
            HeaderValue::from_static("4bf92f3577b34da6a3ce929d0e0e4736"),
        );
        assert_eq!(trace_id(&headers), "4bf92f3577b34da6a3ce929d0e0e4736");
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        headers.insert("traceparent", HeaderValue::from_static(parent));
        assert_eq!(trace_id(&headers), "0af7651916cd43dd8448eb211c80319c");
    }
}

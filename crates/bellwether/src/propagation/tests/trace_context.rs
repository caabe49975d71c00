use std::collections::HashMap;

use opentelemetry::Context;

use super::*;

const PARENT: &str = "00-12345678901234567890123456789012-1234567890123456-01";

/// A carrier that may hold a field several times, as HTTP headers do.
struct Lines(Vec<(&'static str, &'static str)>);

impl Extractor for Lines {
    fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, value)| *value)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }

    fn get_all(&self, key: &str) -> Option<Vec<&str>> {
        let all: Vec<&str> = self
            .0
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, value)| *value)
            .collect();
        (!all.is_empty()).then_some(all)
    }
}

fn extracted(lines: Vec<(&'static str, &'static str)>) -> SpanContext {
    let propagator = TraceContextPropagator::default();
    propagator
        .extract_with_context(&Context::new(), &Lines(lines))
        .span()
        .span_context()
        .clone()
}

#[test]
fn w3c_both_missing() {
    assert!(!extracted(vec![]).is_valid());
}

#[test]
fn w3c_traceparent_duplicated() {
    let other = "00-12345678901234567890123456789011-1234567890123456-01";
    assert!(!extracted(vec![("traceparent", other), ("traceparent", PARENT)]).is_valid());
    assert!(!extracted(vec![("traceparent", PARENT), ("traceparent", PARENT)]).is_valid());
}

#[test]
fn w3c_header_names() {
    assert!(!extracted(vec![("trace-parent", PARENT)]).is_valid());
    assert!(!extracted(vec![("trace.parent", PARENT)]).is_valid());
    for name in ["TraceParent", "TrAcEpArEnT", "TRACEPARENT"] {
        assert!(extracted(vec![(name, PARENT)]).is_valid(), "{name}");
    }
}

#[test]
fn w3c_tracestate_included_traceparent_missing() {
    assert_eq!(
        extracted(vec![("tracestate", "foo=1")]),
        SpanContext::empty_context()
    );
}

#[test]
fn w3c_several_tracestate_headers_are_one_list() {
    let span = extracted(vec![
        ("traceparent", PARENT),
        ("tracestate", "foo=1,bar=2"),
        ("tracestate", "baz=3"),
    ]);
    assert_eq!(span.trace_state().header(), "foo=1,bar=2,baz=3");
}

#[test]
fn a_bad_tracestate_leaves_traceparent_alone() {
    let span = extracted(vec![("traceparent", PARENT), ("tracestate", "foo=1,BAD")]);
    assert!(span.is_valid() && span.is_remote());
    assert_eq!(span.trace_state().header(), "");
}

#[test]
fn a_bad_traceparent_leaves_the_context_as_it_was() {
    let before = Context::new().with_remote_span_context(extracted(vec![("traceparent", PARENT)]));
    let after = TraceContextPropagator::default()
        .extract_with_context(&before, &Lines(vec![("traceparent", "nonsense")]));
    assert_eq!(after.span().span_context(), before.span().span_context());
}

#[test]
fn what_came_in_goes_out_and_an_empty_tracestate_does_not() {
    let propagator = TraceContextPropagator::default();
    for (state, expected) in [("foo=1 , bar=2", Some("foo=1,bar=2")), ("", None)] {
        let span = extracted(vec![("traceparent", PARENT), ("tracestate", state)]);
        let mut headers = HashMap::new();
        propagator.inject_context(&Context::new().with_remote_span_context(span), &mut headers);
        assert_eq!(headers.get("traceparent").map(String::as_str), Some(PARENT));
        assert_eq!(headers.get("tracestate").map(String::as_str), expected);
    }
}

#[test]
fn without_a_span_nothing_goes_out() {
    let mut headers = HashMap::new();
    TraceContextPropagator::default().inject_context(&Context::new(), &mut headers);
    assert!(headers.is_empty());
}

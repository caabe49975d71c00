use std::collections::BTreeMap;

use bellwether::propagation::delegation;
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;

use crate::capture::{PARENT, TRACE, install, remote, span_of};

#[test]
fn all_four_headers_go_out_and_come_back() {
    let headers = delegation::headers(&remote());
    let expected = [
        ("baggage", "session.id=42"),
        ("traceparent", PARENT),
        ("tracestate", "rojo=1"),
        ("x-trace-id", TRACE),
    ];
    assert_eq!(
        headers
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect::<Vec<_>>(),
        expected
    );
    let back = delegation::extract(&headers);
    assert_eq!(span_of(&back), span_of(&remote()));
    assert_eq!(back.baggage().get("session.id").unwrap().as_str(), "42");
}

#[test]
fn a_trace_id_alone_continues_the_trace() {
    install();
    let only_id = BTreeMap::from([
        ("X-Trace-Id".to_owned(), TRACE.to_uppercase()),
        ("baggage".to_owned(), "a=1".to_owned()),
    ]);
    let context = delegation::extract(&only_id);
    assert_eq!(span_of(&context).trace_id().to_string(), TRACE);
    assert!(span_of(&context).is_remote() && span_of(&context).is_sampled());
    assert_eq!(context.baggage().len(), 1);
}

#[test]
fn traceparent_counts_before_the_trace_id() {
    install();
    let other = "11111111111111111111111111111111";
    let mut headers = BTreeMap::from([
        ("x-trace-id".to_owned(), other.to_owned()),
        ("traceparent".to_owned(), PARENT.to_owned()),
    ]);
    assert_eq!(
        span_of(&delegation::extract(&headers))
            .trace_id()
            .to_string(),
        TRACE
    );
    headers.insert("traceparent".to_owned(), PARENT.to_uppercase());
    assert_eq!(
        span_of(&delegation::extract(&headers))
            .trace_id()
            .to_string(),
        other,
        "a malformed one is none"
    );
}

#[test]
fn an_old_context_is_replaced_whole_or_left_whole() {
    let old = BTreeMap::from([
        ("TraceParent".to_owned(), "old".to_owned()),
        ("Tracestate".to_owned(), "old=1".to_owned()),
        ("X-Trace-ID".to_owned(), "old".to_owned()),
        ("accept".to_owned(), "*/*".to_owned()),
    ]);
    let mut headers = old.clone();
    let without_state = span_of(&delegation::extract(&BTreeMap::from([(
        "traceparent".to_owned(),
        PARENT.to_owned(),
    )])));
    delegation::inject(
        &opentelemetry::trace::TraceContextExt::with_remote_span_context(
            &Context::new(),
            without_state,
        ),
        &mut headers,
    );
    assert_eq!(
        headers.keys().collect::<Vec<_>>(),
        ["accept", "traceparent", "x-trace-id"]
    );
    let mut headers = old.clone();
    delegation::inject(&Context::new(), &mut headers);
    assert_eq!(headers, old);
}

#[test]
fn baggage_alone_replaces_old_baggage_in_any_case_of_its_name() {
    install();
    let mut headers = BTreeMap::from([("Baggage".to_owned(), "old=1".to_owned())]);
    let baggage = Context::new().with_baggage([opentelemetry::KeyValue::new("new", "1")]);
    delegation::inject(&baggage, &mut headers);
    assert_eq!(
        headers.into_iter().collect::<Vec<_>>(),
        [("baggage".to_owned(), "new=1".to_owned())]
    );
}

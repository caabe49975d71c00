use bellwether::propagation::kafka;
use opentelemetry::baggage::BaggageExt;

use crate::capture::{PARENT, TRACE, install, remote, span_of};

#[test]
fn headers_go_out_and_come_back() {
    let mut headers = vec![("content-type".to_owned(), b"text/plain".to_vec())];
    kafka::inject(&remote(), &mut headers);
    assert_eq!(headers.len(), 4);
    assert_eq!(span_of(&kafka::extract(&headers)), span_of(&remote()));
    assert_eq!(kafka::extract(&headers).baggage().len(), 1);
}

#[test]
fn headers_of_one_name_are_one_list_but_two_parents_are_none() {
    install();
    let state = kafka::extract(&[
        ("traceparent", PARENT),
        ("tracestate", "a=1"),
        ("tracestate", "b=2"),
        ("baggage", "x=1"),
        ("baggage", "y=2"),
    ]);
    assert_eq!(span_of(&state).trace_state().header(), "a=1,b=2");
    assert_eq!(state.baggage().len(), 2);
    assert!(
        !span_of(&kafka::extract(&[
            ("traceparent", PARENT),
            ("traceparent", PARENT)
        ]))
        .is_valid()
    );
}

#[test]
fn bytes_that_are_not_text_are_malformed_and_not_absent() {
    install();
    let bad: &[u8] = &[0xff, 0xfe];
    assert!(
        !span_of(&kafka::extract(&[
            ("traceparent", bad),
            ("traceparent", PARENT.as_bytes())
        ]))
        .is_valid()
    );
    let context = kafka::extract(&[
        ("traceparent", PARENT.as_bytes()),
        ("tracestate", b"a=1"),
        ("tracestate", bad),
    ]);
    assert_eq!(span_of(&context).trace_id().to_string(), TRACE);
    assert_eq!(span_of(&context).trace_state().header(), "");
}

#[test]
fn old_headers_are_replaced_in_every_case_of_their_names() {
    let mut headers = vec![
        ("Traceparent".to_owned(), b"old".to_vec()),
        ("traceparent".to_owned(), b"older".to_vec()),
        ("TRACESTATE".to_owned(), b"old=1".to_vec()),
    ];
    kafka::inject(&remote(), &mut headers);
    let parents: Vec<_> = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("traceparent"))
        .collect();
    assert_eq!(
        parents,
        [&("traceparent".to_owned(), PARENT.as_bytes().to_vec())]
    );
    assert_eq!(
        span_of(&kafka::extract(&headers)).trace_state().header(),
        "rojo=1"
    );
}

use bellwether::propagation::http as carrier;
use http::{HeaderMap, HeaderValue};
use opentelemetry::baggage::BaggageExt;

use crate::capture::{PARENT, install, remote, span_of};

fn headers(pairs: &[(&'static str, &[u8])]) -> HeaderMap {
    install();
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, HeaderValue::from_bytes(value).unwrap());
    }
    headers
}

#[test]
fn headers_go_out_and_come_back() {
    let mut sent = headers(&[
        ("tracestate", b"old=1"),
        ("tracestate", b"older=1"),
        ("accept", b"*/*"),
    ]);
    carrier::inject(&remote(), &mut sent);
    assert_eq!(sent.get("traceparent").unwrap(), PARENT);
    assert_eq!(
        sent.get_all("tracestate").iter().collect::<Vec<_>>(),
        ["rojo=1"]
    );
    assert_eq!(sent.len(), 4);
    assert_eq!(span_of(&carrier::extract(&sent)), span_of(&remote()));
    assert_eq!(carrier::extract(&sent).baggage().len(), 1);
}

#[test]
fn several_lines_are_one_list_but_two_parents_are_none() {
    let parent = PARENT.as_bytes();
    let context = carrier::extract(&headers(&[
        ("traceparent", parent),
        ("tracestate", b"a=1"),
        ("tracestate", b"b=2"),
    ]));
    assert_eq!(span_of(&context).trace_state().header(), "a=1,b=2");
    assert!(
        !span_of(&carrier::extract(&headers(&[
            ("traceparent", parent),
            ("traceparent", parent)
        ])))
        .is_valid()
    );
}

#[test]
fn bytes_outside_ascii_are_malformed_and_not_absent() {
    let parent = PARENT.as_bytes();
    assert!(
        !span_of(&carrier::extract(&headers(&[
            ("traceparent", b"\xff"),
            ("traceparent", parent)
        ])))
        .is_valid()
    );
    let context = carrier::extract(&headers(&[
        ("traceparent", parent),
        ("tracestate", b"a=1"),
        ("tracestate", b"\xff"),
    ]));
    assert!(span_of(&context).is_valid());
    assert_eq!(span_of(&context).trace_state().header(), "");
    let context = carrier::extract(&headers(&[("baggage", b"a=1,b=\xff,c=3")]));
    assert!(
        context.baggage().is_empty(),
        "the line cannot be read as text"
    );
}

#[test]
fn a_megabyte_in_each_field_is_survived() {
    let megabyte = vec![b'a'; 1 << 20];
    let parent = [PARENT.as_bytes(), b"-", &megabyte].concat();
    let context = carrier::extract(&headers(&[
        ("traceparent", &parent),
        ("tracestate", &megabyte),
        ("baggage", &megabyte),
    ]));
    assert!(!span_of(&context).is_valid() && context.baggage().is_empty());
    let context = carrier::extract(&headers(&[
        ("traceparent", PARENT.as_bytes()),
        ("tracestate", &megabyte),
        ("baggage", b"k=v"),
        ("baggage", &megabyte),
    ]));
    assert!(span_of(&context).is_valid());
    assert_eq!(context.baggage().len(), 1);
}

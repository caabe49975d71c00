use bellwether::propagation::{self, http as carrier};
use http::{HeaderMap, HeaderValue};
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;

use crate::capture::{Capture, PARENT, install, remote, span_of};

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

#[test]
fn nothing_of_the_current_context_is_taken_for_what_came_over_the_wire() {
    let _current = remote().attach();
    let context = carrier::extract(&headers(&[("accept", b"*/*")]));
    assert!(!span_of(&context).is_valid() && context.baggage().is_empty());
}

#[test]
fn the_current_span_is_found_without_context_activation_too() {
    install();
    let provider = SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("test"))
        .with_context_activation(false);
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    tracing::info_span!("outer").in_scope(|| {
        assert!(!span_of(&opentelemetry::Context::current()).is_valid());
        assert!(span_of(&propagation::current()).is_valid());
    });
}

#[test]
fn an_unsampled_trace_goes_on_unsampled() {
    let _capture = Capture::start();
    let unsampled = PARENT.replace("-01", "-00");
    let span = tracing::info_span!("served");
    propagation::set_parent(
        &span,
        &carrier::extract(&headers(&[("traceparent", unsampled.as_bytes())])),
    );
    let mut onward = HeaderMap::new();
    carrier::inject(&propagation::context_of(&span), &mut onward);
    let onward = onward["traceparent"].to_str().unwrap();
    assert!(
        onward.starts_with(&PARENT[..36]) && onward.ends_with("-00"),
        "{onward}"
    );
    assert_ne!(onward, unsampled);
}

use std::borrow::Cow;
use std::time::Duration;

use opentelemetry::trace::{Event, Link, SpanContext, SpanId, TraceFlags, TraceId};
use opentelemetry::{Key, StringValue};
use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};

use super::*;

fn ids(remote: bool) -> SpanContext {
    SpanContext::new(
        TraceId::from(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736),
        SpanId::from(0x00f0_67aa_0ba9_02b7),
        TraceFlags::SAMPLED,
        remote,
        TraceState::from_key_value([("vendor", "1")]).unwrap(),
    )
}

fn full_span() -> SpanData {
    let at = |millis: u64| UNIX_EPOCH + Duration::from_millis(1_700_000_000_000 + millis);
    let mut events = SpanEvents::default();
    events.events.push(Event::new(
        "planned",
        at(5),
        vec![KeyValue::new("steps", 3)],
        1,
    ));
    events.dropped_count = 2;
    let mut links = SpanLinks::default();
    links
        .links
        .push(Link::new(ids(true), vec![KeyValue::new("why", "batch")], 0));
    let list = |array| Value::Array(array);
    SpanData {
        span_context: ids(false),
        parent_span_id: SpanId::from(7),
        parent_span_is_remote: true,
        span_kind: SpanKind::Consumer,
        name: Cow::Borrowed("job \"1\""),
        start_time: at(0),
        end_time: at(10),
        attributes: vec![
            KeyValue::new("b", true),
            KeyValue::new("i", i64::MIN),
            KeyValue::new("d", 0.5),
            KeyValue::new("nan", f64::NAN),
            KeyValue::new("inf", f64::NEG_INFINITY),
            KeyValue::new("s", "grün"),
            KeyValue::new(
                Key::new("ss"),
                list(Array::String(vec![StringValue::from("x")])),
            ),
            KeyValue::new(Key::new("is"), list(Array::I64(vec![1, 2]))),
        ],
        dropped_attributes_count: 4,
        events,
        links,
        status: Status::error("boom"),
        instrumentation_scope: InstrumentationScope::builder("scope")
            .with_version("1.0")
            .build(),
    }
}

#[test]
fn every_field_is_written_as_otlp_json_wants_it() {
    let resource = Resource::builder_empty()
        .with_service_name("orders")
        .build();
    let expected: Json = serde_json::from_str(include_str!("trace.golden.json")).unwrap();
    assert_eq!(request(Some(&resource), &[full_span()]), expected);
}

#[test]
fn spans_are_grouped_by_scope() {
    let other = SpanData {
        instrumentation_scope: InstrumentationScope::builder("other").build(),
        ..full_span()
    };
    let json = request(None, &[full_span(), other, full_span()]);
    let scopes = json["resourceSpans"][0]["scopeSpans"].as_array().unwrap();
    let spans = |scope: &Json| scope["spans"].as_array().unwrap().len();
    assert_eq!(scopes.iter().map(spans).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn kinds_and_states_have_the_numbers_of_otlp() {
    let kinds = [
        SpanKind::Internal,
        SpanKind::Server,
        SpanKind::Client,
        SpanKind::Producer,
        SpanKind::Consumer,
    ];
    assert_eq!(kinds.map(|each| kind(&each)), [1, 2, 3, 4, 5]);
    assert_eq!(status(&Status::Unset), json!({}));
    assert_eq!(status(&Status::Ok), json!({ "code": 1 }));
    assert_eq!(status(&Status::error("")), json!({ "code": 2 }));
}

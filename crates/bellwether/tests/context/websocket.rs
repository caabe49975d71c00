use bellwether::propagation::{self, websocket};
use futures_util::{SinkExt, StreamExt};
use opentelemetry::baggage::BaggageExt;
use serde_json::{Map, Value, json};
use tokio_tungstenite::tungstenite::Message;
use tracing::Instrument;

use crate::capture::{Capture, PARENT, TRACE, assert_child, assert_root, remote, span_of};

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap()
}

/// An agent: one span for each message, and an answer that carries that span's context.
async fn serve(listener: tokio::net::TcpListener) {
    let (stream, _) = listener.accept().await.unwrap();
    let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        let Ok(text) = message.to_text() else {
            continue;
        };
        if !message.is_text() {
            continue;
        }
        let message = object(text);
        let span = tracing::info_span!(
            "message",
            otel.name = message["type"].as_str(),
            otel.kind = "server"
        );
        propagation::set_parent(&span, &websocket::extract(&message));
        let answer = async {
            let mut answer = Map::from_iter([("type".to_owned(), json!("answer"))]);
            websocket::inject(&propagation::current(), &mut answer);
            answer
        };
        let answer = answer.instrument(span).await;
        socket
            .send(Message::text(Value::Object(answer).to_string()))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn each_message_on_a_socket_continues_its_own_trace() {
    let capture = Capture::start();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(listener));
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}"))
        .await
        .unwrap();
    let mut answers = Vec::new();
    for task in ["first", "second"] {
        let mut message = Map::from_iter([("type".to_owned(), json!(task))]);
        let span = tracing::info_span!("ask", otel.name = format!("ask {task}"));
        span.in_scope(|| websocket::inject(&propagation::current(), &mut message));
        drop(span);
        socket
            .send(Message::text(Value::Object(message).to_string()))
            .await
            .unwrap();
        answers.push(object(
            socket.next().await.unwrap().unwrap().to_text().unwrap(),
        ));
    }
    // An older client, that knows a trace id and no more.
    socket
        .send(Message::text(
            json!({ "type": "legacy", "x-trace-id": TRACE }).to_string(),
        ))
        .await
        .unwrap();
    answers.push(object(
        socket.next().await.unwrap().unwrap().to_text().unwrap(),
    ));
    socket.close(None).await.unwrap();
    server.await.unwrap();

    for (task, answer) in ["first", "second"].into_iter().zip(&answers) {
        let (ask, handled) = (
            capture.span(&format!("ask {task}")).await,
            capture.span(task).await,
        );
        assert_root(&ask);
        assert_child(&handled, &ask);
        assert_eq!(
            span_of(&websocket::extract(answer)).span_id(),
            handled.span_context.span_id()
        );
        assert_eq!(
            answer["x-trace-id"],
            handled.span_context.trace_id().to_string()
        );
    }
    let legacy = capture.span("legacy").await;
    assert_eq!(legacy.span_context.trace_id().to_string(), TRACE);
    assert!(legacy.parent_span_is_remote);
    assert_eq!(answers[2]["x-trace-id"], TRACE);
}

#[test]
fn fields_go_out_and_come_back_in_both_kinds_of_message() {
    let mut message = object(r#"{"type":"a","tracestate":"old=1"}"#);
    websocket::inject(&remote(), &mut message);
    let expected = json!({ "type": "a", "traceparent": PARENT, "tracestate": "rojo=1", "baggage": "session.id=42", "x-trace-id": TRACE });
    assert_eq!(Value::Object(message.clone()), expected);
    assert_eq!(span_of(&websocket::extract(&message)), span_of(&remote()));
    let mut fields = std::collections::BTreeMap::new();
    websocket::inject_text(&remote(), &mut fields);
    assert_eq!(fields.len(), 4);
    assert_eq!(
        span_of(&websocket::extract_text(&fields)),
        span_of(&remote())
    );
    assert_eq!(websocket::extract_text(&fields).baggage().len(), 1);
}

#[test]
fn no_old_tracestate_goes_with_a_new_traceparent() {
    let mut message = object(r#"{"tracestate":"old=1","baggage":"old=1"}"#);
    websocket::inject(&crate::capture::remote_without_state(), &mut message);
    assert_eq!(
        message.keys().collect::<Vec<_>>(),
        ["traceparent", "x-trace-id"]
    );
}

#[test]
fn members_of_other_types_are_ignored() {
    crate::capture::install();
    let message =
        object(r#"{"traceparent":1,"tracestate":null,"baggage":["a=1"],"x-trace-id":{"a":1}}"#);
    let context = websocket::extract(&message);
    assert!(!span_of(&context).is_valid() && context.baggage().is_empty());
}

//! `tracing` spans and plain OpenTelemetry spans inside each other: the closest one is the parent.

use opentelemetry::Context;
use opentelemetry::trace::{FutureExt, SpanId, TraceContextExt, Tracer, TracerProvider};
use opentelemetry_sdk::trace::SdkTracer;
use tracing::instrument::WithSubscriber;
use tracing::{Instrument, info_span};

use super::fixture::{Pipeline, assert_chain, settings};

fn otel_span(tracer: &SdkTracer, name: &'static str) -> Context {
    Context::current_with_span(tracer.start(name))
}

#[test]
fn spans_of_both_apis_nest_on_one_thread() {
    let pipeline = Pipeline::new(&settings());
    let tracer = pipeline.provider.tracer("test");
    tracing::dispatcher::with_default(&pipeline.dispatch(), || {
        let _a = info_span!("A").entered();
        let _b = otel_span(&tracer, "B").attach();
        let _c = info_span!("C").entered();
        let _d = otel_span(&tracer, "D").attach();
        info_span!("E").in_scope(|| ());
    });
    assert_eq!(pipeline.span("A").parent_span_id, SpanId::INVALID);
    assert_chain(&pipeline, &["A", "B", "C", "D", "E"]);
}

#[test]
fn a_plain_span_outside_is_the_parent_and_what_was_left_no_longer_is() {
    let pipeline = Pipeline::new(&settings());
    let tracer = pipeline.provider.tracer("test");
    tracing::dispatcher::with_default(&pipeline.dispatch(), || {
        let _a = otel_span(&tracer, "A").attach();
        let b = info_span!("B").entered();
        {
            let _c = otel_span(&tracer, "C").attach();
        }
        info_span!("D").in_scope(|| ());
        drop(b);
        info_span!("E").in_scope(|| ());
    });
    assert_chain(&pipeline, &["A", "B", "C"]);
    assert_chain(&pipeline, &["B", "D"]);
    assert_chain(&pipeline, &["A", "E"]);
}

#[test]
fn an_explicit_parent_wins_over_the_current_span() {
    let pipeline = Pipeline::new(&settings());
    let tracer = pipeline.provider.tracer("test");
    tracing::dispatcher::with_default(&pipeline.dispatch(), || {
        let a = info_span!("A");
        let _b = otel_span(&tracer, "B").attach();
        info_span!(parent: &a, "C").in_scope(|| ());
        info_span!(parent: None, "root").in_scope(|| ());
    });
    assert_chain(&pipeline, &["A", "C"]);
    assert_eq!(pipeline.span("root").parent_span_id, SpanId::INVALID);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn spans_nest_across_await_and_spawn() {
    let pipeline = Pipeline::new(&settings());
    let tracer = pipeline.provider.tracer("test");
    let dispatch = pipeline.dispatch();
    let work = async {
        let b = otel_span(&tracer, "B");
        async {
            tokio::task::yield_now().await;
            async {
                tokio::task::yield_now().await;
                let d = otel_span(&tracer, "D");
                let inner = async {
                    tokio::task::yield_now().await;
                    let e = async { tokio::task::yield_now().await }.instrument(info_span!("E"));
                    tokio::spawn(e.with_current_subscriber()).await.unwrap();
                };
                tokio::spawn(inner.with_context(d).with_current_subscriber())
                    .await
                    .unwrap();
            }
            .instrument(info_span!("C"))
            .await;
        }
        .with_context(b)
        .await;
        // The poll after B has put A back.
        tokio::task::yield_now().await;
        info_span!("F").in_scope(|| ());
    };
    async { work.instrument(info_span!("A")).await }
        .with_subscriber(dispatch)
        .await;
    assert_chain(&pipeline, &["A", "B", "C", "D", "E"]);
    assert_chain(&pipeline, &["A", "F"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_interleaved_tasks_do_not_mix_their_parents() {
    let pipeline = Pipeline::new(&settings());
    let tracer = pipeline.provider.tracer("test");
    let dispatch = pipeline.dispatch();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..100_i64 {
        let tracer = tracer.clone();
        let task = async move {
            let outer = info_span!("outer", number);
            async {
                tokio::task::yield_now().await;
                let middle = otel_span(&tracer, "middle");
                async {
                    tokio::task::yield_now().await;
                    async { tokio::task::yield_now().await }
                        .instrument(info_span!("inner", number))
                        .await;
                }
                .with_context(middle)
                .await;
            }
            .instrument(outer)
            .await;
        };
        tasks.spawn(task.with_subscriber(dispatch.clone()));
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }

    let spans = pipeline.exported();
    let by_id = |id| {
        spans
            .iter()
            .find(|span| span.span_context.span_id() == id)
            .unwrap()
    };
    let number = |span: &opentelemetry_sdk::trace::SpanData| {
        span.attributes
            .iter()
            .find(|kv| kv.key.as_str() == "number")
            .unwrap()
            .value
            .clone()
    };
    let inner: Vec<_> = spans.iter().filter(|span| span.name == "inner").collect();
    assert_eq!(inner.len(), 100);
    for span in inner {
        let middle = by_id(span.parent_span_id);
        let outer = by_id(middle.parent_span_id);
        assert_eq!(
            (middle.name.as_ref(), outer.name.as_ref()),
            ("middle", "outer")
        );
        assert_eq!(number(span), number(outer));
    }
}

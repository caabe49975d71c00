//! Samplers as they behave on a provider.

use opentelemetry::Context;
use opentelemetry::trace::{
    Span, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
    TracerProvider,
};

use super::fixture::{Pipeline, settings};
use crate::config::{SamplerChoice, Setting};

fn pipeline(choice: SamplerChoice) -> Pipeline {
    let mut settings = settings();
    settings.sampler = Setting::default_value(choice);
    Pipeline::new(&settings)
}

/// A parent in another process (or, if not remote, in this one).
fn parent(sampled: bool, remote: bool) -> Context {
    let flags = TraceFlags::default().with_sampled(sampled);
    let ids = (TraceId::from(u128::MAX), SpanId::from(1));
    let parent = SpanContext::new(ids.0, ids.1, flags, remote, TraceState::NONE);
    Context::new().with_remote_span_context(parent)
}

fn samples(choice: SamplerChoice, parent: &Context) -> bool {
    let pipeline = pipeline(choice);
    let span = pipeline
        .provider
        .tracer("test")
        .start_with_context("span", parent);
    span.span_context().is_sampled()
}

#[test]
fn parent_based_samplers_follow_a_parent_and_ask_the_root_sampler_without_one() {
    let choices = [
        (SamplerChoice::ParentBasedAlwaysOn, true),
        (SamplerChoice::ParentBasedAlwaysOff, false),
        (SamplerChoice::ParentBasedTraceIdRatio(0.0), false),
        (SamplerChoice::ParentBasedTraceIdRatio(1.0), true),
    ];
    for (choice, root) in choices {
        for remote in [true, false] {
            assert!(
                samples(choice, &parent(true, remote)),
                "{choice:?}, remote {remote}"
            );
            assert!(
                !samples(choice, &parent(false, remote)),
                "{choice:?}, remote {remote}"
            );
        }
        assert_eq!(
            samples(choice, &Context::new()),
            root,
            "{choice:?} at the root"
        );
        let invalid = Context::new().with_remote_span_context(SpanContext::NONE);
        assert_eq!(
            samples(choice, &invalid),
            root,
            "{choice:?} under an invalid parent"
        );
    }
}

#[test]
fn plain_samplers_do_not_ask_the_parent() {
    for sampled in [true, false] {
        let parent = parent(sampled, true);
        assert!(samples(SamplerChoice::AlwaysOn, &parent));
        assert!(!samples(SamplerChoice::AlwaysOff, &parent));
        // The parent's trace id is the highest there is: outside any share but the whole.
        assert!(!samples(SamplerChoice::TraceIdRatio(0.99), &parent));
        assert!(samples(SamplerChoice::TraceIdRatio(1.0), &parent));
    }
}

#[test]
fn a_ratio_is_that_share_of_traces_and_whole_traces() {
    const TRACES: u32 = 20_000;
    const SHARE: f64 = 0.1;
    let pipeline = pipeline(SamplerChoice::ParentBasedTraceIdRatio(SHARE));
    let tracer = pipeline.provider.tracer("test");
    let mut sampled = 0;
    for _ in 0..TRACES {
        let root = Context::new().with_span(tracer.start_with_context("root", &Context::new()));
        let child = tracer.start_with_context("child", &root);
        assert_eq!(
            child.span_context().is_sampled(),
            root.span().span_context().is_sampled()
        );
        sampled += u32::from(root.span().span_context().is_sampled());
    }
    // Six standard deviations of a binomial: a right sampler fails once in a billion runs.
    let expected = f64::from(TRACES) * SHARE;
    let deviation = (expected * (1.0 - SHARE)).sqrt();
    assert!(
        (f64::from(sampled) - expected).abs() < 6.0 * deviation,
        "{sampled} of {TRACES}"
    );
    let counts = pipeline.statistics.counts();
    assert_eq!(
        counts.ended,
        u64::from(sampled) * 2,
        "spans that are not sampled do not record"
    );
}

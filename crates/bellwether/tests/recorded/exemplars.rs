use std::sync::Arc;

use bellwether::metrics::{Collector, Metrics};
use bellwether::opentelemetry::Context;
use bellwether::opentelemetry::metrics::MeterProvider;
use bellwether::opentelemetry::trace::{Span, TraceContextExt, TraceId, Tracer, TracerProvider};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};

/// Traces of the exemplars of `job_duration_seconds` in a collection.
fn traces(collector: &Collector) -> Vec<Vec<u8>> {
    let collection = collector.collect_now().unwrap();
    let mut metrics = collection.metrics();
    let metric = metrics.find(|metric| metric.name == "job_duration_seconds");
    let Some(Data::Histogram(histogram)) = &metric.unwrap().data else {
        panic!("no histogram");
    };
    let points = histogram.data_points.iter();
    points
        .flat_map(|point| &point.exemplars)
        .map(|exemplar| exemplar.trace_id.clone())
        .collect()
}

/// A job of a worker that is gone before anything is collected, in a span of this sampler.
fn job_of_a_worker_that_ended(sampler: Sampler) -> (SdkMeterProvider, Collector, TraceId) {
    let collector = Collector::new();
    let provider = SdkMeterProvider::builder()
        .with_reader(collector.clone())
        .build();
    let metrics = Metrics::new(&provider.meter("test"));
    collector.add_exemplars(Arc::new(metrics.clone()));
    let tracers = SdkTracerProvider::builder().with_sampler(sampler).build();
    let span = tracers.tracer("test").start("job");
    let trace = span.span_context().trace_id();
    let entered = Context::current_with_span(span).attach();
    let worker = metrics.jobs().worker("w-1");
    worker.start("render", "high").completed();
    drop((worker, entered));
    (provider, collector, trace)
}

#[test]
fn an_exemplar_outlives_the_worker_it_is_of() {
    let (_provider, collector, trace) = job_of_a_worker_that_ended(Sampler::AlwaysOn);
    let expected = [trace.to_bytes().to_vec()];
    assert_eq!(traces(&collector), expected);
    assert_eq!(traces(&collector), expected, "another exporter");
}

#[test]
fn a_span_that_is_not_sampled_leaves_no_exemplar() {
    let (_provider, collector, _) = job_of_a_worker_that_ended(Sampler::AlwaysOff);
    assert_eq!(traces(&collector), Vec::<Vec<u8>>::new());
}

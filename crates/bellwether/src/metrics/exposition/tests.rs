//! Answers, line by line. What they mean to Prometheus is asked of its own parser in `tests/exposition.rs`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use opentelemetry::metrics::MeterProvider;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Exemplar, exemplar};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{Aggregation, Instrument, SdkMeterProvider, Stream};

use super::*;
use crate::metrics::Collector;

struct Service {
    collector: Collector,
    provider: SdkMeterProvider,
}

impl Service {
    fn new() -> Self {
        let collector = Collector::new();
        let spread = |instrument: &Instrument| {
            (instrument.name() == "spread").then(|| {
                let aggregation = Aggregation::Base2ExponentialHistogram {
                    max_size: 160,
                    max_scale: 20,
                    record_min_max: true,
                };
                Stream::builder()
                    .with_aggregation(aggregation)
                    .build()
                    .unwrap()
            })
        };
        let resource = Resource::builder_empty()
            .with_attributes([KeyValue::new("service.name", "a \"b\"\\\n")])
            .build();
        let provider = SdkMeterProvider::builder()
            .with_resource(resource)
            .with_reader(collector.clone())
            .with_view(spread)
            .build();
        Self {
            collector,
            provider,
        }
    }

    /// The answer, without the resource.
    fn answer(&self, format: Format) -> String {
        let collection = self.collector.collect_now().unwrap();
        Exposition::new(format)
            .target_info(false)
            .render(&collection)
    }
}

#[test]
fn counters_keep_their_names() {
    let service = Service::new();
    let meter = service.provider.meter("m");
    let tokens = meter.u64_counter("agent_tokens_used").with_unit("{token}");
    tokens
        .build()
        .add(5, &[KeyValue::new("gen_ai.token.type", "input")]);
    let jobs = meter.f64_counter("work_seconds_total").with_unit("s");
    jobs.with_description("time \"worked\"\nin all \\")
        .build()
        .add(0.5, &[]);
    assert_eq!(
        service.answer(Format::Text),
        "# TYPE agent_tokens_used counter\n\
         agent_tokens_used{gen_ai_token_type=\"input\"} 5\n\
         # TYPE work_seconds_total counter\n\
         # HELP work_seconds_total time \"worked\"\\nin all \\\\\n\
         work_seconds_total{otel_scope_name=\"m\"} 0.5\n"
    );
    assert_eq!(
        service.answer(Format::OpenMetrics),
        "# TYPE agent_tokens_used unknown\n\
         agent_tokens_used{gen_ai_token_type=\"input\"} 5\n\
         # TYPE work_seconds counter\n\
         # UNIT work_seconds seconds\n\
         # HELP work_seconds time \\\"worked\\\"\\nin all \\\\\n\
         work_seconds_total{otel_scope_name=\"m\"} 0.5\n\
         # EOF\n"
    );
}

#[test]
fn the_resource_is_target_info() {
    let service = Service::new();
    let collection = service.collector.collect_now().unwrap();
    let labels = r#"service_name="a \"b\"\\\n""#;
    assert_eq!(
        Exposition::new(Format::Text).render(&collection),
        format!(
            "# TYPE target_info gauge\n# HELP target_info Target metadata\ntarget_info{{{labels}}} 1\n"
        )
    );
    assert_eq!(
        Exposition::new(Format::OpenMetrics).render(&collection),
        format!(
            "# TYPE target info\n# HELP target Target metadata\ntarget_info{{{labels}}} 1\n# EOF\n"
        )
    );
}

#[test]
fn a_histogram_has_its_latest_exemplar_a_bucket() {
    let service = Service::new();
    let meter = service.provider.meter("m");
    let histogram = meter.f64_histogram("job_duration_seconds");
    let histogram = histogram.with_boundaries(vec![0.5, 1.0, 2e6]).build();
    for value in [0.25, 0.75, 0.75, 3.0] {
        histogram.record(value, &[KeyValue::new("le", "mine")]);
    }
    let mut request = service.collector.collect_now().unwrap().into_request();
    let metric = &mut request.resource_metrics[0].scope_metrics[0].metrics[0];
    let Some(Data::Histogram(data)) = &mut metric.data else {
        panic!("no histogram");
    };
    data.data_points[0].start_time_unix_nano = 1_500_000_000;
    for (value, time) in [(0.5, 3), (0.1, 2), (5.0, 1_000_000_000), (9e9, 4)] {
        data.data_points[0].exemplars.push(Exemplar {
            time_unix_nano: time,
            trace_id: vec![0xab; 16],
            span_id: vec![1; 8],
            value: Some(exemplar::Value::AsDouble(value)),
            ..Exemplar::default()
        });
    }
    let answer = Exposition::new(Format::OpenMetrics)
        .target_info(false)
        .created(true)
        .render(&request.clone().into());
    let (trace, span) = ("ab".repeat(16), "01".repeat(8));
    let ids = format!("trace_id=\"{trace}\",span_id=\"{span}\"");
    let labels = "exported_le=\"mine\"";
    assert_eq!(
        answer,
        format!(
            "# TYPE job_duration_seconds histogram\n\
             job_duration_seconds_bucket{{{labels},le=\"0.5\"}} 1 # {{{ids}}} 0.5 0.000000003\n\
             job_duration_seconds_bucket{{{labels},le=\"1.0\"}} 3\n\
             job_duration_seconds_bucket{{{labels},le=\"2e+06\"}} 4 # {{{ids}}} 5 1.000000000\n\
             job_duration_seconds_bucket{{{labels},le=\"+Inf\"}} 4 # {{{ids}}} 9000000000 0.000000004\n\
             job_duration_seconds_sum{{{labels}}} 4.75\n\
             job_duration_seconds_count{{{labels}}} 4\n\
             job_duration_seconds_created{{{labels}}} 1.500000000\n\
             # EOF\n"
        )
    );
    let text = Exposition::new(Format::Text)
        .target_info(false)
        .created(true);
    let text = text.render(&request.into());
    assert!(
        !text.contains(" # {") && !text.contains("_created"),
        "{text}"
    );
    assert!(text.contains("le=\"1\"} 3\n"), "{text}");
}

#[test]
fn exponential_buckets_become_powers_of_two() {
    let service = Service::new();
    let spread = service.provider.meter("m").f64_histogram("spread").build();
    for value in [0.0, 0.3, 3.0, 3.5, 4.0, 100.0] {
        spread.record(value, &[]);
    }
    let answer = service.answer(Format::Text);
    let labels = "otel_scope_name=\"m\"";
    assert_eq!(
        answer,
        format!(
            "# TYPE spread histogram\n\
             spread_bucket{{{labels},le=\"0\"}} 1\n\
             spread_bucket{{{labels},le=\"0.5\"}} 2\n\
             spread_bucket{{{labels},le=\"4\"}} 5\n\
             spread_bucket{{{labels},le=\"128\"}} 6\n\
             spread_bucket{{{labels},le=\"+Inf\"}} 6\n\
             spread_sum{{{labels}}} 110.8\n\
             spread_count{{{labels}}} 6\n"
        )
    );
    spread.record(-3.0, &[]);
    spread.record(-0.3, &[]);
    let answer = service.answer(Format::Text);
    assert!(
        answer.contains(&format!(
            "spread_bucket{{{labels},le=\"-2\"}} 1\n\
             spread_bucket{{{labels},le=\"-0.25\"}} 2\n\
             spread_bucket{{{labels},le=\"0\"}} 3\n"
        )),
        "{answer}"
    );
    assert!(answer.contains("spread_sum"), "{answer}");
    assert!(!service.answer(Format::OpenMetrics).contains("spread_sum"));
}

#[test]
fn scopes_that_share_a_name_are_one_family() {
    let service = Service::new();
    for version in ["1", "2"] {
        let scope = InstrumentationScope::builder("lib")
            .with_version(version)
            .with_attributes([KeyValue::new("short.name", "l")])
            .build();
        let meter = service.provider.meter_with_scope(scope);
        // Of the catalog, but of two scopes.
        meter.i64_up_down_counter("jobs_active").build().add(1, &[]);
    }
    let answer = service.answer(Format::OpenMetrics);
    assert_eq!(answer.matches("# TYPE").count(), 1, "{answer}");
    for version in ["1", "2"] {
        let line = format!(
            "jobs_active{{otel_scope_name=\"lib\",otel_scope_version=\"{version}\",otel_scope_short_name=\"l\"}} 1\n"
        );
        assert!(answer.contains(&line), "{answer}");
    }
}

#[test]
fn keys_that_become_one_label_share_it() {
    let service = Service::new();
    service
        .provider
        .meter("m")
        .u64_counter("jobs_active_total")
        .build()
        .add(
            1,
            &[
                KeyValue::new("a_b", "second"),
                KeyValue::new("a.b", "first"),
                KeyValue::new("7up", true),
                KeyValue::new("__name__", 1),
            ],
        );
    let answer = service.answer(Format::Text);
    let expected =
        "{otel_scope_name=\"m\",a_b=\"first;second\",key_7up=\"true\",key___name__=\"1\"} 1";
    assert!(answer.contains(expected), "{answer}");
}

#[test]
fn deltas_have_no_place_in_an_answer() {
    let service = Service::new();
    service
        .provider
        .meter("m")
        .u64_counter("count")
        .build()
        .add(1, &[]);
    let mut request: ExportMetricsServiceRequest =
        service.collector.collect_now().unwrap().into_request();
    let metric = &mut request.resource_metrics[0].scope_metrics[0].metrics[0];
    let Some(Data::Sum(sum)) = &mut metric.data else {
        panic!("no sum");
    };
    sum.aggregation_temporality = 1;
    let answer = Exposition::new(Format::Text)
        .target_info(false)
        .render(&request.into());
    assert_eq!(answer, "");
}

#[test]
fn names_that_would_clash_are_not_both_declared() {
    let service = Service::new();
    let meter = service.provider.meter("m");
    meter.u64_counter("size_total").build().add(1, &[]);
    meter.u64_histogram("size").build().record(1, &[]);
    meter.u64_gauge("size_count").build().record(1, &[]);
    meter.u64_gauge("target").build().record(1, &[]);
    meter.u64_counter("target_total").build().add(1, &[]);
    let answer = service.answer(Format::OpenMetrics);
    let declared: Vec<&str> = answer
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .collect();
    assert_eq!(
        declared,
        [
            "size histogram",
            "size_total unknown",
            "target_total unknown"
        ],
        "{answer}"
    );
    let answer = service.answer(Format::Text);
    assert_eq!(answer.matches("# TYPE").count(), 5, "{answer}");
}

#[test]
fn a_scraper_gets_what_it_asks_for() {
    let cases = [
        (
            "application/openmetrics-text; version=1.0.0",
            Format::OpenMetrics,
        ),
        (
            "text/plain;version=0.0.4;q=0.5,application/openmetrics-text;q=0.4",
            Format::Text,
        ),
        (
            "application/openmetrics-text;version=2.0.0;q=0.9,text/plain;q=0.1",
            Format::Text,
        ),
        ("application/openmetrics-text;q=0", Format::Text),
        ("text/html, */*", Format::Text),
        ("application/openmetrics-text;q=what", Format::Text),
    ];
    for (accept, expected) in cases {
        assert_eq!(Format::from_accept(accept), expected, "{accept}");
    }
}

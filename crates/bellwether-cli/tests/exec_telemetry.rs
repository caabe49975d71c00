//! What `bellwether exec` sends, as an OTLP receiver gets it.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    HistogramDataPoint, NumberDataPoint, number_data_point,
};
use opentelemetry_proto::tonic::trace::v1::Span;
use support::receiver::{Receiver, body, text, value};
use support::{bellwether, stderr, stdout};

const OUTER_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const OUTER_SPAN: &str = "00f067aa0ba902b7";

fn exec(receiver: &Receiver) -> Command {
    let mut command = bellwether();
    command
        .arg("exec")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint())
        .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    command
}

fn run(receiver: &Receiver, arguments: &[&str]) -> Output {
    exec(receiver).args(arguments).output().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn only_span(receiver: &Receiver) -> Span {
    let mut spans = receiver.spans();
    assert_eq!(spans.len(), 1, "exporting must not trace itself: {spans:?}");
    spans.remove(0)
}

#[test]
fn the_span_says_what_ran_and_how_it_ended() {
    let receiver = Receiver::start();
    let output = run(&receiver, &["--", "sh", "-c", "exit 3"]);
    assert_eq!(output.status.code(), Some(3));
    let span = only_span(&receiver);
    assert_eq!(span.name, "sh");
    assert_eq!(span.kind, 1, "SPAN_KIND_INTERNAL");
    assert!(span.parent_span_id.is_empty());
    assert_eq!(text(&span.attributes, "process.command").unwrap(), "sh");
    assert_eq!(
        value(&span.attributes, "process.exit.code"),
        Some(Value::IntValue(3))
    );
    assert!(matches!(
        value(&span.attributes, "process.pid"),
        Some(Value::IntValue(1..))
    ));
    assert_eq!(span.status.as_ref().unwrap().code, 2, "STATUS_CODE_ERROR");
    assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
    let everything = format!("{span:?}");
    assert!(
        !everything.contains("exit 3\""),
        "arguments are not recorded: {everything}"
    );
}

#[test]
fn arguments_are_recorded_when_asked_for() {
    let receiver = Receiver::start();
    run(&receiver, &["--record-args", "--", "echo", "hello"]);
    let arguments = value(&only_span(&receiver).attributes, "process.command_args");
    assert!(format!("{arguments:?}").contains("hello"), "{arguments:?}");
}

#[test]
fn the_program_gets_the_context_of_its_span() {
    let receiver = Receiver::start();
    let output = run(&receiver, &["--", "sh", "-c", "echo $TRACEPARENT"]);
    let span = only_span(&receiver);
    let expected = format!("00-{}-{}-01\n", hex(&span.trace_id), hex(&span.span_id));
    assert_eq!(stdout(&output), expected);
}

#[test]
fn an_outer_trace_is_continued() {
    let receiver = Receiver::start();
    let output = exec(&receiver)
        .args([
            "--",
            "sh",
            "-c",
            "echo $TRACEPARENT; echo $TRACESTATE; echo $BAGGAGE",
        ])
        .env("TRACEPARENT", format!("00-{OUTER_TRACE}-{OUTER_SPAN}-01"))
        .env("TRACESTATE", "vendor=value")
        .env("BAGGAGE", "session.id=42")
        .output()
        .unwrap();
    let span = only_span(&receiver);
    assert_eq!(hex(&span.trace_id), OUTER_TRACE);
    assert_eq!(hex(&span.parent_span_id), OUTER_SPAN);
    let expected = format!(
        "00-{OUTER_TRACE}-{}-01\nvendor=value\nsession.id=42\n",
        hex(&span.span_id)
    );
    assert_eq!(stdout(&output), expected);
}

#[test]
fn an_exec_inside_an_exec_is_its_child() {
    let receiver = Receiver::start();
    let inner = env!("CARGO_BIN_EXE_bellwether");
    let output = run(
        &receiver,
        &[
            "--name", "outer", "--", inner, "exec", "--name", "inner", "--", "true",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let spans = receiver.spans();
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    assert_eq!(named("inner").parent_span_id, named("outer").span_id);
    assert_eq!(named("inner").trace_id, named("outer").trace_id);
}

fn numbers(receiver: &Receiver, name: &str) -> Vec<NumberDataPoint> {
    let metric = receiver
        .metrics(name)
        .pop()
        .unwrap_or_else(|| panic!("no {name}"));
    match metric.data.unwrap() {
        Data::Sum(sum) => sum.data_points,
        other => panic!("{name}: {other:?}"),
    }
}

fn number(point: &NumberDataPoint) -> i64 {
    match point.value {
        Some(number_data_point::Value::AsInt(number)) => number,
        other => panic!("{other:?}"),
    }
}

fn duration(receiver: &Receiver) -> HistogramDataPoint {
    let metric = receiver.metrics("job_duration_seconds").pop().unwrap();
    assert_eq!(metric.unit, "s");
    match metric.data.unwrap() {
        Data::Histogram(mut histogram) => histogram.data_points.remove(0),
        other => panic!("{other:?}"),
    }
}

fn statuses(receiver: &Receiver) -> Vec<(String, i64)> {
    let points = numbers(receiver, "jobs_processed_total");
    let mut counts: Vec<_> = points
        .iter()
        .map(|point| (text(&point.attributes, "status").unwrap(), number(point)))
        .collect();
    counts.sort();
    counts
}

#[test]
fn a_job_that_completes_is_counted() {
    let receiver = Receiver::start();
    let output = exec(&receiver)
        .args(["--name", "import", "--priority", "1", "--", "true"])
        .env("WORKER_ID", "w-7")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        statuses(&receiver),
        [("completed".to_owned(), 1), ("started".to_owned(), 1)]
    );
    let active = numbers(&receiver, "jobs_active");
    assert_eq!(number(&active[0]), 0);
    for (label, expected) in [
        ("service", "import"),
        ("priority", "1"),
        ("worker_id", "w-7"),
    ] {
        assert_eq!(text(&active[0].attributes, label).unwrap(), expected);
    }
    let duration = duration(&receiver);
    assert_eq!(duration.count, 1);
    assert_eq!(
        duration.explicit_bounds,
        [0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0]
    );
    assert!(receiver.metrics("errors_total").is_empty());
}

#[test]
fn a_job_that_fails_is_counted_by_its_error() {
    for (script, class, name) in [
        ("exit 9", "exit_code", "exit 9"),
        ("exit 124", "timeout", "exit 124"),
        ("kill -KILL $$", "signal", "SIGKILL"),
    ] {
        let receiver = Receiver::start();
        run(&receiver, &["--", "sh", "-c", script]);
        assert_eq!(
            statuses(&receiver),
            [("failed".to_owned(), 1), ("started".to_owned(), 1)]
        );
        let errors = numbers(&receiver, "errors_total");
        assert_eq!(text(&errors[0].attributes, "error_type").unwrap(), class);
        assert_eq!(text(&errors[0].attributes, "error_name").unwrap(), name);
        assert_eq!(text(&errors[0].attributes, "worker_id").unwrap(), "unknown");
    }
}

#[test]
fn job_metrics_can_be_switched_off() {
    let receiver = Receiver::start();
    exec(&receiver)
        .args(["--", "true"])
        .env("ENABLE_JOB_METRICS", "false")
        .output()
        .unwrap();
    assert!(receiver.metrics("jobs_processed_total").is_empty());
    assert_eq!(receiver.spans().len(), 1);
}

#[test]
fn a_program_that_is_not_there_is_a_failed_job() {
    let receiver = Receiver::start();
    let output = run(&receiver, &["--", "no-such-program-anywhere"]);
    assert_eq!(output.status.code(), Some(127));
    let errors = numbers(&receiver, "errors_total");
    assert_eq!(
        text(&errors[0].attributes, "error_type").unwrap(),
        "not_found"
    );
    assert_eq!(only_span(&receiver).status.unwrap().code, 2);
}

#[test]
fn start_and_end_are_logged_within_the_span() {
    let receiver = Receiver::start();
    let output = run(&receiver, &["--", "sh", "-c", "echo out; echo err >&2"]);
    assert_eq!(
        (stdout(&output).as_str(), stderr(&output).as_str()),
        ("out\n", "err\n")
    );
    let span = only_span(&receiver);
    let logs = receiver.logs();
    let bodies: Vec<_> = logs.iter().map(body).collect();
    assert_eq!(bodies, ["job started", "job completed"]);
    for record in logs {
        assert_eq!(
            (&record.trace_id, &record.span_id),
            (&span.trace_id, &span.span_id)
        );
    }
}

#[test]
fn the_service_has_the_name_it_is_given() {
    let receiver = Receiver::start();
    exec(&receiver)
        .args(["--", "true"])
        .env("OTEL_SERVICE_NAME", "ci")
        .output()
        .unwrap();
    assert_eq!(receiver.services(), ["ci"]);
    let receiver = Receiver::start();
    run(&receiver, &["--", "true"]);
    assert_eq!(receiver.services(), ["bellwether-exec"]);
}

#[test]
fn telemetry_that_cannot_start_warns_once_and_leaves_the_context_alone() {
    let outer = format!("00-{OUTER_TRACE}-{OUTER_SPAN}-01");
    let output = bellwether()
        .args(["exec", "--", "sh", "-c", "echo $TRACEPARENT; exit 5"])
        .env("TRACING_SAMPLE_RATE", "two")
        .env("TRACEPARENT", &outer)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(stdout(&output), format!("{outer}\n"));
    let warnings = stderr(&output);
    assert_eq!(warnings.lines().count(), 1, "{warnings}");
    assert!(warnings.contains("TRACING_SAMPLE_RATE"), "{warnings}");
}

#[test]
fn a_receiver_that_is_away_or_silent_costs_two_seconds_at_most() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_endpoint = format!("http://{}", silent.local_addr().unwrap());
    for endpoint in ["http://127.7.7.7:1", silent_endpoint.as_str()] {
        for protocol in ["http/protobuf", "grpc"] {
            let start = Instant::now();
            let output = bellwether()
                .args(["exec", "--", "sh", "-c", "exit 6"])
                .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
                .env("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(6));
            let took = start.elapsed();
            assert!(
                took < Duration::from_millis(3500),
                "{endpoint} {protocol}: {took:?}"
            );
            assert!(stderr(&output).lines().count() <= 1, "{}", stderr(&output));
        }
    }
}

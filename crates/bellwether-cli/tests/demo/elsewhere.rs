//! A demo that sends to somebody else's endpoint, and one that is told to end.

use std::collections::BTreeSet;
use std::time::Duration;

use super::fixture::{Marked, nasty_directory};
use super::support::receiver::Receiver;

#[test]
fn an_endpoint_of_somebody_else_gets_everything_and_no_collector_is_started() {
    let dir = nasty_directory();
    let receiver = Receiver::start();
    let endpoint = receiver.endpoint();
    let arguments = ["--rounds", "1", "--to", &endpoint];
    let mut demo = Marked::start_with(dir.path(), &arguments, |command| {
        let attributes = "service.name=another,deployment.environment.name=demo";
        command.env("OTEL_RESOURCE_ATTRIBUTES", attributes);
    });
    let (status, text) = demo.wait(Duration::from_secs(120));
    assert_eq!(status.code(), Some(0), "{text}");
    let said = format!("{endpoint} acknowledged all of it");
    assert!(text.contains(&said), "{text}");
    assert!(!text.contains("collector      ready"), "{text}");
    for metric in [
        "gen_ai.server.request.duration",
        "mcp.server.operation.duration",
        "wundr_model_cost_dollars_total",
        "jobs_processed_total",
    ] {
        assert!(!receiver.metrics(metric).is_empty(), "{metric}: {text}");
    }
    let services: BTreeSet<_> = receiver.services().into_iter().collect();
    assert!(services.contains("model"), "{services:?}");
    assert!(!services.contains("another"), "{services:?}");
    let roots = receiver.spans();
    let roots = roots.iter().filter(|span| span.parent_span_id.is_empty());
    assert_eq!(roots.count(), 1, "one session is one trace: {text}");
    demo.assert_nothing_is_left(Duration::from_secs(5));
}

#[test]
fn an_endpoint_that_is_none_is_an_error_that_says_so() {
    let dir = nasty_directory();
    let mut demo = Marked::start(dir.path(), &["--to", "collector:4317"]);
    let (status, text) = demo.wait(Duration::from_secs(20));
    assert_eq!(status.code(), Some(1));
    assert!(
        text.contains("--to `collector:4317`: expected a URL"),
        "{text}"
    );
}

#[test]
fn ctrl_c_ends_a_demo_that_goes_on_with_its_report() {
    let dir = nasty_directory();
    let mut demo = Marked::start(dir.path(), &["--keep", "--pace", "0.5"]);
    demo.wait_for_line("orchestrator   session-", Duration::from_secs(60));
    demo.signal("INT");
    let (status, text) = demo.wait(Duration::from_secs(60));
    assert_eq!(status.code(), Some(0), "{text}");
    assert!(text.contains("everything that was sent arrived"), "{text}");
    demo.assert_nothing_is_left(Duration::from_secs(5));
}

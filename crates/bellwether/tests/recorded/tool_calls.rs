use std::time::Duration;

use bellwether::metrics::generated::labels::GenAiToolType;

use crate::exported::Exported;

#[test]
fn a_call_feeds_each_family_once() {
    let exported = Exported::new();
    let tools = exported
        .metrics
        .tool_call()
        .orchestrator("orch-1")
        .agent("reviewer")
        .tool_type(GenAiToolType::Function);
    tools.start("Read").took(Duration::from_secs(1)).success();
    assert_eq!(
        exported.lines(),
        [
            "gen_ai.execute_tool.duration{gen_ai.agent.name=reviewer,gen_ai.tool.name=Read,gen_ai.tool.type=function} 1",
            "orchestrator_tool_invocations_total{orchestrator_id=orch-1,status=success,tool_name=Read} 1",
            "tool_call_duration_seconds{tool=Read} 1",
            "tool_call_success_total{tool=Read} 1",
            "tool_calls_total{status=success,tool=Read} 1",
            "wundr_tool_execution_duration_seconds{status=success,tool_name=Read} 1",
            "wundr_tool_execution_total{status=success,tool_name=Read} 1",
        ]
    );
}

/// Lines of a call that ended so, without an orchestrator.
fn failed(status: &str, error: &str) -> [String; 8] {
    [
        format!("gen_ai.execute_tool.duration{{error.type={error},gen_ai.tool.name=Bash}} 1"),
        format!(
            "orchestrator_tool_invocations_total{{orchestrator_id=unknown,status={status},tool_name=Bash}} 1"
        ),
        "tool_call_duration_seconds{tool=Bash} 1".to_owned(),
        format!("tool_call_failure_total{{error_type={error},tool=Bash}} 1"),
        format!("tool_calls_total{{status={status},tool=Bash}} 1"),
        format!("wundr_tool_errors_total{{error_type={error},tool_name=Bash}} 1"),
        format!("wundr_tool_execution_duration_seconds{{status={status},tool_name=Bash}} 1"),
        format!("wundr_tool_execution_total{{status={status},tool_name=Bash}} 1"),
    ]
}

#[test]
fn the_type_of_an_error_is_its_error_type_and_that_of_a_timeout_the_status() {
    let exported = Exported::new();
    let error = "x".parse::<u8>().unwrap_err();
    exported.metrics.tool_call().start("Bash").error(&error);
    assert_eq!(exported.lines(), failed("error", "ParseIntError"));

    let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
    for by_error in [true, false] {
        let exported = Exported::new();
        let call = exported.metrics.tool_call().start("Bash");
        if by_error {
            call.error(&late);
        } else {
            call.timeout();
        }
        assert_eq!(exported.lines(), failed("timeout", "timeout"));
    }
}

#[test]
fn a_call_without_an_outcome_is_abandoned() {
    let exported = Exported::new();
    let tools = exported.metrics.tool_call();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _call = tools.start("Bash");
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(outcome.is_err());
    assert_eq!(exported.lines(), failed("abandoned", "abandoned"));
}

#[test]
fn calls_that_wait_are_counted_until_they_start_or_are_given_up() {
    let exported = Exported::new();
    let tools = exported.metrics.tool_call();
    let depth = |expected: f64| {
        assert_eq!(exported.series()["wundr_tool_queue_depth{}"], expected);
    };
    let (first, second) = (tools.queue("Bash"), tools.queue("Read"));
    depth(2.0);
    let call = first.start();
    depth(1.0);
    drop(second);
    depth(0.0);
    call.success();
    assert_eq!(
        exported.series()["tool_calls_total{status=success,tool=Bash}"],
        1.0
    );
}

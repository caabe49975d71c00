use std::collections::BTreeMap;
use std::process::Command;

use bellwether::propagation::{self, process, trace_id};
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::{
    Extractor, Injector, TextMapPropagator, text_map_propagator::FieldIter,
};

use crate::capture::{Capture, PARENT, TRACE, install, remote, span_of};

/// The environment that a command's child really sees.
fn environment(mut command: Command) -> BTreeMap<String, String> {
    let output = command.output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn a_child_gets_all_four_variables() {
    let mut command = Command::new("env");
    process::inject(&remote(), &mut command);
    let env = environment(command);
    assert_eq!(env["TRACEPARENT"], PARENT);
    assert_eq!(env["TRACESTATE"], "rojo=1");
    assert_eq!(env["BAGGAGE"], "session.id=42");
    assert_eq!(env["TRACE_CONTEXT"], PARENT);
    assert!(
        env.contains_key("PATH"),
        "the rest of the environment is inherited"
    );
    let context = process::from_vars(&env);
    assert_eq!(span_of(&context), span_of(&remote()));
    assert_eq!(context.baggage().len(), 1);
}

#[tokio::test]
async fn tokio_children_get_them_too() {
    let capture = Capture::start();
    let mut command = tokio::process::Command::new("env");
    tracing::info_span!("run")
        .in_scope(|| process::inject(&propagation::current(), command.as_std_mut()));
    let output = command.output().await.unwrap();
    let run = capture.span("run").await.span_context;
    let expected = format!("TRACEPARENT=00-{}-{}-01", run.trace_id(), run.span_id());
    let text = String::from_utf8(output.stdout).unwrap();
    // The SDK may set the random flag, which is 03 then.
    assert!(
        text.lines()
            .any(|line| line == expected || line == expected.replace("-01", "-03")),
        "{text}"
    );
}

#[test]
fn without_a_span_what_was_inherited_is_taken_away() {
    install();
    let mut command = Command::new("env");
    for name in ["TRACEPARENT", "TRACESTATE", "BAGGAGE", "TRACE_CONTEXT"] {
        command.env(name, "stale");
    }
    process::inject(&Context::new(), &mut command);
    let env = environment(command);
    assert!(
        !env.keys()
            .any(|name| name.starts_with("TRACE") || name == "BAGGAGE"),
        "{env:?}"
    );
}

/// Runs as a process of its own, which was started inside a trace and starts a child outside of any.
#[test]
#[ignore = "a child process, run by the test below"]
fn child() {
    install();
    println!(
        "trace={}",
        trace_id::of(&process::extract_from_env()).unwrap_or_default()
    );
    let mut command = Command::new("env");
    process::inject(&Context::new(), &mut command);
    println!("stale={}", environment(command).contains_key("TRACEPARENT"));
}

#[test]
fn a_real_child_reads_its_own_environment_and_does_not_hand_it_down() {
    for name in ["TRACEPARENT", "TRACE_CONTEXT"] {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "process::child", "--ignored", "--nocapture"])
            .env(name, PARENT);
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(&format!("trace={TRACE}")), "{name}: {text}");
        assert!(text.contains("stale=false"), "{name}: {text}");
    }
}

#[test]
fn trace_context_is_read_only_where_traceparent_is_absent() {
    install();
    let other = "00-11111111111111111111111111111111-1111111111111111-01";
    let trace = |vars: &[(&str, &str)]| trace_id::of(&process::from_vars(vars.iter().copied()));
    assert_eq!(
        trace(&[("TRACE_CONTEXT", other), ("TRACEPARENT", PARENT)]).as_deref(),
        Some(TRACE)
    );
    assert_eq!(trace(&[("TRACE_CONTEXT", PARENT)]).as_deref(), Some(TRACE));
    assert_eq!(
        trace(&[("TRACE_CONTEXT", PARENT), ("TRACEPARENT", "")]),
        None
    );
    assert_eq!(
        trace(&[("traceparent", PARENT), ("TraceParent", PARENT)]),
        None,
        "names are uppercase"
    );
}

#[cfg(unix)]
#[test]
fn values_that_are_not_text_are_absent() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    install();
    let bad = OsStr::from_bytes(b"a=\xff");
    let context = process::from_vars([
        (OsStr::new("BAGGAGE"), bad),
        (OsStr::new("TRACEPARENT"), OsStr::new(PARENT)),
    ]);
    assert!(span_of(&context).is_valid() && context.baggage().is_empty());
}

/// A foreign format that writes whatever it likes.
#[derive(Debug)]
struct Foreign {
    fields: [String; 2],
}

impl TextMapPropagator for Foreign {
    fn inject_context(&self, _: &Context, injector: &mut dyn Injector) {
        injector.set("8-bit.id", "fine".to_owned());
        injector.set("traceparent", format!("{PARENT}\nLD_PRELOAD=x"));
    }

    fn extract_with_context(&self, context: &Context, _: &dyn Extractor) -> Context {
        context.clone()
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.fields)
    }
}

/// Runs as a process of its own, since its propagator is not that of the other tests.
#[test]
#[ignore = "a child process, run by the test below"]
fn foreign() {
    opentelemetry::global::set_text_map_propagator(Foreign {
        fields: ["8-bit.id".to_owned(), "traceparent".to_owned()],
    });
    let mut env = BTreeMap::from([("TRACEPARENT".to_owned(), "stale".to_owned())]);
    process::inject(&Context::new(), &mut env);
    println!("env={env:?}");
}

#[test]
fn names_are_made_safe_and_values_with_line_breaks_left_out() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command
        .args(["--exact", "process::foreign", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(r#"env={"_8_BIT_ID": "fine"}"#), "{text}");
}

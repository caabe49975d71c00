//! `bellwether config`: what is in force, where from, and no secrets.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use support::{bellwether, stderr, stdout};

#[test]
fn settings_are_shown_with_their_variable_and_without_secrets() {
    for arguments in [&["config"][..], &["config", "--json"]] {
        let output = bellwether()
            .args(arguments)
            .env("LOG_LEVEL", "warn")
            .env(
                "OTEL_EXPORTER_OTLP_HEADERS",
                "authorization=Bearer%20s3cret",
            )
            .output()
            .unwrap();
        let text = stdout(&output);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(text.contains("LOG_LEVEL"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[test]
fn a_variable_that_cannot_be_used_is_named() {
    let output = bellwether()
        .arg("config")
        .env("LOG_FORMAT", "xml")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("LOG_FORMAT"),
        "{}",
        stderr(&output)
    );
    assert!(stdout(&output).is_empty());
}

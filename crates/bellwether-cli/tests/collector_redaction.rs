//! What the base layer hides, and what it must leave alone.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use serde_json::{Value, json};
use support::collector::{
    Running, attributes, eventually, logs, map, metrics, now, one_log, one_point, one_span, spans,
};

/// Texts that must not come through, each in a value that says what it is part of.
const SECRET_VALUES: [&str; 12] = [
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabcd\n-----END RSA PRIVATE KEY-----",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "Bearer abcdefghijklmnop1234",
    "Basic dXNlcjpwYXNzd29yZDEyMw==",
    "AKIAIOSFODNN7EXAMPLE",
    "sk-proj-abcdefghijklmnopqrstuvwx",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "auth_abcdefghijklmnopqrstuvwxyz",
    "password=hunter2hunter2",
    "\"api_key\": \"zyxwvut987\"",
    "//user:hunter2hunter2@",
    "4111 1111 1111 1111",
];

/// Of each of them, what would give it away.
const GIVEAWAYS: [&str; 12] = [
    "MIIEow",
    "eyJzdWIi",
    "abcdefghijklmnop1234",
    "dXNlcjpw",
    "IOSFODNN7",
    "sk-proj",
    "ghp_",
    "auth_abc",
    "hunter2",
    "zyxwvut987",
    "hunter2",
    "4111",
];

/// Attributes whose names say that the value is secret.
const SECRET_KEYS: [&str; 12] = [
    "password",
    "db.password",
    "client_secret",
    "http.request.header.authorization",
    "http.request.header.cookie",
    "api_key",
    "x-api-key",
    "access_token",
    "refreshToken",
    "session_token",
    "auth.token",
    "aws.credentials",
];

/// Attributes that look a little like secrets and are none.
fn harmless() -> Vec<(&'static str, Value)> {
    vec![
        ("gen_ai.usage.input_tokens", json!(1500)),
        ("gen_ai.usage.output_tokens", json!(20)),
        ("gen_ai.token.type", json!("input")),
        ("gen_ai.request.max_tokens", json!(4096)),
        ("tokens_used", json!(7)),
        ("prompt_tokens", json!(8)),
        ("session_tokens", json!(9)),
        ("token_count", json!(10)),
        ("trace_id", json!("5b8efff798038103d269b633813fc60c")),
        ("job.id", json!("4111111111111111")),
        ("order.number", json!(4_111_111_111_111_111_u64)),
        ("time_us", json!(1_795_433_598_000_000_u64)),
        ("uuid", json!("018f4e6e-7b1a-7c3d-9e2f-0123456789ab")),
        ("commit", json!("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")),
        ("http.route", json!("/v1/users/{id}/tokens")),
        (
            "url.full",
            json!("https://example.com:8443/a/b?page=2&sort=asc"),
        ),
        ("session.id", json!("sess_123")),
        ("orchestrator_id", json!("orch-1")),
        ("author", json!("Ada")),
        ("monkey", json!("capuchin")),
        (
            "text",
            json!("the token bucket allows 5 basic requests; secretary: Bo"),
        ),
    ]
}

#[tokio::test]
async fn secrets_are_masked_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path(), "local", &[]);

    let values = SECRET_VALUES.iter().enumerate();
    let in_values: Vec<_> = values
        .map(|(index, secret)| {
            (
                format!("note.{index}"),
                json!(format!("see {secret} there")),
            )
        })
        .collect();
    let mut all: Vec<(&str, Value)> = in_values
        .iter()
        .map(|(key, value)| (key.as_str(), value.clone()))
        .collect();
    all.extend(SECRET_KEYS.map(|key| (key, json!("hunter2"))));
    all.push(("headers", json!({"kvlistValue": {"values": [{"key": "password", "value": {"stringValue": "x password: hunter2"}}]}})));
    all.extend(harmless());
    let all = attributes(&all);

    let text = SECRET_VALUES.join(" and ");
    let span = json!({
        "attributes": all,
        "events": [{"name": "e", "timeUnixNano": now().to_string(), "attributes": all}],
        "status": {"code": 2, "message": text.replace("4111 1111 1111 1111", "")},
    });
    running
        .send(
            "traces",
            &one_span("vault", 1, 1, "login password=hunter2", &span),
        )
        .await;
    let body = json!({"stringValue": text});
    running
        .send(
            "logs",
            &one_log("vault", 9, &body, &json!({"attributes": all})),
        )
        .await;
    let body = json!({"kvlistValue": {"values": [
        {"key": "api_key", "value": {"stringValue": "hunter2"}},
        {"key": "text", "value": {"stringValue": text}},
        {"key": "tokens", "value": {"intValue": "5"}},
    ]}});
    running
        .send("logs", &one_log("vault", 9, &body, &json!({})))
        .await;
    running
        .send("metrics", &one_point("vault", "vault.test", 1, &all))
        .await;

    let all_there = || {
        let points: Vec<_> = metrics(&running.written("metrics"))
            .into_iter()
            .filter(|m| m["name"] == "vault.test")
            .cloned()
            .collect();
        let (traces, logs_written) = (running.written("traces"), running.written("logs"));
        let is_complete =
            spans(&traces).len() == 1 && logs(&logs_written).len() == 2 && points.len() == 1;
        is_complete.then_some((traces, logs_written, points))
    };
    let (traces, logs_written, points) = eventually("everything sent is written", all_there).await;

    let written = format!("{}{}{}", json!(traces), json!(logs_written), json!(points));
    for giveaway in GIVEAWAYS {
        // The only one with this number in it is harmless.
        let without = written.replace("4111111111111111", "");
        let at = without.find(giveaway).unwrap_or(0);
        let around = without
            .get(at.saturating_sub(120)..at + 60)
            .unwrap_or_default();
        assert!(
            !without.contains(giveaway),
            "{giveaway} came through: {around}"
        );
    }

    let span = spans(&traces)[0].clone();
    let lists = [
        ("span", span["attributes"].clone()),
        ("event", span["events"][0]["attributes"].clone()),
        ("log", logs(&logs_written)[0]["attributes"].clone()),
        (
            "point",
            points[0]["gauge"]["dataPoints"][0]["attributes"].clone(),
        ),
    ];
    for (place, list) in lists {
        let got = map(&list);
        for (key, value) in harmless() {
            // Integers are strings in OTLP JSON.
            let expected = if value.is_number() {
                json!(value.to_string())
            } else {
                value
            };
            assert_eq!(got[key], expected, "{key} of the {place}");
        }
        for key in SECRET_KEYS {
            assert_eq!(got[key], json!("****"), "{key} of the {place}");
        }
        // What stands around a masked part stays.
        assert_eq!(got["note.4"], json!("see **** there"), "{place}");
    }
    assert_eq!(span["traceId"], format!("{:032x}", 1));
    assert_eq!(span["name"], "login ****");
}

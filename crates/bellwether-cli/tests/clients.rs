//! Clients that nobody here wrote send all three signals to a real `bellwether serve`: the official SDKs of four languages and
//! telemetrygen, over gRPC and HTTP. What they sent is compared field by field, and asked for over the API and the command line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

#[path = "clients/generated.rs"]
mod generated;
#[path = "clients/install.rs"]
mod install;
#[path = "telemetry/server.rs"]
mod server;
#[path = "clients/story.rs"]
mod story;
mod support;

use std::ops::Range;
use std::process::Command;

use serde_json::{Value, json};
use server::{Server, document, says};
use story::{Ids, Sdk};
use support::collector::now;
use support::{stderr, stdout};

/// Runs a client with the standard variables and nothing else that could decide where it sends.
fn run(client: &mut Command, variables: &[(&str, &str)]) -> Range<u128> {
    for (name, _) in std::env::vars() {
        if name.starts_with("OTEL_") || name.to_ascii_lowercase().ends_with("_proxy") {
            client.env_remove(name);
        }
    }
    client
        .env("NO_PROXY", "127.0.0.1")
        .envs(variables.iter().copied());
    // Some clocks are read in milliseconds.
    let began = now() / 1_000_000 * 1_000_000;
    let output = client.output().unwrap();
    assert!(
        output.status.success(),
        "{client:?}\n{}{}",
        stdout(&output),
        stderr(&output)
    );
    began..now()
}

/// Everything of a signal, as it was sent.
fn stored(server: &Server, signal: &str) -> Value {
    let export = ["export", "--format", "otlp", "--signal", signal];
    serde_json::from_str(&says(&server.file(), &export)).unwrap()
}

async fn tell(mut client: impl FnMut() -> Command, sdk: &Sdk, protocols: &[&str]) {
    for protocol in protocols {
        let server = Server::start();
        let (endpoint, compression) = match *protocol {
            "grpc" => (&server.grpc, "none"),
            _ => (&server.http, "gzip"),
        };
        let service = format!("{} over {protocol}", sdk.language);
        let mut variables = vec![
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_SERVICE_NAME", &service),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "deployment.environment.name=test,service.instance.id=one",
            ),
        ];
        if compression != "none" {
            variables.push(("OTEL_EXPORTER_OTLP_COMPRESSION", compression));
        }
        let during = run(&mut client(), &variables);
        println!("{service}");
        let ids = story::check_traces(&stored(&server, "traces"), &service, sdk, &during);
        story::check_logs(&stored(&server, "logs"), &service, sdk, &ids, &during);
        story::check_metrics(&stored(&server, "metrics"), &service, sdk, &ids, &during);
        ask(&server, &service, &ids).await;
    }
}

/// The same story in the words of the API and of the command line.
async fn ask(server: &Server, service: &str, ids: &Ids) {
    let found = server.get("/api/v1/traces?name=child&status=error").await;
    let row = &found["rows"][0];
    assert_eq!(found["rows"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(row["trace_id"], ids.trace);
    assert_eq!(row["service"], service);
    assert_eq!(
        (&row["root"], &row["spans"], &row["errors"]),
        (&json!("parent"), &json!(2), &json!(1))
    );

    let trace = server.get(&format!("/api/v1/traces/{}", ids.trace)).await;
    let [parent, child] = trace["spans"].as_array().unwrap().as_slice() else {
        panic!("two spans expected: {trace}");
    };
    assert_eq!(
        (&parent["depth"], &parent["span_id"]),
        (&json!(0), &json!(ids.parent))
    );
    assert_eq!(
        (&parent["kind"], &parent["status"]),
        (&json!("server"), &json!("ok"))
    );
    assert_eq!(parent["attributes"], story::every_type_plainly());
    assert_eq!(
        (&child["depth"], &child["parent_span_id"]),
        (&json!(1), &json!(ids.parent))
    );
    assert_eq!(
        (&child["kind"], &child["status"]),
        (&json!("client"), &json!("error"))
    );
    assert_eq!(child["status_message"], "timed out");
    assert_eq!(child["events"][0], "tool.finished");
    assert_eq!(
        child["links"],
        json!([{"trace_id": "0102030405060708090a0b0c0d0e0f10", "span_id": "0102030405060708", "attributes": {"why": "retry"}}])
    );
    let record = &trace["logs"]["rows"][0];
    assert_eq!(
        (&record["span_id"], &record["event_name"]),
        (&json!(ids.child), &json!("tool.slow"))
    );
    assert_eq!(record["attributes"], story::every_type_plainly());
    let body: Value = serde_json::from_str(record["body"].as_str().unwrap()).unwrap();
    assert_eq!(
        body,
        json!({"tool": "Bash", "attempt": 2, "ok": false, "seconds": 0.25, "bytes": "AQID", "words": ["a", "b"], "inner": {"k": "v"}})
    );
    let logs = server.get("/api/v1/logs?text=well").await;
    assert_eq!(logs["rows"][0]["body"], "all is well");

    let calls = "/api/v1/metrics/client.calls?aggregation=sum&by=outcome";
    let calls = server.get(calls).await;
    assert_eq!(calls["kind"], "counter");
    assert_eq!(calls["series"][0]["labels"], json!({"outcome": "ok"}));
    assert_eq!(calls["series"][0]["samples"][0]["value"], 5.0);
    for (metric, count, sum) in [
        ("client.waiting", 1, -2.0),
        ("client.temperature", 1, 21.5),
        ("client.duration", 3, 3.25),
        ("client.size", 4, 1004.0),
    ] {
        let stats = server.get(&format!("/api/v1/metrics/{metric}/stats")).await;
        assert_eq!(
            (&stats["count"], &stats["sum"]),
            (&json!(count), &json!(sum)),
            "{metric}"
        );
    }

    let file = server.file();
    let query = ["query", "client.calls", "--labels", "outcome=ok"];
    let answer = document(&file, &query);
    assert_eq!(answer["series"][0]["samples"][0]["value"], 5.0, "{answer}");
    let waterfall = says(&file, &["trace", &ids.trace]);
    for said in ["parent", "  child", "error timed out", r#""tool":"Bash""#] {
        assert!(waterfall.contains(said), "{said}: {waterfall}");
    }
}

#[tokio::test]
async fn the_sdk_of_python_is_stored_and_answered() {
    if install::or_say_why("python", install::python()).is_none() {
        return;
    }
    let sdk = Sdk {
        language: "python",
        version: "1.45.1",
        resource_schema: None,
        scope_attributes: true,
        span_flags: 0x100,
        link_flags: 0x300,
        log_flags: 3,
        link_state: false,
        whole_numbers: true,
        exemplars: true,
    };
    let protocols = ["grpc", "http/protobuf", "http/json"];
    tell(|| install::python().unwrap(), &sdk, &protocols).await;
}

#[tokio::test]
async fn the_sdk_of_node_is_stored_and_answered() {
    if install::or_say_why("node", install::node()).is_none() {
        return;
    }
    let sdk = Sdk {
        language: "nodejs",
        version: "2.12.1",
        resource_schema: None,
        scope_attributes: false,
        span_flags: 0x101,
        link_flags: 0x301,
        log_flags: 1,
        link_state: true,
        whole_numbers: false,
        exemplars: false,
    };
    let protocols = ["grpc", "http/protobuf", "http/json"];
    tell(|| install::node().unwrap(), &sdk, &protocols).await;
}

#[tokio::test]
async fn the_sdk_of_java_is_stored_and_answered() {
    if install::or_say_why("java", install::java()).is_none() {
        return;
    }
    let sdk = Sdk {
        language: "java",
        version: "1.66.0",
        resource_schema: None,
        scope_attributes: false,
        span_flags: 0x103,
        link_flags: 0x301,
        log_flags: 3,
        link_state: true,
        whole_numbers: true,
        exemplars: true,
    };
    tell(
        || install::java().unwrap(),
        &sdk,
        &["grpc", "http/protobuf"],
    )
    .await;
}

#[tokio::test]
async fn the_sdk_of_go_is_stored_and_answered() {
    if install::or_say_why("go", install::go()).is_none() {
        return;
    }
    let sdk = Sdk {
        language: "go",
        version: "1.46.0",
        resource_schema: Some("https://opentelemetry.io/schemas/1.43.0"),
        scope_attributes: true,
        span_flags: 0x101,
        link_flags: 0x301,
        log_flags: 1,
        link_state: false,
        whole_numbers: true,
        exemplars: true,
    };
    tell(|| install::go().unwrap(), &sdk, &["grpc", "http/protobuf"]).await;
}

#[tokio::test]
async fn telemetrygen_is_stored_and_answered() {
    if install::or_say_why("telemetrygen", install::telemetrygen()).is_none() {
        return;
    }
    for protocol in ["grpc", "http/protobuf"] {
        generated::check(protocol).await;
    }
}

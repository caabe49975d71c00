//! The HTTP API of a running server.
#![allow(clippy::unwrap_used)]

mod support;

use bellwether_backend::api::Access;
use serde_json::{Value, json};
use support::{Server, client};

async fn filled(access: Access) -> Server {
    let server = Server::start_with(|builder| builder.api(access)).await;
    let attribute = |key: &str, value: &str| json!([{"key": key, "value": {"stringValue": value}}]);
    let resource = json!({"attributes": attribute("service.name", "fleet")});
    let bodies = [
        (
            "/v1/metrics",
            json!({"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [
            {"name": "task_queue_size", "gauge": {"dataPoints": [
                {"timeUnixNano": "1000000000", "asDouble": 2.0}, {"timeUnixNano": "2000000000", "asDouble": 4.0}]}}]}]}]}),
        ),
        (
            "/v1/traces",
            json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [
            {"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0000000000000001", "name": "tool call", "startTimeUnixNano": "1000000000",
             "endTimeUnixNano": "3000000000", "attributes": attribute("tool", "Bash"),
             "links": [{"traceId": "0f0e0d0c0b0a09080706050403020100", "spanId": "0000000000000002", "attributes": attribute("why", "retry")}]}]}]}]}),
        ),
        (
            "/v1/logs",
            json!({"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [
            {"timeUnixNano": "1000000000", "severityNumber": 17, "body": {"stringValue": "timed out"}, "traceId": "0102030405060708090a0b0c0d0e0f10"}]}]}]}),
        ),
    ];
    for (path, body) in bodies {
        assert_eq!(
            server
                .post(path, "application/json", body.to_string())
                .await
                .status(),
            200
        );
    }
    server
}

async fn get(server: &Server, path: &str) -> (u16, Value) {
    let answer = client().get(server.url(path)).send().await.unwrap();
    assert!(
        answer
            .headers()
            .get("access-control-allow-origin")
            .is_none()
    );
    (
        answer.status().as_u16(),
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered_over_http() {
    let server = filled(Access::default()).await;
    let found = |path: &'static str| {
        let server = &server;
        async move {
            let (code, body) = get(server, path).await;
            assert_eq!(code, 200, "{body}");
            body
        }
    };
    assert_eq!(
        found("/api/v1/metrics").await["rows"][0]["name"],
        "task_queue_size"
    );
    let means =
        found("/api/v1/metrics/task_queue_size?aggregation=avg&label=service%3Dfleet").await;
    assert_eq!(means["series"][0]["samples"][0]["value"], 3.0);
    assert_eq!(
        found("/api/v1/metrics/task_queue_size/stats").await["max"],
        4.0
    );
    let traces = found("/api/v1/traces?name=tool+call&longer_than=2&attribute=tool%3D~B.*").await;
    assert_eq!(
        traces["rows"][0]["trace_id"],
        "0102030405060708090a0b0c0d0e0f10"
    );
    assert_eq!(
        found("/api/v1/traces?longer_than=2.5").await["rows"],
        json!([])
    );
    assert_eq!(
        found("/api/v1/traces?text=BASH&attribute=service.name%3Dfleet").await["rows"],
        traces["rows"]
    );
    assert_eq!(
        found("/api/v1/traces?text=nowhere").await["rows"],
        json!([])
    );
    let status = found("/api/v1/status").await;
    assert_eq!(
        status["signals"][0],
        json!({"signal": "traces", "items": 1, "first": 1_000_000_000, "last": 1_000_000_000})
    );
    assert_eq!(
        found("/api/v1/map").await,
        json!({"services": [{"service": "fleet", "spans": 1, "errors": 0}], "edges": [], "is_cut": false})
    );
    assert_eq!(found("/api/v1/agents").await["agents"], json!([]));
    let trace = found("/api/v1/traces/0102030405060708090a0b0c0d0e0f10").await;
    assert_eq!(
        (
            &trace["spans"][0]["name"],
            &trace["logs"]["rows"][0]["body"]
        ),
        (&json!("tool call"), &json!("timed out"))
    );
    assert_eq!(
        trace["spans"][0]["links"],
        json!([{"trace_id": "0f0e0d0c0b0a09080706050403020100", "span_id": "0000000000000002", "attributes": {"why": "retry"}}])
    );
    assert_eq!(
        found("/api/v1/logs?text=out&severity=17").await["rows"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for (path, code, said) in [
        ("/api/v1/traces?nam=x", 400, "parameter \"nam\""),
        ("/api/v1/logs?limit=1000000", 400, "100000 at most"),
        ("/api/v1/metrics/m?aggregation=median", 400, "expected sum"),
        ("/api/v1/traces/xyz", 400, "32 hexadecimal digits"),
        ("/api/v1/map?limit=2000000", 400, "1000000 at most"),
        ("/api/v1/logs?timeout=121", 400, "120 seconds at most"),
        (
            "/api/v1/traces?attribute=tool%3D~(",
            400,
            "not a regular expression",
        ),
        (
            "/api/v1/metrics/m?label=agent_type!~[",
            400,
            "not a regular expression",
        ),
        ("/api/v2/traces", 404, "expected one under /api/v1/"),
        (
            "/api/v1/traces/ffffffffffffffffffffffffffffffff",
            404,
            "no trace",
        ),
    ] {
        let (answered, body) = get(&server, path).await;
        assert_eq!(answered, code, "{path}: {body}");
        assert!(
            body["error"].as_str().unwrap().contains(said),
            "{path}: {body}"
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_reads_and_nothing_else() {
    let server = filled(Access::default()).await;
    let sql = |text: &'static str| {
        let server = &server;
        async move {
            let answer = server
                .post(
                    "/api/v1/sql",
                    "application/json",
                    json!({"sql": text}).to_string(),
                )
                .await;
            (
                answer.status().as_u16(),
                serde_json::from_slice::<Value>(&answer.bytes().await.unwrap()).unwrap(),
            )
        }
    };
    let (code, body) = sql("SELECT name, duration_ms FROM telemetry_spans").await;
    assert_eq!(
        (code, &body["columns"], &body["rows"]),
        (
            200,
            &json!(["name", "duration_ms"]),
            &json!([["tool call", 2000.0]])
        )
    );
    let many = sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i FROM n").await.1;
    assert_eq!(
        (many["rows"].as_array().unwrap().len(), &many["is_cut"]),
        (10_000, &json!(true))
    );
    for text in [
        "DELETE FROM telemetry_exports",
        "DROP TABLE partition",
        "INSERT INTO telemetry_exports(exporter) VALUES ('x') RETURNING id",
        "ATTACH 'other.db' AS other",
        "PRAGMA query_only = 0",
        "VACUUM INTO 'copy.db'",
        "SELEC",
        "",
    ] {
        assert_eq!(sql(text).await.0, 400, "{text}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_and_a_host_of_this_machine_are_asked_for() {
    let server = filled(Access::with_token("secret")).await;
    let ask = |headers: &'static [(&'static str, &'static str)]| {
        let mut request = client().get(server.url("/api/v1/metrics"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        async move { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(ask(&[]).await, 401);
    assert_eq!(ask(&[("authorization", "Bearer secreT")]).await, 401);
    assert_eq!(ask(&[("authorization", "Bearer secret")]).await, 200);
    assert_eq!(
        ask(&[
            ("authorization", "Bearer secret"),
            ("host", "attacker.example")
        ])
        .await,
        403
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_is_asked_twice() {
    let server = filled(Access::default()).await;
    let clear = |body: Value| {
        let server = &server;
        async move {
            let answer = server
                .post("/api/v1/clear", "application/json", body.to_string())
                .await;
            let code = answer.status().as_u16();
            let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            (code, body)
        }
    };
    let (code, body) = clear(json!({"signals": ["metrics", "logs"]})).await;
    assert_eq!(code, 428);
    assert!(
        body["error"]
            .as_str()
            .unwrap()
            .contains("would drop 3 items"),
        "{body}"
    );
    assert_eq!(clear(json!({"signals": ["spans"]})).await.0, 400);
    assert_eq!(clear(json!({"sure": true})).await.0, 422);
    // A form, which a page of another origin could send without asking.
    let form = server
        .post(
            "/api/v1/clear",
            "text/plain",
            json!({"signals": ["metrics"], "confirm": true}).to_string(),
        )
        .await;
    assert_eq!(form.status(), 415);
    assert_eq!(
        get(&server, "/api/v1/metrics").await.1["rows"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let (code, body) = clear(json!({"signals": ["metrics", "logs"], "confirm": true})).await;
    assert_eq!((code, body), (200, json!({"dropped": 3})));
    assert_eq!(get(&server, "/api/v1/metrics").await.1["rows"], json!([]));
    assert_eq!(get(&server, "/api/v1/logs").await.1["rows"], json!([]));
    assert_eq!(
        get(&server, "/api/v1/traces").await.1["rows"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    server.stop().await;
}

/// More rows than anybody counts in ten seconds.
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_takes_its_question_with_it() {
    use tokio::io::AsyncWriteExt as _;

    let server = filled(Access::default()).await;
    let body = json!({ "sql": ENDLESS }).to_string();
    let address = server.running.http();
    let request = format!(
        "POST /api/v1/sql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    // As many as there are connections to the store.
    let mut clients = Vec::new();
    for _ in 0..6 {
        let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
        client.write_all(request.as_bytes()).await.unwrap();
        clients.push(client);
    }
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(8);
    while get(&server, "/api/v1/metrics?timeout=0.1").await.0 != 408 {
        assert!(
            std::time::Instant::now() < deadline,
            "they never filled the store"
        );
    }
    drop(clients);
    // Still full, each of them would keep its place for ten seconds.
    let (code, found) = get(&server, "/api/v1/metrics?timeout=5").await;
    assert_eq!(code, 200, "{found}");
    server.stop().await;
}

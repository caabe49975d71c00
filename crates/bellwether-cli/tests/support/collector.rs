//! Real Collectors for tests: ours through `bellwether collector run`, any other configuration through its binary.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use super::bellwether;

/// For whatever a Collector does in the background: flushes, retries, scrapes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// The binary, looked for once.
pub(crate) fn otelcol() -> PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(super::collector_binary).clone()
}

/// `bellwether collector …` with the binary named and nothing else in the environment.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = bellwether();
    command
        .env("BELLWETHER_OTELCOL", otelcol())
        .arg("collector")
        .args(arguments);
    command
}

/// Runs it to its end.
pub(crate) fn run_to_end(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    command(arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// A Collector run by `bellwether collector run`, ready.
pub(crate) struct Running {
    bellwether: Child,
    pub(crate) folder: PathBuf,
    pub(crate) grpc: String,
    pub(crate) http: String,
    pub(crate) metrics: String,
    /// Of the Collector itself.
    pub(crate) pid: i32,
}

impl Running {
    /// On free ports.
    pub(crate) fn start(folder: &Path, layers: &str, variables: &[(&str, &str)]) -> Self {
        Self::start_with(folder, &["--layers", layers, "--ports", "free"], variables)
    }

    pub(crate) fn start_with(
        folder: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let mut command = command(&["run", "--folder", folder.to_str().unwrap()]);
        let mut bellwether = command
            .args(arguments)
            // What runs in the background does so quickly.
            .env("BELLWETHER_RED_INTERVAL", "500ms")
            .env("BELLWETHER_HOST_METRICS_INTERVAL", "1s")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(bellwether.stdout.take().unwrap()).lines();
        // The command gives up by itself if the Collector does not become ready.
        if !lines
            .map_while(Result::ok)
            .any(|line| line.starts_with("  folder"))
        {
            let mut said = String::new();
            bellwether
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            panic!("the Collector did not start: {said}");
        }
        let state = std::fs::read(folder.join("collector.json")).unwrap();
        let state: Value = serde_json::from_slice(&state).unwrap();
        let endpoint = |name: &str| state["endpoints"][name].as_str().unwrap().to_owned();
        Self {
            bellwether,
            folder: folder.to_owned(),
            grpc: endpoint("grpc"),
            http: endpoint("http"),
            metrics: endpoint("metrics"),
            pid: i32::try_from(state["pid"].as_i64().unwrap()).unwrap(),
        }
    }

    /// Kills the Collector as a crash would, and waits until the command has noticed. What the command said.
    pub(crate) fn crash(mut self) -> String {
        kill(Pid::from_raw(self.pid), Signal::SIGKILL).unwrap();
        assert!(!self.bellwether.wait().unwrap().success());
        let mut said = String::new();
        self.bellwether
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        said
    }

    /// Kills the command as a crash would.
    pub(crate) fn kill_command(mut self) {
        self.bellwether.kill().unwrap();
        self.bellwether.wait().unwrap();
    }

    /// Sends a request over OTLP/HTTP. Whether it was acknowledged.
    pub(crate) async fn try_send(&self, signal: &str, request: &Value) -> bool {
        try_send(&self.http, signal, request).await
    }

    /// Sends a request that must be acknowledged.
    pub(crate) async fn send(&self, signal: &str, request: &Value) {
        assert!(
            self.try_send(signal, request).await,
            "{signal} not acknowledged"
        );
    }

    /// What the local layer wrote so far.
    pub(crate) fn written(&self, signal: &str) -> Vec<Value> {
        documents(&self.folder.join(format!("data/{signal}.jsonl")))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.bellwether.try_wait(), Ok(None)) {
            let pid = Pid::from_raw(i32::try_from(self.bellwether.id()).unwrap());
            let _ = kill(pid, Signal::SIGTERM);
            let _ = self.bellwether.wait();
        }
    }
}

pub(crate) async fn try_send(address: &str, signal: &str, request: &Value) -> bool {
    let answer = client()
        .post(format!("http://{address}/v1/{signal}"))
        .json(request)
        .send()
        .await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(10));
    builder.build().unwrap()
}

/// Addresses on which nobody listens for now.
pub(crate) fn free_addresses(count: usize) -> Vec<String> {
    let bind = |_| std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let held: Vec<_> = (0..count).map(bind).collect();
    held.iter()
        .map(|listener| listener.local_addr().unwrap().to_string())
        .collect()
}

/// The complete lines of a file of OTLP JSON documents; none if it is not there.
pub(crate) fn documents(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let complete = text.rfind('\n').map_or("", |end| &text[..end]);
    complete
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Waits until something is there.
pub(crate) async fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "not within {PATIENCE:?}: {what}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// An OTLP attribute list.
pub(crate) fn attributes(pairs: &[(&str, Value)]) -> Value {
    let pairs = pairs.iter().map(|(key, value)| {
        let value = match value {
            Value::String(_) => json!({ "stringValue": value }),
            Value::Number(number) => json!({ "intValue": number.to_string() }),
            other => other.clone(),
        };
        json!({ "key": key, "value": value })
    });
    pairs.collect()
}

/// An OTLP attribute list as a map; values as they are encoded in OTLP JSON, without their type.
pub(crate) fn map(list: &Value) -> BTreeMap<String, Value> {
    let pairs = list.as_array().into_iter().flatten().map(|pair| {
        let value = pair["value"]
            .as_object()
            .and_then(|value| value.values().next());
        (
            pair["key"].as_str().unwrap().to_owned(),
            value.cloned().unwrap_or_default(),
        )
    });
    pairs.collect()
}

/// All objects at a path of nested lists, e.g. `resourceSpans`, `scopeSpans`, `spans`.
pub(crate) fn nested<'a>(documents: &'a [Value], path: &[&str]) -> Vec<&'a Value> {
    path.iter()
        .fold(documents.iter().collect(), |objects: Vec<&Value>, key| {
            objects
                .into_iter()
                .flat_map(|object| object[*key].as_array().into_iter().flatten())
                .collect()
        })
}

pub(crate) fn spans(documents: &[Value]) -> Vec<&Value> {
    nested(documents, &["resourceSpans", "scopeSpans", "spans"])
}

pub(crate) fn logs(documents: &[Value]) -> Vec<&Value> {
    nested(documents, &["resourceLogs", "scopeLogs", "logRecords"])
}

pub(crate) fn metrics(documents: &[Value]) -> Vec<&Value> {
    nested(documents, &["resourceMetrics", "scopeMetrics", "metrics"])
}

/// Nanoseconds since the epoch, as OTLP JSON writes them.
pub(crate) fn now() -> u128 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_nanos()
}

/// A request with one span of ten milliseconds.
pub(crate) fn one_span(service: &str, trace: u128, span: u64, name: &str, extra: &Value) -> Value {
    let end = now();
    let mut body = json!({
        "traceId": format!("{trace:032x}"), "spanId": format!("{span:016x}"), "name": name, "kind": 2,
        "startTimeUnixNano": (end - 10_000_000).to_string(), "endTimeUnixNano": end.to_string(),
    });
    merge(&mut body, extra);
    json!({"resourceSpans": [{
        "resource": {"attributes": attributes(&[("service.name", service.into())])},
        "scopeSpans": [{"spans": [body]}],
    }]})
}

/// A request with one log record.
pub(crate) fn one_log(service: &str, severity: u8, body: &Value, extra: &Value) -> Value {
    let mut record =
        json!({"timeUnixNano": now().to_string(), "severityNumber": severity, "body": body});
    merge(&mut record, extra);
    json!({"resourceLogs": [{
        "resource": {"attributes": attributes(&[("service.name", service.into())])},
        "scopeLogs": [{"logRecords": [record]}],
    }]})
}

/// A request with one point of a gauge.
pub(crate) fn one_point(service: &str, name: &str, value: u64, point_attributes: &Value) -> Value {
    let point = json!({"timeUnixNano": now().to_string(), "asInt": value.to_string(), "attributes": point_attributes});
    json!({"resourceMetrics": [{
        "resource": {"attributes": attributes(&[("service.name", service.into())])},
        "scopeMetrics": [{"metrics": [{"name": name, "gauge": {"dataPoints": [point]}}]}],
    }]})
}

fn merge(into: &mut Value, extra: &Value) {
    for (key, value) in extra.as_object().into_iter().flatten() {
        into[key] = value.clone();
    }
}

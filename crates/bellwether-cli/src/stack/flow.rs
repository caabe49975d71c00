//! A trace, a metric and a log record, sent as a service sends them, and looked for where people look.
//!
//! All three carry one trace id, made for the occasion. Prometheus must have it as the exemplar of a histogram, Tempo
//! as a trace, Loki on a log record, and Grafana must reach all three: that is the way from a slow percentile to the
//! lines that explain it. Each place is asked until it answers or the time is over; the findings say how long it took.

use std::fmt::Write as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};

use super::folder::Folder;
use crate::doctor::Finding;
use crate::exit::Failure;

/// The service that everything is from.
const SERVICE: &str = "bellwether-stack-check";
/// Name of the span, and body of the log record.
const WORDS: &str = "bellwether stack check";
/// As OTLP has it, and as Prometheus has it.
const METRIC: (&str, &str) = (
    "bellwether.stack_check.duration",
    "bellwether_stack_check_duration_seconds_bucket",
);

const BETWEEN_LOOKS: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(10);

/// A place where what was sent is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Part {
    /// Metrics, with their exemplars
    Prometheus,
    /// Traces
    Tempo,
    /// Logs
    Loki,
    /// Its boards, and the other three through it
    Grafana,
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::Tempo => "tempo",
            Self::Loki => "loki",
            Self::Grafana => "grafana",
        }
    }

    const fn port(self) -> &'static str {
        match self {
            Self::Prometheus => "PROMETHEUS_PORT",
            Self::Tempo => "TEMPO_PORT",
            Self::Loki => "LOKI_PORT",
            Self::Grafana => "GRAFANA_PORT",
        }
    }
}

/// What was sent, and when.
struct Sent {
    trace: String,
    span: String,
    nanoseconds: u128,
}

/// Sends, and looks in all these places.
pub(super) async fn look(
    folder: &Folder,
    parts: &[Part],
    within: Duration,
) -> Result<Vec<Finding>, Failure> {
    // What is asked is on this machine: a proxy of the environment has no part in it.
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build();
    let client =
        client.map_err(|error| Failure::new(format!("cannot make an HTTP client: {error}")))?;
    let sent = Sent::new()?;
    let collector = folder.address("OTLP_HTTP_PORT");
    if let Err(why) = send(&client, &collector, &sent).await {
        let fix = "docker compose logs collector has the reason";
        return Ok(vec![Finding::problem("collector", why, fix)]);
    }
    let mut findings = vec![Finding::ok(
        "collector",
        format!(
            "{collector} took a trace, a metric and a log record, trace {}",
            sent.trace
        ),
    )];
    for part in parts {
        findings.push(find(&client, folder, *part, &sent, within).await);
    }
    Ok(findings)
}

/// Asks one place until it has what was sent, or the time is over.
async fn find(
    client: &reqwest::Client,
    folder: &Folder,
    part: Part,
    sent: &Sent,
    within: Duration,
) -> Finding {
    let started = Instant::now();
    let address = folder.address(part.port());
    loop {
        let answer = match part {
            Part::Prometheus => exemplar(client, &address, sent).await,
            Part::Tempo => trace(client, &address, sent).await,
            Part::Loki => record(client, &address, sent).await,
            Part::Grafana => through_grafana(client, &address, sent).await,
        };
        let seconds = started.elapsed().as_secs_f64();
        match answer {
            Ok(found) => return Finding::ok(part.name(), format!("{found}, after {seconds:.1} s")),
            Err(why) if started.elapsed() >= within => {
                return Finding::problem(
                    part.name(),
                    format!("{why}, for {seconds:.0} s"),
                    format!("docker compose logs {} collector", part.name()),
                );
            }
            Err(_) => tokio::time::sleep(BETWEEN_LOOKS).await,
        }
    }
}

async fn exemplar(client: &reqwest::Client, address: &str, sent: &Sent) -> Result<String, String> {
    let (start, end) = sent.around();
    let parameters = [("query", METRIC.1), ("start", &start), ("end", &end)];
    let answer = ask(
        client,
        &format!("{address}/api/v1/query_exemplars"),
        &parameters,
    )
    .await?;
    if answer.contains(&sent.trace) {
        return Ok("the metric is there, and its exemplar leads to the trace".to_owned());
    }
    let parameters = [("query", METRIC.1)];
    let answer = ask(client, &format!("{address}/api/v1/query"), &parameters).await?;
    Err(if answer.contains(SERVICE) {
        "the metric is there, its exemplar is not (--enable-feature=exemplar-storage?)".to_owned()
    } else {
        "the metric is not there".to_owned()
    })
}

async fn trace(client: &reqwest::Client, address: &str, sent: &Sent) -> Result<String, String> {
    let answer = ask(client, &format!("{address}/api/traces/{}", sent.trace), &[]).await?;
    if answer.contains(WORDS) {
        return Ok("the trace is there".to_owned());
    }
    Err("the trace is not there".to_owned())
}

async fn record(client: &reqwest::Client, address: &str, sent: &Sent) -> Result<String, String> {
    let query = format!(
        "{{service_name=\"{SERVICE}\"}} | trace_id=\"{}\"",
        sent.trace
    );
    let parameters = [("query", query.as_str()), ("since", "15m")];
    let answer = ask(
        client,
        &format!("{address}/loki/api/v1/query_range"),
        &parameters,
    )
    .await?;
    if answer.contains(WORDS) {
        return Ok("the log record is there, by its trace id".to_owned());
    }
    Err("no log record has the trace id".to_owned())
}

/// The boards, and the three sources as Grafana reaches them.
async fn through_grafana(
    client: &reqwest::Client,
    address: &str,
    sent: &Sent,
) -> Result<String, String> {
    let found = ask(
        client,
        &format!("{address}/api/search"),
        &[("tag", "bellwether"), ("type", "dash-db")],
    )
    .await?;
    let boards: Value = serde_json::from_str(&found).unwrap_or_default();
    let boards = boards.as_array().map_or(0, Vec::len);
    if boards == 0 {
        return Err("it has no board".to_owned());
    }
    let source = |uid: &str| format!("{address}/api/datasources/proxy/uid/{uid}");
    let named =
        |uid: &'static str| move |why: String| format!("through its data source {uid}: {why}");
    exemplar(client, &source("prometheus"), sent)
        .await
        .map_err(named("prometheus"))?;
    trace(client, &source("tempo"), sent)
        .await
        .map_err(named("tempo"))?;
    record(client, &source("loki"), sent)
        .await
        .map_err(named("loki"))?;
    Ok(format!(
        "{boards} boards, and all three are found through its data sources"
    ))
}

/// The body of an answer with 2xx; otherwise what was answered, in a few words.
async fn ask(
    client: &reqwest::Client,
    url: &str,
    parameters: &[(&str, &str)],
) -> Result<String, String> {
    let url =
        reqwest::Url::parse_with_params(url, parameters).map_err(|error| error.to_string())?;
    let place = format!(
        "{}:{}",
        url.host_str().unwrap_or_default(),
        url.port().unwrap_or_default()
    );
    let request = client.get(url).header("accept", "application/json");
    let answer = request
        .send()
        .await
        .map_err(|_| format!("{place} does not answer"))?;
    let status = answer.status();
    if status.is_success() {
        return answer.text().await.map_err(|error| error.to_string());
    }
    Err(match status.as_u16() {
        404 => "it is not there".to_owned(),
        401 | 403 => format!("{place} answers {status}: it wants somebody to sign in"),
        _ => format!("{place} answers {status}"),
    })
}

async fn send(client: &reqwest::Client, address: &str, sent: &Sent) -> Result<(), String> {
    for (signal, request) in [
        ("traces", sent.span()),
        ("metrics", sent.metric()),
        ("logs", sent.record()),
    ] {
        let url = format!("{address}/v1/{signal}");
        let answer = client.post(&url).json(&request).send().await;
        let answer = answer.map_err(|_| format!("{address} does not answer"))?;
        if !answer.status().is_success() {
            return Err(format!("{url} answers {}", answer.status()));
        }
    }
    Ok(())
}

impl Sent {
    fn new() -> Result<Self, Failure> {
        let mut bytes = [0_u8; 24];
        let filled = SystemRandom::new().fill(&mut bytes);
        filled.map_err(|_| Failure::new("the system has no random numbers"))?;
        let hex = |bytes: &[u8]| {
            bytes.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(Self {
            trace: hex(&bytes[..16]),
            span: hex(&bytes[16..]),
            nanoseconds: now.unwrap_or_default().as_nanos(),
        })
    }

    /// Seconds before and after it was sent, for questions about a range.
    fn around(&self) -> (String, String) {
        let seconds = self.nanoseconds / 1_000_000_000;
        (
            (seconds.saturating_sub(600)).to_string(),
            (seconds + 600).to_string(),
        )
    }

    fn resource() -> Value {
        json!({"attributes": [{"key": "service.name", "value": {"stringValue": SERVICE}}]})
    }

    fn ended(&self) -> String {
        self.nanoseconds.to_string()
    }

    fn began(&self) -> String {
        (self.nanoseconds.saturating_sub(20_000_000)).to_string()
    }

    fn span(&self) -> Value {
        let span = json!({
            "traceId": self.trace, "spanId": self.span, "name": WORDS, "kind": 2,
            "startTimeUnixNano": self.began(), "endTimeUnixNano": self.ended(),
        });
        json!({"resourceSpans": [{"resource": Self::resource(), "scopeSpans": [{"spans": [span]}]}]})
    }

    fn metric(&self) -> Value {
        let exemplar = json!({
            "timeUnixNano": self.ended(), "asDouble": 0.02, "traceId": self.trace, "spanId": self.span,
        });
        let point = json!({
            "startTimeUnixNano": self.began(), "timeUnixNano": self.ended(), "count": "1", "sum": 0.02,
            "explicitBounds": [0.1, 1], "bucketCounts": ["1", "0", "0"], "exemplars": [exemplar],
        });
        let histogram = json!({"aggregationTemporality": 2, "dataPoints": [point]});
        let metric = json!({"name": METRIC.0, "unit": "s", "histogram": histogram});
        json!({"resourceMetrics": [{"resource": Self::resource(), "scopeMetrics": [{"metrics": [metric]}]}]})
    }

    fn record(&self) -> Value {
        let record = json!({
            "timeUnixNano": self.ended(), "severityNumber": 9, "severityText": "INFO", "body": {"stringValue": WORDS},
            "traceId": self.trace, "spanId": self.span,
        });
        json!({"resourceLogs": [{"resource": Self::resource(), "scopeLogs": [{"logRecords": [record]}]}]})
    }
}

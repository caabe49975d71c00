//! Metrics, traces and logs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::parameters::Parameters;
use super::{Problem, ask};
use crate::query::{self, Aggregation, Limits, LogQuery, MetricQuery, TraceQuery};
use crate::{Store, hex};

/// Measurements that one answer about a metric looks at; of those as they are stored, fewer.
const MOST_READINGS: usize = 1_000_000;
const MOST_VALUES: usize = 100_000;
/// Spans of a trace that one answer has.
const MOST_SPANS: usize = 20_000;

pub(super) type Answer = Result<Json<Value>, Problem>;

pub(super) fn answer(value: impl serde::Serialize) -> Answer {
    serde_json::to_value(value)
        .map(Json)
        .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

pub(super) async fn list(State(store): State<Store>, parameters: Parameters) -> Answer {
    let limits = parameters.only(&["limit", "timeout"])?.limits()?;
    answer(ask(&store, move |store| Ok(query::list_metrics(store, limits)?)).await?)
}

fn metric(name: String, parameters: &Parameters) -> Result<MetricQuery, Problem> {
    Ok(MetricQuery {
        labels: parameters.filters("label")?,
        range: parameters.range()?,
        limits: parameters.limits_of(MOST_READINGS)?,
        ..MetricQuery::new(name)
    })
}

pub(super) async fn values(
    State(store): State<Store>,
    Path(name): Path<String>,
    parameters: Parameters,
) -> Answer {
    let parameters = parameters.only(&[
        "label",
        "start",
        "end",
        "aggregation",
        "interval",
        "by",
        "limit",
        "timeout",
    ])?;
    let aggregation = parameters
        .text("aggregation")
        .map(|text| text.parse::<Aggregation>());
    let aggregation = aggregation
        .transpose()
        .map_err(|error| Problem::wrong(error.to_string()))?;
    let question = metric(name, &parameters)?;
    let question = MetricQuery {
        limits: Limits {
            rows: match aggregation {
                Some(_) => question.limits.rows,
                None => question.limits.rows.min(MOST_VALUES),
            },
            ..question.limits
        },
        aggregation,
        interval: parameters.seconds("interval")?,
        by: parameters.all("by").map(str::to_owned).collect(),
        ..question
    };
    answer(ask(&store, move |store| Ok(query::metrics(store, &question)?)).await?)
}

pub(super) async fn stats(
    State(store): State<Store>,
    Path(name): Path<String>,
    parameters: Parameters,
) -> Answer {
    let question = metric(
        name,
        &parameters.only(&["label", "start", "end", "limit", "timeout"])?,
    )?;
    answer(ask(&store, move |store| Ok(query::stats(store, &question)?)).await?)
}

pub(super) async fn traces(State(store): State<Store>, parameters: Parameters) -> Answer {
    let parameters = parameters.only(&[
        "service",
        "name",
        "attribute",
        "text",
        "longer_than",
        "shorter_than",
        "status",
        "start",
        "end",
        "limit",
        "timeout",
    ])?;
    let status = match parameters.text("status").as_deref() {
        None => None,
        Some("unset") => Some(0),
        Some("ok") => Some(1),
        Some("error") => Some(2),
        Some(other) => {
            return Err(Problem::wrong(format!(
                "status {other:?}: expected ok, error or unset"
            )));
        }
    };
    let question = TraceQuery {
        service: parameters.text("service"),
        name: parameters.text("name"),
        attributes: parameters.filters("attribute")?,
        text: parameters.text("text"),
        longer_than: parameters.seconds("longer_than")?,
        shorter_than: parameters.seconds("shorter_than")?,
        status,
        range: parameters.range()?,
        limits: parameters.limits()?,
    };
    let found = ask(&store, move |store| Ok(query::traces(store, &question)?)).await?;
    let rows: Vec<Value> = found
        .rows
        .iter()
        .map(|trace| {
            json!({"trace_id": hex(&trace.trace_id), "root": trace.root, "service": trace.service, "spans": trace.spans,
                "errors": trace.errors, "start": trace.start, "end": trace.end})
        })
        .collect();
    answer(json!({"rows": rows, "is_cut": found.is_cut}))
}

fn trace_id(text: &str) -> Result<[u8; 16], Problem> {
    let is_hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u128::from_str_radix(text, 16)
        .ok()
        .filter(|_| is_hex)
        .map(u128::to_be_bytes)
        .ok_or_else(|| Problem::wrong(format!("trace id {text:?}: expected 32 hexadecimal digits")))
}

pub(super) async fn trace(
    State(store): State<Store>,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Answer {
    let limits = parameters.only(&["limit", "timeout"])?.limits()?;
    let trace = trace_id(&id)?;
    let (spans, logs) = ask(&store, move |store| {
        let spans = query::span_lines(&store.trace(trace)?);
        Ok((spans, query::trace_logs(store, trace, limits)?))
    })
    .await?;
    let is_cut = spans.len() > MOST_SPANS;
    let all = spans.len();
    let spans = spans.get(..MOST_SPANS).unwrap_or(&spans);
    if all == 0 && logs.rows.is_empty() {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            format!("no trace {id} is stored"),
        ));
    }
    answer(json!({"trace_id": hex(&trace), "spans": spans, "is_cut": is_cut, "logs": logs}))
}

pub(super) async fn logs(State(store): State<Store>, parameters: Parameters) -> Answer {
    let parameters = parameters.only(&[
        "text",
        "service",
        "severity",
        "trace",
        "attribute",
        "start",
        "end",
        "limit",
        "timeout",
    ])?;
    let question = LogQuery {
        text: parameters.text("text"),
        service: parameters.text("service"),
        severity: parameters.parsed("severity", "a severity number, 1 to 24")?,
        trace: parameters
            .text("trace")
            .map(|id| trace_id(&id))
            .transpose()?,
        attributes: parameters.filters("attribute")?,
        range: parameters.range()?,
        limits: parameters.limits()?,
    };
    answer(ask(&store, move |store| Ok(query::logs(store, &question)?)).await?)
}

//! What leaves the store: JSON, CSV, Prometheus text, OpenMetrics, OTLP JSON. Each export is entered in `telemetry_exports`.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use bellwether_backend::query::{self, Limits, MetricQuery};
use bellwether_backend::rusqlite::types::ValueRef;
use bellwether_backend::rusqlite::{self, Connection};
use bellwether_backend::{Signal, maintenance};
use bellwether_backend::{StoreError, json};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use super::exposition::{Exposition, Flavour};
use super::{Context, Period, failed, when};
use crate::exit::{Exit, Failure};

/// How long reading may take.
const LIMIT: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An array of objects with the columns of the store's views
    Json,
    /// The same columns under a heading
    Csv,
    /// The newest value of each series, text format 0.0.4; metrics only
    Prometheus,
    /// The same as OpenMetrics 1.0
    #[value(name = "openmetrics")]
    OpenMetrics,
    /// Everything as it was sent
    Otlp,
}

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Prometheus => "prometheus",
            Self::OpenMetrics => "openmetrics",
            Self::Otlp => "otlp",
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    Metrics,
    Traces,
    Logs,
}

#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    /// As what
    #[arg(long, short, value_enum, default_value = "json")]
    format: Format,

    /// Of what
    #[arg(long, short, value_enum, default_value = "metrics")]
    signal: What,

    /// Into this file; to standard output without it
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    period: Period,

    /// Items at most
    #[arg(long, default_value_t = 100_000)]
    limit: usize,
}

struct Written {
    text: String,
    items: usize,
    is_cut: bool,
}

pub(super) fn run(context: &Context<'_>, arguments: &ExportArguments) -> Result<Exit, Failure> {
    let started_at = when::now();
    let signal = match arguments.signal {
        What::Metrics => Signal::Metrics,
        What::Traces => Signal::Traces,
        What::Logs => Signal::Logs,
    };
    let is_exposition = matches!(arguments.format, Format::Prometheus | Format::OpenMetrics);
    if is_exposition && signal != Signal::Metrics {
        return Err(Failure::new(format!(
            "--format {}: has metrics only; expected --signal metrics",
            arguments.format.name()
        )));
    }
    let result = write(context, arguments, signal).and_then(|written| {
        match &arguments.output {
            None => context.terminal.line(written.text.trim_end()),
            Some(path) => std::fs::write(path, &written.text).map_err(|error| {
                Failure::new(format!("cannot write {}: {error}", path.display()))
            })?,
        }
        Ok(written)
    });
    let error = result.as_ref().err().map(ToString::to_string);
    let destination = arguments
        .output
        .as_ref()
        .map(|path| path.display().to_string());
    let export = maintenance::Export {
        exporter: "cli",
        destination: destination.as_deref().unwrap_or("-"),
        format: arguments.format.name(),
        signal: signal.as_str(),
        started_at,
        finished_at: when::now(),
        items: result.as_ref().map_or(0, |written| written.items as u64),
        bytes: result
            .as_ref()
            .map_or(0, |written| written.text.len() as u64),
        error: error.as_deref(),
    };
    if let Err(error) = maintenance::record_export(context.store.path(), &export) {
        context.terminal.warning(&format!(
            "the export is not entered in telemetry_exports: {error}"
        ));
    }
    let written = result?;
    context.warn_if_cut(written.is_cut, written.items);
    if let Some(path) = destination {
        context.terminal.line(&format!(
            "{} items, {} bytes: {path}",
            written.items,
            written.text.len()
        ));
    }
    Ok(Exit::OK)
}

fn write(
    context: &Context<'_>,
    arguments: &ExportArguments,
    signal: Signal,
) -> Result<Written, Failure> {
    let range = arguments.period.range();
    let store = &context.store;
    let limit = arguments.limit;
    match arguments.format {
        Format::Otlp => otlp(context, signal, range, limit),
        Format::Prometheus => prometheus(context, &range, Flavour::Text),
        Format::OpenMetrics => prometheus(context, &range, Flavour::OpenMetrics),
        Format::Json | Format::Csv => {
            let is_csv = arguments.format == Format::Csv;
            store
                .read(LIMIT, |conn| rows(conn, signal, &range, limit, is_csv))
                .map_err(|error| failed(&error))
        }
    }
}

fn otlp(
    context: &Context<'_>,
    signal: Signal,
    range: Range<i64>,
    limit: usize,
) -> Result<Written, Failure> {
    let store = &context.store;
    // One more than asked for tells whether there is more. The limit is one for each part of the store.
    let partitions = store.partitions().map_err(|error| failed(&error))?;
    let held: u64 = partitions
        .iter()
        .filter(|p| p.signal == signal)
        .map(|p| p.rows.min(limit as u64))
        .sum();
    let is_cut = partitions
        .iter()
        .any(|p| p.signal == signal && p.rows > limit as u64);
    let text = match signal {
        Signal::Traces => store
            .traces_between(range, limit)
            .map(|data| json::to_string(&data)),
        Signal::Metrics => store
            .metrics_between(range, limit)
            .map(|data| json::to_string(&data)),
        Signal::Logs => store
            .logs_between(range, limit)
            .map(|data| json::to_string(&data)),
    };
    let text = text.map_err(|error| failed(&error))?;
    Ok(Written {
        text: text + "\n",
        items: usize::try_from(held).unwrap_or(usize::MAX),
        is_cut,
    })
}

fn rows(
    conn: &Connection,
    signal: Signal,
    range: &Range<i64>,
    limit: usize,
    is_csv: bool,
) -> rusqlite::Result<Written> {
    let (view, time, left_out) = match signal {
        Signal::Metrics => (
            "telemetry_metrics",
            "timestamp",
            &["metric_id", "series_id"][..],
        ),
        Signal::Traces => (
            "telemetry_spans",
            "start_timestamp",
            &["trace_id_bytes", "partition", "id"][..],
        ),
        Signal::Logs => (
            "telemetry_logs",
            "timestamp",
            &["trace_id_bytes", "partition", "id"][..],
        ),
    };
    let sql =
        format!("SELECT * FROM {view} WHERE {time} >= ?1 AND {time} < ?2 ORDER BY {time} LIMIT ?3");
    let mut found = conn.prepare(&sql)?;
    let columns: Vec<(usize, String)> = found
        .column_names()
        .map(str::to_owned)
        .enumerate()
        .filter(|(_, name)| !left_out.contains(&name.as_str()))
        .collect();
    let mut rows = found.query((
        range.start,
        range.end,
        i64::try_from(limit + 1).unwrap_or(i64::MAX),
    ))?;
    let (mut text, mut items, mut is_cut) = (String::new(), 0, false);
    if is_csv {
        let names: Vec<&str> = columns.iter().map(|(_, name)| name.as_str()).collect();
        text = names.join(",") + "\n";
    }
    while let Some(row) = rows.next()? {
        if items == limit {
            is_cut = true;
            break;
        }
        if is_csv {
            let cells: rusqlite::Result<Vec<String>> = columns
                .iter()
                .map(|(at, _)| row.get_ref(*at).map(csv_cell))
                .collect();
            text.push_str(&cells?.join(","));
            text.push('\n');
        } else {
            let mut object = Map::new();
            for (at, name) in &columns {
                object.insert(name.clone(), json_cell(name, row.get_ref(*at)?));
            }
            text.push_str(if items == 0 { "[\n" } else { ",\n" });
            text.push_str(&Value::Object(object).to_string());
        }
        items += 1;
    }
    if !is_csv {
        text.push_str(if items == 0 { "[]\n" } else { "\n]\n" });
    }
    Ok(Written {
        text,
        items,
        is_cut,
    })
}

/// RFC 4180; a text that a spreadsheet would take for a formula is made plain by an apostrophe.
fn csv_cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text);
            let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                "'"
            } else {
                ""
            };
            if text.contains(['"', ',', '\n', '\r']) || !guard.is_empty() {
                format!("\"{guard}{}\"", text.replace('"', "\"\""))
            } else {
                text.into_owned()
            }
        }
    }
}

fn json_cell(name: &str, value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text);
            let is_object = matches!(name, "labels" | "attributes" | "resource");
            match serde_json::from_str(&text) {
                Ok(object) if is_object => object,
                _ => Value::String(text.into_owned()),
            }
        }
    }
}

/// The newest value of each series as Prometheus reads it.
fn prometheus(
    context: &Context<'_>,
    range: &Range<i64>,
    flavour: Flavour,
) -> Result<Written, Failure> {
    let store = &context.store;
    let limits = Limits {
        rows: 10_000,
        time: LIMIT,
    };
    let known = |error: StoreError| failed(&error);
    let listed = query::list_metrics(store, limits).map_err(known)?;
    let mut exposition = Exposition::new(flavour);
    let mut is_cut = listed.is_cut;
    let mut previous = String::new();
    for metric in &listed.rows {
        // One name of several kinds is one metric here.
        if metric.name == previous {
            continue;
        }
        previous.clone_from(&metric.name);
        let question = MetricQuery {
            range: range.clone(),
            ..MetricQuery::new(&metric.name)
        };
        let totals = query::totals(store, &question).map_err(known)?;
        is_cut |= totals.is_cut;
        if !exposition.add(metric, &totals.rows) {
            context.terminal.warning(&format!(
                "{} is left out: its name in Prometheus is taken by another metric",
                metric.name
            ));
        }
    }
    let (text, items) = exposition.finish();
    Ok(Written {
        text,
        items,
        is_cut,
    })
}

//! What leaves the store: JSON, CSV, Prometheus text, OTLP JSON. Each export is entered in `telemetry_exports`.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use bellwether_backend::query::{self, Kind, Limits, MetricQuery};
use bellwether_backend::rusqlite::types::ValueRef;
use bellwether_backend::rusqlite::{self, Connection};
use bellwether_backend::{Signal, maintenance};
use bellwether_backend::{StoreError, json};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

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
    /// The newest value of each series; metrics only
    Prometheus,
    /// Everything as it was sent
    Otlp,
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
    if arguments.format == Format::Prometheus && signal != Signal::Metrics {
        return Err(Failure::new(
            "--format prometheus: has metrics only; expected --signal metrics",
        ));
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
        format: match arguments.format {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Prometheus => "prometheus",
            Format::Otlp => "otlp",
        },
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
        Format::Prometheus => prometheus(context, range),
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

/// The text format of Prometheus: the newest value of each series, of histograms the mean.
fn prometheus(context: &Context<'_>, range: Range<i64>) -> Result<Written, Failure> {
    let store = &context.store;
    let limits = Limits {
        rows: 10_000,
        time: LIMIT,
    };
    let known = |error: StoreError| failed(&error);
    let listed = query::list_metrics(store, limits).map_err(known)?;
    let (mut text, mut items, mut is_cut) = (String::new(), 0, listed.is_cut);
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
        let name = sanitized(&metric.name, true);
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram | Kind::Summary => "summary",
        };
        let help = metric
            .description
            .replace('\\', "\\\\")
            .replace('\n', "\\n");
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for total in &totals.rows {
            let labels = label_set(&total.labels);
            let millis = total.time / 1_000_000;
            match total.count {
                None => {
                    let _ = writeln!(text, "{name}{labels} {} {millis}", total.value);
                }
                Some(count) => {
                    let _ = writeln!(
                        text,
                        "{name}_sum{labels} {} {millis}\n{name}_count{labels} {count} {millis}",
                        total.value
                    );
                }
            }
            items += 1;
        }
    }
    Ok(Written {
        text,
        items,
        is_cut,
    })
}

fn label_set(labels: &Map<String, Value>) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(name, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let text = text
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            format!("{}=\"{text}\"", sanitized(name, false))
        })
        .collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("{{{}}}", pairs.join(","))
    }
}

/// A name of Prometheus's alphabet.
fn sanitized(name: &str, is_metric: bool) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || (is_metric && c == ':');
    let name: String = name
        .chars()
        .map(|c| if fits(c) { c } else { '_' })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

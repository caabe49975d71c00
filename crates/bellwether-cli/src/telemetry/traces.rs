//! Traces: the list, and one of them as a waterfall.

use std::time::Duration;

use bellwether_backend::query::{
    self, Bounded, LabelFilter, Limits, LogLine, SpanLine, TraceQuery,
};
use clap::Args;
use serde_json::json;

use super::logs::log_line;
use super::table::{plain, table};
use super::{Context, Period, failed, parse_filter, parse_trace, when};
use crate::exit::{Exit, Failure};
use crate::terminal::Style;

/// Columns of the bars.
const BAR: usize = 40;

#[derive(Debug, Args)]
pub(super) struct TracesArguments {
    /// Of this service
    #[arg(long)]
    service: Option<String>,

    /// With a span of this name; a beginning where it ends in *
    #[arg(long)]
    name: Option<String>,

    /// Conditions on the span's attributes, or its resource's, all of them: a=b, a!=b, a=~regex, a!~regex
    #[arg(long = "where", value_name = "ATTRIBUTE=VALUE", value_parser = parse_filter)]
    attributes: Vec<LabelFilter>,

    /// Text in the span's name, status message, attributes or an event, in capitals or not
    #[arg(long)]
    text: Option<String>,

    /// The span took at least this long
    #[arg(long, value_name = "LENGTH", value_parser = when::parse_length)]
    longer_than: Option<Duration>,

    /// The span took at most this long
    #[arg(long, value_name = "LENGTH", value_parser = when::parse_length)]
    shorter_than: Option<Duration>,

    /// The span's status
    #[arg(long, value_parser = ["ok", "error", "unset"])]
    status: Option<String>,

    #[command(flatten)]
    period: Period,

    /// Traces at most
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

#[derive(Debug, Args)]
pub(super) struct TraceArguments {
    /// The trace's id, 32 hexadecimal digits
    #[arg(value_parser = parse_trace)]
    id: [u8; 16],
}

pub(super) fn list(context: &Context<'_>, arguments: &TracesArguments) -> Result<Exit, Failure> {
    let question = TraceQuery {
        service: arguments.service.clone(),
        name: arguments.name.clone(),
        attributes: arguments.attributes.clone(),
        text: arguments.text.clone(),
        longer_than: arguments.longer_than,
        shorter_than: arguments.shorter_than,
        status: arguments.status.as_deref().map(|status| match status {
            "ok" => 1,
            "error" => 2,
            _ => 0,
        }),
        range: arguments.period.range(),
        limits: Limits {
            rows: arguments.limit,
            ..Limits::default()
        },
    };
    let found = query::traces(&context.store, &question).map_err(|error| failed(&error))?;
    if context.is_json {
        let rows: Vec<_> = found
            .rows
            .iter()
            .map(|trace| {
                json!({"trace_id": hex(trace.trace_id), "root": trace.root, "service": trace.service, "spans": trace.spans,
                    "errors": trace.errors, "start": trace.start, "end": trace.end})
            })
            .collect();
        return context.json(&json!({"rows": rows, "is_cut": found.is_cut}));
    }
    if found.rows.is_empty() {
        context.terminal.line("no trace matches");
        return Ok(Exit::OK);
    }
    let rows: Vec<Vec<String>> = found
        .rows
        .iter()
        .map(|trace| {
            vec![
                hex(trace.trace_id),
                when::time(trace.start),
                when::length(trace.end.saturating_sub(trace.start)),
                trace.spans.to_string(),
                trace.errors.to_string(),
                plain(&trace.service),
                trace.root.as_deref().map_or_else(|| "-".to_owned(), plain),
            ]
        })
        .collect();
    let headings = [
        "TRACE", "BEGAN", ">TOOK", ">SPANS", ">ERRORS", "SERVICE", "ROOT",
    ];
    context
        .terminal
        .line(&table(context.terminal.style(), &headings, &rows));
    context.warn_if_cut(found.is_cut, found.rows.len());
    Ok(Exit::OK)
}

fn hex(id: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(id))
}

pub(super) fn one(context: &Context<'_>, arguments: &TraceArguments) -> Result<Exit, Failure> {
    let trace = context
        .store
        .trace(arguments.id)
        .map_err(|error| failed(&error))?;
    let spans = query::span_lines(&trace);
    let limits = Limits {
        rows: 1_000,
        ..Limits::default()
    };
    let logs = query::trace_logs(&context.store, arguments.id, limits);
    let logs = logs.map_err(|error| failed(&error))?;
    let id = hex(arguments.id);
    if context.is_json {
        return context.json(&json!({"trace_id": id, "spans": spans, "logs": logs}));
    }
    if spans.is_empty() && logs.rows.is_empty() {
        return Err(Failure::new(format!(
            "no trace {id} is stored; `bellwether telemetry traces` lists those that are"
        )));
    }
    let style = context.terminal.style();
    context.terminal.line(&waterfall(style, &id, &spans));
    print_logs(context, &logs);
    Ok(Exit::OK)
}

fn print_logs(context: &Context<'_>, logs: &Bounded<LogLine>) {
    if logs.rows.is_empty() {
        return;
    }
    context.terminal.line("");
    for line in &logs.rows {
        context
            .terminal
            .line(&log_line(context.terminal.style(), line));
    }
    context.warn_if_cut(logs.is_cut, logs.rows.len());
}

fn waterfall(style: Style, id: &str, spans: &[SpanLine]) -> String {
    let start = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let end = spans.iter().map(ends).max().unwrap_or(start);
    let whole = end.saturating_sub(start).max(1);
    let mut lines = vec![format!(
        "trace {id}  {}  {}  {} spans",
        when::time(start),
        when::length(whole),
        spans.len()
    )];
    let label = |span: &SpanLine| format!("{}{}", "  ".repeat(span.depth), plain(&span.name));
    let width = spans
        .iter()
        .map(|span| label(span).chars().count())
        .max()
        .unwrap_or(0);
    for span in spans {
        let label = label(span);
        let space = " ".repeat(width - label.chars().count());
        let took = span
            .duration
            .map_or_else(|| "running".to_owned(), when::length);
        let bar = bar(span, start, whole);
        let bar = if span.status == "error" {
            style.red(&bar)
        } else {
            style.green(&bar)
        };
        let mut line = format!("{label}{space}  {bar}  {took:>9}  {}", plain(&span.service));
        if span.status == "error" {
            let said = format!("error {}", plain(&span.status_message));
            line.push_str("  ");
            line.push_str(&style.red(said.trim_end()));
        }
        lines.push(line);
    }
    lines.join("\n")
}

fn ends(span: &SpanLine) -> i64 {
    span.start.saturating_add(span.duration.unwrap_or(0))
}

/// Where a span lies in the trace; at least one column wide.
fn bar(span: &SpanLine, start: i64, whole: i64) -> String {
    let column = |time: i64| {
        let share = time.saturating_sub(start) as f64 / whole as f64;
        // Clamped, so it has no sign to lose.
        #[allow(clippy::cast_sign_loss)]
        let column = ((share * BAR as f64).round().clamp(0.0, BAR as f64)) as usize;
        column
    };
    let from = column(span.start).min(BAR - 1);
    let to = column(ends(span)).clamp(from + 1, BAR);
    format!(
        "{}{}{}",
        "·".repeat(from),
        "█".repeat(to - from),
        "·".repeat(BAR - to)
    )
}

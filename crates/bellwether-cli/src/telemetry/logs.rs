//! Log records: found, and as they arrive.

use std::time::Duration;

use bellwether_backend::query::{self, LabelFilter, Limits, LogCursor, LogLine, LogQuery};
use clap::Args;

use super::table::plain;
use super::{Context, Period, failed, parse_filter, parse_trace, when};
use crate::exit::{Exit, Failure};
use crate::terminal::Style;

/// Between two looks for what has arrived.
const LOOK_EVERY: Duration = Duration::from_millis(300);

#[derive(Debug, Args)]
struct Choice {
    /// Of this service
    #[arg(long)]
    service: Option<String>,

    /// At least this severe
    #[arg(long, value_parser = ["trace", "debug", "info", "warn", "error", "fatal"])]
    severity: Option<String>,

    /// Of this trace
    #[arg(long, value_name = "ID", value_parser = parse_trace)]
    trace: Option<[u8; 16]>,

    /// Conditions on attributes, all of them: a=b, a!=b, a=~regex, a!~regex
    #[arg(long = "where", value_name = "ATTRIBUTE=VALUE", value_parser = parse_filter)]
    attributes: Vec<LabelFilter>,
}

#[derive(Debug, Args)]
pub(super) struct LogsArguments {
    /// Words of the record, all of them, in any order; a beginning where one ends in *
    words: Vec<String>,

    #[command(flatten)]
    choice: Choice,

    #[command(flatten)]
    period: Period,

    /// Records at most, the newest
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

#[derive(Debug, Args)]
pub(super) struct TailArguments {
    #[command(flatten)]
    choice: Choice,
}

impl Choice {
    fn question(&self, rows: usize) -> LogQuery {
        LogQuery {
            service: self.service.clone(),
            severity: self.severity.as_deref().map(|severity| match severity {
                "trace" => 1,
                "debug" => 5,
                "info" => 9,
                "warn" => 13,
                "error" => 17,
                _ => 21,
            }),
            trace: self.trace,
            attributes: self.attributes.clone(),
            limits: Limits {
                rows,
                ..Limits::default()
            },
            ..LogQuery::default()
        }
    }
}

pub(super) fn list(context: &Context<'_>, arguments: &LogsArguments) -> Result<Exit, Failure> {
    let question = LogQuery {
        text: (!arguments.words.is_empty()).then(|| arguments.words.join(" ")),
        range: arguments.period.range(),
        ..arguments.choice.question(arguments.limit)
    };
    let mut found = query::logs(&context.store, &question).map_err(|error| failed(&error))?;
    found.rows.reverse();
    if context.is_json {
        return context.json(&found);
    }
    if found.rows.is_empty() {
        context.terminal.line("no log record matches");
    }
    for line in &found.rows {
        context
            .terminal
            .line(&log_line(context.terminal.style(), line));
    }
    context.warn_if_cut(found.is_cut, found.rows.len());
    Ok(Exit::OK)
}

/// Runs until it is ended. With `--json` a document a line.
pub(super) fn tail(context: &Context<'_>, arguments: &TailArguments) -> Result<Exit, Failure> {
    let question = arguments.choice.question(1_000);
    let mut cursor = LogCursor::at_the_end(&context.store).map_err(|error| failed(&error))?;
    loop {
        let (lines, next) =
            query::logs_after(&context.store, cursor, &question).map_err(|error| failed(&error))?;
        for line in &lines {
            let text = if context.is_json {
                serde_json::to_string(line).unwrap_or_default()
            } else {
                log_line(context.terminal.style(), line)
            };
            context.terminal.line(&text);
        }
        if next == cursor {
            std::thread::sleep(LOOK_EVERY);
        }
        cursor = next;
    }
}

/// One record on one line.
pub(super) fn log_line(style: Style, line: &LogLine) -> String {
    let severity = format!("{:<5}", plain(&line.severity));
    let severity = match line.severity_number {
        17.. => style.red(&severity),
        13..17 => style.yellow(&severity),
        _ => severity,
    };
    let body = match &line.event_name {
        Some(event) if line.body.is_empty() => plain(event),
        _ => plain(&line.body),
    };
    let attributes = super::table::labels(&line.attributes);
    let text = format!(
        "{}  {severity}  {}  {body}  {}",
        style.dim(&when::time(line.time)),
        plain(&line.service),
        style.dim(&attributes)
    );
    text.trim_end().to_owned()
}

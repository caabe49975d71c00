//! Log records of one trace: same trace id, and the span they were written in.

use super::short;
use crate::demo::forwarded::{Forwarded, LogRecord};
use crate::terminal::Style;

/// How many are shown.
const SHOWN: usize = 14;

/// The trace's records in the order they were written; failures before the rest if not all fit.
pub(crate) fn logs(forwarded: &Forwarded, trace_id: &str, style: Style) -> String {
    let mut records: Vec<&LogRecord> = forwarded
        .logs
        .iter()
        .filter(|record| record.trace_id == trace_id)
        .collect();
    records.sort_by_key(|record| record.time);
    let total = records.len();
    if total > SHOWN {
        let is_failure = |record: &&LogRecord| is_bad(&record.severity);
        let (bad, good): (Vec<_>, Vec<_>) = records.into_iter().partition(is_failure);
        records = bad.into_iter().chain(good).take(SHOWN).collect();
        records.sort_by_key(|record| record.time);
    }
    let mut lines: Vec<String> = records
        .iter()
        .map(|record| {
            let severity = format!("{:<5}", record.severity);
            let severity = if is_bad(&record.severity) {
                style.red(&severity)
            } else {
                style.green(&severity)
            };
            format!(
                "  {severity} {:<14} {}  {}",
                record.service,
                style.dim(&record.span_id),
                short(&record.body, 90)
            )
        })
        .collect();
    if total > lines.len() {
        lines.push(format!("  … {} more", total - lines.len()));
    }
    lines.join("\n")
}

fn is_bad(severity: &str) -> bool {
    let severity = severity.to_ascii_uppercase();
    severity.starts_with("WARN") || severity.starts_with("ERR") || severity.starts_with("FATAL")
}

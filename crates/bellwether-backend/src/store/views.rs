//! The views: what other programs read.
//!
//! Two families. `all_spans`, `all_events`, `all_links`, `all_points`, `all_exemplars` and `all_logs` are the compact tables of every
//! partition under one name, for code that knows the layout. `telemetry_*` and `v_*` are the contract of agent telemetry: ids in hex,
//! names instead of numbers, times as nanoseconds and as text. Both are made of one arm a partition, with joins inside the arm, so that a condition
//! on time, metric or trace reaches each partition's own index. They are rewritten when a partition comes or goes.

use rusqlite::Connection;

use super::partition::{self, Signal};

/// A view of one arm a partition. `#` stands for the number of the partition.
struct View {
    name: &'static str,
    signal: Signal,
    /// Columns, for the time when there is no partition yet.
    columns: &'static str,
    /// What comes before and after the union of the arms.
    around: (&'static str, &'static str),
    arm: &'static str,
}

/// SQLite unites 500 selects at most. A store of so many partitions is read by partition, as this crate does; the views show the newest.
const ARMS: usize = 400;

const PLAIN: (&str, &str) = ("", "");

macro_rules! all {
    ($name:literal, $table:literal, $signal:ident, $columns:literal) => {
        View {
            name: $name,
            signal: Signal::$signal,
            columns: concat!("partition, ", $columns),
            around: PLAIN,
            arm: concat!("SELECT # AS partition, ", $columns, " FROM ", $table, "_#"),
        }
    };
}

/// `agent_execution_total` and its like: each series and start contributes its highest value, which is right for cumulative counters
/// with resets and for deltas alike.
macro_rules! contribution {
    ($names:literal) => {
        concat!(
            "SELECT m.name AS name, s.attributes AS labels, p.series AS series, max(p.value) AS value, max(p.count) AS count, p.ts - p.age AS start
             FROM metric m CROSS JOIN points_# p ON p.metric = m.id JOIN series s ON s.id = p.series
             WHERE m.name IN (",
            $names,
            ") GROUP BY p.series, p.ts - p.age"
        )
    };
}

const TIME: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', @ / 1000000000.0, 'unixepoch')";

const VIEWS: &[View] = &[
    all!("all_spans", "spans", Traces, "id, trace_id, span_id, parent_id, operation, resource, scope, start, duration, status, status_message, attributes, rest"),
    all!("all_events", "events", Traces, "span, position, ts, name, attributes, rest"),
    all!("all_links", "links", Traces, "span, position, trace_id, span_id, attributes, rest"),
    all!("all_points", "points", Metrics, "metric, ts, series, copy, value, count, age, rest"),
    all!("all_exemplars", "exemplars", Metrics, "series, ts, copy, position, time, value, trace_id, span_id, attributes, rest"),
    all!("all_logs", "logs", Logs, "id, ts, lag, severity, severity_text, event_name, body, trace_id, span_id, resource, scope, attributes, rest"),
    View {
        name: "telemetry_metrics",
        signal: Signal::Metrics,
        columns: "name, type, unit, timestamp, time, start_timestamp, value, count, labels, service, resource, scope, temporality, monotonic, metric_id, series_id",
        around: PLAIN,
        arm: "SELECT m.name AS name, CASE m.type WHEN 1 THEN 'gauge' WHEN 2 THEN 'sum' WHEN 3 THEN 'histogram' WHEN 4 THEN 'exponential_histogram' ELSE 'summary' END AS type,
                m.unit AS unit, p.ts AS timestamp, TIME(p.ts) AS time, p.ts - p.age AS start_timestamp, p.value AS value, p.count AS count, s.attributes AS labels,
                r.service AS service, r.attributes AS resource, c.name AS scope, CASE m.temporality WHEN 1 THEN 'delta' WHEN 2 THEN 'cumulative' END AS temporality,
                m.monotonic AS monotonic, p.metric AS metric_id, p.series AS series_id
              FROM points_# p JOIN metric m ON m.id = p.metric JOIN series s ON s.id = p.series JOIN resource r ON r.id = s.resource JOIN scope c ON c.id = s.scope",
    },
    View {
        name: "telemetry_spans",
        signal: Signal::Traces,
        columns: "trace_id, span_id, parent_span_id, name, kind, service, start_timestamp, end_timestamp, time, duration_ms, status, status_message, attributes, resource, scope, trace_id_bytes, partition, id",
        around: PLAIN,
        arm: "SELECT lower(hex(s.trace_id)) AS trace_id, lower(hex(s.span_id)) AS span_id, lower(hex(s.parent_id)) AS parent_span_id, o.name AS name,
                CASE o.kind WHEN 1 THEN 'internal' WHEN 2 THEN 'server' WHEN 3 THEN 'client' WHEN 4 THEN 'producer' WHEN 5 THEN 'consumer' ELSE 'unspecified' END AS kind,
                o.service AS service, s.start AS start_timestamp, s.start + s.duration AS end_timestamp, TIME(s.start) AS time, s.duration / 1000000.0 AS duration_ms,
                CASE s.status WHEN 1 THEN 'ok' WHEN 2 THEN 'error' ELSE 'unset' END AS status, s.status_message AS status_message,
                coalesce(s.attributes, '{}') AS attributes, r.attributes AS resource, c.name AS scope, s.trace_id AS trace_id_bytes, # AS partition, s.id AS id
              FROM spans_# s JOIN operation o ON o.id = s.operation JOIN resource r ON r.id = s.resource JOIN scope c ON c.id = s.scope",
    },
    View {
        name: "telemetry_span_events",
        signal: Signal::Traces,
        columns: "trace_id, span_id, timestamp, time, name, attributes, position, trace_id_bytes",
        around: PLAIN,
        arm: "SELECT lower(hex(s.trace_id)) AS trace_id, lower(hex(s.span_id)) AS span_id, e.ts AS timestamp, TIME(e.ts) AS time, e.name AS name,
                coalesce(e.attributes, '{}') AS attributes, e.position AS position, s.trace_id AS trace_id_bytes
              FROM events_# e JOIN spans_# s ON s.id = e.span",
    },
    View {
        name: "telemetry_logs",
        signal: Signal::Logs,
        columns: "timestamp, time, severity_number, severity, event_name, body, service, trace_id, span_id, attributes, resource, scope, trace_id_bytes, partition, id",
        around: PLAIN,
        arm: "SELECT l.ts AS timestamp, TIME(l.ts) AS time, l.severity AS severity_number,
                CASE WHEN l.severity BETWEEN 1 AND 4 THEN 'trace' WHEN l.severity BETWEEN 5 AND 8 THEN 'debug' WHEN l.severity BETWEEN 9 AND 12 THEN 'info'
                     WHEN l.severity BETWEEN 13 AND 16 THEN 'warn' WHEN l.severity BETWEEN 17 AND 20 THEN 'error' WHEN l.severity BETWEEN 21 AND 24 THEN 'fatal'
                     ELSE lower(l.severity_text) END AS severity,
                l.event_name AS event_name, l.body AS body, r.service AS service, lower(hex(l.trace_id)) AS trace_id, lower(hex(l.span_id)) AS span_id,
                coalesce(l.attributes, '{}') AS attributes, r.attributes AS resource, c.name AS scope, l.trace_id AS trace_id_bytes, # AS partition, l.id AS id
              FROM logs_# l JOIN resource r ON r.id = l.resource JOIN scope c ON c.id = l.scope",
    },
    View {
        name: "v_agent_performance",
        signal: Signal::Metrics,
        columns: "agent_type, executions, succeeded, failed, success_rate, avg_duration_seconds, tokens",
        around: (
            "SELECT json_extract(labels, '$.agent_type') AS agent_type,
               sum(value) FILTER (WHERE name = 'agent_execution_total') AS executions,
               sum(value) FILTER (WHERE name = 'agent_execution_total' AND json_extract(labels, '$.status') IN ('success', 'ok')) AS succeeded,
               sum(value) FILTER (WHERE name = 'agent_execution_total' AND json_extract(labels, '$.status') NOT IN ('success', 'ok')) AS failed,
               1.0 * coalesce(sum(value) FILTER (WHERE name = 'agent_execution_total' AND json_extract(labels, '$.status') IN ('success', 'ok')), 0)
                 / nullif(sum(value) FILTER (WHERE name = 'agent_execution_total'), 0) AS success_rate,
               sum(value) FILTER (WHERE name = 'agent_execution_duration_seconds') / nullif(sum(count) FILTER (WHERE name = 'agent_execution_duration_seconds'), 0) AS avg_duration_seconds,
               sum(value) FILTER (WHERE name IN ('agent_tokens_used', 'agent_tokens_used_total')) AS tokens
             FROM (SELECT name, labels, max(value) AS value, max(count) AS count FROM (",
            ") GROUP BY series, start) GROUP BY 1",
        ),
        arm: contribution!("'agent_execution_total', 'agent_execution_duration_seconds', 'agent_tokens_used', 'agent_tokens_used_total'"),
    },
    View {
        name: "v_tool_usage",
        signal: Signal::Metrics,
        columns: "tool, calls, succeeded, failed, success_rate, avg_duration_seconds",
        around: (
            "SELECT json_extract(labels, '$.tool') AS tool, sum(value) FILTER (WHERE name = 'tool_calls_total') AS calls,
               sum(value) FILTER (WHERE name = 'tool_call_success_total') AS succeeded, sum(value) FILTER (WHERE name = 'tool_call_failure_total') AS failed,
               1.0 * sum(value) FILTER (WHERE name = 'tool_call_success_total') / nullif(sum(value) FILTER (WHERE name = 'tool_calls_total'), 0) AS success_rate,
               sum(value) FILTER (WHERE name = 'tool_call_duration_seconds') / nullif(sum(count) FILTER (WHERE name = 'tool_call_duration_seconds'), 0) AS avg_duration_seconds
             FROM (SELECT name, labels, max(value) AS value, max(count) AS count FROM (",
            ") GROUP BY series, start) GROUP BY 1",
        ),
        arm: contribution!("'tool_calls_total', 'tool_call_success_total', 'tool_call_failure_total', 'tool_call_duration_seconds'"),
    },
    View {
        name: "v_context_utilization",
        signal: Signal::Metrics,
        columns: "agent_id, session_id, samples, lowest, average, highest, timestamp",
        around: (
            "SELECT agent_id, session_id, count(*) AS samples, min(value) AS lowest, avg(value) AS average, max(value) AS highest,
               max(timestamp) AS timestamp FROM (",
            ") GROUP BY agent_id, session_id",
        ),
        arm: "SELECT json_extract(s.attributes, '$.agent_id') AS agent_id, json_extract(s.attributes, '$.session_id') AS session_id, p.value AS value, p.ts AS timestamp
              FROM metric m CROSS JOIN points_# p ON p.metric = m.id JOIN series s ON s.id = p.series WHERE m.name = 'context_window_utilization'",
    },
    View {
        name: "v_error_rate",
        signal: Signal::Metrics,
        columns: "component, error_type, severity, errors",
        around: (
            "SELECT json_extract(labels, '$.component') AS component, json_extract(labels, '$.error_type') AS error_type, json_extract(labels, '$.severity') AS severity, sum(value) AS errors FROM (SELECT name, labels, max(value) AS value, max(count) AS count FROM (",
            ") GROUP BY series, start) GROUP BY 1, 2, 3 ORDER BY errors DESC",
        ),
        arm: contribution!("'error_total'"),
    },
    View {
        name: "v_trace_summary",
        signal: Signal::Traces,
        columns: "trace_id, root, service, spans, errors, start_timestamp, time, duration_ms",
        around: (
            "SELECT lower(hex(trace_id)) AS trace_id, max(root) AS root, max(root_service) AS service, count(*) AS spans, sum(error) AS errors,
               min(start) AS start_timestamp, TIME(min(start)) AS time, (max(finish) - min(start)) / 1000000.0 AS duration_ms FROM (",
            ") GROUP BY trace_id",
        ),
        arm: "SELECT s.trace_id AS trace_id, CASE WHEN s.parent_id IS NULL THEN o.name END AS root, CASE WHEN s.parent_id IS NULL THEN o.service END AS root_service,
                s.status IS 2 AS error, s.start AS start, s.start + coalesce(s.duration, 0) AS finish
              FROM spans_# s JOIN operation o ON o.id = s.operation",
    },
];

/// Views that do not depend on partitions.
const FIXED: &[(&str, &str)] = &[
    (
        "v_recent_metrics",
        "SELECT m.name AS name, s.attributes AS labels, r.service AS service, l.value AS value, l.count AS count, l.ts AS timestamp, TIME(l.ts) AS time
         FROM latest l JOIN metric m ON m.id = l.metric JOIN series s ON s.id = l.series JOIN resource r ON r.id = s.resource
         WHERE l.ts >= (CAST(strftime('%s', 'now') AS INTEGER) - 3600) * 1000000000",
    ),
    (
    "telemetry_aggregates",
    "SELECT 'span' AS source, o.name AS name, o.service AS service,
       json_object('kind', CASE o.kind WHEN 1 THEN 'internal' WHEN 2 THEN 'server' WHEN 3 THEN 'client' WHEN 4 THEN 'producer' WHEN 5 THEN 'consumer' ELSE 'unspecified' END,
                   'status', CASE a.status WHEN 1 THEN 'ok' WHEN 2 THEN 'error' ELSE 'unset' END) AS labels,
       a.level AS interval_seconds, a.bucket AS bucket, strftime('%Y-%m-%dT%H:%M:%SZ', a.bucket, 'unixepoch') AS time,
       a.count AS count, a.sum / 1e6 AS sum, a.min / 1e6 AS min, a.max / 1e6 AS max, a.sum / 1e6 / a.count AS avg, NULL AS last, NULL AS increase, 'ms' AS unit
     FROM red a JOIN operation o ON o.id = a.operation
     UNION ALL
     SELECT 'metric', m.name, r.service, s.attributes, a.level, a.bucket, strftime('%Y-%m-%dT%H:%M:%SZ', a.bucket, 'unixepoch'),
       a.points, a.sum, a.min, a.max, a.sum / a.points, a.last, a.increase, m.unit
     FROM rollup a JOIN metric m ON m.id = a.metric JOIN series s ON s.id = a.series JOIN resource r ON r.id = s.resource",
    ),
];

/// Makes every view anew for the partitions there are.
pub(super) fn create(conn: &Connection) -> rusqlite::Result<()> {
    let partitions = partition::list(conn)?;
    for view in VIEWS {
        let ids: Vec<i64> = partitions
            .iter()
            .filter(|partition| partition.signal == view.signal)
            .map(|partition| partition.id)
            .collect();
        replace(conn, view.name, &sql(view, &ids))?;
    }
    for (name, sql) in FIXED {
        replace(conn, name, &expand_times(sql))?;
    }
    Ok(())
}

fn replace(conn: &Connection, name: &str, sql: &str) -> rusqlite::Result<()> {
    conn.execute_batch(&format!(
        "DROP VIEW IF EXISTS {name}; CREATE VIEW {name} AS {sql};"
    ))
}

fn sql(view: &View, partitions: &[i64]) -> String {
    if partitions.is_empty() {
        let columns: Vec<String> = view
            .columns
            .split(", ")
            .map(|column| format!("NULL AS {column}"))
            .collect();
        return format!("SELECT {} WHERE 0", columns.join(", "));
    }
    // Newest first: a reader with a limit and no order sees recent items.
    let arms: Vec<String> = partitions
        .iter()
        .rev()
        .take(ARMS)
        .map(|id| view.arm.replace('#', &id.to_string()))
        .collect();
    let text = format!(
        "{}{}{}",
        view.around.0,
        arms.join(" UNION ALL "),
        view.around.1
    );
    expand_times(&text)
}

/// `TIME(x)` in the text above is the time `x`, in nanoseconds, as ISO 8601.
fn expand_times(sql: &str) -> String {
    let mut pieces = sql.split("TIME(");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let close = closing(piece);
        out.push_str(&TIME.replace('@', &piece[..close]));
        out.push_str(&piece[(close + 1).min(piece.len())..]);
    }
    out
}

/// Where the parenthesis that is open at the start of `text` closes.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

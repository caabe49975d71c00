//! Log records.

use super::{mixed, resource, scope, text, whole};
use crate::otlp::collector::logs::v1::ExportLogsServiceRequest;
use crate::otlp::common::v1::{AnyValue, any_value::Value};
use crate::otlp::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};

/// Records of about 120 characters, four attributes each, a trace in every second.
pub(super) fn request(
    begins: u64,
    spacing: u64,
    first: u64,
    count: u64,
) -> ExportLogsServiceRequest {
    let words = [
        "agent",
        "planned",
        "tool",
        "call",
        "finished",
        "retry",
        "context",
        "window",
        "budget",
        "delegated",
        "session",
        "queue",
    ];
    let log_records = (first..first + count).map(|item| {
        let body: Vec<&str> = (0..16)
            .map(|n| words[(mixed(item * 16 + n) % 12) as usize])
            .collect();
        let time = begins + item * spacing;
        LogRecord {
            time_unix_nano: time,
            observed_time_unix_nano: time + 1_000,
            severity_number: if item % 40 == 0 { 17 } else { 9 },
            severity_text: if item % 40 == 0 { "ERROR" } else { "INFO" }.to_owned(),
            body: Some(AnyValue {
                value: Some(Value::StringValue(format!("{} {item}", body.join(" ")))),
            }),
            attributes: vec![
                text("agent_type", format!("type-{}", item % 10)),
                text("target", "load::logs".to_owned()),
                whole("attempt", item % 3),
                text("code.file.path", "src/main.rs".to_owned()),
            ],
            trace_id: if item % 2 == 0 {
                [mixed(item).to_be_bytes(), mixed(item + 1).to_be_bytes()].concat()
            } else {
                Vec::new()
            },
            ..LogRecord::default()
        }
    });
    let scope_logs = vec![ScopeLogs {
        scope: Some(scope()),
        log_records: log_records.collect(),
        schema_url: String::new(),
    }];
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(resource(first / count.max(1) % 8)),
            scope_logs,
            schema_url: String::new(),
        }],
    }
}

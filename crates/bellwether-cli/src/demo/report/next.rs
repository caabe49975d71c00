//! Where to look next.

use std::path::{Path, PathBuf};

/// Commands that show this run, files, and how to send from one's own service.
pub(crate) fn next(store: &Path, files: &[PathBuf], logs: &Path, trace_id: Option<&str>) -> String {
    let telemetry = format!("bellwether telemetry --file {}", quoted(store));
    let mut lines = Vec::new();
    if let Some(trace_id) = trace_id {
        lines.push(format!("  this trace   {telemetry} trace {trace_id}"));
    }
    let questions = [
        ("failed", "traces --status error"),
        ("slow tools", "traces --name 'tool*' --longer-than 10ms"),
        ("warnings", "logs --severity warn"),
        ("tool calls", "stats tool_call_duration_seconds"),
        ("agents", "agents"),
        ("services", "map"),
        ("metrics", "metrics"),
    ];
    lines.extend(questions.map(|(what, question)| format!("  {what:<12} {telemetry} {question}")));
    for file in files {
        lines.push(format!("  forwarded    {}", file.display()));
    }
    lines.push(format!("  process logs {}/*.log", logs.display()));
    lines.push(
        "  your own     bellwether up        # a Collector and a store for your services, then:"
            .to_owned(),
    );
    lines.push(
        "               OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 your-service".to_owned(),
    );
    lines.push("  any command  bellwether exec -- make test".to_owned());
    lines.push("  trouble      bellwether doctor".to_owned());
    lines.join("\n")
}

/// As a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@".contains(c);
    if text.chars().all(is_plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;
    use std::path::Path;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted(Path::new("/a/b.db")), "/a/b.db");
        assert_eq!(quoted(Path::new("/it's mine")), "'/it'\\''s mine'");
    }
}

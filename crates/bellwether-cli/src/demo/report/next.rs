//! Where to look next.

use std::path::{Path, PathBuf};

/// Files, commands, and how to send from one's own service.
pub(crate) fn next(files: &[PathBuf], logs: &Path, trace_id: Option<&str>) -> String {
    let mut lines = Vec::new();
    for file in files {
        lines.push(format!("  forwarded    {}", file.display()));
    }
    lines.push(format!("  process logs {}/*.log", logs.display()));
    if let (Some(trace_id), Some(file)) = (trace_id, files.first()) {
        let folder = file.parent().unwrap_or(Path::new("."));
        lines.push(format!(
            "  this trace   grep -rl {trace_id} {}",
            folder.display()
        ));
    }
    lines.push(
        "  your own     bellwether up        # a Collector for your services, then:".to_owned(),
    );
    lines.push(
        "               OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 your-service".to_owned(),
    );
    lines.push("  any command  bellwether exec -- make test".to_owned());
    lines.push("  trouble      bellwether doctor".to_owned());
    lines.join("\n")
}

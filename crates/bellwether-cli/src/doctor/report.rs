//! Findings as text for people and as JSON for scripts.

use serde_json::json;

use super::finding::{Finding, Status};
use crate::terminal::Style;

/// One line a finding, its fix under it, the count at the end.
pub(crate) fn text(findings: &[Finding], style: Style) -> String {
    let width = findings.iter().map(|f| f.check().len()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for finding in findings {
        let mark = match finding.status() {
            Status::Ok => style.green("ok     "),
            Status::Warning => style.yellow("warning"),
            Status::Problem => style.red("problem"),
            Status::Skipped => style.dim("skipped"),
        };
        let name = format!("{:width$}", finding.check());
        lines.push(format!(
            "{mark}  {}  {}",
            style.bold(&name),
            finding.found()
        ));
        if let Some(fix) = finding.fix() {
            let indent = " ".repeat(width + 11);
            lines.extend(fix.lines().map(|line| format!("{indent}→ {line}")));
        }
    }
    lines.push(String::new());
    lines.push(summary(findings));
    lines.join("\n")
}

fn summary(findings: &[Finding]) -> String {
    let count = |status| findings.iter().filter(|f| f.status() == status).count();
    let (problems, warnings) = (count(Status::Problem), count(Status::Warning));
    let named = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    format!(
        "{}, {}, {} ok, {} skipped",
        named(problems, "problem"),
        named(warnings, "warning"),
        count(Status::Ok),
        count(Status::Skipped)
    )
}

/// `{"ok": bool, "findings": [{"check", "status", "found", "fix"?}]}`.
pub(crate) fn json(findings: &[Finding]) -> String {
    let is_ok = findings.iter().all(|f| f.status() != Status::Problem);
    let document = json!({ "ok": is_ok, "findings": findings });
    format!("{document:#}")
}

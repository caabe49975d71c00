//! Writes the table as `docs/configuration.md`.

use std::fmt::Write;

use super::{Group, groups};

/// The page `docs/configuration.md`.
///
/// ```
/// let page = bellwether::config::variables::markdown();
/// assert!(page.contains("| `OTEL_SERVICE_NAME` |"));
/// ```
pub fn markdown() -> String {
    let mut page = include_str!("introduction.md").to_owned();
    for group in groups() {
        write_group(&mut page, group);
    }
    page
}

fn write_group(page: &mut String, group: &Group) {
    // Writing to a string can't fail.
    let _ = writeln!(page, "\n### {}\n", group.title);
    if !group.note.is_empty() {
        let _ = writeln!(page, "{}\n", group.note);
    }
    page.push_str("| Variable | Meaning | Default | Allowed | From |\n|---|---|---|---|---|\n");
    for variable in group.variables {
        let secret = if variable.secret { " Secret." } else { "" };
        let _ = writeln!(
            page,
            "| `{}` | {}{secret} | {} | {} | {} |",
            variable.name,
            variable.meaning,
            variable.default,
            variable.allowed,
            variable.source.label(),
        );
    }
}

//! Columns.

use crate::terminal::Style;

/// A table under a heading. Numbers stand to the right: columns whose heading begins with `>`.
pub(super) fn table(style: Style, headings: &[&str], rows: &[Vec<String>]) -> String {
    let titles: Vec<&str> = headings.iter().map(|h| h.trim_start_matches('>')).collect();
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        widest.max(titles[at].chars().count())
    };
    let widths: Vec<usize> = (0..titles.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut out = String::new();
        for (at, cell) in cells.enumerate() {
            let space = " ".repeat(widths[at].saturating_sub(cell.chars().count()));
            let gap = if at == 0 { "" } else { "  " };
            out.push_str(gap);
            if headings[at].starts_with('>') {
                out.push_str(&space);
                out.push_str(cell);
            } else {
                out.push_str(cell);
                out.push_str(&space);
            }
        }
        out.trim_end().to_owned()
    };
    let mut lines = vec![style.bold(&line(&mut titles.iter().copied()))];
    lines.extend(
        rows.iter()
            .map(|row| line(&mut row.iter().map(String::as_str))),
    );
    lines.join("\n")
}

/// Text of strangers on one line: no control characters, which a terminal would obey.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// A number with as many digits as it needs, six at most behind the point.
pub(super) fn number(value: f64) -> String {
    if value.fract().abs() < f64::MIN_POSITIVE && value.abs() < 1e15 {
        return format!("{value}");
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Labels as `a=b, c=d`.
pub(super) fn labels(labels: &serde_json::Map<String, serde_json::Value>) -> String {
    let pairs = labels.iter().map(|(name, value)| match value {
        serde_json::Value::String(text) => format!("{name}={}", plain(text)),
        other => format!("{name}={other}"),
    });
    pairs.collect::<Vec<_>>().join(", ")
}

//! One trace as a tree.

use std::collections::{BTreeMap, BTreeSet};

use super::{short, shown};
use crate::demo::forwarded::Span;
use crate::terminal::Style;

/// Tool calls in a row under one span, shown one by one up to so many; failures always are.
const TOOLS_SHOWN: usize = 2;

/// The width of the column with the branches and the names.
const NAMES: usize = 52;

/// Whether every span's parent is there, and as many task processes as the session had jobs.
pub(crate) fn is_complete(spans: &[&Span], jobs: u64) -> bool {
    let ids: BTreeSet<_> = spans.iter().map(|span| span.id.as_str()).collect();
    let roots = spans.iter().filter(|span| span.parent.is_empty()).count();
    let has_all_parents = spans
        .iter()
        .all(|span| span.parent.is_empty() || ids.contains(span.parent.as_str()));
    let tasks = spans
        .iter()
        .filter(|span| span.service == "task" && span.name.starts_with("run "))
        .count() as u64;
    roots == 1 && has_all_parents && tasks == jobs
}

/// Draws the trace, children under their parents in the order they began.
pub(crate) fn tree(spans: &[&Span], style: Style) -> String {
    let ids: BTreeSet<_> = spans.iter().map(|span| span.id.as_str()).collect();
    let mut children: BTreeMap<&str, Vec<&Span>> = BTreeMap::new();
    for span in spans {
        // A span whose parent has not come stands at the top.
        let parent = if ids.contains(span.parent.as_str()) {
            span.parent.as_str()
        } else {
            ""
        };
        children.entry(parent).or_default().push(span);
    }
    for siblings in children.values_mut() {
        siblings.sort_by_key(|span| (span.start, span.end));
    }
    let mut drawing = Drawing {
        children,
        style,
        lines: Vec::new(),
    };
    for root in drawing.children.get("").cloned().unwrap_or_default() {
        drawing.span(root, "  ", "", "");
    }
    drawing.lines.join("\n")
}

struct Drawing<'a> {
    children: BTreeMap<&'a str, Vec<&'a Span>>,
    style: Style,
    lines: Vec<String>,
}

impl<'a> Drawing<'a> {
    fn span(&mut self, span: &'a Span, indent: &str, branch: &str, below: &str) {
        let drawn = indent.chars().count() + branch.chars().count();
        let name = short(&span.name, NAMES.saturating_sub(drawn + 1).max(12));
        let pad = " ".repeat(NAMES.saturating_sub(drawn + name.chars().count()).max(1));
        let left = format!("{indent}{branch}{name}");
        let took = shown(span.end.saturating_sub(span.start));
        let error = span.error.as_ref().map_or_else(String::new, |message| {
            let what = if message.is_empty() { "error" } else { message };
            format!("  {}", self.style.red(&format!("✗ {}", short(what, 60))))
        });
        let service = self.style.dim(&format!("{:<14}", span.service));
        self.lines
            .push(format!("{left}{pad}{service}{took:>9}{error}"));
        let indent = format!("{indent}{below}");
        let shown_spans = self.shown_children(&span.id);
        let last = shown_spans.len().saturating_sub(1);
        for (number, shown) in shown_spans.into_iter().enumerate() {
            let (branch, below) = if number == last {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            match shown {
                Shown::Span(child) => self.span(child, &indent, branch, below),
                Shown::More(count) => {
                    let more = format!("… {count} more tool spans");
                    self.lines
                        .push(format!("{indent}{branch}{}", self.style.dim(&more)));
                }
            }
        }
    }

    /// The children of a span, long runs of tool calls cut short.
    fn shown_children(&self, id: &str) -> Vec<Shown<'a>> {
        let mut shown = Vec::new();
        let mut tools = 0;
        let mut hidden = 0;
        for child in self.children.get(id).into_iter().flatten() {
            let is_plain_tool = child.name.starts_with("tool ") && child.error.is_none();
            if is_plain_tool {
                tools += 1;
                if tools > TOOLS_SHOWN {
                    hidden += 1;
                    continue;
                }
            } else if hidden > 0 && !child.name.starts_with("tool ") {
                shown.push(Shown::More(std::mem::take(&mut hidden)));
            }
            shown.push(Shown::Span(child));
        }
        if hidden > 0 {
            shown.push(Shown::More(hidden));
        }
        shown
    }
}

enum Shown<'a> {
    Span(&'a Span),
    More(usize),
}

#[cfg(test)]
mod tests {
    use super::{is_complete, tree};
    use crate::demo::forwarded::Span;
    use crate::terminal::Style;

    fn span(id: &str, parent: &str, name: &str, service: &str) -> Span {
        Span {
            service: service.to_owned(),
            trace_id: "t".to_owned(),
            id: id.to_owned(),
            parent: parent.to_owned(),
            name: name.to_owned(),
            start: id.len() as u64,
            end: 2_000_000,
            error: (name == "bad").then(|| "it broke".to_owned()),
        }
    }

    #[test]
    fn a_tree_has_its_branches() {
        let spans = [
            span("a", "", "root", "orchestrator"),
            span("bb", "a", "bad", "agent"),
            span("ccc", "a", "leaf", "task"),
            span("dddd", "bb", "inner", "agent"),
        ];
        let spans: Vec<_> = spans.iter().collect();
        let drawn = tree(&spans, Style::new(false));
        let shapes: Vec<_> = drawn
            .lines()
            .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            shapes,
            [
                "root orchestrator 2.0 ms",
                "├─ bad agent 2.0 ms ✗ it broke",
                "│ └─ inner agent 2.0 ms",
                "└─ leaf task 2.0 ms",
            ]
        );
    }

    #[test]
    fn complete_is_with_all_parents_and_all_tasks() {
        let root = span("a", "", "root", "orchestrator");
        let task = span("bb", "a", "run wc", "task");
        let orphan = span("ccc", "gone", "x", "agent");
        assert!(is_complete(&[&root, &task], 1));
        assert!(!is_complete(&[&root, &task], 2), "a task is missing");
        assert!(
            !is_complete(&[&root, &task, &orphan], 1),
            "a parent is missing"
        );
        assert!(!is_complete(&[&task], 1), "the root is missing");
    }
}

//! Expressions with variables in them: filling in, parsing, and what they select.

use promql_parser::label::MatchOp;
use promql_parser::parser::{self, Expr, VectorSelector};
use promql_parser::util::{ExprVisitor, walk_expr};

use super::model::{Board, Query, Source, VariableKind};

/// Text with `$name`, `${name}` and `${name:format}` replaced. What `values` does not know stays.
pub(crate) fn fill(text: &str, values: &dyn Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        filled.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        let (name, length) = reference(after);
        match values(name).filter(|_| !name.is_empty()) {
            Some(value) => filled.push_str(&value),
            None => filled.push_str(&rest[start..=start + length]),
        }
        rest = &after[length..];
    }
    filled.push_str(rest);
    filled
}

/// Name of the variable that a text after `$` begins with, and how long its reference is.
fn reference(after: &str) -> (&str, usize) {
    if let Some(inside) = after.strip_prefix('{') {
        let Some(end) = inside.find('}') else {
            return ("", 0);
        };
        let name = inside[..end].split(':').next().unwrap_or_default();
        return (name, end + 2);
    }
    let length = after
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(after.len());
    (&after[..length], length)
}

/// Names of the variables that a text refers to, in order, with repeats.
pub(crate) fn references(text: &str) -> Vec<String> {
    let names = std::cell::RefCell::new(Vec::new());
    let note = |name: &str| {
        names.borrow_mut().push(name.to_owned());
        None
    };
    fill(text, &note);
    names.into_inner()
}

/// What `$__rate_interval` is in [`sample`]: a window that nobody writes.
pub(crate) const RATE_INTERVAL: std::time::Duration = std::time::Duration::from_secs(301);

/// The expression with every variable at something it may be: all values, the first choice.
pub(crate) fn sample(board: &Board, expr: &str) -> String {
    sample_with(board, expr, None)
}

/// As [`sample`], with one variable at this choice.
pub(crate) fn sample_with(board: &Board, expr: &str, chosen: Option<(&str, &str)>) -> String {
    fill(expr, &|name| match name {
        _ if chosen.is_some_and(|(known, _)| known == name) => {
            chosen.map(|(_, value)| value.to_owned())
        }
        "__rate_interval" => Some(format!("{}s", RATE_INTERVAL.as_secs())),
        "__interval" => Some("61s".to_owned()),
        "__range" => Some("3601s".to_owned()),
        "__range_s" => Some("3601".to_owned()),
        "job" | "environment" => Some(".*".to_owned()),
        _ => {
            let variable = board.variables.iter().find(|known| known.name == name)?;
            Some(match &variable.kind {
                VariableKind::Label { .. } => ".*".to_owned(),
                VariableKind::Choices(choices) => choices.first().cloned().unwrap_or_default(),
            })
        }
    })
}

/// Parses an expression in which variables have been filled in.
pub(crate) fn parse(filled: &str) -> Result<Expr, String> {
    parser::parse(filled)
}

/// Every selector of an expression.
pub(crate) fn selectors(expr: &Expr) -> Vec<VectorSelector> {
    struct Selectors(Vec<VectorSelector>);
    impl ExprVisitor for Selectors {
        type Error = std::convert::Infallible;
        fn pre_visit(&mut self, expr: &Expr) -> Result<bool, Self::Error> {
            match expr {
                Expr::VectorSelector(selector) => self.0.push(selector.clone()),
                Expr::MatrixSelector(matrix) => self.0.push(matrix.vs.clone()),
                _ => {}
            }
            Ok(true)
        }
    }
    let mut found = Selectors(Vec::new());
    let Ok(_) = walk_expr(&mut found, expr);
    found.0
}

/// The metric name a selector asks for, or the pattern of it.
pub(crate) fn metric_pattern(selector: &VectorSelector) -> Option<String> {
    if let Some(name) = &selector.name {
        return Some(name.clone());
    }
    let named = selector
        .matchers
        .matchers
        .iter()
        .find(|matcher| matcher.name == "__name__")?;
    matches!(named.op, MatchOp::Equal | MatchOp::Re(_)).then(|| named.value.clone())
}

/// Metric names, or patterns of them, that the scoped queries of a board ask for; sorted, each once.
pub(crate) fn scoped_metrics(board: &Board) -> Vec<String> {
    let scoped = |query: &&Query| query.source == Source::Prometheus && query.scoped;
    let mut names: Vec<String> = board
        .panels()
        .flat_map(|panel| &panel.queries)
        .filter(scoped)
        .filter_map(|query| parse(&sample(board, &query.expr)).ok())
        .flat_map(|expr| selectors(&expr))
        .filter(|selector| {
            let matchers = &selector.matchers.matchers;
            matchers.iter().any(|matcher| matcher.name == "job")
        })
        .filter_map(|selector| metric_pattern(&selector))
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_each_form_are_filled_and_others_stay() {
        let values = |name: &str| (name == "by").then(|| "model".to_owned());
        let cases = [
            ("sum by ($by) (x)", "sum by (model) (x)"),
            ("sum by (${by}) (x)", "sum by (model) (x)"),
            ("sum by (${by:csv}, a) (x)", "sum by (model, a) (x)"),
            ("x{a=\"$bye\"}", "x{a=\"$bye\"}"),
            ("${__field.labels.x} $", "${__field.labels.x} $"),
            ("${open", "${open"),
            ("ä$by€", "ämodel€"),
        ];
        for (text, expected) in cases {
            assert_eq!(fill(text, &values), expected);
        }
        assert_eq!(references("$a ${b:x} $"), ["a", "b", ""]);
    }
}

//! Templates in annotations: the part of Prometheus's that both worlds understand.
//!
//! `{{ $labels.NAME }}` and `{{ $value }}`, nothing else: no functions, no conditions, nothing that runs.

/// A piece of a template.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Label(&'a str),
    Value,
}

/// Cuts a template into pieces; `Err` holds what stands between braces and is not understood.
fn pieces(template: &str) -> Result<Vec<Piece<'_>>, &str> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        pieces.push(Piece::Text(before));
        let Some((inner, after)) = after.split_once("}}") else {
            return Err(after);
        };
        let inner = inner.trim();
        let label = inner.strip_prefix("$labels.");
        let is_name = |name: &&str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        match label.filter(is_name) {
            Some(name) => pieces.push(Piece::Label(name)),
            None if inner == "$value" => pieces.push(Piece::Value),
            None => return Err(inner),
        }
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

/// What is wrong with a template whose labels may be those given.
pub(super) fn wrong(template: &str, is_label: impl Fn(&str) -> bool) -> Option<String> {
    match pieces(template) {
        Err(inner) => Some(format!(
            "uses `{{{{ {inner} }}}}`; only `{{{{ $labels.NAME }}}}` and `{{{{ $value }}}}` are understood"
        )),
        Ok(pieces) => pieces.into_iter().find_map(|piece| match piece {
            Piece::Label(name) if !is_label(name) => Some(format!(
                "uses `{{{{ $labels.{name} }}}}`, which is no label of it"
            )),
            _ => None,
        }),
    }
}

/// Fills a template; a label that is missing is empty, and what is not understood stays as it is.
///
/// ```
/// use bellwether_catalog::render_template;
/// let label = |name: &str| (name == "queue_name").then(|| "render".to_owned());
/// assert_eq!(render_template("{{ $labels.queue_name }} holds {{ $value }}", label, 120.5), "render holds 120.5");
/// ```
pub fn render_template(
    template: &str,
    label: impl Fn(&str) -> Option<String>,
    value: f64,
) -> String {
    let Ok(pieces) = pieces(template) else {
        return template.to_owned();
    };
    let filled = pieces.into_iter().map(|piece| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Label(name) => label(name).unwrap_or_default(),
        Piece::Value => value.to_string(),
    });
    filled.collect()
}

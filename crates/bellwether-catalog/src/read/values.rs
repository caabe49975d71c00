//! Fields whose values are lists, names or times.

use super::fields::{Fields, Problems, scalar};
use crate::error::{Problem, Rule};

/// Names with their texts, in the order of the file.
pub(crate) fn pairs(
    fields: &mut Fields,
    key: &str,
    problems: &mut Problems,
) -> Vec<(String, String)> {
    let Some(mut map) = fields.map(key, problems) else {
        return Vec::new();
    };
    let entries = map.drain().into_iter();
    entries
        .filter_map(|entry| {
            let text = scalar(entry.value, &entry.key, problems)?;
            Some((entry.key, text))
        })
        .collect()
}

/// A list of texts.
pub(crate) fn texts(fields: &mut Fields, key: &str, problems: &mut Problems) -> Vec<String> {
    fields
        .list(key, problems)
        .into_iter()
        .filter_map(|node| scalar(node, key, problems))
        .collect()
}

/// A time that must be there.
pub(crate) fn required_seconds(
    fields: &mut Fields,
    key: &str,
    problems: &mut Problems,
) -> Option<u32> {
    if !fields.has(key) {
        fields.problem(problems, &format!("has no `{key}`"));
        return None;
    }
    seconds(fields, key, problems)
}

/// A time: whole seconds, or a whole number with `s`, `m`, `h` or `d`.
pub(crate) fn seconds(fields: &mut Fields, key: &str, problems: &mut Problems) -> Option<u32> {
    let node = fields.take(key)?;
    let location = node.location.clone();
    let text = scalar(node, key, problems)?;
    let parsed = parse_seconds(&text);
    if parsed.is_none() {
        let message =
            format!("`{key}` is `{text}`; expected whole seconds, or a time such as 30s, 5m, 1h");
        problems.push(Problem::new(location, Rule::Shape, message));
    }
    parsed
}

fn parse_seconds(text: &str) -> Option<u32> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u32>().ok()?.checked_mul(unit)
}

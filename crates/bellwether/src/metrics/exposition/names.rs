//! Names and units as Prometheus has them, without suffixes.

use std::borrow::Cow;

/// The name of a metric. Runs of characters that no name may have become one underscore.
pub(super) fn metric(name: &str) -> Cow<'_, str> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    if name.chars().all(is_allowed) && !starts_with_digit(name) && !name.is_empty() {
        return Cow::Borrowed(name);
    }
    let mut escaped = String::with_capacity(name.len() + 1);
    for word in name
        .split(|c| !is_allowed(c))
        .filter(|word| !word.is_empty())
    {
        if !escaped.is_empty() {
            escaped.push('_');
        }
        escaped.push_str(word);
    }
    if escaped.is_empty() || starts_with_digit(&escaped) {
        escaped.insert(0, '_');
    }
    Cow::Owned(escaped)
}

/// The name of a label. Each character that no name may have becomes an underscore; names that are not an attribute's to
/// take get a prefix.
pub(super) fn label(key: &str) -> Cow<'_, str> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_taken = starts_with_digit(key) || key.starts_with("__") || key.is_empty();
    if key.chars().all(is_allowed) && !is_taken {
        return Cow::Borrowed(key);
    }
    let escaped: String = key
        .chars()
        .map(|c| if is_allowed(c) { c } else { '_' })
        .collect();
    if starts_with_digit(&escaped) || escaped.starts_with("__") || escaped.is_empty() {
        return Cow::Owned(format!("key_{escaped}"));
    }
    Cow::Owned(escaped)
}

fn starts_with_digit(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit())
}

/// The word that OpenMetrics has for a UCUM unit, where the family's name ends with it: there is no `# UNIT` otherwise.
pub(super) fn unit(family: &str, unit: &str) -> Option<&'static str> {
    let word = match unit {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "1" => "ratio",
        "%" => "percent",
        "J" => "joules",
        "W" => "watts",
        "V" => "volts",
        "A" => "amperes",
        "m" => "meters",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "{USD}" => "dollars",
        "{token}" => "tokens",
        _ => return None,
    };
    let rest = family.strip_suffix(word)?;
    rest.ends_with('_').then_some(word)
}

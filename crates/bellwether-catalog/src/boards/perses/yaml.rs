//! JSON values as block YAML. Text is written as JSON text, which YAML reads as it is meant.

use std::fmt::Write as _;

use serde_json::Value;

/// A document.
pub(super) fn document(value: &Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

fn block(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let _ = write!(text, "{}{}:", indent(depth), name(key));
                after(value, depth, text);
            }
        }
        Value::Array(items) => {
            for item in items {
                let mut inside = String::new();
                block(item, depth + 1, &mut inside);
                if is_block(item) {
                    // the first line goes behind the dash
                    let inside = inside.trim_start();
                    let _ = write!(text, "{}- {inside}", indent(depth));
                } else {
                    let _ = writeln!(text, "{}- {item}", indent(depth));
                }
            }
        }
        scalar => {
            let _ = writeln!(text, "{scalar}");
        }
    }
}

fn after(value: &Value, depth: usize, text: &mut String) {
    if is_block(value) {
        text.push('\n');
        block(value, depth + 1, text);
    } else {
        let _ = writeln!(text, " {value}");
    }
}

/// Whether it takes lines of its own; empty ones are `{}` and `[]`.
fn is_block(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

/// A key, in quotes where it is more than a word.
fn name(key: &str) -> String {
    let plain = key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if plain && !key.is_empty() {
        return key.to_owned();
    }
    Value::from(key).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::document;

    #[test]
    fn maps_lists_and_text_are_written_as_they_are_meant() {
        let value = json!({"a": [{"b": "x: y", "c": []}, 3], "$ref": {"d": null}, "e": {}});
        let expected = "a:\n  - b: \"x: y\"\n    c: []\n  - 3\n\"$ref\":\n  d: null\ne: {}\n";
        assert_eq!(document(&value), expected);
    }
}

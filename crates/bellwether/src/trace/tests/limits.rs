use proptest::prelude::*;

use super::*;

fn pairs(attributes: &[KeyValue]) -> Vec<(String, String)> {
    attributes
        .iter()
        .map(|kv| (kv.key.to_string(), kv.value.to_string()))
        .collect()
}

/// The specification's map, written the slow and obvious way.
fn as_map(attributes: &[KeyValue]) -> Vec<(String, String)> {
    let mut map: Vec<(String, String)> = Vec::new();
    for (key, value) in pairs(attributes) {
        match map.iter_mut().find(|(other, _)| *other == key) {
            Some(slot) => slot.1 = value,
            None => map.push((key, value)),
        }
    }
    map
}

#[test]
fn the_last_value_wins_and_the_first_place_stays() {
    let mut attributes = vec![
        KeyValue::new("a", 1),
        KeyValue::new("b", 1),
        KeyValue::new("a", 2),
        KeyValue::new("c", 1),
        KeyValue::new("a", 3),
    ];
    replace_duplicates(&mut attributes);
    assert_eq!(
        attributes,
        [
            KeyValue::new("a", 3),
            KeyValue::new("b", 1),
            KeyValue::new("c", 1)
        ]
    );
}

#[test]
fn arrays_of_strings_are_cut_element_by_element_and_numbers_left_alone() {
    let strings = vec![StringValue::from("äöü"), StringValue::from("ab")];
    let mut attributes = vec![
        KeyValue::new("texts", Value::Array(Array::String(strings))),
        KeyValue::new("number", 123_456),
        KeyValue::new("numbers", Value::Array(Array::I64(vec![123_456]))),
    ];
    assert_eq!(truncate_values(&mut attributes, 2), 1);
    let expected = vec![StringValue::from("äö"), StringValue::from("ab")];
    assert_eq!(attributes[0].value, Value::Array(Array::String(expected)));
    assert_eq!(attributes[1].value, Value::I64(123_456));
}

proptest! {
    #[test]
    fn replacing_is_a_map_insert_whatever_the_size(
        keys in prop::collection::vec((0_u8..40, any::<i64>()), 0..80),
    ) {
        let mut attributes: Vec<KeyValue> =
            keys.iter().map(|(key, value)| KeyValue::new(format!("k{key}"), *value)).collect();
        let expected = as_map(&attributes);
        replace_duplicates(&mut attributes);
        prop_assert_eq!(pairs(&attributes), expected);
    }

    #[test]
    fn cutting_never_splits_a_character(text in any::<String>(), length in 0_usize..40) {
        let expected: String = text.chars().take(length).collect();
        let shorter = truncated(&text, length);
        prop_assert_eq!(shorter.is_some(), expected.len() < text.len());
        prop_assert_eq!(shorter.unwrap_or(text), expected);
    }
}

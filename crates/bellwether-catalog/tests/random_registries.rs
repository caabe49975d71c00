//! Whatever a team writes, the loader answers and the generated Rust parses.

use std::fmt::Write as _;

use bellwether_catalog::{Error, Options, load_sources, render};
use proptest::prelude::*;

/// Words that are awkward in Rust, YAML, Markdown or JSON, among harmless ones.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9_]{0,8}",
        prop::sample::select(vec![
            "type", "self", "Self", "crate", "all", "labels", "fn", "9", "-1", "null", "true"
        ])
        .prop_map(str::to_owned),
    ]
}

/// Text with quotes, backslashes, brackets, bars, line breaks and characters beyond ASCII.
fn prose() -> impl Strategy<Value = String> {
    "[a-zA-Z \"'\\\\\\[\\]<>|{}#:*/é\n]{1,30}"
        .prop_filter("a description", |text| !text.trim().is_empty())
}

prop_compose! {
    fn registry()(
        family in word(),
        attributes in prop::collection::btree_map("[a-z][a-z_.]{0,8}", (prop::collection::btree_set(word(), 1..5), prose(), any::<bool>()), 1..4),
        metrics in prop::collection::btree_map("[a-z][a-z_.]{0,10}", (0usize..4, prose(), any::<u8>(), word()), 1..5),
    ) -> (String, String) {
        let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
        let mut text = String::from("file_format: definition/2\nattributes:\n");
        for (index, (key, (values, brief, closed))) in attributes.iter().enumerate() {
            let (members, ours) = if *closed {
                let members: Vec<String> = values.iter().map(|value| format!("{{id: {0}, value: {0}, stability: stable}}", quoted(value))).collect();
                (format!("{{members: [{}]}}", members.join(", ")), format!("enum: Label{index}"))
            } else {
                ("string".to_owned(), "bound: 4".to_owned())
            };
            let _ = writeln!(
                text,"  - {{key: {key}, type: {members}, brief: {}, stability: stable, annotations: {{bellwether: {{{ours}}}}}}}", quoted(brief));
        }
        text += "metrics:\n";
        for (name, (instrument, brief, mask, recorder)) in &metrics {
            let words = ["counter", "updowncounter", "gauge", "histogram"];
            let references: Vec<String> = attributes.keys().enumerate().filter(|(index, _)| mask >> index & 1 == 1).map(|(_, key)| format!("{{ref: {key}}}")).collect();
            let plain = name.split('.').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
            let mut suffixed: Vec<&str> = name.split(['.', '_']).filter(|word| !word.is_empty()).collect();
            if *instrument == 0 {
                suffixed.retain(|word| *word != "total");
                suffixed.push("total");
            }
            let buckets = if *instrument == 3 { ", buckets: [0.5, 1, 1e9]" } else { "" };
            let _ = writeln!(
                text,
                "  - {{name: {name}, instrument: {}, unit: '{{x}}', brief: {}, stability: stable, attributes: [{}], annotations: {{bellwether: {{prometheus: {}, prometheus_without_suffixes: {plain}, origin: team, interval: 30, recorder: {}{buckets}}}}}}}",
                words[*instrument], quoted(brief), references.join(", "), suffixed.join("_"), quoted(recorder),
            );
        }
        (format!("{family}.yaml"), text)
    }
}

fn ends(path: &str, extension: &str) -> bool {
    std::path::Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn generated_rust_parses((file, text) in registry()) {
        match load_sources(&[(&file, &text)]) {
            Ok(registry) => {
                for output in render(&registry, &Options::default()) {
                    if ends(&output.path, "rs") {
                        prop_assert!(syn::parse_file(&output.text).is_ok(), "{}\n{}", output.path, output.text);
                    }
                    if ends(&output.path, "json") {
                        prop_assert!(serde_json::from_str::<serde_json::Value>(&output.text).is_ok());
                    }
                }
            }
            // Random names may clash or name an id; anything else would be a fault of this generator.
            Err(Error::Invalid(problems)) => {
                for problem in problems {
                    let clash = ["prometheus-unique", "id-label", "live-bound", "label-members", "name-format", "recorder-overlap"];
                    prop_assert!(clash.contains(&problem.rule.name()), "{problem}\n{text}");
                }
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn no_text_makes_the_loader_panic(text in "[a-z0-9 :\\-\\[\\]{},\"'&*!|>#\n\t]{0,200}") {
        let _ = load_sources(&[("team.yaml", &text)]);
    }

    #[test]
    fn no_damage_makes_the_loader_panic((file, text) in registry(), cut in any::<prop::sample::Index>(), insert in ".{0,5}") {
        let cut = text.char_indices().map(|(at, _)| at).nth(cut.index(text.chars().count())).unwrap_or(0);
        let damaged = format!("{}{insert}{}", &text[..cut], &text[cut..]);
        let _ = load_sources(&[(&file, &damaged)]);
    }
}

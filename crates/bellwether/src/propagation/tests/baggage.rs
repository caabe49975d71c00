use opentelemetry::KeyValue;
use proptest::prelude::*;

use super::*;

fn value(lines: &[&str], key: &str) -> Option<String> {
    parse(lines).get(key).map(|value| value.as_str().to_owned())
}

fn properties_of(lines: &[&str], key: &str) -> String {
    parse(lines)
        .get_with_metadata(key)
        .map(|(_, metadata)| metadata.as_str().to_owned())
        .unwrap()
}

/// The cases of the tests that W3C publishes beside the specification, and the specification's own examples.
mod w3c {
    use super::*;

    #[test]
    fn simple() {
        assert_eq!(
            value(&["SomeKey=SomeValue"], "SomeKey").unwrap(),
            "SomeValue"
        );
    }

    #[test]
    fn multiple_with_properties() {
        let lines = &["SomeKey=SomeValue;SomeProp,SomeKey2=SomeValue2;ValueProp=PropVal"];
        assert_eq!(value(lines, "SomeKey").unwrap(), "SomeValue");
        assert_eq!(properties_of(lines, "SomeKey"), "SomeProp");
        assert_eq!(properties_of(lines, "SomeKey2"), "ValueProp=PropVal");
    }

    #[test]
    fn optional_white_space() {
        let lines = &[
            "SomeKey \t = \t SomeValue \t ; \t SomeProp \t , \t SomeKey2 \t = \t SomeValue2 \t ; \t ValueProp \t = \t PropVal",
        ];
        assert_eq!(value(lines, "SomeKey").unwrap(), "SomeValue");
        assert_eq!(properties_of(lines, "SomeKey"), "SomeProp");
        assert_eq!(value(lines, "SomeKey2").unwrap(), "SomeValue2");
        assert_eq!(properties_of(lines, "SomeKey2"), "ValueProp=PropVal");
    }

    #[test]
    fn multiple_equals() {
        assert_eq!(
            value(&["SomeKey=SomeValue=equals"], "SomeKey").unwrap(),
            "SomeValue=equals"
        );
    }

    #[test]
    fn percent_encoded() {
        let encoded = "%09%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29";
        assert_eq!(
            value(&[&format!("SomeKey={encoded}")], "SomeKey").unwrap(),
            "\t \"';=asdf!@#$%^&*()"
        );
    }

    #[test]
    fn several_properties_of_one_name() {
        let lines = &["SomeKey=SomeValue;SomeProp;SomeProp=PropValue;SomeProp=AnotherPropValue"];
        assert_eq!(
            properties_of(lines, "SomeKey"),
            "SomeProp;SomeProp=PropValue;SomeProp=AnotherPropValue"
        );
    }

    #[test]
    fn several_lines_and_unicode() {
        let lines = &[
            "userId =   Am%C3%A9lie",
            "serverNode = DF%2028, isProduction = false",
        ];
        assert_eq!(value(lines, "userId").unwrap(), "Amélie");
        assert_eq!(value(lines, "serverNode").unwrap(), "DF 28");
        assert_eq!(value(lines, "isProduction").unwrap(), "false");
    }
}

#[test]
fn what_breaks_the_grammar_is_dropped_and_the_rest_kept() {
    let bad = [
        "novalue", "=1", "a b=1", "a=b c", "a=\"b\"", "a=b\\c", "ü=1", "a=é", "a=b;", "a=b;;c",
        "a=b;c d", "a\0=1", "a=\u{7f}",
    ];
    for member in bad {
        let baggage = parse(&[format!("first=1,{member},last=2").as_str()]);
        assert_eq!(baggage.len(), 2, "{member:?}: {baggage}");
        assert!(baggage.get("first").is_some() && baggage.get("last").is_some());
    }
}

#[test]
fn bytes_that_are_not_utf8_become_the_replacement_character() {
    assert_eq!(value(&["a=%ff%41"], "a").unwrap(), "\u{fffd}A");
    assert_eq!(
        value(&["a=%zz%"], "a").unwrap(),
        "%zz%",
        "no escape, so the text itself"
    );
}

#[test]
fn the_last_of_two_values_counts_and_an_empty_value_is_one() {
    assert_eq!(value(&["a=1,a=2"], "a").unwrap(), "2");
    assert_eq!(value(&["a="], "a").unwrap(), "");
}

#[test]
fn sixty_four_members_are_read_and_no_more() {
    let line = (0..65)
        .map(|n| format!("k{n}={n}"))
        .collect::<Vec<_>>()
        .join(",");
    let baggage = parse(&[line]);
    assert_eq!(baggage.len(), 64);
    assert!(baggage.get("k63").is_some() && baggage.get("k64").is_none());
}

#[test]
fn repeated_members_count_too() {
    let line = format!("{}last=1", "k=1,".repeat(64));
    assert_eq!(parse(&[line.as_str()]).len(), 1);
    assert_eq!(parse(&[&line[4..]]).len(), 2);
}

#[test]
fn readers_that_cut_at_a_second_equals_sign_get_the_whole_value() {
    let mut baggage = Baggage::new();
    baggage.insert("formula", "a=b");
    assert_eq!(format(&baggage).as_deref(), Some("formula=a%3Db"));
}

#[test]
fn exactly_8192_bytes_are_read_and_written() {
    let line = format!("a={}", "x".repeat(MAX_LENGTH - 2));
    // The API counts names and values alone and so has room for these.
    assert_eq!(format(&parse(&[line.as_str()])), Some(line.clone()));
    assert!(
        parse(&[format!("{line}x")]).is_empty(),
        "a member that does not fit is left out whole"
    );
    let line = format!("a={},b={}", "x".repeat(4000), "y".repeat(MAX_LENGTH - 4005));
    assert_eq!(line.len(), MAX_LENGTH);
    assert_eq!(parse(&[line.as_str()]).len(), 2);
    let baggage = parse(&[format!("{line}y")]);
    assert_eq!(
        baggage
            .iter()
            .map(|(key, _)| key.as_str())
            .collect::<Vec<_>>(),
        ["a"]
    );
}

#[test]
fn a_value_that_grows_over_the_limit_is_left_out_whole() {
    let mut baggage = Baggage::new();
    baggage.insert("big", "é".repeat(3000));
    baggage.insert("small", "1");
    assert_eq!(format(&baggage).as_deref(), Some("small=1"));
}

#[test]
fn a_megabyte_is_read_up_to_the_limit() {
    for filler in [",", " ", "x", "é", "a=1,", "=", ";"] {
        let line = format!("first=1,{}", filler.repeat((1 << 20) / filler.len()));
        let started = std::time::Instant::now();
        let baggage = parse(&[line]);
        assert!(baggage.get("first").is_some(), "{filler:?}");
        assert!(
            started.elapsed() < std::time::Duration::from_millis(200),
            "{filler:?}: {:?}",
            started.elapsed()
        );
    }
}

#[test]
fn metadata_set_by_the_program_cannot_break_the_line() {
    let mut baggage = Baggage::new();
    baggage.insert_with_metadata("a", "1", "ok;k=v");
    baggage.insert_with_metadata("b", "2", "x\r\nx-admin: 1");
    baggage.insert_with_metadata("c", "3", "x,d=4");
    assert_eq!(format(&baggage).as_deref(), Some("a=1;ok;k=v,b=2,c=3"));
}

/// A member by the grammar, written as a walk and sharing nothing with the parser.
fn is_member(member: &str) -> bool {
    let ows = |text: &str| text.trim_matches(|c| c == ' ' || c == '\t').to_owned();
    let token = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
    };
    let octets = |text: &str| {
        text.chars()
            .all(|c| ('!'..='~').contains(&c) && !"\",;\\".contains(c))
    };
    let pair = |text: &str, value_needed: bool| match text.find('=') {
        Some(at) => token(&ows(&text[..at])) && octets(&ows(&text[at + 1..])),
        None => !value_needed && token(&ows(text)),
    };
    let mut parts = member.split(';');
    parts.next().is_some_and(|first| pair(first, true))
        && parts.all(|property| pair(property, false))
}

proptest! {
    #[test]
    fn any_unicode_value_is_read_back(key in "[!#-'*+.^_`|~A-Za-z0-9-]{1,20}", text in any::<String>()) {
        let mut baggage = Baggage::new();
        baggage.insert(key.clone(), text.clone());
        let line = format(&baggage).unwrap();
        prop_assert!(is_member(&line), "{}", line);
        prop_assert_eq!(value(&[&line], &key), Some(text));
    }

    #[test]
    fn only_members_of_the_grammar_are_taken(members in prop::collection::vec("([a-z=;% \t\"é\\\\]|\\PC){0,12}", 0..20)) {
        let members: Vec<String> = members.into_iter().map(|member| member.replace(',', "")).collect();
        let expected: std::collections::BTreeSet<String> = members
            .iter()
            .filter(|member| is_member(member))
            .map(|member| member[..member.find('=').unwrap()].trim_matches(|c| c == ' ' || c == '\t').to_owned())
            .collect();
        let found: std::collections::BTreeSet<String> =
            parse(&[members.join(",")]).iter().map(|(key, _)| key.as_str().to_owned()).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn any_text_is_survived_and_written_in_the_grammar(lines in prop::collection::vec(any::<String>(), 0..5)) {
        if let Some(line) = format(&parse(&lines)) {
            prop_assert!(line.len() <= MAX_LENGTH && line.split(',').all(is_member), "{}", line);
        }
    }
}

#[test]
fn the_propagator_adds_nothing_where_there_is_nothing() {
    let mut carrier = std::collections::HashMap::new();
    BaggagePropagator::default().inject_context(&Context::new(), &mut carrier);
    assert!(carrier.is_empty());
    let before = Context::new().with_baggage([KeyValue::new("kept", "1")]);
    carrier.insert("baggage".to_owned(), "no baggage at all".to_owned());
    let after = BaggagePropagator::default().extract_with_context(&before, &carrier);
    assert_eq!(after.baggage().len(), 1);
}

use opentelemetry::trace::TraceState;
use proptest::prelude::*;

use super::*;

fn header(lines: &[&str]) -> String {
    parse(lines)
        .unwrap_or_else(|error| panic!("{lines:?}: {error}"))
        .header()
}

/// The cases of the conformance suite that W3C publishes, under its names.
mod w3c {
    use super::*;

    #[test]
    fn included_traceparent_included() {
        assert_eq!(header(&["foo=1,bar=2"]), "foo=1,bar=2");
    }

    #[test]
    fn empty_header() {
        assert_eq!(header(&[""]), "");
        assert_eq!(header(&["foo=1", ""]), "foo=1");
        assert_eq!(header(&["", "foo=1"]), "foo=1");
    }

    #[test]
    fn multiple_headers_different_keys() {
        assert_eq!(
            header(&["foo=1,bar=2", "rojo=1,congo=2", "baz=3"]),
            "foo=1,bar=2,rojo=1,congo=2,baz=3"
        );
    }

    #[test]
    fn duplicated_keys() {
        assert_eq!(header(&["foo=1,foo=1"]), "foo=1");
        assert_eq!(header(&["foo=1,foo=2"]), "foo=1");
        assert_eq!(header(&["foo=1", "foo=1"]), "foo=1");
        assert_eq!(header(&["foo=1", "foo=2"]), "foo=1");
    }

    #[test]
    fn all_allowed_characters() {
        let key = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
        let value: String = (' '..='~').filter(|c| !matches!(c, ',' | '=')).collect();
        assert_eq!(
            parse(&[format!("{key}={value}")]).unwrap().get(key),
            Some(value.as_str())
        );
        let key = format!("{key}@a-z0-9_-*/");
        assert_eq!(
            parse(&[format!("{key}={value}")]).unwrap().get(&key),
            Some(value.as_str())
        );
    }

    #[test]
    fn optional_white_space() {
        assert_eq!(
            header(&["foo=1 \t , \t bar=2, \t baz=3"]),
            "foo=1,bar=2,baz=3"
        );
        assert_eq!(
            header(&["foo=1\t \t,\t \tbar=2,\t \tbaz=3"]),
            "foo=1,bar=2,baz=3"
        );
        for line in [" foo=1", "\tfoo=1", "foo=1 ", "foo=1\t", "\t foo=1 \t"] {
            assert_eq!(header(&[line]), "foo=1", "{line:?}");
        }
    }

    #[test]
    fn key_illegal_characters() {
        for line in ["foo =1", "FOO=1", "foo.bar=1"] {
            assert_eq!(parse(&[line]), Err(Malformed::Member), "{line}");
        }
    }

    #[test]
    fn key_at_signs() {
        assert_eq!(header(&["foo@=1,bar=2"]), "foo@=1,bar=2");
        assert_eq!(parse(&["@foo=1,bar=2"]), Err(Malformed::Member));
        // Right by Level 2, but the API's type cannot hold these keys: the other members stay.
        assert_eq!(header(&["foo@@bar=1,bar=2"]), "bar=2");
        assert_eq!(header(&["foo@bar@baz=1,bar=2"]), "bar=2");
    }

    #[test]
    fn member_count_limit() {
        let members: Vec<String> = (1..=33).map(|n| format!("bar{n:02}={n:02}")).collect();
        let state = parse(&[
            members[..10].join(","),
            members[10..20].join(","),
            members[20..32].join(","),
        ])
        .unwrap();
        assert_eq!(state.header(), members[..32].join(","));
        assert_eq!(parse(&[members.join(",")]), Err(Malformed::Members));
    }

    #[test]
    fn key_length_limit() {
        let longest = "z".repeat(256);
        assert_eq!(
            parse(&["foo=1", &format!("{longest}=1")])
                .unwrap()
                .get(&longest),
            Some("1")
        );
        assert_eq!(
            parse(&["foo=1", &format!("{longest}z=1")]),
            Err(Malformed::Member)
        );
    }

    #[test]
    fn value_illegal_characters() {
        for line in ["foo=bar=baz", "foo=,bar=3"] {
            assert_eq!(parse(&[line]), Err(Malformed::Member), "{line}");
        }
    }
}

#[test]
fn leading_spaces_belong_to_the_value() {
    assert_eq!(parse(&["foo=  bar  "]).unwrap().get("foo"), Some("  bar"));
}

#[test]
fn bytes_outside_ascii_drop_the_list() {
    for line in ["foo=é", "föö=1", "foo=a\u{0}b", "foo=a\nb", "foo=\u{7f}"] {
        assert_eq!(parse(&[line]), Err(Malformed::Member), "{line:?}");
    }
}

#[test]
fn five_hundred_and_twelve_characters_and_more_pass() {
    let line = format!("a={},b={}", "x".repeat(256), "y".repeat(256));
    assert!(line.len() > 512);
    assert_eq!(
        format(&parse(&[line.as_str()]).unwrap()).as_deref(),
        Some(line.as_str())
    );
}

#[test]
fn a_megabyte_is_refused_by_its_length() {
    let line = format!("foo={}", "x".repeat(1 << 20));
    assert_eq!(parse(&[line.as_str()]), Err(Malformed::Length(line.len())));
    let commas = ",".repeat(1 << 20);
    assert_eq!(parse(&[commas.as_str()]), Err(Malformed::Length(1 << 20)));
    let many = vec![""; 1 << 20];
    assert!(matches!(parse(&many), Err(Malformed::Length(_))));
}

#[test]
fn what_the_api_lets_in_does_not_get_out() {
    let state = TraceState::from_key_value([
        ("good", "1"),
        ("bad", "a\r\nx-admin: 1"),
        ("", "2"),
        ("c", "ü"),
    ])
    .unwrap();
    assert_eq!(format(&state).as_deref(), Some("good=1"));
}

#[test]
fn a_long_list_loses_long_members_first_and_then_the_last() {
    let long = |n: usize| (format!("long{n}"), "x".repeat(256));
    let short = |n: usize| (format!("short{n}"), "y".repeat(100));
    let state = TraceState::from_key_value((0..16).flat_map(|n| [short(n), long(n)])).unwrap();
    assert_eq!(
        format(&state).unwrap().len(),
        state.header().len(),
        "short enough as it is"
    );
    let long = |n: usize| ("z".repeat(240) + &n.to_string(), "x".repeat(256));
    let state = TraceState::from_key_value((0..16).flat_map(|n| [short(n), long(n)])).unwrap();
    assert!(state.header().len() > MAX_LENGTH);
    let kept = parse(&[format(&state).unwrap()]).unwrap();
    assert_eq!(
        kept.header(),
        TraceState::from_key_value((0..16).map(short))
            .unwrap()
            .header()
    );
}

/// A member by the grammar of Level 2, written as a walk and sharing nothing with the parser.
fn is_member(member: &str) -> bool {
    let Some(at) = member.find('=') else {
        return false;
    };
    let (key, value) = (&member[..at], &member[at + 1..]);
    let mut key_chars = key.chars();
    let first = key_chars
        .next()
        .is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let rest = key_chars.all(|c| "abcdefghijklmnopqrstuvwxyz0123456789_-*/@".contains(c));
    let value_chars = value
        .chars()
        .all(|c| (' '..='~').contains(&c) && c != ',' && c != '=');
    first
        && rest
        && key.len() <= 256
        && value_chars
        && !value.is_empty()
        && value.len() <= 256
        && !value.ends_with(' ')
}

proptest! {
    #[test]
    fn order_is_kept_and_text_read_back(members in prop::collection::btree_map("[a-z][a-z0-9_*/-]{0,20}", "[!-+\\--<>-~]{1,40}", 1..32)) {
        let mut pairs: Vec<(String, String)> = members.into_iter().collect();
        pairs.reverse();
        let line = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(",");
        let state = parse(&[line.as_str()]).unwrap();
        prop_assert_eq!(format(&state), Some(line));
    }

    #[test]
    fn any_lines_are_judged_as_by_the_grammar(lines in prop::collection::vec("([a-zA-Z0-9_@*/=é ,\t.-]|\\PC){0,40}", 0..6)) {
        let members: Vec<&str> = lines
            .iter()
            .flat_map(|line| line.split(','))
            .map(|member| member.trim_matches(|c| c == ' ' || c == '\t'))
            .filter(|member| !member.is_empty())
            .collect();
        let valid = members.len() <= 32 && members.iter().all(|member| is_member(member));
        prop_assert_eq!(parse(&lines).is_ok(), valid, "{:?}", lines);
    }

    #[test]
    fn whatever_is_read_is_written_in_the_grammar(line in "([a-z0-9@]{1,6}=[ -~]{0,6},?){0,40}") {
        if let Some(text) = parse(&[line]).ok().and_then(|state| format(&state)) {
            prop_assert!(text.split(',').all(is_member), "{}", text);
        }
    }
}

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use proptest::prelude::*;

use super::*;

const TRACE: &str = "12345678901234567890123456789012";

/// The grammar once more, written as a walk over fixed patterns and sharing nothing with the parser.
fn is_valid(field: &str) -> bool {
    let field = field.trim_matches(|c| c == ' ' || c == '\t');
    let pattern = "hh-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";
    let chars: Vec<char> = field.chars().collect();
    if chars.len() < pattern.len() || field.len() > 1024 {
        return false;
    }
    let fits = pattern.chars().zip(&chars).all(|(want, have)| match want {
        'h' => "0123456789abcdef".contains(*have),
        dash => dash == *have,
    });
    let zero = |from: usize, to: usize| chars[from..to].iter().all(|c| *c == '0');
    let version: String = chars[..2].iter().collect();
    let tail_is_right = match (version.as_str(), chars.get(pattern.len())) {
        ("ff", _) | ("00", Some(_)) => false,
        (_, None) => true,
        (_, Some(next)) => *next == '-',
    };
    fits && !zero(3, 35) && !zero(36, 52) && tail_is_right
}

#[track_caller]
fn accepts(field: &str) {
    let context = parse(field).unwrap_or_else(|error| panic!("{field:?}: {error}"));
    assert_eq!(context.trace_id().to_string(), TRACE);
    assert!(context.is_remote());
}

#[track_caller]
fn refuses(field: &str, why: Malformed) {
    assert_eq!(parse(field), Err(why), "{field:?}");
}

/// The cases of the conformance suite that W3C publishes, under its names.
mod w3c {
    use super::*;

    #[test]
    fn traceparent_included_tracestate_missing() {
        accepts("00-12345678901234567890123456789012-1234567890123456-01");
    }

    #[test]
    fn version_0x00() {
        refuses(
            "00-12345678901234567890123456789012-1234567890123456-01.",
            Malformed::Length(56),
        );
        refuses(
            "00-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
            Malformed::Length(84),
        );
    }

    #[test]
    fn version_0xcc() {
        accepts("cc-12345678901234567890123456789012-1234567890123456-01");
        accepts(
            "cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
        );
        refuses(
            "cc-12345678901234567890123456789012-1234567890123456-01.what-the-future-will-be-like",
            Malformed::Separator,
        );
    }

    #[test]
    fn version_0xff() {
        refuses(
            "ff-12345678901234567890123456789012-1234567890123456-01",
            Malformed::Version,
        );
    }

    #[test]
    fn version_illegal_characters() {
        refuses(
            ".0-12345678901234567890123456789012-1234567890123456-01",
            Malformed::Version,
        );
        refuses(
            "0.-12345678901234567890123456789012-1234567890123456-01",
            Malformed::Version,
        );
    }

    #[test]
    fn version_too_long() {
        refuses(
            "000-12345678901234567890123456789012-1234567890123456-01",
            Malformed::Length(56),
        );
        refuses(
            "0000-12345678901234567890123456789012-1234567890123456-01",
            Malformed::Length(57),
        );
    }

    #[test]
    fn version_too_short() {
        refuses(
            "0-12345678901234567890123456789012-1234567890123456-01",
            Malformed::Length(54),
        );
    }

    #[test]
    fn trace_id_all_zero() {
        refuses(
            "00-00000000000000000000000000000000-1234567890123456-01",
            Malformed::TraceId,
        );
    }

    #[test]
    fn trace_id_illegal_characters() {
        refuses(
            "00-.2345678901234567890123456789012-1234567890123456-01",
            Malformed::TraceId,
        );
        refuses(
            "00-1234567890123456789012345678901.-1234567890123456-01",
            Malformed::TraceId,
        );
    }

    #[test]
    fn trace_id_too_long_or_short() {
        refuses(
            "00-123456789012345678901234567890123-1234567890123456-01",
            Malformed::Length(56),
        );
        refuses(
            "00-1234567890123456789012345678901-1234567890123456-01",
            Malformed::Length(54),
        );
    }

    #[test]
    fn parent_id_all_zero() {
        refuses(
            "00-12345678901234567890123456789012-0000000000000000-01",
            Malformed::ParentId,
        );
    }

    #[test]
    fn parent_id_illegal_characters() {
        refuses(
            "00-12345678901234567890123456789012-.234567890123456-01",
            Malformed::ParentId,
        );
        refuses(
            "00-12345678901234567890123456789012-123456789012345.-01",
            Malformed::ParentId,
        );
    }

    #[test]
    fn parent_id_too_long_or_short() {
        refuses(
            "00-12345678901234567890123456789012-12345678901234567-01",
            Malformed::Length(56),
        );
        refuses(
            "00-12345678901234567890123456789012-123456789012345-01",
            Malformed::Length(54),
        );
    }

    #[test]
    fn trace_flags_illegal_characters() {
        refuses(
            "00-12345678901234567890123456789012-1234567890123456-.0",
            Malformed::Flags,
        );
        refuses(
            "00-12345678901234567890123456789012-1234567890123456-0.",
            Malformed::Flags,
        );
    }

    #[test]
    fn trace_flags_too_long_or_short() {
        refuses(
            "00-12345678901234567890123456789012-1234567890123456-001",
            Malformed::Length(56),
        );
        refuses(
            "00-12345678901234567890123456789012-1234567890123456-1",
            Malformed::Length(54),
        );
    }

    #[test]
    fn optional_white_space() {
        accepts(" 00-12345678901234567890123456789012-1234567890123456-01");
        accepts("\t00-12345678901234567890123456789012-1234567890123456-01");
        accepts("00-12345678901234567890123456789012-1234567890123456-01 ");
        accepts("00-12345678901234567890123456789012-1234567890123456-01\t");
        accepts("\t 00-12345678901234567890123456789012-1234567890123456-01 \t");
    }

    #[test]
    fn propagates_random_flag() {
        let context = parse("00-12345678901234567890123456789012-1234567890123456-02").unwrap();
        assert_eq!(context.trace_flags().to_u8(), 2);
        assert!(format(&context).unwrap().ends_with("-02"));
    }
}

#[test]
fn uppercase_hex_is_refused() {
    refuses(
        "00-ABCDEF78901234567890123456789012-1234567890123456-01",
        Malformed::TraceId,
    );
    refuses(
        "00-12345678901234567890123456789012-123456789012345A-01",
        Malformed::ParentId,
    );
    refuses(
        "00-12345678901234567890123456789012-1234567890123456-0A",
        Malformed::Flags,
    );
}

#[test]
fn unknown_flags_are_zeroed() {
    let flags = |field: &str| parse(field).unwrap().trace_flags().to_u8();
    assert_eq!(
        flags("00-12345678901234567890123456789012-1234567890123456-ff"),
        3
    );
    assert_eq!(
        flags("00-12345678901234567890123456789012-1234567890123456-fc"),
        0
    );
    assert_eq!(
        flags("01-12345678901234567890123456789012-1234567890123456-ff"),
        1,
        "a later version: sampled only"
    );
}

#[test]
fn characters_of_several_bytes_do_not_cut_a_string_apart() {
    for place in 0..55 {
        let mut field = "00-12345678901234567890123456789012-1234567890123456-01".to_owned();
        field.replace_range(place..=place, "é");
        assert!(parse(&field).is_err(), "{field}");
    }
}

#[test]
fn a_megabyte_is_refused_by_its_length() {
    let future = format!("cc-{TRACE}-1234567890123456-01-{}", "x".repeat(1 << 20));
    refuses(&future, Malformed::Length(future.len()));
    let blank = " ".repeat(1 << 20);
    refuses(&blank, Malformed::Length(1 << 20));
}

#[test]
fn an_invalid_context_has_no_text() {
    let context = |trace: u128, span: u64| {
        SpanContext::new(
            TraceId::from(trace),
            SpanId::from(span),
            TraceFlags::SAMPLED,
            false,
            TraceState::NONE,
        )
    };
    assert_eq!(format(&context(0, 1)), None);
    assert_eq!(format(&context(1, 0)), None);
    assert_eq!(
        format(&context(1, 1)).unwrap(),
        format!("00-{:032x}-{:016x}-01", 1, 1)
    );
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(trace in 1_u128.., span in 1_u64.., flags in 0_u8..4) {
        let context = SpanContext::new(
            TraceId::from(trace), SpanId::from(span), TraceFlags::new(flags), true, TraceState::NONE,
        );
        let text = format(&context).unwrap();
        prop_assert_eq!(text.len(), LENGTH);
        prop_assert!(is_valid(&text));
        prop_assert_eq!(parse(&text).unwrap(), context);
    }

    #[test]
    fn any_text_is_judged_as_by_the_grammar(text in any::<String>()) {
        prop_assert_eq!(parse(&text).is_ok(), is_valid(&text));
    }

    /// Texts near the grammar: right ones with a few characters replaced, added or cut.
    #[test]
    fn near_misses_are_judged_as_by_the_grammar(
        version in "(00|01|cc|ff|fe|0|[0-9a-gA-F]{2})",
        trace in "(0{32}|[0-9a-f]{32}|[0-9a-fA-F]{32}|[0-9a-f]{31,33})",
        span in "(0{16}|[0-9a-f]{16}|[0-9a-fg]{16}|[0-9a-f]{15,17})",
        flags in "([0-9a-f]{2}|[0-9A-Fx]{1,3})",
        tail in "(|-|-x.y|\\.|[ \t]{1,3}|0)",
        separators in "(---|---|-_-|--é)",
    ) {
        let s: Vec<char> = separators.chars().collect();
        let text = format!("{version}{}{trace}{}{span}{}{flags}{tail}", s[0], s[1], s[2]);
        prop_assert_eq!(parse(&text).is_ok(), is_valid(&text), "{:?}", text);
    }
}

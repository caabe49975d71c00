//! Names of labels: how they follow from Rust names, what a key may be, and which keys are those of ids.

/// Longest operation, key or value: what is longer would be `_other` at run time.
pub(crate) const MAX_BYTES: usize = 256;

/// Keys that would give a series to each user, request or job, without separators.
const IDS: &[&str] = &[
    "id",
    "uuid",
    "guid",
    "email",
    "userid",
    "username",
    "accountid",
    "customerid",
    "clientip",
    "ipaddress",
    "traceid",
    "spanid",
    "parentspanid",
    "correlationid",
    "requestid",
    "messageid",
    "eventid",
    "sessionid",
    "conversationid",
    "threadid",
    "jobid",
    "taskid",
    "workerid",
    "agentid",
    "toolcallid",
];

/// `TenantTier` as `tenant_tier`, `HTTPServer` as `http_server`, `V2` as `v2`.
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.trim_start_matches("r#").chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (position, letter) in letters.iter().enumerate() {
        let before = position
            .checked_sub(1)
            .and_then(|before| letters.get(before));
        let after = letters.get(position + 1);
        let begins_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                let ends_acronym =
                    before.is_uppercase() && after.is_some_and(|after| after.is_lowercase());
                *before != '_' && (!before.is_uppercase() || ends_acronym)
            });
        if begins_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Why this cannot be the key of a label, with what to do instead.
pub(crate) fn refuse_key(key: &str) -> Option<String> {
    let mut letters = key.chars();
    let well_formed = letters
        .next()
        .is_some_and(|first| first.is_ascii_lowercase() || first == '_')
        && letters.all(|letter| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_' || letter == '.'
        });
    if !well_formed || key.len() > MAX_BYTES {
        return Some(format!(
            "`{key}` is not a label key: expected lower-case letters, digits, `_` and `.`, not beginning with a digit or `.`"
        ));
    }
    if key.starts_with("__") || matches!(key, "le" | "quantile" | "job" | "instance") {
        return Some(format!(
            "`{key}` is reserved by Prometheus: choose another key with `key = \"…\"`"
        ));
    }
    let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    IDS.contains(&plain.as_str()).then(|| {
        format!(
            "`{key}` names an id, and each id would be a series of its own: put it on the span with `fields({key} = …)` or into a log field, not on a metric"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_where_a_reader_sees_them() {
        let cases = [
            ("TenantTier", "tenant_tier"),
            ("HTTPServer", "http_server"),
            ("Http2", "http2"),
            ("V2", "v2"),
            ("GPT4Turbo", "gpt4_turbo"),
            ("already_snake", "already_snake"),
            ("Mixed_Case", "mixed_case"),
            ("r#Type", "type"),
            ("A", "a"),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(snake_case(name), expected, "{name}");
        }
    }

    #[test]
    fn ids_are_refused_however_they_are_separated() {
        for key in [
            "user_id",
            "user.id",
            "userid",
            "trace_id",
            "session_id",
            "job_id",
            "id",
        ] {
            assert!(
                refuse_key(key).is_some_and(|why| why.contains("names an id")),
                "{key}"
            );
        }
        for key in [
            "tenant_tier",
            "kind",
            "user_type",
            "session_type",
            "idle",
            "http.method",
        ] {
            assert_eq!(refuse_key(key), None, "{key}");
        }
    }

    #[test]
    fn keys_that_no_backend_takes_are_refused() {
        for key in [
            "", "9lives", "Kind", "job kind", "job-kind", ".kind", "__name__", "le", "é",
        ] {
            assert!(refuse_key(key).is_some(), "{key}");
        }
    }
}

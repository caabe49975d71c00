//! Dash0's token: there, and pasted rightly?
//!
//! The Collector turns an unset variable into an empty string, so an empty token passes its own validation and shows
//! up only as refused exports. The value is never printed, nor any part of it.

use super::super::{Finding, Surroundings};

const NAME: &str = "token";
/// Dash0's own name first.
const TOKENS: [&str; 2] = ["DASH0_AUTH_TOKEN", "DASH0_API_TOKEN"];
/// Set where telemetry is meant to go to Dash0.
const DESTINATIONS: [&str; 3] = [
    "DASH0_OTLP_ENDPOINT",
    "DASH0_METRICS_ENDPOINT",
    "DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME",
];
const WHERE_FROM: &str =
    "copy an auth token with the permission Ingesting from Dash0, Settings, Auth Tokens";

pub(super) fn check(surroundings: &Surroundings) -> Vec<Finding> {
    let set: Vec<_> = TOKENS
        .iter()
        .filter_map(|name| Some((*name, surroundings.text(name)?)))
        .collect();
    let destination = DESTINATIONS
        .iter()
        .find(|name| surroundings.non_empty(name).is_some());
    if let ([], Some(destination)) = (set.as_slice(), destination) {
        let found = format!(
            "{destination} is set, but neither {} nor {}",
            TOKENS[0], TOKENS[1]
        );
        return vec![Finding::problem(NAME, found, WHERE_FROM)];
    }
    if set.is_empty() {
        return vec![Finding::skipped(
            NAME,
            "no Dash0 endpoint and no Dash0 token is set",
        )];
    }
    let mut findings: Vec<_> = set.iter().map(|(name, token)| judge(name, token)).collect();
    if let [(first, one), (second, other)] = set.as_slice()
        && one != other
    {
        let found = format!("{first} and {second} differ; {first} is used");
        findings.push(Finding::warning(NAME, found, format!("unset {second}")));
    }
    findings
}

fn judge(name: &str, token: &str) -> Finding {
    let problem = |what: &str, fix: &str| Finding::problem(NAME, format!("{name} {what}"), fix);
    let trimmed = token.trim();
    if trimmed.is_empty() {
        return problem("is set, but empty", WHERE_FROM);
    }
    if trimmed.starts_with("${") || trimmed.starts_with("$(") {
        return problem(
            "holds the name of another variable that nobody has replaced",
            "put the token itself there: env files are not expanded",
        );
    }
    let has_bearer = trimmed
        .get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case("bearer"));
    if has_bearer {
        return problem(
            "begins with `Bearer`",
            "leave `Bearer` out: it is added when the token is sent",
        );
    }
    let is_quoted = |c: char| trimmed.starts_with(c) || trimmed.ends_with(c);
    if is_quoted('"') || is_quoted('\'') || is_quoted('`') {
        return problem(
            "has quotes around it",
            "leave the quotes out: env files keep them as part of the value",
        );
    }
    if token != trimmed {
        return problem("has spaces or a line break around it", "remove them");
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return problem("has spaces or unprintable characters in it", WHERE_FROM);
    }
    if !token.starts_with("auth_") {
        let found = format!("{name} does not begin with `auth_`, as tokens of Dash0 do");
        return Finding::warning(NAME, found, WHERE_FROM);
    }
    Finding::ok(NAME, format!("{name} is set ({} characters)", token.len()))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::doctor::Surroundings;
    use crate::doctor::finding::Status;

    #[test]
    fn tokens_that_were_pasted_wrongly_are_problems() {
        let wrong = [
            "",
            " ",
            "Bearer auth_x",
            "bearer auth_x",
            "\"auth_x\"",
            "'auth_x'",
            "auth_x\n",
            " auth_x",
            "auth x",
            "${DASH0_API_TOKEN}",
            "auth_\u{e9}",
        ];
        for token in wrong {
            let findings = check(&Surroundings::with(&[("DASH0_API_TOKEN", token)]));
            assert_eq!(findings[0].status(), Status::Problem, "{token:?}");
            assert!(findings[0].fix().is_some());
        }
    }

    #[test]
    fn no_part_of_a_token_is_printed() {
        for token in ["auth_s3cret", "Bearer s3cret", "s3cret"] {
            let findings = check(&Surroundings::with(&[("DASH0_AUTH_TOKEN", token)]));
            assert!(!format!("{findings:?}").contains("s3cret"), "{findings:?}");
        }
    }

    #[test]
    fn a_destination_without_a_token_is_a_problem() {
        let findings = check(&Surroundings::with(&[("DASH0_OTLP_ENDPOINT", "https://x")]));
        assert_eq!(findings[0].status(), Status::Problem);
        assert_eq!(check(&Surroundings::with(&[]))[0].status(), Status::Skipped);
    }

    #[test]
    fn two_tokens_that_differ_are_a_warning() {
        let findings = check(&Surroundings::with(&[
            ("DASH0_AUTH_TOKEN", "auth_a"),
            ("DASH0_API_TOKEN", "auth_b"),
        ]));
        assert_eq!(findings[2].status(), Status::Warning);
    }
}

//! What a rule file may not say, with the message a person reads.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use bellwether_catalog::{Action, NoData, RuleFile, builtin};

/// A rule on line 3; `changes` replace its fields.
fn rule(changes: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("name", "R"),
        ("metric", "wundr_queue_depth"),
        ("measure", "value"),
        ("condition", "gt"),
        ("threshold", "100"),
        ("for", "0"),
        ("severity", "info"),
        ("summary", "S"),
    ];
    for (name, value) in changes {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) => field.1 = value,
            None => fields.push((name, value)),
        }
    }
    let fields: Vec<String> = fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    format!(
        "format: bellwether-alerts/1\nrules:\n  - {{{}}}\n",
        fields.join(", ")
    )
}

fn problem(text: &str) -> String {
    RuleFile::parse("a.yaml", text, &builtin().unwrap())
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
fn each_mistake_is_told_with_its_place() {
    let cases: Vec<(Vec<(&str, &str)>, &str)> = vec![
        (
            vec![("colour", "red")],
            "a.yaml:3: shape: alert `R` has an unknown field `colour`",
        ),
        (
            vec![("threshold", "")],
            "a.yaml:3: shape: alert `R` has no `threshold`",
        ),
        (
            vec![("for", "5 minutes")],
            "a.yaml:3: shape: `for` is `5 minutes`; expected whole seconds, or a time such as 30s, 5m, 1h",
        ),
        (
            vec![("measure", "p99")],
            "a.yaml:3: shape: `measure` is `p99`; expected one of: value, avg, min, max, sum, rate, rate_per_minute, increase, delta, quantile, rate_ratio, fraction, absent",
        ),
        (
            vec![("actions", "[mail]")],
            "a.yaml:3: shape: an action is one of: log, event, metric, webhook, {webhook: NAME}",
        ),
        (
            vec![("name", "'a b'")],
            "a.yaml:3: alert: alert `a b` must have a name of letters, digits and `_` that starts with a letter",
        ),
        (
            vec![("metric", "nothing")],
            "a.yaml:3: alert: alert `R` watches `nothing`, which is not defined",
        ),
        (
            vec![("metric", "bellwether_alert_state")],
            "a.yaml:3: alert: alert `R` watches `bellwether_alert_state`, which its own state changes",
        ),
        (
            vec![("measure", "rate")],
            "a.yaml:3: alert: alert `R` takes the rate of an updowncounter; only counters have one",
        ),
        (
            vec![("measure", "avg"), ("window", "2d")],
            "a.yaml:3: alert: alert `R` needs a `window` from 1 second to a day",
        ),
        (
            vec![("unit", "s")],
            "a.yaml:3: alert: alert `R` has its threshold in `s`; `wundr_queue_depth` is measured in `{item}`",
        ),
        (
            vec![("condition", "inside")],
            "a.yaml:3: alert: alert `R` needs an `upper` bound for `inside`",
        ),
        (
            vec![("condition", "outside"), ("upper", "100")],
            "a.yaml:3: alert: alert `R` has the `upper` bound 100; expected more than the threshold 100",
        ),
        (
            vec![("upper", "200")],
            "a.yaml:3: alert: alert `R` has an `upper` bound, which `gt` has no use for",
        ),
        (
            vec![("measure", "avg"), ("condition", "eq")],
            "a.yaml:3: alert: alert `R` compares floating point numbers with `eq`; give a `tolerance`",
        ),
        (
            vec![("tolerance", "1")],
            "a.yaml:3: alert: alert `R` has a `tolerance`, which `gt` has no use for",
        ),
        (
            vec![("clear", "110")],
            "a.yaml:3: alert: alert `R` has the `clear` threshold 110, which is not behind the threshold 100",
        ),
        (
            vec![("condition", "eq"), ("clear", "1")],
            "a.yaml:3: alert: alert `R` has a `clear` threshold, which `eq` has no use for",
        ),
        (
            vec![("threshold", ".nan")],
            "a.yaml:3: shape: `threshold` must be a number",
        ),
        (
            vec![("threshold", "NaN")],
            "a.yaml:3: alert: alert `R` has a threshold that is no finite number",
        ),
        (
            vec![("where", "{queue: a}")],
            "a.yaml:3: alert: alert `R` selects by `queue`, which is no label of `wundr_queue_depth`",
        ),
        (
            vec![("where", "{queue_name: []}")],
            "a.yaml:3: alert: alert `R` selects by `queue_name` without a value",
        ),
        (
            vec![("by", "[queue]")],
            "a.yaml:3: alert: alert `R` groups by `queue`, which is no label of `wundr_queue_depth`",
        ),
        (
            vec![("by", "[queue_name]"), ("without", "[queue_name]")],
            "a.yaml:3: shape: alert `R` has both `by` and `without`; give one",
        ),
        (
            vec![("labels", "{severity: high}")],
            "a.yaml:3: alert: alert `R` cannot have a label `severity` of its own",
        ),
        (
            vec![("labels", "{queue_name: a}")],
            "a.yaml:3: alert: alert `R` cannot have a label `queue_name` of its own",
        ),
        (
            vec![("labels", "{team: '{{ $value }}'}")],
            "a.yaml:3: alert: alert `R` has a template in its label `team`; each value would be an alert of its own",
        ),
        (
            vec![("summary", "'{{ $labels.queue }}'")],
            "a.yaml:3: alert: alert `R` uses `{{ $labels.queue }}`, which is no label of it (annotation `summary`)",
        ),
        (
            vec![("summary", "'{{ $value | humanize }}'")],
            "a.yaml:3: alert: alert `R` uses `{{ $value | humanize }}`; only `{{ $labels.NAME }}` and `{{ $value }}` are understood (annotation `summary`)",
        ),
        (
            vec![("name", "QueueBacklog")],
            "a.yaml:3: alert: alert `QueueBacklog` is in the catalog already; `disable` that one to put this in its place",
        ),
        (
            vec![("actions", "[{webhook: pager}]")],
            "a.yaml:3: alert: alert `R` names the webhook `pager`, which is not in this file",
        ),
        (
            vec![
                ("metric", "wundr_agent_failed_total"),
                ("measure", "rate_ratio"),
                ("of", "wundr_agent_spawned_total"),
            ],
            "a.yaml:3: alert: alert `R` compares series by (error_type, orchestrator_id, session_type) with series by (orchestrator_id, session_type); take labels away with `without`",
        ),
        (
            vec![
                ("metric", "wundr_tool_execution_total"),
                ("measure", "rate"),
                ("where", "{status: lost}"),
            ],
            "a.yaml:3: alert: alert `R` selects `status` = `lost`; `wundr_tool_execution_total` has only: ",
        ),
    ];
    for (changes, expected) in cases {
        let found = problem(&rule(&changes));
        assert!(found.contains(expected), "{found}\nexpected {expected}");
    }
}

#[test]
fn the_file_around_the_rules_is_checked_too() {
    let cases = [
        ("rules: []\n", "has no `format: bellwether-alerts/1`"),
        (
            "format: bellwether-alerts/2\n",
            "has the `format` `bellwether-alerts/2`",
        ),
        (
            "format: bellwether-alerts/1\nrule: []\n",
            "the file has an unknown field `rule`",
        ),
        (
            "format: bellwether-alerts/1\ndisable: [Nothing]\n",
            "`disable` names `Nothing`; the catalog has only: BudgetExhaustion",
        ),
        (
            "format: bellwether-alerts/1\nforeign_metrics: [{name: jobs_active, instrument: gauge}]\n",
            "metric `jobs_active` is in the catalog",
        ),
        (
            "format: bellwether-alerts/1\nwebhooks: [{name: a}]\n",
            "a.yaml:2: shape: webhook `a` has no `url`",
        ),
        (
            "format: bellwether-alerts/1\nwebhooks: [{name: a, url: x, headers: {K: {vault: v}}}]\n",
            "`K` needs one of `env` and `file`",
        ),
        (
            "format: bellwether-alerts/1\nwebhooks: [{name: a, url: x, attempts: 0}]\n",
            "`attempts` is `0`; expected a whole number above 0",
        ),
        (
            "format: bellwether-alerts/1\nsilences: [{rule: Nothing, until: x}]\n",
            "a silence names `Nothing`, which is no alert",
        ),
        (
            "format: bellwether-alerts/1\nrules: &r []\n",
            "anchors, aliases and tags are not used",
        ),
    ];
    for (text, expected) in cases {
        let found = problem(text);
        assert!(found.contains(expected), "{found}\nexpected {expected}");
    }
}

#[test]
fn a_sound_rule_has_the_defaults() {
    let file = RuleFile::parse("a.yaml", &rule(&[]), &builtin().unwrap()).unwrap();
    let rule = &file.rules[0];
    assert_eq!(
        (rule.window, rule.repeat, rule.no_data),
        (300, 14_400, NoData::Resolve)
    );
    assert_eq!(
        rule.actions,
        [
            Action::Log,
            Action::Event,
            Action::Metric,
            Action::EveryWebhook
        ]
    );
    assert!(rule.enabled);
}

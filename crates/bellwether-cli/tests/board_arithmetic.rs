//! The arithmetic of the boards: what their less obvious expressions come to, of series that are made up, as Prometheus
//! computes it.
//!
//! Expressions are those of the boards as they ship; `promtool test rules` asks them. Time begins at 1970, on a Thursday.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::fmt::Write as _;

use bellwether_testing::prometheus::Program;
use serde_json::Value;
use support::board::expression;

/// Series that are made up, a sample a minute, and what is asked of them.
#[derive(Default)]
struct World {
    series: String,
    questions: String,
}

impl World {
    /// A series and its values, in promtool's notation.
    fn series(mut self, name: &str, labels: &str, values: &str) -> Self {
        let labels = format!("job=\"fleet\", deployment_environment_name=\"test\", {labels}");
        let series = Value::from(format!("{name}{{{labels}}}"));
        let _ = writeln!(
            self.series,
            "      - {{series: {series}, values: '{values}'}}"
        );
        self
    }

    /// What an expression has to come to at a time, to a millionth.
    fn asks(mut self, expression: &str, at: &str, answer: &[(&str, f64)]) -> Self {
        let expression = Value::from(format!("round(({expression}), 0.000001)"));
        let _ = writeln!(
            self.questions,
            "      - expr: {expression}\n        eval_time: {at}\n        exp_samples:"
        );
        for (labels, value) in answer {
            let labels = Value::from(*labels);
            let value = (value * 1e6).round() / 1e6;
            let _ = writeln!(
                self.questions,
                "          - {{labels: {labels}, value: {value}}}"
            );
        }
        self
    }

    fn holds(&self) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("boards.yaml");
        let test = format!(
            "fuzzy_compare: true\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n{}    promql_expr_test:\n{}",
            self.series, self.questions
        );
        std::fs::write(&file, &test).unwrap();
        let Some(tested) =
            Program::Promtool.run(["test".as_ref(), "rules".as_ref(), file.as_os_str()])
        else {
            return;
        };
        assert!(
            tested.status.success(),
            "{}\n{test}",
            support::stderr(&tested)
        );
    }
}

const BUDGET: &str = "orchestrator_budget_utilization_percent";

/// One budget of each period, one that nobody spends from and one that is overspent; an hour after midnight on a Thursday,
/// the first of a month of 31 days.
fn budgets() -> World {
    let budget = |orchestrator: &str, period: &str| {
        format!("orchestrator_id=\"{orchestrator}\", period=\"{period}\"")
    };
    World::default()
        .series(BUDGET, &budget("busy", "daily"), "40+0.5x60")
        .series(BUDGET, &budget("busy", "weekly"), "40+0.05x60")
        .series(BUDGET, &budget("busy", "monthly"), "10+0.01x60")
        .series(BUDGET, &budget("idle", "daily"), "25x60")
        .series(BUDGET, &budget("over", "daily"), "99+0.5x60")
}

#[test]
fn time_to_empty_is_what_is_left_over_the_pace() {
    budgets()
        .asks(
            &expression("models-cost", "Budgets", "C"),
            "1h",
            &[
                (r#"{orchestrator_id="busy", period="daily"}"#, 3600.0),
                (r#"{orchestrator_id="busy", period="weekly"}"#, 68_400.0),
                (r#"{orchestrator_id="busy", period="monthly"}"#, 536_400.0),
                // Nothing is spent of the idle one: there is no such time.
                (r#"{orchestrator_id="over", period="daily"}"#, 0.0),
            ],
        )
        .holds();
}

#[test]
fn the_forecast_goes_on_at_the_same_pace_until_the_period_ends() {
    budgets()
        .asks(
            &expression("models-cost", "Budgets", "B"),
            "1h",
            &[
                // 23 hours, 95 hours until Monday, and 743 hours until February are left.
                (
                    r#"{orchestrator_id="busy", period="daily"}"#,
                    70.0 + 0.5 * 60.0 * 23.0,
                ),
                (
                    r#"{orchestrator_id="busy", period="weekly"}"#,
                    43.0 + 0.05 * 60.0 * 95.0,
                ),
                (
                    r#"{orchestrator_id="busy", period="monthly"}"#,
                    10.6 + 0.01 * 60.0 * 743.0,
                ),
                (r#"{orchestrator_id="idle", period="daily"}"#, 25.0),
                (
                    r#"{orchestrator_id="over", period="daily"}"#,
                    129.0 + 0.5 * 60.0 * 23.0,
                ),
            ],
        )
        .holds();
}

#[test]
fn a_burn_down_ends_at_zero() {
    budgets()
        .asks(
            &expression("models-cost", "Burn-down", "A"),
            "1h",
            &[
                (r#"{orchestrator_id="busy", period="daily"}"#, 30.0),
                (r#"{orchestrator_id="busy", period="weekly"}"#, 57.0),
                (r#"{orchestrator_id="busy", period="monthly"}"#, 89.4),
                (r#"{orchestrator_id="idle", period="daily"}"#, 75.0),
                (r#"{orchestrator_id="over", period="daily"}"#, 0.0),
            ],
        )
        .holds();
}

const EXECUTIONS: &str = "agent_execution_total";

/// A cent a minute, for two executions that succeed and one that does not.
#[test]
fn a_success_costs_what_was_spent_on_failures_too() {
    let spent = World::default().series(
        "wundr_model_cost_dollars_total",
        "provider=\"p\", model=\"m\"",
        "0+0.01x120",
    );
    let of = |status: &str| format!("agent_type=\"coder\", phase=\"code\", status=\"{status}\"");
    spent
        .series(EXECUTIONS, &of("success"), "0+2x120")
        .series(EXECUTIONS, &of("error"), "0+1x120")
        .asks(
            &expression("models-cost", "Cost per successful run", "A"),
            "2h",
            &[("{}", 0.005)],
        )
        .asks(
            &expression("models-cost", "Cost of one success over time", "A"),
            "2h",
            &[("{}", 0.005)],
        )
        .asks(
            &expression("models-cost", "A month at this pace", "A"),
            "2h",
            &[("{}", 0.01 * 1440.0 * 31.0)],
        )
        .asks(
            &expression("overview", "A month at this pace", "A"),
            "2h",
            &[("{}", 0.01 * 1440.0 * 31.0)],
        )
        .asks(
            &expression("agents", "Success", "A"),
            "2h",
            &[("{}", 2.0 / 3.0)],
        )
        .holds();
}

#[test]
fn where_nothing_succeeds_there_is_no_cost_of_a_success_and_success_is_zero() {
    World::default()
        .series(
            "wundr_model_cost_dollars_total",
            "provider=\"p\", model=\"m\"",
            "0+0.01x120",
        )
        .series(
            EXECUTIONS,
            r#"agent_type="coder", phase="code", status="error""#,
            "0+1x120",
        )
        .asks(
            &expression("models-cost", "Cost per successful run", "A"),
            "2h",
            &[],
        )
        .asks(&expression("agents", "Success", "A"), "2h", &[("{}", 0.0)])
        .holds();
}

const TOKENS: &str = "wundr_model_request_tokens_total";

/// A model with a cache and one without.
fn tokens() -> World {
    let of = |model: &str, kind: &str| {
        format!("provider=\"p\", model=\"{model}\", token_type=\"{kind}\"")
    };
    World::default()
        .series(TOKENS, &of("large", "prompt"), "0+1000x120")
        .series(TOKENS, &of("large", "cache_read"), "0+600x120")
        .series(TOKENS, &of("large", "cache_creation"), "0+100x120")
        .series(TOKENS, &of("large", "completion"), "0+300x120")
        .series(TOKENS, &of("large", "reasoning"), "0+50x120")
        .series(TOKENS, &of("small", "prompt"), "0+500x120")
}

#[test]
fn cache_efficiency_is_the_cached_share_of_the_prompt() {
    let by_model = [(r#"{model="large"}"#, 0.6), (r#"{model="small"}"#, 0.0)];
    tokens()
        .asks(
            &expression("models-cost", "Cache efficiency", "A"),
            "2h",
            &by_model,
        )
        .asks(
            &expression("models-cost", "Prompt from cache", "A"),
            "2h",
            &[("{}", 0.4)],
        )
        .asks(
            &expression("models-cost", "Models", "H"),
            "2h",
            &[
                (r#"{model="large", provider="p"}"#, 0.6),
                (r#"{model="small", provider="p"}"#, 0.0),
            ],
        )
        .holds();
}

#[test]
fn kinds_of_tokens_do_not_overlap() {
    let kind = |reference: &str| expression("models-cost", "Tokens by kind", reference);
    tokens()
        .asks(&kind("A"), "2h", &[("{}", 800.0)])
        .asks(&kind("B"), "2h", &[("{}", 600.0)])
        .asks(&kind("C"), "2h", &[("{}", 100.0)])
        .asks(&kind("D"), "2h", &[("{}", 250.0)])
        .asks(&kind("E"), "2h", &[("{}", 50.0)])
        .holds();
}

const DELEGATIONS: &str = "orchestrator_federation_delegations_total";

/// `a` delegates to `b`, `b` to `c`. One status is new in this range with a single delegation, one is old and still.
fn delegations() -> World {
    let of = |from: &str, to: &str, status: &str| {
        format!("from_orchestrator=\"{from}\", to_orchestrator=\"{to}\", status=\"{status}\"")
    };
    World::default()
        .series(DELEGATIONS, &of("a", "b", "success"), "_x90 1x30")
        .series(DELEGATIONS, &of("a", "b", "error"), "0+1x120")
        .series(DELEGATIONS, &of("a", "b", "abandoned"), "7x120")
        .series(DELEGATIONS, &of("b", "c", "rejected"), "0+2x120")
}

#[test]
fn a_first_delegation_counts_in_the_graph_and_one_of_long_ago_does_not() {
    let graph = |reference: &str| expression("agents", "Delegations", reference);
    delegations()
        .asks(
            &graph("nodes"),
            "2h",
            &[
                (r#"{id="a", title="a"}"#, 0.0),
                (r#"{id="b", title="b"}"#, 61.0),
                (r#"{id="c", title="c"}"#, 120.0),
            ],
        )
        .asks(
            &graph("edges"),
            "2h",
            &[
                (r#"{id="a to b", source="a", target="b"}"#, 61.0),
                (r#"{id="b to c", source="b", target="c"}"#, 120.0),
            ],
        )
        .holds();
}

#[test]
fn the_rings_of_the_graph_are_whole() {
    let part = |status: &str| expression("agents", "Delegations", &format!("nodes_{status}"));
    let parts = ["success", "error", "rejected", "abandoned"].map(part);
    delegations()
        .asks(
            &parts[0],
            "2h",
            &[(r#"{id="b"}"#, 1.0 / 61.0), (r#"{id="c"}"#, 0.0)],
        )
        .asks(
            &parts.map(|part| format!("({part})")).join(" + "),
            "2h",
            &[(r#"{id="b"}"#, 1.0), (r#"{id="c"}"#, 1.0)],
        )
        .holds();
}

const CALLS: &str = "tool_calls_total";

/// Reads began to fail an hour ago, commands always fail.
fn tool_calls() -> World {
    World::default()
        .series(CALLS, r#"tool="Read", status="success""#, "0+10x120")
        .series(CALLS, r#"tool="Read", status="error""#, "0x60 1+1x59")
        .series(CALLS, r#"tool="Bash", status="timeout""#, "0+1x120")
}

#[test]
fn a_tool_that_always_fails_has_a_success_rate_of_zero() {
    let rates = [(r#"{tool="Read"}"#, 10.0 / 11.0), (r#"{tool="Bash"}"#, 0.0)];
    tool_calls()
        .asks(
            &expression("overview", "Tool Call Success Rate", "A"),
            "2h",
            &rates,
        )
        .asks(
            &expression("tools", "Success rate by tool", "A"),
            "2h",
            &rates,
        )
        .holds();
}

#[test]
fn what_needs_attention_is_told_by_kind_and_name_with_its_change() {
    let attention = |reference: &str| expression("overview", "Needs attention", reference);
    tool_calls()
        .series(
            "wundr_model_requests_total",
            r#"provider="p", model="m""#,
            "0+1x120",
        )
        .series(
            EXECUTIONS,
            r#"agent_type="coder", phase="code", status="error""#,
            "0+1x120",
        )
        .asks(
            &attention("B"),
            "2h",
            &[
                (r#"{kind="agent", name="coder"}"#, 1.0),
                (r#"{kind="tool", name="Read"}"#, 1.0 / 11.0),
                (r#"{kind="tool", name="Bash"}"#, 1.0),
                (r#"{kind="model", name="m"}"#, 0.0),
            ],
        )
        .asks(
            &attention("C"),
            "2h",
            &[
                (r#"{kind="agent", name="coder"}"#, 0.0),
                (r#"{kind="tool", name="Read"}"#, 1.0 / 11.0),
                (r#"{kind="tool", name="Bash"}"#, 0.0),
                (r#"{kind="model", name="m"}"#, 0.0),
            ],
        )
        .holds();
}

/// By scrape a bucket is `90.0`, over OTLP it is `90`.
#[test]
fn readings_above_a_bucket_are_found_however_its_bound_is_written() {
    let name = "agent_context_window_utilization_percent";
    let bucket = format!("{name}_bucket");
    let count = format!("{name}_count");
    World::default()
        .series(&bucket, r#"agent_type="coder", le="90""#, "0+9x60")
        .series(&count, r#"agent_type="coder""#, "0+10x60")
        .series(&bucket, r#"agent_type="tester", le="90.0""#, "0+3x60")
        .series(&count, r#"agent_type="tester""#, "0+4x60")
        .asks(
            &expression("agents", "Saturation by kind of agent", "C"),
            "1h",
            &[
                (r#"{agent_type="coder"}"#, 0.1),
                (r#"{agent_type="tester"}"#, 0.25),
            ],
        )
        .holds();
}

#[test]
fn a_cache_that_never_hits_and_one_that_never_misses_have_a_ratio() {
    World::default()
        .series(
            "wundr_memory_cache_hits_total",
            r#"tier="semantic""#,
            "0+1x60",
        )
        .series(
            "wundr_memory_cache_misses_total",
            r#"tier="episodic""#,
            "0+1x60",
        )
        .series(
            "wundr_memory_cache_hits_total",
            r#"tier="scratchpad""#,
            "0+3x60",
        )
        .series(
            "wundr_memory_cache_misses_total",
            r#"tier="scratchpad""#,
            "0+1x60",
        )
        .asks(
            &expression("agents", "Cache hit ratio", "A"),
            "1h",
            &[
                (r#"{tier="semantic"}"#, 1.0),
                (r#"{tier="episodic"}"#, 0.0),
                (r#"{tier="scratchpad"}"#, 0.75),
            ],
        )
        .holds();
}

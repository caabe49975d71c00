//! Each alert of the catalog fires, does not fire just under its threshold, and resolves.

use super::support::{Bench, STEP, Sample, Value, bounds, sample};
use crate::alerts::{NoticeKind, Resolution, State};

/// How much there is of what an alert watches.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    /// The least that matches.
    Over,
    /// The most that does not.
    Under,
    /// Nothing worth mentioning.
    Idle,
}

/// The series of one alert over time.
struct Scenario {
    rule: &'static str,
    next: Box<dyn FnMut(Level) -> Vec<Sample>>,
}

fn scenario(rule: &'static str, next: impl FnMut(Level) -> Vec<Sample> + 'static) -> Scenario {
    Scenario {
        rule,
        next: Box::new(next),
    }
}

/// A gauge.
fn gauge(
    rule: &'static str,
    metric: &'static str,
    labels: &'static [(&'static str, &'static str)],
    (over, under): (f64, f64),
) -> Scenario {
    scenario(rule, move |level| {
        let value = match level {
            Level::Over => over,
            Level::Under => under,
            Level::Idle => 0.0,
        };
        vec![sample(metric, labels, value)]
    })
}

/// Two counters that differ in a label which the alert takes away, so that only their sum matters.
fn errors(
    rule: &'static str,
    metric: &'static str,
    labels: &'static [(&'static str, &'static str)],
    per_minute: f64,
) -> Scenario {
    let mut totals = [100.0, 200.0];
    let exact = per_minute * STEP as f64 / 60.0;
    scenario(rule, move |level| {
        let sum = match level {
            Level::Over => exact * 1.001,
            Level::Under => exact * 0.999,
            Level::Idle => 0.0,
        };
        totals[0] += sum * 0.25;
        totals[1] += sum * 0.75;
        ["timeout", "refused"]
            .iter()
            .zip(totals)
            .map(|(error, total)| {
                let mut labels = labels.to_vec();
                labels.push(("error_type", error));
                sample(metric, &labels, total)
            })
            .collect()
    })
}

/// A histogram whose quantile lies at the bound that is the threshold.
fn slow(
    rule: &'static str,
    metric: &'static str,
    labels: &'static [(&'static str, &'static str)],
    (threshold, over_of_1000): (f64, u64),
) -> Scenario {
    let bounds = bounds(metric);
    let index = bounds
        .iter()
        .position(|bound| bound.total_cmp(&threshold).is_eq())
        .unwrap();
    let mut counts = vec![0_u64; bounds.len() + 1];
    scenario(rule, move |level| {
        let beyond = match level {
            Level::Over => over_of_1000 + 1,
            // So many that the quantile is the threshold itself.
            Level::Under => over_of_1000,
            Level::Idle => 0,
        };
        counts[index] += 1_000 - beyond;
        counts[index + 1] += beyond;
        vec![Sample {
            value: Value::Buckets(counts.clone()),
            ..sample(metric, labels, 0.0)
        }]
    })
}

fn scenarios() -> Vec<Scenario> {
    let session = &[("orchestrator_id", "o-1"), ("session_type", "claude-code")];
    let mut failed = [50.0, 60.0];
    let mut spawned = 500.0;
    vec![
        scenario("HighAgentFailureRate", move |level| {
            let share = match level {
                Level::Over => 0.1001,
                Level::Under => 0.0999,
                Level::Idle => 0.0,
            };
            spawned += 1_000.0;
            failed[0] += 400.0 * share;
            failed[1] += 600.0 * share;
            let one = |error, total| {
                let labels = [session[0], session[1], ("error_type", error)];
                sample("wundr_agent_failed_total", &labels, total)
            };
            vec![
                one("timeout", failed[0]),
                one("panic", failed[1]),
                sample("wundr_agent_spawned_total", session, spawned),
            ]
        }),
        slow(
            "SessionDuration",
            "wundr_session_duration_seconds",
            &[("orchestrator_id", "o-1"), ("session_type", "claude-code")],
            (300.0, 10),
        ),
        scenario("MemoryPressure", |level| {
            let limit = 1_000_000.0;
            let used = match level {
                Level::Over => 800_001.0,
                Level::Under => 800_000.0,
                Level::Idle => 1.0,
            };
            vec![
                sample("wundr_process_memory_heap_bytes", &[], used),
                sample("bellwether_process_memory_limit_bytes", &[], limit),
            ]
        }),
        errors("WebSocketErrors", "wundr_ws_errors_total", &[], 10.0),
        gauge(
            "BudgetExhaustion",
            "orchestrator_budget_utilization_percent",
            &[("orchestrator_id", "o-1"), ("period", "daily")],
            (90.1, 90.0),
        ),
        slow(
            "LlmLatency",
            "wundr_model_request_duration_seconds",
            &[("provider", "anthropic"), ("model", "m")],
            (30.0, 50),
        ),
        gauge(
            "QueueBacklog",
            "wundr_queue_depth",
            &[("queue_name", "render")],
            (101.0, 100.0),
        ),
        errors(
            "ToolFailures",
            "wundr_tool_errors_total",
            &[("tool_name", "shell")],
            5.0,
        ),
    ]
}

#[test]
fn there_is_a_scenario_for_each_default_alert() {
    let bench = Bench::defaults();
    let mut known: Vec<String> = bench
        .engine
        .status()
        .into_iter()
        .map(|status| status.name)
        .collect();
    let mut tried: Vec<&str> = scenarios().iter().map(|scenario| scenario.rule).collect();
    known.sort();
    tried.sort_unstable();
    assert_eq!(known, tried);
}

#[test]
fn each_fires_after_its_time_and_resolves_once() {
    for mut scenario in scenarios() {
        let mut bench = Bench::defaults();
        let rule = scenario.rule;
        let mut pending_since = None;
        let mut told = Vec::new();
        for step in 0..40 {
            let level = if step < 25 { Level::Over } else { Level::Idle };
            let outcome = bench.step(&(scenario.next)(level));
            if bench.state(rule) == State::Pending && pending_since.is_none() {
                pending_since = Some(step);
            }
            for notice in outcome.notices {
                assert_eq!(notice.rule.name, rule, "another alert fired too");
                assert_eq!(notice.labels.get("alertname"), Some(rule));
                assert!(notice.labels.get("error_type").is_none());
                told.push((step, notice));
            }
        }
        let since = pending_since.unwrap_or_else(|| panic!("{rule} never was pending"));
        // A window that is not full yet is extrapolated to both sides, but only half a sample far.
        assert!(since <= 10, "{rule} was pending only at step {since}");
        let kinds: Vec<NoticeKind> = told.iter().map(|(_, notice)| notice.kind).collect();
        let resolved = NoticeKind::Resolved(Resolution::Recovered);
        assert_eq!(kinds, [NoticeKind::Firing, resolved], "{rule}");
        assert_eq!(told[0].0, since + 300 / STEP as i32, "{rule} fired");
        assert!(told[1].0 >= 25, "{rule} resolved at {}", told[1].0);
        assert!(told[1].1.duration().unwrap().as_secs() > 0);
        assert_eq!(bench.state(rule), State::Inactive);
    }
}

#[test]
fn none_fires_just_under_its_threshold() {
    for mut scenario in scenarios() {
        let mut bench = Bench::defaults();
        for step in 0..60 {
            let outcome = bench.step(&(scenario.next)(Level::Under));
            let state = bench.state(scenario.rule);
            assert_eq!(state, State::Inactive, "{} at step {step}", scenario.rule);
            assert!(outcome.notices.is_empty());
        }
    }
}

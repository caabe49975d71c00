//! The eight default alerts, at the edges of their thresholds.

use bellwether_catalog::{RuleFile, builtin};
use bellwether_testing::prometheus::Program;

use crate::promtool::assert_agrees;
use crate::world::{Series, Values, World};

const STEPS: usize = 50;

fn series(metric: &str, labels: &[(&str, &str)], values: Values) -> Series {
    Series {
        metric: metric.to_owned(),
        labels: labels
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        values,
    }
}

/// A total that grows by so much a step in the first half, and not at all after that.
fn counter(per_step: f64) -> Values {
    let value = |step: usize| Some(10.0 + per_step * step.min(STEPS / 2) as f64);
    Values::Numbers((0..STEPS).map(value).collect())
}

fn gauge(value: f64) -> Values {
    let value = |step: usize| Some(if step < STEPS / 2 { value } else { 0.0 });
    Values::Numbers((0..STEPS).map(value).collect())
}

/// A thousand observations a step in the bucket `index`, but so many of them in the next.
fn histogram(bounds: usize, index: usize, beyond: u64) -> Values {
    let value = |step: usize| {
        let steps = step.min(STEPS / 2) as u64 + 1;
        let mut counts = vec![0; bounds + 1];
        counts[index] = (1_000 - beyond) * steps;
        counts[index + 1] = beyond * steps;
        Some(counts)
    };
    Values::Histograms((0..STEPS).map(value).collect())
}

/// Each default alert over, at and under its threshold; the share says by how much.
fn world(share: f64, beyond: i64) -> World {
    let catalog = builtin().unwrap();
    let file = RuleFile::default();
    let metrics = file.metrics(&catalog);
    let session = [("orchestrator_id", "o-1"), ("session_type", "claude-code")];
    let failed = |error| [session[0], session[1], ("error_type", error)];
    let quantile = |metric: &str, threshold: f64, of_1000: i64| {
        let bounds = &metrics[metric].buckets;
        let index = bounds
            .iter()
            .position(|it| it.total_cmp(&threshold).is_eq());
        let beyond = u64::try_from(of_1000 + beyond).unwrap();
        histogram(bounds.len(), index.unwrap(), beyond)
    };
    let series = vec![
        series(
            "wundr_agent_failed_total",
            &failed("a"),
            counter(60.0 * share),
        ),
        series(
            "wundr_agent_failed_total",
            &failed("b"),
            counter(40.0 * share),
        ),
        series("wundr_agent_spawned_total", &session, counter(1_000.0)),
        series(
            "wundr_session_duration_seconds",
            &session,
            quantile("wundr_session_duration_seconds", 300.0, 10),
        ),
        series("wundr_process_memory_heap_bytes", &[], gauge(8e8 * share)),
        series("bellwether_process_memory_limit_bytes", &[], gauge(1e9)),
        series(
            "wundr_ws_errors_total",
            &[("error_type", "a")],
            counter(2.0 * share),
        ),
        series(
            "wundr_ws_errors_total",
            &[("error_type", "b")],
            counter(3.0 * share),
        ),
        series(
            "orchestrator_budget_utilization_percent",
            &[("orchestrator_id", "o-1"), ("period", "daily")],
            gauge(90.0 * share),
        ),
        series(
            "wundr_model_request_duration_seconds",
            &[("provider", "p"), ("model", "m")],
            quantile("wundr_model_request_duration_seconds", 30.0, 50),
        ),
        series(
            "wundr_queue_depth",
            &[("queue_name", "q")],
            gauge(100.0 * share),
        ),
        series(
            "wundr_tool_errors_total",
            &[("tool_name", "t"), ("error_type", "a")],
            counter(2.5 * share),
        ),
    ];
    World {
        alerts: file.in_force(&catalog),
        metrics,
        series,
        sampled_every: 30,
        evaluated_every: 30,
        suffixes: true,
    }
}

#[test]
fn they_agree_over_at_and_under_each_threshold() {
    for (share, beyond) in [(1.01, 1), (1.0, 0), (0.99, -1)] {
        assert_agrees(&world(share, beyond));
    }
}

#[test]
fn over_the_threshold_all_eight_fire_and_resolve() {
    let verdicts = world(1.01, 1).engine_verdicts();
    let firing = |verdict: &Vec<String>| {
        let is_firing = |alert: &&String| alert.contains("firing");
        verdict.iter().filter(is_firing).count()
    };
    assert_eq!(verdicts.iter().map(firing).max(), Some(8));
    assert_eq!(verdicts.last().map(firing), Some(0));
    let under = world(0.99, -1).engine_verdicts();
    assert_eq!(under.iter().map(firing).max(), Some(0));
}

/// The exported file is the one that is committed.
#[test]
fn promtool_takes_the_committed_rules() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../dashboards/prometheus/alerts.yaml"
    );
    let Some(output) = Program::Promtool.run(["check", "rules", path]) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("8 rules found"), "{said}");
}

/// A verdict that is wrong is found: otherwise the tests above would say nothing.
#[test]
fn a_wrong_verdict_is_found() {
    let mut wrong = world(1.01, 1);
    let sound = wrong.alerts.clone();
    // The engine has another threshold than the rule that promtool reads.
    wrong
        .alerts
        .iter_mut()
        .for_each(|alert| alert.threshold *= 1.05);
    let rules = wrong.rules();
    wrong.alerts = sound;
    assert_ne!(rules, wrong.rules());
    let Some(outcome) = crate::promtool::agrees_with(&wrong, &rules) else {
        return;
    };
    let words = outcome.unwrap_err();
    assert!(words.contains("FAILED"), "{words}");
}

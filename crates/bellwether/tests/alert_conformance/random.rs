//! Rules of every kind over series with gaps, resets and all.

use std::fmt::Write as _;

use bellwether_catalog::{RuleFile, builtin};
use proptest::prelude::*;

use crate::promtool::agrees;
use crate::world::{Series, Values, World};

/// Metrics of a service's own; `t.spent` has two names in Prometheus.
const METRICS: &str = "\
format: bellwether-alerts/1
foreign_metrics:
  - {name: t_level, instrument: gauge, unit: '{x}', value: int, labels: [a, b]}
  - {name: t_limit, instrument: gauge, unit: '{x}', value: int, labels: [a]}
  - {name: t_total, instrument: counter, unit: '{x}', labels: [a, b]}
  - {name: t_all_total, instrument: counter, unit: '{x}', labels: [a]}
  - {name: t.spent, instrument: counter, unit: s, labels: [a, b]}
  - {name: t_seconds, instrument: histogram, unit: s, labels: [a, b], buckets: [1, 2, 5, 10]}
rules:
";

/// What a rule looks at: metric and measure, with thresholds that are in reach.
fn measures() -> impl Strategy<Value = (&'static str, Vec<&'static str>)> {
    prop::sample::select(vec![
        ("metric: t_level, measure: value", vec!["0", "3", "5"]),
        (
            "metric: t_level, measure: avg, window: 2m",
            vec!["2", "4.5"],
        ),
        ("metric: t_level, measure: min, window: 90s", vec!["2", "4"]),
        ("metric: t_level, measure: max, window: 2m", vec!["4", "6"]),
        (
            "metric: t_level, measure: sum, window: 3m",
            vec!["10", "20"],
        ),
        (
            "metric: t_level, measure: delta, window: 3m",
            vec!["-1", "0", "2"],
        ),
        (
            "metric: t_total, measure: rate, window: 2m",
            vec!["0", "0.05", "0.1"],
        ),
        (
            "metric: t_total, measure: rate_per_minute, window: 5m",
            vec!["2", "4", "6"],
        ),
        (
            "metric: t_total, measure: increase, window: 3m",
            vec!["5", "9"],
        ),
        (
            "metric: t.spent, measure: rate, window: 2m",
            vec!["0.05", "0.1"],
        ),
        (
            "metric: t_seconds, measure: quantile, quantile: 0.9, window: 3m",
            vec!["2", "5"],
        ),
        (
            "metric: t_seconds, measure: quantile, quantile: 0.5, window: 5m",
            vec!["1", "2"],
        ),
        (
            "metric: t_total, measure: rate_ratio, of: t_all_total, window: 3m, without: [b]",
            vec!["0.5", "1"],
        ),
        (
            "metric: t_total, measure: rate_ratio, of: t_all_total, window: 3m, by: [a]",
            vec!["0.5", "1"],
        ),
        (
            "metric: t_level, measure: fraction, of: t_limit, without: [b]",
            vec!["0.5", "1"],
        ),
        (
            "metric: t_level, measure: fraction, of: t_limit, by: [a], aggregate: max",
            vec!["0.5", "1"],
        ),
        ("metric: t_level, where: {a: x}, measure: absent", vec![]),
        (
            "metric: t_total, where: {a: [x, y], b: v}, measure: absent",
            vec![],
        ),
        ("metric: t_seconds, measure: absent", vec![]),
    ])
}

prop_compose! {
    fn rule()(
        (what, thresholds) in measures(),
        pick in any::<prop::sample::Index>(),
        grouping in prop::sample::select(vec!["", "", ", aggregate: sum, by: [a]", ", without: [b]", ", aggregate: max, by: [b]", ", aggregate: avg, without: [a]", ", aggregate: min"]),
        condition in prop::sample::select(vec!["gt", "lt", "gte", "lte", "gt", "eq", "ne", "inside", "outside"]),
        selector in prop::sample::select(vec!["", "", ", where: {a: x}", ", where: {a: [x, y]}", ", where_not: {b: v}"]),
        duration in prop::sample::select(vec![0_u32, 0, 30, 60, 90, 150]),
        keep in prop::sample::select(vec![0_u32, 0, 60, 90]),
        no_data in prop::sample::select(vec!["resolve", "resolve", "alert"]),
        is_held in any::<bool>(),
        label in any::<bool>(),
    ) -> String {
        let mut text = format!("{what}, for: {duration}, keep_firing_for: {keep}, severity: info, summary: S");
        if label {
            text += ", labels: {team: media}";
        }
        let Some(threshold) = thresholds.get(pick.index(thresholds.len().max(1))) else {
            return text;
        };
        let is_quantile = what.contains("quantile");
        let sums_only = is_quantile || what.contains("rate_ratio");
        let is_grouped = what.contains("by:") || what.contains("without:");
        let sums = !grouping.contains("aggregate") || grouping.contains("sum");
        if !is_grouped && (sums || !sums_only) {
            text += grouping;
        }
        if !what.contains("of:") || !selector.contains("b:") {
            text += selector;
        }
        let number: f64 = threshold.parse().unwrap();
        let _ = write!(text, ", no_data: {no_data}, condition: {condition}, threshold: {threshold}");
        match condition {
            "inside" | "outside" => {
                let upper = if is_quantile { 10.0 } else { number + 2.0 };
                let _ = write!(text, ", upper: {upper}");
            }
            // Exact where the values are whole; a tolerance elsewhere.
            "eq" | "ne" if !what.contains("t_level, measure: value") || text.contains("aggregate") || text.contains("without") || text.contains("by:") => {
                text += ", tolerance: 0.5";
            }
            "eq" | "ne" => {}
            _ if is_held && !is_quantile => {
                let behind = if condition.starts_with('g') { number - 1.0 } else { number + 1.0 };
                let _ = write!(text, ", clear: {behind}");
            }
            _ => {}
        }
        text
    }
}

/// Whole numbers with gaps.
fn gauge(steps: usize) -> impl Strategy<Value = Values> {
    let value = prop_oneof![9 => (0_i32..8).prop_map(|it| Some(f64::from(it))), 1 => Just(None)];
    prop::collection::vec(value, steps).prop_map(Values::Numbers)
}

/// Steps of a counter: growth, a reset, a gap.
#[derive(Debug, Clone, Copy)]
enum Growth {
    By(u32),
    Reset,
    Gap,
}

fn growths(steps: usize) -> impl Strategy<Value = Vec<Growth>> {
    let growth = prop_oneof![
        12 => (0_u32..6).prop_map(Growth::By),
        1 => Just(Growth::Reset),
        1 => Just(Growth::Gap),
    ];
    prop::collection::vec(growth, steps)
}

fn counter(steps: usize) -> impl Strategy<Value = Values> {
    growths(steps).prop_map(|growths| {
        let mut total = 3.0;
        let values = growths.into_iter().map(|growth| match growth {
            Growth::By(more) => {
                total += f64::from(more);
                Some(total)
            }
            Growth::Reset => {
                total = 1.0;
                Some(total)
            }
            Growth::Gap => None,
        });
        Values::Numbers(values.collect())
    })
}

fn histogram(steps: usize) -> impl Strategy<Value = Values> {
    prop::collection::vec(growths(steps), 5).prop_map(move |buckets| {
        let mut counts = vec![0_u64; buckets.len()];
        let values = (0..steps).map(|step| {
            // The first bucket says what happens to all of them.
            match buckets[0][step] {
                Growth::Gap => return None,
                Growth::Reset => counts.fill(0),
                Growth::By(_) => {}
            }
            for (count, bucket) in counts.iter_mut().zip(&buckets) {
                if let Growth::By(more) = bucket[step] {
                    *count += u64::from(more);
                }
            }
            Some(counts.clone())
        });
        Values::Histograms(values.collect())
    })
}

fn all_series(steps: usize) -> impl Strategy<Value = Vec<Series>> {
    let two = [("x", "v"), ("x", "w"), ("y", "v")];
    let mut series: Vec<BoxedStrategy<Series>> = Vec::new();
    let mut add = |metric: &'static str,
                   labels: Vec<(&'static str, &'static str)>,
                   values: BoxedStrategy<Values>| {
        let labels: Vec<(String, String)> = labels
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
        let one = values.prop_map(move |values| Series {
            metric: metric.to_owned(),
            labels: labels.clone(),
            values,
        });
        series.push(one.boxed());
    };
    for (a, b) in two {
        let labels = vec![("a", a), ("b", b)];
        add("t_level", labels.clone(), gauge(steps).boxed());
        add("t_total", labels.clone(), counter(steps).boxed());
        add("t.spent", labels.clone(), counter(steps).boxed());
        add("t_seconds", labels, histogram(steps).boxed());
    }
    for a in ["x", "y"] {
        add("t_limit", vec![("a", a)], gauge(steps).boxed());
        add("t_all_total", vec![("a", a)], counter(steps).boxed());
    }
    series
}

prop_compose! {
    fn world()(
        rules in prop::collection::vec(rule(), 1..6),
        series in (5_usize..40).prop_flat_map(all_series),
        sampled_every in prop::sample::select(vec![15_u64, 30, 30, 60]),
        suffixes in any::<bool>(),
    ) -> World {
        let mut text = METRICS.to_owned();
        for (index, rule) in rules.iter().enumerate() {
            let _ = writeln!(text, "  - {{name: R{index}, {rule}}}");
        }
        let catalog = builtin().unwrap();
        let file = RuleFile::parse("random.yaml", &text, &catalog).unwrap_or_else(|error| panic!("{error}\n{text}"));
        World {
            alerts: file.rules.clone(),
            metrics: file.metrics(&catalog),
            series,
            sampled_every,
            evaluated_every: 30,
            suffixes,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn engine_and_prometheus_agree(world in world()) {
        let Some(outcome) = agrees(&world) else { return Ok(()) };
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }
}

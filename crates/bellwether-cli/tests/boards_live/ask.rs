//! Asking as Grafana does: at the end of the range, or at steps through it.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use bellwether_testing::prometheus::{Prometheus, Series};

use super::board::{Board, Query, Variable};

/// Steps of a range, in seconds, and how many.
const STEP: f64 = 3.0;
const STEPS: f64 = 8.0;

/// The answer as series; of an instant query each has one point.
pub(crate) async fn run(prometheus: &Prometheus, query: &Query, expression: &str) -> Vec<Series> {
    if query.instant {
        let samples = prometheus.instant(expression).await;
        let series = samples.into_iter().map(|sample| Series {
            labels: sample.labels,
            points: vec![(sample.seconds, sample.value)],
        });
        return series.collect();
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let end = now.as_secs_f64();
    prometheus
        .range(expression, end - STEP * STEPS, end, STEP)
        .await
}

/// Values that a variable lists while the others stand as they do.
pub(crate) async fn values(
    prometheus: &Prometheus,
    board: &Board,
    variable: &Variable,
    others: &BTreeMap<String, String>,
) -> Vec<String> {
    let Some((selector, label)) = &variable.list else {
        return variable.choices.clone();
    };
    let selector = board.filled(selector, others);
    let found = prometheus
        .api(
            &format!("label/{label}/values"),
            &[("match[]", selector.as_str())],
        )
        .await;
    let found = found.as_array().into_iter().flatten();
    let texts = found.filter_map(|value| value.as_str());
    texts.map(str::to_owned).collect()
}

//! What every board has without saying so.

use super::model::{Board, Variable, VariableKind};
use super::promql;

/// Names of the data source variables, with the plugin each picks from.
pub(crate) const DATA_SOURCES: [(&str, &str, &str); 3] = [
    ("datasource", "Metrics", "prometheus"),
    ("tempo", "Traces", "tempo"),
    ("loki", "Logs", "loki"),
];

/// The label of the environment that a service runs in.
pub(crate) const ENVIRONMENT: &str = "deployment_environment_name";

/// Whether a board lets a person pick services: one of its queries is scoped.
pub(crate) fn has_scope(board: &Board) -> bool {
    board
        .panels()
        .flat_map(|panel| &panel.queries)
        .any(|query| {
            query.scoped
                || promql::references(&query.expr)
                    .iter()
                    .any(|name| name == "job")
        })
}

/// The variables of services and environments, then those of the board.
pub(crate) fn variables(board: &Board) -> Vec<Variable> {
    let mut variables = Vec::new();
    if has_scope(board) {
        let metric = services(board);
        let label = |name: &str, label: &str, key: &str, matchers: &str| Variable {
            name: name.to_owned(),
            label: label.to_owned(),
            kind: VariableKind::Label {
                metric: metric.clone(),
                label: key.to_owned(),
                matchers: matchers.to_owned(),
            },
            location: board.location.clone(),
        };
        variables.push(label("job", "Service", "job", ""));
        variables.push(label(
            "environment",
            "Environment",
            ENVIRONMENT,
            "job=~\"$job\"",
        ));
    }
    variables.extend(board.variables.iter().cloned());
    variables
}

/// Names of the variables that [`variables`] makes.
pub(crate) fn names(board: &Board) -> Vec<String> {
    let of_scope = ["job", "environment"]
        .into_iter()
        .filter(|_| has_scope(board));
    let own = board
        .variables
        .iter()
        .map(|variable| variable.name.as_str());
    of_scope.chain(own).map(str::to_owned).collect()
}

/// The metric, or pattern of metrics, whose services are listed.
fn services(board: &Board) -> String {
    match &board.services_from {
        Some(metric) => metric.clone(),
        None => promql::scoped_metrics(board).join("|"),
    }
}

/// A selector of a metric or a pattern of metrics.
pub(crate) fn selector(metric: &str, matchers: &str) -> String {
    let plain = metric
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':');
    match (plain, matchers.is_empty()) {
        (true, true) => metric.to_owned(),
        (true, false) => format!("{metric}{{{matchers}}}"),
        (false, true) => format!("{{__name__=~\"{metric}\"}}"),
        (false, false) => format!("{{__name__=~\"{metric}\", {matchers}}}"),
    }
}

/// The alert that always fires, so that silence of the way from rules to people is noticed. It is no news on a board.
pub(crate) const WATCHDOG: &str = "Watchdog";

/// Alerts that fire, for marks over time.
pub(crate) fn firing() -> String {
    format!("ALERTS{{alertstate=\"firing\",alertname!=\"{WATCHDOG}\"}}")
}

/// Versions of services that were not there five minutes before.
pub(crate) fn deploys() -> String {
    let seen = "count by (job, service_version) (target_info{job=~\"$job\", service_version!=\"\"}";
    let before = "offset 5m";
    format!("{seen}) unless {seen} {before})")
}

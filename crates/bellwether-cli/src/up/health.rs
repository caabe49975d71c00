//! One look at the Collector, as a line.

use crate::collector::{Error, Items, SelfMetrics};
use crate::terminal::Style;

/// How it is. A change of this is worth a line of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It takes what comes and passes it on.
    Well,
    /// It has turned something away, or given something up.
    Losing,
    /// It does not say.
    Silent,
}

/// What it said of itself.
#[derive(Debug)]
pub(super) struct Health(Option<SelfMetrics>);

impl Health {
    /// From its answer. It may be too busy to give one; that it runs is watched elsewhere.
    pub(super) fn of(answer: Result<SelfMetrics, Error>) -> Self {
        Self(answer.ok())
    }

    /// How it is.
    pub(super) fn state(&self) -> State {
        match &self.0 {
            None => State::Silent,
            Some(metrics) if lost(metrics) > 0 => State::Losing,
            Some(_) => State::Well,
        }
    }

    /// What services sent, what left for destinations, what waits, what was lost.
    pub(super) fn line(&self, style: Style) -> String {
        let Some(metrics) = &self.0 else {
            return format!("{}  the Collector does not answer", style.yellow("silent"));
        };
        let sent = metrics.exporters.values().map(|exporter| exporter.sent);
        let figures = format!(
            "received {} · sent {} · queued {}",
            items(metrics.otlp().accepted),
            items(sent.fold(Items::default(), sum)),
            metrics.queued(),
        );
        match self.state() {
            State::Losing => {
                let lost = lost(metrics);
                format!(
                    "{}  {figures} · {lost} refused or given up: see its log",
                    style.red("losing")
                )
            }
            State::Well | State::Silent => format!("{}  {figures}", style.green("well")),
        }
    }
}

fn lost(metrics: &SelfMetrics) -> u64 {
    let exporters = metrics.exporters.values();
    let given_up: u64 = exporters
        .map(|exporter| exporter.failed.total() + exporter.not_queued.total())
        .sum();
    metrics.otlp().refused.total() + given_up
}

const fn sum(one: Items, other: Items) -> Items {
    Items {
        spans: one.spans + other.spans,
        metric_points: one.metric_points + other.metric_points,
        log_records: one.log_records + other.log_records,
    }
}

fn items(items: Items) -> String {
    let Items {
        spans,
        metric_points,
        log_records,
    } = items;
    format!("{spans} spans, {metric_points} points, {log_records} logs")
}

#[cfg(test)]
mod tests {
    use super::{Health, State};
    use crate::collector::SelfMetrics;
    use crate::terminal::Style;

    fn health(scrape: &str) -> Health {
        Health(Some(SelfMetrics::parse(scrape)))
    }

    #[test]
    fn figures_of_all_exporters_are_added_up() {
        let health = health(
            "otelcol_receiver_accepted_spans_total{receiver=\"otlp\",transport=\"http\"} 7\n\
             otelcol_exporter_sent_spans_total{exporter=\"a\"} 3\n\
             otelcol_exporter_sent_spans_total{exporter=\"b\"} 4\n\
             otelcol_exporter_queue_size{exporter=\"a\"} 5\n",
        );
        assert_eq!(health.state(), State::Well);
        let line = health.line(Style::new(false));
        assert_eq!(
            line,
            "well  received 7 spans, 0 points, 0 logs · sent 7 spans, 0 points, 0 logs · queued 5"
        );
    }

    #[test]
    fn what_is_given_up_changes_the_state() {
        let health = health("otelcol_exporter_send_failed_log_records_total{exporter=\"a\"} 2\n");
        assert_eq!(health.state(), State::Losing);
        assert!(
            health
                .line(Style::new(false))
                .contains("2 refused or given up")
        );
    }
}

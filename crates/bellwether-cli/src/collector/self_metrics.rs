//! What has passed through a Collector, as it counts it itself.
//!
//! It serves its metrics in the Prometheus text format. Names have a `_total` suffix or not, depending on version and
//! settings; both are read. One counter has a line for each receiver (and transport) or exporter.
//!
//! Of a Collector with the base layer the following holds for each signal, if there is one destination and no sampling:
//! what all receivers accepted, plus what the connectors derived, is what the exporter sent. Traces and logs come from
//! the receiver `otlp` alone. Metrics come from `otlp`, `host_metrics`, `otlp/self` and the connectors; the points of
//! the latter are those that leave the processor `transform/derived_resource` ([`SelfMetrics::derived_points`]).

use std::collections::BTreeMap;

/// Items of the three signals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Items {
    pub(crate) spans: u64,
    pub(crate) metric_points: u64,
    pub(crate) log_records: u64,
}

impl Items {
    fn slot(&mut self, signal: &str) -> Option<&mut u64> {
        match signal {
            "spans" => Some(&mut self.spans),
            "metric_points" => Some(&mut self.metric_points),
            "log_records" => Some(&mut self.log_records),
            _ => None,
        }
    }

    /// Of all signals together.
    pub(crate) const fn total(&self) -> u64 {
        self.spans + self.metric_points + self.log_records
    }
}

/// What one receiver did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Received {
    /// Taken in, and acknowledged to the sender.
    pub(crate) accepted: Items,
    /// Turned away; the sender was told to try again, or that it never will do.
    pub(crate) refused: Items,
}

/// What one exporter did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Exported {
    /// Taken by the destination.
    pub(crate) sent: Items,
    /// Given up: refused for good.
    pub(crate) failed: Items,
    /// Not taken into the queue, because it was full.
    pub(crate) not_queued: Items,
    /// Waiting in the queue, all signals together, in units of the queue's sizer (items here).
    pub(crate) queued: u64,
}

/// One reading of a Collector's own counters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SelfMetrics {
    /// By receiver, e.g. `otlp`.
    pub(crate) receivers: BTreeMap<String, Received>,
    /// By exporter, e.g. `otlp_grpc/dash0`.
    pub(crate) exporters: BTreeMap<String, Exported>,
    /// Metric points that `span_metrics` and `count/log_errors` made from spans and logs.
    pub(crate) derived_points: u64,
}

impl SelfMetrics {
    /// The receiver that services send to.
    pub(crate) fn otlp(&self) -> Received {
        self.receivers.get("otlp").copied().unwrap_or_default()
    }

    /// Waiting in all queues.
    pub(crate) fn queued(&self) -> u64 {
        self.exporters
            .values()
            .map(|exporter| exporter.queued)
            .sum()
    }

    /// Reads one scrape. Lines that are not understood, and metrics nobody asked for, are passed over.
    pub(crate) fn parse(scrape: &str) -> Self {
        let mut metrics = Self::default();
        for sample in scrape.lines().filter_map(Sample::parse) {
            metrics.take(&sample);
        }
        metrics
    }

    fn take(&mut self, sample: &Sample<'_>) {
        let Some(name) = sample.name.strip_prefix("otelcol_") else {
            return;
        };
        let name = name.strip_suffix("_total").unwrap_or(name);
        let slot = if let Some(rest) = name.strip_prefix("receiver_") {
            self.receiver_slot(rest, sample)
        } else if let Some(rest) = name.strip_prefix("exporter_") {
            self.exporter_slot(rest, sample)
        } else {
            let is_derived = name == "processor_outgoing_items"
                && sample.label("processor").as_deref() == Some("transform/derived_resource");
            is_derived.then_some(&mut self.derived_points)
        };
        if let Some(slot) = slot {
            *slot = slot.saturating_add(sample.value);
        }
    }

    fn receiver_slot(&mut self, rest: &str, sample: &Sample<'_>) -> Option<&mut u64> {
        let (is_accepted, signal) = match rest.split_once('_')? {
            ("accepted", signal) => (true, signal),
            ("refused" | "failed", signal) => (false, signal),
            _ => return None,
        };
        let receiver = self.receivers.entry(sample.label("receiver")?).or_default();
        let items = if is_accepted {
            &mut receiver.accepted
        } else {
            &mut receiver.refused
        };
        items.slot(signal)
    }

    fn exporter_slot(&mut self, rest: &str, sample: &Sample<'_>) -> Option<&mut u64> {
        let exporter = self.exporters.entry(sample.label("exporter")?).or_default();
        if rest == "queue_size" {
            return Some(&mut exporter.queued);
        }
        let items = [
            ("sent_", &mut exporter.sent),
            ("send_failed_", &mut exporter.failed),
            ("enqueue_failed_", &mut exporter.not_queued),
        ];
        let (signal, items) = items
            .into_iter()
            .find_map(|(prefix, items)| Some((rest.strip_prefix(prefix)?, items)))?;
        items.slot(signal)
    }
}

/// A line of the Prometheus text format: `name{label="value",…} number [timestamp]`.
struct Sample<'a> {
    name: &'a str,
    labels: &'a str,
    value: u64,
}

impl<'a> Sample<'a> {
    #[allow(
        clippy::cast_sign_loss,
        reason = "negative values are no counts and are passed over"
    )]
    fn parse(line: &'a str) -> Option<Self> {
        if line.starts_with('#') {
            return None;
        }
        let name_end = line.find(['{', ' '])?;
        let (name, rest) = line.split_at(name_end);
        // A label's value may hold spaces and braces: the number stands behind the last brace.
        let (labels, numbers) = match rest.rfind('}') {
            Some(brace) => (rest.get(1..brace)?, rest.get(brace + 1..)?),
            None => ("", rest),
        };
        let value: f64 = numbers.split_whitespace().next()?.parse().ok()?;
        (value.is_finite() && value >= 0.0).then_some(Self {
            name,
            labels,
            value: value as u64,
        })
    }

    /// A label's value, with the escapes `\\`, `\"` and `\n` undone.
    fn label(&self, wanted: &str) -> Option<String> {
        let mut rest = self.labels;
        loop {
            let (name, after) = rest.split_once("=\"")?;
            let mut value = String::new();
            let mut characters = after.char_indices();
            let end = loop {
                match characters.next()? {
                    (index, '"') => break index,
                    (_, '\\') => match characters.next()?.1 {
                        'n' => value.push('\n'),
                        escaped => value.push(escaped),
                    },
                    (_, character) => value.push(character),
                }
            };
            if name.trim_start_matches([',', ' ']) == wanted {
                return Some(value);
            }
            rest = after.get(end + 1..)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Items, SelfMetrics};

    const SCRAPE: &str = r#"# HELP otelcol_receiver_accepted_spans_total Number of spans
# TYPE otelcol_receiver_accepted_spans_total counter
otelcol_receiver_accepted_spans_total{receiver="otlp",transport="grpc"} 40
otelcol_receiver_accepted_spans_total{receiver="otlp",transport="http } x"} 2 1700000000000
otelcol_receiver_accepted_metric_points{receiver="host_metrics",transport=""} 1.5e3
otelcol_receiver_refused_log_records{receiver="otlp"} 3
otelcol_receiver_failed_log_records{receiver="otlp"} 1
otelcol_exporter_sent_log_records_total{exporter="file/local_logs"} 7
otelcol_exporter_send_failed_spans_total{exporter="otlp_grpc/dash0"} 3
otelcol_exporter_enqueue_failed_spans_total{exporter="otlp_grpc/dash0"} 4
otelcol_exporter_queue_size{data_type="traces",exporter="otlp_grpc/dash0"} 5
otelcol_exporter_queue_size{data_type="logs",exporter="otlp_grpc/dash0"} 6
otelcol_exporter_queue_capacity{exporter="otlp_grpc/dash0"} 1000
otelcol_processor_outgoing_items{otel_signal="metrics",processor="transform/derived_resource"} 9
otelcol_processor_outgoing_items{otel_signal="metrics",processor="memory_limiter"} 99
otelcol_process_uptime 12
garbage
otelcol_exporter_sent_spans_total NaN
otelcol_exporter_sent_spans{exporter="a\"b\\"} 1
"#;

    #[test]
    fn lines_of_one_counter_are_added_up_and_told_apart_by_component() {
        let metrics = SelfMetrics::parse(SCRAPE);
        assert_eq!(
            metrics.otlp().accepted,
            Items {
                spans: 42,
                ..Items::default()
            }
        );
        assert_eq!(metrics.otlp().refused.log_records, 4);
        assert_eq!(
            metrics.receivers["host_metrics"].accepted.metric_points,
            1500
        );
        assert_eq!(metrics.exporters["file/local_logs"].sent.log_records, 7);
        let dash0 = metrics.exporters["otlp_grpc/dash0"];
        assert_eq!(
            (dash0.failed.spans, dash0.not_queued.spans, dash0.queued),
            (3, 4, 11)
        );
        assert_eq!(metrics.queued(), 11);
        assert_eq!(metrics.derived_points, 9);
        assert_eq!(metrics.exporters["a\"b\\"].sent.spans, 1);
    }
}

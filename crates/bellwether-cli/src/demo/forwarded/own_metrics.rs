//! The Collector's own count of what its OTLP receiver took in (Prometheus text format 0.0.4).

use std::time::Duration;

/// What the `otlp` receiver accepted and refused since the Collector started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) spans: u64,
    pub(crate) metric_points: u64,
    pub(crate) log_records: u64,
    /// Of all signals.
    pub(crate) refused: u64,
}

impl Counts {
    /// Asks the Collector. `None` if it does not answer.
    pub(crate) async fn scrape(client: &reqwest::Client, url: &str) -> Option<Self> {
        let answer = client
            .get(url)
            .timeout(Duration::from_secs(2))
            .send()
            .await
            .ok()?;
        Some(Self::parse(&answer.text().await.ok()?))
    }

    fn parse(text: &str) -> Self {
        let mut counts = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((series, value)) = line.rsplit_once(' ') else {
                continue;
            };
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            if !labels.contains("receiver=\"otlp\"") {
                continue;
            }
            // Counters are written as floating point numbers.
            let Ok(value) = value.parse::<f64>() else {
                continue;
            };
            #[allow(clippy::cast_sign_loss)] // counters
            let value = value as u64;
            match name.strip_suffix("_total").unwrap_or(name) {
                "otelcol_receiver_accepted_spans" => counts.spans += value,
                "otelcol_receiver_accepted_metric_points" => counts.metric_points += value,
                "otelcol_receiver_accepted_log_records" => counts.log_records += value,
                name if name.starts_with("otelcol_receiver_refused_")
                    || name.starts_with("otelcol_receiver_failed_") =>
                {
                    counts.refused += value;
                }
                _ => {}
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn only_the_otlp_receiver_counts_over_both_transports() {
        let text = r#"# TYPE otelcol_receiver_accepted_spans_total counter
otelcol_receiver_accepted_spans_total{receiver="otlp",transport="grpc"} 40
otelcol_receiver_accepted_spans_total{receiver="otlp",transport="http"} 2
otelcol_receiver_accepted_metric_points_total{receiver="host_metrics",transport=""} 99
otelcol_receiver_accepted_metric_points_total{receiver="otlp",transport="grpc"} 1e+06
otelcol_receiver_refused_log_records_total{receiver="otlp",transport="grpc"} 3
otelcol_exporter_sent_spans_total{exporter="file"} 42
"#;
        let counts = Counts::parse(text);
        assert_eq!(counts.spans, 42);
        assert_eq!(counts.metric_points, 1_000_000);
        assert_eq!(counts.refused, 3);
    }
}

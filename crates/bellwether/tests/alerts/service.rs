//! A service with one gauge of its own and a rule file on it.

use std::time::Duration;

use bellwether::config::{Exporter, LogStream, MapEnvironment};
use bellwether::opentelemetry::KeyValue;
use bellwether::opentelemetry::metrics::Gauge;
use bellwether::{Error, Telemetry};
use tempfile::TempDir;

/// Fires at once above 10, for each shelf.
const RULES: &str = "\
disable: [HighAgentFailureRate]
foreign_metrics:
  - {name: t_level, instrument: gauge, unit: '{x}', labels: [shelf]}
rules:
  - name: Full
    metric: t_level
    measure: value
    condition: gt
    threshold: 10
    for: 0
    severity: critical
    summary: 'Shelf {{ $labels.shelf }} holds {{ $value }}'
    repeat: 0
";

pub(crate) struct Service {
    pub(crate) telemetry: Telemetry,
    level: Gauge<f64>,
    _folder: TempDir,
}

impl Service {
    /// `more` goes into the rule file before its rules.
    pub(crate) fn start(more: &str, variables: &[(&str, &str)]) -> Result<Self, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.yaml");
        std::fs::write(&path, format!("format: bellwether-alerts/1\n{more}{RULES}")).unwrap();
        let environment: MapEnvironment = variables.iter().copied().collect();
        let mut builder = Telemetry::builder("alerting")
            .traces_exporter(Exporter::None)
            .metrics_exporter(Exporter::None)
            .log_stream(LogStream::Off)
            // Tests evaluate themselves.
            .alert_interval(Duration::from_secs(100))
            .alert_rules(path)
            .detached();
        let sends_logs = |(name, _): &(&str, &str)| *name == "OTEL_EXPORTER_OTLP_ENDPOINT";
        if !variables.iter().any(sends_logs) {
            builder = builder.logs_exporter(Exporter::None);
        }
        let telemetry = builder.from_variables(environment)?.start()?;
        let level = telemetry.meter("test").f64_gauge("t_level").build();
        Ok(Self {
            telemetry,
            level,
            _folder: folder,
        })
    }

    /// Sets the level of a shelf, without evaluating.
    pub(crate) fn set(&self, name: &'static str, items: f64) {
        self.level.record(items, &[KeyValue::new("shelf", name)]);
    }

    pub(crate) fn alerts(&self) -> &bellwether::alerts::Alerts {
        self.telemetry.alerts().expect("alerts are on")
    }

    /// A webhook section for a rule file.
    pub(crate) fn webhook(name: &str, url: &str, more: &str) -> String {
        format!("  - {{name: {name}, url: '{url}', allow: [127.0.0.0/8]{more}}}\n")
    }

    /// The value of a metric of the engine whose labels are these.
    pub(crate) fn metric(&self, name: &str, labels: &[(&str, &str)]) -> Option<i64> {
        use bellwether::opentelemetry_proto::tonic::common::v1::any_value::Value;
        use bellwether::opentelemetry_proto::tonic::metrics::v1::metric::Data;
        use bellwether::opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
        let collection = self.telemetry.collect_metrics().unwrap();
        let metric = collection.metrics().find(|metric| metric.name == name)?;
        let points = match metric.data.as_ref()? {
            Data::Gauge(gauge) => &gauge.data_points,
            Data::Sum(sum) => &sum.data_points,
            _ => return None,
        };
        let point = points.iter().find(|point| {
            labels.iter().all(|(key, wanted)| {
                point.attributes.iter().any(|attribute| {
                    let value = attribute.value.as_ref().and_then(|it| it.value.as_ref());
                    attribute.key == *key
                        && matches!(value, Some(Value::StringValue(text)) if text == wanted)
                })
            })
        })?;
        match point.value? {
            Number::AsInt(value) => Some(value),
            Number::AsDouble(_) => None,
        }
    }
}

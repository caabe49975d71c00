//! Lines of an answer, appended to one buffer.

use std::fmt::Write;

use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{
    DataPointFlags, Exemplar, NumberDataPoint, SummaryDataPoint, exemplar,
};

use super::families::{Family, Kind, Recorded};
use super::format::Format;
use super::histogram::{self, Cumulative};
use super::{labels, names};

/// Characters that the labels of an exemplar may have in all.
const EXEMPLAR_CHARACTERS: usize = 128;

pub(super) struct Writer<'a> {
    text: &'a mut String,
    format: Format,
    created: bool,
}

/// What a histogram says besides its buckets.
struct Totals {
    count: u64,
    sum: Option<f64>,
    least: Option<f64>,
    start: u64,
}

impl<'a> Writer<'a> {
    pub(super) fn new(text: &'a mut String, format: Format, created: bool) -> Self {
        Self {
            text,
            format,
            created: created && format == Format::OpenMetrics,
        }
    }

    pub(super) fn end(&mut self) {
        if self.format == Format::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
    }

    pub(super) fn target_info(&mut self, labels: &str) {
        let (name, kind) = match self.format {
            Format::Text => ("target_info", "gauge"),
            Format::OpenMetrics => ("target", "info"),
        };
        let _ = writeln!(self.text, "# TYPE {name} {kind}");
        let _ = writeln!(self.text, "# HELP {name} Target metadata");
        let _ = writeln!(self.text, "target_info{{{labels}}} 1");
    }

    pub(super) fn family(&mut self, family: &Family<'_>) {
        self.declare(family);
        for recorded in &family.metrics {
            self.points(family, recorded);
        }
    }

    fn declare(&mut self, family: &Family<'_>) {
        let Some(first) = family.metrics.first() else {
            return;
        };
        let (name, kind) = match family.declared {
            None => (family.name.as_ref(), "unknown"),
            Some(length) => (&family.name[..length], keyword(family.kind)),
        };
        let _ = writeln!(self.text, "# TYPE {name} {kind}");
        if self.format == Format::OpenMetrics
            && let Some(unit) = names::unit(name, &first.metric.unit)
        {
            let _ = writeln!(self.text, "# UNIT {name} {unit}");
        }
        if !first.metric.description.is_empty() {
            let _ = write!(self.text, "# HELP {name} ");
            self.help(&first.metric.description);
            self.text.push('\n');
        }
    }

    /// The old format knows no escape for a quote there.
    fn help(&mut self, description: &str) {
        for c in description.chars() {
            match c {
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '"' if self.format == Format::OpenMetrics => self.text.push_str("\\\""),
                c => self.text.push(c),
            }
        }
    }

    fn points(&mut self, family: &Family<'_>, recorded: &Recorded<'_>) {
        let name = family.name.as_ref();
        match &recorded.metric.data {
            Some(Data::Gauge(gauge)) => {
                for point in &gauge.data_points {
                    self.number(family, recorded, point);
                }
            }
            Some(Data::Sum(sum)) => {
                for point in &sum.data_points {
                    self.number(family, recorded, point);
                }
            }
            Some(Data::Histogram(histogram)) => {
                for point in has_value(&histogram.data_points, |point| point.flags) {
                    let labels = point_labels(recorded, &point.attributes, &["le"]);
                    let buckets = Cumulative::explicit(point);
                    let totals = Totals {
                        count: point.count,
                        sum: point.sum,
                        least: point.min,
                        start: point.start_time_unix_nano,
                    };
                    self.histogram(name, &labels, &buckets, &totals, &point.exemplars);
                }
            }
            Some(Data::ExponentialHistogram(histogram)) => {
                for point in has_value(&histogram.data_points, |point| point.flags) {
                    let labels = point_labels(recorded, &point.attributes, &["le"]);
                    let buckets = Cumulative::exponential(point);
                    let totals = Totals {
                        count: point.count,
                        sum: point.sum,
                        least: point.min,
                        start: point.start_time_unix_nano,
                    };
                    self.histogram(name, &labels, &buckets, &totals, &point.exemplars);
                }
            }
            Some(Data::Summary(summary)) => {
                for point in has_value(&summary.data_points, |point| point.flags) {
                    self.summary(name, recorded, point);
                }
            }
            None => {}
        }
    }

    fn number(&mut self, family: &Family<'_>, recorded: &Recorded<'_>, point: &NumberDataPoint) {
        let Some(value) = point.value.filter(|_| !is_missing(point.flags)) else {
            return;
        };
        let labels = point_labels(recorded, &point.attributes, &[]);
        self.sample(&family.name, "", &labels, None);
        match value {
            Value::AsInt(value) => {
                let _ = write!(self.text, " {value}");
            }
            Value::AsDouble(value) => {
                self.text.push(' ');
                self.float(value);
            }
        }
        let is_counter = family.kind == Kind::Counter && self.format == Format::OpenMetrics;
        if let (true, Some(length)) = (is_counter, family.declared) {
            let latest = point.exemplars.iter().max_by_key(|one| one.time_unix_nano);
            self.exemplar(latest);
            self.text.push('\n');
            self.created(&family.name[..length], &labels, point.start_time_unix_nano);
            return;
        }
        self.text.push('\n');
    }

    fn histogram(
        &mut self,
        name: &str,
        labels: &str,
        buckets: &Cumulative,
        totals: &Totals,
        exemplars: &[Exemplar],
    ) {
        let open_metrics = self.format == Format::OpenMetrics;
        let latest = if open_metrics && !exemplars.is_empty() {
            histogram::exemplars(buckets, exemplars)
        } else {
            Vec::new()
        };
        for (at, (bound, count)) in buckets.0.iter().enumerate() {
            self.sample(name, "_bucket", labels, Some(("le", *bound)));
            let _ = write!(self.text, " {count}");
            self.exemplar(latest.get(at).copied().flatten());
            self.text.push('\n');
        }
        // OpenMetrics: with measurements below zero the sum is no counter, and the count goes with it.
        let is_negative = |value: Option<f64>| value.is_some_and(|value| value < 0.0);
        let has_negative =
            buckets.has_negative() || is_negative(totals.least) || is_negative(totals.sum);
        let sum = totals.sum.filter(|_| !(open_metrics && has_negative));
        if let Some(sum) = sum {
            self.sample(name, "_sum", labels, None);
            self.text.push(' ');
            self.float(sum);
            self.text.push('\n');
        }
        if sum.is_some() || !open_metrics {
            self.sample(name, "_count", labels, None);
            let _ = writeln!(self.text, " {}", totals.count);
        }
        self.created(name, labels, totals.start);
    }

    fn summary(&mut self, name: &str, recorded: &Recorded<'_>, point: &SummaryDataPoint) {
        let labels = point_labels(recorded, &point.attributes, &["quantile"]);
        for quantile in &point.quantile_values {
            self.sample(name, "", &labels, Some(("quantile", quantile.quantile)));
            self.text.push(' ');
            self.float(quantile.value);
            self.text.push('\n');
        }
        self.sample(name, "_sum", &labels, None);
        self.text.push(' ');
        self.float(point.sum);
        self.text.push('\n');
        self.sample(name, "_count", &labels, None);
        let _ = writeln!(self.text, " {}", point.count);
        self.created(name, &labels, point.start_time_unix_nano);
    }

    /// Name and labels, up to the value.
    fn sample(&mut self, name: &str, suffix: &str, labels: &str, own: Option<(&str, f64)>) {
        self.text.push_str(name);
        self.text.push_str(suffix);
        if labels.is_empty() && own.is_none() {
            return;
        }
        self.text.push('{');
        self.text.push_str(labels);
        if let Some((key, value)) = own {
            if !labels.is_empty() {
                self.text.push(',');
            }
            let _ = write!(self.text, "{key}=\"");
            self.label_number(value);
            self.text.push('"');
        }
        self.text.push('}');
    }

    fn created(&mut self, name: &str, labels: &str, start: u64) {
        if !self.created || start == 0 {
            return;
        }
        self.sample(name, "_created", labels, None);
        self.text.push(' ');
        self.time(start);
        self.text.push('\n');
    }

    fn exemplar(&mut self, exemplar: Option<&Exemplar>) {
        let Some(exemplar) = exemplar else { return };
        let Some(value) = exemplar_value(exemplar) else {
            return;
        };
        self.text.push_str(" # {");
        let start = self.text.len();
        for (name, id) in [
            ("trace_id", &exemplar.trace_id),
            ("span_id", &exemplar.span_id),
        ] {
            if id.is_empty() {
                continue;
            }
            if self.text.len() > start {
                self.text.push(',');
            }
            let _ = write!(self.text, "{name}=\"");
            for byte in id {
                let _ = write!(self.text, "{byte:02x}");
            }
            self.text.push('"');
        }
        self.filtered(&exemplar.filtered_attributes, start);
        self.text.push_str("} ");
        self.float(value);
        if exemplar.time_unix_nano > 0 {
            self.text.push(' ');
            self.time(exemplar.time_unix_nano);
        }
    }

    /// Attributes of the measurement that its series has not: as many as there is room for after the ids.
    fn filtered(&mut self, attributes: &[KeyValue], start: usize) {
        for attribute in attributes {
            let Some(any_value::Value::StringValue(value)) =
                attribute.value.as_ref().and_then(|any| any.value.as_ref())
            else {
                continue;
            };
            let written = self.text[start..].chars().count();
            let name = names::label(&attribute.key);
            let needed = name.chars().count() + value.chars().count();
            let is_new = name != "trace_id" && name != "span_id";
            if !is_new || written + needed > EXEMPLAR_CHARACTERS {
                continue;
            }
            if written > 0 {
                self.text.push(',');
            }
            let _ = write!(self.text, "{name}=\"");
            labels::escape(self.text, value);
            self.text.push('"');
        }
    }

    fn time(&mut self, nanoseconds: u64) {
        let (seconds, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
        let _ = write!(self.text, "{seconds}.{rest:09}");
    }

    fn float(&mut self, value: f64) {
        if value.is_nan() {
            self.text.push_str("NaN");
        } else if value.is_infinite() {
            self.text
                .push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
        } else {
            let _ = write!(self.text, "{value}");
        }
    }

    /// Bounds are labels, so one number must always be written one way: OpenMetrics has `1.0` and `1e+06`, the old format
    /// `1` and `1e+06`.
    fn label_number(&mut self, value: f64) {
        let size = value.abs();
        let is_plain = value == 0.0 || (1e-4..1e6).contains(&size);
        if !value.is_finite() {
            self.float(value);
        } else if is_plain && value.fract() == 0.0 && self.format == Format::OpenMetrics {
            let _ = write!(self.text, "{value:.1}");
        } else if is_plain {
            let _ = write!(self.text, "{value}");
        } else {
            let text = format!("{value:e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(exponent) => ('-', exponent),
                None => ('+', exponent),
            };
            let _ = write!(self.text, "{digits}e{sign}{exponent:0>2}");
        }
    }
}

pub(super) fn exemplar_value(exemplar: &Exemplar) -> Option<f64> {
    exemplar.value.map(|value| match value {
        exemplar::Value::AsDouble(value) => value,
        exemplar::Value::AsInt(value) => value as f64,
    })
}

fn keyword(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
        Kind::Summary => "summary",
    }
}

fn point_labels(recorded: &Recorded<'_>, attributes: &[KeyValue], reserved: &[&str]) -> String {
    let mut text = String::with_capacity(recorded.scope_labels.len() + attributes.len() * 24);
    text.push_str(&recorded.scope_labels);
    labels::append(&mut text, attributes, reserved);
    text
}

fn is_missing(flags: u32) -> bool {
    flags & DataPointFlags::NoRecordedValueMask as u32 != 0
}

fn has_value<P>(points: &[P], flags: impl Fn(&P) -> u32) -> impl Iterator<Item = &P> {
    points.iter().filter(move |point| !is_missing(flags(point)))
}

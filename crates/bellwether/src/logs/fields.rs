//! The fields of a record, sorted into those with a place of their own and the rest.
//!
//! Fields come from child loggers, from events and from enclosing spans, in any of three spellings (`sessionId`,
//! `session_id`, `session.id`). [`Fields::set`] knows them all, so that no other place has to. A key set twice keeps its
//! last value and its first position.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use super::value::Value;

pub(super) type Text = Cow<'static, str>;

/// What went wrong, as a record carries it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ErrorInfo {
    pub(super) message: Text,
    pub(super) stack: Option<Text>,
    pub(super) code: Option<Text>,
}

/// The fields of one record, one child logger or one span.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fields {
    pub(super) component: Option<Text>,
    pub(super) trace_id: Option<Text>,
    pub(super) span_id: Option<Text>,
    pub(super) parent_span_id: Option<Text>,
    pub(super) session_id: Option<Text>,
    pub(super) orchestrator_id: Option<Text>,
    pub(super) correlation_id: Option<Text>,
    /// Milliseconds.
    pub(super) duration: Option<f64>,
    pub(super) error: Option<Box<ErrorInfo>>,
    pub(super) metadata: Vec<(Text, Value)>,
}

/// A field with a place of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Component,
    TraceId,
    SpanId,
    ParentSpanId,
    SessionId,
    OrchestratorId,
    CorrelationId,
    Duration,
    ErrorMessage,
    ErrorStack,
    ErrorCode,
}

fn known(key: &str) -> Option<Known> {
    Some(match key {
        "component" => Known::Component,
        "traceId" | "trace_id" => Known::TraceId,
        "spanId" | "span_id" => Known::SpanId,
        "parentSpanId" | "parent_span_id" => Known::ParentSpanId,
        "sessionId" | "session_id" | "session.id" => Known::SessionId,
        "orchestratorId" | "orchestrator_id" | "orchestrator.id" => Known::OrchestratorId,
        "correlationId" | "correlation_id" | "correlation.id" => Known::CorrelationId,
        "duration" | "duration_ms" | "durationMs" => Known::Duration,
        "error" | "err" | "error.message" | "exception.message" => Known::ErrorMessage,
        "error.stack" | "exception.stacktrace" => Known::ErrorStack,
        "error.code" => Known::ErrorCode,
        _ => return None,
    })
}

/// Whether a field of a span passes on to the records inside it.
pub(super) fn is_inherited(key: &str) -> bool {
    matches!(
        known(key),
        Some(Known::Component | Known::SessionId | Known::OrchestratorId | Known::CorrelationId)
    )
}

/// Whether a field names an error, so that an error value there fills the record's error.
pub(super) fn is_error(key: &str) -> bool {
    known(key) == Some(Known::ErrorMessage)
}

impl Fields {
    /// Puts a value where it belongs.
    pub(super) fn set(&mut self, key: impl Into<Text>, value: Value) {
        let key = key.into();
        match known(&key) {
            None => self.set_metadata(key, value),
            Some(Known::Component) => self.component = Some(text(value)),
            Some(Known::TraceId) => self.trace_id = Some(text(value)),
            Some(Known::SpanId) => self.span_id = Some(text(value)),
            Some(Known::ParentSpanId) => self.parent_span_id = Some(text(value)),
            Some(Known::SessionId) => self.session_id = Some(text(value)),
            Some(Known::OrchestratorId) => self.orchestrator_id = Some(text(value)),
            Some(Known::CorrelationId) => self.correlation_id = Some(text(value)),
            Some(Known::Duration) => match milliseconds(&value) {
                Some(duration) => self.duration = Some(duration),
                None => self.set_metadata(key, value),
            },
            Some(Known::ErrorMessage) => self.error_mut().message = text(value),
            Some(Known::ErrorStack) => self.error_mut().stack = Some(text(value)),
            Some(Known::ErrorCode) => self.error_mut().code = Some(text(value)),
        }
    }

    pub(super) fn set_metadata(&mut self, key: Text, value: Value) {
        match self.metadata.iter_mut().find(|(known, _)| *known == key) {
            Some(entry) => entry.1 = value,
            None => self.metadata.push((key, value)),
        }
    }

    pub(super) fn set_duration(&mut self, duration: Duration) {
        self.duration = Some(duration.as_nanos() as f64 / 1e6);
    }

    /// The error's text, and the chain of its sources as its stack.
    pub(super) fn set_error(&mut self, error: &(dyn Error + 'static)) {
        /// A chain that is longer is a loop.
        const DEEPEST: usize = 32;

        let mut stack = String::new();
        let mut source = error.source();
        for _ in 0..DEEPEST {
            let Some(cause) = source else { break };
            if !stack.is_empty() {
                stack.push('\n');
            }
            stack.push_str("caused by: ");
            stack.push_str(&cause.to_string());
            source = cause.source();
        }
        let info = self.error_mut();
        info.message = Cow::Owned(error.to_string());
        info.stack = (!stack.is_empty()).then_some(Cow::Owned(stack));
    }

    fn error_mut(&mut self) -> &mut ErrorInfo {
        self.error.get_or_insert_with(Box::default)
    }

    /// Takes from an enclosing span what this record does not say itself.
    pub(super) fn inherit(&mut self, outer: &Self) {
        let pairs = [
            (&mut self.component, &outer.component),
            (&mut self.session_id, &outer.session_id),
            (&mut self.orchestrator_id, &outer.orchestrator_id),
            (&mut self.correlation_id, &outer.correlation_id),
        ];
        for (mine, theirs) in pairs {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        }
    }

    /// Cuts values and drops attributes beyond the limits. Returns how many were dropped.
    ///
    /// The fields with a place of their own count towards the limit and are never dropped themselves.
    pub(super) fn limit(&mut self, limits: Limits) -> u32 {
        if let Some(length) = limits.value_length {
            self.each_text(|text| truncate(text, length));
        }
        let room = (limits.attributes as usize).saturating_sub(self.known_count());
        let dropped = self.metadata.len().saturating_sub(room);
        self.metadata.truncate(room);
        u32::try_from(dropped).unwrap_or(u32::MAX)
    }

    fn known_count(&self) -> usize {
        let error = self.error.as_ref().map_or(0, |error| {
            1 + usize::from(error.stack.is_some()) + usize::from(error.code.is_some())
        });
        let ids = [
            &self.session_id,
            &self.orchestrator_id,
            &self.correlation_id,
        ];
        ids.iter().filter(|id| id.is_some()).count() + usize::from(self.duration.is_some()) + error
    }

    fn each_text(&mut self, mut change: impl FnMut(&mut Text)) {
        let ids = [
            &mut self.session_id,
            &mut self.orchestrator_id,
            &mut self.correlation_id,
        ];
        ids.into_iter().flatten().for_each(&mut change);
        if let Some(error) = &mut self.error {
            change(&mut error.message);
            error.stack.iter_mut().for_each(&mut change);
            error.code.iter_mut().for_each(&mut change);
        }
        for (_, value) in &mut self.metadata {
            if let Value::Text(text) = value {
                change(text);
            }
        }
    }
}

/// Limits on the attributes of one record (OpenTelemetry specification, attribute limits).
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Attributes of one record.
    pub(super) attributes: u32,
    /// Characters of one value.
    pub(super) value_length: Option<usize>,
}

fn truncate(text: &mut Text, characters: usize) {
    // A character is one byte at least: a text of fewer bytes needs no counting.
    if text.len() <= characters {
        return;
    }
    let Some((end, _)) = text.char_indices().nth(characters) else {
        return;
    };
    match text {
        Cow::Borrowed(borrowed) => *borrowed = &borrowed[..end],
        Cow::Owned(owned) => owned.truncate(end),
    }
}

fn text(value: Value) -> Text {
    match value {
        Value::Text(text) => text,
        Value::Bool(value) => Cow::Owned(value.to_string()),
        Value::Int(value) => Cow::Owned(value.to_string()),
        Value::Unsigned(value) => Cow::Owned(value.to_string()),
        Value::Float(value) => Cow::Owned(value.to_string()),
    }
}

/// A number is milliseconds; text is what `Duration` prints with `{:?}`.
fn milliseconds(value: &Value) -> Option<f64> {
    let milliseconds = match value {
        Value::Int(value) => *value as f64,
        Value::Unsigned(value) => *value as f64,
        Value::Float(value) => *value,
        Value::Text(text) => {
            let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let factor = match &text[unit..] {
                "ns" => 1e-6,
                "µs" => 1e-3,
                "ms" => 1.0,
                "s" => 1e3,
                _ => return None,
            };
            text[..unit].parse::<f64>().ok()? * factor
        }
        Value::Bool(_) => return None,
    };
    milliseconds.is_finite().then_some(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_spellings_reach_one_place_and_the_last_value_stays() {
        let mut fields = Fields::default();
        fields.set("session_id", "a".into());
        fields.set("sessionId", "b".into());
        fields.set("session.id", "c".into());
        fields.set("k", 1.into());
        fields.set("other", 2.into());
        fields.set("k", true.into());
        assert_eq!(fields.session_id.as_deref(), Some("c"));
        assert_eq!(
            fields.metadata,
            [("k".into(), true.into()), ("other".into(), 2.into())]
        );
    }

    #[test]
    fn durations_are_milliseconds_however_they_are_given() {
        let duration = |value: Value| {
            let mut fields = Fields::default();
            fields.set("duration", value);
            (fields.duration, fields.metadata.len())
        };
        assert_eq!(duration(12.into()), (Some(12.0), 0));
        let printed = |duration: Duration| Value::from(format!("{duration:?}"));
        assert_eq!(
            duration(printed(Duration::from_micros(1500))),
            (Some(1.5), 0)
        );
        assert_eq!(duration(printed(Duration::from_secs(2))), (Some(2000.0), 0));
        assert_eq!(
            duration(printed(Duration::from_micros(35))),
            (Some(0.035), 0)
        );
        // What is no duration is kept, as metadata.
        assert_eq!(duration("long".into()), (None, 1));
        assert_eq!(duration(f64::NAN.into()), (None, 1));
    }

    #[test]
    fn limits_count_what_they_drop_and_never_split_a_character() {
        let mut fields = Fields::default();
        fields.set("sessionId", "äöüß€".into());
        for key in ["a", "b", "c"] {
            fields.set(key, "€€€€".into());
        }
        let dropped = fields.limit(Limits {
            attributes: 3,
            value_length: Some(2),
        });
        assert_eq!(dropped, 1);
        assert_eq!(fields.session_id.as_deref(), Some("äö"));
        assert_eq!(
            fields.metadata,
            [("a".into(), "€€".into()), ("b".into(), "€€".into())]
        );
    }
}

//! The logger with a name and fields of its own.
//!
//! A [`Logger`] belongs to no pipeline. At each record it asks the current `tracing` subscriber for the layer of logs, so it
//! can be made anywhere, at any time, and a subscriber scoped to a test is found too. Where there is none, the record is
//! dropped.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use tracing::dispatcher;
use tracing_subscriber::registry::{LookupSpan, Registry};

use super::fields::Fields;
use super::layer::{LogLayer, current_span, inherit};
use super::level::Level;
use super::levels::Levels;
use super::pipeline::{Core, Draft};
use super::value::Value;

/// A logger for one component, with fields that each of its records carries.
///
/// Cheap to clone. Records take trace and span id from the current OpenTelemetry span, and session, orchestrator and
/// correlation id from the enclosing `tracing` spans where the logger has none itself.
///
/// Without a running telemetry, records are dropped.
///
/// ```
/// use bellwether::logs::Logger;
///
/// let logger = Logger::new("SessionExecutor");
/// let child = logger.child([("sessionId", "sess_123"), ("orchestratorId", "orch_1")]);
/// child.info("Session started");
/// ```
#[derive(Debug, Clone)]
pub struct Logger {
    component: Cow<'static, str>,
    fields: Arc<Fields>,
}

impl Logger {
    /// A logger for a component. `LOG_LEVEL` directives know it by this name.
    ///
    /// ```
    /// let logger = bellwether::logs::Logger::new("SessionExecutor");
    /// ```
    pub fn new(component: impl Into<Cow<'static, str>>) -> Self {
        Self {
            component: component.into(),
            fields: Arc::default(),
        }
    }

    /// A logger that carries these fields as well. `sessionId`, `orchestratorId`, `correlationId`, `traceId`, `spanId`,
    /// `parentSpanId` and `component` (also in snake case) have a place of their own in the record, the rest is metadata.
    ///
    /// ```
    /// let logger = bellwether::logs::Logger::new("JobWorker");
    /// let child = logger.child([("queue", "mail"), ("correlation_id", "req-7")]);
    /// ```
    pub fn child<K, V>(&self, fields: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<Cow<'static, str>>,
        V: Into<Value>,
    {
        let mut carried = Fields::clone(&self.fields);
        for (key, value) in fields {
            carried.set(key, value.into());
        }
        Self {
            component: carried
                .component
                .take()
                .unwrap_or_else(|| self.component.clone()),
            fields: Arc::new(carried),
        }
    }

    /// A child with one field more.
    ///
    /// ```
    /// let logger = bellwether::logs::Logger::new("JobWorker").with("attempt", 2);
    /// ```
    pub fn with(&self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.child([(key, value)])
    }

    /// A child for a session.
    ///
    /// ```
    /// let logger = bellwether::logs::Logger::new("Agent").session("sess_123");
    /// ```
    pub fn session(&self, id: impl Into<Value>) -> Self {
        self.with("sessionId", id)
    }

    /// A child for an orchestrator.
    ///
    /// ```
    /// let logger = bellwether::logs::Logger::new("Agent").orchestrator("orch_1");
    /// ```
    pub fn orchestrator(&self, id: impl Into<Value>) -> Self {
        self.with("orchestratorId", id)
    }

    /// A child for a request.
    ///
    /// ```
    /// let logger = bellwether::logs::Logger::new("Agent").correlation("req-7");
    /// ```
    pub fn correlation(&self, id: impl Into<Value>) -> Self {
        self.with("correlationId", id)
    }

    /// A child for a trace: 32 hexadecimal digits (W3C Trace Context §3.2.2.3). It wins over the trace that is current.
    ///
    /// ```
    /// let logger = bellwether::logs::Logger::new("Agent").trace("4bf92f3577b34da6a3ce929d0e0e4736");
    /// ```
    pub fn trace(&self, id: impl Into<Value>) -> Self {
        self.with("traceId", id)
    }

    /// Whether a record of this level would be kept. Costs some tens of nanoseconds.
    ///
    /// ```
    /// use bellwether::logs::{Level, Logger};
    /// assert!(!Logger::new("Agent").enabled(Level::Error)); // no telemetry is running here
    /// ```
    pub fn enabled(&self, level: Level) -> bool {
        self.core(level).is_some()
    }

    /// Logs for whoever looks for a fault. The message is only formatted when it is kept.
    ///
    /// ```
    /// # let logger = bellwether::logs::Logger::new("Agent");
    /// logger.debug(format_args!("{} tools known", 3));
    /// ```
    pub fn debug(&self, message: impl Display) {
        self.log(Level::Debug, message, |event| event);
    }

    /// Logs what happened.
    ///
    /// ```
    /// bellwether::logs::Logger::new("Agent").info("ready");
    /// ```
    pub fn info(&self, message: impl Display) {
        self.log(Level::Info, message, |event| event);
    }

    /// Logs something that may need somebody.
    ///
    /// ```
    /// bellwether::logs::Logger::new("Agent").warn("slow answer");
    /// ```
    pub fn warn(&self, message: impl Display) {
        self.log(Level::Warn, message, |event| event);
    }

    /// Logs a failure.
    ///
    /// ```
    /// bellwether::logs::Logger::new("Agent").error("no answer");
    /// ```
    pub fn error(&self, message: impl Display) {
        self.log(Level::Error, message, |event| event);
    }

    /// As [`debug`](Self::debug), with fields. The closure runs only when the record is kept.
    ///
    /// ```
    /// bellwether::logs::Logger::new("Agent").debug_with("planned", |event| event.field("steps", 4));
    /// ```
    pub fn debug_with(&self, message: impl Display, fill: impl FnOnce(LogEvent) -> LogEvent) {
        self.log(Level::Debug, message, fill);
    }

    /// As [`info`](Self::info), with fields. The closure runs only when the record is kept.
    ///
    /// ```
    /// # use std::time::Duration;
    /// bellwether::logs::Logger::new("Agent").info_with("tool finished", |event| {
    ///     event.field("tool", "search").duration(Duration::from_millis(12))
    /// });
    /// ```
    pub fn info_with(&self, message: impl Display, fill: impl FnOnce(LogEvent) -> LogEvent) {
        self.log(Level::Info, message, fill);
    }

    /// As [`warn`](Self::warn), with fields. The closure runs only when the record is kept.
    ///
    /// ```
    /// bellwether::logs::Logger::new("Agent").warn_with("retry", |event| event.field("attempt", 2));
    /// ```
    pub fn warn_with(&self, message: impl Display, fill: impl FnOnce(LogEvent) -> LogEvent) {
        self.log(Level::Warn, message, fill);
    }

    /// As [`error`](Self::error), with fields. The closure runs only when the record is kept.
    ///
    /// ```
    /// let failure = std::io::Error::other("disk full");
    /// bellwether::logs::Logger::new("Agent").error_with("not saved", |event| event.error(&failure).code("ENOSPC"));
    /// ```
    pub fn error_with(&self, message: impl Display, fill: impl FnOnce(LogEvent) -> LogEvent) {
        self.log(Level::Error, message, fill);
    }

    /// The pipeline of the current subscriber, if it keeps such a record.
    fn core(&self, level: Level) -> Option<Arc<Core>> {
        dispatcher::get_default(|dispatch| {
            let core = &dispatch.downcast_ref::<LogLayer>()?.core;
            (tracing_level(level) <= core.levels.of(&self.component)).then(|| Arc::clone(core))
        })
    }

    // The pipeline is taken out of the subscriber first: code of the caller must not run inside it, where whatever it
    // logged would be lost.
    fn log(&self, level: Level, message: impl Display, fill: impl FnOnce(LogEvent) -> LogEvent) {
        let Some(core) = self.core(level) else { return };
        let message = message.to_string();
        let LogEvent(mut fields) = fill(LogEvent(Fields::clone(&self.fields)));
        dispatcher::get_default(|dispatch| {
            let current = dispatch.current_span();
            let registry = dispatch.downcast_ref::<Registry>();
            let span = current.id().zip(registry);
            inherit_ids(&mut fields, span);
        });
        let draft = Draft {
            level,
            event_name: None,
            message,
            component: self.component.clone(),
            fields,
            route: Levels::route(&self.component, tracing_level(level)),
        };
        core.emit(draft, current_span().as_ref());
    }
}

/// The ids of enclosing spans, but not their component: a logger has its own.
fn inherit_ids(fields: &mut Fields, span: Option<(&tracing::span::Id, &Registry)>) {
    let Some((id, registry)) = span else { return };
    let component = fields.component.take();
    inherit(fields, registry.span(id));
    fields.component = component;
}

fn tracing_level(level: Level) -> tracing::Level {
    match level {
        Level::Trace => tracing::Level::TRACE,
        Level::Debug => tracing::Level::DEBUG,
        Level::Info => tracing::Level::INFO,
        Level::Warn => tracing::Level::WARN,
        Level::Error => tracing::Level::ERROR,
    }
}

/// What one record says beyond its message.
///
/// ```
/// bellwether::logs::Logger::new("Agent").info_with("done", |event| event.field("files", 3));
/// ```
#[derive(Debug)]
pub struct LogEvent(Fields);

impl LogEvent {
    /// A field; names are understood as in [`Logger::child`]. Given twice, the last value stays.
    ///
    /// ```
    /// bellwether::logs::Logger::new("Agent").info_with("done", |event| event.field("ok", true));
    /// ```
    pub fn field(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.0.set(key, value.into());
        self
    }

    /// How long it took; milliseconds in the record.
    ///
    /// ```
    /// # use std::time::Duration;
    /// bellwether::logs::Logger::new("Agent").info_with("done", |event| event.duration(Duration::from_secs(2)));
    /// ```
    pub fn duration(mut self, duration: Duration) -> Self {
        self.0.set_duration(duration);
        self
    }

    /// What went wrong: its text, and the chain of its sources as the stack.
    ///
    /// ```
    /// let failure = std::io::Error::other("disk full");
    /// bellwether::logs::Logger::new("Agent").error_with("not saved", |event| event.error(&failure));
    /// ```
    pub fn error(mut self, error: &(dyn Error + 'static)) -> Self {
        self.0.set_error(error);
        self
    }

    /// The code of the error.
    ///
    /// ```
    /// bellwether::logs::Logger::new("Agent").error_with("not saved", |event| event.code("ENOSPC"));
    /// ```
    pub fn code(self, code: impl Into<Value>) -> Self {
        self.field("error.code", code)
    }
}

//! The logger where the SDK is not compiled in: the same calls, and nothing behind them.
//!
//! Messages are not formatted and closures do not run, so the optimiser removes the calls.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use std::time::Duration;

use super::level::Level;
use super::value::Value;

/// A logger that drops everything: the feature `sdk` is off.
#[derive(Debug, Clone)]
pub struct Logger(());

#[allow(
    clippy::unused_self,
    reason = "the calls are those of the logger that does something"
)]
impl Logger {
    /// A logger for a component.
    #[inline]
    pub fn new(_component: impl Into<Cow<'static, str>>) -> Self {
        Self(())
    }

    /// A logger that carries fields.
    #[inline]
    pub fn child<K, V>(&self, _fields: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<Cow<'static, str>>,
        V: Into<Value>,
    {
        Self(())
    }

    /// A child with one field more.
    #[inline]
    pub fn with(&self, _key: impl Into<Cow<'static, str>>, _value: impl Into<Value>) -> Self {
        Self(())
    }

    /// A child for a session.
    #[inline]
    pub fn session(&self, _id: impl Into<Value>) -> Self {
        Self(())
    }

    /// A child for an orchestrator.
    #[inline]
    pub fn orchestrator(&self, _id: impl Into<Value>) -> Self {
        Self(())
    }

    /// A child for a request.
    #[inline]
    pub fn correlation(&self, _id: impl Into<Value>) -> Self {
        Self(())
    }

    /// A child for a trace.
    #[inline]
    pub fn trace(&self, _id: impl Into<Value>) -> Self {
        Self(())
    }

    /// False.
    #[inline]
    pub fn enabled(&self, _level: Level) -> bool {
        false
    }

    /// Does nothing.
    #[inline]
    pub fn debug(&self, _message: impl Display) {}

    /// Does nothing.
    #[inline]
    pub fn info(&self, _message: impl Display) {}

    /// Does nothing.
    #[inline]
    pub fn warn(&self, _message: impl Display) {}

    /// Does nothing.
    #[inline]
    pub fn error(&self, _message: impl Display) {}

    /// Does nothing; the closure does not run.
    #[inline]
    pub fn debug_with(&self, _message: impl Display, _fill: impl FnOnce(LogEvent) -> LogEvent) {}

    /// Does nothing; the closure does not run.
    #[inline]
    pub fn info_with(&self, _message: impl Display, _fill: impl FnOnce(LogEvent) -> LogEvent) {}

    /// Does nothing; the closure does not run.
    #[inline]
    pub fn warn_with(&self, _message: impl Display, _fill: impl FnOnce(LogEvent) -> LogEvent) {}

    /// Does nothing; the closure does not run.
    #[inline]
    pub fn error_with(&self, _message: impl Display, _fill: impl FnOnce(LogEvent) -> LogEvent) {}
}

/// What one record would say beyond its message. None is ever made.
#[derive(Debug)]
pub struct LogEvent(());

impl LogEvent {
    /// Does nothing.
    #[inline]
    pub fn field(self, _key: impl Into<Cow<'static, str>>, _value: impl Into<Value>) -> Self {
        self
    }

    /// Does nothing.
    #[inline]
    pub fn duration(self, _duration: Duration) -> Self {
        self
    }

    /// Does nothing.
    #[inline]
    pub fn error(self, _error: &(dyn Error + 'static)) -> Self {
        self
    }

    /// Does nothing.
    #[inline]
    pub fn code(self, _code: impl Into<Value>) -> Self {
        self
    }
}

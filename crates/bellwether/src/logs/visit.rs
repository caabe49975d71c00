//! Reads the values of `tracing` events and spans into [`Fields`].

use std::error::Error;
use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};

use super::fields::{self, Fields};
use super::value::Value;

/// Collects what an event says.
#[derive(Default)]
pub(super) struct EventVisitor {
    pub(super) fields: Fields,
    pub(super) message: String,
}

fn name(field: &Field) -> &'static str {
    let name = field.name();
    name.strip_prefix("r#").unwrap_or(name)
}

impl EventVisitor {
    fn set(&mut self, field: &Field, value: Value) {
        self.fields.set(name(field), value);
    }
}

impl Visit for EventVisitor {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.set(field, value.into());
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if fields::is_error(name(field)) {
            self.fields.set_error(value);
        } else {
            self.set(field, value.to_string().into());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message.clear();
            let _ = write!(self.message, "{value:?}");
        } else {
            self.set(field, format!("{value:?}").into());
        }
    }
}

/// Collects the fields of a span that pass on to the records inside it. The others are not even formatted.
#[derive(Default)]
pub(super) struct SpanVisitor(pub(super) Fields);

impl SpanVisitor {
    fn set(&mut self, field: &Field, value: impl FnOnce() -> Value) {
        if fields::is_inherited(name(field)) {
            self.0.set(name(field), value());
        }
    }
}

impl Visit for SpanVisitor {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, || value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, || value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, || value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, || format!("{value:?}").into());
    }
}

//! Ids without bound: of users, sessions, jobs, requests. They belong on spans and in log records.
//!
//! A metric has a series for each set of label values, so an id as a label makes a series for each user. These types are
//! text that knows its key on a span and in a log record, and they are no [`Label`](crate::metrics::Label): where a label is
//! asked for they do not compile.
//!
//! ```
//! use bellwether::{ids::{SessionId, UserId}, trace::KeyValue};
//!
//! let (session, user) = (SessionId::new("s-1"), UserId::new("u-7"));
//! assert_eq!(session.attribute(), KeyValue::new("session.id", "s-1"));
//! tracing::info!(sessionId = %session, "opened"); // a field of the log record
//! bellwether::logs::Logger::new("Sessions").child([session.field(), user.field()]).info("opened");
//! ```
//!
//! A series by user is refused:
//!
//! ```compile_fail,E0277
//! use bellwether::{ids::UserId, metrics::{Counter, Labels}};
//! fn by<L: Labels>(_: L) {}
//! by((UserId::new("u-7"),));
//! ```
//!
//! with the words
//!
//! ```text
//! error[E0277]: `UserId` is not a label
//!   = note: a label is an enum with `#[derive(Label)]`, or a type generated from a registry
//!   = note: ids of users, sessions, traces and jobs have no bound: put them on spans and logs, not on metrics
//! ```
//!
//! and so is an id where an open label takes a string:
//!
//! ```compile_fail,E0277
//! use bellwether::{ids::SessionId, metrics::{IntoLabel, generated::labels::Tool}};
//! fn called(tool: impl IntoLabel<Tool>) -> Tool { tool.into_label() }
//! called(&SessionId::new("s-1"));
//! ```

use std::fmt;
use std::sync::Arc;

use opentelemetry::{KeyValue, StringValue, Value};

pub use opentelemetry::trace::{SpanId, TraceId};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $attribute:literal, $field:literal, $like:literal) => {
        $(#[$doc])*
        #[doc = ""]
        #[doc = concat!("On a span `", $attribute, "`, in a log record `", $field, "`. A clone shares the text.")]
        #[doc = ""]
        #[doc = "```"]
        #[doc = concat!("use bellwether::ids::", stringify!($name), ";")]
        #[doc = concat!("let id = ", stringify!($name), "::new(\"", $like, "\");")]
        #[doc = concat!("assert_eq!(id.attribute().key.as_str(), \"", $attribute, "\");")]
        #[doc = concat!("assert_eq!((id.as_str(), id.to_string()), (\"", $like, "\", \"", $like, "\".to_owned()));")]
        #[doc = "```"]
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Key of the attribute on a span.
            pub const ATTRIBUTE: &'static str = $attribute;
            /// Key of the field in a log record.
            pub const FIELD: &'static str = $field;

            /// An id of this text.
            pub fn new(id: impl Into<Arc<str>>) -> Self {
                Self(id.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// As attribute of a span; shares the text.
            pub fn attribute(&self) -> KeyValue {
                KeyValue::new(Self::ATTRIBUTE, self.clone())
            }

            /// As field of a log record.
            pub fn field(&self) -> (&'static str, &str) {
                (Self::FIELD, self.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), &*self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self::new(id)
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self::new(id)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl From<$name> for Value {
            fn from(id: $name) -> Self {
                Self::String(StringValue::from(id.0))
            }
        }

        impl From<$name> for KeyValue {
            fn from(id: $name) -> Self {
                Self::new($name::ATTRIBUTE, id)
            }
        }

        impl From<&$name> for crate::logs::Value {
            fn from(id: &$name) -> Self {
                Self::from(id.as_str())
            }
        }
    };
}

id!(
    /// A session of an agent or a user.
    SessionId, "session.id", "sessionId", "sess_123"
);
id!(
    /// Who is served.
    UserId, "user.id", "userId", "u-7"
);
id!(
    /// A job in a queue.
    JobId, "job.id", "jobId", "job-42"
);
id!(
    /// What ties records of one request together across services.
    CorrelationId, "correlation.id", "correlationId", "req-7"
);
id!(
    /// One agent, as distinct from its type.
    AgentId, "agent.id", "agentId", "coder-123"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_text_on_spans_and_in_logs() {
        let id = JobId::from("job-42".to_owned());
        assert_eq!(id, JobId::new("job-42"));
        assert_eq!(
            KeyValue::from(id.clone()),
            KeyValue::new("job.id", "job-42")
        );
        assert_eq!(id.field(), ("jobId", "job-42"));
        assert_eq!(
            crate::logs::Value::from(&id),
            crate::logs::Value::from("job-42")
        );
        assert_eq!(format!("{id:?}"), "JobId(\"job-42\")");
    }
}

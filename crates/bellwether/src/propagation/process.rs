//! Child processes: context travels in the environment.
//!
//! The parent writes `TRACEPARENT`, `TRACESTATE` and `BAGGAGE` (OTel specification, environment variables as carriers)
//! for the child alone; its own environment stays as it is. Whatever of these it does not set, it removes from the
//! child's environment: a process that was itself started inside a trace would otherwise hand that old parent down to
//! every child it ever starts. The child reads the variables once, at its start.
//!
//! `TRACE_CONTEXT` holds the same text as `TRACEPARENT`, for agents that know it under that name. It is read where
//! `TRACEPARENT` is absent. Environments can be read by others on the machine: nothing secret belongs in baggage.
//! Page: `docs/context/process.md`.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::hash::BuildHasher;
use std::process::Command;

use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::{Context, global};

use super::field;

/// `traceparent` once more, under the name that agents of the coordinator contract read and set.
pub const TRACE_CONTEXT: &str = "TRACE_CONTEXT";

/// An environment that a child process will be started with.
///
/// `tokio::process::Command` is one through `as_std_mut()`.
///
/// ```
/// use bellwether::propagation::process::ChildEnvironment;
///
/// let mut command = std::process::Command::new("worker");
/// command.set("TRACEPARENT", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
/// ```
pub trait ChildEnvironment {
    /// Sets a variable for the child.
    fn set(&mut self, name: &str, value: &str);
    /// Makes sure that the child does not see a variable, inherited ones included.
    fn remove(&mut self, name: &str);
}

impl ChildEnvironment for Command {
    fn set(&mut self, name: &str, value: &str) {
        self.env(name, value);
    }

    fn remove(&mut self, name: &str) {
        self.env_remove(name);
    }
}

impl ChildEnvironment for BTreeMap<String, String> {
    fn set(&mut self, name: &str, value: &str) {
        self.insert(name.to_owned(), value.to_owned());
    }

    fn remove(&mut self, name: &str) {
        BTreeMap::remove(self, name);
    }
}

impl<S: BuildHasher> ChildEnvironment for HashMap<String, String, S> {
    fn set(&mut self, name: &str, value: &str) {
        self.insert(name.to_owned(), value.to_owned());
    }

    fn remove(&mut self, name: &str) {
        HashMap::remove(self, name);
    }
}

/// Writes a context into the environment of a child: `TRACEPARENT`, `TRACESTATE`, `BAGGAGE` and [`TRACE_CONTEXT`].
///
/// What this context does not set is removed, so that the child never continues the trace that this process itself
/// was started with. Values with control characters, which would end up as further lines or cut the value, are left
/// out.
///
/// Cost: an allocation for each variable.
///
/// ```
/// use bellwether::propagation::{current, process};
///
/// let mut command = std::process::Command::new("cargo");
/// process::inject(&current(), &mut command);
/// ```
pub fn inject(context: &Context, environment: &mut impl ChildEnvironment) {
    let mut fields = Fields::default();
    super::inject(context, &mut fields);
    let parent = variable_name(field::TRACEPARENT);
    if let Some(value) = fields.0.get(&parent).cloned() {
        fields.0.insert(TRACE_CONTEXT.to_owned(), value);
    }
    for name in names() {
        match fields.0.get(&name) {
            Some(value) => environment.set(&name, value),
            None => environment.remove(&name),
        }
    }
}

/// The context that this process was started with. To be asked once, at the start.
///
/// Cost: a walk over the environment.
///
/// ```
/// use bellwether::propagation::{self, process};
///
/// let span = tracing::info_span!("job");
/// propagation::set_parent(&span, &process::extract_from_env());
/// ```
pub fn extract_from_env() -> Context {
    from_vars(std::env::vars_os())
}

/// [`extract_from_env`] for variables that come from elsewhere, such as a job description. Values that are not UTF-8
/// are as good as absent; of two variables with one name the first counts, as for the C library.
///
/// ```
/// use bellwether::propagation::{process, trace_id};
///
/// # bellwether::propagation::install(&[bellwether::propagation::Format::TraceContext]);
/// let line = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let context = process::from_vars([("PATH", "/bin"), ("TRACE_CONTEXT", line)]);
/// assert_eq!(trace_id::of(&context).as_deref(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
/// ```
pub fn from_vars<N: AsRef<OsStr>, V: AsRef<OsStr>>(
    vars: impl IntoIterator<Item = (N, V)>,
) -> Context {
    let wanted = names();
    let mut fields = Fields::default();
    for (name, value) in vars {
        let (Some(name), Some(value)) = (name.as_ref().to_str(), value.as_ref().to_str()) else {
            continue;
        };
        if wanted.iter().any(|wanted| wanted == name) && !fields.0.contains_key(name) {
            fields.0.insert(name.to_owned(), value.to_owned());
        }
    }
    let parent = variable_name(field::TRACEPARENT);
    if !fields.0.contains_key(&parent)
        && let Some(value) = fields.0.get(TRACE_CONTEXT).cloned()
    {
        fields.0.insert(parent, value);
    }
    super::extract(&fields)
}

/// The name under which a field travels in an environment (OTel specification, environment variable carriers):
/// uppercase, every character but letters, digits and underscore as an underscore, and one before a leading digit.
///
/// ```
/// use bellwether::propagation::process::variable_name;
///
/// assert_eq!(variable_name("traceparent"), "TRACEPARENT");
/// assert_eq!(variable_name("x-b3-traceid"), "X_B3_TRACEID");
/// ```
pub fn variable_name(field: &str) -> String {
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    let name: String = field.chars().map(letter).collect();
    match name.bytes().next() {
        None => "_".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) => name,
    }
}

/// Every variable that may carry context: W3C's, [`TRACE_CONTEXT`], and those of the installed propagator.
fn names() -> Vec<String> {
    let mut names: Vec<String> = field::PROPAGATED
        .iter()
        .map(|field| variable_name(field))
        .collect();
    names.push(TRACE_CONTEXT.to_owned());
    global::get_text_map_propagator(|propagator| {
        for name in propagator.fields().map(variable_name) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    });
    names
}

/// Variables by their name in the environment, asked for by the name of the field.
#[derive(Debug, Default)]
struct Fields(BTreeMap<String, String>);

impl Injector for Fields {
    fn set(&mut self, key: &str, value: String) {
        if !value.chars().any(char::is_control) {
            self.0.insert(variable_name(key), value);
        }
    }
}

impl Extractor for Fields {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(&variable_name(key)).map(String::as_str)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

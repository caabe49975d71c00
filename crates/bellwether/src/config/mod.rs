//! Configuration: code before environment before default, each value with its origin.
//!
//! [`Settings`] is resolved once, at start-up, from what the builder was told and from the environment variables
//! of the OpenTelemetry specification and of Bellwether. A value that cannot be understood is a [`ConfigError`]
//! that names the variable, the value and what is allowed; nothing is guessed.
//!
//! | Room | What is in it |
//! |---|---|
//! | `settings` | the typed tree that the rest of the crate reads |
//! | `variables` | every variable, as one table; `docs/configuration.md` is made from it |
//! | `resolve` | which variable, builder call or default decides on each setting |
//! | `reader`, `parse`, `pairs`, `endpoint`, `tls_files` | how one value is read and checked |
//! | `describe` | what is in force and where it came from |

mod describe;
mod endpoint;
mod environment;
mod error;
mod overrides;
mod pairs;
mod parse;
pub(crate) mod reader;
mod resolve;
mod secret;
mod setting;
mod settings;
mod tls_files;
pub mod variables;

pub use describe::{Description, Entry};
pub use environment::{Environment, MapEnvironment, ProcessEnvironment};
pub use error::ConfigError;
pub use overrides::Overrides;
pub use secret::Secret;
pub use setting::{Origin, Setting};
pub use settings::{
    AlertSettings, BatchSettings, Compression, EndpointSettings, Exporter, HealthSettings,
    IdentitySettings, LogFormat, LogSettings, LogStream, MetricFileSettings, MetricSettings,
    OtlpSettings, Propagator, Protocol, ResourceSettings, SamplerChoice, Settings, SourceSettings,
    SpanLimitSettings, Temporality, TraceSettings,
};

#[cfg(test)]
mod tests;

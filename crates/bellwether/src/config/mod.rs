//! Configuration: code before environment before default, each value with its origin.
//!
//! [`Settings`] is resolved once, at start-up, from what the builder was told and from the environment variables
//! of the OpenTelemetry specification and of Bellwether. A value that cannot be understood is a [`ConfigError`]
//! that names the variable, the value and what is allowed; nothing is guessed.

mod error;
mod overrides;
mod secret;
mod setting;
mod settings;

pub use error::ConfigError;
pub use overrides::Overrides;
pub use secret::Secret;
pub use setting::{Origin, Setting};
pub use settings::{
    BatchSettings, Compression, Exporter, IdentitySettings, LogFormat, LogSettings, LogStream,
    MetricSettings, OtlpSettings, Propagator, Protocol, SamplerChoice, Settings, SourceSettings,
    SpanLimitSettings, Temporality, TraceSettings,
};

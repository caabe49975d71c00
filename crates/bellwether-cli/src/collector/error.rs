//! Why there is no Collector, or none that runs. Each says what was found and what would do.

use std::path::PathBuf;
use std::process::ExitStatus;

use super::layers;
use crate::exit::Failure;

/// What can go wrong between a list of layers and a Collector that is ready.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A name that no layer has.
    #[error("no layer is called {name:?}; there are {}", layers::known())]
    UnknownLayer { name: String },

    /// Data would go nowhere, and the Collector refuses such a configuration with a message about connectors.
    #[error(
        "the layers {given} have no destination; add at least one of {}",
        layers::destinations()
    )]
    NoDestination { given: String },

    /// A variable that a chosen layer reads. `value` is what may be shown of it.
    #[error("{variable} is {value}; the layer {layer} wants {expected}")]
    Variable {
        layer: &'static str,
        variable: &'static str,
        value: String,
        expected: &'static str,
    },

    /// `BELLWETHER_OTELCOL` is a promise: nothing else is looked for then.
    #[error(
        "BELLWETHER_OTELCOL is {path:?}, which is no file that can be run; set it to a Collector's binary or unset it"
    )]
    NotExecutable { path: PathBuf },

    /// No binary, and nothing to build one with.
    #[error(
        "there is no Collector and no Go to build it with: install Go 1.26 or later (https://go.dev/dl), put a Collector on \
         PATH as otelcol-bellwether, otelcol-contrib or otelcol, or name its binary in BELLWETHER_OTELCOL"
    )]
    NoGo,

    /// `go build` ended with an error.
    #[error("the Collector did not build ({status}); the end of {}:\n{tail}", log.display())]
    Build {
        status: ExitStatus,
        log: PathBuf,
        tail: String,
    },

    /// The configuration is refused by the Collector.
    #[error("the Collector refuses the layers {layers}:\n{output}")]
    Refused { layers: String, output: String },

    /// It ended before it was ready.
    #[error("the Collector ended while starting ({status}); the end of {}:\n{tail}", log.display())]
    Ended {
        status: ExitStatus,
        log: PathBuf,
        tail: String,
    },

    /// It runs and does not become ready.
    #[error("the Collector was not ready after {seconds} s; see {}", log.display())]
    NotReady { seconds: u64, log: PathBuf },

    /// Its own metrics can't be read.
    #[error("the Collector's own metrics at {url} cannot be read: {reason}")]
    SelfMetrics { url: String, reason: String },

    /// A file or a process.
    #[error("cannot {action}: {source}")]
    Io {
        action: String,
        source: std::io::Error,
    },
}

impl Error {
    /// For `map_err`: what was tried, in the infinitive.
    pub(super) fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }

    /// Whether the reason is that this machine has no Collector and no way to one.
    pub(crate) const fn is_absence(&self) -> bool {
        matches!(self, Self::NoGo)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if error.is_absence() {
            return Self::no_collector(error.to_string());
        }
        Self::new(error.to_string())
    }
}

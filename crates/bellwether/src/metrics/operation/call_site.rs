//! A tracked function's place in the source, which keeps the series of its operation.

use std::fmt;
use std::sync::OnceLock;

use super::super::generated::labels::Operation;
use super::super::handle::{Identity, Metrics};
use super::super::open_label::OpenLabel;
use super::execution::Execution;
use super::labels::SiteLabels;
use super::recording::{Definitions, Held, Recording};

/// A static in each tracked function.
///
/// Keeps what the first [`Metrics`] that records gave it. Before telemetry has started nothing is kept and nothing is
/// recorded, so the start may come after the first call. Calls with other metrics at the same site, as tests have
/// them, ask those each time.
pub struct CallSite<L: SiteLabels> {
    name: &'static str,
    operation: OnceLock<Operation>,
    definitions: OnceLock<Definitions>,
    first: OnceLock<Kept<L>>,
}

struct Kept<L: SiteLabels> {
    of: Identity,
    recording: Recording<L>,
}

impl<L: SiteLabels> CallSite<L> {
    /// A site of this operation.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            operation: OnceLock::new(),
            definitions: OnceLock::new(),
            first: OnceLock::new(),
        }
    }

    /// Begins an execution on the metrics of the process.
    #[inline]
    pub fn start(&'static self, labels: L) -> Execution<L> {
        self.start_on(Metrics::global(), labels)
    }

    /// Begins an execution on these metrics.
    #[inline]
    pub fn start_on(&'static self, metrics: &Metrics, labels: L) -> Execution<L> {
        if !metrics.is_on() {
            return Execution::silent(labels);
        }
        let kept = self.first.get_or_init(|| Kept {
            of: metrics.identity(),
            recording: self.recording(metrics),
        });
        if metrics.is(&kept.of) {
            return Execution::start(Held::Site(&kept.recording), labels);
        }
        Execution::start(Held::Own(self.recording(metrics)), labels)
    }

    #[cold]
    fn recording(&self, metrics: &Metrics) -> Recording<L> {
        let operation = *self.operation.get_or_init(|| Operation::of(self.name));
        let definitions = self.definitions.get_or_init(Definitions::of::<L>);
        Recording::new(metrics, operation, definitions)
    }
}

impl<L: SiteLabels> fmt::Debug for CallSite<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallSite").field(&self.name).finish()
    }
}

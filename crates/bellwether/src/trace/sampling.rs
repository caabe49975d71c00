//! Samplers by name.
//!
//! "Parent-based" follows the decision of the parent, local or remote, and asks the root sampler only for spans that begin
//! a trace. A parent whose ids are invalid is no parent (OTel spec, "ParentBased"): this is why the SDK's newer sampler type
//! is used, its older one takes an invalid parent for one that was not sampled.

use opentelemetry_sdk::trace::{Sampler, ShouldSample};

use crate::config::SamplerChoice;

/// The SDK's sampler for a choice. Ratios are by the low 63 bits of the trace id, so every service with the same ratio
/// decides alike.
pub(super) fn sampler(choice: SamplerChoice) -> Box<dyn ShouldSample> {
    match choice {
        SamplerChoice::AlwaysOn => Box::new(Sampler::AlwaysOn),
        SamplerChoice::AlwaysOff => Box::new(Sampler::AlwaysOff),
        SamplerChoice::TraceIdRatio(share) => Box::new(Sampler::TraceIdRatioBased(share)),
        SamplerChoice::ParentBasedAlwaysOn => Box::new(Sampler::parent_based(Sampler::AlwaysOn)),
        SamplerChoice::ParentBasedAlwaysOff => Box::new(Sampler::parent_based(Sampler::AlwaysOff)),
        SamplerChoice::ParentBasedTraceIdRatio(share) => {
            Box::new(Sampler::parent_based(Sampler::TraceIdRatioBased(share)))
        }
    }
}

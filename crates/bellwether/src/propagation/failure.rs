//! How a failed request or call is marked on its span.

use tracing::Span;

/// The longest status description kept, in characters.
const MAX_DESCRIPTION: usize = 256;

/// Marks a span as failed. `error_type` is one of few (`error.type` in the semantic conventions).
pub(super) fn record_error(span: &Span, error_type: &str, description: Option<&str>) {
    span.record("error.type", error_type);
    span.record("otel.status_code", "ERROR");
    if let Some(description) = description {
        let end = description
            .char_indices()
            .nth(MAX_DESCRIPTION)
            .map_or(description.len(), |(end, _)| end);
        span.record("otel.status_description", &description[..end]);
    }
}

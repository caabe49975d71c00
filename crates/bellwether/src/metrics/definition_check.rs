//! Whether a definition fits what is made of it: checked once, where a family of series is made.

use super::label::Labels;
use super::{Instrument, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// A definition that does not fit what it is used for. Raised at start-up, never while recording.
///
/// ```
/// use bellwether::metrics::{Metrics, generated::{jobs, labels::JobStatus}};
/// let error = Metrics::global().counter::<JobStatus, u64>(&jobs::JOBS_ACTIVE).unwrap_err();
/// assert_eq!(error.to_string(), "jobs_active is an UpDownCounter of Int, expected a Counter of Int");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionMismatch {
    /// Another instrument or number type.
    #[error("{metric} is {} {found:?} of {found_value:?}, expected {} {expected:?} of {expected_value:?}", article(*found), article(*expected))]
    Instrument {
        /// Metric.
        metric: &'static str,
        /// Instrument the definition names.
        found: Instrument,
        /// Its number type.
        found_value: ValueType,
        /// Instrument that was asked for.
        expected: Instrument,
        /// Its number type.
        expected_value: ValueType,
    },
    /// Other labels.
    #[error("{metric} has the labels {defined:?} with bounds of its own, expected {given:?}")]
    Labels {
        /// Metric.
        metric: &'static str,
        /// Keys in the definition.
        defined: Vec<&'static str>,
        /// Keys of the labels that were given.
        given: Vec<&'static str>,
    },
}

fn article(instrument: Instrument) -> &'static str {
    if instrument == Instrument::UpDownCounter {
        "an"
    } else {
        "a"
    }
}

/// Whether instrument, number type and exactly these labels, in this order, are those of the definition.
///
/// A label is that of the definition by its key, or by the input that fills it: `gen_ai.tool.name` and `tool` are one label
/// of Rust.
pub(crate) fn check<L: Labels>(
    definition: &'static MetricDefinition,
    expected: Instrument,
    expected_value: ValueType,
) -> Result<(), DefinitionMismatch> {
    if definition.instrument != expected || definition.value != expected_value {
        return Err(DefinitionMismatch::Instrument {
            metric: definition.name,
            found: definition.instrument,
            found_value: definition.value,
            expected,
            expected_value,
        });
    }
    let counts = L::KEYS.iter().zip(L::COUNTS);
    let is_same = definition.labels.len() == L::KEYS.len()
        && definition
            .labels
            .iter()
            .zip(counts)
            .all(|(defined, (key, count))| {
                (defined.key == *key || defined.input == *key) && places(defined) == Some(*count)
            });
    if is_same {
        return Ok(());
    }
    Err(DefinitionMismatch::Labels {
        metric: definition.name,
        defined: definition.labels.iter().map(|label| label.key).collect(),
        given: L::KEYS.to_vec(),
    })
}

/// Number of values of a label, with `_other` and with the absent one.
fn places(label: &LabelDefinition) -> Option<usize> {
    let values = match label.values {
        LabelValues::Closed(values) => values.len(),
        LabelValues::Bounded(limit) => limit as usize + 1,
        LabelValues::Live => return None,
    };
    Some(values + usize::from(!label.required))
}

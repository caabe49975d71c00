//! Closed labels as types: each value has an index, so a set of labels is a number and its series a slot.
//!
//! The catalog's generator implements [`Label`] for each closed label. A single label and tuples of two to
//! four are [`Labels`], whose index counts in mixed radix: the last label turns fastest.

use opentelemetry::KeyValue;

/// A label that takes one of a fixed set of values.
///
/// Generated for each closed label of a registry. [`index`](Self::index) is below [`COUNT`](Self::COUNT), and
/// each value has its own.
///
/// ```
/// use bellwether::metrics::{Label, generated::labels::JobStatus};
///
/// fn key<L: Label>(_: L) -> &'static str { L::KEY }
/// assert_eq!(key(JobStatus::Failed), "status");
/// assert_eq!(Label::index(JobStatus::Failed), 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a closed label",
    note = "a closed label is an enum generated from a registry; ids of users, traces and jobs belong on spans and logs, not on metrics"
)]
pub trait Label: Copy {
    /// Key of the label.
    const KEY: &'static str;
    /// Number of values.
    const COUNT: usize;
    /// Index of the value, below [`Self::COUNT`].
    fn index(self) -> usize;
    /// The value as it leaves.
    fn as_str(self) -> &'static str;
}

/// One closed label, or a tuple of two to four.
///
/// ```
/// use bellwether::metrics::{Labels, generated::labels::{ExecutionStatus, JobStatus}};
///
/// assert_eq!(<(JobStatus, ExecutionStatus)>::COUNT, 4 * ExecutionStatus::COUNT);
/// assert_eq!((JobStatus::Completed, ExecutionStatus::ALL[2]).index(), ExecutionStatus::COUNT + 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of closed labels",
    note = "use one closed label or a tuple of two to four"
)]
pub trait Labels: Copy {
    /// Keys, in order.
    const KEYS: &'static [&'static str];
    /// Number of different sets: the product of the labels' counts.
    const COUNT: usize;
    /// Index of the set, below [`Self::COUNT`].
    fn index(self) -> usize;
    /// The labels as attributes; allocates.
    fn attributes(self) -> Vec<KeyValue>;
}

impl<L: Label> Labels for L {
    const KEYS: &'static [&'static str] = &[L::KEY];
    const COUNT: usize = L::COUNT;

    fn index(self) -> usize {
        Label::index(self)
    }

    fn attributes(self) -> Vec<KeyValue> {
        vec![KeyValue::new(L::KEY, self.as_str())]
    }
}

macro_rules! tuple {
    ($($label:ident $position:tt),+) => {
        impl<$($label: Label),+> Labels for ($($label,)+) {
            const KEYS: &'static [&'static str] = &[$($label::KEY),+];
            const COUNT: usize = 1 $(* $label::COUNT)+;

            fn index(self) -> usize {
                let mut index = 0;
                $(index = index * $label::COUNT + self.$position.index();)+
                index
            }

            fn attributes(self) -> Vec<KeyValue> {
                vec![$(KeyValue::new($label::KEY, self.$position.as_str())),+]
            }
        }
    };
}

tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::generated::labels::{JobErrorType, JobStatus, Phase, SessionType};

    #[test]
    fn each_set_has_its_own_index_and_none_is_left_over() {
        let mut seen = vec![false; <(SessionType, JobStatus, JobErrorType, Phase)>::COUNT];
        for session in SessionType::ALL {
            for status in JobStatus::ALL {
                for error in JobErrorType::ALL {
                    for phase in Phase::ALL {
                        let index = (session, status, error, phase).index();
                        assert!(!seen[index], "{index} twice");
                        seen[index] = true;
                    }
                }
            }
        }
        assert!(seen.into_iter().all(|seen| seen));
    }

    #[test]
    fn attributes_are_in_the_order_of_the_keys() {
        let attributes = (JobStatus::Failed, JobErrorType::Memory).attributes();
        let pairs: Vec<(&str, String)> = attributes
            .iter()
            .map(|pair| (pair.key.as_str(), pair.value.to_string()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("status", "failed".to_owned()),
                ("error_type", "memory".to_owned())
            ]
        );
        assert_eq!(<(JobStatus, JobErrorType)>::KEYS, &["status", "error_type"]);
    }
}

//! Labels as types: each value has an index, so a set of labels is a number and its series a slot.
//!
//! The catalog's generator implements [`Label`] for each closed label (an enum) and each open one (a value of a
//! bounded table, see [`OpenLabel`](super::OpenLabel)). `Option` of a label is a label that may be left out. One
//! label and tuples of up to eight are [`Labels`], whose index counts in mixed radix: the last turns fastest.

use opentelemetry::KeyValue;

/// A label: it takes one of a bounded set of values.
///
/// Generated for each label of a registry, and derived for one's own enums. [`index`](Self::index) is below
/// [`COUNT`](Self::COUNT), and each value has its own.
///
/// ```
/// use bellwether::metrics::{Label, generated::labels::JobStatus};
///
/// fn key<L: Label>(_: L) -> &'static str { L::KEY }
/// assert_eq!(key(JobStatus::Failed), "status");
/// assert_eq!(Label::index(JobStatus::Failed), 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label",
    note = "a label is an enum with `#[derive(Label)]`, or a type generated from a registry",
    note = "ids of users, sessions, traces and jobs have no bound: put them on spans and logs, not on metrics"
)]
pub trait Label: Copy + Send + Sync + 'static {
    /// Key of the label.
    const KEY: &'static str;
    /// Number of values.
    const COUNT: usize;
    /// Whether values come at run time, up to a bound.
    const OPEN: bool = false;
    /// Number of values after [`folded`](Self::folded): all of a closed label, one of an open one.
    const FOLDED: usize = if Self::OPEN { 1 } else { Self::COUNT };
    /// Index of the value, below [`Self::COUNT`].
    fn index(self) -> usize;
    /// The value as it leaves.
    fn as_str(self) -> &'static str;
    /// The value as it leaves, or `None` where the label is left out.
    fn value(self) -> Option<&'static str> {
        Some(self.as_str())
    }
    /// What stands for it where a metric has no room for another series: `_other` for open labels.
    fn folded(self) -> Self {
        self
    }
}

/// A label that may be left out: `None` has the index 0.
impl<L: Label> Label for Option<L> {
    const KEY: &'static str = L::KEY;
    const COUNT: usize = L::COUNT + 1;
    const OPEN: bool = L::OPEN;
    const FOLDED: usize = L::FOLDED + 1;

    fn index(self) -> usize {
        self.map_or(0, |label| label.index() + 1)
    }

    fn as_str(self) -> &'static str {
        self.map_or("", Label::as_str)
    }

    fn value(self) -> Option<&'static str> {
        self.and_then(Label::value)
    }

    fn folded(self) -> Self {
        self.map(Label::folded)
    }
}

/// No label, one, or a tuple of up to eight.
///
/// ```
/// use bellwether::metrics::{Labels, generated::labels::{ExecutionStatus, JobStatus}};
///
/// assert_eq!(<(JobStatus, ExecutionStatus)>::COUNT, 4 * ExecutionStatus::COUNT as u64);
/// assert_eq!((JobStatus::Completed, ExecutionStatus::ALL[2]).index(), ExecutionStatus::COUNT as u64 + 2);
/// assert_eq!(<()>::COUNT, 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of labels",
    note = "use `()`, one label, or a tuple of two to eight",
    note = "ids of users, sessions, traces and jobs have no bound: put them on spans and logs, not on metrics"
)]
pub trait Labels: Copy + Send + Sync + 'static {
    /// Keys, in order.
    const KEYS: &'static [&'static str];
    /// Number of values of each.
    const COUNTS: &'static [usize];
    /// Number of different sets: the product of the labels' counts.
    const COUNT: u64;
    /// Number of different sets after [`folded`](Self::folded): of the closed labels alone.
    const FOLDED_COUNT: u64;
    /// Index of the set, below [`Self::COUNT`].
    fn index(self) -> u64;
    /// The labels' values in order, as attributes under these keys; allocates.
    fn attributes(self, keys: &[&'static str]) -> Vec<KeyValue>;
    /// The set with `_other` for each open label.
    fn folded(self) -> Self;
}

impl Labels for () {
    const KEYS: &'static [&'static str] = &[];
    const COUNTS: &'static [usize] = &[];
    const COUNT: u64 = 1;
    const FOLDED_COUNT: u64 = 1;

    #[inline]
    fn index(self) -> u64 {
        0
    }

    fn attributes(self, _: &[&'static str]) -> Vec<KeyValue> {
        Vec::new()
    }

    fn folded(self) -> Self {}
}

impl<L: Label> Labels for L {
    const KEYS: &'static [&'static str] = &[L::KEY];
    const COUNTS: &'static [usize] = &[L::COUNT];
    const COUNT: u64 = L::COUNT as u64;
    const FOLDED_COUNT: u64 = L::FOLDED as u64;

    #[inline]
    fn index(self) -> u64 {
        Label::index(self) as u64
    }

    fn attributes(self, keys: &[&'static str]) -> Vec<KeyValue> {
        attributes(keys, &[self.value()])
    }

    fn folded(self) -> Self {
        Label::folded(self)
    }
}

fn attributes(keys: &[&'static str], values: &[Option<&'static str>]) -> Vec<KeyValue> {
    let pairs = keys.iter().zip(values);
    pairs
        .filter_map(|(key, value)| value.map(|value| KeyValue::new(*key, value)))
        .collect()
}

macro_rules! tuple {
    ($($label:ident $position:tt),+) => {
        impl<$($label: Label),+> Labels for ($($label,)+) {
            const KEYS: &'static [&'static str] = &[$($label::KEY),+];
            const COUNTS: &'static [usize] = &[$($label::COUNT),+];
            const COUNT: u64 = 1_u64 $(.saturating_mul($label::COUNT as u64))+;
            const FOLDED_COUNT: u64 = 1_u64 $(.saturating_mul($label::FOLDED as u64))+;

            #[inline]
            fn index(self) -> u64 {
                let mut index = 0;
                $(index = index * $label::COUNT as u64 + self.$position.index() as u64;)+
                index
            }

            fn attributes(self, keys: &[&'static str]) -> Vec<KeyValue> {
                attributes(keys, &[$(self.$position.value()),+])
            }

            fn folded(self) -> Self {
                ($(Label::folded(self.$position),)+)
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::generated::labels::{JobErrorType, JobStatus, Phase, SessionType};

    #[test]
    fn each_set_has_its_own_index_and_none_is_left_over() {
        type Set = (SessionType, Option<JobStatus>, JobErrorType, Phase);
        let mut seen = vec![false; usize::try_from(Set::COUNT).unwrap()];
        let statuses = JobStatus::ALL.into_iter().map(Some).chain([None]);
        for status in statuses {
            for session in SessionType::ALL {
                for error in JobErrorType::ALL {
                    for phase in Phase::ALL {
                        let index = (session, status, error, phase).index() as usize;
                        assert!(!seen[index], "{index} twice");
                        seen[index] = true;
                    }
                }
            }
        }
        assert!(seen.into_iter().all(|seen| seen));
    }

    #[test]
    fn attributes_are_in_the_order_of_the_keys_and_without_what_is_left_out() {
        let pairs = |attributes: Vec<KeyValue>| -> Vec<(String, String)> {
            let pair = |pair: KeyValue| (pair.key.to_string(), pair.value.to_string());
            attributes.into_iter().map(pair).collect()
        };
        let set = (JobStatus::Failed, None::<Phase>, JobErrorType::Memory);
        let keys = ["status", "phase", "error.type"];
        let expected = [("status", "failed"), ("error.type", "memory")];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(pairs(set.attributes(&keys)), expected);
        assert_eq!(<(JobStatus, JobErrorType)>::KEYS, &["status", "error_type"]);
    }
}

//! Closed labels of a call site, beside `operation` and `status`.

use std::marker::PhantomData;

use super::super::generated::labels::{Operation, OperationStatus};
use super::super::label::{Label, Labels};
use super::super::{LabelDefinition, LabelValues};

/// The SDK's default cardinality limit of a stream.
const MAX_SERIES: usize = 2_000;

/// Key of a label, given at the call site.
pub trait Key: Copy + Send + Sync + 'static {
    /// It.
    const KEY: &'static str;
}

/// A label's value under another key than that of its type.
#[derive(Debug)]
pub struct Keyed<K, L: Label>(L, PhantomData<fn(K)>);

impl<K, L: Label> Clone for Keyed<K, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, L: Label> Copy for Keyed<K, L> {}

impl<K: Key, L: Label> Keyed<K, L> {
    /// The value under the key `K`.
    #[inline]
    pub fn new(value: L) -> Self {
        Self(value, PhantomData)
    }

    fn definition() -> LabelDefinition {
        LabelDefinition {
            key: K::KEY,
            prometheus_key: K::KEY,
            input: K::KEY,
            required: true,
            values: LabelValues::Bounded(u32::try_from(L::COUNT).unwrap_or(u32::MAX)),
        }
    }
}

/// None to three labels, and what they are together with operation and status.
pub trait SiteLabels: Copy + Send + Sync + 'static {
    /// Labels of a series.
    type Set: Labels;

    /// The labels beside those of the catalog; without any, a site shares the series that all operations are in.
    fn own() -> Vec<LabelDefinition>;

    /// The set of an execution that ended so.
    fn set(self, operation: Operation, status: OperationStatus) -> Self::Set;
}

impl SiteLabels for () {
    type Set = (Operation, OperationStatus);

    fn own() -> Vec<LabelDefinition> {
        Vec::new()
    }

    #[inline]
    fn set(self, operation: Operation, status: OperationStatus) -> Self::Set {
        (operation, status)
    }
}

macro_rules! site_labels {
    ($($key:ident $label:ident $position:tt),+) => {
        impl<$($key: Key, $label: Label),+> SiteLabels for ($(Keyed<$key, $label>,)+) {
            // The operation is the same for all of them, and no index.
            type Set = (OperationStatus, $($label),+);

            fn own() -> Vec<LabelDefinition> {
                vec![$(Keyed::<$key, $label>::definition()),+]
            }

            #[inline]
            fn set(self, _: Operation, status: OperationStatus) -> Self::Set {
                (status, $(self.$position.0),+)
            }
        }
    };
}

site_labels!(K A 0);
site_labels!(K A 0, L B 1);
site_labels!(K A 0, L B 1, M C 2);

/// Number of values of a label.
pub const fn values_of<L: Label>() -> usize {
    L::COUNT
}

/// The value, if its type is a label.
#[inline]
pub fn closed<L: Label>(value: L) -> L {
    value
}

/// Fails to compile where the series of one operation would be more than the SDK keeps apart.
///
/// # Panics
/// In the compiler only.
pub const fn within_budget(values: &[usize]) {
    let mut series = OperationStatus::COUNT;
    let mut label = 0;
    while label < values.len() {
        series = series.saturating_mul(values[label]);
        label += 1;
    }
    assert!(
        series <= MAX_SERIES,
        "the product of these labels and the 3 values of `status` is over 2,000 series for this operation: leave a label out, or give it fewer values"
    );
}

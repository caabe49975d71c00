//! Open labels: values come at run time, up to a bound, and are small numbers afterwards.
//!
//! A type of an open label has one table for the process. [`OpenLabel::of`] looks a value up, a hash and a
//! probe without a lock, and gives a `Copy` value that records as fast as an enum: keep it where the same value
//! comes again. Beyond the bound a value is `_other` and counted.

use super::interner::{Interned, Interner, OTHER};
use super::label::Label;

/// A table of values. Made by [`open_label!`](crate::open_label), one a type.
#[derive(Debug)]
pub struct OpenValues(Interner);

impl OpenValues {
    /// An empty table.
    #[doc(hidden)]
    pub fn new(key: &'static str, limit: usize) -> Self {
        Self(Interner::new(key, limit))
    }

    /// The value's place.
    #[doc(hidden)]
    pub fn find(&self, value: &str) -> OpenValue {
        let Interned { index, value } = self.0.intern(value);
        OpenValue {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            value,
        }
    }
}

/// A value and its place in the table of its type.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct OpenValue {
    index: u32,
    value: &'static str,
}

impl OpenValue {
    /// `_other` in a table of this size.
    #[doc(hidden)]
    pub const fn other(limit: usize) -> Self {
        Self {
            index: limit as u32,
            value: OTHER,
        }
    }

    #[doc(hidden)]
    pub const fn index(self) -> usize {
        self.index as usize
    }

    #[doc(hidden)]
    pub const fn as_str(self) -> &'static str {
        self.value
    }
}

/// A label whose values come at run time, up to [`LIMIT`](Self::LIMIT).
///
/// ```
/// use bellwether::metrics::{Label, OpenLabel, generated::labels::Tool};
///
/// let read = Tool::of("Read");
/// assert_eq!((read.as_str(), read), ("Read", Tool::of("Read")));
/// assert_eq!(Tool::COUNT, Tool::LIMIT + 1); // and `_other`
/// ```
pub trait OpenLabel: Label {
    /// Most values; later ones are `_other`.
    const LIMIT: usize;
    /// What stands for values beyond the bound.
    const OTHER: Self;
    /// The label's value: a hash and a probe; allocates for a value that is new. Empty is `unknown`, and longer
    /// than 256 bytes is `_other`.
    fn of(value: &str) -> Self;
}

/// What may stand for a value of the label `L`: the label itself, or a string where it is open.
///
/// ```
/// use bellwether::metrics::{IntoLabel, OpenLabel, generated::labels::Tool};
/// fn call(tool: impl IntoLabel<Tool>) -> Tool { tool.into_label() }
/// assert_eq!(call("Read"), call(Tool::of("Read")));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of the label `{L}`",
    note = "an open label takes a string or its own type; a closed one takes its enum",
    note = "ids of users, sessions, traces and jobs have no bound: put them on spans and logs, not on metrics"
)]
pub trait IntoLabel<L> {
    /// The label's value.
    fn into_label(self) -> L;
}

impl<L: Label> IntoLabel<L> for L {
    #[inline]
    fn into_label(self) -> L {
        self
    }
}

impl<L: OpenLabel> IntoLabel<L> for &str {
    fn into_label(self) -> L {
        L::of(self)
    }
}

impl<L: OpenLabel> IntoLabel<L> for &String {
    fn into_label(self) -> L {
        L::of(self)
    }
}

/// Declares the type of an open label: its documentation, name, key and bound.
///
/// ```
/// use bellwether::metrics::{Label, OpenLabel};
/// bellwether::open_label! {
///     /// Region of a data centre.
///     pub struct Region("region", 32);
/// }
/// assert_eq!(Region::of("eu-west-1").as_str(), "eu-west-1");
/// assert_eq!(Region::KEY, "region");
/// ```
#[macro_export]
macro_rules! open_label {
    ($(#[$doc:meta])* $visibility:vis struct $name:ident($key:literal, $limit:literal);) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        $visibility struct $name($crate::metrics::OpenValue);

        const _: () = {
            impl ::core::fmt::Debug for $name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::fmt::Formatter::write_fmt(f, ::core::format_args!("{}({:?})", ::core::stringify!($name), self.0.as_str()))
                }
            }

            impl ::core::cmp::PartialEq for $name {
                fn eq(&self, other: &Self) -> bool {
                    self.0.index() == other.0.index()
                }
            }

            impl ::core::cmp::Eq for $name {}

            impl ::core::hash::Hash for $name {
                fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                    ::core::hash::Hash::hash(&self.0.index(), state);
                }
            }

            impl $crate::metrics::Label for $name {
                const KEY: &'static str = $key;
                const COUNT: usize = $limit + 1;
                const OPEN: bool = true;

                #[inline]
                fn index(self) -> usize {
                    self.0.index()
                }

                fn as_str(self) -> &'static str {
                    self.0.as_str()
                }

                fn folded(self) -> Self {
                    <Self as $crate::metrics::OpenLabel>::OTHER
                }
            }

            impl $crate::metrics::OpenLabel for $name {
                const LIMIT: usize = $limit;
                const OTHER: Self = Self($crate::metrics::OpenValue::other($limit));

                fn of(value: &str) -> Self {
                    static VALUES: ::std::sync::LazyLock<$crate::metrics::OpenValues> =
                        ::std::sync::LazyLock::new(|| $crate::metrics::OpenValues::new($key, $limit));
                    Self(VALUES.find(if value.is_empty() { "unknown" } else { value }))
                }
            }
        };
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::open_label! {
        /// For these tests.
        struct Few("few", 2);
    }

    #[test]
    fn beyond_the_bound_values_are_other_and_equal() {
        let (first, second) = (Few::of("a"), Few::of("b"));
        assert_ne!(first, second);
        assert_eq!(Few::of("a"), first);
        let (third, fourth) = (Few::of("c"), Few::of("d"));
        assert_eq!((third, third.as_str()), (fourth, "_other"));
        assert_eq!(third, Few::OTHER);
        assert_eq!(Label::index(third), Few::COUNT - 1);
        assert_eq!(first.folded(), Few::OTHER);
        assert!(format!("{first:?}").contains("\"a\""));
    }
}

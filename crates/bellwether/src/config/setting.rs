//! A value in force, together with where it came from.

use std::fmt;
use std::ops::Deref;

/// Where a setting's value came from.
///
/// ```
/// use bellwether::config::Origin;
/// assert_eq!(Origin::Environment("LOG_LEVEL").to_string(), "LOG_LEVEL");
/// assert_eq!(Origin::Default.to_string(), "default");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Set by a builder call.
    Code,
    /// Read from this environment variable.
    Environment(&'static str),
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code => f.write_str("code"),
            Self::Environment(variable) => f.write_str(variable),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value and its [`Origin`]. Dereferences to the value.
///
/// ```
/// use bellwether::config::{Origin, Setting};
/// let batch = Setting::new(512_usize, Origin::Default);
/// assert_eq!(*batch, 512);
/// assert_eq!(batch.origin(), Origin::Default);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    value: T,
    origin: Origin,
}

impl<T> Setting<T> {
    /// A value with the place it came from.
    pub const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A value nobody chose.
    pub const fn default_value(value: T) -> Self {
        Self::new(value, Origin::Default)
    }

    /// Where the value came from.
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// The value, by reference.
    pub const fn get(&self) -> &T {
        &self.value
    }

    /// The value, taken out.
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> Deref for Setting<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

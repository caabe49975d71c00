//! How a recorder and its guards hold the families that they feed.
//!
//! The process's own families live as long as the process, so a guard of them is a plain reference: no count of references
//! that threads would share. Those of other metrics are shared and counted.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::metrics::{Metrics, RecorderMetrics};

/// Families of the process, or of other metrics.
#[derive(Debug)]
pub(super) enum Held<R: 'static> {
    Process(&'static R),
    Shared(Arc<R>),
}

impl<R> Clone for Held<R> {
    #[inline]
    fn clone(&self) -> Self {
        match self {
            Self::Process(families) => Self::Process(families),
            Self::Shared(families) => Self::Shared(Arc::clone(families)),
        }
    }
}

impl<R> Deref for Held<R> {
    type Target = R;

    #[inline]
    fn deref(&self) -> &R {
        match self {
            Self::Process(families) => families,
            Self::Shared(families) => families,
        }
    }
}

/// The process's families of one recorder, once they were asked for: before and after telemetry starts.
pub(super) struct Known<R> {
    silent: OnceLock<Arc<R>>,
    on: OnceLock<Arc<R>>,
}

impl<R: RecorderMetrics> Known<R> {
    pub(super) const fn new() -> Self {
        Self {
            silent: OnceLock::new(),
            on: OnceLock::new(),
        }
    }

    /// Two atomic loads.
    #[inline]
    pub(super) fn held(&'static self) -> Held<R> {
        let metrics = Metrics::global();
        let known = if metrics.is_on() {
            &self.on
        } else {
            &self.silent
        };
        Held::Process(known.get_or_init(|| metrics.recorder()))
    }
}

/// The function that gives the process's recorder, and the method of the same name.
macro_rules! recorder {
    ($(#[$doc:meta])* $name:ident, $families:ty => $recorder:ident) => {
        $crate::metrics::recorders::held::recorder! {
            $(#[$doc])*
            $name, $families => $recorder::new
        }
    };
    ($(#[$doc:meta])* $name:ident, $families:ty => $recorder:ident::$make:ident) => {
        $(#[$doc])*
        pub fn $name() -> $recorder {
            static KNOWN: $crate::metrics::recorders::held::Known<$families> =
                $crate::metrics::recorders::held::Known::new();
            $recorder::$make(KNOWN.held())
        }

        impl $crate::metrics::Metrics {
            #[doc = concat!("The recorder [`", stringify!($name), "`](crate::metrics::", stringify!($name), ") on these metrics.")]
            #[doc = ""]
            #[doc = "```"]
            #[doc = concat!("let recorder = bellwether::metrics::Metrics::global().", stringify!($name), "();")]
            #[doc = "# let _ = recorder;"]
            #[doc = "```"]
            pub fn $name(&self) -> $recorder {
                $recorder::$make($crate::metrics::recorders::held::Held::Shared(self.recorder()))
            }
        }
    };
}

pub(super) use recorder;

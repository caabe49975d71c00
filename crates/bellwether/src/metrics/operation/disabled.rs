//! Tracking without the SDK: the same calls, no state, nothing done.

use std::future::Future;
use std::marker::PhantomData;

use opentelemetry::KeyValue;

use super::labels::SiteLabels;
use super::outcome::Outcome;

/// Keeps nothing.
#[derive(Debug)]
pub struct CallSite<L>(PhantomData<fn(L)>);

/// Counts nothing.
#[derive(Debug)]
pub struct Execution(());

/// No span.
#[derive(Debug)]
pub struct Span(());

#[allow(clippy::unused_self, reason = "the surface of the real ones")]
impl<L: SiteLabels> CallSite<L> {
    /// A site.
    pub const fn new(_: &'static str) -> Self {
        Self(PhantomData)
    }

    /// Nothing.
    #[inline]
    pub fn start(&'static self, _: L) -> Execution {
        Execution(())
    }

    /// Nothing.
    #[inline]
    pub fn start_on<M>(&'static self, _: &M, _: L) -> Execution {
        Execution(())
    }
}

impl Execution {
    /// Nothing.
    #[inline]
    pub fn end(self, _: Outcome) {}
}

#[allow(clippy::unused_self, reason = "the surface of the real one")]
impl Span {
    /// No span; the fields are not asked for.
    #[inline]
    pub fn start<const N: usize>(_: &'static str, _: impl FnOnce() -> [KeyValue; N]) -> Self {
        Self(())
    }

    /// Nothing.
    #[inline]
    pub fn enter(&self) {}

    /// The future itself.
    #[inline]
    pub fn scope<F: Future>(&self, future: F) -> F {
        future
    }

    /// Nothing.
    #[inline]
    pub fn end(self, _: Execution, _: Outcome) {}
}

//! How an execution ended, from the value it gave back.
//!
//! Whether that is a `Result` is asked of the compiler and not of the signature's text, so `io::Result` and
//! `anyhow::Result` are what they are. Two traits have the same method: one for `Returned<Result<_, _>>`, one
//! for `&Returned<_>`. The method is called on `&Returned`, and the compiler takes the one that needs no further
//! reference, which is there for a `Result` only. (Known as autoref specialisation.)

use std::any::type_name;

/// How an execution ended, where it came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did what was asked.
    Success,
    /// It failed.
    Error(ErrorType),
}

impl Outcome {
    /// The outcome where a rule decides, and not the value alone. A value that is an error by itself keeps its type.
    #[inline]
    pub fn decided(succeeded: bool, by_value: Self, rule: &'static str) -> Self {
        match by_value {
            _ if succeeded => Self::Success,
            Self::Error(_) => by_value,
            Self::Success => Self::Error(ErrorType::Rule(rule)),
        }
    }
}

/// What an execution failed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorType {
    /// Path of a type, as the compiler writes it.
    Type(&'static str),
    /// Name of a predicate.
    Rule(&'static str),
}

/// A value that was given back.
#[derive(Debug)]
pub struct Returned<'a, T>(pub &'a T);

/// The outcome of a `Result`.
pub trait OutcomeOfResult {
    /// Success of `Ok`, error of `Err`.
    fn __bellwether_outcome(&self) -> Outcome;
}

impl<T, E> OutcomeOfResult for Returned<'_, Result<T, E>> {
    #[inline]
    fn __bellwether_outcome(&self) -> Outcome {
        match self.0 {
            Ok(_) => Outcome::Success,
            Err(_) => Outcome::Error(ErrorType::Type(type_name::<E>())),
        }
    }
}

/// The outcome of any other value.
pub trait OutcomeOfValue {
    /// Success.
    fn __bellwether_outcome(&self) -> Outcome;
}

impl<T> OutcomeOfValue for &Returned<'_, T> {
    #[inline]
    fn __bellwether_outcome(&self) -> Outcome {
        Outcome::Success
    }
}

/// Calls the body of a function. Its bound makes the closure one that is called once.
#[inline]
pub fn call<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Asks a predicate about a value.
#[inline]
pub fn holds<T>(value: &T, predicate: impl FnOnce(&T) -> bool) -> bool {
    predicate(value)
}

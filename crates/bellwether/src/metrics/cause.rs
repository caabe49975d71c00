//! Why work failed, as a label.
//!
//! An error is told by its type: one of four classes where the chain of sources has a type that tells it (see
//! [`Cause`]), else the name of the type. Its text is never read, since it has no bound and may hold secrets.

use std::any::type_name;
use std::error::Error;

use super::OpenLabel;
use super::error_class::class_of;
use super::generated::labels::{ErrorType, JobErrorType};
use super::operation::Failed;

/// What work failed of: an error, or a name for one.
///
/// | given | `error_type` |
/// |---|---|
/// | `&error` of a type that tells a class, at any depth of its sources | `timeout`, `memory`, `network`, `connection` |
/// | `&error` of any other type | name of the type: `ParseIntError`, and `fmt::Error` of one that is called `Error` |
/// | `&dyn Error` that tells no class | `unknown` |
/// | `"rate_limit"`, or an [`ErrorType`] | that |
///
/// Classes come from kinds of `std::io::Error`, `tokio::time::error::Elapsed`, `RecvTimeoutError`, `TryReserveError`, and
/// `reqwest::Error` where that feature is on. Where a recorder tells `timeout` from `error`, the class decides.
///
/// ```
/// use bellwether::metrics::Cause;
///
/// let timed_out = std::io::Error::from(std::io::ErrorKind::TimedOut);
/// assert_eq!((&timed_out).error_type().as_str(), "timeout");
/// let not_a_number = "x".parse::<u8>().unwrap_err();
/// assert_eq!((&not_a_number).error_type().as_str(), "ParseIntError");
/// assert_eq!("rate_limit".error_type().as_str(), "rate_limit");
/// # use bellwether::metrics::Label;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what failed",
    note = "give a reference to the error, `&error`, or a name for it, \"rate_limit\"",
    note = "`&*error` of a `Box<dyn Error>` or an `anyhow::Error` is one"
)]
pub trait Cause: Sized {
    /// The label `error_type`.
    fn error_type(self) -> ErrorType;

    /// Whether it is an error of running out of time.
    fn is_timeout(&self) -> bool {
        false
    }
}

impl Cause for ErrorType {
    fn error_type(self) -> ErrorType {
        self
    }
}

impl Cause for &str {
    fn error_type(self) -> ErrorType {
        ErrorType::of(self)
    }
}

impl<E: Error + 'static> Cause for &E {
    fn error_type(self) -> ErrorType {
        match class_of(self) {
            Some(class) => ErrorType::of(class.as_str()),
            None => Failed::Type(type_name::<E>()).with_name(ErrorType::of),
        }
    }

    fn is_timeout(&self) -> bool {
        class_of(*self) == Some(JobErrorType::Timeout)
    }
}

macro_rules! any_error {
    ($($error:ty),+) => {$(
        impl Cause for &($error) {
            fn error_type(self) -> ErrorType {
                ErrorType::of(class_of(self).unwrap_or(JobErrorType::Unknown).as_str())
            }

            fn is_timeout(&self) -> bool {
                class_of(*self) == Some(JobErrorType::Timeout)
            }
        }
    )+};
}

any_error!(
    dyn Error + 'static,
    dyn Error + Send + 'static,
    dyn Error + Send + Sync + 'static
);

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::metrics::Label;

    fn told(cause: impl Cause) -> (&'static str, bool) {
        let is_timeout = cause.is_timeout();
        (Label::as_str(cause.error_type()), is_timeout)
    }

    #[test]
    fn a_class_wins_over_the_name_of_the_type_and_text_is_not_read() {
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        assert_eq!(told(&reset), ("connection", false));
        let late = io::Error::other(io::Error::from(io::ErrorKind::TimedOut));
        assert_eq!(told(&late), ("timeout", true));
        let parse = "timeout".parse::<u8>().unwrap_err();
        assert_eq!(told(&parse), ("ParseIntError", false));
        assert_eq!(told(&std::fmt::Error), ("fmt::Error", false));
        assert_eq!(told("rate_limit"), ("rate_limit", false));
        assert_eq!(told(ErrorType::of("quota")), ("quota", false));
    }

    #[test]
    fn errors_without_a_type_are_looked_into() {
        let late = || io::Error::from(io::ErrorKind::TimedOut);
        let boxed: Box<dyn Error> = Box::new(late());
        assert_eq!(told(&*boxed), ("timeout", true));
        let boxed: Box<dyn Error + Send + Sync> = Box::new(late());
        assert_eq!(told(&*boxed), ("timeout", true));
        let boxed: Box<dyn Error + Send> = Box::new(late());
        assert_eq!(told(&*boxed), ("timeout", true));
        let text: Box<dyn Error> = "timeout".into();
        assert_eq!(told(&*text), ("unknown", false));
    }
}

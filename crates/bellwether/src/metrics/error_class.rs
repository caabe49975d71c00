//! Classes of job errors, by the types in an error's chain of sources and never by its text.
//!
//! The chain is walked from the outside in, and the first type that tells a class decides. An `io::Error` that
//! wraps another error is looked into, since its `source` passes the wrapped one by.

use std::collections::TryReserveError;
use std::error::Error;
use std::io;
use std::sync::mpsc::RecvTimeoutError;

use super::generated::labels::JobErrorType;

/// Links of a chain that are looked at: a chain that refers to itself ends here.
const MAX_DEPTH: usize = 32;

pub(crate) fn classify(error: &(dyn Error + 'static)) -> JobErrorType {
    class_of(error).unwrap_or(JobErrorType::Unknown)
}

/// The class, where a type tells one.
pub(crate) fn class_of(error: &(dyn Error + 'static)) -> Option<JobErrorType> {
    let mut link = Some(error);
    for _ in 0..MAX_DEPTH {
        let error = link?;
        if let Some(class) = class(error) {
            return Some(class);
        }
        link = inner(error).or_else(|| error.source());
    }
    None
}

fn inner<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    let wrapped = error.downcast_ref::<io::Error>()?.get_ref()?;
    Some(wrapped)
}

fn class(error: &(dyn Error + 'static)) -> Option<JobErrorType> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return of_kind(error.kind());
    }
    if error.downcast_ref::<RecvTimeoutError>() == Some(&RecvTimeoutError::Timeout) {
        return Some(JobErrorType::Timeout);
    }
    #[cfg(feature = "sdk")]
    if error.is::<tokio::time::error::Elapsed>() {
        return Some(JobErrorType::Timeout);
    }
    if error.is::<TryReserveError>() {
        return Some(JobErrorType::Memory);
    }
    #[cfg(any(feature = "http", feature = "reqwest"))]
    if let Some(error) = error.downcast_ref::<reqwest::Error>() {
        return of_request(error);
    }
    None
}

fn of_kind(kind: io::ErrorKind) -> Option<JobErrorType> {
    use io::ErrorKind as Kind;
    match kind {
        Kind::TimedOut => Some(JobErrorType::Timeout),
        Kind::OutOfMemory => Some(JobErrorType::Memory),
        Kind::ConnectionReset
        | Kind::ConnectionRefused
        | Kind::ConnectionAborted
        | Kind::NotConnected
        | Kind::BrokenPipe => Some(JobErrorType::Connection),
        Kind::NetworkDown
        | Kind::NetworkUnreachable
        | Kind::HostUnreachable
        | Kind::AddrNotAvailable => Some(JobErrorType::Network),
        _ => None,
    }
}

#[cfg(any(feature = "http", feature = "reqwest"))]
fn of_request(error: &reqwest::Error) -> Option<JobErrorType> {
    if error.is_timeout() {
        return Some(JobErrorType::Timeout);
    }
    error.is_connect().then_some(JobErrorType::Connection)
}

/// Name of an error's type without its path and parameters.
pub(crate) fn type_name<E>() -> &'static str {
    let full = std::any::type_name::<E>();
    let plain = full.split_once('<').map_or(full, |(plain, _)| plain);
    plain.rsplit("::").next().unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "sdk")]
    use std::time::Duration;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("timeout of the network in memory")]
    struct Wrapped<E: Error + 'static>(#[source] E);

    #[derive(Debug, thiserror::Error)]
    #[error("timeout of the network in memory")]
    struct Misleading;

    #[test]
    fn kinds_of_io_errors_have_classes_at_any_depth() {
        let cases = [
            (io::ErrorKind::TimedOut, JobErrorType::Timeout),
            (io::ErrorKind::OutOfMemory, JobErrorType::Memory),
            (io::ErrorKind::NetworkUnreachable, JobErrorType::Network),
            (io::ErrorKind::HostUnreachable, JobErrorType::Network),
            (io::ErrorKind::ConnectionReset, JobErrorType::Connection),
            (io::ErrorKind::ConnectionRefused, JobErrorType::Connection),
            (io::ErrorKind::BrokenPipe, JobErrorType::Connection),
            (io::ErrorKind::NotFound, JobErrorType::Unknown),
        ];
        for (kind, expected) in cases {
            assert_eq!(classify(&io::Error::from(kind)), expected, "{kind}");
            assert_eq!(
                classify(&Wrapped(Wrapped(io::Error::from(kind)))),
                expected,
                "{kind}"
            );
            let hidden = io::Error::other(io::Error::from(kind));
            assert_eq!(classify(&hidden), expected, "{kind} inside io::Error");
        }
    }

    #[test]
    fn the_outermost_type_decides_and_text_never_does() {
        let timeout = io::Error::new(
            io::ErrorKind::TimedOut,
            io::Error::from(io::ErrorKind::ConnectionReset),
        );
        assert_eq!(classify(&timeout), JobErrorType::Timeout);
        assert_eq!(classify(&Misleading), JobErrorType::Unknown);
        let reserve = Vec::<u8>::new().try_reserve(usize::MAX).unwrap_err();
        assert_eq!(classify(&Wrapped(reserve)), JobErrorType::Memory);
        assert_eq!(classify(&RecvTimeoutError::Timeout), JobErrorType::Timeout);
        assert_eq!(
            classify(&RecvTimeoutError::Disconnected),
            JobErrorType::Unknown
        );
    }

    #[cfg(feature = "sdk")]
    #[tokio::test]
    async fn a_real_timeout_and_a_real_refused_connection() {
        let never = std::future::pending::<()>();
        let elapsed = tokio::time::timeout(Duration::from_millis(1), never)
            .await
            .unwrap_err();
        assert_eq!(classify(&Wrapped(elapsed)), JobErrorType::Timeout);

        // A port that was just closed.
        let port = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap()
            .local_addr()
            .unwrap();
        let refused = tokio::net::TcpStream::connect(port).await.unwrap_err();
        assert_eq!(classify(&refused), JobErrorType::Connection);
    }

    #[test]
    fn a_chain_that_never_ends_is_unknown() {
        #[derive(Debug)]
        struct Cycle;
        impl std::fmt::Display for Cycle {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("again")
            }
        }
        impl Error for Cycle {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&Self)
            }
        }
        assert_eq!(classify(&Cycle), JobErrorType::Unknown);
    }

    #[test]
    fn names_are_those_of_types() {
        assert_eq!(type_name::<io::Error>(), "Error");
        assert_eq!(type_name::<Misleading>(), "Misleading");
        assert_eq!(type_name::<Wrapped<Misleading>>(), "Wrapped");
    }
}

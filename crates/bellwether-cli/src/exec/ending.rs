//! How the program ended: our exit code, and the words for it in telemetry.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::Path;

use nix::sys::signal::Signal;

use crate::exit::Exit;

/// The end of a program, or why there was none.
#[derive(Debug)]
pub(super) enum Ending {
    /// It ended by itself with this code.
    Code(u8),
    /// This signal ended it.
    Signal(i32),
    /// It never ran.
    NotStarted {
        /// What the system said.
        error: io::Error,
        /// Whether there is such a file.
        is_found: bool,
    },
    /// The system could not say how it ended.
    Lost(io::Error),
}

impl Ending {
    /// It could not be started. "No such file" is also what the system answers where a script's interpreter is
    /// missing; the script itself is then there, and shells answer 126.
    pub(super) fn not_started(program: &OsStr, error: io::Error) -> Self {
        let is_path = program.as_encoded_bytes().contains(&b'/');
        let is_found =
            error.kind() != ErrorKind::NotFound || (is_path && Path::new(program).exists());
        Self::NotStarted { error, is_found }
    }

    /// Whether it did what it was asked for.
    pub(super) const fn is_success(&self) -> bool {
        matches!(self, Self::Code(0))
    }

    /// The code to end with: its own, or the one a shell would give.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Code(code) => Exit::of_child(*code),
            Self::Signal(signal) => Exit::of_signal(*signal),
            Self::NotStarted { is_found: true, .. } => Exit::CANNOT_RUN,
            Self::NotStarted {
                is_found: false, ..
            } => Exit::NOT_FOUND,
            Self::Lost(_) => Exit::FAILURE,
        }
    }

    /// For people.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Code(code) => format!("exit code {code}"),
            Self::Signal(signal) => format!("ended by {}", signal_name(*signal)),
            Self::NotStarted { error, .. } => format!("cannot run: {error}"),
            Self::Lost(error) => format!("end unknown: {error}"),
        }
    }

    /// The class of the error, for `errors_total`: few values. `timeout` is what timeout(1) says with code 124.
    pub(super) const fn error_type(&self) -> &'static str {
        match self {
            Self::Code(124) => "timeout",
            Self::Code(_) => "exit_code",
            Self::Signal(_) => "signal",
            Self::NotStarted { is_found: true, .. } => "not_executable",
            Self::NotStarted {
                is_found: false, ..
            } => "not_found",
            Self::Lost(_) => "unknown",
        }
    }

    /// The error by its own name, for `errors_total`: a code or a signal.
    pub(super) fn error_name(&self) -> String {
        match self {
            Self::Code(code) => format!("exit {code}"),
            Self::Signal(signal) => signal_name(*signal),
            Self::NotStarted { error, .. } | Self::Lost(error) => format!("{:?}", error.kind()),
        }
    }
}

fn signal_name(signal: i32) -> String {
    Signal::try_from(signal).map_or_else(
        |_| format!("signal {signal}"),
        |known| known.as_str().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::io::{Error, ErrorKind};

    use super::Ending;
    use crate::exit::Exit;

    #[test]
    fn codes_are_those_of_a_shell() {
        let missing = || Error::from(ErrorKind::NotFound);
        assert_eq!(Ending::Code(7).exit(), Exit::of_child(7));
        assert_eq!(Ending::Signal(15).exit(), Exit::of_child(143));
        assert_eq!(
            Ending::not_started(OsStr::new("nope"), missing()).exit(),
            Exit::NOT_FOUND
        );
        // There, and its interpreter is not.
        assert_eq!(
            Ending::not_started(OsStr::new("/"), missing()).exit(),
            Exit::CANNOT_RUN
        );
        let denied = Error::from(ErrorKind::PermissionDenied);
        assert_eq!(
            Ending::not_started(OsStr::new("x"), denied).exit(),
            Exit::CANNOT_RUN
        );
    }

    #[test]
    fn names_of_signals_are_those_everybody_knows() {
        assert_eq!(Ending::Signal(9).error_name(), "SIGKILL");
        assert_eq!(Ending::Signal(40).error_name(), "signal 40");
    }
}

//! Exit codes, and failures that carry one.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done; `doctor`: no problem; `up`: stopped because it was told to |
//! | 1 | it failed; `doctor`: at least one problem |
//! | 2 | wrong usage (the code that clap gives too) |
//! | 3 | ran without a Collector, or cannot run because there is none |
//! | 4 | `host --once`: there is no GPU driver on this machine |
//! | 130 | `demo`: ended by Ctrl-C before it was done |
//! | 126 | `exec`: the program was found but cannot be run |
//! | 127 | `exec`: the program was not found |
//! | 128 + n | `exec`: the program was ended by signal n |
//! | other | `exec`: the program's own code |
//!
//! 126, 127 and 128 + n are what POSIX shells answer, so scripts that test them keep working behind `exec`.

use std::fmt;
use std::process::ExitCode;

/// How the command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exit(u8);

impl Exit {
    /// Done.
    pub(crate) const OK: Self = Self(0);
    /// It failed, or `doctor` found a problem.
    pub(crate) const FAILURE: Self = Self(1);
    /// Ran without a Collector, or cannot run because there is none.
    pub(crate) const NO_COLLECTOR: Self = Self(3);
    /// `host --once`: there is no GPU driver on this machine.
    pub(crate) const NO_GPU: Self = Self(4);
    /// Ended by Ctrl-C before it was done: 128 + SIGINT.
    pub(crate) const INTERRUPTED: Self = Self(130);
    /// `exec`: found, but cannot be run.
    pub(crate) const CANNOT_RUN: Self = Self(126);
    /// `exec`: not found.
    pub(crate) const NOT_FOUND: Self = Self(127);

    /// `exec`: the program's own code.
    pub(crate) const fn of_child(code: u8) -> Self {
        Self(code)
    }

    /// `exec`: the program was ended by this signal.
    pub(crate) fn of_signal(signal: i32) -> Self {
        Self(u8::try_from(signal).unwrap_or(0).saturating_add(128))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}

/// Why a subcommand gave up, with the code it ends with.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    exit: Exit,
}

impl Failure {
    /// A plain failure: exit code 1.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            exit: Exit::FAILURE,
        }
    }

    /// There is no Collector: exit code 3.
    pub(crate) fn no_collector(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            exit: Exit::NO_COLLECTOR,
        }
    }

    /// The code to end with.
    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

//! The program: started with our streams, waited for, and its process id kept only as long as it is its own.
//!
//! A process id may be given to somebody else as soon as its process is reaped, and a signal passed on at that moment
//! would hit a stranger. So the end is awaited without reaping (`waitid` with `WNOWAIT`), then the id is withdrawn
//! from whoever forwards signals, and only then the process is reaped.

use std::process::{Command, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, process};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::ending::Ending;

/// A running program.
#[derive(Debug)]
pub(super) struct Child {
    process: process::Child,
    target: Target,
}

/// Where signals go, until the program has ended.
#[derive(Debug, Clone)]
pub(super) struct Target(Arc<Mutex<Option<Pid>>>);

impl Child {
    /// Starts the program. What `command` does not say otherwise is ours: streams, variables, directory.
    pub(super) fn spawn(command: &mut Command) -> io::Result<Self> {
        let process = command.spawn()?;
        let id = i32::try_from(process.id()).ok().map(Pid::from_raw);
        Ok(Self {
            process,
            target: Target(Arc::new(Mutex::new(id))),
        })
    }

    /// Its process id.
    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Where to send signals.
    pub(super) fn target(&self) -> Target {
        self.target.clone()
    }

    /// Waits for its end.
    pub(super) fn wait(mut self) -> Ending {
        self.target.await_end();
        self.target.withdraw();
        match self.process.wait() {
            Ok(status) => ending_of(status),
            Err(error) => Ending::Lost(error),
        }
    }
}

impl Target {
    /// Sends a signal, unless the program has ended.
    pub(super) fn send(&self, signal: Signal) {
        let id = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = *id {
            // It may have ended in this moment and is not reaped yet: nothing to do then.
            let _ = kill(id, signal);
        }
    }

    fn withdraw(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Returns when the program has ended and is still to be reaped; elsewhere than on Linux, at once.
    fn await_end(&self) {
        #[cfg(target_os = "linux")]
        {
            use nix::errno::Errno;
            use nix::sys::wait::{Id, WaitPidFlag, waitid};

            let id = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(id) = id else { return };
            let until_end = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
            while waitid(Id::Pid(id), until_end) == Err(Errno::EINTR) {}
        }
    }
}

fn ending_of(status: ExitStatus) -> Ending {
    use std::os::unix::process::ExitStatusExt;

    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Code(u8::try_from(code & 0xff).unwrap_or(u8::MAX)),
        (None, Some(signal)) => Ending::Signal(signal),
        (None, None) => Ending::Lost(io::Error::other("neither exit code nor signal")),
    }
}

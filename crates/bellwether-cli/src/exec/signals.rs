//! Signals on their way to the program.
//!
//! Two things need care. The terminal sends `Ctrl-C` to every process of its foreground group, so the program has it
//! already; passing it on would make it two, and a second one means "now!" to many programs. Such a signal comes from
//! the kernel (`si_code` `SI_KERNEL`), one from `kill` does not, and only the latter is passed on. And a signal that
//! was ignored when we were started (`nohup`) must stay ignored for the program: installing a handler would give it
//! the default action back, so none is installed.

use std::io;

use nix::sys::signal::Signal;
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::{Cause, Origin};

use super::child::Target;

/// What is passed on.
const FORWARDED: [Signal; 6] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

/// Signals that have been caught and not been looked at.
pub(super) struct Signals(SignalsInfo<WithOrigin>);

/// A thread that passes signals on.
pub(super) struct Forwarding(signal_hook::iterator::Handle);

impl Signals {
    /// Catches what is to be passed on, except what is ignored.
    pub(super) fn install() -> io::Result<Self> {
        let ignored = ignored_signals();
        let caught = FORWARDED
            .iter()
            .map(|signal| *signal as i32)
            .filter(|signal| ignored & (1 << (signal - 1)) == 0);
        SignalsInfo::with_exfiltrator(caught, WithOrigin::default()).map(Self)
    }

    /// A signal that came before there was a program to pass it on to.
    pub(super) fn already_received(&mut self) -> Option<i32> {
        self.0.pending().map(|origin| origin.signal).next()
    }

    /// Passes signals on from a thread of its own.
    pub(super) fn forward_to(mut self, target: Target) -> Forwarding {
        let handle = self.0.handle();
        std::thread::spawn(move || {
            for origin in self.0.forever() {
                if is_from_terminal(&origin) {
                    continue;
                }
                if let Ok(signal) = Signal::try_from(origin.signal) {
                    target.send(signal);
                }
            }
        });
        Forwarding(handle)
    }
}

impl Forwarding {
    /// Ends the thread. Signals stay caught: what comes while telemetry is flushed must not change the exit code.
    pub(super) fn stop(self) {
        self.0.close();
    }
}

const fn is_from_terminal(origin: &Origin) -> bool {
    matches!(origin.cause, Cause::Kernel)
}

/// The set of signals this process ignores, bit n - 1 for signal n: `SigIgn` in `/proc/self/status`. Empty where the
/// system has no such file.
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    parse_ignored(&status).unwrap_or(0)
}

fn parse_ignored(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::parse_ignored;

    #[test]
    fn the_set_of_ignored_signals_is_read() {
        let status = "Name:\tx\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\nSigCgt:\t0\n";
        assert_eq!(parse_ignored(status), Some(0x1001));
        assert_eq!(parse_ignored("Name:\tx\n"), None);
    }
}

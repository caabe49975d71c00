//! The guard: ends a process group when the demo was killed.
//!
//! The Collector does not watch its standard input, so a `bellwether demo` that dies by `kill -9` would leave it
//! behind. The guard holds a lifeline to the demo; when it is cut it asks the Collector's process group to end, and
//! makes it end if it has not after a while. After an orderly end the group is gone and nothing happens.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::demo::lifeline::Lifeline;
use crate::exit::Exit;

/// How long the group has after being asked.
const PATIENCE: Duration = Duration::from_secs(3);

/// Waits for the lifeline, then ends the group.
pub(super) async fn run(group: i32, lifeline: Lifeline) -> Exit {
    lifeline.cut().await;
    end(group).await;
    Exit::OK
}

/// Ends a process group: politely, then not.
async fn end(group: i32) {
    // 0 is one's own group, 1 is init, and below is everything.
    if group <= 1 {
        return;
    }
    let group = Pid::from_raw(group);
    let asked = Instant::now();
    if killpg(group, Signal::SIGTERM).is_err() {
        return;
    }
    while asked.elapsed() < PATIENCE {
        if killpg(group, None).is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let _ = killpg(group, Signal::SIGKILL);
}

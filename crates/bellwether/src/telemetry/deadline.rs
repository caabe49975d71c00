//! Waiting for blocking work, but not for ever.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;

/// A piece of blocking work that says in words what it could not do.
pub(super) type Work = Box<dyn FnOnce() -> Result<(), String> + Send>;

/// Runs each piece on its own thread, all at once, and waits until the deadline. A thread that is late is left behind: it holds
/// nothing that the service needs.
pub(super) fn run(work: Vec<Work>, within: Duration) -> Result<(), Error> {
    // None: beyond what the clock can say, which is no deadline.
    let until = Instant::now().checked_add(within);
    let pieces = work.len();
    let (done, results) = mpsc::channel();
    for piece in work {
        let done = done.clone();
        thread::Builder::new()
            .name("bellwether-flush".to_owned())
            .spawn(move || {
                // What the pipelines say while they end must not become telemetry.
                let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
                let _ = done.send(piece());
            })?;
    }
    let mut failures = Vec::new();
    for _ in 0..pieces {
        let left = until.map_or(Duration::MAX, |until| {
            until.saturating_duration_since(Instant::now())
        });
        match results.recv_timeout(left) {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => failures.push(failure),
            Err(_) => return Err(Error::Deadline(within)),
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(Error::Undelivered(failures.join("; ")))
}

/// As [`run`], awaited: works on any executor, since a thread keeps the time.
pub(super) async fn run_async(work: Vec<Work>, within: Duration) -> Result<(), Error> {
    let (answer, answered) = futures_channel::oneshot::channel();
    thread::Builder::new()
        .name("bellwether-flush".to_owned())
        .spawn(move || {
            let _ = answer.send(run(work, within));
        })?;
    answered.await.unwrap_or(Err(Error::ShutDown))
}

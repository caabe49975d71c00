//! How a process of the demo notices that it is no longer wanted.
//!
//! Each one is started with a pipe as standard input whose other end its starter holds and never writes to. When the
//! starter closes it, or dies in whatever way (`kill -9` too), the kernel closes the pipe and reading gives end of
//! file. That needs no signal handler, no polling and no process id that somebody else may own by then.

use std::io::Read;

use tokio::sync::watch;

/// Resolves when the starter is gone or wants this process to end.
#[derive(Debug, Clone)]
pub(super) struct Lifeline(watch::Receiver<bool>);

impl Lifeline {
    /// Begins to watch standard input, and the signals that end a process. Call once, inside a runtime.
    pub(super) fn hold() -> Self {
        let (sender, receiver) = watch::channel(false);
        let on_signal = sender.clone();
        // A thread of its own: a blocked read would keep tokio's runtime from shutting down.
        std::thread::spawn(move || {
            let mut buffer = [0_u8; 64];
            let mut stdin = std::io::stdin();
            while !matches!(stdin.read(&mut buffer), Ok(0) | Err(_)) {}
            let _ = sender.send(true);
        });
        tokio::spawn(async move {
            wait_for_signal().await;
            let _ = on_signal.send(true);
        });
        Self(receiver)
    }

    /// Waits until it is time to end.
    pub(super) async fn cut(mut self) {
        // An error means that the sender is gone; nobody can tell us any more, so that is the end too.
        let _ = self.0.wait_for(|is_cut| *is_cut).await;
    }
}

/// Waits for Ctrl-C, `kill`, or the terminal being closed.
pub(super) async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let mut waits = Vec::new();
    for kind in kinds {
        if let Ok(mut stream) = signal(kind) {
            waits.push(Box::pin(async move { stream.recv().await }));
        }
    }
    if waits.is_empty() {
        return std::future::pending().await;
    }
    futures_util::future::select_all(waits).await;
}

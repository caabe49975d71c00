//! The runtime that exporters run on, and nothing else does.

use std::io;
use std::time::Duration;

use opentelemetry::Context;
use tokio::runtime::{Builder, Handle, Runtime};

/// One worker thread with a network driver. Shut down without waiting, so that it can be dropped anywhere.
#[derive(Debug)]
pub(crate) struct ExportRuntime {
    runtime: Option<Runtime>,
}

impl ExportRuntime {
    /// Starts the worker thread.
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(1) // name look-ups
            .thread_keep_alive(Duration::from_secs(10))
            .thread_name("bellwether-export")
            .enable_all()
            .on_thread_start(|| {
                // For as long as the thread lives: whatever hyper, h2 or tonic emit there is not telemetry.
                std::mem::forget(Context::enter_telemetry_suppressed_scope());
            })
            .build()?;
        Ok(Self {
            runtime: Some(runtime),
        })
    }

    /// A handle for clients that spawn their connections.
    pub(crate) fn handle(&self) -> Option<&Handle> {
        self.runtime.as_ref().map(Runtime::handle)
    }
}

impl Drop for ExportRuntime {
    fn drop(&mut self) {
        // Dropping a runtime the usual way panics inside another runtime. Requests still under way are given up.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

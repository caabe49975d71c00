//! A future that is timed, and whose errors are counted.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use pin_project_lite::pin_project;

use super::metrics_collector::MetricsCollector;
use crate::metrics::generated::labels::{ErrorType, OrchestratorId};
use crate::metrics::{Cause, IntoLabel, OpenLabel};

impl MetricsCollector {
    /// The future, timed from its first poll to its end: `orchestrator_message_latency_seconds`, and where it gives an error
    /// `orchestrator_errors_total`. Its output is what it would have been.
    ///
    /// The error's type is that of [`Cause`]: a class such as `timeout` where a type in its chain tells one, else the name
    /// of its type without path. Messages are not read. For errors that are no type of their own, such as `Box<dyn Error>`, see
    /// [`with_metrics_as`](Self::with_metrics_as).
    ///
    /// Dropped before its end, by a timeout, `select!` or a panic, it counts as an error of the type `abandoned`, without
    /// a latency. Dropped before its first poll it did not happen.
    ///
    /// Nothing is allocated, and it is `Send` where the future is.
    ///
    /// ```
    /// # use bellwether::metrics::MetricsCollector;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # runtime.block_on(async {
    /// # let collector = MetricsCollector::builder().build()?;
    /// async fn process_task() -> Result<u32, std::num::ParseIntError> {
    ///     "12".parse()
    /// }
    /// let result = collector.with_metrics(process_task(), "orch-1").await;
    /// assert_eq!(result, Ok(12));
    /// # Ok::<(), bellwether::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn with_metrics<F, T, E>(
        &self,
        future: F,
        orchestrator: impl IntoLabel<OrchestratorId>,
    ) -> WithMetrics<F, fn(&E) -> ErrorType>
    where
        F: Future<Output = Result<T, E>>,
        E: Error + 'static,
    {
        self.with_metrics_as(future, orchestrator, type_of::<E>)
    }

    /// [`with_metrics`](Self::with_metrics), with the error's type from a function.
    ///
    /// ```
    /// # use bellwether::metrics::{MetricsCollector, OpenLabel, generated::labels::ErrorType};
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # runtime.block_on(async {
    /// # let collector = MetricsCollector::builder().build()?;
    /// let task = async { Err::<(), Box<dyn std::error::Error>>("no plan".into()) };
    /// let result = collector.with_metrics_as(task, "orch-1", |_| ErrorType::of("no_plan")).await;
    /// assert!(result.is_err());
    /// # Ok::<(), bellwether::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn with_metrics_as<F, T, E, N>(
        &self,
        future: F,
        orchestrator: impl IntoLabel<OrchestratorId>,
        error_type: N,
    ) -> WithMetrics<F, N>
    where
        F: Future<Output = Result<T, E>>,
        N: FnMut(&E) -> ErrorType,
    {
        WithMetrics {
            future,
            error_type,
            watch: Watch {
                collector: self.clone(),
                orchestrator: orchestrator.into_label(),
                started: None,
            },
        }
    }
}

fn type_of<E: Error + 'static>(error: &E) -> ErrorType {
    error.error_type()
}

pin_project! {
    /// A future with its metrics; from [`MetricsCollector::with_metrics`].
    ///
    /// ```
    /// # use bellwether::metrics::MetricsCollector;
    /// # let collector = MetricsCollector::builder().build()?;
    /// fn is_send(_: &impl Send) {}
    /// is_send(&collector.with_metrics(async { Ok::<_, std::fmt::Error>(()) }, "orch-1"));
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct WithMetrics<F, N> {
        #[pin]
        future: F,
        error_type: N,
        watch: Watch,
    }
}

impl<F, N> fmt::Debug for WithMetrics<F, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithMetrics")
            .field("orchestrator", &self.watch.orchestrator)
            .field("started", &self.watch.started)
            .finish_non_exhaustive()
    }
}

impl<F, T, E, N> Future for WithMetrics<F, N>
where
    F: Future<Output = Result<T, E>>,
    N: FnMut(&E) -> ErrorType,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.watch.started.get_or_insert_with(Instant::now);
        let output = ready!(this.future.poll(context));
        this.watch.ended();
        if let Err(error) = &output {
            this.watch.failed((this.error_type)(error));
        }
        Poll::Ready(output)
    }
}

/// What is running; a drop before its end says that it was abandoned.
struct Watch {
    collector: MetricsCollector,
    orchestrator: OrchestratorId,
    started: Option<Instant>,
}

impl Watch {
    fn ended(&mut self) {
        if let Some(started) = self.started.take() {
            let latency = started.elapsed();
            self.collector
                .record_message_latency(self.orchestrator, latency);
        }
    }

    fn failed(&self, error_type: ErrorType) {
        self.collector.record_error(self.orchestrator, error_type);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.started.is_some() {
            self.failed(ErrorType::of("abandoned"));
        }
    }
}

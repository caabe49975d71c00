//! The thread that collects.
//!
//! A plain thread, so it lives on no runtime of the service's and cannot wait for itself. Flush and shutdown are messages
//! to it; whoever sends one waits for the answer until a deadline and no longer. An export that is under way when a
//! message comes ends within its own deadline first.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry::Context;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

use super::Sink;
use crate::metrics::Collector;
use crate::metrics::collect::Flush;

/// The running thread. Dropped, it collects a last time.
pub(crate) struct MetricExports {
    orders: Sender<Order>,
}

struct Order {
    last: bool,
    deadline: Option<Instant>,
    answer: SyncSender<Result<(), String>>,
}

impl MetricExports {
    /// Starts the thread: a collection each interval, and each export within the timeout.
    pub(crate) fn start(
        collector: &Collector,
        sinks: Vec<Box<dyn Sink>>,
        interval: Duration,
        timeout: Duration,
    ) -> std::io::Result<Arc<Self>> {
        let (orders, ordered) = mpsc::channel();
        let mut exporting = Exporting {
            collector: collector.clone(),
            sinks,
        };
        thread::Builder::new()
            .name("bellwether-metrics".to_owned())
            .spawn(move || {
                let _suppressed = Context::enter_telemetry_suppressed_scope();
                exporting.run(&ordered, interval, timeout);
            })?;
        let exports = Arc::new(Self { orders });
        let weak: std::sync::Weak<Self> = Arc::downgrade(&exports);
        collector.attach(weak);
        Ok(exports)
    }

    fn order(&self, last: bool, within: Duration) -> OTelSdkResult {
        let (answer, answered) = mpsc::sync_channel(1);
        let order = Order {
            last,
            deadline: Instant::now().checked_add(within),
            answer,
        };
        self.orders
            .send(order)
            .map_err(|_| OTelSdkError::AlreadyShutdown)?;
        match answered.recv_timeout(within) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(failure)) => Err(OTelSdkError::InternalFailure(failure)),
            Err(RecvTimeoutError::Timeout) => Err(OTelSdkError::Timeout(within)),
            // The thread has ended between the order and now.
            Err(RecvTimeoutError::Disconnected) => Err(OTelSdkError::AlreadyShutdown),
        }
    }
}

impl Flush for MetricExports {
    fn flush(&self, within: Duration) -> OTelSdkResult {
        self.order(false, within)
    }

    fn end(&self, within: Duration) -> OTelSdkResult {
        self.order(true, within)
    }
}

impl Drop for MetricExports {
    fn drop(&mut self) {
        /// As long as the SDK takes when a provider is dropped.
        const WITHIN: Duration = Duration::from_secs(5);
        let _ = self.end(WITHIN);
    }
}

struct Exporting {
    collector: Collector,
    sinks: Vec<Box<dyn Sink>>,
}

impl Exporting {
    fn run(&mut self, ordered: &Receiver<Order>, interval: Duration, timeout: Duration) {
        let mut next = Instant::now() + interval;
        loop {
            let until = next.saturating_duration_since(Instant::now());
            match ordered.recv_timeout(until) {
                Err(RecvTimeoutError::Timeout) => {
                    let deadline = Instant::now().checked_add(timeout);
                    // Counted, and told by the sink: nobody waits here.
                    let _ = self.export(deadline);
                    // An export that took longer than an interval is not made up for.
                    let now = Instant::now();
                    while next <= now {
                        next += interval;
                    }
                }
                Ok(order) => {
                    let last = order.last;
                    let is_late = |deadline| deadline <= Instant::now();
                    let result = if order.deadline.is_some_and(is_late) {
                        Err("no time was left".to_owned())
                    } else {
                        self.export(order.deadline)
                            .and_then(|()| self.settle(order.deadline))
                    };
                    let _ = order.answer.try_send(result);
                    if last {
                        return;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn export(&mut self, deadline: Option<Instant>) -> Result<(), String> {
        let collection = self
            .collector
            .collect_now()
            .map_err(|error| error.to_string())?;
        let collection = Arc::new(collection);
        let sinks = self.sinks.iter_mut();
        together(sinks.map(|sink| sink.export(&collection, deadline)))
    }

    fn settle(&mut self, deadline: Option<Instant>) -> Result<(), String> {
        together(self.sinks.iter_mut().map(|sink| sink.settle(deadline)))
    }
}

/// Asks every sink, whatever the others say.
fn together(results: impl Iterator<Item = Result<(), String>>) -> Result<(), String> {
    let failures: Vec<String> = results.filter_map(Result::err).collect();
    if failures.is_empty() {
        return Ok(());
    }
    Err(failures.join("; "))
}

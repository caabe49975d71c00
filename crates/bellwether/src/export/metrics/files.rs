//! Collections as files, written by a thread of their own: a slow disk holds up no other export.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry::Context;

use super::Sink;
use crate::export::delivery::FileCounts;
use crate::metrics::{Collection, JsonFiles};

/// Hands collections to the thread that writes them.
pub(crate) struct FileSink {
    orders: SyncSender<Order>,
    counts: FileCounts,
}

enum Order {
    Write(Arc<Collection>),
    /// Answered once everything before is written: whether the last was.
    Settle(SyncSender<bool>),
}

impl FileSink {
    pub(crate) fn start(files: JsonFiles, counts: FileCounts) -> std::io::Result<Self> {
        // One being written, one waiting: the disk is slower than the interval where that is not enough.
        let (orders, ordered) = mpsc::sync_channel(1);
        let writing = counts.clone();
        thread::Builder::new()
            .name("bellwether-metric-files".to_owned())
            .spawn(move || {
                let _suppressed = Context::enter_telemetry_suppressed_scope();
                write(files, &ordered, &writing);
            })?;
        Ok(Self { orders, counts })
    }
}

fn write(mut files: JsonFiles, ordered: &Receiver<Order>, counts: &FileCounts) {
    let mut failing = false;
    while let Ok(order) = ordered.recv() {
        match order {
            Order::Write(collection) => match files.write(&collection) {
                Ok(_) => {
                    counts.written();
                    failing = false;
                }
                Err(error) => {
                    counts.failed();
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(%error, "metrics cannot be written as files");
                    }
                }
            },
            Order::Settle(answer) => {
                let _ = answer.try_send(!failing);
            }
        }
    }
}

impl Sink for FileSink {
    fn export(&mut self, collection: &Arc<Collection>, _: Option<Instant>) -> Result<(), String> {
        match self.orders.try_send(Order::Write(Arc::clone(collection))) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => {
                self.counts.failed();
                Err("files: the disk is slower than the interval of collections".to_owned())
            }
            Err(TrySendError::Disconnected(_)) => Err("files: the writer has ended".to_owned()),
        }
    }

    fn settle(&mut self, deadline: Option<Instant>) -> Result<(), String> {
        const STEP: Duration = Duration::from_millis(5);
        let (answer, answered) = mpsc::sync_channel(1);
        let is_late = || deadline.is_some_and(|deadline| deadline <= Instant::now());
        let mut order = Order::Settle(answer);
        while let Err(refused) = self.orders.try_send(order) {
            order = match refused {
                TrySendError::Full(order) if !is_late() => order,
                _ => return Err("files: not all were written".to_owned()),
            };
            thread::sleep(STEP);
        }
        let left = deadline.map_or(Duration::MAX, |deadline| {
            deadline.saturating_duration_since(Instant::now())
        });
        if answered.recv_timeout(left) == Ok(true) {
            return Ok(());
        }
        Err("files: not all were written".to_owned())
    }
}

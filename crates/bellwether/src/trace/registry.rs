//! Spans that are open, so that one whose owner forgot it does not stay open for ever.
//!
//! Each live span is entered with a deadline. All have the same lifetime, so the order of starting is the order of
//! expiring, and a sweep looks only at the front. Sweeps happen when a span is started and, for a service that has gone quiet,
//! on a thread that wakes every quarter of the lifetime (at most once a minute); the thread starts with the first live span
//! and ends with the provider. The registry refers to spans weakly: it keeps no span and no provider alive.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};

use super::statistics::{SpanStatistics, count};

/// Live spans open at once at most; beyond it the oldest is ended for its owner. About 6 MB of registry.
pub(super) const MAX_LIVE: usize = 65_536;

/// Says on a span that its owner did not end it: `expired`, `evicted` or `shutdown`.
const ENDED_BY: &str = "bellwether.span.ended_by";

/// Where the time comes from; tests turn it by hand.
pub(super) type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A span in the registry.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) context: Context,
    ended: AtomicBool,
    number: u64,
    registry: Arc<Registry>,
}

pub(super) struct Registry {
    lifetime: Duration,
    max_live: usize,
    clock: Clock,
    statistics: SpanStatistics,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    open: BTreeMap<u64, Entry>,
    timer: Timer,
}

struct Entry {
    /// `None`: never.
    deadline: Option<Instant>,
    span: Weak<Open>,
}

#[derive(Default)]
enum Timer {
    #[default]
    Idle,
    /// Dropping the sender ends the thread.
    Running {
        _stop: Sender<()>,
    },
    Stopped,
}

impl Open {
    /// Ends the span unless it has ended.
    pub(super) fn end(&self, status: Status) {
        if self.ended.swap(true, Ordering::AcqRel) {
            return;
        }
        self.registry.lock().open.remove(&self.number);
        let span = self.context.span();
        span.set_status(status);
        span.end();
    }

    /// Ends the span for its owner; whether there was anything to end. The entry has left the registry already.
    fn end_for_owner(&self, reason: &'static str, status: Status) -> bool {
        if self.ended.swap(true, Ordering::AcqRel) {
            return false;
        }
        let span = self.context.span();
        span.set_attribute(KeyValue::new(ENDED_BY, reason));
        span.set_status(status);
        span.end();
        true
    }
}

impl Registry {
    /// A lifetime of zero means that nothing expires.
    pub(super) fn new(
        lifetime: Duration,
        max_live: usize,
        clock: Clock,
        statistics: SpanStatistics,
    ) -> Self {
        Self {
            lifetime,
            max_live: max_live.max(1),
            clock,
            statistics,
            state: Mutex::default(),
        }
    }

    /// Enters the span of this context, after ending those that are due.
    pub(super) fn enter(self: &Arc<Self>, context: Context) -> Arc<Open> {
        self.sweep();
        let deadline = if self.lifetime.is_zero() {
            None
        } else {
            (self.clock)().checked_add(self.lifetime)
        };

        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        let open = Arc::new(Open {
            context,
            ended: AtomicBool::new(false),
            number,
            registry: Arc::clone(self),
        });
        state.open.insert(
            number,
            Entry {
                deadline,
                span: Arc::downgrade(&open),
            },
        );
        let evicted = if state.open.len() > self.max_live {
            state.open.pop_first()
        } else {
            None
        };
        if deadline.is_some() && matches!(state.timer, Timer::Idle) {
            state.timer = self.start_timer();
        }
        drop(state);

        if let Some(span) = evicted.and_then(|(_, entry)| entry.span.upgrade()) {
            let status = Status::error("ended because too many live spans were open");
            let ended = span.end_for_owner("evicted", status);
            count(&self.statistics.counters().live_evicted, u64::from(ended));
        }
        open
    }

    /// Ends every span whose time is over.
    pub(super) fn sweep(&self) {
        let now = (self.clock)();
        let mut due = Vec::new();
        {
            let mut state = self.lock();
            while let Some(first) = state.open.first_entry() {
                if first.get().deadline.is_none_or(|deadline| deadline > now) {
                    break;
                }
                due.push(first.remove().span);
            }
        }
        // The lock is free again: ending a span runs the processors.
        for span in due.iter().filter_map(Weak::upgrade) {
            let status = Status::error(format!("expired: still open after {:?}", self.lifetime));
            let ended = span.end_for_owner("expired", status);
            count(&self.statistics.counters().live_expired, u64::from(ended));
        }
    }

    /// Ends every span that is open, for a shutdown that is about to flush.
    pub(super) fn end_all(&self) {
        let open = std::mem::take(&mut self.lock().open);
        for span in open.values().filter_map(|entry| entry.span.upgrade()) {
            span.end_for_owner("shutdown", Status::Unset);
        }
    }

    /// Ends the timer thread for good; sweeps on starting a span go on.
    pub(super) fn stop(&self) {
        self.lock().timer = Timer::Stopped;
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().open.len()
    }

    fn start_timer(self: &Arc<Self>) -> Timer {
        let registry = Arc::downgrade(self);
        let period = (self.lifetime / 4).clamp(Duration::from_millis(10), Duration::from_secs(60));
        let (stop, stopped) = channel::<()>();
        let sweeping = move || {
            while stopped.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {
                let Some(registry) = registry.upgrade() else {
                    return;
                };
                registry.sweep();
            }
        };
        let spawned = std::thread::Builder::new()
            .name("bellwether-live-spans".into())
            .spawn(sweeping);
        // Where no thread is to be had, the sweeps on starting a span remain.
        spawned.map_or(Timer::Stopped, |_| Timer::Running { _stop: stop })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

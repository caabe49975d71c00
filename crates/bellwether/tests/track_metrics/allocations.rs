//! With metrics only, an execution allocates nothing once its series exist.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bellwether::metrics::Metrics;
use bellwether::metrics::node::{MetricsConfiguration, NodeMetrics};
use bellwether::{Label, track_metrics};

use crate::exported::Exported;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on to the system allocator unchanged; counting touches a thread-local integer only.
#[allow(unsafe_code, reason = "an allocator cannot be written without")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(body: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.with(Cell::get);
    body();
    ALLOCATIONS.with(Cell::get) - before
}

#[derive(Debug, Clone, Copy, Label)]
enum Parity {
    Even,
    Odd,
}

#[track_metrics("free", metrics = metrics, span = false)]
fn plain(metrics: &Metrics, number: u32) -> Result<u32, std::fmt::Error> {
    if number.is_multiple_of(3) {
        Err(std::fmt::Error)
    } else {
        Ok(number)
    }
}

#[track_metrics("free.future", metrics = metrics, span = false, labels(parity = if number.is_multiple_of(2) { Parity::Even } else { Parity::Odd }: Parity))]
async fn future(metrics: &Metrics, number: u32) -> Result<u32, std::fmt::Error> {
    std::future::ready(()).await;
    plain(metrics, number)
}

#[test]
fn executions_allocate_only_for_a_new_series() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    // With a node that tracks: an execution leaves nothing behind there either.
    let tracked = MetricsConfiguration {
        operations: vec!["free".to_owned(), "free.future".to_owned()],
        ..MetricsConfiguration::default()
    };
    let node = NodeMetrics::builder(tracked)
        .metrics(metrics)
        .start()
        .unwrap();
    let round = || {
        for number in 0..6 {
            let polled =
                pin!(future(metrics, number)).poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(polled, Poll::Ready(_)));
        }
    };
    assert!(allocations(round) > 0, "the counter counts");
    assert_eq!(allocations(|| (0..2_000).for_each(|_| round())), 0);
    assert_eq!(node.snapshot().operations[0].count, 2_001 * 6);
}

//! Telemetry that is off costs next to nothing: no allocation, no thread. Runs with and without the SDK compiled in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use bellwether::Telemetry;
use bellwether::logs::Logger;

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

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

#[test]
fn off_allocates_nothing_and_starts_nothing() {
    let before = threads();
    let telemetry = Telemetry::builder("off").disabled(true).start().unwrap();
    assert_eq!(threads(), before);
    assert!(!telemetry.is_enabled());

    let logger = Logger::new("off");
    let made = allocations(|| {
        for number in 0..1_000_u64 {
            let span = tracing::info_span!("work", number);
            let _entered = span.enter();
            tracing::info!(number, "inside");
            logger.info("logged");
        }
    });
    assert_eq!(made, 0, "allocations in 1,000 rounds");
    telemetry.shutdown_blocking(Duration::ZERO).unwrap();

    // The counter itself counts.
    assert_eq!(allocations(|| drop(Box::new(1_u8))), 1);
}

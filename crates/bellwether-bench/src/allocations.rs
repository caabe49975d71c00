//! Counts the allocations of the thread that measures.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static BYTES: Cell<i64> = const { Cell::new(0) };
}

/// The system's allocator, with a count a thread. A bench makes it its `#[global_allocator]`.
///
/// ```
/// use bellwether_bench::{Counting, allocations};
/// #[global_allocator]
/// static ALLOCATOR: Counting = Counting;
/// assert!(allocations(|| drop(Box::new(1))) > 0);
/// ```
#[derive(Debug)]
pub struct Counting;

// SAFETY: every call is passed on to the system's allocator unchanged; counting touches a thread-local integer only.
#[allow(unsafe_code, reason = "an allocator cannot be written without")]
#[allow(
    clippy::cast_possible_wrap,
    reason = "sizes are below the half of memory"
)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        let _ = BYTES.try_with(|bytes| bytes.set(bytes.get() + layout.size() as i64));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let _ = BYTES.try_with(|bytes| bytes.set(bytes.get() - layout.size() as i64));
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Allocations by this thread within the call; 0 without [`Counting`] as the allocator.
pub fn allocations(body: impl FnOnce()) -> u64 {
    let before = COUNT.with(Cell::get);
    body();
    COUNT.with(Cell::get) - before
}

/// Bytes that this thread allocated within the call and did not give back; 0 without [`Counting`] as the allocator.
///
/// ```
/// assert_eq!(bellwether_bench::allocated_bytes(|| {}), 0);
/// ```
pub fn allocated_bytes(body: impl FnOnce()) -> i64 {
    let before = BYTES.with(Cell::get);
    body();
    BYTES.with(Cell::get) - before
}

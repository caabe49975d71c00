//! Which of a counter's stripes a thread adds to.
//!
//! Threads are numbered as they come, and a thread's number modulo the count of stripes is its stripe: two
//! threads that count the same thing do not take a cache line from each other, and reading adds stripes up.

use std::cell::Cell;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More stripes than this cost memory and win little.
const MOST: usize = 8;

static COUNT: LazyLock<usize> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cores.next_power_of_two().min(MOST)
});

static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static THREAD: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Number of stripes: the cores, as a power of two, at most eight.
pub(crate) fn count() -> usize {
    *COUNT
}

/// This thread's number. A thread that is ending, whose locals are gone, is number 0.
#[inline]
pub(crate) fn thread() -> usize {
    let known = THREAD.try_with(Cell::get).unwrap_or(0);
    if known == usize::MAX { number() } else { known }
}

#[cold]
fn number() -> usize {
    let number = NEXT.fetch_add(1, Ordering::Relaxed) & (usize::MAX >> 1);
    let _ = THREAD.try_with(|thread| thread.set(number));
    number
}

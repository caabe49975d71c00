//! Figures of an allocator.

/// What an allocator says of its heap, in bytes. It replaces what the kernel says of anonymous memory, which also counts
/// what the allocator keeps for later, and stacks.
///
/// The C library of Linux gives its own figures (`mallinfo2`) only through an unsafe call, so they are not asked for here;
/// jemalloc and mimalloc have safe crates. With `tikv-jemalloc-ctl`:
///
/// ```
/// use bellwether::resources::{AllocatorStatistics, ProcessOptions};
///
/// # mod tikv_jemalloc_ctl {
/// #     pub mod epoch { pub fn advance() -> Result<u64, ()> { Ok(1) } }
/// #     pub mod stats {
/// #         pub mod allocated { pub fn read() -> Result<usize, ()> { Ok(1) } }
/// #         pub mod resident { pub fn read() -> Result<usize, ()> { Ok(2) } }
/// #     }
/// # }
/// use tikv_jemalloc_ctl::{epoch, stats};
///
/// fn jemalloc() -> AllocatorStatistics {
///     let _ = epoch::advance();
///     AllocatorStatistics {
///         used: stats::allocated::read().ok().map(|bytes| bytes as u64),
///         total: stats::resident::read().ok().map(|bytes| bytes as u64),
///     }
/// }
/// let options = ProcessOptions::default().allocator(jemalloc);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AllocatorStatistics {
    /// Bytes that are allocated: `heap`. `None`: as the kernel says.
    pub used: Option<u64>,
    /// Bytes that the allocator holds, in use or not: `heap_total`. `None`: as the kernel says.
    pub total: Option<u64>,
}

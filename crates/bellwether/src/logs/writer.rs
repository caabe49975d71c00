//! Writes lines without ever making a logger wait.
//!
//! A line is copied into a bounded buffer under a short lock. One thread takes the whole buffer at a time and writes it, in
//! pieces of whole lines that a pipe takes in one go (`PIPE_BUF`), so that lines of several processes on one pipe do not mix.
//! While the stream takes nothing (a pipe nobody reads), the buffer fills; then the newest lines are dropped and counted,
//! and once there is room again one line says how many. Only the thread ever touches the stream, so only it can hang;
//! [`LineWriter::close`] leaves it behind when its deadline is over.
//!
//! A stream that is gone for good (`EPIPE`) ends the writing: later lines are counted and dropped. Any other error loses the
//! piece at hand and the next is tried.

use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Lines that may wait.
pub(super) const MAX_LINES: usize = 8_192;
/// Bytes that may wait. As much again can be in the hands of the thread.
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// What Linux writes to a pipe in one piece (POSIX asks for 512 at least).
const PIPE_BUF: usize = 4_096;

/// Where lines go.
pub(super) enum Stream {
    Stdout,
    Stderr,
    #[cfg(test)]
    Other(Box<dyn Write + Send>),
}

/// What became of the lines that were logged.
///
/// `written + queue_full + write_error + closed + waiting` is the number of records that were to be lines, at any time. Lines that report a gap are not counted.
///
/// ```
/// let counts = bellwether::logs::LogCounts::default();
/// assert_eq!(counts.dropped(), 0);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogCounts {
    /// Lines the stream took.
    pub written: u64,
    /// Lines dropped because too many were waiting.
    pub queue_full: u64,
    /// Lines lost because the stream refused them.
    pub write_error: u64,
    /// Lines that came after the end, or were still waiting when its deadline was over.
    pub closed: u64,
    /// Lines that wait, or are in the hands of the thread.
    pub waiting: u64,
}

impl LogCounts {
    /// Lines lost, whatever the cause.
    ///
    /// ```
    /// assert_eq!(bellwether::logs::LogCounts::default().dropped(), 0);
    /// ```
    pub fn dropped(&self) -> u64 {
        self.queue_full + self.write_error + self.closed
    }
}

/// Lines lost since the last report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) queue_full: u64,
    pub(super) write_error: u64,
}

/// Makes the line that reports a gap.
type GapLine = fn(Gap) -> String;

/// Bytes that wait, with the places of the lines that report a gap: those are not counted.
#[derive(Default)]
struct Pending {
    bytes: Vec<u8>,
    lines: usize,
    reports: Vec<usize>,
}

#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one fact, and they come in any combination"
)]
struct State {
    pending: Pending,
    gap: Gap,
    /// Lines taken into the buffer, and lines of those that are out of it for good.
    accepted: u64,
    finished: u64,
    closed: bool,
    /// The stream will never take another line.
    gone: bool,
    exited: bool,
    /// Nobody waits for the thread any more.
    abandoned: bool,
}

#[derive(Default)]
struct Counters {
    pushed: AtomicU64,
    written: AtomicU64,
    queue_full: AtomicU64,
    write_error: AtomicU64,
    closed: AtomicU64,
}

struct Shared {
    state: Mutex<State>,
    /// The thread waits for lines.
    work: Condvar,
    /// Flush and close wait for the thread.
    progress: Condvar,
    counters: Counters,
    gap_line: GapLine,
    max_lines: usize,
    max_bytes: usize,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The queue of lines and its thread.
#[derive(Clone)]
pub(super) struct LineWriter {
    shared: Arc<Shared>,
}

impl LineWriter {
    /// Starts the thread.
    pub(super) fn start(
        stream: Stream,
        gap_line: GapLine,
        max_lines: usize,
        max_bytes: usize,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                pending: Pending::default(),
                gap: Gap::default(),
                accepted: 0,
                finished: 0,
                closed: false,
                gone: false,
                exited: false,
                abandoned: false,
            }),
            work: Condvar::new(),
            progress: Condvar::new(),
            counters: Counters::default(),
            gap_line,
            max_lines,
            max_bytes,
        });
        let for_thread = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("bellwether-lines".to_owned())
            .spawn(move || run(&for_thread, stream))?;
        Ok(Self { shared })
    }

    /// Takes a line with its newline, or drops it. Never waits for the stream.
    pub(super) fn push(&self, line: &str) {
        let shared = &*self.shared;
        shared.counters.pushed.fetch_add(1, Ordering::Relaxed);
        let mut state = shared.lock();
        if state.closed {
            shared.counters.closed.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if state.gone {
            shared.counters.write_error.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let full = state.pending.lines >= shared.max_lines
            || state.pending.bytes.len() + line.len() > shared.max_bytes;
        if full {
            state.gap.queue_full += 1;
            shared.counters.queue_full.fetch_add(1, Ordering::Relaxed);
            return;
        }
        report_gap(shared, &mut state);
        let was_empty = state.pending.bytes.is_empty();
        state.pending.bytes.extend_from_slice(line.as_bytes());
        state.pending.lines += 1;
        state.accepted += 1;
        drop(state);
        if was_empty {
            shared.work.notify_one();
        }
    }

    /// Waits until every line so far is written or lost. False when the time is over first.
    pub(super) fn flush(&self, timeout: Duration) -> bool {
        let deadline = Instant::now().checked_add(timeout);
        let mut state = self.shared.lock();
        let until = state.accepted;
        while state.finished < until {
            let (next, in_time) = wait(&self.shared.progress, state, deadline);
            state = next;
            if !in_time {
                return state.finished >= until;
            }
        }
        true
    }

    /// Takes no more lines and waits for the rest. False when the time is over first: what still waits is lost.
    pub(super) fn close(&self, timeout: Duration) -> bool {
        let deadline = Instant::now().checked_add(timeout);
        let mut state = self.shared.lock();
        state.closed = true;
        self.shared.work.notify_one();
        while !state.exited {
            let (next, in_time) = wait(&self.shared.progress, state, deadline);
            state = next;
            if !in_time && !state.exited {
                state.abandoned = true;
                let lost = std::mem::take(&mut state.pending).lines as u64;
                state.finished += lost;
                self.shared
                    .counters
                    .closed
                    .fetch_add(lost, Ordering::Relaxed);
                return false;
            }
        }
        true
    }

    pub(super) fn counts(&self) -> LogCounts {
        let counters = &self.shared.counters;
        let mut counts = LogCounts {
            written: counters.written.load(Ordering::Relaxed),
            queue_full: counters.queue_full.load(Ordering::Relaxed),
            write_error: counters.write_error.load(Ordering::Relaxed),
            closed: counters.closed.load(Ordering::Relaxed),
            waiting: 0,
        };
        let pushed = counters.pushed.load(Ordering::Relaxed);
        counts.waiting = pushed.saturating_sub(counts.written + counts.dropped());
        counts
    }
}

/// The second value is false once the deadline is over. No deadline: the time given was beyond the clock.
fn wait<'a>(
    progress: &Condvar,
    state: MutexGuard<'a, State>,
    deadline: Option<Instant>,
) -> (MutexGuard<'a, State>, bool) {
    let Some(deadline) = deadline else {
        let state = progress.wait(state);
        return (state.unwrap_or_else(PoisonError::into_inner), true);
    };
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return (state, false);
    }
    let (state, _) = progress
        .wait_timeout(state, left)
        .unwrap_or_else(PoisonError::into_inner);
    (state, true)
}

fn report_gap(shared: &Shared, state: &mut State) {
    if state.gap == Gap::default() {
        return;
    }
    let line = (shared.gap_line)(std::mem::take(&mut state.gap));
    let at = state.pending.bytes.len();
    state.pending.reports.push(at);
    state.pending.bytes.extend_from_slice(line.as_bytes());
}

fn run(shared: &Shared, mut stream: Stream) {
    let mut batch = Pending::default();
    // A write that failed half-way left part of a line behind: the next one must not be glued to it.
    let mut torn = false;
    loop {
        batch.bytes.clear();
        batch.reports.clear();
        batch.lines = 0;
        {
            let mut state = shared.lock();
            while state.pending.bytes.is_empty() && state.gap == Gap::default() && !state.closed {
                state = shared
                    .work
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            // The gap comes after everything that was taken before it.
            report_gap(shared, &mut state);
            if state.pending.bytes.is_empty() {
                state.exited = true;
                shared.progress.notify_all();
                return;
            }
            std::mem::swap(&mut state.pending, &mut batch);
        }

        let gone = write_batch(shared, &mut stream, &batch, &mut torn);

        let mut state = shared.lock();
        state.finished += batch.lines as u64;
        if gone {
            state.gone = true;
            let waiting = std::mem::take(&mut state.pending).lines as u64;
            state.finished += waiting;
            shared
                .counters
                .write_error
                .fetch_add(waiting, Ordering::Relaxed);
            state.gap = Gap::default();
            state.exited = true;
            shared.progress.notify_all();
            return;
        }
        shared.progress.notify_all();
    }
}

/// Writes all pieces. True when the stream is gone for good.
fn write_batch(shared: &Shared, stream: &mut Stream, batch: &Pending, torn: &mut bool) -> bool {
    let mut rest = batch.bytes.as_slice();
    let mut at = 0;
    let mut reports = batch.reports.iter().peekable();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(piece_length(rest));
        rest = after;
        at += piece.len();
        let lines = count_lines(piece);
        let mut reported = 0;
        while reports.next_if(|report| **report < at).is_some() {
            reported += 1;
        }
        let lines = lines - reported;

        let result = stream.write_piece(shared, piece, torn);
        let Err(error) = result else {
            shared.counters.written.fetch_add(lines, Ordering::Relaxed);
            continue;
        };
        let gone = error.kind() == ErrorKind::BrokenPipe;
        let lost = if gone {
            // Everything behind this piece is lost with it.
            let behind = count_lines(rest);
            lines + behind - reports.clone().count() as u64
        } else {
            lines
        };
        shared
            .counters
            .write_error
            .fetch_add(lost, Ordering::Relaxed);
        if gone {
            return true;
        }
        shared.lock().gap.write_error += lost;
    }
    false
}

#[allow(
    clippy::naive_bytecount,
    reason = "a crate for this would cost more than it saves"
)]
fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// As many whole lines as fit a pipe's atomic write; a longer line goes alone.
fn piece_length(bytes: &[u8]) -> usize {
    let window = &bytes[..bytes.len().min(PIPE_BUF)];
    let end = window.iter().rposition(|byte| *byte == b'\n');
    let end = end.or_else(|| bytes.iter().position(|byte| *byte == b'\n'));
    end.map_or(bytes.len(), |newline| newline + 1)
}

impl Stream {
    fn write_piece(&mut self, shared: &Shared, piece: &[u8], torn: &mut bool) -> io::Result<()> {
        match self {
            // The lock keeps a `println!` of the service out of the middle of a line.
            Self::Stdout => write_whole(shared, &mut io::stdout().lock(), piece, torn),
            Self::Stderr => write_whole(shared, &mut io::stderr().lock(), piece, torn),
            #[cfg(test)]
            Self::Other(writer) => write_whole(shared, writer, piece, torn),
        }
    }
}

fn write_whole(
    shared: &Shared,
    out: &mut dyn Write,
    piece: &[u8],
    torn: &mut bool,
) -> io::Result<()> {
    if *torn {
        retrying(shared, || out.write(b"\n"))?;
        *torn = false;
    }
    let mut rest = piece;
    while !rest.is_empty() {
        let taken = retrying(shared, || out.write(rest))?;
        if taken == 0 {
            return Err(ErrorKind::WriteZero.into());
        }
        rest = &rest[taken..];
        *torn = !rest.is_empty() && piece[piece.len() - rest.len() - 1] != b'\n';
    }
    retrying(shared, || out.flush())
}

/// Tries again after a signal, and while a stream that somebody made non-blocking has no room.
fn retrying<T>(shared: &Shared, mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    /// How long a full non-blocking stream is left alone.
    const PAUSE: Duration = Duration::from_millis(5);
    loop {
        match attempt() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if shared.lock().abandoned {
                    return Err(error);
                }
                std::thread::sleep(PAUSE);
            }
            other => return other,
        }
    }
}

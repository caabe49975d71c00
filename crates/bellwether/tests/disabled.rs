//! Telemetry that is off costs next to nothing: no allocation, no thread. Runs with and without the SDK compiled in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bellwether::logs::Logger;
use bellwether::metrics;
use bellwether::metrics::generated::labels::{AgentType, SessionType, TokenType};
use bellwether::{Label, Telemetry, track_metrics};

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

/// Threads of telemetry, by name: those of the other tests come and go meanwhile.
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.flatten().filter_map(|task| {
        let name = std::fs::read_to_string(task.path().join("comm")).ok()?;
        Some(name.trim().to_owned())
    });
    let of_telemetry =
        |name: &String| name.starts_with("bellwether") || name.starts_with("OpenTelemetry");
    names.filter(of_telemetry).collect()
}

#[derive(Debug, Clone, Copy, Label)]
enum Size {
    Small,
    Large,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape of a predicate"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[track_metrics("work", error_if = is_zero, fields(number), labels(size = size(number): Size))]
fn tracked(number: u64) -> u64 {
    number
}

#[track_metrics("work.failing")]
fn tracked_result(number: u64) -> Result<u64, std::num::TryFromIntError> {
    u8::try_from(number)?;
    Ok(number)
}

#[track_metrics("work.future")]
async fn tracked_future(number: u64) -> u64 {
    std::future::ready(()).await;
    number
}

#[cfg(not(feature = "sdk"))]
async fn bare_future(number: u64) -> u64 {
    std::future::ready(()).await;
    number
}

fn size(number: u64) -> Size {
    if number < 10 {
        Size::Small
    } else {
        Size::Large
    }
}

fn run(future: impl Future<Output = u64>) -> u64 {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(number) => number,
        Poll::Pending => unreachable!("it never waits"),
    }
}

#[test]
fn tracked_functions_are_plain_calls() {
    let round = || {
        for number in 0..300 {
            let same = run(tracked_future(tracked(number)));
            assert_eq!(same, number);
            assert_eq!(tracked_result(number).is_ok(), number < 256);
        }
    };
    round();
    assert_eq!(allocations(round), 0);
    #[cfg(not(feature = "sdk"))]
    assert_eq!(
        size_of_val(&tracked_future(1)),
        size_of_val(&bare_future(1))
    );
}

#[test]
fn off_allocates_nothing_and_starts_nothing() {
    let telemetry = Telemetry::builder("off").disabled(true).start().unwrap();
    assert_eq!(threads(), Vec::<String>::new());
    assert!(!telemetry.is_enabled());

    let logger = Logger::new("off");
    let window = metrics::context_window().open("coder-1", "session-1", AgentType::Coder);
    let record = || {
        let session = metrics::session().start("orch-1", SessionType::ClaudeCode);
        let call = metrics::tool_call().orchestrator("orch-1").start("Read");
        call.error(&std::fmt::Error);
        let mut request = metrics::model_request().start("anthropic", "claude-sonnet");
        request.chunk();
        request.tokens(TokenType::Prompt, 1_200);
        request.success();
        metrics::queue_item()
            .queue("mail")
            .enqueue()
            .dequeue()
            .done();
        metrics::error().record("planner", "quota");
        metrics::kpi().items("render", 1);
        window.set(1, 2);
        session.end();
    };
    // Labels are looked up also where nothing is recorded: the first time of each is remembered.
    record();
    assert!(!telemetry.metrics().is_on());
    let made = allocations(|| {
        for number in 0..1_000_u64 {
            let span = tracing::info_span!("work", number);
            let _entered = span.enter();
            tracing::info!(number, "inside");
            logger.info("logged");
            record();
        }
    });
    assert_eq!(made, 0, "allocations in 1,000 rounds");
    telemetry.shutdown_blocking(Duration::ZERO).unwrap();

    // The counter itself counts.
    assert_eq!(allocations(|| drop(Box::new(1_u8))), 1);
}

//! Recording on series that exist allocates nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use bellwether::metrics::generated::labels::{
    AgentType, AuthMethod, DropReason, MemoryTier, Phase, SessionType, TaskPriority, TokenType,
};

use crate::exported::Exported;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on to the system allocator unchanged; counting touches thread-local integers only.
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

#[test]
fn the_second_use_of_each_recorder_allocates_nothing() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    let window = metrics
        .context_window()
        .open("coder-1", "session-1", AgentType::Coder);
    let worker = metrics.jobs().worker("w-1");
    let error = std::io::Error::from(std::io::ErrorKind::TimedOut);
    let unnamed = std::fmt::Error;
    let round = || {
        let session = metrics.session().start("orch-1", SessionType::ClaudeCode);
        session.iteration();
        metrics.message().start("orch-1").done();
        metrics.delegation().start("orch-1", "orch-2").rejected();
        let errors = metrics.error().orchestrator("orch-1");
        errors.record("planner", &error);
        errors.record("planner", &unnamed);
        metrics.node_load().set("node-1", 0.5);
        let tools = metrics.tool_call().orchestrator("orch-1").agent("coder");
        tools.queue("Read").start().success();
        tools.start("Read").error(&error);
        drop(tools.start("Read"));
        let executions = metrics.agent_execution().agent("coder").model("m");
        executions.start(AgentType::Coder, Phase::Code).success();
        drop(
            metrics
                .agent_lifecycle()
                .spawn("orch-1", SessionType::ClaudeFlow),
        );
        let waiting = metrics.task().queue(TaskPriority::High);
        waiting.start("index").timeout();
        let search = metrics
            .memory_search()
            .start(MemoryTier::Semantic, "orch-1");
        search.cache_hit();
        search.done();
        let models = metrics.model_request().server("api.example.com", 443);
        let mut request = models.start("anthropic", "m");
        request.chunk();
        request.chunk();
        request.tokens(TokenType::Prompt, 1_200);
        request.cost(0.5);
        request.success();
        let connection = metrics.websocket().connect(AuthMethod::Token);
        connection.received("prompt", 512);
        let subscription = connection.subscribe();
        let queue = metrics.queue_item().queue("mail");
        queue.enqueue().dequeue().done();
        queue.refused(DropReason::Full);
        let request = metrics.http_request().start("GET", "/jobs/{id}");
        request.status(200);
        metrics.kpi().items("render", 1);
        metrics
            .mcp_client()
            .start("tools/call")
            .tool("Read")
            .success();
        metrics.workflow().start("triage").success();
        worker.start("render", "high").completed();
        window.set(75_000, 200_000);
        drop((session, subscription));
    };
    assert!(allocations(round) > 0, "the counter counts");
    let later = allocations(|| (0..100).for_each(|_| round()));
    assert_eq!(later, 0, "allocations in 100 rounds");
}

//! Recorders: typed units of work. One call feeds every metric of the catalog that names the same thing.
//!
//! A recorder comes from a function of [`metrics`](crate::metrics) for the process, or from a method of the same name of
//! other [`Metrics`](super::Metrics). Work that lasts is a guard: it says how it ended, or is `abandoned` when it is dropped.
//! The functions of the process cost two atomic loads; a guard is a reference, a few labels and an instant, and recording
//! allocates for the first of a series only.

mod agent_execution;
mod agent_lifecycle;
mod budget;
mod context_window;
mod delegation;
mod digits;
mod error;
mod held;
mod http_request;
mod job;
mod kpi;
mod mcp;
mod memory_search;
mod memory_store;
mod message;
mod model_request;
mod model_server;
mod node_load;
mod observation;
mod queue_item;
mod session;
mod stopwatch;
mod task;
mod tool_call;
mod websocket;
mod worker;
mod workflow;

pub use agent_execution::{AgentExecution, AgentExecutions, agent_execution};
pub use agent_lifecycle::{AgentLifecycles, LivingAgent, agent_lifecycle};
pub use budget::{Budgets, budget};
pub use context_window::{ContextWindow, ContextWindows, context_window};
pub use delegation::{Delegation, Delegations, delegation};
pub use error::{Errors, error};
pub use http_request::{HttpRequest, HttpRequests, http_request};
pub use job::{Job, JobWorker, Jobs, jobs};
pub use kpi::{Kpis, kpi};
pub use mcp::{Mcp, McpOperation, McpSession, mcp_client, mcp_server};
pub use memory_search::{MemorySearch, MemorySearches, memory_search};
pub use memory_store::{MemoryStores, memory_store};
pub use message::{Message, Messages, message};
pub use model_request::{ModelRequest, ModelRequests, model_request};
pub use model_server::{ModelServers, ServedRequest, model_server};
pub use node_load::{NodeLoads, node_load};
pub use observation::Observation;
pub use queue_item::{ProcessedItem, QueueItems, QueueRecorder, QueuedItem, queue_item};
pub use session::{Session, Sessions, session};
pub use stopwatch::{Timer, timer};
pub use task::{QueuedTask, Task, Tasks, task};
pub use tool_call::{QueuedToolCall, ToolCall, ToolCalls, tool_call};
pub use websocket::{WebSocketConnection, WebSocketSubscription, WebSockets, websocket};
pub use worker::{Workers, worker};
pub use workflow::{Workflow, Workflows, workflow};

/// The examples of `docs/recorders.md`.
#[cfg(all(doctest, feature = "sdk"))]
#[doc = include_str!("../../../../../docs/recorders.md")]
mod page {}

#[cfg(all(test, feature = "sdk"))]
mod tests {
    use opentelemetry::metrics::MeterProvider;
    use opentelemetry_sdk::metrics::SdkMeterProvider;

    use crate::metrics::Metrics;
    use crate::metrics::generated::labels::AgentType;

    /// What a recorder keeps in its metrics must not keep those.
    #[test]
    fn metrics_go_with_their_last_handle() {
        let provider = SdkMeterProvider::builder().build();
        let metrics = Metrics::new(&provider.meter("test"));
        let asked = metrics.asked();
        metrics.error().record("planner", "quota");
        metrics.kpi().items("render", 1);
        metrics.queue_item().queue("mail").enqueue().detach();
        let size = metrics.queue_item().observe_size("mail", || 1);
        metrics.worker().available(1);
        metrics.mcp_client().start("tools/list").success();
        metrics.tool_call().start("Read").success();
        let windows = metrics.context_window();
        windows.open("a", "s", AgentType::Coder).set(1, 2);
        metrics
            .jobs()
            .worker("w")
            .start("render", "high")
            .completed();
        assert!(!asked.is_in_vain());
        drop((metrics, windows, size));
        assert!(asked.is_in_vain());
    }
}

//! The recorders of the Model Context Protocol: requests and sessions, as the client and as the server see them.
//!
//! Both sides have the same labels, so they are one type over different histograms.

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::generated::labels::{
    ErrorType, GenAiOperation, GenAiPromptName, McpMethodName, McpProtocolVersion, McpTransport,
    RpcResponseStatusCode, Tool,
};
use crate::metrics::generated::recorder_metrics::{McpClientMetrics, McpServerMetrics};
use crate::metrics::{Cause, Histogram, IntoLabel, Metrics, OpenLabel, RecorderMetrics};

type OperationLabels = (
    McpMethodName,
    Option<McpProtocolVersion>,
    Option<GenAiOperation>,
    Option<Tool>,
    Option<GenAiPromptName>,
    Option<McpTransport>,
    Option<RpcResponseStatusCode>,
    Option<ErrorType>,
);

type SessionLabels = (
    Option<McpProtocolVersion>,
    Option<McpTransport>,
    Option<ErrorType>,
);

#[derive(Debug)]
struct Families {
    operations: Histogram<OperationLabels, f64>,
    sessions: Histogram<SessionLabels, f64>,
}

#[derive(Debug)]
struct Client(Families);

#[derive(Debug)]
struct Server(Families);

impl RecorderMetrics for Client {
    fn new(metrics: &Metrics) -> Self {
        let families = McpClientMetrics::new(metrics);
        Self(Families {
            operations: families.mcp_client_operation_duration,
            sessions: families.mcp_client_session_duration,
        })
    }
}

impl RecorderMetrics for Server {
    fn new(metrics: &Metrics) -> Self {
        let families = McpServerMetrics::new(metrics);
        Self(Families {
            operations: families.mcp_server_operation_duration,
            sessions: families.mcp_server_session_duration,
        })
    }
}

/// Families of either side.
#[derive(Debug, Clone)]
enum Side {
    Client(Held<Client>),
    Server(Held<Server>),
}

impl Side {
    fn families(&self) -> &Families {
        match self {
            Self::Client(client) => &client.0,
            Self::Server(server) => &server.0,
        }
    }
}

recorder! {
    /// The process's recorder of Model Context Protocol requests and sessions, as their sender sees them.
    ///
    /// Feeds `mcp.client.operation.duration` and `mcp.client.session.duration`, in seconds.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::McpTransport};
    ///
    /// let mcp = metrics::mcp_client().protocol("2025-06-18").transport(McpTransport::Pipe);
    /// let session = mcp.session();
    /// mcp.start("tools/call").tool("Read").success();
    /// session.end();
    /// ```
    mcp_client, Client => Mcp::client
}

recorder! {
    /// The process's recorder of Model Context Protocol requests and sessions, as their receiver sees them.
    ///
    /// Feeds `mcp.server.operation.duration` and `mcp.server.session.duration`, in seconds.
    ///
    /// ```
    /// bellwether::metrics::mcp_server().start("tools/list").success();
    /// ```
    mcp_server, Server => Mcp::server
}

/// The recorder of one side of the protocol, from [`mcp_client`] or [`mcp_server`], with what its requests have in common.
///
/// ```
/// use bellwether::metrics::{self, generated::labels::McpTransport};
/// let mcp = metrics::mcp_server().protocol("2025-06-18").transport(McpTransport::Tcp);
/// # let _ = mcp;
/// ```
#[derive(Debug, Clone)]
pub struct Mcp {
    side: Side,
    protocol: Option<McpProtocolVersion>,
    transport: Option<McpTransport>,
}

impl Mcp {
    fn client(families: Held<Client>) -> Self {
        Self::of(Side::Client(families))
    }

    fn server(families: Held<Server>) -> Self {
        Self::of(Side::Server(families))
    }

    fn of(side: Side) -> Self {
        Self {
            side,
            protocol: None,
            transport: None,
        }
    }

    /// Version of the protocol: `mcp.protocol.version`.
    ///
    /// ```
    /// let mcp = bellwether::metrics::mcp_client().protocol("2025-06-18");
    /// # let _ = mcp;
    /// ```
    #[must_use]
    pub fn protocol(mut self, version: impl IntoLabel<McpProtocolVersion>) -> Self {
        self.protocol = Some(version.into_label());
        self
    }

    /// What carries it: `network.transport`; `pipe` is standard input and output.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::McpTransport};
    /// let mcp = metrics::mcp_client().transport(McpTransport::Pipe);
    /// # let _ = mcp;
    /// ```
    #[must_use]
    pub fn transport(mut self, transport: McpTransport) -> Self {
        self.transport = Some(transport);
        self
    }

    /// A request or notification of this method begins.
    ///
    /// ```
    /// let operation = bellwether::metrics::mcp_client().start("tools/call");
    /// drop(operation); // error.type="abandoned"
    /// ```
    #[must_use = "a request that is dropped at once is abandoned"]
    pub fn start(&self, method: impl IntoLabel<McpMethodName>) -> McpOperation {
        McpOperation {
            recorder: self.clone(),
            method: method.into_label(),
            operation: None,
            tool: None,
            prompt: None,
            status: None,
            stopwatch: Stopwatch::start(),
            ended: false,
        }
    }

    /// A session begins; it lasts until the guard is gone.
    ///
    /// ```
    /// let session = bellwether::metrics::mcp_server().session();
    /// session.end();
    /// ```
    #[must_use = "a session that is dropped at once is over"]
    pub fn session(&self) -> McpSession {
        McpSession {
            recorder: self.clone(),
            error: None,
            stopwatch: Stopwatch::start(),
        }
    }
}

/// A request that has not been answered, from [`Mcp::start`]. Dropped without a word it failed of `abandoned`.
///
/// ```
/// bellwether::metrics::mcp_client().start("tools/list").success();
/// ```
#[derive(Debug)]
pub struct McpOperation {
    recorder: Mcp,
    method: McpMethodName,
    operation: Option<GenAiOperation>,
    tool: Option<Tool>,
    prompt: Option<GenAiPromptName>,
    status: Option<RpcResponseStatusCode>,
    stopwatch: Stopwatch,
    ended: bool,
}

impl McpOperation {
    /// It calls this tool: `gen_ai.tool.name`, and the operation `execute_tool`.
    ///
    /// ```
    /// bellwether::metrics::mcp_client().start("tools/call").tool("Read").success();
    /// ```
    #[must_use = "its end is still to be said"]
    pub fn tool(mut self, tool: impl IntoLabel<Tool>) -> Self {
        self.tool = Some(tool.into_label());
        self.operation = Some(GenAiOperation::ExecuteTool);
        self
    }

    /// It asks for this prompt: `gen_ai.prompt.name`.
    ///
    /// ```
    /// bellwether::metrics::mcp_client().start("prompts/get").prompt("review").success();
    /// ```
    #[must_use = "its end is still to be said"]
    pub fn prompt(mut self, prompt: impl IntoLabel<GenAiPromptName>) -> Self {
        self.prompt = Some(prompt.into_label());
        self
    }

    /// Status code of the answer, of the kind JSON-RPC has: `rpc.response.status_code`.
    ///
    /// ```
    /// bellwether::metrics::mcp_client().start("tools/call").status("-32602").error("invalid_params");
    /// ```
    #[must_use = "its end is still to be said"]
    pub fn status(mut self, code: impl IntoLabel<RpcResponseStatusCode>) -> Self {
        self.status = Some(code.into_label());
        self
    }

    /// It was answered.
    ///
    /// ```
    /// bellwether::metrics::mcp_client().start("tools/list").success();
    /// ```
    pub fn success(mut self) {
        self.end(None);
    }

    /// It failed of this.
    ///
    /// ```
    /// bellwether::metrics::mcp_client().start("tools/call").tool("Read").error("tool_error");
    /// ```
    pub fn error(mut self, cause: impl Cause) {
        self.end(Some(cause.error_type()));
    }

    fn end(&mut self, error: Option<ErrorType>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let labels = (
            self.method,
            self.recorder.protocol,
            self.operation,
            self.tool,
            self.prompt,
            self.recorder.transport,
            self.status,
            error,
        );
        let durations = &self.recorder.side.families().operations;
        durations.record(self.stopwatch.seconds(), labels);
    }
}

impl Drop for McpOperation {
    fn drop(&mut self) {
        if !self.ended {
            self.end(Some(ErrorType::of("abandoned")));
        }
    }
}

/// A session of the protocol, from [`Mcp::session`], until it is dropped.
///
/// ```
/// bellwether::metrics::mcp_client().session().end();
/// ```
#[derive(Debug)]
pub struct McpSession {
    recorder: Mcp,
    error: Option<ErrorType>,
    stopwatch: Stopwatch,
}

impl McpSession {
    /// It is over, as when the guard is dropped.
    ///
    /// ```
    /// bellwether::metrics::mcp_client().session().end();
    /// ```
    pub fn end(self) {}

    /// It broke off for this reason: `error.type`.
    ///
    /// ```
    /// bellwether::metrics::mcp_client().session().error("connection");
    /// ```
    pub fn error(mut self, cause: impl Cause) {
        self.error = Some(cause.error_type());
    }
}

impl Drop for McpSession {
    fn drop(&mut self) {
        let labels = (self.recorder.protocol, self.recorder.transport, self.error);
        let durations = &self.recorder.side.families().sessions;
        durations.record(self.stopwatch.seconds(), labels);
    }
}

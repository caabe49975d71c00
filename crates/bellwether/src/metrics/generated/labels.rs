//! Closed labels. Each enum knows its values, and the index of each for dense tables.
// Generated from the metrics registry. Change the registry and generate again.

/// Kind of agent session.
///
/// Closed label `session_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionType {
    /// `claude-code`.
    ClaudeCode,
    /// `claude-flow`.
    ClaudeFlow,
}

impl SessionType {
    /// Key of the label.
    pub const KEY: &'static str = "session_type";
    /// Number of values.
    pub const COUNT: usize = 2;
    /// Every value, by index.
    pub const ALL: [Self; 2] = [Self::ClaudeCode, Self::ClaudeFlow];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["claude-code", "claude-flow"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for SessionType { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How the work stands or ended.
///
/// Closed label `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToolStatus {
    /// It did what was asked.
    Success,
    /// It failed.
    Error,
    /// It ran out of time.
    Timeout,
    /// Its guard was dropped before anybody said how it went.
    Abandoned,
}

impl ToolStatus {
    /// Key of the label.
    pub const KEY: &'static str = "status";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Success, Self::Error, Self::Timeout, Self::Abandoned];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["success", "error", "timeout", "abandoned"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for ToolStatus { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How the work stands or ended.
///
/// Closed label `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DelegationStatus {
    /// It did what was asked.
    Success,
    /// It failed.
    Error,
    /// The other side refused it.
    Rejected,
    /// Its guard was dropped before anybody said how it went.
    Abandoned,
}

impl DelegationStatus {
    /// Key of the label.
    pub const KEY: &'static str = "status";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Success, Self::Error, Self::Rejected, Self::Abandoned];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["success", "error", "rejected", "abandoned"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for DelegationStatus { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How the work stands or ended.
///
/// Closed label `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExecutionStatus {
    /// It did what was asked.
    Success,
    /// It failed.
    Error,
    /// It ran out of time.
    Timeout,
    /// Its guard was dropped before anybody said how it went.
    Abandoned,
}

impl ExecutionStatus {
    /// Key of the label.
    pub const KEY: &'static str = "status";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Success, Self::Error, Self::Timeout, Self::Abandoned];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["success", "error", "timeout", "abandoned"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for ExecutionStatus { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How the work stands or ended.
///
/// Closed label `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobStatus {
    /// It began; the end is counted separately.
    Started,
    /// It ran to its end.
    Completed,
    /// It ended with an error.
    Failed,
    /// Its guard was dropped before anybody said how it went.
    Abandoned,
}

impl JobStatus {
    /// Key of the label.
    pub const KEY: &'static str = "status";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Started, Self::Completed, Self::Failed, Self::Abandoned];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["started", "completed", "failed", "abandoned"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for JobStatus { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How the work stands or ended.
///
/// Closed label `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationStatus {
    /// It did what was asked.
    Success,
    /// It failed.
    Error,
    /// Its guard was dropped before anybody said how it went.
    Abandoned,
}

impl OperationStatus {
    /// Key of the label.
    pub const KEY: &'static str = "status";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Success, Self::Error, Self::Abandoned];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["success", "error", "abandoned"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for OperationStatus { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Class of the error, never its text.
///
/// Closed label `error_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobErrorType {
    /// It ran out of time.
    Timeout,
    /// Memory ran out or a limit was hit.
    Memory,
    /// The network failed.
    Network,
    /// The peer closed or refused the connection.
    Connection,
    /// No class fits.
    Unknown,
}

impl JobErrorType {
    /// Key of the label.
    pub const KEY: &'static str = "error_type";
    /// Number of values.
    pub const COUNT: usize = 5;
    /// Every value, by index.
    pub const ALL: [Self; 5] = [Self::Timeout, Self::Memory, Self::Network, Self::Connection, Self::Unknown];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["timeout", "memory", "network", "connection", "unknown"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for JobErrorType { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Role of an agent.
///
/// Closed label `agent_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgentType {
    /// `coordinator`.
    Coordinator,
    /// `planner`.
    Planner,
    /// `architect`.
    Architect,
    /// `researcher`.
    Researcher,
    /// `coder`.
    Coder,
    /// `tester`.
    Tester,
    /// `reviewer`.
    Reviewer,
    /// `debugger`.
    Debugger,
    /// `documenter`.
    Documenter,
    /// `other`.
    Other,
}

impl AgentType {
    /// Key of the label.
    pub const KEY: &'static str = "agent_type";
    /// Number of values.
    pub const COUNT: usize = 10;
    /// Every value, by index.
    pub const ALL: [Self; 10] = [Self::Coordinator, Self::Planner, Self::Architect, Self::Researcher, Self::Coder, Self::Tester, Self::Reviewer, Self::Debugger, Self::Documenter, Self::Other];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["coordinator", "planner", "architect", "researcher", "coder", "tester", "reviewer", "debugger", "documenter", "other"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for AgentType { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Phase of the work an agent is in.
///
/// Closed label `phase`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// `explore`.
    Explore,
    /// `plan`.
    Plan,
    /// `code`.
    Code,
    /// `test`.
    Test,
    /// `review`.
    Review,
    /// `fix`.
    Fix,
    /// `document`.
    Document,
    /// `other`.
    Other,
}

impl Phase {
    /// Key of the label.
    pub const KEY: &'static str = "phase";
    /// Number of values.
    pub const COUNT: usize = 8;
    /// Every value, by index.
    pub const ALL: [Self; 8] = [Self::Explore, Self::Plan, Self::Code, Self::Test, Self::Review, Self::Fix, Self::Document, Self::Other];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["explore", "plan", "code", "test", "review", "fix", "document", "other"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for Phase { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How bad an error is.
///
/// Closed label `severity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorSeverity {
    /// `info`.
    Info,
    /// `warning`.
    Warning,
    /// `error`.
    Error,
    /// `critical`.
    Critical,
}

impl ErrorSeverity {
    /// Key of the label.
    pub const KEY: &'static str = "severity";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::Error, Self::Critical];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["info", "warning", "error", "critical"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for ErrorSeverity { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How bad an error is.
///
/// Closed label `severity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertSeverity {
    /// `info`.
    Info,
    /// `warning`.
    Warning,
    /// `critical`.
    Critical,
}

impl AlertSeverity {
    /// Key of the label.
    pub const KEY: &'static str = "severity";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["info", "warning", "critical"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for AlertSeverity { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Priority of queued work.
///
/// Closed label `priority`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskPriority {
    /// `low`.
    Low,
    /// `normal`.
    Normal,
    /// `high`.
    High,
    /// `critical`.
    Critical,
}

impl TaskPriority {
    /// Key of the label.
    pub const KEY: &'static str = "priority";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Critical];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["low", "normal", "high", "critical"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for TaskPriority { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Which telemetry.
///
/// Closed label `signal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// `traces`.
    Traces,
    /// `metrics`.
    Metrics,
    /// `logs`.
    Logs,
}

impl Signal {
    /// Key of the label.
    pub const KEY: &'static str = "signal";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Traces, Self::Metrics, Self::Logs];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["traces", "metrics", "logs"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for Signal { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Why telemetry was lost.
///
/// Closed label `cause`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LossCause {
    /// `queue_full`.
    QueueFull,
    /// `rejected`.
    Rejected,
    /// `timeout`.
    Timeout,
    /// `expired`.
    Expired,
    /// `spool_full`.
    SpoolFull,
    /// `spool_error`.
    SpoolError,
    /// `too_large`.
    TooLarge,
    /// `shutdown`.
    Shutdown,
    /// `encoding`.
    Encoding,
    /// `other`.
    Other,
}

impl LossCause {
    /// Key of the label.
    pub const KEY: &'static str = "cause";
    /// Number of values.
    pub const COUNT: usize = 10;
    /// Every value, by index.
    pub const ALL: [Self; 10] = [Self::QueueFull, Self::Rejected, Self::Timeout, Self::Expired, Self::SpoolFull, Self::SpoolError, Self::TooLarge, Self::Shutdown, Self::Encoding, Self::Other];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["queue_full", "rejected", "timeout", "expired", "spool_full", "spool_error", "too_large", "shutdown", "encoding", "other"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for LossCause { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// What became of telemetry on the way to the endpoint.
///
/// Closed label `outcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExportOutcome {
    /// `sent`.
    Sent,
    /// `failed`.
    Failed,
    /// `dropped`.
    Dropped,
}

impl ExportOutcome {
    /// Key of the label.
    pub const KEY: &'static str = "outcome";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Sent, Self::Failed, Self::Dropped];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["sent", "failed", "dropped"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for ExportOutcome { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Where snapshots are published.
///
/// Closed label `sink`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublishSink {
    /// `file`.
    File,
    /// `log`.
    Log,
    /// `kafka`.
    Kafka,
    /// `other`.
    Other,
}

impl PublishSink {
    /// Key of the label.
    pub const KEY: &'static str = "sink";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::File, Self::Log, Self::Kafka, Self::Other];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["file", "log", "kafka", "other"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for PublishSink { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// State of an alert before a change.
///
/// Closed label `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertStateFrom {
    /// `inactive`.
    Inactive,
    /// `pending`.
    Pending,
    /// `firing`.
    Firing,
}

impl AlertStateFrom {
    /// Key of the label.
    pub const KEY: &'static str = "from";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Inactive, Self::Pending, Self::Firing];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["inactive", "pending", "firing"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for AlertStateFrom { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// State of an alert after a change.
///
/// Closed label `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertStateTo {
    /// `inactive`.
    Inactive,
    /// `pending`.
    Pending,
    /// `firing`.
    Firing,
}

impl AlertStateTo {
    /// Key of the label.
    pub const KEY: &'static str = "to";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Inactive, Self::Pending, Self::Firing];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["inactive", "pending", "firing"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for AlertStateTo { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// State of an alert.
///
/// Closed label `state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertState {
    /// `inactive`.
    Inactive,
    /// `pending`.
    Pending,
    /// `firing`.
    Firing,
}

impl AlertState {
    /// Key of the label.
    pub const KEY: &'static str = "state";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Inactive, Self::Pending, Self::Firing];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["inactive", "pending", "firing"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for AlertState { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// What is done when an alert changes.
///
/// Closed label `action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertAction {
    /// `log`.
    Log,
    /// `event`.
    Event,
    /// `webhook`.
    Webhook,
}

impl AlertAction {
    /// Key of the label.
    pub const KEY: &'static str = "action";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Log, Self::Event, Self::Webhook];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["log", "event", "webhook"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for AlertAction { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// What became of an action: done, given up, or dropped before a full queue.
///
/// Closed label `result`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertActionResult {
    /// `done`.
    Done,
    /// `failed`.
    Failed,
    /// `dropped`.
    Dropped,
}

impl AlertActionResult {
    /// Key of the label.
    pub const KEY: &'static str = "result";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Done, Self::Failed, Self::Dropped];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["done", "failed", "dropped"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for AlertActionResult { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Where resource metrics are read.
///
/// Closed label `source`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceSource {
    /// `process`.
    Process,
    /// `disk`.
    Disk,
    /// `runtime`.
    Runtime,
    /// `gpu`.
    Gpu,
}

impl ResourceSource {
    /// Key of the label.
    pub const KEY: &'static str = "source";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Process, Self::Disk, Self::Runtime, Self::Gpu];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["process", "disk", "runtime", "gpu"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for ResourceSource { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Why a GPU runs below its clocks.
///
/// Closed label `throttle_reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GpuThrottleReason {
    /// The clocks that applications have set.
    ApplicationClocks,
    /// The power limit.
    PowerCap,
    /// Hardware slowdown of any cause.
    HardwareSlowdown,
    /// A slower GPU of the same sync boost group.
    SyncBoost,
    /// Too hot, says the driver.
    SoftwareThermal,
    /// Too hot, says the hardware.
    HardwareThermal,
    /// The power supply asks for less.
    PowerBrake,
    /// The clocks of the display.
    DisplayClocks,
}

impl GpuThrottleReason {
    /// Key of the label.
    pub const KEY: &'static str = "throttle_reason";
    /// Number of values.
    pub const COUNT: usize = 8;
    /// Every value, by index.
    pub const ALL: [Self; 8] = [Self::ApplicationClocks, Self::PowerCap, Self::HardwareSlowdown, Self::SyncBoost, Self::SoftwareThermal, Self::HardwareThermal, Self::PowerBrake, Self::DisplayClocks];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["application_clocks", "power_cap", "hardware_slowdown", "sync_boost", "software_thermal", "hardware_thermal", "power_brake", "display_clocks"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for GpuThrottleReason { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Operation.
///
/// Closed label `gen_ai.operation.name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GenAiOperation {
    /// `chat`.
    Chat,
    /// `text_completion`.
    TextCompletion,
    /// `generate_content`.
    GenerateContent,
    /// `embeddings`.
    Embeddings,
    /// `retrieval`.
    Retrieval,
    /// `create_agent`.
    CreateAgent,
    /// `invoke_agent`.
    InvokeAgent,
    /// `invoke_workflow`.
    InvokeWorkflow,
    /// `plan`.
    Plan,
    /// `execute_tool`.
    ExecuteTool,
}

impl GenAiOperation {
    /// Key of the label.
    pub const KEY: &'static str = "gen_ai.operation.name";
    /// Number of values.
    pub const COUNT: usize = 10;
    /// Every value, by index.
    pub const ALL: [Self; 10] = [Self::Chat, Self::TextCompletion, Self::GenerateContent, Self::Embeddings, Self::Retrieval, Self::CreateAgent, Self::InvokeAgent, Self::InvokeWorkflow, Self::Plan, Self::ExecuteTool];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["chat", "text_completion", "generate_content", "embeddings", "retrieval", "create_agent", "invoke_agent", "invoke_workflow", "plan", "execute_tool"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for GenAiOperation { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Which way the tokens went.
///
/// Closed label `gen_ai.token.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GenAiTokenType {
    /// `input`.
    Input,
    /// `output`.
    Output,
}

impl GenAiTokenType {
    /// Key of the label.
    pub const KEY: &'static str = "gen_ai.token.type";
    /// Number of values.
    pub const COUNT: usize = 2;
    /// Every value, by index.
    pub const ALL: [Self; 2] = [Self::Input, Self::Output];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["input", "output"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for GenAiTokenType { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Kind of tool.
///
/// Closed label `gen_ai.tool.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GenAiToolType {
    /// `function`.
    Function,
    /// `extension`.
    Extension,
    /// `datastore`.
    Datastore,
}

impl GenAiToolType {
    /// Key of the label.
    pub const KEY: &'static str = "gen_ai.tool.type";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Function, Self::Extension, Self::Datastore];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["function", "extension", "datastore"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for GenAiToolType { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Kind of device.
///
/// Closed label `hw.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HardwareType {
    /// `gpu`.
    Gpu,
}

impl HardwareType {
    /// Key of the label.
    pub const KEY: &'static str = "hw.type";
    /// Number of values.
    pub const COUNT: usize = 1;
    /// Every value, by index.
    pub const ALL: [Self; 1] = [Self::Gpu];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["gpu"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for HardwareType { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// State of a device.
///
/// Closed label `hw.state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HardwareState {
    /// `ok`.
    Ok,
    /// `degraded`.
    Degraded,
    /// `failed`.
    Failed,
    /// `predicted_failure`.
    PredictedFailure,
}

impl HardwareState {
    /// Key of the label.
    pub const KEY: &'static str = "hw.state";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Degraded, Self::Failed, Self::PredictedFailure];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["ok", "degraded", "failed", "predicted_failure"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for HardwareState { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// What the GPU was busy with.
///
/// Closed label `hw.gpu.task`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GpuTask {
    /// `general`.
    General,
    /// `encoder`.
    Encoder,
    /// `decoder`.
    Decoder,
}

impl GpuTask {
    /// Key of the label.
    pub const KEY: &'static str = "hw.gpu.task";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::General, Self::Encoder, Self::Decoder];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["general", "encoder", "decoder"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for GpuTask { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Which way the bytes went.
///
/// Closed label `network.io.direction`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IoDirection {
    /// `receive`.
    Receive,
    /// `transmit`.
    Transmit,
}

impl IoDirection {
    /// Key of the label.
    pub const KEY: &'static str = "network.io.direction";
    /// Number of values.
    pub const COUNT: usize = 2;
    /// Every value, by index.
    pub const ALL: [Self; 2] = [Self::Receive, Self::Transmit];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["receive", "transmit"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for IoDirection { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Request method; anything unusual is _OTHER.
///
/// Closed label `method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HttpMethod {
    /// `GET`.
    Get,
    /// `HEAD`.
    Head,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
    /// `OPTIONS`.
    Options,
    /// `_OTHER`.
    Other,
}

impl HttpMethod {
    /// Key of the label.
    pub const KEY: &'static str = "method";
    /// Number of values.
    pub const COUNT: usize = 8;
    /// Every value, by index.
    pub const ALL: [Self; 8] = [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete, Self::Options, Self::Other];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "_OTHER"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for HttpMethod { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How the peers are connected; pipe for stdio.
///
/// Closed label `network.transport`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum McpTransport {
    /// `pipe`.
    Pipe,
    /// `tcp`.
    Tcp,
    /// `quic`.
    Quic,
}

impl McpTransport {
    /// Key of the label.
    pub const KEY: &'static str = "network.transport";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Pipe, Self::Tcp, Self::Quic];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["pipe", "tcp", "quic"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for McpTransport { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Period a budget covers.
///
/// Closed label `period`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BudgetPeriod {
    /// `daily`.
    Daily,
    /// `weekly`.
    Weekly,
    /// `monthly`.
    Monthly,
}

impl BudgetPeriod {
    /// Key of the label.
    pub const KEY: &'static str = "period";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Daily, Self::Weekly, Self::Monthly];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["daily", "weekly", "monthly"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for BudgetPeriod { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Where the parent of a span was made.
///
/// Closed label `otel.span.parent.origin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpanParentOrigin {
    /// `none`.
    None,
    /// `local`.
    Local,
    /// `remote`.
    Remote,
}

impl SpanParentOrigin {
    /// Key of the label.
    pub const KEY: &'static str = "otel.span.parent.origin";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::None, Self::Local, Self::Remote];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["none", "local", "remote"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for SpanParentOrigin { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// What the sampler decided.
///
/// Closed label `otel.span.sampling_result`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SamplingResult {
    /// `DROP`.
    Drop,
    /// `RECORD_ONLY`.
    RecordOnly,
    /// `RECORD_AND_SAMPLE`.
    RecordAndSample,
}

impl SamplingResult {
    /// Key of the label.
    pub const KEY: &'static str = "otel.span.sampling_result";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Drop, Self::RecordOnly, Self::RecordAndSample];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["DROP", "RECORD_ONLY", "RECORD_AND_SAMPLE"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for SamplingResult { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Which part is measured.
///
/// Closed label `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProcessMemoryType {
    /// `heap`.
    Heap,
    /// `heap_total`.
    HeapTotal,
    /// `rss`.
    Rss,
}

impl ProcessMemoryType {
    /// Key of the label.
    pub const KEY: &'static str = "type";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Heap, Self::HeapTotal, Self::Rss];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["heap", "heap_total", "rss"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for ProcessMemoryType { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Which part is measured.
///
/// Closed label `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiskUsageType {
    /// `used`.
    Used,
    /// `free`.
    Free,
}

impl DiskUsageType {
    /// Key of the label.
    pub const KEY: &'static str = "type";
    /// Number of values.
    pub const COUNT: usize = 2;
    /// Every value, by index.
    pub const ALL: [Self; 2] = [Self::Used, Self::Free];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["used", "free"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for DiskUsageType { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Why an agent ended without failing.
///
/// Closed label `exit_reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExitReason {
    /// `completed`.
    Completed,
    /// `stopped`.
    Stopped,
    /// `cancelled`.
    Cancelled,
    /// `timeout`.
    Timeout,
    /// `abandoned`.
    Abandoned,
}

impl ExitReason {
    /// Key of the label.
    pub const KEY: &'static str = "exit_reason";
    /// Number of values.
    pub const COUNT: usize = 5;
    /// Every value, by index.
    pub const ALL: [Self; 5] = [Self::Completed, Self::Stopped, Self::Cancelled, Self::Timeout, Self::Abandoned];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["completed", "stopped", "cancelled", "timeout", "abandoned"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for ExitReason { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Tier of the memory system.
///
/// Closed label `tier`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemoryTier {
    /// `scratchpad`.
    Scratchpad,
    /// `episodic`.
    Episodic,
    /// `semantic`.
    Semantic,
    /// `other`.
    Other,
}

impl MemoryTier {
    /// Key of the label.
    pub const KEY: &'static str = "tier";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Scratchpad, Self::Episodic, Self::Semantic, Self::Other];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["scratchpad", "episodic", "semantic", "other"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for MemoryTier { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How a compaction chooses what to keep.
///
/// Closed label `strategy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CompactionStrategy {
    /// `summarize`.
    Summarize,
    /// `evict`.
    Evict,
    /// `merge`.
    Merge,
    /// `other`.
    Other,
}

impl CompactionStrategy {
    /// Key of the label.
    pub const KEY: &'static str = "strategy";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Summarize, Self::Evict, Self::Merge, Self::Other];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["summarize", "evict", "merge", "other"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for CompactionStrategy { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// What the tokens were.
///
/// Closed label `token_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenType {
    /// `prompt`.
    Prompt,
    /// `completion`.
    Completion,
    /// `cache_read`.
    CacheRead,
    /// `cache_creation`.
    CacheCreation,
    /// `reasoning`.
    Reasoning,
}

impl TokenType {
    /// Key of the label.
    pub const KEY: &'static str = "token_type";
    /// Number of values.
    pub const COUNT: usize = 5;
    /// Every value, by index.
    pub const ALL: [Self; 5] = [Self::Prompt, Self::Completion, Self::CacheRead, Self::CacheCreation, Self::Reasoning];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["prompt", "completion", "cache_read", "cache_creation", "reasoning"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for TokenType { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Why an item was dropped.
///
/// Closed label `reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DropReason {
    /// `full`.
    Full,
    /// `expired`.
    Expired,
    /// `rejected`.
    Rejected,
    /// `shutdown`.
    Shutdown,
    /// `error`.
    Error,
    /// `other`.
    Other,
}

impl DropReason {
    /// Key of the label.
    pub const KEY: &'static str = "reason";
    /// Number of values.
    pub const COUNT: usize = 6;
    /// Every value, by index.
    pub const ALL: [Self; 6] = [Self::Full, Self::Expired, Self::Rejected, Self::Shutdown, Self::Error, Self::Other];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["full", "expired", "rejected", "shutdown", "error", "other"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for DropReason { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How a connection authenticated.
///
/// Closed label `auth_method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthMethod {
    /// `none`.
    None,
    /// `token`.
    Token,
    /// `api_key`.
    ApiKey,
    /// `mtls`.
    Mtls,
    /// `other`.
    Other,
}

impl AuthMethod {
    /// Key of the label.
    pub const KEY: &'static str = "auth_method";
    /// Number of values.
    pub const COUNT: usize = 5;
    /// Every value, by index.
    pub const ALL: [Self; 5] = [Self::None, Self::Token, Self::ApiKey, Self::Mtls, Self::Other];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["none", "token", "api_key", "mtls", "other"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for AuthMethod { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// Which way a message went.
///
/// Closed label `direction`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// `received`.
    Received,
    /// `sent`.
    Sent,
}

impl Direction {
    /// Key of the label.
    pub const KEY: &'static str = "direction";
    /// Number of values.
    pub const COUNT: usize = 2;
    /// Every value, by index.
    pub const ALL: [Self; 2] = [Self::Received, Self::Sent];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["received", "sent"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl crate::metrics::Label for Direction { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

crate::open_label! {
    /// Model that answered.
    ///
    /// Open label `model`: the first 64 values, then `_other`.
    pub struct Model("model", 64);
}

crate::open_label! {
    /// Tool that was called.
    ///
    /// Open label `tool`: the first 128 values, then `_other`.
    pub struct Tool("tool", 128);
}

crate::open_label! {
    /// Class of the error, never its text.
    ///
    /// Open label `error_type`: the first 64 values, then `_other`.
    pub struct ErrorType("error_type", 64);
}

crate::open_label! {
    /// Part of the service that reports.
    ///
    /// Open label `component`: the first 64 values, then `_other`.
    pub struct Component("component", 64);
}

crate::open_label! {
    /// Kind of task.
    ///
    /// Open label `task_type`: the first 64 values, then `_other`.
    pub struct TaskType("task_type", 64);
}

crate::open_label! {
    /// Label whose bound was reached.
    ///
    /// Open label `label`: the first 128 values, then `_other`.
    pub struct Label("label", 128);
}

crate::open_label! {
    /// Name of an alert.
    ///
    /// Open label `rule`: the first 256 values, then `_other`.
    pub struct Rule("rule", 256);
}

crate::open_label! {
    /// Name of an observed runtime.
    ///
    /// Open label `runtime`: the first 16 values, then `_other`.
    pub struct Runtime("runtime", 16);
}

crate::open_label! {
    /// Index of the GPU.
    ///
    /// Open label `gpu_index`: the first 64 values, then `_other`.
    pub struct GpuIndex("gpu_index", 64);
}

crate::open_label! {
    /// Name of the process, empty where it cannot be read.
    ///
    /// Open label `process`: the first 64 values, then `_other`.
    pub struct Process("process", 64);
}

crate::open_label! {
    /// Operation named at the call site.
    ///
    /// Open label `operation`: the first 128 values, then `_other`.
    pub struct Operation("operation", 128);
}

crate::open_label! {
    /// A KPI the service defines.
    ///
    /// Open label `kpi`: the first 64 values, then `_other`.
    pub struct Kpi("kpi", 64);
}

crate::open_label! {
    /// Service that a job needs.
    ///
    /// Open label `service`: the first 64 values, then `_other`.
    pub struct Service("service", 64);
}

crate::open_label! {
    /// Who serves the model.
    ///
    /// Open label `provider`: the first 16 values, then `_other`.
    pub struct Provider("provider", 16);
}

crate::open_label! {
    /// Model that answered.
    ///
    /// Open label `gen_ai_response_model`: the first 64 values, then `_other`.
    pub struct GenAiResponseModel("gen_ai_response_model", 64);
}

crate::open_label! {
    /// Host of the peer.
    ///
    /// Open label `server_address`: the first 32 values, then `_other`.
    pub struct ServerAddress("server_address", 32);
}

crate::open_label! {
    /// Port of the peer.
    ///
    /// Open label `server_port`: the first 32 values, then `_other`.
    pub struct ServerPort("server_port", 32);
}

crate::open_label! {
    /// Workflow.
    ///
    /// Open label `gen_ai_workflow_name`: the first 64 values, then `_other`.
    pub struct GenAiWorkflowName("gen_ai_workflow_name", 64);
}

crate::open_label! {
    /// Name of the agent, from a small set.
    ///
    /// Open label `gen_ai_agent_name`: the first 64 values, then `_other`.
    pub struct GenAiAgentName("gen_ai_agent_name", 64);
}

crate::open_label! {
    /// Identifies the device on its host.
    ///
    /// Open label `hw_id`: the first 64 values, then `_other`.
    pub struct HwId("hw_id", 64);
}

crate::open_label! {
    /// Route template, never the path.
    ///
    /// Open label `route`: the first 100 values, then `_other`.
    pub struct Route("route", 100);
}

crate::open_label! {
    /// Status code of the answer.
    ///
    /// Open label `status_code`: the first 64 values, then `_other`.
    pub struct StatusCode("status_code", 64);
}

crate::open_label! {
    /// Priority of queued work.
    ///
    /// Open label `priority`: the first 16 values, then `_other`.
    pub struct Priority("priority", 16);
}

crate::open_label! {
    /// Type name of the error value.
    ///
    /// Open label `error_name`: the first 64 values, then `_other`.
    pub struct ErrorName("error_name", 64);
}

crate::open_label! {
    /// Queue the item is in.
    ///
    /// Open label `queue_name`: the first 32 values, then `_other`.
    pub struct QueueName("queue_name", 32);
}

crate::open_label! {
    /// Method of the protocol.
    ///
    /// Open label `mcp_method_name`: the first 32 values, then `_other`.
    pub struct McpMethodName("mcp_method_name", 32);
}

crate::open_label! {
    /// Version of the protocol.
    ///
    /// Open label `mcp_protocol_version`: the first 8 values, then `_other`.
    pub struct McpProtocolVersion("mcp_protocol_version", 8);
}

crate::open_label! {
    /// Prompt that was asked for.
    ///
    /// Open label `gen_ai_prompt_name`: the first 64 values, then `_other`.
    pub struct GenAiPromptName("gen_ai_prompt_name", 64);
}

crate::open_label! {
    /// Status code of the answer.
    ///
    /// Open label `rpc_response_status_code`: the first 32 values, then `_other`.
    pub struct RpcResponseStatusCode("rpc_response_status_code", 32);
}

crate::open_label! {
    /// Orchestrator that owns the work.
    ///
    /// Open label `orchestrator_id`: the first 100 values, then `_other`.
    pub struct OrchestratorId("orchestrator_id", 100);
}

crate::open_label! {
    /// Orchestrator that delegates.
    ///
    /// Open label `from_orchestrator`: the first 100 values, then `_other`.
    pub struct FromOrchestrator("from_orchestrator", 100);
}

crate::open_label! {
    /// Orchestrator that is asked to do the work.
    ///
    /// Open label `to_orchestrator`: the first 100 values, then `_other`.
    pub struct ToOrchestrator("to_orchestrator", 100);
}

crate::open_label! {
    /// Node of the cluster.
    ///
    /// Open label `node_id`: the first 256 values, then `_other`.
    pub struct NodeId("node_id", 256);
}

crate::open_label! {
    /// Kind of SDK component.
    ///
    /// Open label `otel_component_type`: the first 32 values, then `_other`.
    pub struct OtelComponentType("otel_component_type", 32);
}

crate::open_label! {
    /// One component: its type, a slash and a number.
    ///
    /// Open label `otel_component_name`: the first 64 values, then `_other`.
    pub struct OtelComponentName("otel_component_name", 64);
}

crate::open_label! {
    /// HTTP status code.
    ///
    /// Open label `http_response_status_code`: the first 64 values, then `_other`.
    pub struct HttpResponseStatusCode("http_response_status_code", 64);
}

crate::open_label! {
    /// gRPC status code.
    ///
    /// Open label `rpc_grpc_status_code`: the first 20 values, then `_other`.
    pub struct RpcGrpcStatusCode("rpc_grpc_status_code", 20);
}

crate::open_label! {
    /// Mount point or directory.
    ///
    /// Open label `path`: the first 32 values, then `_other`.
    pub struct Path("path", 32);
}

crate::open_label! {
    /// Type of a WebSocket message.
    ///
    /// Open label `message_type`: the first 64 values, then `_other`.
    pub struct MessageType("message_type", 64);
}

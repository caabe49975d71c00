//! What a check says.

use serde_json::{Map, Value};

/// How a component is, from best to worst.
///
/// ```
/// use bellwether::health::Status;
/// assert_eq!(Status::Degraded.as_str(), "degraded");
/// assert!(Status::Healthy < Status::Unhealthy);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It works.
    Healthy,
    /// It works, but not as it should: slower, in part, or on a reserve.
    Degraded,
    /// It does not work.
    Unhealthy,
}

impl Status {
    /// As an answer has it: `healthy`, `degraded` or `unhealthy`.
    ///
    /// ```
    /// assert_eq!(bellwether::health::Status::Healthy.as_str(), "healthy");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Unhealthy => "unhealthy",
        }
    }

    /// The value of `bellwether_health_status`. An average over replicas is the share that works.
    pub(super) const fn value(self) -> f64 {
        match self {
            Self::Healthy => 1.0,
            Self::Degraded => 0.5,
            Self::Unhealthy => 0.0,
        }
    }
}

/// What the service is without a component.
///
/// ```
/// use bellwether::health::Criticality;
/// assert_ne!(Criticality::Critical, Criticality::Optional);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Criticality {
    /// Nothing: the service is unhealthy and not ready.
    Critical,
    /// Less than it should be: the service is degraded, and ready.
    Optional,
}

/// What a check found: a status, and what a person wants to know about it.
///
/// ```
/// use bellwether::health::{CheckResult, Status};
///
/// let found = CheckResult::degraded("2 of 3 replicas answer").with("replicas", 2);
/// assert_eq!(found.status(), Status::Degraded);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CheckResult {
    pub(super) status: Status,
    pub(super) message: Option<String>,
    pub(super) metadata: Map<String, Value>,
}

impl CheckResult {
    fn new(status: Status, message: Option<String>) -> Self {
        Self {
            status,
            message,
            metadata: Map::new(),
        }
    }

    /// It works.
    ///
    /// ```
    /// use bellwether::health::{CheckResult, Status};
    /// assert_eq!(CheckResult::healthy().status(), Status::Healthy);
    /// ```
    pub fn healthy() -> Self {
        Self::new(Status::Healthy, None)
    }

    /// It works, but. The message is part of the answer: keep secrets out of it.
    ///
    /// ```
    /// use bellwether::health::{CheckResult, Status};
    /// assert_eq!(CheckResult::degraded("reads from a replica").status(), Status::Degraded);
    /// ```
    pub fn degraded(message: impl Into<String>) -> Self {
        Self::new(Status::Degraded, Some(message.into()))
    }

    /// It does not work. The message is part of the answer: keep secrets out of it.
    ///
    /// ```
    /// use bellwether::health::{CheckResult, Status};
    /// assert_eq!(CheckResult::unhealthy("connection refused").status(), Status::Unhealthy);
    /// ```
    pub fn unhealthy(message: impl Into<String>) -> Self {
        Self::new(Status::Unhealthy, Some(message.into()))
    }

    /// Adds a field to `metadata`.
    ///
    /// ```
    /// use bellwether::health::CheckResult;
    /// let found = CheckResult::healthy().with("connections", 12).with("server", "7.2");
    /// ```
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// The status.
    ///
    /// ```
    /// use bellwether::health::{CheckResult, Status};
    /// assert_eq!(CheckResult::healthy().status(), Status::Healthy);
    /// ```
    pub fn status(&self) -> Status {
        self.status
    }
}

/// Healthy, or unhealthy with the error's words: a check may end in `.await.into()`.
impl<T, E: std::fmt::Display> From<Result<T, E>> for CheckResult {
    fn from(result: Result<T, E>) -> Self {
        match result {
            Ok(_) => Self::healthy(),
            Err(error) => Self::unhealthy(error.to_string()),
        }
    }
}

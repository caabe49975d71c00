//! What a check says.

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// As it should be.
    Ok,
    /// It works, or may work, but somebody will be surprised.
    Warning,
    /// Telemetry is or will be lost.
    Problem,
    /// Not looked at, and why.
    Skipped,
}

/// One thing seen, and what to do about it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Finding {
    check: &'static str,
    status: Status,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

impl Finding {
    /// As it should be.
    pub(crate) fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self::new(check, Status::Ok, found.into(), None)
    }

    /// May surprise somebody.
    pub(crate) fn warning(
        check: &'static str,
        found: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self::new(check, Status::Warning, found.into(), Some(fix.into()))
    }

    /// Loses telemetry.
    pub(crate) fn problem(
        check: &'static str,
        found: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self::new(check, Status::Problem, found.into(), Some(fix.into()))
    }

    /// Not looked at, because of `why`.
    pub(crate) fn skipped(check: &'static str, why: impl Into<String>) -> Self {
        Self::new(check, Status::Skipped, why.into(), None)
    }

    fn new(check: &'static str, status: Status, found: String, fix: Option<String>) -> Self {
        Self {
            check,
            status,
            found,
            fix,
        }
    }

    /// The name of the check, a short lower-case word that scripts may rely on.
    pub(crate) const fn check(&self) -> &'static str {
        self.check
    }

    /// How bad it is.
    pub(crate) const fn status(&self) -> Status {
        self.status
    }

    /// What was seen.
    pub(crate) fn found(&self) -> &str {
        &self.found
    }

    /// What to do about it; present on warnings and problems.
    pub(crate) fn fix(&self) -> Option<&str> {
        self.fix.as_deref()
    }
}

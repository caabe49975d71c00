//! Which metrics are on.
//!
//! Several families name the same thing, and one call of a recorder feeds all of them. A service that needs but
//! one set of names leaves the others out, and pays for what is left.

use std::fmt;

use super::MetricDefinition;

/// A group of metrics that is switched as one.
///
/// ```
/// use bellwether::metrics::MetricFamily;
/// assert_eq!("genai".parse(), Ok(MetricFamily::GenAi));
/// assert_eq!(MetricFamily::Orchestrator.as_str(), "orchestrator");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MetricFamily {
    /// `orchestrator_*`.
    Orchestrator,
    /// `agent_*`, `tool_*`, `context_window_*`, `error_*`, `task_*`.
    Agent,
    /// `wundr_*`.
    Wundr,
    /// `jobs_*`, `job_*`, `http_*`, `errors_total`, `queue_size`, `workers_available`, `gpu_*`, `process_*`, `disk_*`.
    Jobs,
    /// `operation*_*` and `business_*`.
    Operations,
    /// `gen_ai.*` and `mcp.*`: conventions that still move.
    GenAi,
    /// `hw.*`.
    Hardware,
}

impl MetricFamily {
    /// Every family.
    pub const ALL: [Self; 7] = [
        Self::Orchestrator,
        Self::Agent,
        Self::Wundr,
        Self::Jobs,
        Self::Operations,
        Self::GenAi,
        Self::Hardware,
    ];

    /// As it is written in `BELLWETHER_METRICS_FAMILIES`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orchestrator => "orchestrator",
            Self::Agent => "agent",
            Self::Wundr => "wundr",
            Self::Jobs => "jobs",
            Self::Operations => "operations",
            Self::GenAi => "genai",
            Self::Hardware => "hardware",
        }
    }

    /// The family a metric belongs to; `None` is always on, as Bellwether's own metrics are.
    fn of(definition: &MetricDefinition) -> Option<Self> {
        match (definition.switch, definition.origin) {
            (Some("genai"), _) => Some(Self::GenAi),
            (Some("hardware"), _) => Some(Self::Hardware),
            (_, "orchestrator") => Some(Self::Orchestrator),
            (_, "agent") => Some(Self::Agent),
            (_, "wundr") => Some(Self::Wundr),
            (_, "jobs") => Some(Self::Jobs),
            (_, "operation") => Some(Self::Operations),
            _ => None,
        }
    }
}

impl std::str::FromStr for MetricFamily {
    type Err = UnknownFamily;

    fn from_str(text: &str) -> Result<Self, UnknownFamily> {
        let mut all = Self::ALL.into_iter();
        all.find(|family| family.as_str() == text)
            .ok_or_else(|| UnknownFamily(text.to_owned()))
    }
}

/// A name that is no family's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no family of metrics, expected orchestrator, agent, wundr, jobs, operations, genai or hardware"
)]
pub struct UnknownFamily(String);

/// The families that are on.
///
/// ```
/// use bellwether::metrics::{MetricFamily, Selection, generated::{gen_ai, jobs}};
/// let selection = Selection::all().without(MetricFamily::GenAi);
/// assert!(selection.has(&jobs::JOBS_ACTIVE));
/// assert!(!selection.has(&gen_ai::GEN_AI_CLIENT_TOKEN_USAGE));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Selection {
    families: u8,
    jobs: bool,
    requests: bool,
    silent: bool,
}

impl Selection {
    /// Every family.
    pub const fn all() -> Self {
        Self {
            families: u8::MAX,
            jobs: true,
            requests: true,
            silent: false,
        }
    }

    /// These families, and Bellwether's own metrics.
    pub fn only(families: impl IntoIterator<Item = MetricFamily>) -> Self {
        let bits = families.into_iter().map(bit);
        Self {
            families: bits.fold(0, |all, bit| all | bit),
            ..Self::all()
        }
    }

    /// Without this family.
    pub fn without(self, family: MetricFamily) -> Self {
        Self {
            families: self.families & !bit(family),
            ..self
        }
    }

    /// Without what tells of jobs in the job-queue contract, as `ENABLE_JOB_METRICS=false`: the recorder of jobs, free
    /// workers and sizes of queues.
    ///
    /// ```
    /// use bellwether::metrics::{Selection, generated::{http, jobs}};
    /// let selection = Selection::all().without_jobs();
    /// assert!(!selection.has(&jobs::QUEUE_SIZE));
    /// assert!(selection.has(&http::HTTP_REQUESTS_TOTAL));
    /// ```
    pub fn without_jobs(self) -> Self {
        Self {
            jobs: false,
            ..self
        }
    }

    /// Without HTTP requests, as `ENABLE_API_METRICS=false`.
    ///
    /// ```
    /// use bellwether::metrics::{Selection, generated::http};
    /// assert!(!Selection::all().without_requests().has(&http::HTTP_REQUESTS_TOTAL));
    /// ```
    pub fn without_requests(self) -> Self {
        Self {
            requests: false,
            ..self
        }
    }

    /// Nothing at all: what there is before telemetry starts.
    pub(crate) const fn silent() -> Self {
        Self {
            families: 0,
            jobs: false,
            requests: false,
            silent: true,
        }
    }

    pub(crate) const fn is_silent(self) -> bool {
        self.silent
    }

    /// Whether the metric is on.
    pub fn has(self, definition: &MetricDefinition) -> bool {
        if self.silent || self.is_off(definition) {
            return false;
        }
        MetricFamily::of(definition).is_none_or(|family| self.families & bit(family) != 0)
    }
}

impl Selection {
    /// Whether a switch of its own has the metric off, whatever its family.
    fn is_off(self, definition: &MetricDefinition) -> bool {
        match definition.recorder {
            Some("job" | "worker") => !self.jobs,
            Some("queue_item") => !self.jobs && definition.origin == "jobs",
            Some("http_request") => !self.requests,
            _ => false,
        }
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self::all()
    }
}

impl fmt::Debug for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = MetricFamily::ALL
            .into_iter()
            .filter(|family| !self.silent && self.families & bit(*family) != 0);
        let families: Vec<&str> = on.map(MetricFamily::as_str).collect();
        f.debug_struct("Selection")
            .field("families", &families)
            .field("jobs", &self.jobs)
            .field("requests", &self.requests)
            .finish()
    }
}

fn bit(family: MetricFamily) -> u8 {
    1 << family as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::generated::{self, recorders};

    #[test]
    fn the_switch_of_jobs_takes_what_tells_of_jobs_and_nothing_else() {
        let all = generated::ALL.iter().copied();
        let off = |selection: Selection| -> Vec<&str> {
            let off = all.clone().filter(|metric| !selection.has(metric));
            off.map(|metric| metric.name).collect()
        };
        let mut expected: Vec<&str> = recorders::JOB.metrics.iter().map(|m| m.name).collect();
        expected.extend(["queue_size", "workers_available"]);
        expected.sort_unstable();
        let mut jobs = off(Selection::all().without_jobs());
        jobs.sort_unstable();
        assert_eq!(jobs, expected);
        assert_eq!(
            off(Selection::all().without_requests()),
            ["http_requests_total", "http_request_duration_seconds"]
        );
        assert_eq!(off(Selection::all()), Vec::<&str>::new());
    }

    #[test]
    fn names_of_families_are_read_as_they_are_written() {
        for family in MetricFamily::ALL {
            assert_eq!(family.as_str().parse(), Ok(family));
        }
        assert!("Agents".parse::<MetricFamily>().is_err());
    }
}

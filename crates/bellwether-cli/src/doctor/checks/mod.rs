//! The checks, one a file.

mod go;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::{Finding, Surroundings};

/// A check in progress.
type Running = Pin<Box<dyn Future<Output = Vec<Finding>> + Send>>;

/// A check: its name, and how to start it.
struct Check {
    name: &'static str,
    start: fn(Surroundings) -> Running,
}

/// In the order in which findings are printed.
const CHECKS: &[Check] = &[Check {
    name: "go",
    start: |s| Box::pin(go::check(s)),
}];

/// Starts all checks at once and waits for each no longer than `deadline`.
pub(super) async fn run_all(surroundings: Surroundings, deadline: Duration) -> Vec<Finding> {
    let running: Vec<_> = CHECKS
        .iter()
        .map(|check| {
            let work = (check.start)(surroundings.clone());
            (
                check.name,
                tokio::spawn(bounded(check.name, deadline, work)),
            )
        })
        .collect();
    let mut findings = Vec::new();
    for (name, task) in running {
        let answer = task.await.unwrap_or_else(|error| {
            let found = format!("the check itself failed: {error}");
            vec![Finding::warning(name, found, "please report this")]
        });
        findings.extend(answer);
    }
    findings
}

async fn bounded(
    name: &'static str,
    deadline: Duration,
    work: impl Future<Output = Vec<Finding>>,
) -> Vec<Finding> {
    let answer = tokio::time::timeout(deadline, work).await;
    answer.unwrap_or_else(|_| {
        let seconds = deadline.as_secs();
        let why = format!("no answer within {seconds} s");
        vec![Finding::skipped(name, why)]
    })
}

/// Runs work that waits on files or programs where it can't hold the other checks up.
async fn blocking(work: impl FnOnce() -> Vec<Finding> + Send + 'static) -> Vec<Finding> {
    tokio::task::spawn_blocking(work).await.unwrap_or_default()
}

//! The checks, one a file.

mod clock;
mod collector;
mod docker;
mod endpoint;
mod environment;
mod go;
mod ports;
mod probe;
mod proxy;
mod queue;
mod token;

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::{Finding, Surroundings};

type Running = Pin<Box<dyn Future<Output = Vec<Finding>> + Send>>;

/// How a check does its work.
enum Work {
    /// It waits on sockets or programs.
    Waiting(fn(Arc<Surroundings>) -> Running),
    /// It computes, or waits on files: on a thread of its own, where it can't hold the other checks up.
    Blocking(fn(&Surroundings) -> Vec<Finding>),
}

use Work::{Blocking, Waiting};

/// Each check with its name, in the order in which findings are printed.
const CHECKS: &[(&str, Work)] = &[
    ("environment", Blocking(environment::check)),
    ("token", Blocking(token::check)),
    (
        "endpoint",
        Waiting(|s| Box::pin(async move { endpoint::check(&s).await })),
    ),
    ("proxy", Blocking(proxy::check)),
    (
        "clock",
        Waiting(|s| Box::pin(async move { clock::check(&s).await })),
    ),
    ("ports", Blocking(ports::check)),
    ("queue", Blocking(queue::check)),
    ("collector", Blocking(collector::check)),
    (
        "go",
        Waiting(|s| Box::pin(async move { go::check(&s).await })),
    ),
    (
        "docker",
        Waiting(|s| Box::pin(async move { docker::check(&s).await })),
    ),
];

/// Starts all checks at once and waits for each no longer than `deadline`.
pub(super) async fn run_all(surroundings: Arc<Surroundings>, deadline: Duration) -> Vec<Finding> {
    let running: Vec<_> = CHECKS
        .iter()
        .map(|(name, work)| {
            let surroundings = Arc::clone(&surroundings);
            let task = match *work {
                Waiting(check) => tokio::spawn(check(surroundings)),
                Blocking(check) => tokio::task::spawn_blocking(move || check(&surroundings)),
            };
            (*name, task)
        })
        .collect();
    // One point in time for all: they have all begun.
    let end = tokio::time::Instant::now() + deadline;
    let mut findings = Vec::new();
    for (name, task) in running {
        findings.extend(match tokio::time::timeout_at(end, task).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => vec![broken(name, &error)],
            Err(_) => {
                let seconds = deadline.as_secs();
                let why = format!("no answer within {seconds} s");
                vec![Finding::skipped(name, why)]
            }
        });
    }
    findings
}

fn broken(name: &'static str, error: &dyn Display) -> Finding {
    let found = format!("the check itself failed: {error}");
    Finding::warning(name, found, "please report this")
}

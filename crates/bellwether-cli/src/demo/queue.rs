//! The job queue: in the orchestrator's memory, reached by HTTP.
//!
//! `POST /jobs` puts a job in, `POST /jobs/take` waits a while for one, `POST /jobs/done` says what came of it. A queue
//! across processes that needs no server of its own; what it stands for is any broker that carries a JSON payload:
//! the trace context lies in the payload, not in the HTTP headers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bellwether::metrics::generated::labels::{DropReason, TaskPriority};
use bellwether::metrics::recorders::{ProcessedItem, QueuedItem, QueuedTask, Task};
use bellwether::metrics::{queue_item, task};
use tokio::sync::Notify;

use super::wire::{Job, JobResult};

/// How long a worker that asks for a job is kept waiting before it is told that there is none.
pub(super) const POLL: Duration = Duration::from_secs(2);
/// More jobs than this are refused.
const CAPACITY: usize = 1_000;

/// Jobs that wait, and results that nobody has asked for yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Queue(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    job_came: Notify,
    result_came: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Waiting>,
    /// Taken and not done, with their places in the metrics.
    taken: BTreeMap<String, (ProcessedItem, Task)>,
    results: BTreeMap<String, JobResult>,
}

/// A job that waits, with its places in the metrics.
#[derive(Debug)]
struct Waiting {
    job: Job,
    item: QueuedItem,
    task: QueuedTask,
}

/// Name of the queue in the metrics.
const NAME: &str = "jobs";

/// The queue holds as many jobs as it may.
#[derive(Debug, thiserror::Error)]
#[error("the queue is full ({CAPACITY} jobs)")]
pub(super) struct Full;

impl Queue {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing in here panics half-way, so a poisoned lock guards a whole state.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job at the end.
    pub(super) fn put(&self, job: Job) -> Result<(), Full> {
        let mut state = self.state();
        let queue = queue_item().queue(NAME);
        if state.waiting.len() >= CAPACITY {
            queue.refused(DropReason::Full);
            return Err(Full);
        }
        let priority = priority_of(&job);
        state.waiting.push_back(Waiting {
            job,
            item: queue.enqueue(),
            task: task().queue(priority),
        });
        drop(state);
        self.0.job_came.notify_one();
        Ok(())
    }

    /// The oldest job, or `None` if none comes within [`POLL`].
    pub(super) async fn take(&self) -> Option<Job> {
        let deadline = tokio::time::Instant::now() + POLL;
        loop {
            if let Some(job) = self.state().take() {
                return Some(job);
            }
            // `notify_one` leaves a permit when nobody waits, so a job that comes right here is not missed.
            tokio::time::timeout_at(deadline, self.0.job_came.notified())
                .await
                .ok()?;
        }
    }

    /// Takes in what came of a job.
    pub(super) fn done(&self, result: JobResult) {
        let mut state = self.state();
        if let Some((item, task)) = state.taken.remove(&result.id) {
            item.done();
            match result.status.as_str() {
                "completed" => task.success(),
                "timeout" => task.timeout(),
                _ => task.error("failed"),
            }
        }
        state.results.insert(result.id.clone(), result);
        drop(state);
        self.0.result_came.notify_waiters();
    }

    /// Waits for the results of these jobs. Answers those there are when `limit` has passed.
    pub(super) async fn results(&self, ids: &[String], limit: Duration) -> Vec<JobResult> {
        let all = async {
            loop {
                // Registered before looking, so a result that comes in between wakes us.
                let came = self.0.result_came.notified();
                let is_complete = {
                    let state = self.state();
                    ids.iter().all(|id| state.results.contains_key(id))
                };
                if is_complete {
                    return;
                }
                came.await;
            }
        };
        let _ = tokio::time::timeout(limit, all).await;
        let mut state = self.state();
        // Whoever took one of these has not come back with it.
        state.taken.retain(|id, _| !ids.contains(id));
        ids.iter()
            .filter_map(|id| state.results.remove(id))
            .collect()
    }
}

impl State {
    fn take(&mut self) -> Option<Job> {
        let Waiting { job, item, task } = self.waiting.pop_front()?;
        let program = job.command.first().map_or("", String::as_str);
        let taken = (item.dequeue(), task.start(program));
        self.taken.insert(job.id.clone(), taken);
        Some(job)
    }
}

fn priority_of(job: &Job) -> TaskPriority {
    match job.priority.as_str() {
        "low" => TaskPriority::Low,
        "high" => TaskPriority::High,
        "critical" => TaskPriority::Critical,
        _ => TaskPriority::Normal,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Queue;
    use crate::demo::wire::{Job, JobResult};

    fn job(id: &str) -> Job {
        serde_json::from_value(serde_json::json!({
            "id": id, "sessionId": "s", "orchestratorId": "o", "dir": "/", "command": ["true"],
            "limitMs": 1, "priority": "normal", "queuedMs": 0, "traceparent": "00-…"
        }))
        .unwrap()
    }

    #[tokio::test]
    async fn jobs_leave_in_the_order_they_came_with_their_context() {
        let queue = Queue::default();
        queue.put(job("1")).unwrap();
        queue.put(job("2")).unwrap();
        let first = queue.take().await.unwrap();
        assert_eq!(first.id, "1");
        assert_eq!(first.fields["traceparent"], "00-…");
        assert_eq!(queue.take().await.unwrap().id, "2");
        assert!(queue.state().waiting.is_empty());
        assert_eq!(queue.state().taken.len(), 2);
    }

    #[tokio::test]
    async fn results_are_waited_for_but_not_for_ever() {
        let queue = Queue::default();
        let ids = ["1".to_owned(), "2".to_owned()];
        queue.done(JobResult {
            id: "1".to_owned(),
            status: "completed".to_owned(),
            exit_code: Some(0),
            output_bytes: 0,
        });
        let there = queue.results(&ids, Duration::from_millis(10)).await;
        assert_eq!(there.len(), 1);
    }

    #[tokio::test]
    async fn a_full_queue_says_so() {
        let queue = Queue::default();
        for n in 0..super::CAPACITY {
            queue.put(job(&n.to_string())).unwrap();
        }
        assert!(queue.put(job("one too many")).is_err());
    }
}

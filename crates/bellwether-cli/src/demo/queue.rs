//! The job queue: in the orchestrator's memory, reached by HTTP.
//!
//! `POST /jobs` puts a job in, `POST /jobs/take` waits a while for one, `POST /jobs/done` says what came of it. A queue
//! across processes that needs no server of its own; what it stands for is any broker that carries a JSON payload:
//! the trace context lies in the payload, not in the HTTP headers.
//!
//! The more urgent job leaves first, and of equals the older. One that nobody took in time is dropped, and its result is
//! that it expired.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

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
    priority: TaskPriority,
    expires: Instant,
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
        let expires = Instant::now() + Duration::from_millis(job.expires_ms);
        state.waiting.push_back(Waiting {
            job,
            priority,
            expires,
            item: queue.enqueue(),
            task: task().queue(priority),
        });
        drop(state);
        self.0.job_came.notify_one();
        Ok(())
    }

    /// Drops the jobs that have waited too long. Answers how many.
    pub(super) fn expire(&self) -> usize {
        let expired = self.state().expire(Instant::now());
        if expired > 0 {
            self.0.result_came.notify_waiters();
        }
        expired
    }

    /// The next job, or `None` if none comes within [`POLL`].
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
    fn expire(&mut self, now: Instant) -> usize {
        let before = self.waiting.len();
        let (kept, expired) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|waiting| waiting.expires > now);
        self.waiting = kept;
        for Waiting { job, item, .. } in expired {
            item.dropped(DropReason::Expired);
            let result = JobResult {
                id: job.id.clone(),
                status: "expired".to_owned(),
                exit_code: None,
                output_bytes: 0,
                attempts: 0,
            };
            self.results.insert(job.id, result);
        }
        before - self.waiting.len()
    }

    fn take(&mut self) -> Option<Job> {
        // The last of the most urgent from the back is the first of them from the front.
        let urgent = |waiting: &Waiting| urgency_of(waiting.priority);
        let (next, _) = self
            .waiting
            .iter()
            .enumerate()
            .rev()
            .max_by_key(|(_, waiting)| urgent(waiting))?;
        let Waiting {
            job, item, task, ..
        } = self.waiting.remove(next)?;
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

const fn urgency_of(priority: TaskPriority) -> u8 {
    match priority {
        TaskPriority::Low => 0,
        TaskPriority::Normal => 1,
        TaskPriority::High => 2,
        TaskPriority::Critical => 3,
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
            "limitMs": 1, "priority": "normal", "queuedMs": 0, "expiresMs": 60_000, "traceparent": "00-…"
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
            attempts: 1,
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

    #[tokio::test]
    async fn the_urgent_leave_first_and_the_late_not_at_all() {
        let queue = Queue::default();
        for (id, priority) in [("a", "low"), ("b", "high"), ("c", "normal"), ("d", "high")] {
            let priority = priority.to_owned();
            queue
                .put(Job {
                    priority,
                    ..job(id)
                })
                .unwrap();
        }
        let late = Job {
            expires_ms: 0,
            ..job("late")
        };
        queue.put(late).unwrap();
        assert_eq!(queue.expire(), 1);
        let results = queue
            .results(&["late".to_owned()], Duration::from_secs(5))
            .await;
        assert_eq!(results[0].status, "expired");
        let mut left = Vec::new();
        for _ in 0..4 {
            left.push(queue.take().await.unwrap().id);
        }
        assert_eq!(left, ["b", "d", "c", "a"]);
    }
}

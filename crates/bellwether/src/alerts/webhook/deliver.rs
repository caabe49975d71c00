//! One webhook: a bounded queue, and a task that sends what is in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, StatusCode};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::body;
use super::target::Target;
use crate::alerts::health::Counts;
use crate::alerts::notice::Notice;

/// Groups of notices that wait.
const QUEUE: usize = 128;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The sending end.
#[derive(Debug)]
pub(crate) struct Webhook {
    pub(crate) name: String,
    sends_resolved: bool,
    queue: mpsc::Sender<Vec<Notice>>,
    waiting: Arc<AtomicU64>,
    counts: Arc<Counts>,
}

impl Webhook {
    /// Starts the task. `source` is what bodies name as their origin.
    pub(crate) fn start(
        target: Target,
        client: Client,
        source: &str,
        runtime: &Handle,
        counts: &Arc<Counts>,
    ) -> Self {
        let (queue, groups) = mpsc::channel(QUEUE);
        let waiting = Arc::new(AtomicU64::new(0));
        let webhook = Self {
            name: target.name.clone(),
            sends_resolved: target.sends_resolved,
            queue,
            waiting: Arc::clone(&waiting),
            counts: Arc::clone(counts),
        };
        let task = Task {
            target,
            client,
            source: source.to_owned(),
            counts: Arc::clone(counts),
            waiting,
        };
        runtime.spawn(task.run(groups));
        webhook
    }

    /// Hands over notices of one alert. Never waits: what a full queue does not take is counted.
    pub(crate) fn send(&self, mut notices: Vec<Notice>) {
        if !self.sends_resolved {
            notices.retain(|notice| !notice.kind.is_resolved());
        }
        if notices.is_empty() {
            return;
        }
        let count = notices.len() as u64;
        self.waiting.fetch_add(count, Ordering::AcqRel);
        if self.queue.try_send(notices).is_err() {
            self.waiting.fetch_sub(count, Ordering::AcqRel);
            self.counts.webhook.dropped(count);
        }
    }

    /// Notices that wait or are under way.
    pub(crate) fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Acquire)
    }
}

struct Task {
    target: Target,
    client: Client,
    source: String,
    counts: Arc<Counts>,
    waiting: Arc<AtomicU64>,
}

/// What came of one try.
enum Tried {
    Done,
    /// It may work later; the server may have said when.
    Again(String, Option<Duration>),
    Failed(String),
}

impl Task {
    async fn run(self, mut groups: mpsc::Receiver<Vec<Notice>>) {
        while let Some(notices) = groups.recv().await {
            let count = notices.len() as u64;
            match self.deliver(&notices).await {
                Ok(()) => self.counts.webhook.done(count),
                Err(why) => {
                    self.counts.webhook.failed(count);
                    self.counts.failure(&self.target.name, why);
                }
            }
            self.waiting.fetch_sub(count, Ordering::AcqRel);
        }
    }

    async fn deliver(&self, notices: &[Notice]) -> Result<(), String> {
        let max = self.target.max_alerts;
        let body = body::encode(&self.target.name, &self.source, notices, max);
        let mut pause = FIRST_PAUSE;
        let mut tries = 1;
        loop {
            let (why, after) = match self.try_once(body.clone()).await {
                Tried::Done => return Ok(()),
                Tried::Failed(why) => return Err(why),
                Tried::Again(why, after) => (why, after),
            };
            if tries >= self.target.attempts {
                return Err(format!("{why}, after {tries} tries"));
            }
            tries += 1;
            let wait = after.unwrap_or_else(|| jittered(pause)).min(LONGEST_PAUSE);
            tokio::time::sleep(wait).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn try_once(&self, body: String) -> Tried {
        // Also where the URL holds an address, which no resolver sees.
        if let Err(why) = self.target.check_address() {
            return Tried::Failed(why);
        }
        let request = self
            .client
            .post(self.target.url.expose())
            .timeout(self.target.timeout)
            .headers(self.target.headers.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let response = match request.send().await {
            Ok(response) => response,
            // The URL may hold a token: it stays out of what is said.
            Err(error) => return Tried::Again(explain(&error.without_url()), None),
        };
        let status = response.status();
        if status.is_success() {
            return Tried::Done;
        }
        let why = format!("the receiver answered {status}");
        let is_passing = status.is_server_error()
            || status == StatusCode::TOO_MANY_REQUESTS
            || status == StatusCode::REQUEST_TIMEOUT;
        if !is_passing {
            return Tried::Failed(why);
        }
        let after = response.headers().get(RETRY_AFTER);
        let seconds = after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        Tried::Again(why, seconds.map(Duration::from_secs))
    }
}

/// An error with its causes: which of them a refused address is among depends on the client.
fn explain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Half to all of a pause, so that many services do not come back at once. The clock's last digits are random enough.
fn jittered(pause: Duration) -> Duration {
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.subsec_nanos());
    let share = f64::from(nanos % 1_000) / 1_000.0;
    pause.mul_f64(0.5 + share / 2.0)
}

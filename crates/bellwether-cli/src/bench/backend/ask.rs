//! Asking over HTTP, and how long the answers take.

use std::time::{Duration, Instant};

use serde::Serialize;

/// A question is not asked again once it has taken so long in all.
const ENOUGH: Duration = Duration::from_secs(20);

/// How long answers took, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Times {
    pub(super) median: f64,
    pub(super) p95: f64,
}

impl Times {
    fn of(mut all: Vec<f64>) -> Option<Self> {
        all.sort_by(f64::total_cmp);
        let last = all.len().checked_sub(1)?;
        Some(Self {
            median: all[last / 2],
            p95: all[last * 95 / 100],
        })
    }
}

/// A question: its words, and the request for the n-th time that it is asked.
pub(super) struct Question {
    pub(super) name: String,
    pub(super) request: Box<dyn Fn(u64) -> (String, Option<String>) + Send + Sync>,
}

impl Question {
    /// One that is a GET.
    pub(super) fn get(name: &str, url: impl Fn(u64) -> String + Send + Sync + 'static) -> Self {
        Self {
            name: name.to_owned(),
            request: Box::new(move |round| (url(round), None)),
        }
    }
}

/// What came back last, and the times.
pub(super) struct Asked {
    pub(super) times: Times,
    pub(super) last: serde_json::Value,
}

/// Asks a number of times. An error is the server's words.
pub(super) async fn ask(
    client: &reqwest::Client,
    question: &Question,
    rounds: u64,
) -> Result<Asked, String> {
    let mut times = Vec::new();
    let mut last = Vec::new();
    let began = Instant::now();
    // The first is to warm up.
    for round in 0..=rounds {
        let (url, body) = (question.request)(round);
        let asked = Instant::now();
        let request = match body {
            None => client.get(&url),
            Some(body) => client
                .post(&url)
                .header("content-type", "application/json")
                .body(body),
        };
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(|error| error.to_string())?;
        let took = asked.elapsed();
        if !status.is_success() {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&bytes)));
        }
        if round > 0 || rounds == 0 {
            times.push(took.as_secs_f64() * 1e3);
        }
        last = bytes.to_vec();
        if round > 0 && began.elapsed() > ENOUGH {
            break;
        }
    }
    let last = serde_json::from_slice(&last).map_err(|error| error.to_string())?;
    let times = Times::of(times).ok_or("not asked")?;
    Ok(Asked { times, last })
}

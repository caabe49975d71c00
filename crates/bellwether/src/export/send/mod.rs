//! One encoded request goes out, again and again until its deadline.
//!
//! What may be tried again, and when, is the protocol's to say: codes of HTTP and gRPC that mean "later", a
//! `Retry-After` header or `RetryInfo` detail that says how much later, and a growing pause with jitter where the server
//! says nothing. All tries of a request, and the pauses between them, fit in one deadline. A server that asked for more
//! time than that is left alone until it is over, by later requests too.

mod backoff;
#[cfg(feature = "grpc")]
mod raw;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::runtime::Handle;

use self::backoff::Backoff;
use crate::metrics::generated::labels::LossCause;

#[cfg(feature = "grpc")]
pub(super) use raw::Raw;

/// Names the exporter to the server, as the protocol wishes.
pub(super) const USER_AGENT: &str =
    concat!("Bellwether-OTLP-Exporter-Rust/", env!("CARGO_PKG_VERSION"));

/// What became of one try.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) retry: Retry,
    /// For people; holds no secret and no body.
    pub(super) message: String,
}

/// Whether the same request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    Never,
    Later,
    /// The server said when.
    After(Duration),
}

/// A request that was given up.
#[derive(Debug, Clone)]
pub(crate) struct GivenUp {
    pub(crate) cause: LossCause,
    pub(crate) message: String,
}

/// The connection that a try is made on.
#[derive(Debug)]
pub(super) enum Transport {
    #[cfg(feature = "grpc")]
    Grpc(super::grpc::Sender),
    #[cfg(feature = "http")]
    Http(super::http::Sender),
}

impl Transport {
    #[cfg_attr(
        not(feature = "grpc"),
        allow(unused_variables, reason = "HTTP says no deadline to the server")
    )]
    async fn attempt(&self, body: Bytes, within: Duration) -> Result<Bytes, Refusal> {
        match self {
            #[cfg(feature = "grpc")]
            Self::Grpc(sender) => sender.attempt(body, within).await,
            #[cfg(feature = "http")]
            Self::Http(sender) => sender.attempt(body).await,
        }
    }

    /// The body as it is sent, once for all tries.
    fn prepare(&self, message: Vec<u8>) -> std::io::Result<Bytes> {
        match self {
            // gRPC compresses a frame, not a request.
            #[cfg(feature = "grpc")]
            Self::Grpc(_) => Ok(message.into()),
            #[cfg(feature = "http")]
            Self::Http(sender) => sender.compress(message),
        }
    }
}

/// Sends encoded requests of one signal to its endpoint.
#[derive(Debug)]
pub(crate) struct Sender {
    transport: Arc<Transport>,
    handle: Handle,
    /// Deadline of a request, where the caller has no shorter one.
    timeout: Duration,
    /// The server wants no request before.
    not_before: Mutex<Option<Instant>>,
}

impl Sender {
    pub(super) fn new(transport: Transport, handle: Handle, timeout: Duration) -> Self {
        Self {
            transport: Arc::new(transport),
            handle,
            timeout,
            not_before: Mutex::new(None),
        }
    }

    /// Sends, blocking this thread until there is an answer or the deadline has passed. Not for a runtime's thread.
    pub(crate) fn send(
        &self,
        message: Vec<u8>,
        deadline: Option<Instant>,
    ) -> Result<Bytes, GivenUp> {
        let now = Instant::now();
        let own = now.checked_add(self.timeout);
        let deadline = [own, deadline].into_iter().flatten().min();
        // Beyond what the clock can say: a day is as good.
        let deadline = deadline.unwrap_or(now + Duration::from_secs(86_400));
        let not_before = *self.wait();
        if let Some(wait) = not_before.filter(|not_before| *not_before >= deadline) {
            let wait = wait.saturating_duration_since(now);
            return Err(GivenUp {
                cause: LossCause::Rejected,
                message: format!("the endpoint wants no request for another {wait:.0?}"),
            });
        }
        let body = self.transport.prepare(message).map_err(|error| GivenUp {
            cause: LossCause::Encoding,
            message: error.to_string(),
        })?;
        let (answer, answered) = mpsc::sync_channel(1);
        let transport = Arc::clone(&self.transport);
        self.handle.spawn(async move {
            let _ = answer.send(deliver(&transport, body, not_before, deadline).await);
        });
        // The delivery keeps the deadline itself; a runtime that is gone drops it, and with it the sending half.
        let Ok(delivered) = answered.recv() else {
            return Err(GivenUp {
                cause: LossCause::Shutdown,
                message: "the export runtime has ended".to_owned(),
            });
        };
        delivered.map_err(|(given_up, not_before)| {
            *self.wait() = not_before;
            given_up
        })
    }

    fn wait(&self) -> MutexGuard<'_, Option<Instant>> {
        self.not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn deliver(
    transport: &Transport,
    body: Bytes,
    not_before: Option<Instant>,
    deadline: Instant,
) -> Result<Bytes, (GivenUp, Option<Instant>)> {
    if let Some(not_before) = not_before {
        tokio::time::sleep_until(not_before.into()).await;
    }
    let timed_out = |message: String| GivenUp {
        cause: LossCause::Timeout,
        message,
    };
    let mut backoff = Backoff::default();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let attempt = tokio::time::timeout(left, transport.attempt(body.clone(), left));
        let refusal = match attempt.await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(refusal)) => refusal,
            Err(_) => return Err((timed_out("no answer in time".to_owned()), None)),
        };
        let pause = match refusal.retry {
            Retry::Never => {
                let cause = LossCause::Rejected;
                let message = refusal.message;
                return Err((GivenUp { cause, message }, None));
            }
            Retry::Later => backoff.next(),
            Retry::After(least) => backoff.next().max(least),
        };
        let resume = Instant::now() + pause;
        if resume >= deadline {
            let asked = matches!(refusal.retry, Retry::After(_));
            return Err((timed_out(refusal.message), asked.then_some(resume)));
        }
        tokio::time::sleep(pause).await;
    }
}

/// The longest that a server is believed: a broken one must not end telemetry for days.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// An error with what caused it.
pub(super) fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

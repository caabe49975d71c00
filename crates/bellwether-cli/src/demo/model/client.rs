//! How the agents ask a model.
//!
//! The small model first. Turned away, an agent waits as long as the provider says, within its patience, and asks once
//! more; then it falls back to the large model, which costs twenty times as much. Each try is a span and a call of the
//! recorder of model requests, so what a provider turns away is seen as such and not as one slow request.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bellwether::metrics;
use bellwether::metrics::generated::labels::{AgentType, TokenType};
use bellwether::metrics::recorders::ModelRequest;
use reqwest::StatusCode;
use tracing::Instrument as _;

use super::local::LocalModels;
use super::protocol::{ChatRequest, Line, Message, Usage};
use super::{LARGE, Model, PROVIDER, SMALL};
use crate::demo::boundary;
use crate::exit::Failure;

/// The longest an agent waits because a provider tells it to.
const PATIENCE: Duration = Duration::from_secs(2);
/// The pause after the provider had too much to do.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest that one try may take.
const LIMIT: Duration = Duration::from_secs(10);
/// The models that are tried, in turn.
const TRIES: [&Model; 4] = [&SMALL, &SMALL, &LARGE, &LARGE];

/// Where models are asked.
#[derive(Debug)]
pub(crate) struct Models {
    client: reqwest::Client,
    /// Host and port.
    address: String,
    port: u16,
    is_answering: AtomicBool,
    local: LocalModels,
}

/// One question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) orchestrator_id: &'a str,
    pub(crate) session_id: &'a str,
    pub(crate) agent: AgentType,
    pub(crate) messages: &'a [Message],
    pub(crate) max_tokens: u64,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) usage: Usage,
    pub(crate) dollars: f64,
    /// Tries before the one that was answered.
    pub(crate) retries: u64,
}

/// Why a model did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ModelError {
    #[error("the provider turned the request away")]
    RateLimited(Duration),
    #[error("the provider has too much to do")]
    Overloaded,
    #[error("no answer within {} s", LIMIT.as_secs())]
    Late,
    #[error("the answer broke off")]
    Incomplete,
    #[error("unreadable answer: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

impl ModelError {
    /// The error's class, few enough to be a label.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::RateLimited(_) => "rate_limited",
            Self::Overloaded => "overloaded",
            Self::Late => "timeout",
            Self::Incomplete => "incomplete",
            Self::Unreadable(_) => "unreadable",
            Self::Http(_) => "http",
        }
    }

    /// How long to wait before the next try, if another one makes sense.
    fn pause(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(wait) => Some((*wait).min(PATIENCE)),
            Self::Overloaded => Some(PAUSE),
            _ => None,
        }
    }
}

impl Models {
    /// Those that are served there.
    pub(crate) fn at(address: String) -> Result<Self, Failure> {
        let port = address
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok())
            .ok_or_else(|| {
                Failure::new(format!(
                    "--model `{address}`: expected a host and a port, as in `127.0.0.1:8000`"
                ))
            })?;
        Ok(Self {
            client: boundary::client()?,
            address,
            port,
            is_answering: AtomicBool::new(true),
            local: LocalModels::default(),
        })
    }

    /// The words that say nothing; none where the model of them cannot be had.
    pub(crate) async fn common_words(&self) -> Arc<BTreeSet<String>> {
        let words = self.local.common_words(&self.client, &self.address).await;
        words.unwrap_or_else(|error| {
            tracing::warn!("model not downloaded: {error}");
            Arc::default()
        })
    }

    /// Whether the latest question was answered.
    pub(crate) fn is_answering(&self) -> bool {
        self.is_answering.load(Ordering::Relaxed)
    }

    /// Asks until somebody answers or it makes no sense to ask again.
    pub(crate) async fn ask(&self, question: Question<'_>) -> Result<Answer, ModelError> {
        let mut result = Err(ModelError::Overloaded);
        for (number, model) in TRIES.iter().enumerate() {
            result = self.attempt(model, question, number as u64).await;
            let pause = match &result {
                Ok(_) => break,
                Err(error) => error.pause(),
            };
            let Some(pause) = pause else { break };
            // Another model need not be waited for.
            if TRIES
                .get(number + 1)
                .is_some_and(|next| next.name == model.name)
            {
                tokio::time::sleep(pause).await;
            }
        }
        self.is_answering.store(result.is_ok(), Ordering::Relaxed);
        result
    }

    async fn attempt(
        &self,
        model: &'static Model,
        question: Question<'_>,
        retries: u64,
    ) -> Result<Answer, ModelError> {
        let span = tracing::info_span!(
            "llm call",
            otel.name = format!("chat {}", model.name),
            otel.kind = "client",
            otel.status_code = tracing::field::Empty,
            error.type = tracing::field::Empty,
            gen_ai.operation.name = "chat",
            gen_ai.provider.name = PROVIDER,
            gen_ai.request.model = model.name,
            gen_ai.request.stream = true,
            gen_ai.request.max_tokens = question.max_tokens,
            gen_ai.conversation.id = %question.session_id,
            gen_ai.usage.input_tokens = tracing::field::Empty,
            gen_ai.usage.output_tokens = tracing::field::Empty,
            gen_ai.usage.cache_read.input_tokens = tracing::field::Empty,
            gen_ai.usage.cache_creation.input_tokens = tracing::field::Empty,
            session.id = %question.session_id,
            retries,
        );
        async {
            let requests = metrics::model_request()
                .orchestrator(question.orchestrator_id)
                .agent(question.agent)
                .server("127.0.0.1", self.port);
            let mut request = requests.start(PROVIDER, model.name);
            let work = self.stream(model, question, &mut request);
            let result = tokio::time::timeout(LIMIT, work)
                .await
                .unwrap_or(Err(ModelError::Late));
            let span = tracing::Span::current();
            match result {
                Ok((text, usage)) => {
                    let dollars = model.cost(usage);
                    span.record("gen_ai.usage.input_tokens", usage.prompt);
                    span.record("gen_ai.usage.output_tokens", usage.completion);
                    span.record("gen_ai.usage.cache_read.input_tokens", usage.cache_read);
                    let created = usage.cache_creation;
                    span.record("gen_ai.usage.cache_creation.input_tokens", created);
                    request.tokens(TokenType::Prompt, usage.prompt);
                    request.tokens(TokenType::Completion, usage.completion);
                    request.tokens(TokenType::CacheRead, usage.cache_read);
                    request.tokens(TokenType::CacheCreation, created);
                    request.cost(dollars);
                    request.success();
                    Ok(Answer {
                        text,
                        usage,
                        dollars,
                        retries,
                    })
                }
                Err(error) => {
                    span.record("otel.status_code", "error");
                    span.record("error.type", error.kind());
                    tracing::warn!(model = model.name, error_type = error.kind(), "{error}");
                    match &error {
                        ModelError::RateLimited(_) => request.rate_limited(),
                        ModelError::Late => request.timeout(),
                        _ => request.error(error.kind()),
                    }
                    Err(error)
                }
            }
        }
        .instrument(span)
        .await
    }

    /// Sends the request and takes the answer in as it comes.
    async fn stream(
        &self,
        model: &Model,
        question: Question<'_>,
        request: &mut ModelRequest,
    ) -> Result<(String, Usage), ModelError> {
        let body = ChatRequest {
            model: model.name.to_owned(),
            messages: question.messages.to_vec(),
            max_tokens: question.max_tokens,
        };
        let url = format!("http://{}/v1/chat", self.address);
        let mut response = boundary::send_any(self.client.post(url).json(&body)).await?;
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS => {
                return Err(ModelError::RateLimited(retry_after(&response)));
            }
            StatusCode::SERVICE_UNAVAILABLE => return Err(ModelError::Overloaded),
            _ => response = response.error_for_status()?,
        }
        let mut text = String::new();
        let mut buffer = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            buffer.extend_from_slice(&chunk);
            while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = buffer.drain(..=end).collect();
                match serde_json::from_slice(&line)? {
                    Line::Text(part) => {
                        request.chunk();
                        text.push_str(&part);
                    }
                    Line::Usage(usage) => return Ok((text, usage)),
                }
            }
        }
        Err(ModelError::Incomplete)
    }
}

/// How long the provider asks to wait: `Retry-After`, in seconds.
fn retry_after(response: &reqwest::Response) -> Duration {
    response
        .headers()
        .get(reqwest::header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .map_or(PAUSE, Duration::from_secs)
}

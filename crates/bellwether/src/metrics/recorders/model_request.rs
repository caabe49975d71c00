//! The recorder of requests to models, as their client sees them: time, tokens, money, failures.
//!
//! One request feeds five families. Tokens are counted as they are told, so a request that fails later has its tokens. Of
//! the types of tokens, `prompt` includes what came from or went into a cache and `completion` includes reasoning, as
//! providers bill them: sums count those two alone, and `wundr_model_request_tokens_total` tells each type.

use std::time::{Duration, Instant};

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::generated::labels::{
    AgentType, ErrorType, GenAiOperation, GenAiResponseModel, GenAiTokenType, Model,
    OrchestratorId, Provider, ServerAddress, ServerPort, TokenType,
};
use crate::metrics::generated::recorder_metrics::ModelRequestMetrics;
use crate::metrics::{Cause, IntoLabel, OpenLabel};

recorder! {
    /// The process's recorder of requests to models.
    ///
    /// Feeds `wundr_model_*{provider,model}`, `wundr_session_tokens_*{orchestrator_id,model}`,
    /// `wundr_session_cost_dollars_total{orchestrator_id,model,provider}`, `orchestrator_tokens_used_total{orchestrator_id,model}`,
    /// `agent_tokens_used{agent_type,model}` and `gen_ai.client.*`. Time in seconds, money in dollars. At most 64 models and
    /// 16 providers have series of their own.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::{AgentType, TokenType}};
    ///
    /// let models = metrics::model_request().orchestrator("orch-1").agent(AgentType::Coder);
    /// let mut request = models.start("anthropic", "claude-sonnet");
    /// request.chunk(); // of a streamed answer: the first is the time to first token
    /// request.tokens(TokenType::Prompt, 1_200);
    /// request.tokens(TokenType::Completion, 300);
    /// request.cost(0.0081);
    /// request.success();
    /// ```
    model_request, ModelRequestMetrics => ModelRequests
}

/// The recorder of requests to models, from [`model_request`], with what its requests have in common.
///
/// ```
/// use bellwether::metrics::{self, generated::labels::GenAiOperation};
///
/// let embeddings = metrics::model_request()
///     .orchestrator("orch-1")
///     .operation(GenAiOperation::Embeddings)
///     .server("api.example.com", 443);
/// # let _ = embeddings;
/// ```
#[derive(Debug, Clone)]
pub struct ModelRequests {
    families: Held<ModelRequestMetrics>,
    common: Common,
}

#[derive(Debug, Clone, Copy)]
struct Common {
    orchestrator: Option<OrchestratorId>,
    agent: AgentType,
    operation: GenAiOperation,
    server: Option<(ServerAddress, ServerPort)>,
}

impl ModelRequests {
    fn new(families: Held<ModelRequestMetrics>) -> Self {
        Self {
            families,
            common: Common {
                orchestrator: None,
                agent: AgentType::Other,
                operation: GenAiOperation::Chat,
                server: None,
            },
        }
    }

    /// Orchestrator that asks; `unknown` where it is not set.
    ///
    /// ```
    /// let models = bellwether::metrics::model_request().orchestrator("orch-1");
    /// # let _ = models;
    /// ```
    #[must_use]
    pub fn orchestrator(mut self, id: impl IntoLabel<OrchestratorId>) -> Self {
        self.common.orchestrator = Some(id.into_label());
        self
    }

    /// Type of the agent that asks; `other` where it is not set.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::AgentType};
    /// let models = metrics::model_request().agent(AgentType::Planner);
    /// # let _ = models;
    /// ```
    #[must_use]
    pub fn agent(mut self, agent_type: AgentType) -> Self {
        self.common.agent = agent_type;
        self
    }

    /// What is asked of the model: `gen_ai.operation.name`; `chat` where it is not set.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::GenAiOperation};
    /// let models = metrics::model_request().operation(GenAiOperation::Embeddings);
    /// # let _ = models;
    /// ```
    #[must_use]
    pub fn operation(mut self, operation: GenAiOperation) -> Self {
        self.common.operation = operation;
        self
    }

    /// Who is asked: `server.address` and `server.port` of the GenAI metrics.
    ///
    /// ```
    /// let models = bellwether::metrics::model_request().server("api.example.com", 443);
    /// # let _ = models;
    /// ```
    #[must_use]
    pub fn server(mut self, address: impl IntoLabel<ServerAddress>, port: u16) -> Self {
        self.common.server = Some((address.into_label(), super::digits::label(port)));
        self
    }

    /// A request begins. Two look-ups; it counts at its end.
    ///
    /// ```
    /// let request = bellwether::metrics::model_request().start("anthropic", "claude-sonnet");
    /// drop(request); // counts as a failure of the type abandoned
    /// ```
    #[must_use = "a request that is dropped at once is abandoned"]
    pub fn start(
        &self,
        provider: impl IntoLabel<Provider>,
        model: impl IntoLabel<Model>,
    ) -> ModelRequest {
        ModelRequest {
            families: self.families.clone(),
            common: self.common,
            provider: provider.into_label(),
            model: model.into_label(),
            response_model: None,
            stopwatch: Stopwatch::start(),
            last_chunk: None,
            ended: false,
        }
    }

    /// Tokens of requests that are told elsewhere, without a request of their own.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::TokenType};
    /// let models = metrics::model_request().orchestrator("orch-1");
    /// models.tokens("anthropic", "claude-sonnet", TokenType::Prompt, 1_500);
    /// ```
    pub fn tokens(
        &self,
        provider: impl IntoLabel<Provider>,
        model: impl IntoLabel<Model>,
        token_type: TokenType,
        count: u64,
    ) {
        let answer = Answer {
            provider: provider.into_label(),
            model: model.into_label(),
            response_model: None,
        };
        count_tokens(&self.families, self.common, answer, token_type, count);
    }
}

/// A request that has not ended, from [`ModelRequests::start`]. Dropped without a word about its end it is a failure of the
/// type `abandoned`.
///
/// ```
/// let request = bellwether::metrics::model_request().start("anthropic", "claude-sonnet");
/// request.success();
/// ```
#[derive(Debug)]
pub struct ModelRequest {
    families: Held<ModelRequestMetrics>,
    common: Common,
    provider: Provider,
    model: Model,
    response_model: Option<GenAiResponseModel>,
    stopwatch: Stopwatch,
    last_chunk: Option<Instant>,
    ended: bool,
}

impl ModelRequest {
    /// The model that answers, where that is not the one that was asked: `gen_ai.response.model`.
    ///
    /// ```
    /// let mut request = bellwether::metrics::model_request().start("anthropic", "claude-sonnet");
    /// request.response_model("claude-sonnet-4");
    /// request.success();
    /// ```
    pub fn response_model(&mut self, model: impl IntoLabel<GenAiResponseModel>) {
        self.response_model = Some(model.into_label());
    }

    /// A part of a streamed answer has come. The first is the time to first token,
    /// `gen_ai.client.operation.time_to_first_chunk`; each later one `gen_ai.client.operation.time_per_output_chunk`.
    ///
    /// ```
    /// let mut request = bellwether::metrics::model_request().start("anthropic", "claude-sonnet");
    /// for _part in ["a", "streamed", "answer"] {
    ///     request.chunk();
    /// }
    /// request.success();
    /// ```
    pub fn chunk(&mut self) {
        let now = Instant::now();
        let labels = self.chunk_labels();
        match self.last_chunk.replace(now) {
            None => self
                .families
                .gen_ai_client_operation_time_to_first_chunk
                .record(self.stopwatch.seconds(), labels),
            Some(last) => self
                .families
                .gen_ai_client_operation_time_per_output_chunk
                .record(now.duration_since(last).as_secs_f64(), labels),
        }
    }

    /// Tokens it used. `prompt` includes what the cache gave or took, `completion` includes reasoning.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::TokenType};
    /// let request = metrics::model_request().start("anthropic", "claude-sonnet");
    /// request.tokens(TokenType::Prompt, 1_200);
    /// request.tokens(TokenType::CacheRead, 1_000); // of which
    /// request.tokens(TokenType::Completion, 300);
    /// request.success();
    /// ```
    pub fn tokens(&self, token_type: TokenType, count: u64) {
        let answer = Answer {
            provider: self.provider,
            model: self.model,
            response_model: self.response_model,
        };
        count_tokens(&self.families, self.common, answer, token_type, count);
    }

    /// Money it cost, in dollars. Below zero or not a number, it is not counted.
    ///
    /// ```
    /// let request = bellwether::metrics::model_request().start("anthropic", "claude-sonnet");
    /// request.cost(0.0081);
    /// request.success();
    /// ```
    pub fn cost(&self, dollars: f64) {
        if !(dollars.is_finite() && dollars >= 0.0) {
            return;
        }
        let families = &self.families;
        let orchestrator = self.common.orchestrator();
        families
            .wundr_model_cost_dollars_total
            .add(dollars, (self.provider, self.model));
        families
            .wundr_session_cost_dollars_total
            .add(dollars, (orchestrator, self.model, self.provider));
    }

    /// It took this long, by somebody else's clock.
    ///
    /// ```
    /// use std::time::Duration;
    /// let request = bellwether::metrics::model_request().start("anthropic", "claude-sonnet");
    /// request.took(Duration::from_secs(2)).success();
    /// ```
    #[must_use = "its end is still to be said"]
    pub fn took(mut self, time: Duration) -> Self {
        self.stopwatch.took(time);
        self
    }

    /// It was answered.
    ///
    /// ```
    /// bellwether::metrics::model_request().start("anthropic", "claude-sonnet").success();
    /// ```
    pub fn success(mut self) {
        self.end(None);
    }

    /// It failed of this: `wundr_model_errors_total` by `error_type`.
    ///
    /// ```
    /// let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    /// bellwether::metrics::model_request().start("anthropic", "claude-sonnet").error(&reset);
    /// bellwether::metrics::model_request().start("anthropic", "claude-sonnet").error("overloaded");
    /// ```
    pub fn error(mut self, cause: impl Cause) {
        self.end(Some(cause.error_type()));
    }

    /// It ran out of time: `error_type="timeout"`.
    ///
    /// ```
    /// bellwether::metrics::model_request().start("anthropic", "claude-sonnet").timeout();
    /// ```
    pub fn timeout(mut self) {
        self.end(Some(ErrorType::of("timeout")));
    }

    /// The provider turned it away: `wundr_model_rate_limited_total`, and a failure of the type `rate_limited`.
    ///
    /// ```
    /// bellwether::metrics::model_request().start("anthropic", "claude-sonnet").rate_limited();
    /// ```
    pub fn rate_limited(mut self) {
        let labels = (self.provider, self.model);
        self.families.wundr_model_rate_limited_total.add(1, labels);
        self.end(Some(ErrorType::of("rate_limited")));
    }

    #[allow(clippy::type_complexity, reason = "the labels of two metrics")]
    fn chunk_labels(
        &self,
    ) -> (
        GenAiOperation,
        Provider,
        Option<Model>,
        Option<GenAiResponseModel>,
        Option<ServerAddress>,
        Option<ServerPort>,
    ) {
        let (address, port) = self.common.server.unzip();
        (
            self.common.operation,
            self.provider,
            Some(self.model),
            self.response_model,
            address,
            port,
        )
    }

    fn end(&mut self, error: Option<ErrorType>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let (families, seconds) = (&self.families, self.stopwatch.seconds());
        let labels = (self.provider, self.model);
        families.wundr_model_requests_total.add(1, labels);
        families
            .wundr_model_request_duration_seconds
            .record(seconds, labels);
        if let Some(error) = error {
            let labels = (self.provider, self.model, error);
            families.wundr_model_errors_total.add(1, labels);
        }
        let (address, port) = self.common.server.unzip();
        families.gen_ai_client_operation_duration.record(
            seconds,
            (
                self.common.operation,
                self.provider,
                Some(self.model),
                self.response_model,
                address,
                port,
                error,
            ),
        );
    }
}

impl Drop for ModelRequest {
    fn drop(&mut self) {
        if !self.ended {
            self.end(Some(ErrorType::of("abandoned")));
        }
    }
}

impl Common {
    fn orchestrator(&self) -> OrchestratorId {
        self.orchestrator.unwrap_or_else(|| OrchestratorId::of(""))
    }
}

#[derive(Clone, Copy)]
struct Answer {
    provider: Provider,
    model: Model,
    response_model: Option<GenAiResponseModel>,
}

fn count_tokens(
    families: &ModelRequestMetrics,
    common: Common,
    answer: Answer,
    token_type: TokenType,
    count: u64,
) {
    let Answer {
        provider, model, ..
    } = answer;
    families
        .wundr_model_request_tokens_total
        .add(count, (provider, model, token_type));
    let orchestrator = common.orchestrator();
    let (of_session, gen_ai) = match token_type {
        TokenType::Prompt => (
            &families.wundr_session_tokens_prompt_total,
            GenAiTokenType::Input,
        ),
        TokenType::Completion => (
            &families.wundr_session_tokens_completion_total,
            GenAiTokenType::Output,
        ),
        // Part of the two.
        TokenType::CacheRead | TokenType::CacheCreation | TokenType::Reasoning => return,
    };
    of_session.add(count, (orchestrator, model));
    families
        .orchestrator_tokens_used_total
        .add(count, (orchestrator, model));
    families.agent_tokens_used.add(count, (common.agent, model));
    let (address, port) = common.server.unzip();
    families.gen_ai_client_token_usage.record(
        count,
        (
            common.operation,
            provider,
            gen_ai,
            Some(model),
            answer.response_model,
            address,
            port,
        ),
    );
}

//! The recorder of requests to a model that is served here, under the GenAI conventions.

use std::time::Duration;

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::generated::labels::{
    ErrorType, GenAiOperation, GenAiResponseModel, Model, Provider, ServerAddress, ServerPort,
};
use crate::metrics::generated::recorder_metrics::ModelServerMetrics;
use crate::metrics::{Cause, IntoLabel, OpenLabel};

recorder! {
    /// The process's recorder of requests to a model that it serves.
    ///
    /// Feeds `gen_ai.server.request.duration`, `gen_ai.server.time_to_first_token` and
    /// `gen_ai.server.time_per_output_token`, in seconds.
    ///
    /// ```
    /// let mut request = bellwether::metrics::model_server().start("vllm", "llama-3-8b");
    /// request.first_token();
    /// request.success(280); // tokens of the answer
    /// ```
    model_server, ModelServerMetrics => ModelServers
}

/// The recorder of requests to a served model, from [`model_server`], with what they have in common.
///
/// ```
/// let served = bellwether::metrics::model_server().server("10.0.0.7", 8_000);
/// # let _ = served;
/// ```
#[derive(Debug, Clone)]
pub struct ModelServers {
    families: Held<ModelServerMetrics>,
    operation: GenAiOperation,
    server: Option<(ServerAddress, ServerPort)>,
}

impl ModelServers {
    fn new(families: Held<ModelServerMetrics>) -> Self {
        Self {
            families,
            operation: GenAiOperation::Chat,
            server: None,
        }
    }

    /// What is asked of the model; `chat` where it is not set.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::GenAiOperation};
    /// let served = metrics::model_server().operation(GenAiOperation::Embeddings);
    /// # let _ = served;
    /// ```
    #[must_use]
    pub fn operation(mut self, operation: GenAiOperation) -> Self {
        self.operation = operation;
        self
    }

    /// Where it is served: `server.address` and `server.port`.
    ///
    /// ```
    /// let served = bellwether::metrics::model_server().server("10.0.0.7", 8_000);
    /// # let _ = served;
    /// ```
    #[must_use]
    pub fn server(mut self, address: impl IntoLabel<ServerAddress>, port: u16) -> Self {
        self.server = Some((address.into_label(), super::digits::label(port)));
        self
    }

    /// A request begins.
    ///
    /// ```
    /// let request = bellwether::metrics::model_server().start("vllm", "llama-3-8b");
    /// drop(request); // error.type="abandoned"
    /// ```
    #[must_use = "a request that is dropped at once is abandoned"]
    pub fn start(
        &self,
        provider: impl IntoLabel<Provider>,
        model: impl IntoLabel<Model>,
    ) -> ServedRequest {
        ServedRequest {
            recorder: self.clone(),
            provider: provider.into_label(),
            model: model.into_label(),
            stopwatch: Stopwatch::start(),
            to_first_token: None,
            ended: false,
        }
    }
}

/// A request that is served, from [`ModelServers::start`]. Dropped without a word it failed of `abandoned`.
///
/// ```
/// bellwether::metrics::model_server().start("vllm", "llama-3-8b").success(280);
/// ```
#[derive(Debug)]
pub struct ServedRequest {
    recorder: ModelServers,
    provider: Provider,
    model: Model,
    stopwatch: Stopwatch,
    to_first_token: Option<Duration>,
    ended: bool,
}

type Labels = (
    GenAiOperation,
    Provider,
    Option<Model>,
    Option<GenAiResponseModel>,
    Option<ServerAddress>,
    Option<ServerPort>,
);

impl ServedRequest {
    /// The first token is out. Later calls change nothing.
    ///
    /// ```
    /// let mut request = bellwether::metrics::model_server().start("vllm", "llama-3-8b");
    /// request.first_token();
    /// # request.success(1);
    /// ```
    pub fn first_token(&mut self) {
        if self.to_first_token.is_some() {
            return;
        }
        let time = self.stopwatch.elapsed();
        self.to_first_token = Some(time);
        let times = &self.recorder.families.gen_ai_server_time_to_first_token;
        times.record(time.as_secs_f64(), self.labels());
    }

    /// It was answered with so many tokens. Time per token after the first is told where
    /// [`first_token`](Self::first_token) was called and there are more.
    ///
    /// ```
    /// bellwether::metrics::model_server().start("vllm", "llama-3-8b").success(280);
    /// ```
    pub fn success(mut self, output_tokens: u64) {
        let later_tokens = output_tokens.saturating_sub(1);
        if let (Some(first), 1..) = (self.to_first_token, later_tokens) {
            let rest = self.stopwatch.elapsed().saturating_sub(first);
            let times = &self.recorder.families.gen_ai_server_time_per_output_token;
            times.record(rest.as_secs_f64() / later_tokens as f64, self.labels());
        }
        self.end(None);
    }

    /// It failed of this.
    ///
    /// ```
    /// bellwether::metrics::model_server().start("vllm", "llama-3-8b").error("out_of_memory");
    /// ```
    pub fn error(mut self, cause: impl Cause) {
        self.end(Some(cause.error_type()));
    }

    fn labels(&self) -> Labels {
        let (address, port) = self.recorder.server.unzip();
        let operation = self.recorder.operation;
        (
            operation,
            self.provider,
            Some(self.model),
            None,
            address,
            port,
        )
    }

    fn end(&mut self, error: Option<ErrorType>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let (operation, provider, model, response, address, port) = self.labels();
        let durations = &self.recorder.families.gen_ai_server_request_duration;
        durations.record(
            self.stopwatch.seconds(),
            (operation, provider, model, response, address, port, error),
        );
    }
}

impl Drop for ServedRequest {
    fn drop(&mut self) {
        if !self.ended {
            self.end(Some(ErrorType::of("abandoned")));
        }
    }
}

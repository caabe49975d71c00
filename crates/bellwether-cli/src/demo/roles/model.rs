//! The provider of models: a stand-in that answers by HTTP, streamed, within limits that it enforces.
//!
//! See [`crate::demo::model`] for what it computes. It reads a prompt twenty times as fast as it writes, and
//! what its cache knows it need not read, so a cached prompt is answered sooner.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bellwether::health::{CheckResult, Criticality};
use bellwether::metrics;
use bellwether::metrics::recorders::{ModelServers, ServedRequest};
use tokio::sync::mpsc;
use tracing::Instrument as _;

use super::Server;
use crate::demo::lifeline::Lifeline;
use crate::demo::model::answer::{self, Frequencies};
use crate::demo::model::limits::{Bucket, Place, Working};
use crate::demo::model::prefixes::{Prefixes, Prompt};
use crate::demo::model::protocol::{ChatRequest, Line, Role, Usage};
use crate::demo::model::{self, Model, PROVIDER, SMALL, common_words, tokens};
use crate::demo::settings::SettingsFile;
use crate::demo::telemetry::Running;
use crate::exit::Failure;

/// How much faster a prompt is read than an answer is written.
const READING: f64 = 20.0;
/// For so long after a request was turned away the provider calls itself degraded.
const DEGRADED: Duration = Duration::from_secs(5);

struct Provider {
    settings: SettingsFile,
    servers: ModelServers,
    small_model: Mutex<Bucket>,
    working: Working,
    prefixes: Mutex<Prefixes>,
    turned_away: Mutex<Option<Instant>>,
}

/// Serves models until the lifeline is cut.
pub(super) async fn run(
    settings: SettingsFile,
    telemetry: &Running,
    lifeline: Lifeline,
) -> Result<(), Failure> {
    let server = Server::bind().await?;
    let port = server.address.port();
    let provider = Arc::new(Provider {
        settings,
        servers: metrics::model_server().server("127.0.0.1", port),
        small_model: Mutex::new(Bucket::new(Instant::now())),
        working: Working::default(),
        prefixes: Mutex::default(),
        turned_away: Mutex::default(),
    });
    let looked_at = Arc::clone(&provider);
    telemetry.check("provider", Criticality::Critical, move || {
        looked_at.health()
    })?;
    tracing::info!(
        "provider ready; its answers are a stand-in's: sentences picked from the prompt"
    );
    let router = Router::new()
        .route("/v1/chat", post(chat))
        .route("/v1/models/{model}", get(download))
        .with_state(provider);
    server.serve(router, lifeline).await
}

/// A model that is small enough to be used elsewhere.
async fn download(Path(name): Path<String>) -> Response {
    if name == common_words::NAME {
        return common_words::file().into_response();
    }
    StatusCode::NOT_FOUND.into_response()
}

/// Why a request is not answered.
enum Refusal {
    NoSuchModel,
    RateLimited(Duration),
    Overloaded,
}

async fn chat(State(provider): State<Arc<Provider>>, Json(request): Json<ChatRequest>) -> Response {
    match provider.take(request) {
        Ok(response) => response,
        Err(Refusal::NoSuchModel) => StatusCode::NOT_FOUND.into_response(),
        Err(Refusal::RateLimited(wait)) => {
            // Whole seconds, and not too early.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            let headers = [(header::RETRY_AFTER, seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, headers).into_response()
        }
        Err(Refusal::Overloaded) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

impl Provider {
    fn health(&self) -> CheckResult {
        let turned_away = *lock(&self.turned_away);
        let busy = self.working.count();
        if turned_away.is_some_and(|at| at.elapsed() < DEGRADED) {
            return CheckResult::degraded("requests are turned away").with("working_on", busy);
        }
        CheckResult::healthy().with("working_on", busy)
    }

    /// Begins to answer, or says why not.
    fn take(self: &Arc<Self>, request: ChatRequest) -> Result<Response, Refusal> {
        let Some(model) = model::named(&request.model) else {
            // The name is not the provider's: no series for whatever somebody asks for.
            self.servers
                .start(PROVIDER, "unknown")
                .error("no_such_model");
            return Err(Refusal::NoSuchModel);
        };
        let served = self.servers.start(PROVIDER, model.name);
        let settings = self.settings.now();
        if model.name == SMALL.name {
            let mut bucket = lock(&self.small_model);
            if let Err(wait) = bucket.take(settings.small_model_rate, Instant::now()) {
                self.refuse(served, model, "rate_limited");
                return Err(Refusal::RateLimited(wait));
            }
        }
        let Some(place) = self.working.enter(settings.requests_at_once) else {
            self.refuse(served, model, "overloaded");
            return Err(Refusal::Overloaded);
        };
        let (sender, receiver) = mpsc::channel(4);
        let span = tracing::info_span!(
            "generate",
            otel.name = format!("generate {}", model.name),
            gen_ai.operation.name = "chat",
            gen_ai.provider.name = PROVIDER,
            gen_ai.request.model = model.name,
            stand_in = true,
        );
        let provider = Arc::clone(self);
        let writing = async move { provider.write(model, request, served, place, sender).await };
        tokio::spawn(writing.instrument(span));
        let lines = futures_util::stream::unfold(receiver, |mut receiver| async move {
            let mut line = serde_json::to_vec(&receiver.recv().await?).ok()?;
            line.push(b'\n');
            Some((Ok::<_, Infallible>(line), receiver))
        });
        let headers = [(header::CONTENT_TYPE, "application/x-ndjson")];
        Ok((headers, Body::from_stream(lines)).into_response())
    }

    fn refuse(&self, served: ServedRequest, model: &Model, why: &'static str) {
        served.error(why);
        *lock(&self.turned_away) = Some(Instant::now());
        tracing::warn!(model = model.name, error_type = why, "request turned away");
    }

    /// Writes the answer at the model's pace.
    async fn write(
        &self,
        model: &Model,
        request: ChatRequest,
        mut served: ServedRequest,
        place: Place,
        sender: mpsc::Sender<Line>,
    ) {
        let prompt = lock(&self.prefixes).look(model.name, &request.messages);
        let to_read = prompt.tokens - prompt.cache_read;
        tokio::time::sleep(pace(to_read, model.speed * READING)).await;
        let text = answer_of(&request, &prompt);
        let mut completion = 0;
        for part in answer::parts(&text) {
            let part_tokens = tokens::count(&part);
            tokio::time::sleep(pace(part_tokens, model.speed)).await;
            completion += part_tokens;
            if sender.send(Line::Text(part)).await.is_err() {
                served.error("client_gone");
                return;
            }
            served.first_token();
        }
        let usage = Usage {
            prompt: prompt.tokens,
            completion,
            cache_read: prompt.cache_read,
            cache_creation: prompt.cache_creation,
        };
        served.success(completion);
        tracing::info!(
            model = model.name,
            prompt_tokens = usage.prompt,
            completion_tokens = usage.completion,
            "request answered"
        );
        drop(place);
        let _ = sender.send(Line::Usage(usage)).await;
    }
}

/// What the latest message of the user comes to, by the words of the whole conversation.
fn answer_of(request: &ChatRequest, prompt: &Prompt) -> String {
    let frequencies: &Frequencies = &prompt.frequencies;
    let asked = request.messages.iter().rfind(|m| m.role == Role::User);
    let text = asked.map_or("", |message| message.content.as_str());
    answer::pick(text, frequencies, request.max_tokens)
}

/// How long so many tokens take.
fn pace(tokens: u64, tokens_per_second: f64) -> Duration {
    Duration::try_from_secs_f64(tokens as f64 / tokens_per_second).unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Nothing in here panics half-way, so a poisoned lock guards a whole state.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

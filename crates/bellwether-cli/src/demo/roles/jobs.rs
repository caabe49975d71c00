//! How the orchestrator's job queue is reached by HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use bellwether::metrics;

use super::orchestrator::COMPONENT;
use crate::demo::queue::Queue;
use crate::demo::wire::{Job, JobResult};

/// The paths of the queue.
pub(super) fn router(queue: Queue) -> Router {
    Router::new()
        .route("/jobs", post(put_job))
        .route("/jobs/take", post(take_job))
        .route("/jobs/done", post(job_done))
        .with_state(queue)
}

async fn put_job(State(queue): State<Queue>, Json(job): Json<Job>) -> StatusCode {
    let orchestrator_id = job.orchestrator_id.clone();
    match queue.put(job) {
        Ok(()) => StatusCode::ACCEPTED,
        Err(full) => {
            let errors = metrics::error().orchestrator(&orchestrator_id);
            errors.record(COMPONENT, "queue_full");
            tracing::error!("{full}");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Not looked at by the layer, since it waits most of the time: counted here.
async fn take_job(State(queue): State<Queue>) -> Result<Json<Job>, StatusCode> {
    let request = metrics::http_request().start("POST", "/jobs/take");
    let job = queue.take().await.ok_or(StatusCode::NO_CONTENT);
    let answer = job.as_ref().err().copied().unwrap_or(StatusCode::OK);
    request.status(answer.as_u16());
    job.map(Json)
}

async fn job_done(State(queue): State<Queue>, Json(result): Json<JobResult>) -> StatusCode {
    queue.done(result);
    StatusCode::OK
}

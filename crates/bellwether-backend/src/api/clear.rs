//! What is stored, and dropping it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::parameters::Parameters;
use super::questions::{Answer, answer};
use super::{Problem, ask};
use crate::store::StoreWriter;
use crate::{Signal, Store};

pub(super) async fn status(State(store): State<Store>, parameters: Parameters) -> Answer {
    parameters.only(&[])?;
    let partitions = ask(&store, |store| Ok(store.partitions()?)).await?;
    let signals = Signal::ALL.map(|signal| {
        let of = || partitions.iter().filter(move |p| p.signal == signal);
        let ranges = || of().filter_map(|partition| partition.range);
        json!({
            "signal": signal.as_str(),
            "items": of().map(|partition| partition.rows).sum::<u64>(),
            "first": ranges().map(|(lowest, _)| lowest).min(),
            "last": ranges().map(|(_, highest)| highest).max(),
        })
    });
    answer(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "file": store.path().display().to_string(),
        "signals": signals,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    signals: Vec<String>,
    #[serde(default)]
    confirm: bool,
}

pub(super) async fn clear(
    State(store): State<Store>,
    writer: Arc<StoreWriter>,
    body: Result<Json<Body>, JsonRejection>,
) -> Answer {
    let Json(Body { signals, confirm }) =
        body.map_err(|error| Problem::new(error.status(), error.body_text()))?;
    let named = |name: &String| {
        let known = Signal::ALL.into_iter().find(|s| s.as_str() == name);
        known.ok_or_else(|| {
            Problem::wrong(format!(
                "signals {name:?}: expected metrics, traces or logs"
            ))
        })
    };
    let signals = signals.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    let partitions = ask(&store, |store| Ok(store.partitions()?)).await?;
    let held = partitions.iter().filter(|p| signals.contains(&p.signal));
    let items: u64 = held.map(|partition| partition.rows).sum();
    if !confirm {
        return Err(Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            format!("would drop {items} items; \"confirm\": true says that it may"),
        ));
    }
    for signal in signals {
        let cleared = writer.clear(signal).await;
        cleared
            .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    }
    answer(json!({"dropped": items}))
}

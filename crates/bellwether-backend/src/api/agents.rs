//! The map of services, and the tables of agents.

use axum::extract::State;

use super::ask;
use super::parameters::Parameters;
use super::questions::{Answer, answer};
use crate::Store;
use crate::query::{self, AgentQuery, MapQuery};

/// Spans that one map looks at.
const MOST_SPANS: usize = 1_000_000;

pub(super) async fn map(State(store): State<Store>, parameters: Parameters) -> Answer {
    let parameters = parameters.only(&["start", "end", "limit", "timeout"])?;
    let mut limits = parameters.limits_of(MOST_SPANS)?;
    if parameters.text("limit").is_none() {
        limits.rows = MapQuery::default().limits.rows;
    }
    let question = MapQuery {
        range: parameters.range()?,
        limits,
    };
    answer(
        ask(&store, move |store| {
            Ok(query::service_map(store, &question)?)
        })
        .await?,
    )
}

pub(super) async fn agents(State(store): State<Store>, parameters: Parameters) -> Answer {
    let parameters = parameters.only(&["start", "end", "limit", "timeout"])?;
    let question = AgentQuery {
        range: parameters.range()?,
        limits: parameters.limits()?,
    };
    answer(ask(&store, move |store| Ok(query::agents(store, &question)?)).await?)
}

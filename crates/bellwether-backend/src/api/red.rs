//! Rate, errors and duration of operations.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::parameters::Parameters;
use super::questions::answer;
use super::{Problem, ask};
use crate::Store;
use crate::query::{self, RedLabel, RedQuery};

pub(super) async fn red(
    State(store): State<Store>,
    parameters: Parameters,
) -> Result<Json<Value>, Problem> {
    let parameters =
        parameters.only(&["service", "name", "kind", "start", "end", "interval", "by"])?;
    let by = parameters
        .all("by")
        .map(str::parse::<RedLabel>)
        .collect::<Result<_, _>>()
        .map_err(|error| Problem::wrong(format!("by {error}")))?;
    let question = RedQuery {
        service: parameters.text("service"),
        name: parameters.text("name"),
        kind: parameters.text("kind"),
        range: parameters.range()?,
        interval: parameters.seconds("interval")?,
        by,
        ..RedQuery::default()
    };
    answer(ask(&store, move |store| Ok(query::red(store, &question)?)).await?)
}

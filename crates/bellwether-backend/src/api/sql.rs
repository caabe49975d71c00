//! SQL that reads.
//!
//! The connection was opened for reading, so nothing can be written whatever the text says. One statement a request; rows, bytes and time
//! are bounded. `ATTACH` is refused, for it would open other files of whoever runs the server.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use rusqlite::types::ValueRef;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, ask};
use crate::{Store, StoreError, hex};

/// Rows of an answer.
const ROWS: usize = 10_000;
/// Bytes of text in an answer, beyond which rows are cut.
const BYTES: usize = 16 << 20;
/// How long a statement may take.
const LIMIT: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    sql: String,
}

pub(super) async fn run(
    State(store): State<Store>,
    body: Result<Json<Body>, axum::extract::rejection::JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(Body { sql }) = body.map_err(|error| Problem::wrong(error.body_text()))?;
    ask(&store, move |store| {
        store
            .read(LIMIT, |conn| select(conn, &sql))
            .map_err(|error| match error {
                StoreError::Database(_) | StoreError::ReadOnly { .. } => {
                    Problem::wrong(format!("sql: {error}"))
                }
                other => other.into(),
            })
    })
    .await?
    .map(Json)
    .map_err(Problem::wrong)
}

fn select(conn: &rusqlite::Connection, sql: &str) -> rusqlite::Result<Result<Value, String>> {
    let mut statement = conn.prepare(sql)?;
    // Pragmas change the connection that others use after this one; ATTACH opens other files. Neither reads a table.
    let is_query = statement.readonly() && statement.column_count() > 0;
    let word = sql
        .trim_start()
        .get(..6)
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !is_query || !(word.starts_with("select") || word.starts_with("with")) {
        return Ok(Err("sql: expected one SELECT or WITH statement".to_owned()));
    }
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let (mut found, mut bytes, mut is_cut) = (Vec::new(), 0, false);
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if found.len() == ROWS || bytes > BYTES {
            is_cut = true;
            break;
        }
        let mut cells = Vec::with_capacity(columns.len());
        for at in 0..columns.len() {
            let value = row.get_ref(at)?;
            bytes += match value {
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
                _ => 8,
            };
            cells.push(cell(value));
        }
        found.push(Value::Array(cells));
    }
    Ok(Ok(
        json!({"columns": columns, "rows": found, "is_cut": is_cut}),
    ))
}

/// Bytes as hexadecimal text.
fn cell(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
        ValueRef::Blob(bytes) => hex(bytes).into(),
    }
}

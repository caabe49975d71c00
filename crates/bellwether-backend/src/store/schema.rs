//! The version of a file, and how an earlier one is brought up to date.
//!
//! `PRAGMA user_version` holds the version. Each step is one SQL text, run in one transaction with the new number, so a file is of one
//! version or of the next, never between. A file of a later version is refused.

use std::path::Path;

use rusqlite::Connection;

use super::error::StoreError;
use super::views;

/// The steps: the first makes version 1 of an empty file.
const STEPS: &[&str] = &[
    include_str!("sql/v1.sql"),
    include_str!("sql/v2.sql"),
    include_str!("sql/v3.sql"),
];

/// The version that this program writes.
pub(super) const VERSION: i64 = STEPS.len() as i64;

/// Marks our files (`PRAGMA application_id`), so that another program's database is never taken for a store.
pub(super) const APPLICATION: i32 = 0x4265_6c6c;

/// Brings `conn` to [`VERSION`]. The views are made anew each time: they are code, not data.
pub(super) fn migrate(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let known = |error| StoreError::from_database(path, error);
    let found = version(conn).map_err(known)?;
    if found > VERSION {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: VERSION,
        });
    }
    if found == 0 && has_tables(conn).map_err(known)? {
        return Err(StoreError::Damaged {
            path: path.to_owned(),
            detail: "a database of another program".to_owned(),
        });
    }
    for (step, sql) in STEPS
        .iter()
        .enumerate()
        .skip(usize::try_from(found).unwrap_or(usize::MAX))
    {
        let transaction = conn.transaction().map_err(known)?;
        transaction
            .execute_batch(sql)
            .and_then(|()| transaction.pragma_update(None, "application_id", APPLICATION))
            .and_then(|()| transaction.pragma_update(None, "user_version", step as i64 + 1))
            .and_then(|()| transaction.commit())
            .map_err(known)?;
    }
    let transaction = conn.transaction().map_err(known)?;
    views::create(&transaction)
        .and_then(|()| transaction.commit())
        .map_err(known)
}

/// Refuses a file that a reader of this version cannot read.
pub(super) fn check(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let found = version(conn).map_err(|error| StoreError::from_database(path, error))?;
    match found {
        0 => Err(StoreError::Damaged {
            path: path.to_owned(),
            detail: "no store, or one that is still being made".to_owned(),
        }),
        _ if found > VERSION => Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: VERSION,
        }),
        _ if found < VERSION => Err(StoreError::Older {
            path: path.to_owned(),
            found,
            known: VERSION,
        }),
        _ => Ok(()),
    }
}

fn version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn has_tables(conn: &Connection) -> rusqlite::Result<bool> {
    conn.query_row("SELECT count(*) > 0 FROM sqlite_schema", [], |row| {
        row.get(0)
    })
}

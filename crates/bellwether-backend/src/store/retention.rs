//! Retention: partitions past their time are dropped, and space goes back to the file system.
//!
//! Everything is done in steps between two commits, each bounded, so ingest never waits for more than one: a partition leaves the views
//! first and nobody sees it any more, then goes one table a step; free pages at the end of the file are cut off a few thousand a step.
//! Aggregates are deleted from the old end of their key, which frees whole pages.

use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension};

use super::options::{StoreOptions, days};
use super::partition::{self, Signal};
use super::views;

/// How often to look when there was nothing to do.
const IDLE: Duration = Duration::from_secs(30);
/// How soon to go on when there is.
const BUSY: Duration = Duration::from_millis(100);
/// Pages given back a step: 8 MiB, about 20 ms.
const PAGES: u32 = 2_048;
/// Aggregates deleted a step.
const AGGREGATES: u32 = 5_000;
/// Entries of a dictionary deleted a step.
const ENTRIES: u32 = 5_000;

pub(super) struct Retention {
    next: Instant,
    more: bool,
    /// The last day on which dictionaries were swept.
    swept: i64,
}

impl Retention {
    pub(super) fn new() -> Self {
        Self {
            next: Instant::now(),
            more: false,
            swept: 0,
        }
    }

    /// How long the writer may sleep.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        self.next.saturating_duration_since(now)
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        now >= self.next
    }

    pub(super) fn hurry(&mut self) {
        self.next = Instant::now();
    }

    /// One bounded piece of work, inside a transaction of the writer. `keep` are partitions that are being filled.
    pub(super) fn step(
        &mut self,
        conn: &Connection,
        options: &StoreOptions,
        today: i64,
        keep: &[i64],
    ) -> rusqlite::Result<()> {
        self.more = drop_table(conn)?
            || expire(conn, options, today, keep)?
            || trim_aggregates(conn, options, today)?
            || self.sweep(conn, options, today)?;
        self.next = Instant::now() + if self.more { BUSY } else { IDLE };
        Ok(())
    }

    /// Gives free pages at the end of the file back to the file system. Outside a transaction of its own kind: the pragma is one.
    pub(super) fn give_back(&mut self, conn: &Connection) {
        let free: i64 = conn
            .pragma_query_value(None, "freelist_count", |row| row.get(0))
            .unwrap_or(0);
        if free == 0 {
            return;
        }
        // The pragma frees one page a row it yields, so it has to be read to its end.
        let freed = conn
            .prepare(&format!("PRAGMA incremental_vacuum({PAGES})"))
            .and_then(|mut pragma| {
                let mut rows = pragma.query([])?;
                while rows.next()?.is_some() {}
                Ok(())
            });
        if freed.is_ok() && free > i64::from(PAGES) {
            self.next = Instant::now() + BUSY;
        }
    }

    /// Once a day, entries of dictionaries that nothing kept can refer to any more.
    fn sweep(
        &mut self,
        conn: &Connection,
        options: &StoreOptions,
        today: i64,
    ) -> rusqlite::Result<bool> {
        if self.swept == today {
            return Ok(false);
        }
        let kept = Signal::ALL
            .map(|signal| options.kept_days(signal))
            .into_iter()
            .max()
            .unwrap_or(0);
        let longest = kept.max(days(options.aggregates)) + 2;
        conn.execute(
            &format!("DELETE FROM latest WHERE series IN (SELECT id FROM series WHERE seen < ?1 LIMIT {ENTRIES})"),
            [today.saturating_sub(longest)],
        )?;
        for table in ["series", "metric", "operation", "scope", "resource"] {
            let deleted = conn.execute(
                &format!("DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE seen < ?1 LIMIT {ENTRIES})"),
                [today.saturating_sub(longest)],
            )?;
            if deleted == ENTRIES as usize {
                return Ok(true);
            }
        }
        self.swept = today;
        Ok(false)
    }
}

/// Drops one index or table of a partition that is on its way out. `true`: there was one.
fn drop_table(conn: &Connection) -> rusqlite::Result<bool> {
    let found: Option<(i64, String)> = conn
        .query_row(
            "SELECT id, signal FROM partition WHERE dropping = 1 ORDER BY id LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((id, signal)) = found else {
        return Ok(false);
    };
    for table in Signal::from_name(&signal)
        .map(|signal| signal.tables(id))
        .unwrap_or_default()
    {
        // Indexes first, each a step of its own: a table takes as long to drop as it and they have pages.
        let next: Option<(String, String)> = conn
            .query_row(
                "SELECT type, name FROM sqlite_schema WHERE (type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL) OR (type = 'table' AND name = ?1)
                 ORDER BY type LIMIT 1",
                [&table],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        if let Some((kind, name)) = next {
            conn.execute_batch(&format!("DROP {kind} {name}"))?;
            return Ok(true);
        }
    }
    conn.execute("DELETE FROM log_block WHERE partition = ?1", [id])?;
    conn.execute("DELETE FROM partition WHERE id = ?1", [id])?;
    Ok(true)
}

/// Takes the oldest partition that is past its time, or beyond the size, out of the views.
fn expire(
    conn: &Connection,
    options: &StoreOptions,
    today: i64,
    keep: &[i64],
) -> rusqlite::Result<bool> {
    let partitions = partition::list(conn)?;
    let past = partitions.iter().find(|partition| {
        partition.day < today.saturating_sub(options.kept_days(partition.signal))
    });
    let oldest = || {
        partitions
            .iter()
            .find(|partition| !keep.contains(&partition.id))
    };
    let chosen = match past {
        Some(partition) => Some(partition),
        None if used_bytes(conn)? > options.max_bytes => oldest(),
        None => None,
    };
    let Some(partition) = chosen else {
        return Ok(false);
    };
    tracing::info!(
        target: "bellwether_backend", signal = %partition.signal, partition = partition.id, rows = partition.rows, past_its_time = past.is_some(),
        "an old partition is dropped"
    );
    conn.execute(
        "UPDATE partition SET dropping = 1 WHERE id = ?1",
        [partition.id],
    )?;
    views::create(conn)?;
    Ok(true)
}

/// Bytes of the file that hold something.
fn used_bytes(conn: &Connection) -> rusqlite::Result<u64> {
    let ask = |pragma: &str| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let pages = ask("page_count")? - ask("freelist_count")?;
    Ok((pages.max(0) * ask("page_size")?).cast_unsigned())
}

fn trim_aggregates(
    conn: &Connection,
    options: &StoreOptions,
    today: i64,
) -> rusqlite::Result<bool> {
    for (level, kept) in [
        (10, days(options.traces)),
        (60, days(options.aggregates)),
        (3600, days(options.aggregates)),
    ] {
        let before = today.saturating_sub(kept).saturating_mul(86_400);
        let deleted = conn.execute(
            &format!(
                "DELETE FROM red WHERE (level, bucket, operation, status) IN
                   (SELECT level, bucket, operation, status FROM red WHERE level = ?1 AND bucket < ?2 LIMIT {AGGREGATES})"
            ),
            (level, before),
        )?;
        if deleted == AGGREGATES as usize {
            return Ok(true);
        }
    }
    Ok(false)
}

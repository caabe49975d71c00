//! What is stored.

use bellwether_backend::{Signal, rusqlite};
use serde::Serialize;

use super::table::table;
use super::{Context, failed, when};
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct Status {
    file: String,
    bytes: u64,
    signals: Vec<Held>,
    exports: Vec<Export>,
}

#[derive(Serialize)]
struct Held {
    signal: &'static str,
    items: u64,
    first: Option<i64>,
    last: Option<i64>,
}

#[derive(Serialize)]
struct Export {
    destination: String,
    format: String,
    signal: String,
    finished_at: Option<i64>,
    status: String,
    items: i64,
}

pub(super) fn run(context: &Context<'_>) -> Result<Exit, Failure> {
    let status = look(context)?;
    if context.is_json {
        return context.json(&status);
    }
    let terminal = context.terminal;
    terminal.line(&format!(
        "{}  {:.1} MB",
        status.file,
        status.bytes as f64 / 1e6
    ));
    let time = |time: Option<i64>| time.map_or_else(|| "-".to_owned(), when::time);
    let rows: Vec<Vec<String>> = status
        .signals
        .iter()
        .map(|held| {
            vec![
                held.signal.to_owned(),
                held.items.to_string(),
                time(held.first),
                time(held.last),
            ]
        })
        .collect();
    terminal.line(&table(
        terminal.style(),
        &["SIGNAL", ">ITEMS", "FIRST", "LAST"],
        &rows,
    ));
    if status.signals.iter().all(|held| held.items == 0) {
        terminal.line(
            "nothing has arrived yet; send OTLP to 127.0.0.1:4317 (gRPC) or 127.0.0.1:4318 (HTTP)",
        );
    }
    if !status.exports.is_empty() {
        let rows: Vec<Vec<String>> = status
            .exports
            .iter()
            .map(|export| {
                vec![
                    time(export.finished_at),
                    export.signal.clone(),
                    export.format.clone(),
                    export.items.to_string(),
                    export.status.clone(),
                    export.destination.clone(),
                ]
            })
            .collect();
        let headings = ["EXPORTED", "SIGNAL", "FORMAT", ">ITEMS", "STATUS", "TO"];
        terminal.line(&format!("\n{}", table(terminal.style(), &headings, &rows)));
    }
    Ok(Exit::OK)
}

fn look(context: &Context<'_>) -> Result<Status, Failure> {
    let store = &context.store;
    let partitions = store.partitions().map_err(|error| failed(&error))?;
    let signals = Signal::ALL.map(|signal| {
        let of = || {
            partitions
                .iter()
                .filter(move |partition| partition.signal == signal)
        };
        let ranges = || of().filter_map(|partition| partition.range);
        Held {
            signal: signal.as_str(),
            items: of().map(|partition| partition.rows).sum(),
            first: ranges().map(|(lowest, _)| lowest).min(),
            last: ranges().map(|(_, highest)| highest).max(),
        }
    });
    let exports = store.read(std::time::Duration::from_secs(5), |conn| {
        let mut found = conn.prepare(
            "SELECT destination, format, signal, finished_at, status, items FROM telemetry_exports ORDER BY id DESC LIMIT 5",
        )?;
        let rows = found.query_map([], |row| {
            Ok(Export {
                destination: row.get(0)?,
                format: row.get(1)?,
                signal: row.get(2)?,
                finished_at: row.get(3)?,
                status: row.get(4)?,
                items: row.get(5)?,
            })
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    });
    let size = |suffix: &str| {
        let mut path = store.path().as_os_str().to_owned();
        path.push(suffix);
        std::fs::metadata(path).map_or(0, |file| file.len())
    };
    Ok(Status {
        file: store.path().display().to_string(),
        bytes: size("") + size("-wal"),
        signals: signals.into(),
        exports: exports.map_err(|error| failed(&error))?,
    })
}

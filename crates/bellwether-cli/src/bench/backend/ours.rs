//! `bellwether serve` measured.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bellwether_backend::load::{
    FIRST_HISTOGRAM, Load, Pace, SERIES, SPANS_PER_TRACE, Sent, TICK_SECONDS, send, trace_id,
};
use bellwether_backend::{Signal, Store};

use super::ask::{Question, ask};
use super::child::{Cost, Server};
use super::report::{Answer, Intake, Report};
use super::{Arguments, failed};
use crate::exit::Failure;
use crate::terminal::Terminal;

const NAME: &str = "**bellwether**";
/// For rollups to follow what was taken in.
const SETTLE: Duration = Duration::from_secs(300);
const SECOND: u64 = 1_000_000_000;

/// The load of these arguments: it ends now.
pub(super) fn load(arguments: &Arguments) -> Load {
    let seconds = (arguments.points / SERIES).max(60) * TICK_SECONDS;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    Load {
        begins: (now - seconds) * SECOND,
        seconds,
        spans: arguments.spans,
        logs: arguments.logs,
    }
}

pub(super) fn pace(arguments: &Arguments) -> Pace {
    Pace {
        batch: arguments.batch,
        senders: arguments.senders,
    }
}

pub(super) fn client() -> Result<reqwest::Client, Failure> {
    reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(60))
        .build()
        .map_err(|error| failed("HTTP client", error))
}

pub(super) async fn measure(
    arguments: &Arguments,
    terminal: &Terminal,
    report: &mut Report,
) -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("bellwether-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| failed("temporary folder", error))?;
    let done = measure_in(&folder, arguments, terminal, report).await;
    let _ = std::fs::remove_dir_all(&folder);
    done
}

async fn measure_in(
    folder: &Path,
    arguments: &Arguments,
    terminal: &Terminal,
    report: &mut Report,
) -> Result<(), Failure> {
    let file = folder.join("telemetry.db");
    let server = Server::start(&file).await?;
    let empty = server.ready_after;
    let load = load(arguments);
    let store = Store::open_read_only(&file).map_err(|error| failed("store", error))?;
    for (signal, items) in [
        (Signal::Metrics, arguments.points),
        (Signal::Traces, arguments.spans),
        (Signal::Logs, arguments.logs),
    ] {
        terminal.status(&format!("taking in {items} {}", items_of(signal)));
        let (before, size) = (server.cost(), used_bytes(&store)?);
        let sent = send(&server.grpc, signal, &load, 0..items, pace(arguments))
            .await
            .map_err(|error| failed("load", error))?;
        let grown = used_bytes(&store)?.saturating_sub(size);
        let bytes = grown as f64 / sent.items.max(1) as f64;
        report.intake.push(intake(
            NAME,
            signal,
            &sent,
            before,
            server.cost(),
            Some(bytes),
        ));
    }
    terminal.status("waiting for rollups");
    let began = Instant::now();
    let end = (load.begins / SECOND + load.seconds).cast_signed();
    let is_settled = settle(&store, end).await?;
    report.remarks.push(if is_settled {
        format!(
            "The rollups of all points had followed {:.0} s after the last record was taken in.",
            began.elapsed().as_secs_f64()
        )
    } else {
        format!(
            "The rollups had not followed within {} s.",
            SETTLE.as_secs()
        )
    });
    let client = client()?;
    let questions = questions(&server.http, arguments, &load);
    let mut answers = Vec::new();
    for question in &questions {
        terminal.status(&format!("asking: {}", question.name));
        let asked = ask(&client, question, arguments.rounds)
            .await
            .map_err(|error| failed(&question.name, error))?;
        if let Some(read) = asked.last.get("read") {
            report
                .remarks
                .push(format!("{}: read from {}.", question.name, plain(read)));
        }
        answers.push(Answer {
            server: NAME.to_owned(),
            question: question.name.clone(),
            idle: Some(asked.times),
            busy: None,
        });
    }
    let meanwhile = Meanwhile::start(&server.grpc, arguments, load);
    let began = Instant::now();
    for (question, answer) in questions.iter().zip(&mut answers) {
        terminal.status(&format!("asking meanwhile: {}", question.name));
        let asked = ask(&client, question, arguments.rounds)
            .await
            .map_err(|error| failed(&question.name, error))?;
        answer.busy = Some(asked.times);
    }
    let took = began.elapsed().as_secs_f64();
    let rates = meanwhile.stop().await?;
    let [points, spans, logs] = rates.map(|items| items as f64 / took);
    report.remarks.push(format!(
        "Taken in meanwhile, all at once: {points:.0} points/s, {spans:.0} spans/s, {logs:.0} log records/s."
    ));
    report.answers.append(&mut answers);
    let highest = server.cost().resident_megabytes;
    let size = std::fs::metadata(&file).map_or(0, |metadata| metadata.len());
    drop(store);
    server.stop().await;
    let again = Server::start(&file).await?;
    report.remarks.push(format!(
        "From the start of the process until it listens: {:.0} ms with no file, {:.0} ms with one of {:.1} GB. Most memory it ever had: {highest:.0} MB.",
        empty.as_secs_f64() * 1e3,
        again.ready_after.as_secs_f64() * 1e3,
        size as f64 / 1e9
    ));
    again.stop().await;
    Ok(())
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|(what, count)| format!("{count} {what}"))
                .collect();
            parts.join(", ")
        }
        count => format!("{count} aggregates"),
    }
}

fn items_of(signal: Signal) -> &'static str {
    match signal {
        Signal::Metrics => "points",
        Signal::Traces => "spans",
        Signal::Logs => "log records",
    }
}

pub(super) fn intake(
    server: &str,
    signal: Signal,
    sent: &Sent,
    before: Cost,
    after: Cost,
    bytes_per_item: Option<f64>,
) -> Intake {
    // The index is below the length, a share of it.
    let at = |percent: usize| {
        let last = sent.waits.len().saturating_sub(1);
        sent.waits
            .get(last * percent / 100)
            .map_or(0.0, |wait| wait.as_secs_f64() * 1e3)
    };
    Intake {
        server: server.to_owned(),
        what: items_of(signal),
        items: sent.items,
        per_second: sent.rate(),
        cpu_micros: (after.cpu_seconds - before.cpu_seconds) * 1e6 / sent.items.max(1) as f64,
        wait_median: at(50),
        wait_p99: at(99),
        bytes_per_item,
        resident_megabytes: after.resident_megabytes,
    }
}

fn used_bytes(store: &Store) -> Result<u64, Failure> {
    store
        .read(SETTLE, |conn| {
            let ask =
                |pragma: &str| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
            let pages = ask("page_count")? - ask("freelist_count")?;
            Ok((pages.max(0) * ask("page_size")?).cast_unsigned())
        })
        .map_err(|error| failed("store", error))
}

/// Waits until what is over is rolled up; `false`: it took too long.
async fn settle(store: &Store, end: i64) -> Result<bool, Failure> {
    let began = Instant::now();
    let sql = "SELECT (SELECT count(*) FROM rollup_todo) + (SELECT count(*) FROM metric) - (SELECT count(*) FROM rollup_sealed WHERE until >= ?1)";
    while began.elapsed() < SETTLE {
        let left: i64 = store
            .read(SETTLE, |conn| {
                conn.query_row(sql, [end - 600], |row| row.get(0))
            })
            .map_err(|error| failed("store", error))?;
        if left == 0 {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(false)
}

fn questions(http: &str, arguments: &Arguments, load: &Load) -> Vec<Question> {
    let base = format!("{http}/api/v1");
    let traces = (arguments.spans / SPANS_PER_TRACE).max(1);
    let logs = arguments.logs.max(1);
    let range = |seconds: u64| {
        let end = load.begins + load.seconds * SECOND;
        format!(
            "start={}&end={end}",
            end - seconds.min(load.seconds) * SECOND
        )
    };
    let (all, hour) = (range(u64::MAX / SECOND), range(3_600));
    let of_all = duration(load.seconds);
    let url = |path: String| format!("{base}/{path}");
    let fixed = |name: String, path: String| {
        let url = url(path);
        Question::get(&name, move |_| url.clone())
    };
    let trace = url("traces".to_owned());
    let word = url("logs?limit=100&text=".to_owned());
    let sql = url("sql".to_owned());
    vec![
        Question::get("a trace by its id", move |round| {
            let id = trace_id(round * 7_919 % traces);
            format!("{trace}/{:032x}", u128::from_be_bytes(id))
        }),
        fixed(
            "the newest 100 traces".to_owned(),
            "traces?limit=100".to_owned(),
        ),
        fixed(
            "the newest 100 records with a word that every second one has".to_owned(),
            "logs?limit=100&text=retry".to_owned(),
        ),
        Question::get("the record with a rare word", move |round| {
            format!("{word}{}", round * 7_919 % logs)
        }),
        fixed(
            "the newest 100 records with three common words".to_owned(),
            "logs?limit=100&text=budget+session+queue".to_owned(),
        ),
        fixed(
            format!("RED of each service by the minute, {of_all}"),
            format!("red?by=service&interval=60&{all}"),
        ),
        fixed(
            format!("RED of each operation of a service, {of_all}"),
            format!("red?by=name&service=service-3&{all}"),
        ),
        fixed(
            format!("p95 of a histogram of 100 series by the minute, in ten groups, {of_all}"),
            format!(
                "metrics/load.duration.{FIRST_HISTOGRAM}?aggregation=p95&interval=60&by=agent_type&{all}"
            ),
        ),
        fixed(
            format!("rate of 100 counters by the minute, in ten groups, {of_all}"),
            format!("metrics/load.requests.7?aggregation=rate&interval=60&by=agent_type&{all}"),
        ),
        fixed(
            "rate of 100 counters by 15 s, in ten groups, the last hour (points)".to_owned(),
            format!("metrics/load.requests.7?aggregation=rate&interval=15&by=agent_type&{hour}"),
        ),
        Question {
            name: "v_recent_metrics, all of it".to_owned(),
            request: Box::new(move |_| {
                let body = r#"{"sql":"SELECT name, labels, value, time FROM v_recent_metrics"}"#;
                (sql.clone(), Some(body.to_owned()))
            }),
        },
    ]
}

/// `2.8 h` and so on.
pub(super) fn duration(seconds: u64) -> String {
    if seconds >= 3_600 {
        format!("{:.1} h", seconds as f64 / 3_600.0)
    } else {
        format!("{} min", seconds / 60)
    }
}

/// All three signals, sent while questions are asked.
struct Meanwhile {
    stop: Arc<AtomicBool>,
    senders: Vec<tokio::task::JoinHandle<Result<u64, bellwether_backend::load::LoadError>>>,
}

impl Meanwhile {
    fn start(grpc: &str, arguments: &Arguments, load: Load) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let pace = Pace {
            senders: 1,
            ..pace(arguments)
        };
        let sender = |signal: Signal, first: u64| {
            let (grpc, stop) = (grpc.to_owned(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut sent = 0;
                // A few hundred requests, then a look at whether it is over.
                let some = pace.batch * 50;
                while !stop.load(Ordering::Acquire) {
                    let items: Range<u64> = first + sent..first + sent + some;
                    sent += send(&grpc, signal, &load, items, pace).await?.items;
                }
                Ok(sent)
            })
        };
        // Whole batches behind what was sent before.
        let first = |items: u64| items.div_ceil(pace.batch) * pace.batch;
        let senders = vec![
            sender(Signal::Metrics, first(arguments.points)),
            sender(Signal::Traces, first(arguments.spans)),
            sender(Signal::Logs, first(arguments.logs)),
        ];
        Self { stop, senders }
    }

    /// How many items of each were taken in.
    async fn stop(self) -> Result<[u64; 3], Failure> {
        self.stop.store(true, Ordering::Release);
        let mut counts = [0; 3];
        for (count, sender) in counts.iter_mut().zip(self.senders) {
            *count = sender
                .await
                .map_err(|error| failed("load", error))?
                .map_err(|error| failed("load", error))?;
        }
        Ok(counts)
    }
}

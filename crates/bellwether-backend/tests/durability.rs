//! What is acknowledged stays, whatever happens to the process; what is wrong with a file is said.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_wrap,
    clippy::too_many_lines
)]

mod support;

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bellwether_backend::rusqlite::Connection;
use bellwether_backend::{Signal, StartError, Store, StoreError, StoreOptions};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;
use support::{Server, builder, client};

const SPANS: usize = 5;
const LONG: Duration = Duration::from_secs(60);

/// A trace of five spans in one request; its number is in its id.
fn trace(number: u64) -> Vec<u8> {
    // Now, since aggregates of long ago are past their time.
    let start = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_nanos() as u64;
    let spans = (1..=SPANS as u8)
        .map(|span| Span {
            trace_id: [number.to_be_bytes(), [7; 8]].concat(),
            span_id: vec![span; 8],
            name: "step".to_owned(),
            start_time_unix_nano: start,
            end_time_unix_nano: start + 5_000,
            ..Span::default()
        })
        .collect();
    let scope_spans = vec![ScopeSpans {
        spans,
        ..ScopeSpans::default()
    }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            scope_spans,
            ..ResourceSpans::default()
        }],
    }
    .encode_to_vec()
}

fn log(body: String) -> Vec<u8> {
    let record = LogRecord {
        body: Some(AnyValue {
            value: Some(any_value::Value::StringValue(body)),
        }),
        time_unix_nano: 5,
        ..LogRecord::default()
    };
    let scope_logs = vec![ScopeLogs {
        log_records: vec![record],
        ..ScopeLogs::default()
    }];
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            scope_logs,
            ..ResourceLogs::default()
        }],
    }
    .encode_to_vec()
}

async fn post(address: &str, path: &str, body: Vec<u8>) -> Option<u16> {
    let request = client()
        .post(format!("http://{address}{path}"))
        .header("content-type", "application/x-protobuf")
        .body(body);
    request
        .send()
        .await
        .ok()
        .map(|answer| answer.status().as_u16())
}

/// Not a test of its own: the server of the tests below, as a process that can be killed.
#[test]
#[ignore = "a child process of other tests"]
fn serve() {
    let Ok(path) = std::env::var("BELLWETHER_TEST_STORE") else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let running = builder(path.into()).start().await.unwrap();
        println!("\nlistening {}", running.http());
        std::future::pending::<()>().await;
    });
}

struct Process {
    child: Child,
    address: String,
}

impl Process {
    /// `prelude` runs in the shell that becomes the server.
    fn start(path: &Path, prelude: &str) -> Self {
        let mut child = Command::new("sh")
            .arg("-c")
            .arg(format!(
                "{prelude} exec \"$0\" --exact serve --ignored --nocapture"
            ))
            .arg(std::env::current_exe().unwrap())
            .env("BELLWETHER_TEST_STORE", path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let address = lines
            .find_map(|line| line.strip_prefix("listening ").map(str::to_owned))
            .expect("the server listens");
        Self { child, address }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn a_killed_server_loses_nothing_acknowledged_and_tears_no_trace() {
    let rounds: u64 = std::env::var("BELLWETHER_KILL_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(10);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telemetry.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut acknowledged = Vec::new();
    for round in 0..rounds {
        let process = Process::start(&path, "");
        let tasks: Vec<_> = (0..4)
            .map(|sender| {
                let address = process.address.clone();
                runtime.spawn(async move {
                    let mut done = Vec::new();
                    for number in (round * 1_000_000 + sender..).step_by(4) {
                        match post(&address, "/v1/traces", trace(number)).await {
                            Some(200) => done.push(number),
                            Some(other) => panic!("answered {other}"),
                            None => break,
                        }
                    }
                    done
                })
            })
            .collect();
        // At a moment that differs in each round, but never before anything is stored.
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(40 + round * 37 % 400) || stored(&path) < 1 {
            assert!(began.elapsed() < LONG, "nothing is stored");
            std::thread::sleep(Duration::from_millis(5));
        }
        process.kill();
        for task in tasks {
            acknowledged.extend(runtime.block_on(task).unwrap());
        }
    }
    let store = Store::open_read_only(&path).unwrap();
    let said: i64 = store
        .read(LONG, |conn| {
            let sql = "SELECT count(*) FROM meta WHERE key LIKE 'missing%'";
            conn.query_row(sql, [], |row| row.get(0))
        })
        .unwrap();
    assert_eq!(said, 0, "nothing is said to be missing that is there");
    let (counts, red) = store
        .read(LONG, |conn| {
            let mut statement =
                conn.prepare("SELECT trace_id, count(*) FROM all_spans GROUP BY trace_id")?;
            let rows = statement.query_map([], |row| {
                Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?))
            })?;
            let red: i64 =
                conn.query_row("SELECT sum(count) FROM red WHERE level = 60", [], |row| {
                    row.get(0)
                })?;
            Ok((rows.collect::<Result<HashMap<_, _>, _>>()?, red))
        })
        .unwrap();
    assert!(acknowledged.len() as u64 >= rounds);
    for number in &acknowledged {
        let id = [number.to_be_bytes(), [7; 8]].concat();
        assert_eq!(
            counts.get(&id),
            Some(&(SPANS as i64)),
            "trace {number} was acknowledged"
        );
    }
    assert!(
        counts.values().all(|spans| *spans == SPANS as i64),
        "a trace is torn"
    );
    assert_eq!(
        red,
        counts.values().sum::<i64>(),
        "aggregates and spans differ"
    );
}

fn stored(path: &Path) -> i64 {
    let count = |store: Store| {
        store.read(LONG, |conn| {
            conn.query_row("SELECT count(*) FROM all_spans", [], |row| row.get(0))
        })
    };
    Store::open_read_only(path).and_then(count).unwrap_or(0)
}

#[tokio::test]
async fn a_size_limit_of_the_system_is_answered_like_a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telemetry.db");
    // Blocks of 512 bytes or a kilobyte, as the shell likes: one or two megabytes. The signal would end the process.
    let process = Process::start(&path, "trap '' XFSZ; ulimit -f 2000;");
    let mut stored = 0;
    let refused = loop {
        let status = post(&process.address, "/v1/logs", log("x".repeat(50_000)))
            .await
            .expect("the server lives");
        if status != 200 {
            break status;
        }
        stored += 1;
        assert!(stored < 10_000, "the limit does not hold");
    };
    assert_eq!(refused, 503);
    let count = Store::open_read_only(&path).unwrap().read(LONG, |conn| {
        conn.query_row("SELECT count(*) FROM all_logs", [], |row| {
            row.get::<_, i64>(0)
        })
    });
    assert_eq!(count.unwrap(), stored);
    process.kill();
    let again = Process::start(&path, "");
    assert_eq!(
        post(&again.address, "/v1/logs", log("room again".to_owned())).await,
        Some(200)
    );
    again.kill();
}

#[tokio::test]
async fn two_servers_on_one_file_are_refused_with_a_reason() {
    let server = Server::start().await;
    let error = builder(server.path()).start().await.unwrap_err();
    assert!(
        matches!(&error, StartError::Store(StoreError::InUse { pid: Some(pid), .. }) if *pid == std::process::id()),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("in use by another server (process"),
        "{error}"
    );
    // When the first has ended the second may.
    let folder = server.stop().await;
    builder(folder.path().join("telemetry.db"))
        .start()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    // Nobody, root included, makes files there.
    let error = builder("/sys/telemetry.db".into())
        .start()
        .await
        .unwrap_err();
    assert!(
        matches!(error, StartError::Store(StoreError::ReadOnly { .. })),
        "{error}"
    );
    assert!(
        error.to_string().contains("/sys/telemetry.db: read-only"),
        "{error}"
    );
}

/// A store with one trace, closed.
async fn with_one_trace() -> tempfile::TempDir {
    let server = Server::start().await;
    assert_eq!(
        server
            .post("/v1/traces", "application/x-protobuf", trace(1))
            .await
            .status(),
        200
    );
    server.stop().await
}

fn set_aside(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.to_string_lossy().contains(".damaged-"))
        .collect()
}

fn overwrite(path: &Path, from: u64, to: u64) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    let end = file.seek(SeekFrom::End(0)).unwrap().min(to);
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(&vec![0xa5; (end - from) as usize]).unwrap();
}

#[tokio::test]
async fn a_damaged_file_is_set_aside_and_the_server_works() {
    // The first page; what follows the header; everything behind the schema, which shows only when it is written to.
    for (from, to) in [
        (0, 4096),
        (100, 4096),
        (4096, u64::MAX),
        (4096 * 12, u64::MAX),
    ] {
        let folder = with_one_trace().await;
        let path = folder.path().join("telemetry.db");
        overwrite(&path, from, to);
        let running = builder(path.clone())
            .start()
            .await
            .unwrap_or_else(|error| panic!("{from}: {error}"));
        let address = running.http().to_string();
        // Damage that shows at a write refuses that one, retryably; a sender comes again.
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(post(&address, "/v1/traces", trace(2)).await);
        }
        assert_eq!(answers.last(), Some(&Some(200)), "{from}: {answers:?}");
        assert!(
            answers
                .iter()
                .all(|answer| matches!(answer, Some(200 | 503))),
            "{answers:?}"
        );
        assert_eq!(running.store().newest_traces(9).unwrap().len(), 1, "{from}");
        assert!(!set_aside(folder.path()).is_empty(), "{from}");
        running.stop(LONG).await;
    }
}

#[tokio::test]
async fn a_damaged_log_is_set_aside_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telemetry.db");
    let process = Process::start(&path, "");
    assert_eq!(
        post(&process.address, "/v1/traces", trace(1)).await,
        Some(200)
    );
    process.kill();
    let log = folder.path().join("telemetry.db-wal");
    assert!(log.exists());
    // Its tail cut off in the middle of a frame: what was whole before it stays.
    let length = std::fs::metadata(&log).unwrap().len();
    OpenOptions::new()
        .write(true)
        .open(&log)
        .unwrap()
        .set_len(length - 100)
        .unwrap();
    let again = builder(path.clone()).start().await.unwrap();
    assert_eq!(
        post(&again.http().to_string(), "/v1/traces", trace(2)).await,
        Some(200)
    );
    again.stop(LONG).await;
}

/// SQLite opens such a file without an error, and what lay behind the damage is gone: that is noticed, and how much it was.
#[tokio::test]
async fn damage_in_the_middle_of_the_log_is_noticed() {
    const TRACES: u64 = 60;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telemetry.db");
    let process = Process::start(&path, "");
    for number in 0..TRACES {
        let answer = post(&process.address, "/v1/traces", trace(number)).await;
        assert_eq!(answer, Some(200));
    }
    process.kill();
    let log = folder.path().join("telemetry.db-wal");
    let middle = std::fs::metadata(&log).unwrap().len() / 2;
    overwrite(&log, middle, middle + 100);
    let running = builder(path.clone()).start().await.unwrap();
    let kept = stored(&path).cast_unsigned();
    let missing = running.missing().expect("something is missing");
    assert!(kept > 0 && kept < TRACES * SPANS as u64, "{kept} are there");
    assert_eq!(missing.items, TRACES * SPANS as u64 - kept);
    assert!(missing.transactions >= missing.items / SPANS as u64);
    running.stop(LONG).await;
    // Said once; what was found stays in the file.
    let again = builder(path).start().await.unwrap();
    assert_eq!(again.missing(), None);
    let noted: i64 = again
        .store()
        .read(LONG, |conn| {
            let sql = "SELECT value FROM meta WHERE key = 'missing_items'";
            conn.query_row(sql, [], |row| row.get(0))
        })
        .unwrap();
    assert_eq!(noted.cast_unsigned(), missing.items);
    again.stop(LONG).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_does_not_wait_for_the_writer() {
    let server = Server::start().await;
    let answer = server
        .post("/v1/traces", "application/x-protobuf", trace(1))
        .await;
    assert_eq!(answer.status(), 200);
    let store = server.running.store().clone();
    let (inside, is_inside) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    // The writer stands still in a transaction that has changed something.
    let stalled = server.running.write(move |conn| {
        conn.execute("UPDATE meta SET value = value", [])?;
        inside.send(()).unwrap();
        released.recv().unwrap();
        Ok(0)
    });
    let reading = tokio::task::spawn_blocking(move || {
        is_inside.recv_timeout(LONG).unwrap();
        let found = store.newest_traces(9).unwrap().len();
        // Not before it has its answer.
        release.send(()).unwrap();
        found
    });
    let (written, found) = tokio::join!(stalled, reading);
    assert_eq!((written.unwrap(), found.unwrap()), (0, 1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_reader_holds_ingest_back_only_at_the_limit_of_the_log() {
    const LIMIT: u64 = 8 << 20;
    let options = StoreOptions {
        max_log_bytes: LIMIT,
        ..StoreOptions::default()
    };
    let server = Server::start_with(|builder| builder.store(options)).await;
    let send = |number: u64| {
        let body = log(format!("{number} {}", "x".repeat(200_000)));
        server.post("/v1/logs", "application/x-protobuf", body)
    };
    assert_eq!(send(0).await.status(), 200);
    let log = PathBuf::from(format!("{}-wal", server.path().display()));
    let length = || std::fs::metadata(&log).unwrap().len();
    // Somebody else's program, in a transaction that reads.
    let reader = Connection::open(server.path()).unwrap();
    let count = |conn: &Connection| -> i64 {
        conn.query_row("SELECT count(*) FROM all_logs", [], |row| row.get(0))
            .unwrap()
    };
    reader.execute_batch("BEGIN").unwrap();
    assert_eq!(count(&reader), 1);
    let mut taken = 1;
    let refused = loop {
        let answer = send(taken).await;
        if answer.status() != 200 {
            break answer;
        }
        taken += 1;
        assert!(taken < 1_000, "the log has {} bytes", length());
    };
    assert!(taken > 20, "it goes on for a while: {taken}");
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    assert!(length() < LIMIT + (1 << 20), "{}", length());
    assert_eq!(count(&reader), 1, "the reader sees what it began with");
    let other = Connection::open(server.path()).unwrap();
    assert_eq!(count(&other).cast_unsigned(), taken);
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(send(taken).await.status(), 200, "the reader has gone");
    assert!(length() <= LIMIT, "{}", length());
    server.stop().await;
}

#[tokio::test]
async fn the_latest_point_of_a_series_is_seen_at_once_and_after_a_kill() {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let point = |value: u64| {
        let time = (now - 60 + value) * 1_000_000_000;
        format!(
            r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"task_queue_size","gauge":{{"dataPoints":[{{"asInt":"{value}","timeUnixNano":"{time}"}}]}}}}]}}]}}]}}"#
        )
    };
    let send = |address: String, body: String| async move {
        let request = client()
            .post(format!("http://{address}/v1/metrics"))
            .header("content-type", "application/json")
            .body(body);
        assert_eq!(request.send().await.unwrap().status(), 200);
    };
    let latest = |path: &Path| -> Vec<i64> {
        let store = Store::open_read_only(path).unwrap();
        store
            .read(LONG, |conn| {
                let mut values = conn.prepare("SELECT value FROM v_recent_metrics")?;
                values.query_map([], |row| row.get(0))?.collect()
            })
            .unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telemetry.db");
    let process = Process::start(&path, "");
    send(process.address.clone(), point(1)).await;
    assert_eq!(latest(&path), [1]);
    for value in 2..=9 {
        send(process.address.clone(), point(value)).await;
    }
    // An older one that comes late changes nothing.
    send(process.address.clone(), point(5)).await;
    process.kill();
    let process = Process::start(&path, "");
    wait_until("the latest point is found again", || latest(&path) == [9]).await;
    send(process.address.clone(), point(10)).await;
    wait_until("a new one takes its place", || latest(&path) == [10]).await;
    process.kill();
}

#[tokio::test]
async fn a_file_of_another_program_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("other.db");
    Connection::open(&database)
        .unwrap()
        .execute_batch("CREATE TABLE notes(text); INSERT INTO notes VALUES ('mine')")
        .unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database at all, and longer than the header of one would be; it is somebody's notes and nothing else").unwrap();
    for path in [database, text] {
        let before = std::fs::read(&path).unwrap();
        let error = builder(path.clone()).start().await.unwrap_err();
        assert!(
            matches!(error, StartError::Store(StoreError::Damaged { .. })),
            "{error}"
        );
        let mut after = Vec::new();
        std::fs::File::open(&path)
            .unwrap()
            .read_to_end(&mut after)
            .unwrap();
        assert_eq!(after.len(), before.len(), "{}", path.display());
        assert!(set_aside(folder.path()).is_empty());
    }
}

#[tokio::test]
async fn a_file_of_a_later_version_is_refused() {
    let folder = with_one_trace().await;
    let path = folder.path().join("telemetry.db");
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = builder(path.clone()).start().await.unwrap_err();
    assert!(
        matches!(
            error,
            StartError::Store(StoreError::Newer { found: 99, .. })
        ),
        "{error}"
    );
    assert!(matches!(
        Store::open_read_only(&path),
        Err(StoreError::Newer { .. })
    ));
}

async fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !done() {
        assert!(Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_is_past_its_time_goes_and_gives_its_space_back() {
    let server = Server::start().await;
    for number in 0..40 {
        assert_eq!(
            server
                .post(
                    "/v1/logs",
                    "application/x-protobuf",
                    log(format!("{number} {}", "old words ".repeat(10_000)))
                )
                .await
                .status(),
            200
        );
    }
    assert_eq!(
        server
            .post("/v1/traces", "application/x-protobuf", trace(1))
            .await
            .status(),
        200
    );
    let folder = server.stop().await;
    let path = folder.path().join("telemetry.db");
    let full = std::fs::metadata(&path).unwrap().len();
    // As if the logs had come eight days ago, and the trace six.
    let conn = Connection::open(&path).unwrap();
    conn.execute(
        "UPDATE partition SET day = day - CASE signal WHEN 'logs' THEN 8 ELSE 6 END",
        [],
    )
    .unwrap();
    drop(conn);
    let running = builder(path.clone()).start().await.unwrap();
    let address = running.http().to_string();
    assert_eq!(
        post(&address, "/v1/logs", log("new".to_owned())).await,
        Some(200)
    );
    wait_until("the old partition is dropped", || {
        let partitions = running.store().partitions().unwrap();
        partitions
            .iter()
            .filter(|partition| partition.signal == Signal::Logs)
            .map(|partition| partition.rows)
            .sum::<u64>()
            == 1
    })
    .await;
    wait_until("the space is given back", || {
        let tables: i64 = running
            .store()
            .read(LONG, |conn| {
                conn.query_row(
                    "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'logs%' AND type = 'table'",
                    [],
                    |row| row.get(0),
                )
            })
            .unwrap();
        let pages: i64 = running
            .store()
            .read(LONG, |conn| {
                conn.pragma_query_value(None, "page_count", |row| row.get(0))
            })
            .unwrap();
        tables < 10 && pages.cast_unsigned() * 4096 < full / 2
    })
    .await;
    assert_eq!(
        running.store().newest_traces(9).unwrap().len(),
        1,
        "what is kept longer stays"
    );
    running.stop(LONG).await;
    assert!(std::fs::metadata(&path).unwrap().len() < full / 2);
}

/// Dropping is done in steps between commits: while an old partition is on its way out, senders are answered.
#[tokio::test(flavor = "multi_thread")]
async fn senders_are_answered_while_an_old_partition_is_dropped() {
    let server = Server::start().await;
    for number in 0..20 {
        let body = log(format!("{number} {}", "old words ".repeat(20_000)));
        let answer = server
            .post("/v1/logs", "application/x-protobuf", body)
            .await;
        assert_eq!(answer.status(), 200);
    }
    let folder = server.stop().await;
    let path = folder.path().join("telemetry.db");
    let conn = Connection::open(&path).unwrap();
    conn.execute("UPDATE partition SET day = day - 8", [])
        .unwrap();
    drop(conn);
    let running = builder(path.clone()).start().await.unwrap();
    let address = running.http().to_string();
    let is_dropping = || {
        let sql = "SELECT coalesce(sum(dropping), 0), count(*) FROM partition";
        let found = running.store().read(LONG, |conn| {
            conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        });
        found.unwrap()
    };
    let mut meanwhile = 0;
    let deadline = Instant::now() + LONG;
    loop {
        let before: (i64, i64) = is_dropping();
        let answer = post(&address, "/v1/logs", log("new".to_owned())).await;
        assert_eq!(answer, Some(200));
        let after = is_dropping();
        if before.0 == 1 && after.0 == 1 {
            meanwhile += 1;
        }
        // The old one gone, the new one there.
        if after == (0, 1) && meanwhile > 0 {
            break;
        }
        assert!(Instant::now() < deadline, "{after:?}, {meanwhile} answers");
    }
    assert!(meanwhile > 3, "{meanwhile} answers in the middle of it");
    running.stop(LONG).await;
}

#[tokio::test]
async fn beyond_its_size_the_oldest_goes_first() {
    let options = StoreOptions {
        max_bytes: 4 << 20,
        partition_rows: 10,
        ..StoreOptions::default()
    };
    let server = Server::start_with(|builder| builder.store(options)).await;
    for number in 0..150 {
        assert_eq!(
            server
                .post(
                    "/v1/logs",
                    "application/x-protobuf",
                    log(format!("{number} {}", "words ".repeat(10_000)))
                )
                .await
                .status(),
            200
        );
    }
    let store = server.running.store().clone();
    let used = || -> i64 {
        store
            .read(LONG, |conn| {
                let ask = |pragma: &str| {
                    conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
                };
                Ok((ask("page_count")? - ask("freelist_count")?) * 4096)
            })
            .unwrap()
    };
    wait_until("the size is kept", || used() <= 4 << 20).await;
    let (lowest, highest): (i64, i64) = store
        .read(LONG, |conn| {
            conn.query_row("SELECT min(CAST(substr(body, 1, 3) AS INTEGER)), max(CAST(substr(body, 1, 3) AS INTEGER)) FROM all_logs", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
        })
        .unwrap();
    assert!(
        lowest > 0 && highest == 149,
        "{lowest} to {highest} are there"
    );
}

#[tokio::test]
async fn cleared_means_out_of_sight_at_once() {
    let server = Server::start().await;
    assert_eq!(
        server
            .post("/v1/traces", "application/x-protobuf", trace(1))
            .await
            .status(),
        200
    );
    assert_eq!(
        server
            .post(
                "/v1/logs",
                "application/x-protobuf",
                log("stays".to_owned())
            )
            .await
            .status(),
        200
    );
    server.running.clear(Signal::Traces).await.unwrap();
    assert!(server.running.store().newest_traces(9).unwrap().is_empty());
    assert_eq!(
        server
            .running
            .store()
            .logs_between(0..10, 9)
            .unwrap()
            .resource_logs
            .len(),
        1
    );
    assert_eq!(
        server
            .post("/v1/traces", "application/x-protobuf", trace(2))
            .await
            .status(),
        200
    );
    assert_eq!(server.running.store().newest_traces(9).unwrap().len(), 1);
}

#[tokio::test]
async fn a_read_is_interrupted_at_its_limit_and_the_pool_lives() {
    let server = Server::start().await;
    let store = server.running.store().clone();
    let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    for _ in 0..8 {
        let result = store.read(Duration::from_millis(20), |conn| {
            conn.query_row(endless, [], |row| row.get::<_, i64>(0))
        });
        assert!(matches!(result, Err(StoreError::Interrupted)), "{result:?}");
    }
    assert!(store.newest_traces(1).unwrap().is_empty());
    let written = store.read(LONG, |conn| {
        conn.execute("DELETE FROM telemetry_exports", [])
    });
    assert!(written.is_err(), "a reader cannot write");
}

/// Another SQLite of another version, in another process, while the server runs.
#[tokio::test]
async fn any_sqlite_client_reads_every_view_meanwhile() {
    if Command::new("python3")
        .arg("-c")
        .arg("import sqlite3")
        .status()
        .map_or(true, |status| !status.success())
    {
        bellwether_testing::skipped::say(
            "python-sqlite",
            "another SQLite beside the server: python3 is not installed",
        );
        return;
    }
    let server = Server::start().await;
    let program = "import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
views = [name for (name,) in db.execute(\"SELECT name FROM sqlite_schema WHERE type = 'view'\")] + ['telemetry_exports']
for view in views:
    db.execute('SELECT * FROM ' + view).fetchall()
print(len(views), db.execute('SELECT count(*) FROM telemetry_spans').fetchone()[0], db.execute('SELECT root FROM v_trace_summary').fetchall())";
    let read = || {
        let output = Command::new("python3")
            .arg("-c")
            .arg(program)
            .arg(server.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let before = read();
    assert!(before.ends_with(" 0 []"), "{before}");
    assert_eq!(
        server
            .post("/v1/traces", "application/x-protobuf", trace(1))
            .await
            .status(),
        200
    );
    assert_eq!(
        server
            .post(
                "/v1/logs",
                "application/x-protobuf",
                log("words".to_owned())
            )
            .await
            .status(),
        200
    );
    let metrics = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"agent_execution_total","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asInt":"7","timeUnixNano":"5"}]}}]}]}]}"#;
    assert_eq!(
        server
            .post("/v1/metrics", "application/json", metrics)
            .await
            .status(),
        200
    );
    let after = read();
    assert!(after.ends_with(" 5 [('step',)]"), "{after}");
}

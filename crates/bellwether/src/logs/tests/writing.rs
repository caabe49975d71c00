//! The writer against streams that are slow, gone or full: real pipes.

use std::io::{BufRead as _, BufReader, Read as _, pipe};
use std::time::{Duration, Instant};

use super::fixture::{DEADLINE, piped, settings, subscriber};
use crate::config::LogFormat;
use crate::logs::LogCounts;
use crate::logs::writer::{Gap, LineWriter, MAX_BYTES, MAX_LINES, Stream};

fn gap_line(gap: Gap) -> String {
    format!("gap {} {}\n", gap.queue_full, gap.write_error)
}

fn writer(out: impl std::io::Write + Send + 'static, lines: usize, bytes: usize) -> LineWriter {
    LineWriter::start(Stream::Other(Box::new(out)), gap_line, lines, bytes).unwrap()
}

#[test]
fn a_pipe_nobody_reads_blocks_neither_the_service_nor_its_end() {
    let (reader, out) = pipe().unwrap();
    let writer = writer(out, 100, MAX_BYTES);
    let line = format!("{}\n", "x".repeat(1_000));
    let started = Instant::now();
    for _ in 0..10_000 {
        writer.push(&line);
    }
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    assert!(!writer.flush(Duration::from_millis(50)));
    let ended = Instant::now();
    assert!(!writer.close(Duration::from_millis(100)));
    assert!(ended.elapsed() < Duration::from_secs(2));
    let counts = writer.counts();
    assert!(counts.queue_full > 9_000, "{counts:?}");
    // The thread holds at most one buffer, and what still waited behind it is lost.
    assert!(counts.waiting <= 100 && counts.closed <= 100, "{counts:?}");
    assert!(counts.waiting + counts.closed > 0, "{counts:?}");
    assert_eq!(counts.written + counts.dropped() + counts.waiting, 10_000);
    drop(reader);
}

#[test]
fn every_line_is_written_or_counted_and_the_gap_is_told_at_its_place() {
    let (reader, out) = pipe().unwrap();
    let writer = writer(out, 50, MAX_BYTES);
    for n in 0..5_000_u32 {
        writer.push(&format!("line {n} {}\n", "x".repeat(200)));
    }
    // Nobody has read so far, so some are lost. Now there is room.
    let reading = std::thread::spawn(move || {
        BufReader::new(reader)
            .lines()
            .map(Result::unwrap)
            .collect::<Vec<_>>()
    });
    assert!(writer.flush(DEADLINE));
    writer.push("last\n");
    assert!(writer.close(DEADLINE));
    let counts = writer.counts();
    drop(writer);
    let lines = reading.join().unwrap();

    assert!(counts.queue_full > 0);
    assert_eq!(counts.written + counts.dropped(), 5_001);
    let mut missing = 0;
    let mut next = 0;
    for line in &lines {
        let words: Vec<_> = line.split(' ').collect();
        match words[0] {
            "gap" => {
                let lost: u64 = words[1].parse().unwrap();
                missing += lost;
                next += lost;
            }
            "line" => {
                assert_eq!(
                    words[1].parse::<u64>().unwrap(),
                    next,
                    "order, and each gap where it was"
                );
                next += 1;
            }
            _ => assert_eq!((line.as_str(), next), ("last", 5_000)),
        }
    }
    assert_eq!(missing, counts.queue_full);
    let written = lines.iter().filter(|line| !line.starts_with("gap")).count();
    assert_eq!(written as u64, counts.written);
}

#[test]
fn a_reader_that_went_away_ends_the_writing() {
    let (reader, out) = pipe().unwrap();
    let writer = writer(out, MAX_LINES, MAX_BYTES);
    writer.push("one\n");
    assert!(writer.flush(DEADLINE));
    drop(reader);
    for _ in 0..10 {
        writer.push("lost\n");
        assert!(writer.flush(DEADLINE));
    }
    assert!(writer.close(DEADLINE));
    let expected = LogCounts {
        written: 1,
        write_error: 10,
        ..LogCounts::default()
    };
    assert_eq!(
        LogCounts {
            closed: 0,
            ..writer.counts()
        },
        expected
    );
}

/// Refuses its second write after half of it.
struct Torn {
    out: super::fixture::Sink,
    calls: usize,
}

impl std::io::Write for Torn {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.calls += 1;
        match self.calls {
            2 => self.out.write(&bytes[..bytes.len() / 2]),
            3 => Err(std::io::ErrorKind::StorageFull.into()),
            _ => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn after_an_error_the_next_line_starts_on_a_line_of_its_own() {
    let out = super::fixture::Sink::default();
    let writer = writer(
        Torn {
            out: out.clone(),
            calls: 0,
        },
        MAX_LINES,
        MAX_BYTES,
    );
    for line in ["first\n", "second\n", "third\n"] {
        writer.push(line);
        assert!(writer.flush(DEADLINE));
    }
    assert!(writer.close(DEADLINE));
    assert_eq!(out.text(), "first\nsec\ngap 0 1\nthird\n");
    assert_eq!(
        (writer.counts().written, writer.counts().write_error),
        (2, 1)
    );
}

#[test]
fn a_line_larger_than_the_buffer_is_dropped_alone() {
    let out = super::fixture::Sink::default();
    let writer = writer(out.clone(), MAX_LINES, 100);
    writer.push(&format!("{}\n", "x".repeat(200)));
    writer.push("small\n");
    assert!(writer.close(DEADLINE));
    assert_eq!(out.text(), "gap 1 0\nsmall\n");
}

#[test]
fn eight_threads_never_tear_a_line() {
    const THREADS: usize = 8;
    const LINES: usize = 4_000;
    let (mut reader, out) = pipe().unwrap();
    let pipeline = piped(
        &settings("info", LogFormat::Json),
        Box::new(out),
        None::<opentelemetry_sdk::logs::InMemoryLogExporter>,
    );
    let spans = opentelemetry_sdk::trace::SdkTracerProvider::default();
    let dispatch = subscriber(&pipeline, &spans);
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text
    });
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let dispatch = &dispatch;
            scope.spawn(move || {
                tracing::dispatcher::with_default(dispatch, || {
                    for n in 0..LINES {
                        let padding = "é\n".repeat(n % 700);
                        tracing::info!(thread, n, padding, "line");
                    }
                });
            });
        }
    });
    assert!(pipeline.shutdown(DEADLINE));
    let counts = pipeline.dropped();
    drop((dispatch, pipeline));
    let text = reading.join().unwrap();

    let mut last = [None::<u64>; THREADS];
    let mut written = 0;
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let metadata = &line["metadata"];
        let Some(thread) = metadata["thread"].as_u64() else {
            continue;
        };
        written += 1;
        let n = metadata["n"].as_u64();
        assert!(last[thread as usize] < n, "order within a thread");
        last[thread as usize] = n;
    }
    assert_eq!(written, counts.written);
    assert_eq!(counts.written + counts.dropped(), (THREADS * LINES) as u64);
}

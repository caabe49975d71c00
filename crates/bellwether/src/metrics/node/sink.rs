//! Where snapshots go.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::envelope::OnexEnvelopeV1;
use crate::metrics::generated::labels::PublishSink;

/// Why a sink did not take a snapshot. Only counted.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Takes snapshots. It has a thread of its own and a queue of 16; it may block, fail or panic: what it does not take is lost
/// and counts in `bellwether_publish_failed_total{sink}`.
///
/// ```
/// use bellwether::metrics::node::{OnexEnvelopeV1, SinkError, SnapshotSink};
///
/// struct Broker(std::net::TcpStream);
/// impl SnapshotSink for Broker {
///     fn publish(&mut self, envelope: &OnexEnvelopeV1) -> Result<(), SinkError> {
///         use std::io::Write;
///         writeln!(self.0, "{}", envelope.json())?;
///         Ok(())
///     }
/// }
/// ```
pub trait SnapshotSink: Send + 'static {
    /// Takes one.
    ///
    /// # Errors
    /// It could not.
    fn publish(&mut self, envelope: &OnexEnvelopeV1) -> Result<(), SinkError>;

    /// What it is to the label `sink`.
    fn kind(&self) -> PublishSink {
        PublishSink::Other
    }
}

/// Appends lines of JSON to a file, which is moved aside when it is full.
///
/// `path` becomes `path.1`, that one `path.2`, and so on up to the number of files that are kept. A file that somebody moved or
/// removed is made anew with the next snapshot.
///
/// ```
/// use bellwether::metrics::node::FileSink;
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("snapshots.jsonl");
/// let sink = FileSink::new(path, 10 * 1024 * 1024, 5)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FileSink {
    path: PathBuf,
    max_bytes: u64,
    max_files: u32,
}

impl FileSink {
    /// Of at most `max_bytes` a file, a longer line apart, and `max_files` beside the one that is written.
    ///
    /// # Errors
    /// The file cannot be written; a bound of 0 bytes.
    pub fn new(path: impl Into<PathBuf>, max_bytes: u64, max_files: u32) -> io::Result<Self> {
        if max_bytes == 0 {
            let message = "max_bytes: is 0, expected 1 or more";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let sink = Self {
            path: path.into(),
            max_bytes,
            max_files,
        };
        sink.open()?;
        Ok(sink)
    }

    fn open(&self) -> io::Result<File> {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
    }

    fn write(&self, line: &str) -> io::Result<()> {
        let mut text = String::with_capacity(line.len() + 1);
        text.push_str(line);
        text.push('\n');
        let mut file = self.open()?;
        let length = file.metadata()?.len();
        if length > 0 && length + text.len() as u64 > self.max_bytes {
            drop(file);
            self.rotate()?;
            file = self.open()?;
        }
        // One call: a reader sees whole lines.
        file.write_all(text.as_bytes())
    }

    fn rotate(&self) -> io::Result<()> {
        if self.max_files == 0 {
            return fs::remove_file(&self.path);
        }
        for number in (1..self.max_files).rev() {
            moved(&self.numbered(number), &self.numbered(number + 1))?;
        }
        moved(&self.path, &self.numbered(1))
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
    }
}

/// Moves a file, if it is there.
fn moved(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl SnapshotSink for FileSink {
    fn publish(&mut self, envelope: &OnexEnvelopeV1) -> Result<(), SinkError> {
        Ok(self.write(envelope.json())?)
    }

    fn kind(&self) -> PublishSink {
        PublishSink::File
    }
}

/// Writes each snapshot as a log record of level *info*, target `bellwether::snapshot`, with the envelope in the field
/// `envelope`.
///
/// ```
/// use bellwether::metrics::node::{LogSink, SnapshotSink};
/// let sink: Box<dyn SnapshotSink> = Box::new(LogSink);
/// # let _ = sink;
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct LogSink;

impl SnapshotSink for LogSink {
    fn publish(&mut self, envelope: &OnexEnvelopeV1) -> Result<(), SinkError> {
        tracing::info!(target: "bellwether::snapshot", envelope = envelope.json(), "metrics snapshot");
        Ok(())
    }

    fn kind(&self) -> PublishSink {
        PublishSink::Log
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_is_moved_aside_and_the_oldest_goes() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("snapshots.jsonl");
        let sink = FileSink::new(&path, 20, 2).unwrap();
        for line in ["first-line", "second-line", "third-line", "fourth-line"] {
            sink.write(line).unwrap();
        }
        let read = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
        assert_eq!(read("snapshots.jsonl"), "fourth-line\n");
        assert_eq!(read("snapshots.jsonl.1"), "third-line\n");
        assert_eq!(read("snapshots.jsonl.2"), "second-line\n");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3);
        sink.write(&"x".repeat(100)).unwrap();
        sink.write("a").unwrap();
        assert_eq!(read("snapshots.jsonl"), "a\n");
        assert_eq!(read("snapshots.jsonl.1").len(), 101, "a line is never cut");
    }

    #[test]
    fn a_path_that_cannot_be_written_is_an_error_at_the_start() {
        let directory = tempfile::tempdir().unwrap();
        assert!(FileSink::new(directory.path(), 20, 2).is_err());
        assert!(FileSink::new(directory.path().join("a"), 0, 2).is_err());
    }
}

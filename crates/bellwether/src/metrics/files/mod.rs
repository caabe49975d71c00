//! Collections as files, for tools that read them later and for machines that nothing scrapes.
//!
//! A file is one OTLP message as JSON on one line: a JSON document, and a JSON-lines file that the Collector's
//! `otlpjsonfile` receiver reads. It holds the latest collection of its interval. Totals count from the start of the
//! process, so the last collection of an interval says all that the earlier ones said, but for where gauges were between;
//! and a file is as large as one collection, whatever the interval.
//!
//! ```text
//! metrics/orchestrator-20261125T190312Z-4711.json   complete; one for each interval
//! metrics/orchestrator-20261125T200313Z-4711.json   replaced by each export
//! ```
//!
//! Each write goes to a temporary file beside it and is renamed, so a reader sees a whole file or the one before. Files are
//! for their owner alone (0600), as is a folder that is made (0700). The oldest beyond the limit are removed: only files of
//! this prefix, and only those named as above.

mod names;
pub(crate) mod otlp_json;

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::Collection;

/// Writes collections as files, and removes the oldest.
///
/// ```
/// use std::time::Duration;
/// use bellwether::metrics::{Collection, JsonFiles};
///
/// # let folder = std::env::temp_dir().join(format!("bellwether-docs-{}", std::process::id()));
/// let mut files = JsonFiles::builder()
///     .output_dir(&folder)
///     .rotate_interval(Duration::from_secs(60 * 60))
///     .max_files(24)
///     .build()?;
/// let path = files.write(&Collection::default())?;
/// assert_eq!(std::fs::read_to_string(path)?, "{\"resourceMetrics\":[]}\n");
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JsonFiles {
    folder: PathBuf,
    prefix: String,
    rotate_interval: Duration,
    max_files: usize,
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    name: String,
    since: SystemTime,
}

/// What [`JsonFiles`] are to be; from [`JsonFiles::builder`].
///
/// ```
/// use bellwether::metrics::JsonFiles;
/// let builder = JsonFiles::builder().output_dir("metrics").prefix("orchestrator");
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is written before `build`"]
pub struct JsonFilesBuilder {
    folder: PathBuf,
    prefix: String,
    rotate_interval: Duration,
    max_files: usize,
}

/// Why there are no files.
///
/// ```
/// let error = bellwether::metrics::JsonFiles::builder().max_files(0).build().unwrap_err();
/// assert_eq!(error.to_string(), "max_files is \"0\": expected a whole number from 1");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonFilesError {
    /// A value that cannot be used.
    #[error("{field} is {value:?}: expected {expected}")]
    Invalid {
        /// The builder's field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The folder could not be made, or is no folder.
    #[error("output_dir is {folder:?}: expected a folder that files can be written to ({error})")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl JsonFiles {
    /// Files in `metrics`, a new one each hour, 24 at most, named `metrics-…`.
    ///
    /// ```
    /// let builder = bellwether::metrics::JsonFiles::builder();
    /// ```
    pub fn builder() -> JsonFilesBuilder {
        JsonFilesBuilder {
            folder: "metrics".into(),
            prefix: "metrics".to_owned(),
            rotate_interval: Duration::from_secs(60 * 60),
            max_files: 24,
        }
    }

    /// Writes the collection, and says where. Blocks on the disk.
    ///
    /// # Errors
    /// What the system says. The file that was there stays.
    ///
    /// ```
    /// use bellwether::metrics::{Collection, JsonFiles};
    /// # let folder = std::env::temp_dir().join(format!("bellwether-docs-write-{}", std::process::id()));
    /// let mut files = JsonFiles::builder().output_dir(&folder).build()?;
    /// assert_eq!(files.write(&Collection::default())?, files.write(&Collection::default())?);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write(&mut self, collection: &Collection) -> io::Result<PathBuf> {
        self.write_at(collection, SystemTime::now())
    }

    fn write_at(&mut self, collection: &Collection, now: SystemTime) -> io::Result<PathBuf> {
        let mut line = otlp_json::of_metrics(collection.request());
        line.push('\n');
        let is_over = |current: &Current| match now.duration_since(current.since) {
            Ok(age) => age >= self.rotate_interval,
            // The clock was set back: the file's name is in the future.
            Err(_) => true,
        };
        let current = self.current.take().filter(|current| !is_over(current));
        let is_new = current.is_none();
        let current = current.unwrap_or_else(|| Current {
            name: names::name(&self.prefix, now, std::process::id()),
            since: now,
        });
        let path = self.folder.join(&current.name);
        self.current = Some(current);
        self.replace(&path, line.as_bytes())?;
        if is_new {
            self.remove_oldest()?;
        }
        Ok(path)
    }

    fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let temporary = path.with_extension("tmp");
        // Left by a process of this id that died. Made anew, so nobody's link is followed.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let open = || {
            OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&temporary)
        };
        let mut file = match open() {
            // The folder was removed meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_folder(&self.folder)?;
                open()?
            }
            opened => opened?,
        };
        let written = file
            .write_all(content)
            .and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn remove_oldest(&self) -> io::Result<()> {
        let mut own = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let Some(name) = name.to_str() else { continue };
            if let Some(stamp) = names::stamp(&self.prefix, name) {
                own.push((stamp.to_owned(), name.to_owned()));
            }
        }
        own.sort_unstable();
        let surplus = own.len().saturating_sub(self.max_files);
        for (_, name) in own.into_iter().take(surplus) {
            match fs::remove_file(self.folder.join(name)) {
                // Another process of this prefix was faster.
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl JsonFilesBuilder {
    /// The folder. Made where it is not there, for its owner alone; one that is there keeps its permissions.
    ///
    /// ```
    /// let builder = bellwether::metrics::JsonFiles::builder().output_dir("exports");
    /// ```
    pub fn output_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// How long a file is replaced before the next is begun.
    ///
    /// ```
    /// use std::time::Duration;
    /// let builder = bellwether::metrics::JsonFiles::builder().rotate_interval(Duration::from_secs(600));
    /// ```
    pub fn rotate_interval(mut self, interval: Duration) -> Self {
        self.rotate_interval = interval;
        self
    }

    /// Files that are kept, with the current one.
    ///
    /// ```
    /// let builder = bellwether::metrics::JsonFiles::builder().max_files(48);
    /// ```
    pub fn max_files(mut self, files: usize) -> Self {
        self.max_files = files;
        self
    }

    /// What names begin with: letters, digits, `-`, `_` and `.`; other characters become `_`.
    ///
    /// ```
    /// let builder = bellwether::metrics::JsonFiles::builder().prefix("orchestrator");
    /// ```
    pub fn prefix(mut self, prefix: impl AsRef<str>) -> Self {
        self.prefix = names::prefix(prefix.as_ref());
        self
    }

    /// Makes the folder.
    ///
    /// # Errors
    /// A value that cannot be used, or a folder that cannot be made.
    ///
    /// ```
    /// use std::time::Duration;
    /// use bellwether::metrics::JsonFiles;
    /// assert!(JsonFiles::builder().rotate_interval(Duration::ZERO).build().is_err());
    /// ```
    pub fn build(self) -> Result<JsonFiles, JsonFilesError> {
        if self.max_files == 0 {
            return Err(JsonFilesError::Invalid {
                field: "max_files",
                value: "0".to_owned(),
                expected: "a whole number from 1",
            });
        }
        if self.rotate_interval.is_zero() {
            return Err(JsonFilesError::Invalid {
                field: "rotate_interval",
                value: "0s".to_owned(),
                expected: "more than no time",
            });
        }
        make_folder(&self.folder).map_err(|error| JsonFilesError::Folder {
            folder: self.folder.clone(),
            error,
        })?;
        Ok(JsonFiles {
            folder: self.folder,
            prefix: self.prefix,
            rotate_interval: self.rotate_interval,
            max_files: self.max_files,
            current: None,
        })
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests;

//! A demo under test, and files for it to trip over.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// What every process of one demo has in its environment, and no other process of this machine.
const MARK: &str = "BELLWETHER_DEMO_TEST";

/// Files that are missing, huge, no text, no files, or oddly named.
pub(crate) fn nasty_directory() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("README.md"), "# Title\nan error, and another error\n").unwrap();
    fs::write(at("-rf"), "a name like an option\n").unwrap();
    fs::write(at("binary.dat"), b"\x00\xff\xfe not text").unwrap();
    fs::write(at("empty"), "").unwrap();
    fs::write(at("two words.txt"), "one\ntwo\n").unwrap();
    fs::File::create(at("huge"))
        .unwrap()
        .set_len(3 * 1024 * 1024)
        .unwrap();
    std::os::unix::fs::symlink("nowhere", at("dangling")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("folder/ünïcode"), "text without the word\n").unwrap();
    dir
}

/// A running `bellwether demo` whose processes can be told from all others.
pub(crate) struct Marked {
    child: Child,
    mark: String,
    lines: Receiver<String>,
    seen: Vec<String>,
    output: tempfile::TempDir,
}

impl Marked {
    /// Starts the demo on `dir`.
    pub(crate) fn start(dir: &Path, arguments: &[&str]) -> Self {
        Self::start_with(dir, arguments, |_| {})
    }

    /// Starts the demo where there is neither a Collector nor anything to build one with.
    pub(crate) fn start_without_collector(dir: &Path, arguments: &[&str]) -> Self {
        Self::start_with(dir, arguments, |command| {
            command
                .current_dir(dir)
                .env("PATH", dir)
                .env("HOME", dir)
                .env_remove("XDG_CACHE_HOME")
                .env_remove("CARGO_TARGET_DIR")
                .env_remove("BELLWETHER_OTELCOL")
                .env_remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        })
    }

    /// Starts the demo with what else the command is given.
    pub(crate) fn start_with(
        dir: &Path,
        arguments: &[&str],
        more: impl FnOnce(&mut Command),
    ) -> Self {
        let output = tempfile::tempdir().unwrap();
        let mark = output.path().display().to_string();
        let mut command = Command::new(env!("CARGO_BIN_EXE_bellwether"));
        command
            .arg("demo")
            .arg("--dir")
            .arg(dir)
            .arg("--output")
            .arg(output.path())
            .args(arguments)
            .env(MARK, &mark)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        more(&mut command);
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stdout = child.stdout.take().unwrap();
        let stderr = child.stderr.take().unwrap();
        let errors = sender.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = errors.send(line);
            }
        });
        Self {
            child,
            mark,
            lines,
            seen: Vec::new(),
            output,
        }
    }

    /// Waits until a line begins so.
    pub(crate) fn wait_for_line(&mut self, start: &str, limit: Duration) {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("no line `{start}…` in time: {}", self.seen.join("\n"));
            };
            let is_it = line.starts_with(start);
            self.seen.push(line);
            if is_it {
                return;
            }
        }
    }

    /// Waits for the end; answers how it ended and everything it printed.
    pub(crate) fn wait(&mut self, limit: Duration) -> (ExitStatus, String) {
        let deadline = Instant::now() + limit;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            self.seen.extend(self.lines.try_iter());
            assert!(
                Instant::now() < deadline,
                "still running: {}",
                self.seen.join("\n")
            );
            std::thread::sleep(Duration::from_millis(20));
        };
        // Ends when both pipes are closed. After `kill -9` orphans may hold them for a moment; they are not read for ever.
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(2)) {
            self.seen.push(line);
        }
        (status, self.seen.join("\n"))
    }

    /// Sends a signal to the demo itself and to nothing else.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// Where this run's Collector wrote to.
    pub(crate) fn written_folder(&self) -> PathBuf {
        let mut folders = fs::read_dir(self.output.path()).unwrap();
        folders
            .next()
            .unwrap()
            .unwrap()
            .path()
            .join("collector/data")
    }

    /// How many processes carry this demo's mark.
    pub(crate) fn processes(&self) -> usize {
        marked(&self.mark).len()
    }

    /// Waits until no process carries the mark any more.
    pub(crate) fn assert_nothing_is_left(&self, limit: Duration) {
        let deadline = Instant::now() + limit;
        loop {
            let left = marked(&self.mark);
            if left.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "left behind: {left:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Marked {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The command lines of all processes with the mark in their environment. Dead ones that nobody has waited for yet
/// have no environment any more.
fn marked(mark: &str) -> Vec<String> {
    let wanted = format!("{MARK}={mark}");
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(environment) = fs::read(entry.path().join("environ")) else {
            continue;
        };
        if environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == wanted.as_bytes())
        {
            let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            found.push(String::from_utf8_lossy(&command).replace('\0', " "));
        }
    }
    found
}

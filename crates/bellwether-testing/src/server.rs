//! Any server as a process: started with its arguments, waited for, killed with the value that holds it.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// From the start of the process until it says that it is ready.
const PATIENCE: Duration = Duration::from_secs(90);
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// A running server. If a test fails meanwhile, the end of its log is printed.
///
/// ```no_run
/// use std::process::Command;
/// use bellwether_testing::server::Server;
/// # async fn example() {
/// let mut command = Command::new("prometheus");
/// command.arg("--web.listen-address=127.0.0.1:9190");
/// let server = Server::start("prometheus", command, "http://127.0.0.1:9190/-/ready").await;
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    name: String,
    child: Child,
    folder: TempDir,
}

impl Server {
    /// Starts it and waits until this address is answered with 2xx.
    ///
    /// # Panics
    ///
    /// With its log, if it ends before or does not become ready.
    ///
    /// ```no_run
    /// # async fn example() {
    /// use bellwether_testing::server::Server;
    /// let loki = Server::start("loki", std::process::Command::new("loki"), "http://127.0.0.1:3100/ready").await;
    /// # }
    /// ```
    pub async fn start(name: &str, command: Command, ready: &str) -> Self {
        let started = Self::attempt(name, command, ready).await;
        started.unwrap_or_else(|why| panic!("{why}"))
    }

    /// The same, for whoever tries again: a port that was free may be taken by the time it is wanted.
    ///
    /// ```no_run
    /// # async fn example() {
    /// use bellwether_testing::server::Server;
    /// let loki = Server::attempt("loki", std::process::Command::new("loki"), "http://127.0.0.1:3100/ready").await;
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Its log, if it ends before or does not become ready.
    pub async fn attempt(name: &str, mut command: Command, ready: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {name}: {error}"));
        let mut started = Self {
            name: name.to_owned(),
            child,
            folder,
        };
        let client = crate::client();
        let began = Instant::now();
        loop {
            let asked = client.get(ready).send().await;
            if asked.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(started);
            }
            if let Some(status) = started.child.try_wait().unwrap() {
                return Err(format!("{name} ended: {status}\n{}", started.log()));
            }
            if began.elapsed() >= PATIENCE {
                return Err(format!("{name} is not ready\n{}", started.log()));
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// What it wrote to standard output and standard error.
    ///
    /// ```no_run
    /// # fn example(server: &bellwether_testing::server::Server) {
    /// assert!(!server.log().contains("level=error"));
    /// # }
    /// ```
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().collect();
            let end = lines[lines.len().saturating_sub(40)..].join("\n");
            #[allow(clippy::print_stderr, reason = "a failing test shows it")]
            {
                eprintln!("the end of the log of {}:\n{end}", self.name);
            }
        }
    }
}

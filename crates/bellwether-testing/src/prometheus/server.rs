//! The server as a process: started on a free port, asked, killed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::answer::{self, Labels, Sample, Series};
use super::{Program, Settings};

/// For whatever a server does in the background.
const PATIENCE: Duration = Duration::from_secs(60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// A running Prometheus with its data in a folder of its own. Both go when it is dropped; if a test fails meanwhile,
/// the log is printed.
///
/// ```no_run
/// # use bellwether_testing::prometheus::{Prometheus, Settings};
/// # async fn example() {
/// let Some(prometheus) = Prometheus::start(&Settings::default()).await else { return };
/// assert_eq!(prometheus.instant("vector(1)").await[0].value, 1.0);
/// # }
/// ```
#[derive(Debug)]
pub struct Prometheus {
    child: Child,
    folder: TempDir,
    address: String,
    client: reqwest::Client,
}

impl Prometheus {
    /// Starts one and waits until it is ready. `None` where [`Program::path`] has none.
    ///
    /// ```no_run
    /// # use bellwether_testing::prometheus::{Prometheus, Settings};
    /// # async fn example() { let prometheus = Prometheus::start(&Settings::default()).await; }
    /// ```
    pub async fn start(settings: &Settings) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let configuration = folder.path().join("prometheus.yaml");
        std::fs::write(&configuration, settings.configuration()).unwrap();
        Self::launch(folder, &configuration, &settings.flags()).await
    }

    /// Starts one with a configuration file and flags of a deployment, except for where it listens and stores.
    ///
    /// ```no_run
    /// # use bellwether_testing::prometheus::Prometheus;
    /// # async fn example() {
    /// let flags = ["--web.enable-otlp-receiver".to_owned()];
    /// let prometheus = Prometheus::start_with("deploy/prometheus/prometheus.yml".as_ref(), &flags).await;
    /// # }
    /// ```
    pub async fn start_with(configuration: &Path, flags: &[String]) -> Option<Self> {
        Self::launch(tempfile::tempdir().unwrap(), configuration, flags).await
    }

    async fn launch(folder: TempDir, configuration: &Path, flags: &[String]) -> Option<Self> {
        let program = Program::Prometheus.path()?;
        let child = Command::new(program)
            .arg(format!("--config.file={}", configuration.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.path().join("data").display()
            ))
            .arg("--web.listen-address=127.0.0.1:0")
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {}: {error}", program.display()));
        let mut started = Self {
            child,
            folder,
            address: String::new(),
            client: crate::client(),
        };
        started.wait_until_ready().await;
        Some(started)
    }

    async fn wait_until_ready(&mut self) {
        let started = Instant::now();
        loop {
            if self.address.is_empty() {
                self.address = listening(&self.log()).unwrap_or_default();
            } else if self.is_ready().await {
                return;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(
                ended.is_none(),
                "Prometheus ended: {ended:?}\n{}",
                self.log()
            );
            assert!(
                started.elapsed() < PATIENCE,
                "Prometheus is not ready\n{}",
                self.log()
            );
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    async fn is_ready(&self) -> bool {
        let asked = self.client.get(format!("{}/-/ready", self.url())).send();
        asked.await.is_ok_and(|answer| answer.status().is_success())
    }

    /// `http://127.0.0.1:port`.
    ///
    /// ```no_run
    /// # fn example(prometheus: &bellwether_testing::prometheus::Prometheus) {
    /// assert!(prometheus.url().starts_with("http://127.0.0.1:"));
    /// # }
    /// ```
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base of its OTLP receiver; exporters append `/v1/metrics`.
    ///
    /// ```no_run
    /// # fn example(prometheus: &bellwether_testing::prometheus::Prometheus) {
    /// assert!(prometheus.otlp_endpoint().ends_with("/api/v1/otlp"));
    /// # }
    /// ```
    pub fn otlp_endpoint(&self) -> String {
        format!("{}/api/v1/otlp", self.url())
    }

    /// What it wrote to its log.
    ///
    /// ```no_run
    /// # fn example(prometheus: &bellwether_testing::prometheus::Prometheus) {
    /// assert!(!prometheus.log().contains("level=ERROR"));
    /// # }
    /// ```
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Asks a path below `/api/v1/` and answers with `data`.
    ///
    /// # Panics
    ///
    /// With the server's words if it refuses.
    ///
    /// ```no_run
    /// # async fn example(prometheus: &bellwether_testing::prometheus::Prometheus) {
    /// let targets = prometheus.api("targets", &[("state", "active")]).await;
    /// # }
    /// ```
    pub async fn api(&self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let url = format!("{}/api/v1/{path}", self.url());
        let url = reqwest::Url::parse_with_params(&url, parameters).unwrap();
        let answer = self.client.get(url).send().await.unwrap();
        let mut answer: Value = answer.json().await.unwrap();
        assert_eq!(
            answer["status"], "success",
            "{path} {parameters:?}: {answer}"
        );
        answer["data"].take()
    }

    /// Evaluates an expression now.
    ///
    /// ```no_run
    /// # async fn example(prometheus: &bellwether_testing::prometheus::Prometheus) {
    /// let samples = prometheus.instant("sum by (job) (up)").await;
    /// # }
    /// ```
    pub async fn instant(&self, expression: &str) -> Vec<Sample> {
        answer::samples(&self.api("query", &[("query", expression)]).await)
    }

    /// Evaluates an expression at each step of a range; times and step in seconds.
    ///
    /// ```no_run
    /// # async fn example(prometheus: &bellwether_testing::prometheus::Prometheus) {
    /// let series = prometheus.range("up", 1_700_000_000.0, 1_700_000_060.0, 15.0).await;
    /// # }
    /// ```
    pub async fn range(&self, expression: &str, start: f64, end: f64, step: f64) -> Vec<Series> {
        let (start, end, step) = (start.to_string(), end.to_string(), step.to_string());
        let parameters = [
            ("query", expression),
            ("start", &start),
            ("end", &end),
            ("step", &step),
        ];
        answer::series(&self.api("query_range", &parameters).await)
    }

    /// The label sets of all series that a selector matches, at any time.
    ///
    /// ```no_run
    /// # async fn example(prometheus: &bellwether_testing::prometheus::Prometheus) {
    /// let series = prometheus.series(r#"{job="api"}"#).await;
    /// # }
    /// ```
    pub async fn series(&self, selector: &str) -> Vec<Labels> {
        let found = self.api("series", &[("match[]", selector)]).await;
        let found = found.as_array().into_iter().flatten();
        found.map(answer::labels).collect()
    }

    /// The values of a label.
    ///
    /// ```no_run
    /// # async fn example(prometheus: &bellwether_testing::prometheus::Prometheus) {
    /// let names = prometheus.label_values("__name__").await;
    /// # }
    /// ```
    pub async fn label_values(&self, label: &str) -> Vec<String> {
        let found = self.api(&format!("label/{label}/values"), &[]).await;
        let found = found.as_array().into_iter().flatten();
        found.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Type, help and unit of scraped metrics, by the name of the family. What came over OTLP is not among them: for
    /// that there is the feature `type-and-unit-labels`.
    ///
    /// ```no_run
    /// # async fn example(prometheus: &bellwether_testing::prometheus::Prometheus) {
    /// assert_eq!(prometheus.metadata().await["jobs_active"][0]["type"], "gauge");
    /// # }
    /// ```
    pub async fn metadata(&self) -> Value {
        self.api("metadata", &[]).await
    }

    /// Evaluates an expression until the answer is as wanted.
    ///
    /// # Panics
    ///
    /// With the last answer, if that takes longer than a minute.
    ///
    /// ```no_run
    /// # async fn example(prometheus: &bellwether_testing::prometheus::Prometheus) {
    /// let up = prometheus.eventually("a target", "up == 1", |found| found.len() == 1).await;
    /// # }
    /// ```
    pub async fn eventually(
        &self,
        what: &str,
        expression: &str,
        is_wanted: impl Fn(&[Sample]) -> bool,
    ) -> Vec<Sample> {
        let started = Instant::now();
        loop {
            let found = self.instant(expression).await;
            if is_wanted(&found) {
                return found;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "not within {PATIENCE:?}: {what}: {expression} is {found:?}"
            );
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            #[allow(clippy::print_stderr, reason = "a failing test shows it")]
            {
                eprintln!("the log of Prometheus:\n{}", self.log());
            }
        }
    }
}

/// The address in `msg="Listening on" component=web address=127.0.0.1:45123`: with port 0 only the log has it.
fn listening(log: &str) -> Option<String> {
    let line = log
        .lines()
        .find(|line| line.contains("msg=\"Listening on\""))?;
    let (_, address) = line.split_once(" address=")?;
    // A line that is still being written has no address yet, or half of one.
    let is_complete = log.contains(&format!("{line}\n"));
    is_complete.then(|| address.trim().to_owned())
}

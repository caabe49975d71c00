//! The demo's Collector and the local backend behind it: on ports that the system picks, writing to the demo's own folder.
//!
//! The configuration is the one that ships, `base`, `backend` and `local`: the backend is where one looks at the run afterwards, the
//! files are what the report reads back, independent of the store. Only the intervals are shorter, since somebody waits,
//! and the files are not rotated, since they are read back.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::stored::Stored;
use crate::collector::{
    BACKEND_ENDPOINT, Collector, Error, Layer, Layers, Plan, Ports, Progress, Variables, obtain,
};
use crate::exit::Failure;
use crate::serve::Child;
use crate::terminal::Terminal;

/// Merged after the layers that ship. 1 TB is never.
const NO_ROTATION: &str = "\
exporters:
  file/local_traces: {rotation: {max_megabytes: 1000000}}
  file/local_metrics: {rotation: {max_megabytes: 1000000}}
  file/local_logs: {rotation: {max_megabytes: 1000000}}
";

/// What the Collector's OTLP receiver accepted and refused since it started: its own count, from its own metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) spans: u64,
    pub(super) metric_points: u64,
    pub(super) log_records: u64,
    /// Of all signals.
    pub(super) refused: u64,
}

/// The running Collector, and the backend that it sends to.
pub(super) struct Running {
    collector: Collector,
    backend: Child,
}

impl Running {
    /// Finds or builds the Collector and starts it. `None`, and said why, if there is none to be had.
    pub(super) async fn start(folder: &Path, terminal: &Terminal) -> Result<Option<Self>, Failure> {
        let mut shown = std::time::Instant::now();
        let mut report = |progress: Progress| {
            terminal.status(&progress.to_string());
            // A log wants a sign of life now and then, not a ticker.
            if shown.elapsed() >= Duration::from_secs(15) {
                shown = std::time::Instant::now();
                terminal.line(&progress.to_string());
            }
        };
        let found = match obtain(&mut report).await {
            Ok(found) => found,
            Err(error @ Error::NoGo) => {
                terminal.warning(&error.to_string());
                terminal.warning(&format!(
                    "the demo goes on without: its processes send to {}",
                    super::run::endpoint_of_this_process()
                ));
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let backend = Child::start(&folder.join("telemetry.db"), any, any, folder).await?;
        let folder = folder.join("collector");
        let cannot_write = |error: std::io::Error| {
            Failure::new(format!("cannot write to `{}`: {error}", folder.display()))
        };
        std::fs::create_dir_all(&folder).map_err(cannot_write)?;
        let overlay = folder.join("demo.yaml");
        std::fs::write(&overlay, NO_ROTATION).map_err(cannot_write)?;
        let own = |name: &str| folder.join(name).display().to_string();
        let variables: Variables = [
            ("BELLWETHER_HOST_METRICS_INTERVAL", "1s".to_owned()),
            ("BELLWETHER_RED_INTERVAL", "1s".to_owned()),
            ("BELLWETHER_DATA_DIR", own("data")),
            ("BELLWETHER_QUEUE_DIR", own("queue")),
            (BACKEND_ENDPOINT, backend.grpc().to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let plan = Plan {
            binary: found.path.clone(),
            layers: Layers::new(vec![Layer::Backend, Layer::Local])?,
            files: vec![overlay],
            folder,
            ports: Ports::Free,
            variables,
        };
        let collector = Collector::start(&plan).await?;
        terminal.line(&format!(
            "collector      ready on {} ({})",
            collector.endpoints().grpc,
            found.path.display()
        ));
        terminal.line(&format!(
            "backend        ready on {}, storing in {}",
            backend.grpc(),
            backend.file().display()
        ));
        Ok(Some(Self { collector, backend }))
    }

    /// Where it takes OTLP over gRPC.
    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.collector.endpoints().grpc)
    }

    /// What it writes.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        ["traces", "metrics", "logs"]
            .iter()
            .map(|signal| {
                self.collector
                    .folder()
                    .join("data")
                    .join(format!("{signal}.jsonl"))
            })
            .collect()
    }

    /// The store of the backend.
    pub(super) fn store(&self) -> &Path {
        self.backend.file()
    }

    /// What is in it by now. `None` if it cannot be read.
    pub(super) fn stored(&self) -> Option<Stored> {
        Stored::count(self.store()).ok()
    }

    /// What its OTLP receiver counted. `None` if it does not answer.
    pub(super) async fn counts(&self) -> Option<Counts> {
        let otlp = self.collector.self_metrics().await.ok()?.otlp();
        Some(Counts {
            spans: otlp.accepted.spans,
            metric_points: otlp.accepted.metric_points,
            log_records: otlp.accepted.log_records,
            refused: otlp.refused.total(),
        })
    }

    /// Ends it.
    pub(super) async fn stop(self, limit: Duration) {
        // What it had taken in was written before it counted as arrived; there is nothing more to say.
        let _ = self.collector.stop(limit).await;
        self.backend.stop(limit).await;
    }
}

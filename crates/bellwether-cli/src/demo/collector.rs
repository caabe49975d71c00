//! The demo's Collector: on ports that the system picks, writing to the demo's own folder.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, ChildStdin, Command};

use crate::exit::Failure;
use crate::terminal::Terminal;

const CONFIG: &str = r"
receivers:
  otlp:
    protocols:
      grpc: {endpoint: '127.0.0.1:@GRPC'}
  host_metrics:
    collection_interval: 1s
    scrapers:
      cpu: {metrics: {system.cpu.utilization: {enabled: true}}}
      memory: {metrics: {system.memory.utilization: {enabled: true}}}
      disk: {}
      network: {}
connectors:
  span_metrics: {histogram: {unit: s}, metrics_flush_interval: 1s}
exporters:
  file/traces: {path: '@OUT/traces.jsonl', flush_interval: 100ms}
  file/metrics: {path: '@OUT/metrics.jsonl', flush_interval: 100ms}
  file/logs: {path: '@OUT/logs.jsonl', flush_interval: 100ms}
extensions:
  health_check: {endpoint: '127.0.0.1:@HEALTH'}
service:
  extensions: [health_check]
  telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: @METRICS}}}}]}}
  pipelines:
    traces: {receivers: [otlp], exporters: [file/traces, span_metrics]}
    metrics: {receivers: [otlp, host_metrics, span_metrics], exporters: [file/metrics]}
    logs: {receivers: [otlp], exporters: [file/logs]}
";

pub(super) struct Running {
    child: Child,
    group: Option<Pid>,
    _guard: Child,
    _lifeline: Option<ChildStdin>,
    grpc: u16,
    metrics: u16,
    output: PathBuf,
}

impl Running {
    pub(super) async fn start(output: &Path, terminal: &Terminal) -> Result<Option<Self>, Failure> {
        let Some(binary) = std::env::var_os("BELLWETHER_OTELCOL") else {
            terminal.warning("no Collector");
            return Ok(None);
        };
        let failed = |e: std::io::Error| Failure::new(format!("collector: {e}"));
        let port = || -> Result<u16, Failure> {
            Ok(std::net::TcpListener::bind("127.0.0.1:0").map_err(failed)?.local_addr().map_err(failed)?.port())
        };
        let (grpc, health, metrics) = (port()?, port()?, port()?);
        let config = CONFIG
            .replace("@GRPC", &grpc.to_string())
            .replace("@HEALTH", &health.to_string())
            .replace("@METRICS", &metrics.to_string())
            .replace("@OUT", &output.display().to_string());
        let path = output.join("collector.yaml");
        std::fs::write(&path, config).map_err(failed)?;
        let log = std::fs::File::create(output.join("collector.log")).map_err(failed)?;
        let child = Command::new(binary)
            .arg("--config")
            .arg(path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let group = child.id().and_then(|id| i32::try_from(id).ok());
        let mut guard = Command::new(std::env::current_exe().map_err(failed)?)
            .args(["demo-role", "guard", "--group", &group.unwrap_or(0).to_string()])
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        let lifeline = guard.stdin.take();
        let client = super::boundary::client()?;
        let deadline = Instant::now() + Duration::from_secs(15);
        loop {
            if let Ok(r) = client.get(format!("http://127.0.0.1:{health}/")).send().await
                && r.status().is_success()
            {
                break;
            }
            if Instant::now() > deadline {
                return Err(Failure::new("collector did not start"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Some(Self { child, group: group.map(Pid::from_raw), _guard: guard, _lifeline: lifeline, grpc, metrics, output: output.into() }))
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.grpc)
    }

    pub(super) fn metrics_url(&self) -> String {
        format!("http://127.0.0.1:{}/metrics", self.metrics)
    }

    pub(super) fn files(&self) -> Vec<PathBuf> {
        ["traces", "metrics", "logs"].iter().map(|s| self.output.join(format!("{s}.jsonl"))).collect()
    }

    pub(super) async fn stop(mut self, limit: Duration) {
        if let Some(group) = self.group {
            let _ = killpg(group, Signal::SIGTERM);
        }
        let _ = tokio::time::timeout(limit, self.child.wait()).await;
    }
}

//! The stack of docker-compose.yml without Docker: its Collector, Prometheus and Loki as processes, with the commands,
//! variables and files that the containers have.
//!
//! What differs is where things are: ports are free ones of this machine, data lies in a folder of the test's own, and
//! there is no Docker to ask for containers. Tempo cannot be built from its module; Jaeger takes its place. Where Loki
//! or Jaeger is not built, a second Collector takes what is meant for it and writes it to files.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::backends::Backend;
use crate::go_tools::repository;
use crate::prometheus::Prometheus;
use crate::server::Server;

const PATIENCE: Duration = Duration::from_secs(60);
/// Free ports are free when they are picked; somebody may be quicker.
const ATTEMPTS: usize = 4;

/// The running stack.
///
/// ```no_run
/// # async fn example() {
/// use bellwether_testing::stack::NativeStack;
/// let Some(stack) = NativeStack::start("/usr/bin/otelcol".as_ref()).await else { return };
/// println!("send to http://127.0.0.1:{}", stack.otlp_http);
/// # }
/// ```
#[derive(Debug)]
pub struct NativeStack {
    /// Port of the Collector's OTLP over HTTP.
    pub otlp_http: u16,
    /// Port of the Collector's OTLP over gRPC.
    pub otlp_grpc: u16,
    /// With the mounted configuration and rules.
    pub prometheus: Prometheus,
    /// Port of Loki's API, where there is a Loki.
    pub loki_port: Option<u16>,
    /// Port of Jaeger's API, where there is a Jaeger.
    pub jaeger_port: Option<u16>,
    /// The Collector.
    pub collector: Server,
    /// Loki.
    pub loki: Option<Server>,
    _jaeger: Option<Server>,
    _stand_in: Server,
    folder: TempDir,
}

impl NativeStack {
    /// Starts everything and waits until it is well. `None` where there is no Prometheus or no Go to build Docker's
    /// library with.
    ///
    /// ```no_run
    /// # async fn example() {
    /// let stack = bellwether_testing::stack::NativeStack::start("/usr/bin/otelcol".as_ref()).await;
    /// # }
    /// ```
    pub async fn start(otelcol: &Path) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let file = repository().join("docker-compose.yml");
        // There is no Docker whose containers could be asked for.
        let model =
            crate::compose::model(&[&file], &[("COLLECTOR_CONTAINERS_LAYER", "base")])?.unwrap();
        let prometheus = prometheus(&model, folder.path()).await?;
        let (stand_in, stand_in_port) = stand_in(otelcol, folder.path()).await;
        let (loki, loki_port) = loki(folder.path()).await.unzip();
        let (jaeger, [jaeger_port, jaeger_otlp]) = match jaeger(folder.path()).await {
            Some((jaeger, [query, otlp])) => (Some(jaeger), [Some(query), Some(otlp)]),
            None => (None, [None, None]),
        };
        let logs_to = loki_port.unwrap_or(stand_in_port);
        let traces_to = jaeger_otlp.unwrap_or(stand_in_port);
        let (collector, [otlp_grpc, otlp_http, ..]) = with_free_ports(
            "the Collector",
            |[grpc, http, health, metrics, own]: [u16; 5]| {
                let mut command = container(&model["services"]["collector"], otelcol);
                command
                    .env("BELLWETHER_OTLP_GRPC_ENDPOINT", at(grpc))
                    .env("BELLWETHER_OTLP_HTTP_ENDPOINT", at(http))
                    .env("BELLWETHER_COLLECTOR_HEALTH_ENDPOINT", at(health))
                    .env("BELLWETHER_COLLECTOR_METRICS_PORT", metrics.to_string())
                    .env("BELLWETHER_COLLECTOR_SELF_ENDPOINT", at(own))
                    .env("BELLWETHER_QUEUE_DIR", folder.path().join("queue"))
                    .env("BELLWETHER_DATA_DIR", folder.path().join("data"))
                    .env("BELLWETHER_HOST_ROOT", "/")
                    .env(
                        "BELLWETHER_PROMETHEUS_OTLP_ENDPOINT",
                        prometheus.otlp_endpoint(),
                    )
                    .env(
                        "BELLWETHER_TEMPO_OTLP_ENDPOINT",
                        format!("http://{}", at(traces_to)),
                    )
                    .env(
                        "BELLWETHER_LOKI_OTLP_ENDPOINT",
                        format!("http://{}/otlp", at(logs_to)),
                    )
                    // Somebody waits.
                    .env("BELLWETHER_RED_INTERVAL", "500ms")
                    .env("BELLWETHER_COLLECTOR_SELF_INTERVAL_MS", "1000");
                (command, format!("http://{}/", at(health)))
            },
        )
        .await;
        Some(Self {
            otlp_http,
            otlp_grpc,
            prometheus,
            loki_port,
            jaeger_port,
            collector,
            loki,
            _jaeger: jaeger,
            _stand_in: stand_in,
            folder,
        })
    }

    /// The trace with this id as Jaeger has it, or what the stand-in wrote, once it holds these words.
    ///
    /// # Panics
    ///
    /// If that takes longer than a minute.
    ///
    /// ```no_run
    /// # async fn example(stack: &bellwether_testing::stack::NativeStack) {
    /// let trace = stack.trace("0af7651916cd43dd8448eb211c80319c", "render").await;
    /// # }
    /// ```
    pub async fn trace(&self, id: &str, words: &str) -> String {
        let url = self
            .jaeger_port
            .map(|port| format!("http://127.0.0.1:{port}/api/traces/{id}"));
        self.find(url, &[], "traces", id, words).await
    }

    /// The log records with this trace id as Loki has them, or what the stand-in wrote, once it holds these words.
    ///
    /// # Panics
    ///
    /// If that takes longer than a minute.
    ///
    /// ```no_run
    /// # async fn example(stack: &bellwether_testing::stack::NativeStack) {
    /// let records = stack.records("worker", "0af7651916cd43dd8448eb211c80319c", "rendered").await;
    /// # }
    /// ```
    pub async fn records(&self, service: &str, trace: &str, words: &str) -> String {
        let url = self
            .loki_port
            .map(|port| format!("http://127.0.0.1:{port}/loki/api/v1/query_range"));
        let query = format!("{{service_name=\"{service}\"}} | trace_id=\"{trace}\"");
        let parameters = [("query", query.as_str()), ("since", "15m")];
        self.find(url, &parameters, "logs", trace, words).await
    }

    async fn find(
        &self,
        url: Option<String>,
        parameters: &[(&str, &str)],
        signal: &str,
        id: &str,
        words: &str,
    ) -> String {
        let client = crate::client();
        let began = Instant::now();
        loop {
            let found = match &url {
                Some(url) => {
                    let url = reqwest::Url::parse_with_params(url, parameters).unwrap();
                    let answer = client.get(url).send().await.unwrap();
                    answer.text().await.unwrap()
                }
                None => self.written(signal, id),
            };
            if found.contains(words) {
                return found;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "no {words:?} of {signal} with {id} within {PATIENCE:?}: {found}"
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// The lines of the stand-in with this id in them.
    fn written(&self, signal: &str, id: &str) -> String {
        let text = std::fs::read_to_string(self.folder.path().join(format!("{signal}.jsonl")))
            .unwrap_or_default();
        text.lines().filter(|line| line.contains(id)).collect()
    }
}

/// The command of a container, its paths replaced by what is mounted there, with its variables and no others.
fn container(service: &Value, program: &Path) -> Command {
    let mounts: Vec<(&str, &str)> = service["volumes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|mount| Some((mount["target"].as_str()?, mount["source"].as_str()?)))
        .filter(|(_, source)| source.starts_with('/'))
        .collect();
    let here = |word: &str| {
        let mount = mounts.iter().find(|(target, _)| word.contains(target));
        mount.map_or_else(
            || word.to_owned(),
            |(target, source)| word.replace(target, source),
        )
    };
    let words = service["command"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let mut command = Command::new(program);
    command.args(words.map(here)).env_clear();
    for (name, value) in service["environment"].as_object().into_iter().flatten() {
        command.env(name, value.as_str().unwrap());
    }
    command
}

/// With the mounted configuration, the rules beside it, and the flags of the container but for its places.
async fn prometheus(model: &Value, folder: &Path) -> Option<Prometheus> {
    let home = folder.join("prometheus");
    std::fs::create_dir(&home).unwrap();
    let file = home.join("prometheus.yml");
    std::fs::copy(repository().join("deploy/prometheus/prometheus.yml"), &file).unwrap();
    std::os::unix::fs::symlink(
        repository().join("dashboards/prometheus"),
        home.join("rules"),
    )
    .unwrap();
    let command = model["services"]["prometheus"]["command"]
        .as_array()
        .unwrap()
        .iter();
    let has_place =
        |flag: &str| flag.starts_with("--config.file") || flag.starts_with("--storage.tsdb.path");
    let flags: Vec<_> = command
        .map(|flag| flag.as_str().unwrap().to_owned())
        .filter(|flag| !has_place(flag))
        .collect();
    Prometheus::start_with(&file, &flags).await
}

/// Takes traces and logs in the place of whoever is not built. With its port.
async fn stand_in(otelcol: &Path, folder: &Path) -> (Server, u16) {
    let file = folder.join("stand-in.yaml");
    let here = folder.display();
    let start = |[port, health]: [u16; 2]| {
        std::fs::write(
            &file,
            format!(
                "receivers: {{otlp: {{protocols: {{http: {{endpoint: '127.0.0.1:{port}', logs_url_path: /otlp/v1/logs}}}}}}}}\n\
                 exporters:\n  file/traces: {{path: {here}/traces.jsonl, flush_interval: 100ms}}\n  \
                 file/logs: {{path: {here}/logs.jsonl, flush_interval: 100ms}}\n\
                 extensions: {{health_check: {{endpoint: '127.0.0.1:{health}'}}}}\n\
                 service:\n  extensions: [health_check]\n  telemetry: {{metrics: {{level: none}}}}\n  pipelines:\n    \
                 traces: {{receivers: [otlp], exporters: [file/traces]}}\n    \
                 logs: {{receivers: [otlp], exporters: [file/logs]}}\n"
            ),
        )
        .unwrap();
        let mut command = Command::new(otelcol);
        command.arg("--config").arg(&file);
        (command, format!("http://{}/", at(health)))
    };
    let (server, [port, _]) = with_free_ports("the stand-in", start).await;
    (server, port)
}

/// With the mounted configuration, its folder and port replaced. With its port.
async fn loki(folder: &Path) -> Option<(Server, u16)> {
    let program = Backend::Loki.path()?;
    let mounted = std::fs::read_to_string(repository().join("deploy/loki/loki.yaml")).unwrap();
    let data = folder.join("loki");
    let file = folder.join("loki.yaml");
    let start = |[port, grpc]: [u16; 2]| {
        let listens = format!("http_listen_port: {port}");
        let here = mounted
            .replace(": /loki", &format!(": {}", data.display()))
            .replace("http_listen_port: 3100", &listens);
        assert!(here.contains(&listens));
        std::fs::write(&file, here).unwrap();
        let mut command = Command::new(&program);
        command
            .arg(format!("-config.file={}", file.display()))
            .arg("-config.expand-env=true")
            .arg("-server.http-listen-address=127.0.0.1")
            .arg(format!("-server.grpc-listen-port={grpc}"))
            .env_clear()
            .env("LOKI_RETENTION", "168h");
        (command, format!("http://{}/ready", at(port)))
    };
    let (server, [port, _]) = with_free_ports("Loki", start).await;
    Some((server, port))
}

/// In memory, with OTLP over HTTP as Tempo has it. With the ports of its questions and of OTLP.
async fn jaeger(folder: &Path) -> Option<(Server, [u16; 2])> {
    let program = Backend::Jaeger.path()?;
    let file = folder.join("jaeger.yaml");
    let start = |[port, otlp]: [u16; 2]| {
        let configuration = format!(
            "service:\n  extensions: [jaeger_storage, jaeger_query]\n  telemetry: {{metrics: {{level: none}}}}\n  pipelines:\n    \
             traces: {{receivers: [otlp], exporters: [jaeger_storage_exporter]}}\n\
             extensions:\n  jaeger_storage: {{backends: {{here: {{memory: {{max_traces: 100000}}}}}}}}\n  \
             jaeger_query: {{storage: {{traces: here}}, http: {{endpoint: '127.0.0.1:{port}'}}, grpc: {{endpoint: '127.0.0.1:0'}}}}\n\
             receivers: {{otlp: {{protocols: {{http: {{endpoint: '127.0.0.1:{otlp}'}}}}}}}}\n\
             exporters: {{jaeger_storage_exporter: {{trace_storage: here}}}}\n"
        );
        std::fs::write(&file, configuration).unwrap();
        let mut command = Command::new(&program);
        command.arg("--config").arg(&file);
        (command, format!("http://{}/api/services", at(port)))
    };
    Some(with_free_ports("Jaeger", start).await)
}

fn at(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

/// Starts a server on ports on which nobody listens: they are picked at the last moment, and again if somebody was
/// quicker. `make` gives its command, and the address that answers when it is ready.
async fn with_free_ports<const N: usize>(
    name: &str,
    make: impl Fn([u16; N]) -> (Command, String),
) -> (Server, [u16; N]) {
    let mut last = String::new();
    for _ in 0..ATTEMPTS {
        // All are held until all are picked.
        let held = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = held
            .each_ref()
            .map(|listener| listener.local_addr().unwrap().port());
        drop(held);
        let (command, ready) = make(ports);
        match Server::attempt(name, command, &ready).await {
            Ok(server) => return (server, ports),
            Err(why) => last = why,
        }
    }
    panic!("{last}");
}

/// The Collector that `BELLWETHER_OTELCOL` names; `None`, and said so, if it names none.
///
/// ```no_run
/// let Some(otelcol) = bellwether_testing::stack::otelcol() else { return };
/// ```
pub fn otelcol() -> Option<PathBuf> {
    let named = std::env::var_os("BELLWETHER_OTELCOL").filter(|path| !path.is_empty());
    if named.is_none() {
        crate::skipped::say("otelcol", "BELLWETHER_OTELCOL names no Collector");
    }
    named.map(PathBuf::from)
}

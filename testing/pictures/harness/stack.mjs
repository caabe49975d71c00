// The stack of docker-compose.yml as processes of this machine, with the files that it mounts: the Collector with its
// layer for Grafana, Prometheus with the rules, Loki where it is built, and the demo's fleet.
//
// Three things differ from compose. Rules are evaluated every five seconds, so that minutes are enough to show them.
// Prometheus scrapes itself only. Nothing keeps traces: something takes them in Tempo's place and forgets them, as no
// panel reads them. And where a C compiler is, a stand-in for NVIDIA's driver that the tests have reports two GPUs, always
// the same figures.

import { execFileSync, spawn } from "node:child_process";
import { createServer as createHttp } from "node:http";
import { createServer } from "node:net";
import { cpSync, createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 60_000;

/** A port of this machine that nobody listens on. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function untilAnswered(name, url, process) {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if (process.exitCode !== null) throw new Error(`${name} ended with ${process.exitCode}: see its log`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error(`${name} does not answer at ${url}`);
}

/** The running stack: `prometheus` and `loki` are URLs, `stop` ends everything. */
export async function startStack({ repository, work, programs }) {
  rmSync(work, { recursive: true, force: true });
  for (const folder of ["prometheus/data", "queue", "data", "loki"]) mkdirSync(join(work, folder), { recursive: true });
  const started = [];
  const start = (name, program, args, env = {}) => {
    const log = createWriteStream(join(work, `${name}.log`));
    const child = spawn(program, args, { cwd: work, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    child.on("error", (error) => console.error(`${name}: ${error.message}`));
    started.push(child);
    return child;
  };
  const ports = {};
  for (const name of ["grpc", "http", "health", "metrics", "self", "prometheus", "loki", "lokiGrpc", "traces"]) {
    ports[name] = await freePort();
  }
  const at = (port) => `127.0.0.1:${port}`;

  const traces = createHttp((request, response) => {
    request.resume().on("end", () => response.writeHead(200, { "content-type": "application/x-protobuf" }).end());
  }).listen(ports.traces, "127.0.0.1");
  traces.unref();

  prometheusFiles(repository, join(work, "prometheus"), ports.prometheus);
  const prometheus = start("prometheus", programs.prometheus, [
    `--config.file=${join(work, "prometheus/prometheus.yml")}`,
    `--storage.tsdb.path=${join(work, "prometheus/data")}`,
    `--web.listen-address=${at(ports.prometheus)}`,
    "--web.enable-otlp-receiver",
    "--enable-feature=exemplar-storage",
  ]);
  await untilAnswered("Prometheus", `http://${at(ports.prometheus)}/-/ready`, prometheus);

  let loki = null;
  if (programs.loki) {
    const mounted = readFileSync(join(repository, "deploy/loki/loki.yaml"), "utf8");
    writeFileSync(
      join(work, "loki.yaml"),
      mounted
        .replaceAll(": /loki", `: ${join(work, "loki")}`)
        .replace("http_listen_port: 3100", `http_listen_port: ${ports.loki}`),
    );
    const child = start("loki", programs.loki, [
      `-config.file=${join(work, "loki.yaml")}`,
      "-config.expand-env=true",
      "-server.http-listen-address=127.0.0.1",
      `-server.grpc-listen-port=${ports.lokiGrpc}`,
    ], { LOKI_RETENTION: "168h" });
    loki = `http://${at(ports.loki)}`;
    await untilAnswered("Loki", `${loki}/ready`, child);
  }

  const config = (layer) => `--config=${join(repository, "otel-collector/config", layer)}`;
  const collector = start("collector", programs.collector, [config("base.yaml"), config("grafana.yaml")], {
    BELLWETHER_OTLP_GRPC_ENDPOINT: at(ports.grpc),
    BELLWETHER_OTLP_HTTP_ENDPOINT: at(ports.http),
    BELLWETHER_COLLECTOR_HEALTH_ENDPOINT: at(ports.health),
    BELLWETHER_COLLECTOR_METRICS_PORT: String(ports.metrics),
    BELLWETHER_COLLECTOR_SELF_ENDPOINT: at(ports.self),
    BELLWETHER_COLLECTOR_SELF_INTERVAL_MS: "5000",
    BELLWETHER_HOST_METRICS_INTERVAL: "5s",
    BELLWETHER_RED_INTERVAL: "5s",
    BELLWETHER_QUEUE_DIR: join(work, "queue"),
    BELLWETHER_DATA_DIR: join(work, "data"),
    BELLWETHER_PROMETHEUS_OTLP_ENDPOINT: `http://${at(ports.prometheus)}/api/v1/otlp`,
    BELLWETHER_TEMPO_OTLP_ENDPOINT: `http://${at(ports.traces)}`,
    // Without a Loki its place is taken like Tempo's.
    BELLWETHER_LOKI_OTLP_ENDPOINT: loki ? `${loki}/otlp` : `http://${at(ports.traces)}`,
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=demo",
  });
  await untilAnswered("the Collector", `http://${at(ports.health)}/`, collector);

  const fleet = start("demo", programs.bellwether, [
    "demo", "--keep", "--to", `http://${at(ports.http)}`, "--dir", join(repository, "crates"), "--output", join(work, "demo"),
  ], { OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=demo" });

  const driver = standInDriver(repository, work);
  if (driver) {
    start("host", programs.bellwether, ["host", "--interval", "5s"], {
      BELLWETHER_NVML_LIBRARY: driver,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${at(ports.http)}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=demo",
    });
  }

  return {
    prometheus: `http://${at(ports.prometheus)}`,
    loki,
    /** Lets things go wrong for a minute. */
    incident: () => fleet.kill("SIGUSR1"),
    async stop() {
      fleet.kill("SIGINT");
      await ended(fleet, 20_000);
      for (const child of started.reverse()) {
        child.kill("SIGTERM");
        await ended(child, 10_000);
        if (child.exitCode === null) child.kill("SIGKILL");
      }
      traces.close();
    },
  };
}

function standInDriver(repository, work) {
  const library = join(work, "libnvidia-ml.so.1");
  const control = join(work, "gpus");
  writeFileSync(control, "2 values -1");
  const source = join(repository, "crates/bellwether/tests/resources/stand_in.c");
  try {
    execFileSync("cc", ["-shared", "-fPIC", "-o", library, `-DCONTROL="${control}"`, source]);
    return library;
  } catch (error) {
    console.error(`no GPUs are shown: ${error.message}`);
    return null;
  }
}

function ended(child, patience) {
  if (child.exitCode !== null) return Promise.resolve();
  return Promise.race([new Promise((resolve) => child.once("exit", resolve)), sleep(patience)]);
}

/** What compose mounts, with rules evaluated oftener and nothing to scrape but itself. */
function prometheusFiles(repository, home, port) {
  const rules = join(home, "rules");
  mkdirSync(rules, { recursive: true });
  const from = join(repository, "dashboards/prometheus");
  for (const file of readdirSync(from).filter((name) => name.endsWith(".yaml"))) cpSync(join(from, file), join(rules, file));
  for (const file of readdirSync(rules)) {
    const text = readFileSync(join(rules, file), "utf8");
    writeFileSync(join(rules, file), text.replace(/^(\s+interval: ).*$/gm, (_, key) => `${key}5s`));
  }
  const mounted = readFileSync(join(repository, "deploy/prometheus/prometheus.yml"), "utf8");
  const others = /^ +- targets: \["(alertmanager|tempo|loki|grafana):\d+"\]\n +labels: \{part: \w+\}\n/gm;
  writeFileSync(
    join(home, "prometheus.yml"),
    mounted
      .replace(/^alerting:\n(?: .*\n)+/m, "")
      .replace(others, "")
      .replace("localhost:9090", `127.0.0.1:${port}`)
      .replace(/(scrape|evaluation)_interval: 15s/g, (_, kind) => `${kind}_interval: 5s`),
  );
}

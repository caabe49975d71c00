//! The short names: what most services set.

use super::Source::{Bellwether, Platform, Specification};
use super::endpoint::ENDPOINT;
use super::{Group, secret, variable as v};

pub(super) const GROUPS: &[Group] = &[IDENTITY, SWITCHES, RESOURCES, LOGS, ALERTING, ENDPOINT];

const BOOLEAN: &str = "`true`, `false`";
const TIME: &str = "a whole number and `ms`, `s`, `m` or `h`, from `1ms` to `24h`";

const IDENTITY: Group = Group {
    title: "Who is speaking",
    note: "Attributes of the resource that every signal carries.",
    variables: &[
        v(
            Specification,
            "OTEL_SERVICE_NAME",
            "`service.name`. Before `service.name` in `OTEL_RESOURCE_ATTRIBUTES`, and both before the name given to \
             `Telemetry::builder`: the one value where the environment is stronger than code.",
            "`unknown_service:` and the name of the executable",
            "text",
        ),
        v(
            Specification,
            "OTEL_RESOURCE_ATTRIBUTES",
            "Further attributes, and `service.version`, `service.namespace`, `service.instance.id`, \
             `deployment.environment.name` where nothing stronger sets them.",
            "none",
            "`name=value` pairs parted by commas, percent-encoded",
        ),
        v(
            Bellwether,
            "MACHINE_ID",
            "`machine.id`. Before the resource attributes.",
            "none",
            "text",
        ),
        v(
            Bellwether,
            "METRICS_LABEL_MACHINE_ID",
            "`machine.id`, where `MACHINE_ID` is unset.",
            "none",
            "text",
        ),
        v(
            Bellwether,
            "WORKER_ID",
            "`worker.id`. Before the resource attributes.",
            "none",
            "text",
        ),
        v(
            Bellwether,
            "METRICS_LABEL_WORKER_ID",
            "`worker.id`, where `WORKER_ID` is unset.",
            "none",
            "text",
        ),
        v(
            Platform,
            "RAILWAY_ENVIRONMENT",
            "`deployment.environment.name` and the older `deployment.environment`, where the resource \
             attributes hold neither.",
            "none",
            "text",
        ),
    ],
};

const SWITCHES: Group = Group {
    title: "What is recorded",
    note: "An off switch is stronger than `OTEL_*_EXPORTER`; only a builder call is stronger still.",
    variables: &[
        v(
            Specification,
            "OTEL_SDK_DISABLED",
            "Nothing is recorded, exported or started. Context still crosses boundaries.",
            "`false`",
            BOOLEAN,
        ),
        v(
            Bellwether,
            "TRACING_ENABLED",
            "`false`: no traces.",
            "`true`",
            BOOLEAN,
        ),
        v(
            Bellwether,
            "TRACING_SAMPLE_RATE",
            "Share of traces kept, decided by trace id where there is no parent and as the parent where there \
             is one. `OTEL_TRACES_SAMPLER` comes before it, and takes it as its ratio where \
             `OTEL_TRACES_SAMPLER_ARG` is unset.",
            "`1.0`",
            "a number from `0.0` to `1.0`",
        ),
        v(
            Bellwether,
            "BELLWETHER_LIVE_SPAN_TTL",
            "How long a span that was opened by id may stay open before it is ended for its owner.",
            "`1h`",
            TIME,
        ),
        v(
            Bellwether,
            "METRICS_ENABLED",
            "`false`: no metrics.",
            "`true`",
            BOOLEAN,
        ),
        v(
            Bellwether,
            "METRICS_COLLECTION_INTERVAL",
            "Time between two exports of metrics, where `OTEL_METRIC_EXPORT_INTERVAL` is unset; and between two reads of \
             a resource, where its own variable is unset.",
            "`4s`; `30s` between reads",
            TIME,
        ),
        v(
            Bellwether,
            "BELLWETHER_METRICS_FAMILIES",
            "Families of metrics that recorders feed; the names of one thing in the others are left out.",
            "all",
            "a list of `orchestrator`, `agent`, `wundr`, `jobs`, `operations`, `genai` and `hardware`, or `none`",
        ),
        v(
            Bellwether,
            "BELLWETHER_METRICS_JSON_DIR",
            "Folder for metrics as JSON files, besides the exporter. Made where it is not there.",
            "none, and no files",
            "a path",
        ),
        v(
            Bellwether,
            "BELLWETHER_METRICS_JSON_ROTATE_INTERVAL",
            "How long a file of metrics is replaced before the next is begun.",
            "`1h`",
            TIME,
        ),
        v(
            Bellwether,
            "BELLWETHER_METRICS_JSON_MAX_FILES",
            "Files of metrics that are kept; the oldest are removed.",
            "`24`",
            "a whole number from 1 to 1000000",
        ),
        v(
            Bellwether,
            "ENABLE_HOST_METRICS",
            "Metrics of the host: in a service, space on its disks.",
            "`true`",
            BOOLEAN,
        ),
        v(
            Bellwether,
            "ENABLE_GPU_METRICS",
            "Metrics of GPUs, where the service is built with the feature `gpu`.",
            "`true`",
            BOOLEAN,
        ),
        v(
            Bellwether,
            "ENABLE_DOCKER_METRICS",
            "Metrics of containers.",
            "`true`",
            BOOLEAN,
        ),
        v(
            Bellwether,
            "ENABLE_JOB_METRICS",
            "Metrics of jobs, of `queue_size` and of `workers_available`.",
            "`true`",
            BOOLEAN,
        ),
        v(
            Bellwether,
            "ENABLE_API_METRICS",
            "Metrics of HTTP requests.",
            "`true`",
            BOOLEAN,
        ),
        v(
            Bellwether,
            "BELLWETHER_SHUTDOWN_TIMEOUT",
            "The longest that the shutdown on drop may take.",
            "`5s`",
            TIME,
        ),
    ],
};

const RESOURCES: Group = Group {
    title: "Resources",
    note: "Process, runtime, disks and GPUs, each read by a thread of its own. `ENABLE_HOST_METRICS` switches disks off, \
           `ENABLE_GPU_METRICS` GPUs.",
    variables: &[
        v(
            Bellwether,
            "METRICS_COLLECT_DEFAULT",
            "Metrics of the process and of the runtime it is started on.",
            "`true`",
            BOOLEAN,
        ),
        v(
            Bellwether,
            "BELLWETHER_PROCESS_INTERVAL",
            "Time between two reads of the process. Before `METRICS_COLLECTION_INTERVAL`; never under `100ms`.",
            "`30s`",
            TIME,
        ),
        v(
            Bellwether,
            "BELLWETHER_DISK_INTERVAL",
            "The same of disks.",
            "`30s`",
            TIME,
        ),
        v(
            Bellwether,
            "BELLWETHER_GPU_INTERVAL",
            "The same of GPUs.",
            "`30s`",
            TIME,
        ),
        v(
            Bellwether,
            "BELLWETHER_DISK_PATHS",
            "Mount points or directories whose disks are looked at.",
            "`/`",
            "1 to 32 absolute paths parted by commas",
        ),
        v(
            Bellwether,
            "BELLWETHER_NVML_LIBRARY",
            "The library of NVIDIA's driver.",
            "`libnvidia-ml.so.1`, as the dynamic loader finds it",
            "a path",
        ),
    ],
};

const LOGS: Group = Group {
    title: "Log lines",
    note: "Lines on a stream; the level also holds for logs sent over OTLP.",
    variables: &[
        v(
            Bellwether,
            "LOG_LEVEL",
            "The least severe level that is logged, as a whole or by target. Targets that aren't named log at \
             the level given alone, or at `info`.",
            "`info`",
            "`trace`, `debug`, `info`, `warn`, `error`, `off`, or a list such as `info,my_crate::db=debug`",
        ),
        v(
            Bellwether,
            "LOG_FORMAT",
            "Shape of the lines.",
            "`text` where the stream is a terminal, else `json`",
            "`json`, `text`",
        ),
        v(
            Bellwether,
            "BELLWETHER_LOG_STREAM",
            "Where the lines go.",
            "`stderr`",
            "`stdout`, `stderr`, `off`",
        ),
    ],
};

const ALERTING: Group = Group {
    title: "Alerts",
    note: "Read by a service that is built with the feature `alerts`; see alerts.md.",
    variables: &[
        v(
            Bellwether,
            "ALERTING_ENABLED",
            "`false`: no alert is evaluated.",
            "`true`",
            BOOLEAN,
        ),
        v(
            Bellwether,
            "ALERTING_EVALUATION_INTERVAL",
            "Time between two evaluations. At most half of the shortest window of a rule.",
            "`30`",
            "whole seconds, or a whole number and `ms`, `s`, `m` or `h`, from `1ms` to `24h`",
        ),
        v(
            Bellwether,
            "ALERTING_RULES_FILE",
            "A rule file: alerts beside those of the catalog, webhooks, silences.",
            "none",
            "a path",
        ),
        secret(v(
            Bellwether,
            "ALERTING_WEBHOOK_URL",
            "Where all notices are sent, as Alertmanager's webhooks have them. The webhook `default`.",
            "none",
            "a URL with `https`; `http` in a network of `ALERTING_WEBHOOK_ALLOW`",
        )),
        secret(v(
            Bellwether,
            "ALERTING_WEBHOOK_HEADERS",
            "Headers of these requests.",
            "none",
            "`name=value` pairs parted by commas, percent-encoded",
        )),
        v(
            Bellwether,
            "ALERTING_WEBHOOK_ALLOW",
            "Networks that webhook may be in although they are private. Metadata addresses are never reached.",
            "none",
            "networks such as `10.0.0.0/8`, parted by commas",
        ),
    ],
};

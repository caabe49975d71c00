//! The variables of the OpenTelemetry specification.

use super::Source::Specification;
use super::{Group, secret, variable as v};

/// The variables of one signal. A macro, since constants can only be joined from literals.
macro_rules! otlp {
    ($prefix:literal) => {
        [
            v(
                Specification,
                concat!($prefix, "ENDPOINT"),
                "Where to. Used as it is; without a path the path is `/`.",
                AS_ALL,
                "as for all signals",
            ),
            v(
                Specification,
                concat!($prefix, "PROTOCOL"),
                "How.",
                AS_ALL,
                "`grpc`, `http/protobuf`",
            ),
            secret(v(
                Specification,
                concat!($prefix, "HEADERS"),
                "Header fields. Replaces the whole list.",
                AS_ALL,
                "as for all signals",
            )),
            v(
                Specification,
                concat!($prefix, "TIMEOUT"),
                "Deadline of one request.",
                AS_ALL,
                MILLISECONDS,
            ),
            v(
                Specification,
                concat!($prefix, "COMPRESSION"),
                "Compression of bodies.",
                AS_ALL,
                "`none`, `gzip`, `zstd`",
            ),
            v(
                Specification,
                concat!($prefix, "INSECURE"),
                "gRPC without a scheme is `http`.",
                AS_ALL,
                BOOLEAN,
            ),
            v(
                Specification,
                concat!($prefix, "CERTIFICATE"),
                "Authorities.",
                AS_ALL,
                PEM,
            ),
            v(
                Specification,
                concat!($prefix, "CLIENT_CERTIFICATE"),
                "Our certificate.",
                AS_ALL,
                PEM,
            ),
            v(
                Specification,
                concat!($prefix, "CLIENT_KEY"),
                "Our key.",
                AS_ALL,
                PEM,
            ),
        ]
    };
}
pub(super) const GROUPS: &[Group] = &[
    SIGNALS,
    Group {
        title: "OTLP",
        note: "For all signals. Without `_PROTOCOL`, an endpoint with port 4317 is spoken to over gRPC. Endpoints \
               with a user name, a password or a query are refused: credentials belong into the headers.",
        variables: &[
            v(
                Specification,
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "Where to. Over HTTP the path of the signal is appended (`/v1/traces`, `/v1/metrics`, `/v1/logs`).",
                "`http://127.0.0.1:4318`; for gRPC `http://127.0.0.1:4317`",
                "a URL with `http` or `https`; for gRPC also `host:port`, which is `https`",
            ),
            v(
                Specification,
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                "How.",
                "`http/protobuf`, or `grpc` where the endpoint's port is 4317",
                "`grpc`, `http/protobuf`",
            ),
            secret(v(
                Specification,
                "OTEL_EXPORTER_OTLP_HEADERS",
                "Header fields of every request. Never printed but for their names.",
                "none",
                "`name=value` pairs parted by commas, percent-encoded",
            )),
            v(
                Specification,
                "OTEL_EXPORTER_OTLP_TIMEOUT",
                "Deadline of one try of a request, and of beginning another: it is given up after twice this time at the latest.",
                "`10000`",
                MILLISECONDS,
            ),
            v(
                Specification,
                "OTEL_EXPORTER_OTLP_COMPRESSION",
                "Compression of bodies.",
                "`none`",
                "`none`, `gzip`, `zstd`",
            ),
            v(
                Specification,
                "OTEL_EXPORTER_OTLP_INSECURE",
                "`true`: a gRPC endpoint without a scheme is `http`. A scheme is stronger.",
                "`false`",
                BOOLEAN,
            ),
            v(
                Specification,
                "OTEL_EXPORTER_OTLP_CERTIFICATE",
                "Authorities that may sign the server's certificate.",
                "those of the system",
                "path of a PEM file with at least one certificate",
            ),
            v(
                Specification,
                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
                "Our certificate, for mutual TLS. Needs the key.",
                "none",
                "path of a PEM file with at least one certificate",
            ),
            v(
                Specification,
                "OTEL_EXPORTER_OTLP_CLIENT_KEY",
                "Our key, for mutual TLS. Needs the certificate.",
                "none",
                "path of a PEM file with a private key",
            ),
        ],
    },
    Group {
        title: "OTLP, traces",
        note: OF_ONE_SIGNAL,
        variables: &otlp!("OTEL_EXPORTER_OTLP_TRACES_"),
    },
    Group {
        title: "OTLP, metrics",
        note: OF_ONE_SIGNAL,
        variables: &otlp!("OTEL_EXPORTER_OTLP_METRICS_"),
    },
    Group {
        title: "OTLP, logs",
        note: OF_ONE_SIGNAL,
        variables: &otlp!("OTEL_EXPORTER_OTLP_LOGS_"),
    },
    BATCHES,
    LIMITS,
];

const BOOLEAN: &str = "`true`, `false`";
const MILLISECONDS: &str = "milliseconds from `1` to `86400000`";
const QUEUE_SIZE: &str = "a whole number from `1` to `1000000`";
const BATCH_SIZE: &str = "a whole number from `1` to the size of the queue";
const LIMIT: &str = "a whole number from `0` to `4294967295`";
const EXPORTER: &str = "`otlp`, `console`, `none`";
const OF_ONE_SIGNAL: &str = "Each replaces the variable of the same ending for all signals.";

const AS_ALL: &str = "as for all signals";
const PEM: &str = "path of a PEM file";

const SIGNALS: Group = Group {
    title: "Signals",
    note: "",
    variables: &[
        v(
            Specification,
            "OTEL_PROPAGATORS",
            "Formats in which context crosses boundaries.",
            "`tracecontext,baggage`",
            "a list of `tracecontext` and `baggage`, or `none`",
        ),
        v(
            Specification,
            "OTEL_TRACES_EXPORTER",
            "Where traces go.",
            "`otlp`",
            EXPORTER,
        ),
        v(
            Specification,
            "OTEL_METRICS_EXPORTER",
            "Where metrics go.",
            "`otlp`",
            EXPORTER,
        ),
        v(
            Specification,
            "OTEL_LOGS_EXPORTER",
            "Where logs go, besides the log lines.",
            "`otlp`",
            EXPORTER,
        ),
        v(
            Specification,
            "OTEL_TRACES_SAMPLER",
            "Which spans are kept. Before `TRACING_SAMPLE_RATE`.",
            "`parentbased_always_on`",
            "`always_on`, `always_off`, `traceidratio`, `parentbased_always_on`, `parentbased_always_off`, \
             `parentbased_traceidratio`",
        ),
        v(
            Specification,
            "OTEL_TRACES_SAMPLER_ARG",
            "The ratio of `traceidratio` and `parentbased_traceidratio`. Read only with them.",
            "`TRACING_SAMPLE_RATE`, else `1.0`",
            "a number from `0.0` to `1.0`",
        ),
        v(
            Specification,
            "OTEL_METRIC_EXPORT_INTERVAL",
            "Time between two exports of metrics. Before `METRICS_COLLECTION_INTERVAL`.",
            "`4000` (specification: 60000), so that a value is found by a query within five seconds",
            MILLISECONDS,
        ),
        v(
            Specification,
            "OTEL_METRIC_EXPORT_TIMEOUT",
            "The longest one export may take.",
            "`30000`; the deadline of OTLP ends it sooner",
            MILLISECONDS,
        ),
        v(
            Specification,
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
            "Whether sums are totals or changes.",
            "`cumulative`",
            "`cumulative`, `delta`, `lowmemory`",
        ),
    ],
};

const BATCHES: Group = Group {
    title: "Batches",
    note: "`BSP` is for spans, `BLRP` for log records. Without a batch size, a queue smaller than 512 is the batch.",
    variables: &[
        v(
            Specification,
            "OTEL_BSP_SCHEDULE_DELAY",
            DELAY,
            DELAY_OF_SPANS,
            MILLISECONDS,
        ),
        v(
            Specification,
            "OTEL_BSP_MAX_QUEUE_SIZE",
            QUEUE,
            QUEUE_DEFAULT,
            QUEUE_SIZE,
        ),
        v(
            Specification,
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
            BATCH,
            "`512`",
            BATCH_SIZE,
        ),
        v(
            Specification,
            "OTEL_BSP_EXPORT_TIMEOUT",
            EXPORT,
            EXPORT_DEFAULT,
            MILLISECONDS,
        ),
        v(
            Specification,
            "OTEL_BLRP_SCHEDULE_DELAY",
            DELAY,
            "`1000`",
            MILLISECONDS,
        ),
        v(
            Specification,
            "OTEL_BLRP_MAX_QUEUE_SIZE",
            QUEUE,
            QUEUE_DEFAULT,
            QUEUE_SIZE,
        ),
        v(
            Specification,
            "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
            BATCH,
            "`512`",
            BATCH_SIZE,
        ),
        v(
            Specification,
            "OTEL_BLRP_EXPORT_TIMEOUT",
            EXPORT,
            EXPORT_DEFAULT,
            MILLISECONDS,
        ),
    ],
};

const DELAY: &str = "The longest an item waits before it is sent.";
const DELAY_OF_SPANS: &str = "`1000` (specification: 5000)";
const QUEUE: &str = "Items that may wait. What comes to a full queue is lost and counted.";
const QUEUE_DEFAULT: &str = "`8192` (specification: 2048)";
const BATCH: &str = "Most items in one request.";
const EXPORT: &str = "The longest one export may take.";
const EXPORT_DEFAULT: &str = "`30000`; the deadline of OTLP ends it sooner";

const LIMITS: Group = Group {
    title: "Limits",
    note: "Zero keeps none. Lengths are in characters.",
    variables: &[
        v(
            Specification,
            "OTEL_ATTRIBUTE_COUNT_LIMIT",
            "Attributes of one span or log record, where their own limit is unset.",
            "`128`",
            LIMIT,
        ),
        v(
            Specification,
            "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
            "Length of one value, where the limit of spans or log records is unset.",
            "none",
            LIMIT,
        ),
        v(
            Specification,
            "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
            "Attributes of one span.",
            "`128`",
            LIMIT,
        ),
        v(
            Specification,
            "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
            "Length of a span's value.",
            "none",
            LIMIT,
        ),
        v(
            Specification,
            "OTEL_SPAN_EVENT_COUNT_LIMIT",
            "Events of one span.",
            "`128`",
            LIMIT,
        ),
        v(
            Specification,
            "OTEL_SPAN_LINK_COUNT_LIMIT",
            "Links of one span.",
            "`128`",
            LIMIT,
        ),
        v(
            Specification,
            "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
            "Attributes of one event.",
            "`128`",
            LIMIT,
        ),
        v(
            Specification,
            "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
            "Attributes of one link.",
            "`128`",
            LIMIT,
        ),
        v(
            Specification,
            "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
            "Attributes of one record.",
            "`128`",
            LIMIT,
        ),
        v(
            Specification,
            "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
            "Length of a record's value.",
            "none",
            LIMIT,
        ),
    ],
};

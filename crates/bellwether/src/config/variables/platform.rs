//! The names of Dash0 and Kubernetes.

use super::Source::{Dash0, Platform};
use super::{Group, secret, variable as v};

pub(super) const GROUPS: &[Group] = &[DASH0, KUBERNETES];

const DASH0: Group = Group {
    title: "Dash0 without a Collector",
    note: "Read only where no `OTEL_EXPORTER_OTLP_*ENDPOINT` is set and code names no endpoint either: beside a \
           Collector these variables are the Collector's.",
    variables: &[
        v(
            Dash0,
            "DASH0_OTLP_ENDPOINT",
            "Where all signals go. As `OTEL_EXPORTER_OTLP_ENDPOINT`; `http` only to this machine.",
            "none",
            "a URL with `https`, or `host:4317`",
        ),
        v(
            Dash0,
            "DASH0_METRICS_ENDPOINT",
            "Where metrics go, as it is. Before `DASH0_OTLP_ENDPOINT`.",
            "none",
            "a URL with `https`, such as `https://ingress.dash0.com/v1/metrics`",
        ),
        v(
            Dash0,
            "DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME",
            "Where all signals go over gRPC with TLS, where `DASH0_OTLP_ENDPOINT` is unset.",
            "none",
            "a host name",
        ),
        v(
            Dash0,
            "DASH0_ENDPOINT_OTLP_GRPC_PORT",
            "The port beside that host name.",
            "`4317`",
            "a port from `1` to `65535`",
        ),
        secret(v(
            Dash0,
            "DASH0_AUTH_TOKEN",
            "Sent as `Authorization: Bearer`. Needed where an endpoint of Dash0 is in force.",
            "none",
            "visible ASCII characters, without `Bearer`",
        )),
        secret(v(
            Dash0,
            "DASH0_API_TOKEN",
            "The same, where `DASH0_AUTH_TOKEN` is unset.",
            "none",
            "visible ASCII characters, without `Bearer`",
        )),
        v(
            Dash0,
            "DASH0_DATASET",
            "Sent as `Dash0-Dataset`.",
            "none: the dataset `default`",
            "visible ASCII characters",
        ),
    ],
};

const KUBERNETES: Group = Group {
    title: "Kubernetes",
    note: "Set most of them by the downward API. Read only where `KUBERNETES_SERVICE_HOST` is set, as it is in \
           every pod.",
    variables: &[
        v(
            Platform,
            "KUBERNETES_SERVICE_HOST",
            "Says that the process runs in a pod.",
            "none",
            "text",
        ),
        v(
            Platform,
            "K8S_CLUSTER_NAME",
            "`k8s.cluster.name`.",
            "none",
            "text",
        ),
        v(
            Platform,
            "K8S_NAMESPACE_NAME",
            "`k8s.namespace.name`.",
            "`POD_NAMESPACE`",
            "text",
        ),
        v(
            Platform,
            "POD_NAMESPACE",
            "The same, where `K8S_NAMESPACE_NAME` is unset.",
            "the namespace of the service account",
            "text",
        ),
        v(
            Platform,
            "K8S_NODE_NAME",
            "`k8s.node.name`.",
            "`NODE_NAME`",
            "text",
        ),
        v(
            Platform,
            "NODE_NAME",
            "The same, where `K8S_NODE_NAME` is unset.",
            "none",
            "text",
        ),
        v(
            Platform,
            "K8S_POD_NAME",
            "`k8s.pod.name`.",
            "`POD_NAME`",
            "text",
        ),
        v(
            Platform,
            "POD_NAME",
            "The same, where `K8S_POD_NAME` is unset.",
            "`HOSTNAME`",
            "text",
        ),
        v(
            Platform,
            "HOSTNAME",
            "The same, where `POD_NAME` is unset too.",
            "none",
            "text",
        ),
        v(
            Platform,
            "K8S_POD_UID",
            "`k8s.pod.uid`.",
            "`POD_UID`",
            "text",
        ),
        v(
            Platform,
            "POD_UID",
            "The same, where `K8S_POD_UID` is unset.",
            "none",
            "text",
        ),
        v(
            Platform,
            "K8S_CONTAINER_NAME",
            "`k8s.container.name`.",
            "none",
            "text",
        ),
        v(
            Platform,
            "K8S_DEPLOYMENT_NAME",
            "`k8s.deployment.name`.",
            "none",
            "text",
        ),
    ],
};

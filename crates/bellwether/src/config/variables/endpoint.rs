//! The HTTP endpoint for metrics and health.

use super::Source::Bellwether;
use super::{Group, variable as v};

pub(super) const ENDPOINT: Group = Group {
    title: "Metrics and health over HTTP",
    note: "Read by a service that is built with the feature `endpoint`; see endpoint.md.",
    variables: &[
        v(
            Bellwether,
            "METRICS_PORT",
            "The port of `/metrics`, `/health`, `/ready` and `/live`. Where it is set, the endpoint is served, unless code \
             says otherwise.",
            "`9090`, where code asks for the endpoint; else there is none",
            "a port from `1` to `65535`, or `0` for any free one",
        ),
        v(
            Bellwether,
            "BELLWETHER_METRICS_HOST",
            "The address that it listens on. `0.0.0.0` opens it to the network: it has no authentication.",
            "`127.0.0.1`",
            "an IP address of this machine",
        ),
        v(
            Bellwether,
            "BELLWETHER_METRICS_PATH",
            "The path of metrics.",
            "`/metrics`",
            "a path other than `/health`, `/ready` and `/live`",
        ),
        v(
            Bellwether,
            "HEALTH_CHECK_ENABLED",
            "Whether components are checked. Where they are not, `/health` and `/ready` say that the process answers.",
            "`true`",
            "`true`, `false`",
        ),
        v(
            Bellwether,
            "HEALTH_CHECK_TIMEOUT",
            "Deadline of each check, in milliseconds. A component whose check takes longer is unhealthy.",
            "`5000`",
            "whole milliseconds from `1` to `86400000`",
        ),
    ],
};

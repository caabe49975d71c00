//! The endpoint each signal goes to: reachable, speaking the right protocol, and willing to take our token?

use bellwether::config::{Exporter, Origin, OtlpSettings, Protocol, Settings};

use super::super::{Finding, Surroundings};
use super::probe::{LOGS, METRICS, Signal, TRACES, Trouble, Verdict, probe};

const NAME: &str = "endpoint";

/// One place that several signals may go to.
struct Destination {
    otlp: OtlpSettings,
    signal: Signal,
}

pub(super) async fn check(surroundings: &Surroundings) -> Vec<Finding> {
    let Some(settings) = surroundings.settings() else {
        let why = "the endpoint is not known while a variable is missing (see above)";
        return vec![Finding::skipped(NAME, why)];
    };
    if *settings.disabled {
        return vec![Finding::skipped(
            NAME,
            "OTEL_SDK_DISABLED is set: nothing is sent",
        )];
    }
    let destinations = destinations(settings);
    if destinations.is_empty() {
        return vec![Finding::skipped(NAME, "no signal is exported as OTLP")];
    }
    let answers = destinations.iter().map(judge);
    futures_util::future::join_all(answers).await
}

/// Where the signals that are exported go. Paths differ from signal to signal, and with them what a gateway allows, so
/// each signal is asked for.
fn destinations(settings: &Settings) -> Vec<Destination> {
    let (traces, metrics, logs) = (&settings.traces, &settings.metrics, &settings.logs);
    [
        (*traces.exporter, &traces.otlp, TRACES),
        (*metrics.exporter, &metrics.otlp, METRICS),
        (*logs.exporter, &logs.otlp, LOGS),
    ]
    .into_iter()
    .filter(|(exporter, ..)| *exporter == Exporter::Otlp)
    .map(|(_, otlp, signal)| Destination {
        otlp: otlp.clone(),
        signal,
    })
    .collect()
}

async fn judge(destination: &Destination) -> Finding {
    let otlp = &destination.otlp;
    let protocol = match *otlp.protocol {
        Protocol::Grpc => "grpc",
        _ => "http/protobuf",
    };
    let place = format!(
        "{}: {} ({protocol})",
        destination.signal.name, *otlp.endpoint
    );
    match probe(otlp, destination.signal).await {
        Ok(answer) => answered(&place, &answer.verdict),
        Err(trouble) => unanswered(&place, &trouble, otlp),
    }
}

fn answered(place: &str, verdict: &Verdict) -> Finding {
    match verdict {
        Verdict::Accepted => Finding::ok(NAME, format!("{place} accepts")),
        Verdict::Unauthenticated => Finding::problem(
            NAME,
            format!("{place} refuses the credentials (401, unauthenticated)"),
            "set a valid token: DASH0_AUTH_TOKEN, or OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20<token>",
        ),
        Verdict::Forbidden => Finding::problem(
            NAME,
            format!("{place} knows the token and does not allow it to send (403, forbidden)"),
            "give the token the permission to ingest; a token for one dataset needs that dataset named (DASH0_DATASET)",
        ),
        Verdict::Busy(answer) => Finding::warning(
            NAME,
            format!("{place} answers, but takes nothing now ({answer})"),
            "look at the Collector's log and memory; exporters try again by themselves",
        ),
        Verdict::NoSuchPath(answer) => Finding::problem(
            NAME,
            format!("{place} answers {answer}: nobody takes OTLP there"),
            "set OTEL_EXPORTER_OTLP_ENDPOINT to the base URL without /v1/...; a signal's own variable to the whole URL",
        ),
        Verdict::Unexpected(answer) => Finding::problem(
            NAME,
            format!("{place} answers {answer}"),
            "see that the endpoint is that of an OTLP receiver",
        ),
    }
}

fn unanswered(place: &str, trouble: &Trouble, otlp: &OtlpSettings) -> Finding {
    let is_default = otlp.endpoint.origin() == Origin::Default;
    match trouble {
        // Nobody chose it and nobody is there: not running yet, rather than broken.
        Trouble::Refused if is_default => Finding::warning(
            NAME,
            format!("{place}: nobody listens there yet"),
            "start a Collector: bellwether up",
        ),
        Trouble::Refused => Finding::problem(
            NAME,
            format!("{place}: connection refused, nobody listens there"),
            "start the Collector (bellwether up) or correct OTEL_EXPORTER_OTLP_ENDPOINT",
        ),
        Trouble::TimedOut => Finding::problem(
            NAME,
            format!("{place}: no answer in time"),
            "look at firewalls and VPN on the way, and whether the port is right",
        ),
        Trouble::UnknownHost => Finding::problem(
            NAME,
            format!("{place}: the host name is not known"),
            "correct the name, or look at DNS",
        ),
        Trouble::Tls(why) => Finding::problem(
            NAME,
            format!("{place}: TLS fails: {why}"),
            "set OTEL_EXPORTER_OTLP_CERTIFICATE to the authority that signed the server (PEM), and use the host name \
             that is in its certificate",
        ),
        Trouble::OtherProtocol => Finding::problem(
            NAME,
            format!("{place}: somebody answers in another protocol"),
            match *otlp.protocol {
                Protocol::Grpc => {
                    "4317 is the usual port of gRPC; for 4318 set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf. Is it https where http is meant, or the other way round?"
                }
                _ => {
                    "4318 is the usual port of HTTP; for 4317 set OTEL_EXPORTER_OTLP_PROTOCOL=grpc. Is it https where http is meant, or the other way round?"
                }
            },
        ),
        Trouble::Other(why) => Finding::problem(
            NAME,
            format!("{place}: {why}"),
            "see that the endpoint is right",
        ),
    }
}

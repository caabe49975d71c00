//! The clock: spans carry the time of this machine, and a backend drops or misplaces what is far off.
//!
//! Three looks: a year that can be, no steps against the monotonic clock while doctor runs, and the difference to the
//! `Date` that the endpoint sends (whole seconds, so only what is well above one second counts).

use std::time::{Duration, Instant, SystemTime};

use bellwether::config::{Exporter, Protocol};

use super::super::{Finding, Surroundings};
use super::probe::{LOGS, METRICS, TRACES, probe};

const NAME: &str = "clock";
/// 2026-01-01T00:00:00Z, before which this program did not exist.
const EARLIEST: Duration = Duration::from_secs(1_767_225_600);
/// 2100-01-01T00:00:00Z: whoever is there has set the clock wrongly.
const LATEST: Duration = Duration::from_secs(4_102_444_800);
/// A `Date` header is up to a second old when it is made, and travels.
const TOLERATED: Duration = Duration::from_secs(5);
/// From here on, traces of two machines no longer fit together and logs are refused as too old or too new.
const SERIOUS: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(100);
const OBSERVED: Duration = Duration::from_millis(250);
const FIX: &str = "let the clock be kept in time (timedatectl set-ntp true; in a virtual machine also after sleep)";

pub(super) async fn check(surroundings: &Surroundings) -> Vec<Finding> {
    let now = SystemTime::now();
    let since_epoch = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    if since_epoch < EARLIEST || since_epoch > LATEST {
        let shown = httpdate::fmt_http_date(now);
        return vec![Finding::problem(
            NAME,
            format!("this machine believes it is {shown}"),
            FIX,
        )];
    }
    let (step, difference) = tokio::join!(step(), difference(surroundings));
    if step > STEP {
        let found = format!(
            "the clock moved by {} ms while it was watched",
            step.as_millis()
        );
        return vec![Finding::warning(NAME, found, FIX)];
    }
    vec![difference]
}

/// By how much the wall clock and the monotonic clock disagree on how long a moment was.
async fn step() -> Duration {
    let (wall, monotonic) = (SystemTime::now(), Instant::now());
    tokio::time::sleep(OBSERVED).await;
    let by_wall = wall.elapsed().unwrap_or_default();
    by_wall.abs_diff(monotonic.elapsed())
}

async fn difference(surroundings: &Surroundings) -> Finding {
    let Some(their_date) = date_of_endpoint(surroundings).await else {
        return Finding::ok(NAME, "runs evenly; no endpoint gave a date to compare with");
    };
    let Ok(theirs) = httpdate::parse_http_date(&their_date) else {
        return Finding::ok(NAME, "runs evenly; the endpoint's date cannot be read");
    };
    let now = SystemTime::now();
    let ahead = now.duration_since(theirs);
    let (apart, way) = match ahead {
        Ok(apart) => (apart, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    judge(apart, way)
}

fn judge(apart: Duration, way: &str) -> Finding {
    let found = format!("this machine is {} s {way} the endpoint", apart.as_secs());
    match apart {
        apart if apart <= TOLERATED => {
            Finding::ok(NAME, "runs evenly and agrees with the endpoint")
        }
        apart if apart < SERIOUS => Finding::warning(NAME, found, FIX),
        _ => Finding::problem(NAME, found, FIX),
    }
}

/// The date in the first answer of an endpoint over HTTP; gRPC servers send none.
async fn date_of_endpoint(surroundings: &Surroundings) -> Option<String> {
    let settings = surroundings.settings()?;
    if *settings.disabled {
        return None;
    }
    let signals = [
        (*settings.traces.exporter, &settings.traces.otlp, TRACES),
        (*settings.metrics.exporter, &settings.metrics.otlp, METRICS),
        (*settings.logs.exporter, &settings.logs.otlp, LOGS),
    ];
    let (_, otlp, signal) = signals.into_iter().find(|(exporter, otlp, _)| {
        *exporter == Exporter::Otlp && *otlp.protocol == Protocol::HttpProtobuf
    })?;
    probe(otlp, signal).await.ok()?.date
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::judge;
    use crate::doctor::finding::Status;

    #[test]
    fn a_clock_is_judged_by_its_distance() {
        let cases = [
            (0, Status::Ok),
            (5, Status::Ok),
            (30, Status::Warning),
            (60, Status::Problem),
        ];
        for (seconds, expected) in cases {
            assert_eq!(
                judge(Duration::from_secs(seconds), "behind").status(),
                expected,
                "{seconds} s"
            );
        }
    }
}

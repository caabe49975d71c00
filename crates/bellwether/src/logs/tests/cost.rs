//! What a record costs its caller. Figures, not limits: run with
//! `CARGO_PROFILE_TEST_OPT_LEVEL=3 cargo test -p bellwether --lib logs::tests::cost -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use super::fixture::{piped, settings, subscriber};
use crate::config::LogFormat;
use crate::logs::Logger;

fn each(what: &str, mut body: impl FnMut(u32)) {
    const TIMES: u32 = 2_000;
    let best = (0..20)
        .map(|_| {
            let started = Instant::now();
            (0..TIMES).for_each(&mut body);
            // What waits must not fill the queues.
            let taken = started.elapsed();
            std::thread::sleep(Duration::from_millis(20));
            taken
        })
        .min()
        .unwrap();
    println!(
        "{what:<45} {:>8.1} ns",
        best.as_nanos() as f64 / f64::from(TIMES)
    );
}

#[test]
#[ignore = "prints figures"]
fn cost() {
    let mut settings = settings("info", LogFormat::Json);
    settings.batch.schedule_delay = crate::config::Setting::default_value(Duration::from_millis(5));
    for (name, exporter) in [
        ("lines", None),
        ("lines and OTLP", Some(super::records::Talkative::default())),
    ] {
        let pipeline = piped(&settings, Box::new(std::io::sink()), exporter);
        let spans = opentelemetry_sdk::trace::SdkTracerProvider::builder()
            .with_span_processor(pipeline.span_processor())
            .build();
        let dispatch = subscriber(&pipeline, &spans);
        tracing::dispatcher::with_default(&dispatch, || {
            let logger = Logger::new("SessionExecutor").session("sess_123");
            each(&format!("{name}: event below the level"), |n| {
                tracing::debug!(n, "off");
            });
            each(&format!("{name}: logger below the level"), |_| {
                logger.debug("off");
            });
            let span = tracing::info_span!("s", session_id = "s");
            let _entered = span.enter();
            each(&format!("{name}: event, three fields, in a span"), |n| {
                tracing::info!(n, ok = true, tool = "search", "tool finished");
            });
            each(&format!("{name}: logger, two fields, in a span"), |n| {
                logger.info_with("tool finished", |event| {
                    event.field("n", n).field("ok", true)
                });
            });
        });
        assert!(pipeline.dropped().written > 0);
    }
}

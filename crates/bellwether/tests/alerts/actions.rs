//! Logs, listeners, metrics; the thread that evaluates.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellwether::Telemetry;
use bellwether::alerts::{NoticeKind, State};
use bellwether::config::{Exporter, LogStream};

use crate::receiver::{Receiver, eventually};
use crate::service::Service;

#[test]
fn listeners_hear_each_notice_and_one_that_panics_harms_no_other() {
    let service = Service::start("", &[]).unwrap();
    let heard: Arc<Mutex<Vec<(String, NoticeKind)>>> = Arc::default();
    let log = Arc::clone(&heard);
    service
        .alerts()
        .listen(|_| panic!("a listener of the service"));
    service.alerts().listen(move |notice| {
        let summary = notice.summary().to_owned();
        log.lock().unwrap().push((summary, notice.kind));
    });
    service.set("a", 11.0);
    service.alerts().evaluate_now();
    service.alerts().evaluate_now();
    service.set("a", 3.0);
    service.alerts().evaluate_now();
    let heard = eventually("two notices", || {
        let heard = heard.lock().unwrap().clone();
        (heard.len() >= 2).then_some(heard)
    });
    assert_eq!(
        heard[0],
        ("Shelf a holds 11".to_owned(), NoticeKind::Firing)
    );
    assert!(heard[1].1.is_resolved());
    assert_eq!(heard.len(), 2);
    let log = [("action", "log"), ("result", "done")];
    eventually("two logs", || {
        let count = service.metric("bellwether_alert_actions_total", &log);
        (count == Some(2)).then_some(())
    });
    let failed = [("action", "event"), ("result", "failed")];
    assert_eq!(
        service.metric("bellwether_alert_actions_total", &failed),
        Some(2)
    );
}

#[test]
fn the_state_is_a_metric() {
    let service = Service::start("", &[]).unwrap();
    let state = |service: &Service| {
        let labels = [("rule", "Full"), ("severity", "critical")];
        service.metric("bellwether_alert_state", &labels)
    };
    service.set("a", 3.0);
    service.alerts().evaluate_now();
    assert_eq!(state(&service), Some(0));
    service.set("a", 11.0);
    service.set("b", 11.0);
    service.alerts().evaluate_now();
    assert_eq!(state(&service), Some(2));
    let firing = [("rule", "Full"), ("state", "firing")];
    assert_eq!(
        service.metric("bellwether_alert_instances", &firing),
        Some(2)
    );
    let change = [("rule", "Full"), ("from", "pending"), ("to", "firing")];
    let changes = service.metric("bellwether_alert_transitions_total", &change);
    assert_eq!(changes, Some(2));
    assert_eq!(
        service.metric("bellwether_alert_evaluations_total", &[]),
        Some(2)
    );
}

#[test]
fn a_thread_evaluates_at_intervals_until_the_end() {
    let telemetry = Telemetry::builder("alerting")
        .traces_exporter(Exporter::None)
        .metrics_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .log_stream(LogStream::Off)
        .alert_interval(Duration::from_millis(100))
        .detached()
        .start()
        .unwrap();
    let alerts = telemetry.alerts().unwrap().clone();
    eventually("three evaluations", || {
        (alerts.evaluations() >= 3).then_some(())
    });
    let status = alerts.status();
    assert_eq!(status.len(), 8);
    assert!(status.iter().all(|rule| rule.state == State::Inactive));
    telemetry
        .shutdown_blocking(Duration::from_secs(10))
        .unwrap();
    let ended = alerts.evaluations();
    // One that was under way may still be counted.
    std::thread::sleep(Duration::from_millis(500));
    assert!(alerts.evaluations() <= ended + 1);
}

/// Both as protobuf, in which text stands as it is.
#[test]
fn log_and_event_leave_over_otlp() {
    let endpoint = Receiver::fine();
    let url = format!("http://127.0.0.1:{}", endpoint.port);
    let service = Service::start("", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &url)]).unwrap();
    service.set("a", 11.0);
    service.alerts().evaluate_now();
    let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    eventually("log and event", || {
        let seen = endpoint.seen();
        let sent: Vec<u8> = seen.into_iter().flat_map(|request| request.bytes).collect();
        let log = "Full firing: Shelf a holds 11";
        (has(&sent, log) && has(&sent, "alert.fingerprint")).then_some(())
    });
    let heads = endpoint.seen().into_iter().map(|request| request.head);
    assert!(
        heads
            .into_iter()
            .all(|head| head.starts_with("POST /v1/logs "))
    );
}

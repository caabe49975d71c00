//! Receivers that fail, hang and redirect, and those that must not be reached.

use std::time::Duration;

use serde_json::json;

use crate::receiver::{Answer, Receiver, eventually, ok};
use crate::service::Service;

fn results(service: &Service, result: &str) -> Option<i64> {
    let labels = [("action", "webhook"), ("result", result)];
    service.metric("bellwether_alert_actions_total", &labels)
}

fn wait_for_result(service: &Service, result: &str, count: i64) {
    eventually(&format!("{count} {result}"), || {
        (results(service, result) == Some(count)).then_some(())
    });
}

#[test]
fn a_receiver_that_fails_is_tried_again_with_the_body_of_alertmanager() {
    let receiver = Receiver::start(|number| match number {
        0 => Answer::Status("503 Service Unavailable", "retry-after: 0\r\n".to_owned()),
        1 => Answer::Status("429 Too Many Requests", "retry-after: 0\r\n".to_owned()),
        _ => ok(),
    });
    let hooks = format!(
        "webhooks:\n{}",
        Service::webhook("pager", &receiver.url(), "")
    );
    let service = Service::start(&hooks, &[]).unwrap();
    service.set("a", 11.0);
    service.set("b", 12.5);
    service.set("c", 1.0);
    service.alerts().evaluate_now();
    wait_for_result(&service, "done", 2);
    let seen = receiver.seen();
    assert_eq!(seen.len(), 3, "two tries that failed and one that did not");
    assert_eq!(seen[0].body, seen[2].body);
    assert!(seen[2].head.starts_with("POST /hook HTTP/1.1"));
    let body = &seen[2].body;
    assert_eq!(body["version"], "4");
    assert_eq!(body["status"], "firing");
    assert_eq!(body["receiver"], "pager");
    assert_eq!(body["truncatedAlerts"], 0);
    assert_eq!(body["groupKey"], "{}:{alertname=\"Full\"}");
    assert_eq!(body["groupLabels"], json!({"alertname": "Full"}));
    let common = json!({"alertname": "Full", "severity": "critical"});
    assert_eq!(body["commonLabels"], common);
    let alerts = body["alerts"].as_array().unwrap();
    assert_eq!(alerts.len(), 2, "a burst is one request");
    let alert = &alerts[1];
    assert_eq!(alert["labels"]["shelf"], "b");
    assert_eq!(alert["annotations"]["summary"], "Shelf b holds 12.5");
    assert_eq!(alert["endsAt"], "0001-01-01T00:00:00Z");
    assert_ne!(alert["fingerprint"], alerts[0]["fingerprint"]);

    service.set("b", 2.0);
    service.alerts().evaluate_now();
    let seen = receiver.wait_for(4);
    let body = &seen[3].body;
    assert_eq!(body["status"], "resolved");
    assert_eq!(body["alerts"][0]["status"], "resolved");
    assert_eq!(body["alerts"][0]["annotations"]["resolution"], "recovered");
    assert_eq!(body["alerts"][0]["startsAt"], alert["startsAt"]);
    assert_eq!(body["alerts"][0]["fingerprint"], alert["fingerprint"]);
}

#[test]
fn a_receiver_that_hangs_holds_up_nobody() {
    let (hanging, fine) = (Receiver::start(|_| Answer::Hang), Receiver::fine());
    let hooks = format!(
        "webhooks:\n{}{}",
        Service::webhook("hanging", &hanging.url(), ", timeout: 1s, attempts: 2"),
        Service::webhook("fine", &fine.url(), "")
    );
    let service = Service::start(&hooks, &[]).unwrap();
    service.set("a", 11.0);
    service.alerts().evaluate_now();
    fine.wait_for(1);
    wait_for_result(&service, "failed", 1);
    assert_eq!(hanging.seen().len(), 2);
    let failures = service.alerts().webhook_failures();
    assert!(
        failures["hanging"].contains("after 2 tries"),
        "{failures:?}"
    );

    // One that waits at the end is given up at the deadline, and that is told.
    service.set("a", 1.0);
    service.alerts().evaluate_now();
    let error = service
        .telemetry
        .shutdown_blocking(Duration::from_millis(500))
        .unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("alerts: 1 notices") || said.contains("was not delivered within"),
        "{said}"
    );
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Receiver::fine();
    let location = format!("location: {}\r\n", elsewhere.url());
    let receiver =
        Receiver::start(move |_| Answer::Status("307 Temporary Redirect", location.clone()));
    let hooks = format!(
        "webhooks:\n{}",
        Service::webhook("moved", &receiver.url(), "")
    );
    let service = Service::start(&hooks, &[]).unwrap();
    service.set("a", 11.0);
    service.alerts().evaluate_now();
    wait_for_result(&service, "failed", 1);
    assert_eq!(receiver.seen().len(), 1, "nor is it tried again");
    assert!(elsewhere.seen().is_empty());
    assert!(service.alerts().webhook_failures()["moved"].contains("307"));
}

#[test]
fn an_answer_that_will_not_change_is_not_tried_again() {
    let receiver = Receiver::start(|_| Answer::Status("404 Not Found", String::new()));
    let hooks = format!(
        "webhooks:\n{}",
        Service::webhook("gone", &receiver.url(), "")
    );
    let service = Service::start(&hooks, &[]).unwrap();
    service.set("a", 11.0);
    service.alerts().evaluate_now();
    wait_for_result(&service, "failed", 1);
    assert_eq!(receiver.seen().len(), 1);
}

#[test]
fn this_machine_is_not_reached_unless_allowed() {
    let receiver = Receiver::fine();
    for url in [
        receiver.url(),
        format!("https://127.0.0.1:{}/", receiver.port),
        format!("https://[::1]:{}/", receiver.port),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "https://0x7f000001/".to_owned(),
        "https://[::ffff:10.0.0.1]/".to_owned(),
    ] {
        let hooks = format!("webhooks:\n  - {{name: inside, url: '{url}'}}\n");
        let error = Service::start(&hooks, &[])
            .err()
            .unwrap_or_else(|| panic!("{url}"));
        assert!(error.to_string().contains("webhook `inside`"), "{error}");
        assert!(
            !error.to_string().contains(&url),
            "the URL may hold a token"
        );
    }
    // A name is looked up when something is sent.
    for (scheme, allow) in [("https", "[]"), ("http", "[10.0.0.0/8]")] {
        let url = format!("{scheme}://localhost:{}/hook", receiver.port);
        let hooks =
            format!("webhooks:\n  - {{name: inside, url: '{url}', allow: {allow}, attempts: 1}}\n");
        let service = Service::start(&hooks, &[]).unwrap();
        service.set("a", 11.0);
        service.alerts().evaluate_now();
        wait_for_result(&service, "failed", 1);
        let failures = service.alerts().webhook_failures();
        let said = &failures["inside"];
        assert!(
            said.contains("this machine's") || said.contains("without TLS"),
            "{said}"
        );
    }
    assert!(receiver.seen().is_empty());
}

#[test]
fn secrets_reach_the_receiver_and_nothing_else() {
    let receiver = Receiver::start(|_| Answer::Status("400 Bad Request", String::new()));
    let url = format!("{}?key=t0psecret", receiver.url());
    let hooks = "webhooks:\n  - name: pager\n    url: {env: PAGER_URL}\n    allow: [127.0.0.0/8]\n    \
                 headers:\n      Authorization: {env: PAGER_TOKEN, prefix: 'Bearer '}\n";
    let variables = [("PAGER_URL", url.as_str()), ("PAGER_TOKEN", "s3cret")];
    let service = Service::start(hooks, &variables).unwrap();
    service.set("a", 11.0);
    service.alerts().evaluate_now();
    wait_for_result(&service, "failed", 1);
    let head = receiver.seen()[0].head.to_ascii_lowercase();
    assert!(head.contains("authorization: bearer s3cret"), "{head}");
    assert!(head.contains("key=t0psecret"), "{head}");
    let shown = format!(
        "{:?} {:?} {:?} {}",
        service.alerts(),
        service.alerts().webhook_failures(),
        service.telemetry,
        service.telemetry.describe()
    );
    assert!(
        !shown.contains("s3cret") && !shown.contains("t0psecret"),
        "{shown}"
    );
}

#[test]
fn the_webhook_of_the_environment_gets_every_notice() {
    let receiver = Receiver::fine();
    let url = receiver.url();
    let variables = [
        ("ALERTING_WEBHOOK_URL", url.as_str()),
        ("ALERTING_WEBHOOK_HEADERS", "x-key=s3cret"),
        ("ALERTING_WEBHOOK_ALLOW", "127.0.0.1"),
    ];
    let service = Service::start("", &variables).unwrap();
    service.set("a", 11.0);
    service.alerts().evaluate_now();
    let seen = receiver.wait_for(1);
    assert_eq!(seen[0].body["receiver"], "default");
    assert!(seen[0].head.to_ascii_lowercase().contains("x-key: s3cret"));
    let described = service.telemetry.describe().to_string();
    assert!(
        !described.contains("s3cret") && !described.contains(&url),
        "{described}"
    );
}

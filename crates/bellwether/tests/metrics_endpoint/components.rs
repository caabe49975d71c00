//! Health as a caller sees it: components that work, hang, panic and flap.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bellwether::health::{CheckResult, Criticality};

use super::client::{PATIENCE, get};
use super::start;

#[tokio::test]
async fn health_tells_components_and_figures() {
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    let sessions = telemetry
        .meter("test")
        .i64_up_down_counter("orchestrator_sessions_active")
        .build();
    sessions.add(
        2,
        &[bellwether::opentelemetry::KeyValue::new(
            "session_type",
            "chat",
        )],
    );
    sessions.add(
        1,
        &[bellwether::opentelemetry::KeyValue::new(
            "session_type",
            "plan",
        )],
    );
    let queue = telemetry
        .meter("test")
        .i64_up_down_counter("wundr_queue_depth")
        .build();
    queue.add(9, &[]);
    telemetry
        .meter("test")
        .i64_up_down_counter("task_queue_size")
        .build()
        .add(5, &[]);
    let redis = || async { CheckResult::degraded("replicas are missing").with("replicas", 2) };
    telemetry
        .health()
        .register("redis", Criticality::Optional, redis)
        .unwrap();
    let answer = get(address, "/health").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json"))
    );
    let answer = answer.json();
    assert_eq!(
        (&answer["status"], &answer["version"]),
        (&"degraded".into(), &"1.4.0".into())
    );
    assert_eq!(answer["components"]["redis"]["metadata"]["replicas"], 2);
    assert_eq!(answer["components"]["bellwether"]["status"], "healthy");
    assert_eq!(
        answer["components"]["bellwether"]["metadata"]["traces"]["failed"],
        0
    );
    assert_eq!(answer["metrics"]["activeSessions"], 3.0);
    assert_eq!(answer["metrics"]["queuedTasks"], 14.0);
    // Resources are not observed here.
    assert!(answer["metrics"]["memoryUsageMB"].is_null());
    assert_eq!(answer["metrics"]["uptimeSeconds"], answer["uptime"]);
}

#[tokio::test]
async fn checks_that_hang_and_panic_are_told_and_hold_up_nothing() {
    let telemetry = start(&[("HEALTH_CHECK_TIMEOUT", "1500")]);
    let address = telemetry.metrics_address().unwrap();
    let health = telemetry.health();
    health
        .register("hangs", Criticality::Optional, std::future::pending)
        .unwrap();
    health
        .register("blocks", Criticality::Optional, || async {
            std::thread::sleep(Duration::from_secs(6));
            CheckResult::healthy()
        })
        .unwrap();
    health
        .register("panics", Criticality::Optional, || async {
            panic!("no such host")
        })
        .unwrap();
    health
        .register("works", Criticality::Critical, || async {
            CheckResult::healthy()
        })
        .unwrap();
    let answer = get(address, "/health").await;
    assert_eq!(answer.status, 200);
    let answer = answer.json();
    assert_eq!(answer["status"], "degraded");
    let told = |name: &str| {
        let component = &answer["components"][name];
        (
            component["status"].as_str().unwrap().to_owned(),
            component["message"].as_str().map(str::to_owned),
        )
    };
    let late = Some("the check took longer than 1.5s".to_owned());
    assert_eq!(told("hangs"), ("unhealthy".to_owned(), late.clone()));
    assert_eq!(told("blocks"), ("unhealthy".to_owned(), late));
    assert_eq!(
        told("panics"),
        (
            "unhealthy".to_owned(),
            Some("the check panicked: no such host".to_owned())
        )
    );
    assert_eq!(told("works"), ("healthy".to_owned(), None));
    // Of these, readiness asks none but the last.
    let ready = get(address, "/ready").await;
    assert_eq!(
        (
            ready.status,
            ready.json()["components"].as_object().unwrap().len()
        ),
        (200, 1)
    );
    assert_eq!(get(address, "/live").await.status, 200);
    assert_eq!(get(address, "/metrics").await.status, 200);
}

#[tokio::test]
async fn a_critical_component_decides_and_its_recovery_is_seen() {
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let check = move || {
        let run = counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(if run == 0 {
            CheckResult::unhealthy("refused")
        } else {
            CheckResult::healthy()
        })
    };
    telemetry
        .health()
        .register("database", Criticality::Critical, check)
        .unwrap();
    let (health, ready) = (get(address, "/health").await, get(address, "/ready").await);
    if runs.load(Ordering::SeqCst) == 1 {
        assert_eq!((health.status, ready.status), (503, 503));
    }
    assert_eq!(get(address, "/live").await.status, 200);
    let until = Instant::now() + PATIENCE;
    while get(address, "/ready").await.status != 200 {
        assert!(Instant::now() < until, "it does not recover");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn health_is_a_metric() {
    let telemetry = start(&[]);
    let address = telemetry.metrics_address().unwrap();
    let found = [
        ("database", CheckResult::healthy(), "1"),
        ("redis", CheckResult::degraded("slow"), "0.5"),
        ("federation", CheckResult::unhealthy("gone"), "0"),
    ];
    for (name, result, _) in found.clone() {
        let check = move || std::future::ready(result.clone());
        telemetry
            .health()
            .register(name, Criticality::Optional, check)
            .unwrap();
    }
    let until = Instant::now() + PATIENCE;
    loop {
        let text = get(address, "/metrics").await.text();
        let is_told = |(name, _, value): &(&str, CheckResult, &str)| {
            text.contains(&format!(
                "bellwether_health_status{{component=\"{name}\"}} {value}\n"
            ))
        };
        if found.iter().all(is_told) {
            return;
        }
        assert!(Instant::now() < until, "{text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

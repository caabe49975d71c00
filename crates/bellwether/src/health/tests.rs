//! Checks that work, hang, block, panic and flap.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::Status::{Degraded, Healthy, Unhealthy};
use super::{CheckResult, Criticality, HealthRegistry, Status};

/// Of checks that are to be out of time, and long enough for the others beside them.
const LIMIT: Duration = Duration::from_secs(1);
/// What no test takes, on the busiest machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn registry() -> HealthRegistry {
    HealthRegistry::with(true, PATIENCE, Some("1.4.0"))
}

fn hasty() -> HealthRegistry {
    HealthRegistry::with(true, LIMIT, None)
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

fn always(health: &HealthRegistry, name: &str, criticality: Criticality, found: CheckResult) {
    let check = move || std::future::ready(found.clone());
    health.register(name, criticality, check).unwrap();
}

/// Says that the future of a check was dropped.
struct Guard(Arc<AtomicBool>);
impl Drop for Guard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn critical_and_optional_components_roll_up() {
    let found = |status| match status {
        Status::Healthy => CheckResult::healthy(),
        Status::Degraded => CheckResult::degraded("slow"),
        Status::Unhealthy => CheckResult::unhealthy("gone"),
    };
    let cases = [
        (Healthy, Healthy, Healthy, Healthy),
        (Healthy, Degraded, Degraded, Healthy),
        (Healthy, Unhealthy, Degraded, Healthy),
        (Degraded, Healthy, Degraded, Degraded),
        (Unhealthy, Healthy, Unhealthy, Unhealthy),
        (Unhealthy, Degraded, Unhealthy, Unhealthy),
    ];
    for (critical, optional, all, ready) in cases {
        let health = registry();
        always(&health, "database", Criticality::Critical, found(critical));
        always(&health, "redis", Criticality::Optional, found(optional));
        let (report, readiness) =
            runtime().block_on(async { (health.report().await, health.readiness().await) });
        assert_eq!(report.status, all, "{critical:?} {optional:?}");
        assert_eq!(readiness.status, ready, "{critical:?} {optional:?}");
        assert!(readiness.component("redis").is_none());
    }
}

#[test]
fn the_answer_has_the_shape_of_an_orchestrators() {
    let health = registry();
    let found = CheckResult::degraded("2 of 3 answer").with("replicas", 2);
    always(&health, "redis", Criticality::Optional, found);
    always(
        &health,
        "websocket",
        Criticality::Critical,
        CheckResult::healthy(),
    );
    let answer = runtime().block_on(health.report()).to_json();
    let keys: Vec<_> = answer.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "status",
            "version",
            "uptime",
            "timestamp",
            "components",
            "metrics"
        ]
    );
    assert_eq!(
        (answer["status"].as_str(), answer["version"].as_str()),
        (Some("degraded"), Some("1.4.0"))
    );
    assert!(answer["uptime"].is_number());
    let timestamp = answer["timestamp"].as_str().unwrap();
    assert!(
        timestamp.ends_with('Z') && timestamp.len() == 24,
        "{timestamp}"
    );

    let redis = &answer["components"]["redis"];
    let keys: Vec<_> = redis.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "name",
            "status",
            "latency",
            "message",
            "lastCheck",
            "metadata"
        ]
    );
    assert_eq!(redis["metadata"]["replicas"], 2);
    assert!(redis["latency"].as_f64().unwrap() >= 0.0);
    let websocket = answer["components"]["websocket"].as_object().unwrap();
    assert!(!websocket.contains_key("message") && !websocket.contains_key("metadata"));

    let figures = answer["metrics"].as_object().unwrap();
    let keys: Vec<_> = figures.keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "activeSessions",
            "queuedTasks",
            "memoryUsageMB",
            "cpuUsagePercent",
            "uptimeSeconds"
        ]
    );
    assert!(figures["activeSessions"].is_null() && figures["uptimeSeconds"].is_number());
}

#[test]
fn a_check_that_hangs_makes_its_component_unhealthy_and_no_other() {
    let health = hasty();
    let ended = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&ended);
    let hang = move || {
        let guard = Guard(Arc::clone(&flag));
        async move {
            let _guard = guard;
            std::future::pending::<CheckResult>().await
        }
    };
    health
        .register("hangs", Criticality::Optional, hang)
        .unwrap();
    always(
        &health,
        "works",
        Criticality::Critical,
        CheckResult::healthy(),
    );
    let report = runtime().block_on(health.report());
    assert_eq!(report.status, Status::Degraded);
    let hangs = report.component("hangs").unwrap();
    assert_eq!(
        hangs.message.as_deref(),
        Some("the check took longer than 1s")
    );
    assert!(hangs.latency.unwrap() >= LIMIT);
    assert_eq!(report.component("works").unwrap().status, Status::Healthy);
    assert!(ended.load(Ordering::SeqCst), "its future goes on");
}

#[test]
fn a_check_that_blocks_its_thread_is_the_only_one_and_never_piles_up() {
    let health = hasty();
    let (runs, go) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let (counted, gone) = (Arc::clone(&runs), Arc::clone(&go));
    let block = move || {
        let (counted, gone) = (Arc::clone(&counted), Arc::clone(&gone));
        async move {
            counted.fetch_add(1, Ordering::SeqCst);
            while !gone.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
            CheckResult::healthy()
        }
    };
    health
        .register("blocks", Criticality::Critical, block)
        .unwrap();
    always(
        &health,
        "works",
        Criticality::Critical,
        CheckResult::healthy(),
    );
    let runtime = runtime();
    for _ in 0..50 {
        let report = runtime.block_on(health.report());
        assert_eq!(
            report.component("blocks").unwrap().status,
            Status::Unhealthy
        );
        assert_eq!(report.component("works").unwrap().status, Status::Healthy);
    }
    // Also once its result is no longer fresh: the metric asks too.
    std::thread::sleep(Duration::from_millis(1100));
    let _ = runtime.block_on(health.report());
    let _ = health.last_statuses();
    assert_eq!(runs.load(Ordering::SeqCst), 1);

    go.store(true, Ordering::SeqCst);
    let until = Instant::now() + PATIENCE;
    while runtime.block_on(health.report()).status != Status::Healthy {
        assert!(Instant::now() < until, "it does not recover");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(runs.load(Ordering::SeqCst) >= 2);
}

#[test]
fn a_check_that_panics_is_contained_wherever_it_does() {
    let health = registry();
    health
        .register("awaits", Criticality::Critical, || async {
            panic!("no such host")
        })
        .unwrap();
    let at_once = || -> std::future::Ready<CheckResult> { panic!("{} is away", "redis") };
    health
        .register("at once", Criticality::Critical, at_once)
        .unwrap();
    let report = runtime().block_on(health.report());
    assert_eq!(report.status, Status::Unhealthy);
    let message = |name| report.component(name).unwrap().message.clone().unwrap();
    assert_eq!(message("awaits"), "the check panicked: no such host");
    assert_eq!(message("at once"), "the check panicked: redis is away");
}

#[test]
fn many_who_ask_at_once_share_one_run() {
    let health = registry();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let check = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            CheckResult::healthy()
        }
    };
    health
        .register("redis", Criticality::Critical, check)
        .unwrap();
    let askers: Vec<_> = (0..32)
        .map(|_| {
            let health = health.clone();
            std::thread::spawn(move || runtime().block_on(health.report()).status)
        })
        .collect();
    for asker in askers {
        assert_eq!(asker.join().unwrap(), Status::Healthy);
    }
    // One, or two where the machine took a second over it.
    assert!(runs.load(Ordering::SeqCst) <= 2, "{runs:?}");
}

#[test]
fn a_component_that_flaps_is_not_healthy_in_between() {
    let health = registry();
    let runs = AtomicUsize::new(0);
    let flap = move || {
        let found = match runs.fetch_add(1, Ordering::SeqCst) % 2 {
            0 => CheckResult::healthy(),
            _ => CheckResult::unhealthy("refused"),
        };
        std::future::ready(found)
    };
    health
        .register("redis", Criticality::Critical, flap)
        .unwrap();
    let runtime = runtime();
    let mut seen = Vec::new();
    for _ in 0..7 {
        let component = health.components().remove(0);
        health.start(&[Arc::clone(&component)], Duration::ZERO);
        let landed = runtime.block_on(component.flight.landed());
        seen.push(component.shown(landed));
    }
    let statuses: Vec<_> = seen.iter().map(|shown| shown.status).collect();
    assert_eq!(
        statuses,
        [
            Healthy, Unhealthy, Healthy, Unhealthy, Degraded, Unhealthy, Degraded
        ]
    );
    let last = seen.last().unwrap();
    assert_eq!(
        last.message.as_deref(),
        Some("flaps: 6 changes in the last 10 checks")
    );
    assert_eq!(last.metadata["changes"], 6);
}

#[test]
fn a_name_can_be_given_once_and_components_are_bounded() {
    let health = registry();
    for name in ["", "bellwether", "a\nb", &"x".repeat(65)] {
        let refused = health.register(name, Criticality::Optional, || async {
            CheckResult::healthy()
        });
        assert!(refused.is_err(), "{name:?}");
    }
    for number in 0..64 {
        always(
            &health,
            &format!("c{number}"),
            Criticality::Optional,
            CheckResult::healthy(),
        );
    }
    let refused = health.register("c64", Criticality::Optional, || async {
        CheckResult::healthy()
    });
    let words = refused.unwrap_err().to_string();
    assert_eq!(
        words,
        "health component is \"c64\": expected at most 64 components"
    );
    always(
        &health,
        "c0",
        Criticality::Critical,
        CheckResult::unhealthy("replaced"),
    );
    let report = runtime().block_on(health.report());
    assert_eq!(
        (report.components.len(), report.status),
        (64, Status::Unhealthy)
    );
    assert!(health.remove("c0") && !health.remove("c0"));
}

#[test]
fn nothing_is_checked_where_checks_are_off() {
    let health = HealthRegistry::with(false, LIMIT, None);
    let never = || async { panic!("it is checked") };
    health
        .register("redis", Criticality::Critical, never)
        .unwrap();
    let report = runtime().block_on(health.report());
    assert_eq!(
        (report.status, report.components.len()),
        (Status::Healthy, 0)
    );
    assert_eq!(report.version, "unknown");
}

#[test]
fn nobody_waits_for_a_check_after_the_end() {
    let health = HealthRegistry::with(true, Duration::from_secs(3600), None);
    let begun = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&begun);
    let hang = move || {
        flag.store(true, Ordering::SeqCst);
        std::future::pending::<CheckResult>()
    };
    health
        .register("hangs", Criticality::Critical, hang)
        .unwrap();
    let clone = health.clone();
    let asker = std::thread::spawn(move || runtime().block_on(clone.report()));
    let until = Instant::now() + PATIENCE;
    while !begun.load(Ordering::SeqCst) {
        assert!(Instant::now() < until, "it does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    health.end();
    assert_eq!(asker.join().unwrap().status, Status::Unhealthy);
    assert_eq!(
        runtime().block_on(health.readiness()).status,
        Status::Unhealthy
    );
}

//! A runtime that is blocked on purpose, and one that goes away.

use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use bellwether::resources::{self, Observer, RuntimeOptions, SourceState};
use tokio::runtime::{Builder, Handle};

use crate::collect::{Collector, eventually};

const LAG: &str = "wundr_process_event_loop_lag_seconds";

/// A current-thread runtime that runs on a thread of its own until the sender is dropped.
fn current_thread() -> (Handle, Sender<()>, JoinHandle<()>) {
    let (handle_sender, handle_receiver) = channel();
    let (stop_sender, stop) = channel::<()>();
    let thread = std::thread::spawn(move || {
        let runtime = Builder::new_current_thread().build().unwrap();
        handle_sender.send(runtime.handle().clone()).unwrap();
        runtime.block_on(async {
            while stop.try_recv() != Err(std::sync::mpsc::TryRecvError::Disconnected) {
                tokio::task::yield_now().await;
                std::thread::sleep(Duration::from_millis(1));
            }
        });
    });
    (handle_receiver.recv().unwrap(), stop_sender, thread)
}

fn observe(collector: &Collector, handle: &Handle) -> Observer {
    let options = RuntimeOptions::default()
        .period(Duration::from_millis(100))
        .deadline(Duration::from_millis(500));
    resources::runtime(&collector.meter(), handle, options)
}

fn stuck(collector: &Collector) -> Option<f64> {
    collector
        .collect()
        .value("bellwether_resource_stuck", &[("source", "runtime")])
}

#[test]
fn a_block_is_measured_and_seen_while_it_lasts() {
    let collector = Collector::new();
    let (handle, stop, thread) = current_thread();
    let observer = observe(&collector, &handle);
    let count = || {
        collector
            .collect()
            .value(&format!("{LAG}:count"), &[])
            .unwrap_or(0.0)
    };
    eventually("lag is measured, without a timer in the runtime", || {
        count() >= 3.0
    });
    assert_eq!(observer.state(), SourceState::Reporting);

    let (release, blocked) = channel::<()>();
    handle.spawn(async move {
        let _ = blocked.recv();
    });
    eventually("the block is seen", || {
        observer.state() == SourceState::Stuck
    });
    eventually("the block is reported", || stuck(&collector) == Some(1.0));
    let while_blocked = count();
    std::thread::sleep(Duration::from_millis(700));
    assert!(count() <= while_blocked + 1.0, "measurements pile up");
    let queued: Vec<_> = (0..10).map(|_| handle.spawn(async {})).collect();
    let depth = collector.collect().value(
        "bellwether_runtime_global_queue_depth",
        &[("runtime", "main")],
    );
    assert!(depth >= Some(10.0), "{depth:?}");
    drop(queued);

    release.send(()).unwrap();
    eventually("the lag is that of the block", || {
        collector.collect().value(&format!("{LAG}:max"), &[]) >= Some(1.0)
    });
    eventually("it is over", || stuck(&collector) == Some(0.0));
    drop(stop);
    thread.join().unwrap();
}

#[test]
fn a_runtime_that_ends_takes_its_series_with_it() {
    let collector = Collector::new();
    let runtime = Builder::new_multi_thread()
        .worker_threads(3)
        .build()
        .unwrap();
    let observer = observe(&collector, runtime.handle());
    for _ in 0..5 {
        runtime.spawn(std::future::pending::<()>());
    }
    eventually("workers, tasks and their time", || {
        let export = collector.collect();
        let of = |name| export.value(name, &[("runtime", "main")]);
        of("bellwether_runtime_workers") == Some(3.0)
            && of("bellwether_runtime_alive_tasks") >= Some(5.0)
            && of("bellwether_runtime_busy_seconds_total") > Some(0.0)
            && of("bellwether_runtime_global_queue_depth").is_some()
    });
    // Nothing here keeps it: dropping it does not wait.
    drop(runtime);
    eventually("the series have left", || {
        let export = collector.collect();
        !export
            .names()
            .iter()
            .any(|name| name.starts_with("bellwether_"))
    });
    assert_eq!(observer.state(), SourceState::Absent);
}

#[test]
fn runtimes_are_told_apart_by_name() {
    let collector = Collector::new();
    let meter = collector.meter();
    let one = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let two = Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let _first = resources::runtime(&meter, one.handle(), RuntimeOptions::default());
    let _second = resources::runtime(
        &meter,
        two.handle(),
        RuntimeOptions::default().name("ingest"),
    );
    let export = collector.collect();
    let workers = |name| export.value("bellwether_runtime_workers", &[("runtime", name)]);
    assert_eq!((workers("main"), workers("ingest")), (Some(1.0), Some(2.0)));
}

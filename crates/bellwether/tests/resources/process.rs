//! The process, against `/proc` and `prlimit`.

use std::fs::{self, File};
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use bellwether::resources::{self, AllocatorStatistics, Observer, ProcessOptions, SourceState};

use crate::collect::{Collector, eventually};

const MIB: f64 = 1024.0 * 1024.0;

fn observe(collector: &Collector) -> Observer {
    let options = ProcessOptions::default().interval(Duration::from_millis(100));
    let observer = resources::process(&collector.meter(), options);
    eventually("there are values", || {
        observer.state() == SourceState::Reporting
    });
    observer
}

fn value(collector: &Collector, name: &str) -> f64 {
    collector.collect().value(name, &[]).unwrap_or(f64::NAN)
}

/// A line of `/proc/self/status`, in bytes or as it is.
fn status(key: &str) -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))
        .unwrap();
    let mut words = line.split_whitespace();
    let number: f64 = words.next().unwrap().parse().unwrap();
    if words.next() == Some("kB") {
        number * 1024.0
    } else {
        number
    }
}

/// The test runs beside others in one process, so figures move a little between two looks.
fn near(left: f64, right: f64, slack: f64) -> bool {
    (left - right).abs() <= slack
}

#[test]
fn memory_is_what_proc_says() {
    let collector = Collector::new();
    let observer = observe(&collector);
    let pairs = [
        ("wundr_process_memory_rss_bytes", "VmRSS"),
        ("wundr_process_memory_heap_bytes", "RssAnon"),
        ("wundr_process_memory_external_bytes", "RssFile"),
        ("process_resident_memory_bytes", "VmRSS"),
        ("process_heap_bytes", "RssAnon"),
    ];
    for (metric, line) in pairs {
        eventually(metric, || {
            near(value(&collector, metric), status(line), 4.0 * MIB)
        });
    }
    eventually("virtual memory", || {
        near(
            value(&collector, "process_virtual_memory_bytes"),
            status("VmSize"),
            64.0 * MIB,
        )
    });
    eventually("the same by type", || {
        let export = collector.collect();
        let by_type = |kind| {
            export
                .value("process_memory_usage_bytes", &[("type", kind)])
                .unwrap()
        };
        let of = |metric| export.value(metric, &[]).unwrap();
        near(by_type("heap"), of("wundr_process_memory_heap_bytes"), MIB)
            && near(by_type("rss"), of("wundr_process_memory_rss_bytes"), MIB)
            && near(by_type("heap_total"), status("VmData"), 64.0 * MIB)
    });
    drop(observer);
}

#[test]
fn the_heap_grows_and_shrinks_with_what_is_allocated() {
    let collector = Collector::new();
    let observer = observe(&collector);
    let before = value(&collector, "wundr_process_memory_heap_bytes");
    let block = black_box(vec![1_u8; 256 << 20]);
    eventually("the heap has grown", || {
        value(&collector, "wundr_process_memory_heap_bytes") > before + 200.0 * MIB
    });
    drop(block);
    eventually("the heap has shrunk", || {
        value(&collector, "wundr_process_memory_heap_bytes") < before + 100.0 * MIB
    });
    drop(observer);
}

#[test]
fn an_allocator_says_what_its_heap_is() {
    fn figures() -> AllocatorStatistics {
        AllocatorStatistics {
            used: Some(1234),
            total: Some(5678),
        }
    }
    let collector = Collector::new();
    let options = ProcessOptions::default().allocator(figures);
    let observer = resources::process(&collector.meter(), options);
    eventually("there are values", || {
        observer.state() == SourceState::Reporting
    });
    let export = collector.collect();
    assert_eq!(
        export.value("wundr_process_memory_heap_bytes", &[]),
        Some(1234.0)
    );
    assert_eq!(
        export.value("process_memory_usage_bytes", &[("type", "heap")]),
        Some(1234.0)
    );
    assert_eq!(
        export.value("process_memory_usage_bytes", &[("type", "heap_total")]),
        Some(5678.0)
    );
}

#[test]
fn processor_time_is_what_proc_says() {
    let collector = Collector::new();
    let observer = observe(&collector);
    let began = Instant::now();
    let mut number = 1_u64;
    while began.elapsed() < Duration::from_millis(300) {
        number = black_box(
            number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1),
        );
    }
    // Fields 14 and 15, in hundredths of a second; the name in brackets may hold spaces.
    let of_proc = |field: usize| -> f64 {
        let stat = fs::read_to_string("/proc/self/stat").unwrap();
        let after_name = stat.rsplit_once(')').unwrap().1.to_owned();
        after_name
            .split_whitespace()
            .nth(field - 3)
            .unwrap()
            .parse::<f64>()
            .unwrap()
            / 100.0
    };
    for (metric, field) in [
        ("wundr_process_cpu_user_seconds_total", 14),
        ("wundr_process_cpu_system_seconds_total", 15),
    ] {
        eventually(metric, || {
            let (low, reported, high) = (of_proc(field), value(&collector, metric), of_proc(field));
            // What is reported is at most one interval old; other tests use time meanwhile.
            low - 0.5 <= reported && reported <= high + 0.05
        });
    }
    eventually("their sum", || {
        let export = collector.collect();
        let user = export
            .value("wundr_process_cpu_user_seconds_total", &[])
            .unwrap();
        let system = export
            .value("wundr_process_cpu_system_seconds_total", &[])
            .unwrap();
        near(
            export.value("process_cpu_seconds_total", &[]).unwrap(),
            user + system,
            0.3,
        )
    });
    let percent = value(&collector, "process_cpu_usage_percent");
    assert!((0.0..=6400.0).contains(&percent), "{percent}");
    drop(observer);
}

#[test]
fn open_descriptors_and_threads_are_what_proc_says() {
    let collector = Collector::new();
    let observer = observe(&collector);
    let before = value(&collector, "wundr_process_open_fds");
    let held: Vec<File> = (0..200).map(|_| File::open("/dev/null").unwrap()).collect();
    eventually("descriptors", || {
        // Reading the folder opens one more.
        let of_proc = fs::read_dir("/proc/self/fd").unwrap().count() as f64 - 1.0;
        let export = collector.collect();
        let reported = export.value("wundr_process_open_fds", &[]).unwrap();
        reported == of_proc
            && reported > before + 100.0
            && export.value("process_open_fds", &[]) == Some(of_proc)
    });
    drop(held);
    eventually("threads", || {
        let of_proc = fs::read_dir("/proc/self/task").unwrap().count() as f64;
        value(&collector, "process_threads") == of_proc
    });
    drop(observer);
}

#[test]
fn the_limit_of_descriptors_is_that_of_prlimit() {
    let pid = std::process::id().to_string();
    let asked = Command::new("prlimit")
        .args([
            "--pid",
            &pid,
            "--nofile",
            "--output",
            "SOFT",
            "--noheadings",
            "--raw",
        ])
        .output();
    let Ok(output) = asked else {
        println!("skipped: prlimit is not installed (package util-linux)");
        return;
    };
    let soft: f64 = String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let collector = Collector::new();
    let observer = observe(&collector);
    let export = collector.collect();
    assert_eq!(export.value("wundr_process_max_fds", &[]), Some(soft));
    assert_eq!(export.value("process_max_fds", &[]), Some(soft));
    drop(observer);
}

#[test]
fn age_start_and_memory_limit_are_right() {
    let pid = std::process::id().to_string();
    let collector = Collector::new();
    let observer = observe(&collector);
    eventually("age", || {
        let age = Command::new("ps")
            .args(["-o", "etimes=", "-p", &pid])
            .output()
            .unwrap();
        let age: f64 = String::from_utf8(age.stdout)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        near(value(&collector, "wundr_process_uptime_seconds"), age, 2.0)
    });
    let export = collector.collect();
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let started = export.value("process_start_time_seconds", &[]).unwrap();
    let uptime = export.value("wundr_process_uptime_seconds", &[]).unwrap();
    assert!(
        near(started + uptime, now.as_secs_f64(), 2.0),
        "{started} + {uptime}"
    );

    let meminfo = fs::read_to_string("/proc/meminfo").unwrap();
    let total = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .unwrap();
    let total: f64 = total.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0;
    let limit = export
        .value("bellwether_process_memory_limit_bytes", &[])
        .unwrap();
    assert!(limit > 0.0 && limit <= total, "{limit} of {total}");
    drop(observer);
}

#[test]
fn an_observer_that_is_dropped_leaves_no_series() {
    let collector = Collector::new();
    let observer = observe(&collector);
    let names = collector.collect().names().len();
    assert!(names > 20, "{names} points");
    drop(observer);
    assert_eq!(collector.collect().names(), Vec::<&str>::new());
}

//! What resources, alerts, health and the endpoint cost: processor time and resident memory of a service that does nothing
//! else.
//!
//! Runs itself twice, with everything on and with everything off, and reads both from `/proc`. Telemetry is the same in
//! both; what is exported goes to a receiver in the parent process, which also scrapes `/metrics` and asks for `/health` every
//! 15 s. Alerts are evaluated every 30 s, as by default.
//!
//! ```text
//! cargo run --release -p bellwether --features gpu,alerts,endpoint --example resource_overhead            30 s reads
//! cargo run --release -p bellwether --features gpu,alerts,endpoint --example resource_overhead -- 60 1s   for 60 s, every second
//! ```
//!
//! Where `BELLWETHER_NVML_LIBRARY` names a driver's library, GPUs are read too.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a program for a terminal"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use bellwether::Telemetry;
use bellwether::config::LogStream;
use procfs::process::Process;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [role, seconds] = arguments.as_slice()
        && (role == "on" || role == "off")
    {
        return service(role == "on", seconds.parse().expect("seconds"));
    }
    let seconds = arguments.first().map_or("60", String::as_str);
    let interval = arguments.get(1).map_or("30s", String::as_str);
    let endpoint = receiver();
    println!("{seconds} s each, a read every {interval}, an export every 4 s");
    println!("{:5} {:>10} {:>12} {:>9}", "", "CPU", "RSS", "threads");
    let [off, on] = ["off", "on"].map(|role| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        if role == "on" {
            let port = free_port();
            command
                .env("METRICS_PORT", port.to_string())
                .env("ALERTING_ENABLED", "true");
            std::thread::spawn(move || scrape(port));
        } else {
            command
                .env_remove("METRICS_PORT")
                .env("ALERTING_ENABLED", "false");
        }
        let output = command
            .args([role, seconds])
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)
            .env("BELLWETHER_PROCESS_INTERVAL", interval)
            .env("BELLWETHER_DISK_INTERVAL", interval)
            .env("BELLWETHER_GPU_INTERVAL", interval)
            .output()
            .expect("this program runs");
        let text = String::from_utf8(output.stdout).unwrap();
        let numbers: Vec<f64> = text
            .split_whitespace()
            .map(|word| word.parse().expect(&text))
            .collect();
        println!(
            "{role:5} {:>9.3}% {:>9.2} MB {:>9}",
            numbers[0], numbers[1], numbers[2]
        );
        numbers
    });
    let (cpu, memory) = (on[0] - off[0], on[1] - off[1]);
    println!(
        "{:5} {cpu:>9.3}% {memory:>9.2} MB    of one core; budget 0.5 % and 10 MB",
        "cost"
    );
    let within = cpu <= 0.5 && memory <= 10.0;
    println!(
        "{}",
        if within {
            "within the budget"
        } else {
            "over the budget"
        }
    );
    std::process::exit(i32::from(!within));
}

/// A port that nobody listens on now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Asks as a Prometheus and an orchestrator do, until the process ends.
fn scrape(port: u16) {
    loop {
        std::thread::sleep(Duration::from_secs(15));
        for path in ["/metrics", "/health"] {
            let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
                continue;
            };
            let request =
                format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read_to_end(&mut Vec::new());
        }
    }
}

/// A service that waits, and says what that cost.
fn service(resources: bool, seconds: u64) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let telemetry = Telemetry::builder("resource-overhead")
            .log_stream(LogStream::Off)
            .resource_metrics(resources)
            .from_env()
            .unwrap()
            .start()
            .unwrap();
        // The start is not what is measured.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let (began, before) = (Instant::now(), processor_seconds());
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let share = (processor_seconds() - before) / began.elapsed().as_secs_f64();
        let status = Process::myself().unwrap().status().unwrap();
        let megabytes = status.vmrss.unwrap() as f64 * 1024.0 / 1e6;
        println!("{} {megabytes} {}", share * 100.0, status.threads);
        telemetry.shutdown(Duration::from_secs(2)).await.ok();
    });
}

/// Nanoseconds on a processor, by the scheduler: ticks of ten milliseconds are too coarse here.
fn processor_seconds() -> f64 {
    let tasks = Process::myself().unwrap().tasks().unwrap();
    let of_tasks = tasks.flatten().filter_map(|task| task.schedstat().ok());
    of_tasks
        .map(|stat| stat.sum_exec_runtime as f64 / 1e9)
        .sum()
}

/// Takes every request.
fn receiver() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    endpoint
}

fn answer(mut stream: TcpStream) {
    let mut buffer = vec![0; 1 << 20];
    let mut seen = 0;
    while let Ok(read) = stream.read(&mut buffer[seen..]) {
        if read == 0 {
            return;
        }
        seen += read;
        let Some(head) = buffer[..seen]
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")
        else {
            continue;
        };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
        if seen >= head + 4 + length {
            seen = 0;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        }
    }
}

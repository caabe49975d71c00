//! Prometheus 3, with its OTLP receiver.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bellwether_backend::Signal;
use bellwether_backend::load::{FIRST_HISTOGRAM, Load, Sent};
use prost::Message as _;

use super::super::ask::{Question, ask};
use super::super::child::cost;
use super::super::ours::{client, duration, intake, load};
use super::super::report::{Answer, Report};
use super::super::{Arguments, failed};
use super::{Peer, free_port, size};
use crate::exit::Failure;

const NAME: &str = "Prometheus";
const SECOND: u64 = 1_000_000_000;

pub(super) async fn measure(
    program: &Path,
    arguments: &Arguments,
    report: &mut Report,
) -> Result<(), Failure> {
    let port = free_port()?;
    // Several requests at a time come in nearly, but not quite, the order of time.
    let configuration = "storage: {tsdb: {out_of_order_time_window: 30m}}\n\
                         otlp: {promote_resource_attributes: [service.name], translation_strategy: UnderscoreEscapingWithSuffixes}\n";
    let mut peer = Peer::start(
        program,
        |_| configuration.to_owned(),
        |folder| {
            vec![
                format!("--config.file={}", folder.join("config.yaml").display()),
                format!("--storage.tsdb.path={}", folder.join("data").display()),
                format!("--web.listen-address=127.0.0.1:{port}"),
                "--web.enable-otlp-receiver".to_owned(),
                "--log.level=error".to_owned(),
            ]
        },
    )?;
    let client = client()?;
    let base = format!("http://127.0.0.1:{port}");
    peer.ready(&client, &format!("{base}/-/ready")).await?;
    let load = load(arguments);
    let before = cost(peer.child.id());
    let sent = send(&client, &base, load, arguments).await?;
    let bytes = size(&peer.folder.join("data")) as f64 / sent.items.max(1) as f64;
    report.intake.push(intake(
        NAME,
        Signal::Metrics,
        &sent,
        before,
        cost(peer.child.id()),
        Some(bytes),
    ));
    report.remarks.push("Prometheus takes OTLP over HTTP only; a histogram is 14 of its samples, and its bytes are those of the log that it has not packed yet.".to_owned());
    let (start, end) = (load.begins / SECOND, load.begins / SECOND + load.seconds);
    let panel = |expression: &str| {
        let (start, end) = (start.to_string(), end.to_string());
        let parameters = [
            ("query", expression),
            ("start", &start),
            ("end", &end),
            ("step", "60"),
        ];
        reqwest::Url::parse_with_params(&format!("{base}/api/v1/query_range"), parameters)
            .map(String::from)
            .map_err(|error| failed("query", error))
    };
    let quantile = panel(&format!(
        "histogram_quantile(0.95, sum by (le, agent_type) (rate(load_duration_{FIRST_HISTOGRAM}_seconds_bucket[1m])))"
    ))?;
    let rate = panel("sum by (agent_type) (rate(load_requests_7_total[1m]))")?;
    let of_all = duration(load.seconds);
    let questions = [
        Question::get(
            &format!("p95 of a histogram of 100 series by the minute, in ten groups, {of_all}"),
            move |_| quantile.clone(),
        ),
        Question::get(
            &format!("rate of 100 counters by the minute, in ten groups, {of_all}"),
            move |_| rate.clone(),
        ),
    ];
    for question in questions {
        let asked = ask(&client, &question, arguments.rounds)
            .await
            .map_err(|error| failed(&question.name, error))?;
        let found = asked.last["data"]["result"].as_array().map_or(0, Vec::len);
        if found == 0 {
            return Err(Failure::new(format!(
                "{}: nothing was found",
                question.name
            )));
        }
        report.answers.push(Answer {
            server: NAME.to_owned(),
            question: question.name,
            idle: Some(asked.times),
            busy: None,
        });
    }
    Ok(())
}

/// As `bellwether_backend::load::send` does it, over HTTP.
async fn send(
    client: &reqwest::Client,
    base: &str,
    load: Load,
    arguments: &Arguments,
) -> Result<Sent, Failure> {
    let (batch, requests) = (arguments.batch, arguments.points.div_ceil(arguments.batch));
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let senders: Vec<_> = (0..arguments.senders)
        .map(|_| {
            let (client, next) = (client.clone(), Arc::clone(&next));
            let url = format!("{base}/api/v1/otlp/v1/metrics");
            tokio::spawn(async move {
                let mut waits = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= requests {
                        return Ok(waits);
                    }
                    let request = load.points(number * batch, batch).encode_to_vec();
                    let asked = Instant::now();
                    let answer = client
                        .post(&url)
                        .header("content-type", "application/x-protobuf")
                        .body(request)
                        .send()
                        .await
                        .map_err(|error| failed("load", error))?;
                    if !answer.status().is_success() {
                        let status = answer.status();
                        let words = answer.text().await.unwrap_or_default();
                        return Err(Failure::new(format!("{status}: {words}")));
                    }
                    waits.push(asked.elapsed());
                }
            })
        })
        .collect();
    let mut waits = Vec::new();
    for sender in senders {
        waits.extend(sender.await.map_err(|error| failed("load", error))??);
    }
    let took = began.elapsed();
    waits.sort_unstable();
    Ok(Sent {
        items: requests * batch,
        took,
        waits,
    })
}

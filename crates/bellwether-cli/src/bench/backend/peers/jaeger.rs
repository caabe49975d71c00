//! Jaeger 2, all in one process: in memory, which is its default, and on disk. Without its batch processor, so that an answer means stored.

use std::path::Path;

use bellwether_backend::Signal;
use bellwether_backend::load::{SPANS_PER_TRACE, send, trace_id};

use super::super::ask::{Question, ask};
use super::super::child::cost;
use super::super::ours::{client, intake, load, pace};
use super::super::report::{Answer, Report};
use super::super::{Arguments, failed};
use super::{Peer, free_port, size};
use crate::exit::Failure;

/// Its rate on disk is such that more would take longer than everything else together.
const MOST_ON_DISK: u64 = 100_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    Memory,
    Badger,
}

impl Storage {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Memory => "Jaeger, in memory",
            Self::Badger => "Jaeger, on disk (Badger)",
        }
    }

    fn configuration(self, folder: &Path, traces: u64) -> String {
        match self {
            Self::Memory => format!("memory: {{max_traces: {traces}}}"),
            Self::Badger => {
                let data = folder.join("data").display().to_string();
                format!(
                    "badger: {{directories: {{keys: {data:?}, values: {data:?}}}, ephemeral: false, ttl: {{spans: 48h}}}}"
                )
            }
        }
    }
}

pub(super) async fn measure(
    program: &Path,
    storage: Storage,
    arguments: &Arguments,
    report: &mut Report,
) -> Result<(), Failure> {
    let (grpc, http, http_grpc) = (free_port()?, free_port()?, free_port()?);
    let spans = match storage {
        Storage::Memory => arguments.spans,
        Storage::Badger => arguments.spans.min(MOST_ON_DISK),
    };
    let traces = (spans / SPANS_PER_TRACE).max(1);
    let configuration = |folder: &Path| {
        format!(
            "service:\n  extensions: [jaeger_storage, jaeger_query]\n  pipelines:\n    traces: {{receivers: [otlp], exporters: [jaeger_storage_exporter]}}\n  telemetry:\n    metrics: {{level: none}}\n    logs: {{level: error}}\n\
             extensions:\n  jaeger_query:\n    storage: {{traces: store}}\n    http: {{endpoint: \"127.0.0.1:{http}\"}}\n    grpc: {{endpoint: \"127.0.0.1:{http_grpc}\"}}\n  jaeger_storage:\n    backends:\n      store:\n        {}\n\
             receivers:\n  otlp:\n    protocols:\n      grpc: {{endpoint: \"127.0.0.1:{grpc}\"}}\n\
             exporters:\n  jaeger_storage_exporter: {{trace_storage: store}}\n",
            storage.configuration(folder, traces)
        )
    };
    let mut peer = Peer::start(program, configuration, |folder| {
        vec![
            "--config".to_owned(),
            folder.join("config.yaml").display().to_string(),
        ]
    })?;
    let client = client()?;
    let base = format!("http://127.0.0.1:{http}");
    peer.ready(&client, &format!("{base}/api/services")).await?;
    let load = load(arguments);
    let before = cost(peer.child.id());
    let target = format!("http://127.0.0.1:{grpc}");
    let sent = send(&target, Signal::Traces, &load, 0..spans, pace(arguments))
        .await
        .map_err(|error| failed("load", error))?;
    let bytes = (storage == Storage::Badger)
        .then(|| size(&peer.folder.join("data")) as f64 / sent.items.max(1) as f64);
    let after = cost(peer.child.id());
    report.intake.push(intake(
        storage.name(),
        Signal::Traces,
        &sent,
        before,
        after,
        bytes,
    ));
    let (from, to) = (
        load.begins / 1_000,
        load.begins / 1_000 + load.seconds * 1_000_000,
    );
    let trace = base.clone();
    let questions = [
        Question::get("a trace by its id", move |round| {
            let id = trace_id(round * 7_919 % traces);
            format!("{trace}/api/traces/{:032x}", u128::from_be_bytes(id))
        }),
        Question::get(
            "100 traces of a service (it lists none of all)",
            move |_| format!("{base}/api/traces?service=service-3&limit=100&start={from}&end={to}"),
        ),
    ];
    for question in questions {
        let asked = ask(&client, &question, arguments.rounds)
            .await
            .map_err(|error| failed(&question.name, error))?;
        let found = asked.last["data"].as_array().map_or(0, Vec::len);
        if found == 0 {
            return Err(Failure::new(format!(
                "{}: nothing was found",
                question.name
            )));
        }
        report.answers.push(Answer {
            server: storage.name().to_owned(),
            question: question.name,
            idle: Some(asked.times),
            busy: None,
        });
    }
    Ok(())
}

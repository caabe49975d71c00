//! The course of `bellwether demo`: backend, Collector, fleet, sessions, first trace, end, report.
//!
//! A signal may come at any point; it is looked for beside the whole course, not inside it, and whatever the course
//! holds ends with it: the fleet's processes, their children, the Collector and the backend.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::arguments::Arguments;
use super::collector::{Counts, Running as Collector};
use super::destination::Destination;
use super::environment::environment;
use super::fleet::Fleet;
use super::folders::{self, directory, fresh_folder};
use super::forwarded::Forwarded;
use super::incident::Incidents;
use super::lifeline;
use super::report::{self, Arrival, Delivered};
use super::start;
use super::stored::Stored;
use super::wire::{ModelUse, Report, Session};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// How long the roles may take to send their last telemetry and end.
const STOP_LIMIT: Duration = Duration::from_secs(10);
/// The same after Ctrl-C.
const STOP_LIMIT_CTRL_C: Duration = Duration::from_secs(3);
/// How long sessions may take that go on when the demo is told to end.
const WIND_DOWN_LIMIT: Duration = Duration::from_secs(15);
/// How long to wait for the first trace to come out of the Collector.
const TRACE_LIMIT: Duration = Duration::from_secs(15);
/// How long to wait, at the end, until all that was sent has been written out.
const ARRIVAL_LIMIT: Duration = Duration::from_secs(10);
/// How often to look.
const LOOK: Duration = Duration::from_millis(50);

/// What the demo holds, for as long as it runs.
struct Demo<'a> {
    terminal: &'a Terminal,
    began: Instant,
    collector: Option<Collector>,
    /// Where to, if not to a Collector of the demo's own.
    destination: Option<Destination>,
    fleet: Fleet,
    forwarded: Forwarded,
    delivered: Delivered,
    first: Option<Session>,
    models: ModelUse,
    incidents: Incidents,
    logs: PathBuf,
}

/// Runs the demo until it is over or a signal comes.
pub(super) async fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let began = Instant::now();
    let dir = directory(&arguments.dir)?;
    let output = fresh_folder(&arguments.output)?;
    // Before anything is started: from here on a signal is ours to handle.
    let signal = lifeline::wait_for_signal();
    tokio::pin!(signal);
    let destination = Destination::of(arguments)?;
    let collector = if destination.is_none() {
        tokio::select! {
            collector = Collector::start(&output, terminal) => collector?,
            () = &mut signal => return Ok(Exit::INTERRUPTED),
        }
    } else {
        None
    };
    let logs = output.clone();
    let files = collector.as_ref().map(Collector::files).unwrap_or_default();
    let mut demo = Demo {
        terminal,
        began,
        fleet: Fleet::new(
            environment(collector.as_ref(), destination.as_ref(), &output)?,
            collector.is_none(),
            &logs,
        ),
        collector,
        forwarded: Forwarded::from_files(files),
        delivered: Delivered::default(),
        first: None,
        models: ModelUse::default(),
        incidents: Incidents::new(
            folders::settings_file(&output),
            folders::index_file(&output),
            arguments.incident,
            arguments.keep,
        ),
        destination,
        logs,
    };
    let end = tokio::select! {
        end = demo.course(arguments, &dir) => Some(end),
        () = &mut signal => None,
    };
    match end {
        Some(Ok(())) => demo.finish().await,
        Some(Err(failure)) => {
            demo.abandon().await;
            Err(failure)
        }
        // `--keep` is meant to be ended so: it gets its report.
        None if arguments.keep => {
            terminal.line("");
            tokio::select! {
                exit = demo.wind_down() => exit,
                // A second signal is impatience.
                () = lifeline::wait_for_signal() => Ok(Exit::INTERRUPTED),
            }
        }
        None => {
            terminal.line("interrupted: ending the processes");
            demo.abandon().await;
            Ok(Exit::INTERRUPTED)
        }
    }
}

impl Demo<'_> {
    /// Starts the fleet and follows it until its sessions are over.
    async fn course(&mut self, arguments: &Arguments, dir: &Path) -> Result<(), Failure> {
        start::fleet(&mut self.fleet, arguments, dir, &self.logs).await?;
        self.show_fleet();
        self.incidents.start();
        self.follow().await
    }

    /// Follows the fleet until its sessions are over.
    async fn follow(&mut self) -> Result<(), Failure> {
        loop {
            let report = tokio::select! {
                report = self.fleet.report() => report,
                turn = self.incidents.turn() => {
                    let turn = turn.map_err(|error| {
                        Failure::new(format!("the incident could not be made: {error}"))
                    })?;
                    self.terminal.line(turn.text());
                    continue;
                }
            };
            let Some((name, report)) = report else {
                return Err(Failure::new(format!(
                    "a process ended by itself; what it said is under `{}`",
                    self.logs.display()
                )));
            };
            match report {
                Report::Progress { text } => self.terminal.line(&text),
                Report::Delivery { service, sent } => self.delivered.add(&service, sent),
                Report::Session(session) => {
                    self.models.add(session.models);
                    self.terminal
                        .line(&format!("{name:<14} {}: {}", session.id, session.summary));
                    if self.first.is_none() {
                        self.first = Some(session.clone());
                        self.show_first_trace(&session).await;
                    }
                }
                Report::Finished => return Ok(()),
                Report::Ready { .. } | Report::Task { .. } => {}
            }
        }
    }

    fn show_fleet(&self) {
        let processes: Vec<_> = self
            .fleet
            .processes()
            .into_iter()
            .map(|(name, id)| format!("{name} (pid {id})"))
            .collect();
        self.terminal
            .line(&format!("fleet          {}", processes.join(", ")));
    }

    /// Waits until the whole trace has come out of the Collector, and draws it.
    async fn show_first_trace(&mut self, session: &Session) {
        if self.collector.is_none() {
            return;
        }
        let deadline = Instant::now() + TRACE_LIMIT;
        loop {
            self.forwarded.read_on();
            let spans = self.forwarded.trace(&session.trace_id);
            let is_complete = report::is_complete(&spans, session.tasks);
            if is_complete || Instant::now() >= deadline {
                let remark = if is_complete {
                    "complete"
                } else {
                    "INCOMPLETE after the deadline"
                };
                self.heading(&format!(
                    "trace {} as the Collector forwarded it, {remark}, {:.1} s after the start",
                    session.trace_id,
                    self.began.elapsed().as_secs_f64()
                ));
                let drawn = report::tree(&spans, self.terminal.style());
                self.terminal.line(&drawn);
                self.terminal.line("");
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    fn heading(&self, text: &str) {
        self.terminal.line("");
        self.terminal.line(&self.terminal.style().bold(text));
    }

    /// Ends the fleet and takes in what its processes sent.
    async fn stop_fleet(&mut self, limit: Duration) {
        let expected: Vec<_> = self
            .fleet
            .processes()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        for report in self.fleet.stop(limit).await {
            if let Report::Delivery { service, sent } = report {
                self.delivered.add(&service, sent);
            }
        }
        for name in expected {
            if !self.delivered.knows(&name) {
                self.delivered.silent.push(name);
            }
        }
    }

    /// Lets the sessions that have begun end, then everything else in order.
    async fn wind_down(&mut self) -> Result<Exit, Failure> {
        self.incidents
            .close()
            .map_err(|error| Failure::new(format!("the settings cannot be written: {error}")))?;
        let is_up = |(name, _): &(String, u32)| name == "orchestrator";
        if self.fleet.processes().iter().any(is_up) {
            // Those that do not end in time are cut off.
            let _ = tokio::time::timeout(WIND_DOWN_LIMIT, self.follow()).await;
        }
        self.finish().await
    }

    /// Ends everything without a report.
    async fn abandon(&mut self) {
        self.stop_fleet(STOP_LIMIT_CTRL_C).await;
        if let Some(collector) = self.collector.take() {
            collector.stop(STOP_LIMIT_CTRL_C).await;
        }
    }

    /// Ends everything in order and says what came of it.
    async fn finish(&mut self) -> Result<Exit, Failure> {
        self.stop_fleet(STOP_LIMIT).await;
        let Some(collector) = self.collector.take() else {
            return Ok(self.finish_without_collector());
        };
        let (counts, stored) = self.wait_for_arrival(&collector).await;
        let arrival = Arrival {
            delivered: &self.delivered,
            counts,
            forwarded: &self.forwarded,
            stored: stored.as_ref(),
        };
        let is_whole = arrival.is_whole();
        let text = arrival.text();
        let store = collector.store().to_owned();
        collector.stop(STOP_LIMIT).await;
        self.heading(
            "what was sent, and what arrived (counted by the SDK, the Collector, its output, and the store)",
        );
        self.terminal.line(&text);
        if let Some(first) = &self.first {
            self.heading("log records of the trace above, with the span they were written in");
            let logs = report::logs(&self.forwarded, &first.trace_id, self.terminal.style());
            self.terminal.line(&logs);
        }
        self.show_models();
        self.heading("this host, measured by the Collector");
        self.terminal.line(&report::host(&self.forwarded));
        self.heading("rate, errors, duration, computed by the Collector from the spans");
        self.terminal.line(&report::red(&self.forwarded));
        self.heading("where to look next");
        let trace_id = self.first.as_ref().map(|first| first.trace_id.as_str());
        self.terminal.line(&report::next(
            &store,
            &self.forwarded.files(),
            &self.logs,
            trace_id,
        ));
        let total = self.began.elapsed().as_secs_f64();
        let verdict = if is_whole {
            self.terminal
                .style()
                .green("everything that was sent arrived")
        } else {
            self.terminal
                .style()
                .red("NOT everything that was sent arrived; see the table")
        };
        self.terminal.line("");
        self.terminal
            .line(&format!("{verdict} ({total:.1} s in all)"));
        Ok(if is_whole { Exit::OK } else { Exit::FAILURE })
    }

    /// Waits until all four counts agree, or it makes no sense to wait longer.
    async fn wait_for_arrival(
        &mut self,
        collector: &Collector,
    ) -> (Option<Counts>, Option<Stored>) {
        let deadline = Instant::now() + ARRIVAL_LIMIT;
        loop {
            self.forwarded.read_on();
            let counts = collector.counts().await;
            let stored = collector.stored();
            let arrival = Arrival {
                delivered: &self.delivered,
                counts,
                forwarded: &self.forwarded,
                stored: stored.as_ref(),
            };
            // The Collector's own arithmetic follows within a second or two.
            let has_derived = self
                .forwarded
                .points("system.cpu.utilization")
                .next()
                .is_some()
                && report::calls(&self.forwarded) >= self.forwarded.spans.len() as f64;
            if arrival.is_whole() && has_derived || Instant::now() >= deadline {
                return (counts, stored);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Says what was sent; what arrived somebody else can say.
    fn finish_without_collector(&self) -> Exit {
        self.heading(
            "what was sent (no Collector of the demo's own was there to count what arrived)",
        );
        let arrival = Arrival {
            delivered: &self.delivered,
            counts: None,
            forwarded: &self.forwarded,
            stored: None,
        };
        self.terminal.line(&arrival.text());
        self.show_models();
        self.terminal.line("");
        let Some(destination) = &self.destination else {
            self.terminal
                .line("`bellwether doctor` says what is missing.");
            return Exit::NO_COLLECTOR;
        };
        if self.delivered.is_without_loss() {
            let endpoint = destination.endpoint();
            self.terminal
                .line(&format!("{endpoint} acknowledged all of it"));
            Exit::OK
        } else {
            self.terminal
                .line(&format!("NOT all of it reached {}", destination.endpoint()));
            Exit::FAILURE
        }
    }

    fn show_models(&self) {
        self.heading("models (a stand-in: its prices are made up, its tokens are counted)");
        self.terminal.line(&report::models(self.models));
    }
}

/// Where this process would send, as far as its environment says.
pub(super) fn endpoint_of_this_process() -> String {
    std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT")
        .ok()
        .filter(|endpoint| !endpoint.is_empty())
        .unwrap_or_else(|| {
            "OTLP's default endpoint (OTEL_EXPORTER_OTLP_ENDPOINT is not set)".to_owned()
        })
}

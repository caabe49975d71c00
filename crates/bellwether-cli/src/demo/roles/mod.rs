//! The processes of the demo, one file each.
//!
//! | role | answers | asks |
//! |---|---|---|
//! | [`orchestrator`] | HTTP: the job queue | the agent, by HTTP |
//! | [`agent`] | HTTP: delegations | the session agent, by WebSocket; models, by HTTP; the toolbox, by MCP |
//! | [`model`] | HTTP: chats with models | |
//! | [`toolbox`] | MCP: tools | |
//! | [`session_agent`] | WebSocket: messages | the job queue, by HTTP |
//! | [`worker`] | | the job queue, by HTTP; starts [`task`]s |
//! | [`task`] | | runs one program |

mod agent;
mod jobs;
mod model;
mod orchestrator;
mod session_agent;
mod task;
mod toolbox;
mod worker;

use std::net::SocketAddr;

use super::arguments::Role;
use super::boundary;
use super::connections::Counted;
use super::lifeline::Lifeline;
use super::settings::SettingsFile;
use super::telemetry::Running;
use super::wire::Report;
use crate::exit::{Exit, Failure};

/// Runs one role until its work is done or its lifeline is cut.
pub(super) async fn run(role: Role) -> Result<Exit, Failure> {
    let lifeline = Lifeline::hold();
    let name = name_of(&role);
    let running = Running::start(name)?;
    let result = match role {
        Role::Orchestrator {
            dir,
            agent,
            rounds,
            duration,
            pace,
            settings,
        } => {
            let settings = SettingsFile::at(settings);
            let work = orchestrator::Work::new(dir, agent, settings, rounds, duration, pace)?;
            orchestrator::run(work, &running, lifeline).await
        }
        Role::Model { settings } => {
            model::run(SettingsFile::at(settings), &running, lifeline).await
        }
        Role::Toolbox { dir, index } => toolbox::run(dir, index, &running, lifeline).await,
        Role::Agent {
            session_agent,
            model,
            toolbox,
        } => agent::run(session_agent, model, toolbox, &running, lifeline).await,
        Role::SessionAgent => session_agent::run(lifeline).await,
        Role::Worker { queue, settings } => worker::run(queue, settings, lifeline).await,
        Role::Task {
            limit_ms,
            dir,
            command,
        } => task::run(limit_ms, dir, command, lifeline).await,
    };
    let sent = running.finish().await;
    Report::Delivery {
        service: name.to_owned(),
        sent,
    }
    .send();
    result.map(|()| Exit::OK)
}

/// The `service.name` of a role.
const fn name_of(role: &Role) -> &'static str {
    match role {
        Role::Orchestrator { .. } => "orchestrator",
        Role::Model { .. } => "model",
        Role::Toolbox { .. } => "toolbox",
        Role::Agent { .. } => "agent",
        Role::SessionAgent => "session-agent",
        Role::Worker { .. } => "worker",
        Role::Task { .. } => "task",
    }
}

/// An HTTP server on a port that the system picks.
struct Server {
    listener: tokio::net::TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Takes a port.
    async fn bind() -> Result<Self, Failure> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(cannot_serve)?;
        let address = listener.local_addr().map_err(cannot_serve)?;
        Ok(Self { listener, address })
    }

    /// Says where, and serves until the lifeline is cut.
    async fn serve(self, router: axum::Router, lifeline: Lifeline) -> Result<(), Failure> {
        Report::Ready {
            address: self.address.to_string(),
        }
        .send();
        let server =
            axum::serve(Counted::new(self.listener), boundary::traced(router)).into_future();
        // Cut, not drained: an open WebSocket or a waiting worker would hold a drain up.
        tokio::select! {
            result = server => result.map_err(cannot_serve),
            () = lifeline.cut() => Ok(()),
        }
    }
}

#[allow(clippy::needless_pass_by_value)] // the shape that map_err wants
fn cannot_serve(error: std::io::Error) -> Failure {
    Failure::new(format!("cannot serve HTTP: {error}"))
}

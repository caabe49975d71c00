//! The start of the fleet: which role is told what about the others.

use std::path::Path;
use std::time::Duration;

use super::arguments::Arguments;
use super::fleet::Fleet;
use super::folders;
use super::settings::Settings;
use crate::exit::Failure;

/// Between the beginnings of two sessions where their number is not bounded.
const ENDLESS_PACE: Duration = Duration::from_secs(2);

/// Starts the roles, each when those it asks can answer. `folder` is the run's.
pub(super) async fn fleet(
    fleet: &mut Fleet,
    arguments: &Arguments,
    dir: &Path,
    folder: &Path,
) -> Result<(), Failure> {
    let dir = dir.display().to_string();
    let settings = folders::settings_file(folder);
    Settings::CALM
        .write(&settings)
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", settings.display())))?;
    let settings = settings.display().to_string();
    let index = folders::index_file(folder).display().to_string();
    // An incident ends by the clock, and so do the sessions then.
    let is_endless = arguments.keep || arguments.incident;
    let rounds = if is_endless { 0 } else { arguments.rounds };
    let pace = arguments.pace.unwrap_or(if is_endless {
        ENDLESS_PACE
    } else {
        Duration::ZERO
    });
    let pace = pace.as_secs_f64().to_string();
    let model_arguments = ["model", "--settings", &settings];
    let model = fleet.start_and_wait("model", &model_arguments).await?;
    let toolbox_arguments = ["toolbox", "--dir", &dir, "--index", &index];
    let toolbox = fleet.start_and_wait("toolbox", &toolbox_arguments).await?;
    let duration = arguments.duration.as_secs_f64().to_string();
    let session_agent = fleet
        .start_and_wait("session-agent", &["session-agent"])
        .await?;
    let agent_arguments = [
        "agent",
        "--session-agent",
        &session_agent,
        "--model",
        &model,
        "--toolbox",
        &toolbox,
    ];
    let agent = fleet.start_and_wait("agent", &agent_arguments).await?;
    let rounds = rounds.to_string();
    let orchestrator_arguments = [
        "orchestrator",
        "--dir",
        &dir,
        "--agent",
        &agent,
        "--rounds",
        &rounds,
        "--duration",
        &duration,
        "--pace",
        &pace,
        "--settings",
        &settings,
    ];
    let queue = fleet
        .start_and_wait("orchestrator", &orchestrator_arguments)
        .await?;
    let worker_arguments = ["worker", "--queue", &queue, "--settings", &settings];
    fleet.start("worker", &worker_arguments)?;
    Ok(())
}

//! An incident: for a while the fleet works under what a bad day leaves of its settings, and a tool's index is gone.
//!
//! Nothing about it is made up. The provider turns requests away because its quota was cut, agents fall back to the
//! dearer model and spend the budget, tools fail because their file is missing, jobs back up because the worker was
//! scaled down. The end puts everything back, and what follows is the recovery.

use std::path::PathBuf;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;

use super::settings::Settings;

/// How an incident lies in time.
#[derive(Debug, Clone, Copy)]
struct Times {
    /// Before it.
    calm: Duration,
    /// How long it lasts.
    lasts: Duration,
    /// What is left to recover in, before the demo ends or a new one may come.
    recovery: Duration,
}

/// One incident in a demo that ends.
const ONCE: Times = Times {
    calm: Duration::from_secs(8),
    lasts: Duration::from_secs(16),
    recovery: Duration::from_secs(10),
};

/// One every five minutes in a demo that goes on.
const AGAIN_AND_AGAIN: Times = Times {
    calm: Duration::from_secs(60),
    lasts: Duration::from_secs(60),
    recovery: Duration::from_secs(180),
};

/// What goes wrong, and when.
#[derive(Debug)]
pub(super) struct Incidents {
    settings: PathBuf,
    index: PathBuf,
    times: Times,
    is_wanted: bool,
    is_endless: bool,
    stage: Stage,
    /// When the next stage begins; none is never.
    next: Option<Instant>,
    on_request: Option<Signal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Calm,
    Incident,
    Recovery,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Begins,
    Ends,
    /// The demo may end: no session begins any more.
    Over,
}

impl Incidents {
    /// For a fleet with this file of settings and this index. `is_wanted` is whether one comes unasked; on SIGUSR1
    /// one does in any case.
    pub(super) fn new(
        settings: PathBuf,
        index: PathBuf,
        is_wanted: bool,
        is_endless: bool,
    ) -> Self {
        Self {
            settings,
            index,
            times: if is_endless { AGAIN_AND_AGAIN } else { ONCE },
            is_wanted,
            is_endless,
            stage: Stage::Calm,
            next: None,
            on_request: signal(SignalKind::user_defined1()).ok(),
        }
    }

    /// From here on the time counts.
    pub(super) fn start(&mut self) {
        self.next = self.is_wanted.then(|| Instant::now() + self.times.calm);
    }

    /// Waits for the next turn and takes it. May be dropped while it waits.
    pub(super) async fn turn(&mut self) -> std::io::Result<Turn> {
        loop {
            let is_due = async {
                match self.next {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let is_asked = async {
                match &mut self.on_request {
                    Some(signal) => _ = signal.recv().await,
                    None => std::future::pending().await,
                }
            };
            let stage = self.stage;
            tokio::select! {
                () = is_due => return self.advance(),
                () = is_asked => {
                    if stage != Stage::Incident {
                        return self.begin();
                    }
                }
            }
        }
    }

    fn advance(&mut self) -> std::io::Result<Turn> {
        match self.stage {
            Stage::Calm => self.begin(),
            Stage::Incident => self.end(),
            Stage::Recovery if self.is_endless => self.begin(),
            Stage::Recovery => {
                self.close()?;
                Ok(Turn::Over)
            }
        }
    }

    /// Lets nothing begin any more, sessions or incidents; what went wrong is put right, so that sessions can end.
    pub(super) fn close(&mut self) -> std::io::Result<()> {
        if self.stage == Stage::Incident {
            self.end()?;
        }
        self.next = None;
        self.on_request = None;
        Settings::CLOSED.write(&self.settings)
    }

    fn begin(&mut self) -> std::io::Result<Turn> {
        self.stage = Stage::Incident;
        self.next = Some(Instant::now() + self.times.lasts);
        Settings::INCIDENT.write(&self.settings)?;
        std::fs::rename(&self.index, self.gone())?;
        Ok(Turn::Begins)
    }

    fn end(&mut self) -> std::io::Result<Turn> {
        self.stage = Stage::Recovery;
        // What came on request comes once.
        self.next = self.is_wanted.then(|| Instant::now() + self.times.recovery);
        Settings::RECOVERED.write(&self.settings)?;
        std::fs::rename(self.gone(), &self.index)?;
        Ok(Turn::Ends)
    }

    fn gone(&self) -> PathBuf {
        self.index.with_extension("gone")
    }
}

impl Turn {
    /// As a line of the demo.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Begins => {
                "incident       begins: the provider's quota is cut, the tools' index gone, the worker scaled to 0, the budget halved"
            }
            Self::Ends => {
                "incident       ends: quota, index and worker are back, the budget is raised"
            }
            Self::Over => "incident       over: no further session",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Incidents, Times, Turn};
    use crate::demo::settings::{Settings, SettingsFile};

    #[tokio::test]
    async fn an_incident_comes_goes_and_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let settings = dir.path().join("settings.json");
        let index = dir.path().join("index.json");
        std::fs::write(&index, "{}").unwrap();
        let in_force = SettingsFile::at(settings.clone());
        let mut incidents = Incidents::new(settings, index.clone(), true, false);
        let soon = Duration::from_millis(5);
        incidents.times = Times {
            calm: soon,
            lasts: soon,
            recovery: soon,
        };
        incidents.start();
        assert_eq!(incidents.turn().await.unwrap(), Turn::Begins);
        assert_eq!(in_force.now(), Settings::INCIDENT);
        assert!(!index.exists());
        assert_eq!(incidents.turn().await.unwrap(), Turn::Ends);
        assert_eq!(in_force.now(), Settings::RECOVERED);
        assert!(index.exists());
        assert_eq!(incidents.turn().await.unwrap(), Turn::Over);
        assert!(!in_force.now().is_open);
    }
}

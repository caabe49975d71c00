//! What the operators of the fleet may turn while it runs: limits of the model provider, slots of the worker, the
//! day's budget.
//!
//! The settings are a file of JSON in the folder of the run. Whoever is bound by one reads it when it matters, so a
//! change is in force at once and no process needs a way in for it. An incident is such a change, and so is its end.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The settings in force.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Settings {
    /// Requests a second that the provider takes for its small model, before it answers 429.
    pub(super) small_model_rate: f64,
    /// Requests that the provider works on at a time, of all models, before it answers 503.
    pub(super) requests_at_once: usize,
    /// Jobs that the worker runs at a time.
    pub(super) worker_slots: usize,
    /// Dollars that an orchestrator may spend on models in a day of the demo.
    pub(super) budget_dollars: f64,
    /// Whether sessions still begin.
    pub(super) is_open: bool,
}

impl Settings {
    /// What the fleet needs, with room to spare.
    pub(super) const CALM: Self = Self {
        small_model_rate: 40.0,
        requests_at_once: 16,
        worker_slots: 2,
        budget_dollars: 0.40,
        is_open: true,
    };

    /// What a bad day leaves of it: the provider has cut the quota and serves fewer at a time, the worker was scaled
    /// down, the budget halved. What is left of it the dearer model spends that agents fall back to.
    pub(super) const INCIDENT: Self = Self {
        small_model_rate: 0.5,
        requests_at_once: 2,
        worker_slots: 0,
        budget_dollars: Self::CALM.budget_dollars / 2.0,
        ..Self::CALM
    };

    /// After it: everything is back, and somebody has approved more money.
    pub(super) const RECOVERED: Self = Self {
        budget_dollars: Self::CALM.budget_dollars * 4.0,
        ..Self::CALM
    };

    /// The end: what has begun goes on, and nothing else begins.
    pub(super) const CLOSED: Self = Self {
        is_open: false,
        ..Self::RECOVERED
    };

    /// Puts the settings in force, whole or not at all.
    pub(super) fn write(&self, path: &Path) -> std::io::Result<()> {
        let text = serde_json::to_vec_pretty(self).map_err(std::io::Error::other)?;
        let new = path.with_extension("new");
        std::fs::write(&new, text)?;
        std::fs::rename(&new, path)
    }
}

/// The file of the settings.
#[derive(Debug, Clone)]
pub(super) struct SettingsFile(PathBuf);

impl SettingsFile {
    pub(super) const fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// What is in force now. Where the file cannot be read, what the fleet needs.
    pub(super) fn now(&self) -> Settings {
        std::fs::read(&self.0)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or(Settings::CALM)
    }
}

#[cfg(test)]
mod tests {
    use super::{Settings, SettingsFile};

    #[test]
    fn a_change_is_in_force_at_the_next_look() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.json");
        let file = SettingsFile::at(path.clone());
        assert_eq!(file.now(), Settings::CALM, "no file is no limit");
        Settings::INCIDENT.write(&path).unwrap();
        assert_eq!(file.now(), Settings::INCIDENT);
        Settings::CALM.write(&path).unwrap();
        assert_eq!(file.now(), Settings::CALM);
    }
}

//! The `docker` command.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;

use super::folder::Folder;
use crate::doctor::is_executable;
use crate::exit::Failure;

/// What is said where there is none.
pub(super) const MISSING: &str = "Docker is not installed: there is no `docker` on PATH";

/// For an answer about versions and state. An engine that hangs is as good as none.
const PATIENCE: Duration = Duration::from_secs(10);

/// The command, with the files of a stack.
#[derive(Debug)]
pub(super) struct Docker {
    program: PathBuf,
    folder: PathBuf,
    files: Vec<&'static str>,
    variables: Vec<(&'static str, &'static str)>,
}

/// A version as far as it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(pub(super) u32, pub(super) u32);

impl Version {
    /// From `2.40.3`, `v2.24.0-desktop.1`, `28.2.2+dfsg1`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().trim_start_matches('v').split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next().unwrap_or("0");
        let digits: String = minor.chars().take_while(char::is_ascii_digit).collect();
        Some(Self(major, digits.parse().ok()?))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl Docker {
    /// The first `docker` on `PATH`.
    pub(super) fn find(folder: &Folder) -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let mut candidates = std::env::split_paths(&path).map(|folder| folder.join("docker"));
        let program = candidates.find(|candidate| is_executable(candidate))?;
        Some(Self {
            program,
            folder: folder.path().to_owned(),
            files: vec!["docker-compose.yml"],
            variables: Vec::new(),
        })
    }

    /// A further compose file of the folder, merged over the others.
    pub(super) fn add_file(&mut self, name: &'static str) {
        self.files.push(name);
    }

    /// A variable for compose files, over all others.
    pub(super) fn set(&mut self, name: &'static str, value: &'static str) {
        self.variables.push((name, value));
    }

    /// What the engine is and has; the error is Docker's own words.
    pub(super) async fn engine(&self) -> Result<Value, String> {
        let said = self.ask(&["info", "--format", "{{json .}}"]).await?;
        let info: Value = serde_json::from_str(&said).map_err(|_| said.trim().to_owned())?;
        // The client answers for itself where the engine does not, and lists why.
        let errors = info["ServerErrors"].as_array().into_iter().flatten();
        let errors: Vec<_> = errors.filter_map(Value::as_str).collect();
        if errors.is_empty() {
            Ok(info)
        } else {
            Err(errors.join("; "))
        }
    }

    /// The version of the compose plugin.
    pub(super) async fn compose_version(&self) -> Result<Version, String> {
        let said = self.ask(&["compose", "version", "--short"]).await?;
        Version::parse(&said).ok_or_else(|| format!("its version is {:?}", said.trim()))
    }

    /// Whether a service of the stack runs.
    pub(super) async fn runs(&self, service: &str) -> bool {
        let mut words = self.files();
        words.extend(["ps", "--status", "running", "--services"].map(str::to_owned));
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let said = self.ask(&words).await.unwrap_or_default();
        said.lines().any(|line| line.trim() == service)
    }

    /// `docker compose …` for people to watch. Whether it went well.
    pub(super) async fn compose(&self, words: &[&str]) -> Result<bool, Failure> {
        let status = Command::new(&self.program)
            .args(self.files())
            .args(words)
            .envs(self.variables.iter().copied())
            .status()
            .await;
        let status = status
            .map_err(|error| Failure::new(format!("run {}: {error}", self.program.display())))?;
        Ok(status.success())
    }

    fn files(&self) -> Vec<String> {
        let mut words = vec![
            "compose".to_owned(),
            "--project-directory".to_owned(),
            self.folder.display().to_string(),
        ];
        for file in &self.files {
            words.push("--file".to_owned());
            words.push(self.folder.join(file).display().to_string());
        }
        words
    }

    async fn ask(&self, words: &[&str]) -> Result<String, String> {
        let output = Command::new(&self.program)
            .args(words)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let answered = tokio::time::timeout(PATIENCE, output).await;
        let output = answered
            .map_err(|_| format!("no answer within {} s", PATIENCE.as_secs()))?
            .map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(said.lines().next().unwrap_or("it failed").to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        let parse = |text| Version::parse(text).unwrap();
        assert_eq!(parse("2.40.3\n"), Version(2, 40));
        assert_eq!(parse("v2.24.0-desktop.1"), Version(2, 24));
        assert_eq!(parse("28.2.2+dfsg1"), Version(28, 2));
        assert!(parse("2.9.0") < parse("2.24.0"));
        assert_eq!(Version::parse("dev"), None);
    }
}

//! The Collector's binary: found, or built.
//!
//! Looked for in this order: what `BELLWETHER_OTELCOL` names (and then nowhere else), the build of exactly these
//! sources, a distribution on `PATH`. If there is none, `go build` makes one, once: sources, build command and platform
//! are hashed (SHA-256), the binary lies under that hash, and whoever has the same sources finds it.
//!
//! The sources are part of this command and are written out for the build, so it does not matter where the command
//! runs. Within the repository builds lie in `target/collector/<hash>/`, otherwise in the user's cache.
//!
//! Two builders at once: the second waits for the first (a lock on a file, which the system lifts when its holder
//! dies) and then finds the binary. It is moved to its name only when it is complete.

use std::fmt::Write;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use ring::digest::{Context, SHA256};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

use super::error::Error;
use super::process::tail;
use crate::doctor::is_executable;

/// Names a binary to use instead of any other.
pub(crate) const VARIABLE: &str = "BELLWETHER_OTELCOL";
/// Distributions, in the order they are looked for on `PATH`: ours, then the ones that hold all components of ours.
pub(crate) const PROGRAMS: [&str; 3] = ["otelcol-bellwether", "otelcol-contrib", "otelcol"];

const BINARY: &str = "otelcol-bellwether";

/// What the binary is built from.
const SOURCES: [(&str, &str); 5] = [
    (
        "go.mod",
        include_str!("../../../../otel-collector/distribution/go.mod"),
    ),
    (
        "go.sum",
        include_str!("../../../../otel-collector/distribution/go.sum"),
    ),
    (
        "main.go",
        include_str!("../../../../otel-collector/distribution/main.go"),
    ),
    (
        "components.go",
        include_str!("../../../../otel-collector/distribution/components.go"),
    ),
    (
        "manifest.yaml",
        include_str!("../../../../otel-collector/distribution/manifest.yaml"),
    ),
];

/// `-trimpath`: no paths of this machine in the binary. `-buildvcs=false`: the sources lie in a build folder, whose
/// repository says nothing about them. `-mod=readonly`: what go.sum does not pin is an error, not a download.
const BUILD: [&str; 5] = [
    "build",
    "-v",
    "-trimpath",
    "-buildvcs=false",
    "-mod=readonly",
];

/// Where a binary came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `BELLWETHER_OTELCOL`.
    Variable,
    /// Built before, from these sources.
    Cache,
    /// `PATH`.
    Path,
    /// Built just now.
    Build,
}

/// A binary.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) origin: Origin,
}

/// How far a build is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Progress {
    /// Somebody else builds the same.
    Waiting { elapsed: Duration },
    /// Modules fetched and packages compiled so far.
    Building {
        modules: usize,
        packages: usize,
        elapsed: Duration,
    },
}

impl std::fmt::Display for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Waiting { elapsed } => {
                write!(
                    f,
                    "waiting for another build of the Collector, {} s",
                    elapsed.as_secs()
                )
            }
            Self::Building {
                modules,
                packages,
                elapsed,
            } => {
                write!(f, "building the Collector: ")?;
                if *modules > 0 {
                    write!(f, "{modules} modules fetched, ")?;
                }
                write!(f, "{packages} packages compiled, {} s", elapsed.as_secs())
            }
        }
    }
}

/// A binary without building: `None` if one would have to be built.
///
/// # Errors
///
/// [`Error::NotExecutable`] if `BELLWETHER_OTELCOL` names something else than a program.
pub(crate) fn find() -> Result<Option<Found>, Error> {
    if let Some(path) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        let path = PathBuf::from(path);
        if !is_executable(&path) {
            return Err(Error::NotExecutable { path });
        }
        return Ok(Some(Found {
            path,
            origin: Origin::Variable,
        }));
    }
    let built = binary();
    if is_executable(&built) {
        return Ok(Some(Found {
            path: built,
            origin: Origin::Cache,
        }));
    }
    let on_path = PROGRAMS.iter().find_map(|name| on_path(name));
    Ok(on_path.map(|path| Found {
        path,
        origin: Origin::Path,
    }))
}

/// A binary, built if there is none. `report` is called about once a second while that takes.
pub(crate) async fn obtain(report: &mut (dyn FnMut(Progress) + Send)) -> Result<Found, Error> {
    match find()? {
        Some(found) => Ok(found),
        None => build(report).await,
    }
}

/// The binary of these sources, built unless it is there already.
///
/// Cold, on two cores: several minutes. The first call of `go` may fetch some hundred modules.
pub(crate) async fn build(report: &mut (dyn FnMut(Progress) + Send)) -> Result<Found, Error> {
    let binary = binary();
    if is_executable(&binary) {
        return Ok(Found {
            path: binary,
            origin: Origin::Cache,
        });
    }
    let go = on_path("go").ok_or(Error::NoGo)?;
    let folder = binary.parent().unwrap_or(Path::new("."));
    let sources = folder.join("src");
    std::fs::create_dir_all(&sources).map_err(Error::io(format!("make {}", sources.display())))?;

    let _lock = lock(&folder.join("lock"), report).await?;
    if is_executable(&binary) {
        return Ok(Found {
            path: binary,
            origin: Origin::Cache,
        });
    }
    for (name, text) in SOURCES {
        let path = sources.join(name);
        std::fs::write(&path, text).map_err(Error::io(format!("write {}", path.display())))?;
    }
    let unfinished = folder.join(format!("{BINARY}.unfinished"));
    go_build(
        &go,
        &sources,
        &unfinished,
        &folder.join("build.log"),
        report,
    )
    .await?;
    std::fs::rename(&unfinished, &binary)
        .map_err(Error::io(format!("move the build to {}", binary.display())))?;
    Ok(Found {
        path: binary,
        origin: Origin::Build,
    })
}

/// Where the build of these sources lies or would lie.
pub(crate) fn binary() -> PathBuf {
    builds().join(hash()).join(BINARY)
}

fn hash() -> String {
    let mut context = Context::new(&SHA256);
    let mut add = |part: &str| {
        // The length first, so that no two lists of parts are one text.
        context.update(&part.len().to_be_bytes());
        context.update(part.as_bytes());
    };
    for (name, text) in SOURCES {
        add(name);
        add(text);
    }
    for argument in BUILD {
        add(argument);
    }
    add(std::env::consts::OS);
    add(std::env::consts::ARCH);
    let digest = context.finish();
    // Half of it is enough to tell sources apart, and keeps paths short.
    let bytes = digest.as_ref().iter().take(16);
    bytes.fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn builds() -> PathBuf {
    if let Some(repository) = repository() {
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        return target
            .unwrap_or_else(|| repository.join("target"))
            .join("collector");
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    cache
        .map_or_else(
            || PathBuf::from(".bellwether"),
            |cache| cache.join("bellwether"),
        )
        .join("collector")
}

/// The repository of this project that the working directory lies in.
fn repository() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let is_root = |folder: &&Path| {
        folder
            .join("otel-collector/distribution/manifest.yaml")
            .is_file()
    };
    here.ancestors().find(is_root).map(Path::to_path_buf)
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|path| is_executable(path))
}

async fn lock(
    path: &Path,
    report: &mut (dyn FnMut(Progress) + Send),
) -> Result<Flock<File>, Error> {
    let started = Instant::now();
    let cannot = || Error::io(format!("lock {}", path.display()));
    let mut file = File::create(path).map_err(cannot())?;
    loop {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => return Ok(lock),
            Err((unlocked, Errno::EWOULDBLOCK | Errno::EINTR)) => file = unlocked,
            Err((_, errno)) => return Err(cannot()(errno.into())),
        }
        report(Progress::Waiting {
            elapsed: started.elapsed(),
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn go_build(
    go: &Path,
    sources: &Path,
    output: &Path,
    log: &Path,
    report: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), Error> {
    let cannot_log = || Error::io(format!("write {}", log.display()));
    let mut log_file = tokio::fs::File::create(log).await.map_err(cannot_log())?;
    // `-o` counts from the folder that go runs in.
    let output = std::path::absolute(output).map_err(Error::io("find the working directory"))?;
    let mut child = Command::new(go)
        .args(BUILD)
        .arg("-o")
        .arg(output)
        .arg(".")
        .current_dir(sources)
        .env("GO111MODULE", "on")
        .env("GOWORK", "off")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::io(format!("run {}", go.display())))?;

    let started = Instant::now();
    let (mut modules, mut packages) = (0, 0);
    if let Some(stderr) = child.stderr.take() {
        let mut lines = BufReader::new(stderr).lines();
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                line = lines.next_line() => {
                    let Some(line) = line.map_err(Error::io("read what go says"))? else { break };
                    if line.starts_with("go: downloading ") { modules += 1 } else { packages += 1 }
                    log_file.write_all(format!("{line}\n").as_bytes()).await.map_err(cannot_log())?;
                }
                _ = tick.tick() => report(Progress::Building { modules, packages, elapsed: started.elapsed() }),
            }
        }
    }
    let status = child.wait().await.map_err(Error::io("wait for go"))?;
    log_file.flush().await.map_err(cannot_log())?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Build {
        status,
        log: log.to_owned(),
        tail: tail(log, 20),
    })
}

#[cfg(test)]
mod tests {
    use super::{BINARY, SOURCES, binary, hash};

    #[test]
    fn the_build_lies_under_its_hash() {
        assert_eq!(hash().len(), 32);
        assert!(binary().ends_with(format!("collector/{}/{BINARY}", hash())));
    }

    /// The manifest is what people read; what is compiled must be the same.
    #[test]
    fn manifest_components_and_modules_name_the_same_versions() {
        let text = |wanted| SOURCES.iter().find(|(name, _)| *name == wanted).unwrap().1;
        let listed: Vec<_> = text("manifest.yaml")
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- gomod: "))
            .collect();
        assert!(listed.len() > 15, "{listed:?}");
        for module in listed {
            assert!(text("go.mod").contains(module), "go.mod lacks {module}");
            let (path, version) = module.split_once(' ').unwrap();
            let short = path.trim_start_matches("go.opentelemetry.io/collector/");
            let short = short
                .trim_start_matches("github.com/open-telemetry/opentelemetry-collector-contrib/");
            if path.contains("/confmap/provider/") {
                assert!(text("main.go").contains(module), "main.go lacks {module}");
            } else {
                let entry = format!("\"{short}\", \"{version}\"");
                assert!(
                    text("components.go").contains(&entry),
                    "components.go lacks {entry}"
                );
            }
        }
    }
}

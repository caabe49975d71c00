//! Programs written in Go, built once from versions that are pinned in this repository.
//!
//! A folder holds a `go.mod` whose `tool` directives name the programs, and the `go.sum` of everything behind them.
//! `go build tool` makes them all. They, a `main.go` beside them, the arguments of the build and the platform are hashed (SHA-256) and
//! the programs lie under that hash in `target/`: whoever has the same files finds them, and nothing is rebuilt for
//! any other reason. Two builders at once: the second waits for the first, on a lock that the system lifts when its
//! holder dies. The folder gets its name only when all programs are in it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use ring::digest::{SHA256, digest};

const REMARK_EVERY: Duration = Duration::from_secs(10);

/// A folder of pinned Go tools.
///
/// ```
/// use bellwether_testing::{go_tools::GoTools, prometheus::TOOLS};
/// let GoTools { name, .. } = TOOLS;
/// assert!(TOOLS.folder().parent().unwrap().parent().unwrap().ends_with(name));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct GoTools {
    /// Name of the folder in `target/`.
    pub name: &'static str,
    /// Folder of `go.mod` and `go.sum`, from the root of the repository.
    pub module: &'static str,
    /// Build tags, with commas between them.
    pub tags: &'static str,
    /// The programs that the module's `tool` directives make.
    pub programs: &'static [&'static str],
}

/// Why there are no programs.
///
/// ```
/// use bellwether_testing::go_tools::Error;
/// assert!(Error::NoGo.to_string().contains("https://go.dev/dl"));
/// ```
#[derive(Debug)]
pub enum Error {
    /// There is no `go` to build them with.
    NoGo,
    /// Something else, in words.
    Failed(String),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoGo => f.write_str("Go is not installed (https://go.dev/dl)"),
            Self::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Error {}

impl GoTools {
    /// Where the programs lie or would lie.
    ///
    /// ```
    /// assert!(bellwether_testing::prometheus::TOOLS.folder().ends_with("bin"));
    /// ```
    pub fn folder(&self) -> PathBuf {
        self.build_folder().join("bin")
    }

    /// The folder of the programs if they are built.
    ///
    /// ```
    /// use bellwether_testing::prometheus::TOOLS;
    /// assert!(TOOLS.built().is_none_or(|folder| folder == TOOLS.folder()));
    /// ```
    pub fn built(&self) -> Option<PathBuf> {
        let folder = self.folder();
        let is_there = |name: &&str| folder.join(name).is_file();
        self.programs.iter().all(is_there).then_some(folder)
    }

    /// The folder of the programs, built unless they are there. `report` is called every few seconds meanwhile.
    ///
    /// ```no_run
    /// let folder = bellwether_testing::prometheus::TOOLS.build(&mut |progress| println!("{progress}"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoGo`] without a Go, [`Error::Failed`] with the end of what Go said, or with the file at fault.
    pub fn build(&self, report: &mut dyn FnMut(&str)) -> Result<PathBuf, Error> {
        if let Some(folder) = self.built() {
            return Ok(folder);
        }
        let has_go = Command::new("go")
            .arg("version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !has_go {
            return Err(Error::NoGo);
        }
        let home = self.build_folder();
        std::fs::create_dir_all(&home).map_err(failed("make", &home))?;
        let _lock = self.lock(&home.join("lock"), report)?;
        if let Some(folder) = self.built() {
            return Ok(folder);
        }
        let unfinished = home.join("unfinished");
        let _ = std::fs::remove_dir_all(&unfinished);
        std::fs::create_dir_all(&unfinished).map_err(failed("make", &unfinished))?;
        self.go_build(&unfinished, &home.join("build.log"), report)?;
        if let Some(missing) = self
            .programs
            .iter()
            .find(|name| !unfinished.join(name).is_file())
        {
            return Err(Error::Failed(format!("{} makes no {missing}", self.module)));
        }
        let folder = self.folder();
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::rename(&unfinished, &folder).map_err(failed("make", &folder))?;
        Ok(folder)
    }

    fn arguments(&self) -> [&str; 7] {
        // `-trimpath`, `-buildvcs=false`: the same bytes wherever they are built. `-mod=readonly`: what go.sum does
        // not pin is an error, not a download.
        [
            "build",
            "-v",
            "-trimpath",
            "-buildvcs=false",
            "-mod=readonly",
            "-tags",
            self.tags,
        ]
    }

    fn build_folder(&self) -> PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        target
            .unwrap_or_else(|| repository().join("target"))
            .join(self.name)
            .join(self.hash())
    }

    fn hash(&self) -> String {
        let module = repository().join(self.module);
        let read = |name: &str| std::fs::read_to_string(module.join(name)).unwrap_or_default();
        // A module may hold a program of its own.
        let mut text = read("go.mod") + &read("go.sum") + &read("main.go");
        let arguments = self.arguments();
        for part in arguments
            .iter()
            .chain(&[std::env::consts::OS, std::env::consts::ARCH])
        {
            text.push('\0');
            text.push_str(part);
        }
        // Half of it is enough to tell modules apart, and keeps paths short.
        let digest = digest(&SHA256, text.as_bytes());
        let bytes = digest.as_ref().iter().take(16);
        bytes.fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    fn lock(&self, path: &Path, report: &mut dyn FnMut(&str)) -> Result<Flock<File>, Error> {
        let mut file = File::create(path).map_err(failed("lock", path))?;
        let mut remarked = None::<Instant>;
        loop {
            match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
                Ok(lock) => return Ok(lock),
                Err((unlocked, Errno::EWOULDBLOCK | Errno::EINTR)) => file = unlocked,
                Err((_, errno)) => return Err(failed("lock", path)(errno.into())),
            }
            if remarked.is_none_or(|at| at.elapsed() >= REMARK_EVERY) {
                remarked = Some(Instant::now());
                report(&format!("waiting for another build of {}", self.name));
            }
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    fn go_build(
        &self,
        output: &Path,
        log: &Path,
        report: &mut dyn FnMut(&str),
    ) -> Result<(), Error> {
        let output = std::path::absolute(output).map_err(failed("find", output))?;
        let module = repository().join(self.module);
        let mut child = Command::new("go")
            .args(self.arguments())
            .arg("-o")
            .arg(output)
            .arg("tool")
            .current_dir(&module)
            .envs([("GO111MODULE", "on"), ("GOWORK", "off")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed("run go in", &module))?;

        let started = Instant::now();
        let mut remarked = started;
        let (mut modules, mut packages) = (0, 0);
        let mut said = Vec::new();
        let mut log_file = File::create(log).map_err(failed("write", log))?;
        let stderr = child.stderr.take().into_iter();
        for line in stderr
            .flat_map(|stderr| BufReader::new(stderr).lines())
            .map_while(Result::ok)
        {
            if line.starts_with("go: downloading ") {
                modules += 1;
            } else {
                packages += 1;
            }
            writeln!(log_file, "{line}").map_err(failed("write", log))?;
            said.push(line);
            if remarked.elapsed() >= REMARK_EVERY {
                remarked = Instant::now();
                report(&format!(
                    "building {}: {modules} modules fetched, {packages} packages compiled, {} s",
                    self.name,
                    started.elapsed().as_secs()
                ));
            }
        }
        let status = child.wait().map_err(failed("wait for go in", &module))?;
        if status.success() {
            return Ok(());
        }
        let end = said[said.len().saturating_sub(20)..].join("\n");
        Err(Error::Failed(format!(
            "go could not build {} ({status}); the end of {}:\n{end}",
            self.module,
            log.display()
        )))
    }
}

/// The root of this repository.
pub(crate) fn repository() -> &'static Path {
    let this_crate = Path::new(env!("CARGO_MANIFEST_DIR"));
    this_crate.ancestors().nth(2).unwrap_or(this_crate)
}

fn failed(what: &str, path: &Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let subject = format!("cannot {what} {}", path.display());
    move |error| Error::Failed(format!("{subject}: {error}"))
}

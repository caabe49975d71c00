//! Fetches each client with its language's own tool into `target/clients/`, in the versions its lockfile names.
//!
//! What is there already, of the same lockfile, is taken as it is. A language whose runtime or registry is not there is skipped:
//! the reason is printed and left in `target/clients/skipped/`, where `./test` finds it for its summary. A client that is there
//! and does not compile fails its test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support::{stderr, stdout};

/// A command that runs a client, or why there is none.
type Installed = Result<Command, String>;

fn source(language: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join("testing/clients").join(language)
}

fn target(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../clients");
    fs::create_dir_all(&folder).unwrap();
    folder.canonicalize().unwrap().join(name)
}

/// Says that a client is left out, where people look.
pub(crate) fn or_say_why(language: &str, installed: Installed) -> Option<Command> {
    let note = target("skipped").join(language);
    match installed {
        Ok(command) => {
            let _ = fs::remove_file(note);
            Some(command)
        }
        Err(why) => {
            let why = format!("the client of {language}: {}", why.trim());
            println!("skipped: {why}");
            fs::create_dir_all(target("skipped")).unwrap();
            fs::write(note, format!("{why}\n")).unwrap();
            None
        }
    }
}

/// The runtime in words, or that it is not there.
fn runtime(name: &str, version: &str) -> Result<String, String> {
    let output = Command::new(name).arg(version).output();
    let output = output.map_err(|error| format!("{name} is not installed ({error})"))?;
    if !output.status.success() {
        return Err(format!("{name} {version} fails: {}", stderr(&output)));
    }
    Ok(stdout(&output))
}

/// Runs a step that asks a registry.
fn fetch(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let said = format!("{}{}", stdout(&output), stderr(&output));
    println!("{command:?}\n{said}");
    // Tools begin with what failed and end with where their logs are.
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let reason: Vec<_> = lines.take(3).collect();
    Err(format!("it could not be fetched: {}", reason.join("; ")))
}

/// Runs a step that needs nothing from outside.
fn compile(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", stderr(&output));
}

/// Installs into an empty folder unless it was done before with the same files.
fn once(
    language: &str,
    files: &[&str],
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let folder = target(language);
    let stamp = folder.join("installed");
    let wanted: String = files
        .iter()
        .map(|file| fs::read_to_string(source(language).join(file)).unwrap())
        .collect();
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    install(&folder)?;
    fs::write(stamp, wanted).unwrap();
    Ok(folder)
}

pub(crate) fn python() -> Installed {
    runtime("python3", "--version")?;
    let lock = source("python").join("requirements.txt");
    let folder = once("python", &["requirements.txt"], |folder| {
        let venv = folder.join("venv");
        fetch(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let mut pip = Command::new(venv.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--requirement"]);
        fetch(pip.arg(lock))
    })?;
    let mut command = Command::new(folder.join("venv/bin/python"));
    command.arg(source("python").join("client.py"));
    Ok(command)
}

pub(crate) fn node() -> Installed {
    let version = runtime("node", "--version")?;
    let major = version.trim().trim_start_matches('v').split('.').next();
    if major.and_then(|major| major.parse().ok()) < Some(20) {
        return Err(format!("Node 20 or later is wanted, this is {version}"));
    }
    runtime("npm", "--version")?;
    let files = ["package.json", "package-lock.json"];
    let folder = once("node", &files, |folder| {
        for file in files {
            fs::copy(source("node").join(file), folder.join(file)).unwrap();
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        fetch(npm.current_dir(folder))
    })?;
    let mut command = Command::new("node");
    command.arg(source("node").join("client.js"));
    command.env("NODE_PATH", folder.join("node_modules"));
    Ok(command)
}

pub(crate) fn java() -> Installed {
    runtime("javac", "-version")?;
    runtime("mvn", "--version")?;
    let folder = once("java", &["pom.xml", "Client.java"], |folder| {
        let mut maven = Command::new("mvn");
        maven.args(["--quiet", "--batch-mode", "--file"]);
        maven.arg(source("java").join("pom.xml"));
        maven.arg("org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies");
        maven.arg(format!(
            "-DoutputDirectory={}",
            folder.join("jars").display()
        ));
        fetch(&mut maven)?;
        let mut javac = Command::new("javac");
        javac.args(["-encoding", "UTF-8", "-cp"]);
        javac.arg(folder.join("jars/*"));
        javac.arg("-d").arg(folder.join("classes"));
        compile(javac.arg(source("java").join("Client.java")));
        Ok(())
    })?;
    let mut command = Command::new("java");
    let (classes, jars) = (folder.join("classes"), folder.join("jars/*"));
    command.arg("-cp");
    command.arg(format!("{}:{}", classes.display(), jars.display()));
    command.arg("Client");
    Ok(command)
}

/// The folder of what Go builds; its own cache knows what is new.
fn built_by_go() -> Result<PathBuf, String> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let build = || {
        runtime("go", "version")?;
        let mut download = Command::new("go");
        fetch(download.args(["mod", "download"]).current_dir(source("go")))?;
        let folder = target("go");
        // The flags of the Collector's build, so that both find the same packages in the cache.
        let mut go = Command::new("go");
        go.args(["build", "-trimpath", "-buildvcs=false", "-mod=readonly"]);
        go.arg("-o").arg(format!("{}/", folder.display()));
        go.args([
            ".",
            "github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen",
        ]);
        fs::create_dir_all(&folder).unwrap();
        compile(go.current_dir(source("go")));
        Ok(folder)
    };
    BUILT.get_or_init(build).clone()
}

pub(crate) fn go() -> Installed {
    built_by_go().map(|folder| Command::new(folder.join("clients")))
}

pub(crate) fn telemetrygen() -> Installed {
    built_by_go().map(|folder| Command::new(folder.join("telemetrygen")))
}

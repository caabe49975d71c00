//! `bellwether exec` with real programs: what they get and what comes back must be as if nobody stood between.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use support::{bellwether, stderr, stdout};

/// `exec` with telemetry that has nowhere to go at once: these tests are about the program.
fn exec(arguments: &[&str]) -> Command {
    let mut command = bellwether();
    command
        .arg("exec")
        .args(arguments)
        .env("OTEL_SDK_DISABLED", "true");
    command
}

/// As [`exec`], with the usual disposition of every signal: whoever runs the tests under `nohup` or in the background
/// has some of them ignored, and the ignored stay ignored.
fn exec_with_usual_signals(args: &[&str]) -> Command {
    let plain = exec(args);
    let mut command = Command::new("env");
    command
        .arg("--default-signal=HUP,INT,QUIT,TERM,USR1")
        .arg(plain.get_program())
        .args(plain.get_args())
        .env_clear();
    for (name, value) in plain.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
}

fn code(arguments: &[&str]) -> Option<i32> {
    exec(arguments).output().unwrap().status.code()
}

#[test]
fn the_exit_code_is_the_programs_own() {
    for expected in [0, 1, 2, 3, 42, 124, 255] {
        let script = format!("exit {expected}");
        assert_eq!(code(&["--", "sh", "-c", &script]), Some(expected));
    }
}

#[test]
fn a_program_ended_by_a_signal_gives_128_and_its_number() {
    for (signal, expected) in [("TERM", 143), ("KILL", 137), ("SEGV", 139)] {
        let script = format!("kill -{signal} $$");
        assert_eq!(
            code(&["--", "sh", "-c", &script]),
            Some(expected),
            "{signal}"
        );
    }
}

#[test]
fn what_cannot_be_run_has_the_codes_of_a_shell() {
    let missing = exec(&["--", "no-such-program-anywhere"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(127));
    assert!(stderr(&missing).contains("no-such-program-anywhere"));
    assert!(stdout(&missing).is_empty());

    let file = tempfile::NamedTempFile::new().unwrap();
    assert_eq!(code(&["--", file.path().to_str().unwrap()]), Some(126));
}

#[test]
fn options_behind_the_program_are_the_programs() {
    let output = exec(&["echo", "--name", "x", "--", "--help"])
        .output()
        .unwrap();
    assert_eq!(stdout(&output), "--name x -- --help\n");
}

#[test]
fn no_command_is_wrong_usage() {
    assert_eq!(code(&[]), Some(2));
}

#[test]
fn bytes_pass_through_unchanged() {
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend(b"\r\n\0no newline at the end");
    let mut child = exec(&["--", "cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, bytes);
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn arguments_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let argument = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    let output = exec(&["--", "printf", "%s"])
        .arg(argument)
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"\xff\xfe");
}

/// A program that has said it is ready, and its standard output.
fn ready(mut command: Command) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    (child, out)
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
}

#[test]
fn signals_reach_the_program_and_its_answer_counts() {
    for (name, number) in [
        ("HUP", Signal::SIGHUP),
        ("INT", Signal::SIGINT),
        ("QUIT", Signal::SIGQUIT),
        ("TERM", Signal::SIGTERM),
        ("USR1", Signal::SIGUSR1),
    ] {
        // The shell runs its trap only when `read` is interrupted or over, so it waits for input that never comes.
        let script =
            format!("trap 'echo got {name}; exit 7' {name}; echo ready; while :; do read x; done");
        let mut command = exec_with_usual_signals(&["--", "sh", "-c", &script]);
        command.stdin(Stdio::piped());
        let (mut child, mut out) = ready(command);
        signal(&child, number);
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, format!("got {name}\n"), "exactly once");
        assert_eq!(child.wait().unwrap().code(), Some(7), "{name}");
    }
}

#[test]
fn a_program_that_does_not_catch_the_signal_ends_by_it() {
    let mut command = exec_with_usual_signals(&["--", "sh", "-c", "echo ready; read x"]);
    command.stdin(Stdio::piped());
    let (mut child, _out) = ready(command);
    // Waiting closes the child's input, and its end would end the program before the signal does.
    let _input = child.stdin.take();
    signal(&child, Signal::SIGTERM);
    let status = child.wait().unwrap();
    assert_eq!((status.code(), status.signal()), (Some(143), None));
}

#[test]
fn an_ignored_hangup_stays_ignored_for_the_program() {
    let bellwether = env!("CARGO_BIN_EXE_bellwether");
    let script =
        format!("trap '' HUP; exec {bellwether} exec -- sh -c 'kill -HUP $$; echo survived'");
    let output = Command::new("sh")
        .args(["-c", &script])
        .env("OTEL_SDK_DISABLED", "true")
        .output()
        .unwrap();
    assert_eq!(stdout(&output), "survived\n");
    assert_eq!(output.status.code(), Some(0));
}

/// The terminal sends its interrupt to the whole foreground group, so the program has it already: passed on as well,
/// it would count twice. Two that come at once are one to the program, so ours leaves the group and must get none;
/// a signal sent by a process, after it, shows that whatever there was to pass on has been.
#[test]
fn an_interrupt_from_the_terminal_is_not_passed_on() {
    let has_script = Command::new("script").arg("--version").output().is_ok();
    if !has_script {
        return; // script(1) of util-linux gives us the terminal
    }
    let folder = tempfile::tempdir().unwrap();
    let got = folder.path().join("got");
    let program = format!(
        "trap 'echo INT >> {got}' INT
         trap 'echo USR1 >> {got}' USR1
         echo ready
         until read line && [ \"$line\" = go ]; do :; done
         kill -USR1 $PPID
         until grep -q USR1 {got} 2>/dev/null; do sleep 0.01; done",
        got = got.display()
    );
    let program_file = folder.path().join("program");
    std::fs::write(&program_file, program).unwrap();
    let bellwether = env!("CARGO_BIN_EXE_bellwether");
    let exec = format!(
        "exec {bellwether} exec -- setsid sh {}",
        program_file.display()
    );
    let mut terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &exec, "/dev/null"])
        .env("OTEL_SDK_DISABLED", "true")
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keys = terminal.stdin.take().unwrap();
    let mut screen = BufReader::new(terminal.stdout.take().unwrap());
    let mut line = String::new();
    screen.read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "ready");
    // Ctrl-C first; the line behind it is read only when the interrupt has been sent.
    keys.write_all(b"\x03go\n").unwrap();
    screen.read_to_string(&mut line).unwrap();
    drop(keys);
    assert_eq!(terminal.wait().unwrap().code(), Some(0), "{line}");
    assert_eq!(std::fs::read_to_string(&got).unwrap(), "USR1\n");
}

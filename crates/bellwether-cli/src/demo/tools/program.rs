//! The tool that runs a program.
//!
//! The program gets nothing to read, the trace context in its environment, and a time limit. What it prints is counted
//! and thrown away: it may be anything, and telemetry is no place for it. A program that is stopped early, by its
//! limit or because the caller went away, is killed; programs that it started itself lie in the process group of the
//! worker and end with it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::ToolError;

/// Runs `command` in `dir` for at most `limit`; answers how many bytes it printed.
pub(crate) async fn run(
    mut command: Command,
    name: &str,
    dir: &Path,
    limit: Duration,
) -> Result<u64, ToolError> {
    let not_started = |error| ToolError::NotStarted {
        program: name.to_owned(),
        error,
    };
    let mut child = command
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(not_started)?;
    let stdout = child.stdout.take();
    let whole = async {
        let mut printed = 0;
        if let Some(mut stdout) = stdout {
            let mut buffer = vec![0_u8; 8192];
            loop {
                match stdout.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(read) => printed += read as u64,
                }
            }
        }
        child.wait().await.map(|status| (status, printed))
    };
    let ended = tokio::time::timeout(limit, whole).await;
    match ended {
        Ok(Ok((status, printed))) if status.success() => Ok(printed),
        Ok(Ok((status, _))) => Err(ToolError::Failed {
            program: name.to_owned(),
            status,
        }),
        Ok(Err(error)) => Err(not_started(error)),
        Err(_elapsed) => {
            let _ = child.start_kill();
            let _ = child.wait().await;
            Err(ToolError::Timeout {
                program: name.to_owned(),
                limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, Instant};

    use tokio::process::Command;

    use super::run;

    async fn shell(script: &str, limit: Duration) -> Result<u64, &'static str> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, "sh", Path::new("/"), limit)
            .await
            .map_err(|error| error.kind())
    }

    #[tokio::test]
    async fn a_program_ends_as_it_ends() {
        let long = Duration::from_secs(20);
        assert_eq!(shell("printf abc", long).await, Ok(3));
        assert_eq!(shell("exit 3", long).await, Err("exit_code"));
        let began = Instant::now();
        assert_eq!(
            shell("exec sleep 30", Duration::from_millis(50)).await,
            Err("timeout")
        );
        assert!(began.elapsed() < Duration::from_secs(10));
        let missing = Command::new("no-such-program");
        let error = run(missing, "no-such-program", Path::new("/"), long)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), "not_found");
    }
}

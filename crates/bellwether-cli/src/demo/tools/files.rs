//! The tools that look into files.
//!
//! File work blocks, so it runs on the blocking threads of the runtime; the caller's span wraps the wait.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::ToolError;

/// The most an agent takes in of one file.
const MAX_BYTES: u64 = 1024 * 1024;

/// The text of a file.
pub(crate) async fn read(dir: &Path, file: &Path) -> Result<String, ToolError> {
    let path = dir.join(file);
    let name = file.display().to_string();
    let bytes = off_the_runtime(move || bytes_of(&path, &name)).await?;
    String::from_utf8(bytes).map_err(|error| ToolError::NotText {
        path: file.display().to_string(),
        at: error.utf8_error().valid_up_to(),
    })
}

/// How many lines of the file hold the words.
pub(crate) async fn search(dir: &Path, file: &Path, query: &str) -> Result<u64, ToolError> {
    let text = read(dir, file).await?;
    Ok(text.lines().filter(|line| line.contains(query)).count() as u64)
}

/// Lines and bytes of a file, which need not be text.
pub(crate) async fn count(dir: &Path, file: &Path) -> Result<(u64, u64), ToolError> {
    let path = dir.join(file);
    let name = file.display().to_string();
    let bytes = off_the_runtime(move || bytes_of(&path, &name)).await?;
    let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
    Ok((lines as u64, bytes.len() as u64))
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ToolError> + Send + 'static,
) -> Result<T, ToolError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            Err(ToolError::File {
                path: String::new(),
                error: std::io::Error::other(error),
            })
        })
}

fn bytes_of(path: &PathBuf, name: &str) -> Result<Vec<u8>, ToolError> {
    let failed = |error| ToolError::File {
        path: name.to_owned(),
        error,
    };
    let about = std::fs::metadata(path).map_err(failed)?;
    // A pipe or a device could block for ever.
    if !about.is_file() {
        let kind = if about.is_dir() {
            std::io::ErrorKind::IsADirectory
        } else {
            std::io::ErrorKind::Unsupported
        };
        return Err(failed(kind.into()));
    }
    if about.len() > MAX_BYTES {
        return Err(ToolError::TooBig {
            path: name.to_owned(),
            size: about.len(),
            limit: MAX_BYTES,
        });
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes))
        .map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{ToolError, count, read, search};

    #[tokio::test]
    async fn tools_fail_as_the_files_make_them_fail() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        std::fs::write(dir.join("binary"), b"ab\xff\ncd").unwrap();
        std::fs::write(dir.join("text"), "one\ntwo\none\n").unwrap();
        std::fs::File::create(dir.join("huge"))
            .unwrap()
            .set_len(super::MAX_BYTES + 1)
            .unwrap();
        std::fs::create_dir(dir.join("folder")).unwrap();

        let error = read(dir, Path::new("binary")).await.unwrap_err();
        assert!(matches!(error, ToolError::NotText { at: 2, .. }), "{error}");
        assert_eq!(count(dir, Path::new("binary")).await.unwrap(), (1, 6));
        assert_eq!(search(dir, Path::new("text"), "one").await.unwrap(), 2);
        let kind = |file: &'static str| async move {
            read(dir, Path::new(file)).await.unwrap_err().kind()
        };
        assert_eq!(kind("missing").await, "not_found");
        assert_eq!(kind("huge").await, "too_big");
        assert_eq!(kind("folder").await, "is_a_directory");
    }
}

//! The index that the tools look into: which words occur in the directory, and how often.
//!
//! It is a file, made once and read at each call, as a tool reads what somebody else maintains. Gone, the tools fail.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::demo::model::tokens;

/// The most files that are indexed, and bytes of each: a demo on `/` must not read for minutes.
const MOST_FILES: usize = 60;
const MOST_BYTES: u64 = 8 * 1024;
/// Folders that tools fill are left out.
const NOT_INDEXED: [&str; 4] = [".git", "target", "node_modules", ".bellwether"];

/// The file of the index.
#[derive(Debug, Clone)]
pub(crate) struct Index(PathBuf);

impl Index {
    pub(crate) const fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Reads the directory and writes the index. Answers how many words it has.
    pub(crate) fn build(&self, dir: &Path) -> std::io::Result<usize> {
        let mut words: BTreeMap<String, u64> = BTreeMap::new();
        let mut open = vec![dir.to_path_buf()];
        let mut files = 0;
        while let Some(folder) = open.pop() {
            let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            for entry in entries {
                let Ok(kind) = entry.file_type() else {
                    continue;
                };
                if kind.is_dir() {
                    if !NOT_INDEXED.iter().any(|name| entry.file_name() == *name) {
                        open.push(entry.path());
                    }
                } else if kind.is_file() && files < MOST_FILES {
                    files += 1;
                    add_file(&mut words, &entry.path());
                }
            }
            if files >= MOST_FILES {
                break;
            }
        }
        std::fs::write(&self.0, serde_json::to_vec(&words)?)?;
        Ok(words.len())
    }

    /// How often the words that contain `query` occur.
    pub(crate) fn look_up(&self, query: &str) -> std::io::Result<u64> {
        let query = query.trim().to_lowercase();
        let words = self.read()?;
        let matching = words.iter().filter(|(word, _)| word.contains(&query));
        Ok(matching.map(|(_, count)| count).sum())
    }

    /// The words that occur most.
    pub(crate) fn most_frequent(&self, most: usize) -> std::io::Result<Vec<String>> {
        let mut words: Vec<_> = self.read()?.into_iter().collect();
        words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(words.into_iter().take(most).map(|(word, _)| word).collect())
    }

    fn read(&self) -> std::io::Result<BTreeMap<String, u64>> {
        Ok(serde_json::from_slice(&std::fs::read(&self.0)?)?)
    }
}

fn add_file(words: &mut BTreeMap<String, u64>, path: &Path) {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| {
        let mut file = file.take(MOST_BYTES);
        file.read_to_end(&mut bytes)
    });
    // What is no text has no words.
    let text = match (read, std::str::from_utf8(&bytes)) {
        (Ok(_), Ok(text)) => text,
        // The end may lie inside a sign.
        (Ok(_), Err(error)) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        _ => return,
    };
    for word in tokens::words(text) {
        *words.entry(word).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::Index;

    #[test]
    fn words_are_found_as_long_as_the_file_is_there() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), "Errors are errors, an error is not.").unwrap();
        std::fs::write(dir.path().join("b"), b"error \xff").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index.json");
        let index = Index::at(path.clone());
        assert_eq!(index.build(dir.path()).unwrap(), 4);
        assert_eq!(index.look_up("error ").unwrap(), 3);
        assert_eq!(index.most_frequent(1).unwrap(), ["errors"]);
        std::fs::remove_file(path).unwrap();
        assert!(index.look_up("error").is_err());
    }
}

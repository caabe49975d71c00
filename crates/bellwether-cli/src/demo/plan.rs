//! What there is to do in a directory.
//!
//! The plan is made from what lies there: each folder with files becomes an area, the biggest first, and each session
//! takes the next few. Folders that tools fill (`.git`, `target`, `node_modules`) are not walked. A few files that a
//! repository usually has are asked for whether they exist or not; that is what agents do, and why reads fail.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The most files a plan holds: a demo on `/` must not walk for minutes.
const MAX_FILES: usize = 5_000;
/// The most files of one area.
const FILES_IN_AREA: usize = 8;
/// How many areas one session looks into.
const AREAS_IN_SESSION: usize = 3;
/// Folders that are not walked.
const NOT_WALKED: [&str; 4] = [".git", "target", "node_modules", ".bellwether"];
/// Files that agents ask a repository for first.
const USUAL_FILES: [&str; 4] = ["README.md", "CHANGELOG.md", "Makefile", ".git/index"];
/// What the sessions search for, in turn.
const QUERIES: [&str; 4] = ["error", "TODO", "fn ", "http"];

/// Files that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Area {
    /// The folder, relative to the directory; `.` is the directory.
    pub(super) name: String,
    /// Relative to the directory.
    pub(super) files: Vec<PathBuf>,
}

/// Everything there is to do.
#[derive(Debug)]
pub(super) struct Plan {
    areas: Vec<Area>,
    /// How many files there are.
    pub(super) files: usize,
    /// How many were left out because their names are not UTF-8: they travel as JSON.
    pub(super) unnameable: usize,
}

impl Plan {
    /// Walks the directory. Folders that cannot be read are left out.
    pub(super) fn of(dir: &Path) -> Self {
        let mut by_folder: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
        let mut open = vec![dir.to_path_buf()];
        let mut files = 0;
        let mut unnameable = 0;
        while let Some(folder) = open.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries.flatten() {
                let Ok(kind) = entry.file_type() else {
                    continue;
                };
                let name = entry.file_name();
                if kind.is_dir() {
                    if !NOT_WALKED.iter().any(|n| name == *n) {
                        open.push(entry.path());
                    }
                } else if files < MAX_FILES
                    && let Ok(path) = entry.path().strip_prefix(dir)
                {
                    if path.to_str().is_none() {
                        unnameable += 1;
                        continue;
                    }
                    files += 1;
                    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
                    by_folder
                        .entry(folder)
                        .or_default()
                        .push(path.to_path_buf());
                }
            }
            if files >= MAX_FILES {
                break;
            }
        }
        let mut areas: Vec<Area> = by_folder
            .into_iter()
            .map(|(folder, mut files)| {
                files.sort();
                Area {
                    name: if folder.as_os_str().is_empty() {
                        ".".to_owned()
                    } else {
                        folder.display().to_string()
                    },
                    files,
                }
            })
            .collect();
        // Stable: equal ones stay in the order of their names.
        areas.sort_by_key(|area| std::cmp::Reverse(area.files.len()));
        Self {
            areas,
            files,
            unnameable,
        }
    }

    /// The areas of one session. The usual files come first, the rest in turn.
    pub(super) fn session(&self, number: u32) -> Vec<Area> {
        let usual = Area {
            name: "usual files".to_owned(),
            files: USUAL_FILES.iter().map(PathBuf::from).collect(),
        };
        let mut areas = vec![usual];
        let wanted = (AREAS_IN_SESSION - 1).min(self.areas.len());
        for offset in 0..wanted {
            let turn = number as usize * wanted + offset;
            let round = turn / self.areas.len();
            let area = &self.areas[turn % self.areas.len()];
            // The second time around an area shows its next files.
            let chunks: Vec<_> = area.files.chunks(FILES_IN_AREA).collect();
            if let Some(files) = chunks.get(round % chunks.len().max(1)) {
                areas.push(Area {
                    name: area.name.clone(),
                    files: files.to_vec(),
                });
            }
        }
        areas
    }

    /// What a session searches for.
    pub(super) const fn query(number: u32) -> &'static str {
        QUERIES[number as usize % QUERIES.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::Plan;

    #[test]
    fn sessions_go_through_all_files_in_turn() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["a", "b", "target"] {
            std::fs::create_dir(dir.path().join(folder)).unwrap();
            for n in 0..10 {
                std::fs::write(dir.path().join(folder).join(n.to_string()), "x").unwrap();
            }
        }
        let plan = Plan::of(dir.path());
        assert_eq!(plan.files, 20, "folders that tools fill are not walked");
        let seen: std::collections::BTreeSet<_> = (0..2)
            .flat_map(|n| plan.session(n))
            .filter(|area| area.name != "usual files")
            .flat_map(|area| area.files)
            .collect();
        assert_eq!(seen.len(), 20);
    }

    #[test]
    fn an_empty_directory_leaves_the_usual_files() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Plan::of(dir.path()).session(7).len(), 1);
        assert_eq!(Plan::of(&dir.path().join("missing")).session(0).len(), 1);
    }
}

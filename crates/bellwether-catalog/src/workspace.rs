//! Where the workspace keeps the outputs of its own registry.

use std::path::{Path, PathBuf};

use bellwether_catalog::boards::Boards;
use bellwether_catalog::{Error, Links, Monitoring, Options, Output, load, render};

/// The committed files, with their contents as they should be.
pub(crate) fn outputs() -> Result<Vec<(PathBuf, String)>, Error> {
    let crate_directory = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = crate_directory.join("../..");
    let registry = load(crate_directory.join("registry"))?;
    let monitoring = Monitoring::builtin(&registry)?;
    let links = Links::default();
    let alerts = registry.metrics.iter().flat_map(|metric| &metric.alerts);
    let options = Options {
        annotations: alerts
            .map(|alert| {
                let annotations = monitoring.annotations(&alert.name, &links);
                (alert.name.clone(), annotations)
            })
            .collect(),
        runtime: "crate::metrics".to_owned(),
        appendix: include_str!("../docs/from-other-apis.md").to_owned(),
        feature: None,
        units: false, // the crate's recorders are written by hand
        ..Options::default()
    };
    let place = |Output { path, text }: Output| {
        let target = match path.strip_prefix("rust/") {
            Some(module) => root
                .join("crates/bellwether/src/metrics/generated")
                .join(module),
            None if path.starts_with("prometheus/") || path.starts_with("dash0/") => {
                root.join("dashboards").join(path)
            }
            None if path == "catalog.json" => crate_directory.join(path),
            None => root.join("docs").join(path),
        };
        (target, text)
    };
    let mut outputs = render(&registry, &options);
    outputs.extend(monitoring.outputs(&registry, &links));
    let mut outputs: Vec<(PathBuf, String)> = outputs.into_iter().map(place).collect();
    let boards = Boards::load(crate_directory.join("boards"))?.render(&registry, &monitoring)?;
    let in_dashboards = |Output { path, text }: Output| (root.join("dashboards").join(path), text);
    outputs.extend(boards.into_iter().map(in_dashboards));
    Ok(outputs)
}

/// Writes the committed files and removes generated modules of families that are gone.
pub(crate) fn regenerate() -> Result<(), Error> {
    let outputs = outputs()?;
    for (path, text) in &outputs {
        let failed = |source| Error::Io {
            path: path.clone(),
            source,
        };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        std::fs::write(path, text).map_err(failed)?;
    }
    for path in stale(&outputs)? {
        std::fs::remove_file(&path).map_err(|source| Error::Io { path, source })?;
    }
    Ok(())
}

/// Directories in which every file is generated, from the root of the workspace.
const GENERATED: [&str; 3] = [
    "crates/bellwether/src/metrics/generated",
    "dashboards/grafana",
    "dashboards/dash0/dashboards",
];

/// Files in the directories of generated ones that no definition stands behind.
pub(crate) fn stale(outputs: &[(PathBuf, String)]) -> Result<Vec<PathBuf>, Error> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut stale = Vec::new();
    for directory in GENERATED.map(|directory| root.join(directory)) {
        if !directory.exists() {
            continue;
        }
        let failed = |source| Error::Io {
            path: directory.clone(),
            source,
        };
        for entry in std::fs::read_dir(&directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let generated = |(known, _): &(PathBuf, String)| {
                known.file_name() == path.file_name()
                    && known.parent().map(Path::file_name) == path.parent().map(Path::file_name)
            };
            if !outputs.iter().any(generated) {
                stale.push(path);
            }
        }
    }
    Ok(stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committed_files_are_what_the_registry_makes() {
        let outputs = outputs().unwrap();
        for (path, text) in &outputs {
            let committed = std::fs::read_to_string(path).unwrap_or_default();
            let line = committed
                .lines()
                .zip(text.lines())
                .position(|(one, other)| one != other);
            assert!(
                committed == *text,
                "{} differs from the registry at line {:?}; run `cargo run -p bellwether-catalog`",
                path.display(),
                line.map(|line| line + 1)
            );
        }
        assert_eq!(stale(&outputs).unwrap(), Vec::<PathBuf>::new());
    }

    #[test]
    fn equal_input_gives_equal_bytes() {
        assert_eq!(outputs().unwrap(), outputs().unwrap());
    }
}

//! From files to a [`Registry`]: reading in the order of file names, then the rules.

mod entries;
pub(crate) mod fields;
pub(crate) mod values;

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Problem, Rule};
use crate::model::Registry;
use crate::{rules, yaml};
use fields::{Fields, Problems};

/// Reads and checks the registry in a directory: its `.yaml` files, without sub-directories.
///
/// # Errors
/// [`Error::Io`] where a file cannot be read, [`Error::Empty`] where there is none, and
/// [`Error::Invalid`] with every problem found.
///
/// ```
/// let registry = bellwether_catalog::load(concat!(env!("CARGO_MANIFEST_DIR"), "/registry"))?;
/// assert!(registry.metrics.len() > 100);
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
pub fn load(directory: impl AsRef<Path>) -> Result<Registry, Error> {
    let sources = sources(directory.as_ref())?;
    let borrowed: Vec<(&str, &str)> = sources
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    load_sources(&borrowed)
}

/// Name and text of the `.yaml` files of a directory, in the order of their names.
pub(crate) fn sources(directory: &Path) -> Result<Vec<(String, String)>, Error> {
    let failed = |source| Error::Io {
        path: directory.to_owned(),
        source,
    };
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|source| Error::Io {
            path: path.clone(),
            source,
        })?;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        sources.push((name, text));
    }
    if sources.is_empty() {
        return Err(Error::Empty(directory.to_owned()));
    }
    sources.sort();
    Ok(sources)
}

/// Reads and checks a registry given as pairs of file name and text, in the order given.
///
/// # Errors
/// [`Error::Invalid`] with every problem found.
///
/// ```
/// let text = "file_format: definition/2\nattributes:\n  - {key: region, type: string, brief: Region, stability: stable}\n";
/// let registry = bellwether_catalog::load_sources(&[("team.yaml", text)])?;
/// assert_eq!(registry.attributes[0].key, "region");
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
pub fn load_sources(sources: &[(&str, &str)]) -> Result<Registry, Error> {
    let mut problems = Problems::new();
    let mut registry = Registry::default();
    for (name, text) in sources {
        let file: Arc<str> = Arc::from(*name);
        match yaml::parse(&file, text) {
            Err(problem) => problems.push(problem),
            Ok(node) => {
                let Some(fields) = Fields::new(node, "the file", &mut problems) else {
                    continue;
                };
                if *name == "manifest.yaml" {
                    manifest(fields, &mut registry, &mut problems);
                } else {
                    definitions(fields, &mut registry, &mut problems);
                }
            }
        }
    }
    // Rules look across entries; on top of entries that could not be read they would report ghosts.
    if problems.is_empty() {
        problems = rules::check(&registry);
    }
    if problems.is_empty() {
        return Ok(registry);
    }
    problems.sort();
    Err(Error::Invalid(problems))
}

fn manifest(mut fields: Fields, registry: &mut Registry, problems: &mut Problems) {
    registry.schema_url = fields.required("schema_url", problems).unwrap_or_default();
    for key in ["description", "stability", "dependencies"] {
        fields.take(key);
    }
    fields.finish(problems);
}

fn definitions(mut fields: Fields, registry: &mut Registry, problems: &mut Problems) {
    match fields.take("file_format") {
        Some(node) => {
            let location = node.location.clone();
            let format = fields::scalar(node, "file_format", problems);
            if format
                .as_deref()
                .is_some_and(|format| format != "definition/2")
            {
                problems.push(Problem::new(
                    location,
                    Rule::Shape,
                    "`file_format` must be `definition/2`",
                ));
            }
        }
        None => fields.problem(problems, "has no `file_format`"),
    }
    for node in fields.list("attributes", problems) {
        registry
            .attributes
            .extend(entries::attribute(node, problems));
    }
    for node in fields.list("metrics", problems) {
        registry.metrics.extend(entries::metric(node, problems));
    }
    for node in fields.list("spans", problems) {
        registry.spans.extend(entries::span(node, problems));
    }
    for node in fields.list("events", problems) {
        registry.events.extend(entries::event(node, problems));
    }
    fields.finish(problems);
}

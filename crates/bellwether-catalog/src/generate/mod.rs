//! From a sound registry to files. Nothing but the registry and the options goes in, so that equal
//! input gives equal bytes.

mod json;
mod markdown;
mod recorder_metrics;
mod rust;
mod units;

use std::collections::BTreeMap;
use std::path::Path;

use crate::alert::{RuleFile, RuleGroup, Watched, rules_yaml_with};
use crate::error::Error;
use crate::model::{Registry, Values};
pub(crate) use rust::variant;

/// A file to write.
///
/// ```
/// let outputs = bellwether_catalog::render(&Default::default(), &Default::default());
/// assert_eq!(outputs[0].path, "catalog.json");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Path inside the output directory, with `/`.
    pub path: String,
    /// Contents.
    pub text: String,
}

/// How outputs are written.
///
/// ```
/// let options = bellwether_catalog::Options::default();
/// assert_eq!(options.runtime, "bellwether::metrics");
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    /// Rust path of the module with `MetricDefinition` and its parts.
    pub runtime: String,
    /// Title of the Markdown page.
    pub title: String,
    /// Markdown that follows the generated sections.
    pub appendix: String,
    /// Group of the alerting rules for Prometheus.
    pub alert_group: String,
    /// Annotations of alerts in Prometheus beside those of the registry, by the name of the alert.
    pub annotations: BTreeMap<String, Vec<(String, String)>>,
    /// Cargo feature that what records depends on, where it is optional.
    pub feature: Option<String>,
    /// Whether recorders get a guard a unit of work, where their metrics leave no doubt about what one is.
    pub units: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            runtime: "bellwether::metrics".to_owned(),
            title: "Metrics".to_owned(),
            appendix: String::new(),
            alert_group: "wundr_alerts".to_owned(),
            annotations: BTreeMap::new(),
            feature: None,
            units: true,
        }
    }
}

/// First line of the rules, which are YAML.
const GENERATED: &str =
    "# Generated from the metrics registry. Change the registry and generate again.\n";

/// All outputs: `catalog.json`, `metrics.md`, `prometheus/alerts.yaml` where there are alerts, and Rust modules under `rust/`.
///
/// ```
/// let registry = bellwether_catalog::load(concat!(env!("CARGO_MANIFEST_DIR"), "/registry"))?;
/// let outputs = bellwether_catalog::render(&registry, &Default::default());
/// assert!(outputs.iter().any(|output| output.path == "rust/labels.rs"));
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
pub fn render(registry: &Registry, options: &Options) -> Vec<Output> {
    let output = |path: &str, text| Output {
        path: path.to_owned(),
        text,
    };
    let mut outputs = vec![
        output("catalog.json", json::render(registry)),
        output("metrics.md", markdown::render(registry, options)),
    ];
    let alerts = RuleFile::default().in_force(registry);
    if !alerts.is_empty() {
        let group = RuleGroup {
            name: options.alert_group.clone(),
            alerts,
        };
        let further = |alert: &str| options.annotations.get(alert).cloned().unwrap_or_default();
        let rules = rules_yaml_with(&[group], &Watched::of_registry(registry), &further);
        let text = format!("{GENERATED}{rules}");
        outputs.push(output("prometheus/alerts.yaml", text));
    }
    let units = units::render(registry, options);
    outputs.extend(rust::render(registry, options, units.is_some()));
    outputs.push(recorder_metrics::render(registry, options));
    outputs.extend(units);
    outputs
}

/// Reads the registry in one directory and writes all outputs into another, which is made where absent.
/// A file whose contents would not change is left alone, so builds see no new time stamp.
///
/// # Errors
/// Those of [`load`](crate::load), and [`Error::Io`] where a file cannot be written.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let out = tempfile::tempdir()?;
/// let registry = concat!(env!("CARGO_MANIFEST_DIR"), "/registry");
/// bellwether_catalog::generate(registry, out.path(), &Default::default())?;
/// assert!(out.path().join("metrics.md").exists());
/// # Ok(()) }
/// ```
pub fn generate(
    registry: impl AsRef<Path>,
    out: impl AsRef<Path>,
    options: &Options,
) -> Result<Vec<Output>, Error> {
    let registry = crate::load(registry)?;
    let outputs = render(&registry, options);
    for output in &outputs {
        write(&out.as_ref().join(&output.path), &output.text)?;
    }
    Ok(outputs)
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::Io {
        path: path.to_owned(),
        source,
    };
    if std::fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)
}

/// File name without its ending: the family an entry belongs to.
pub(crate) fn family(file: &str) -> &str {
    file.strip_suffix(".yaml").unwrap_or(file)
}

/// Families that have metrics, in order.
fn families(registry: &Registry) -> Vec<&str> {
    let mut families: Vec<&str> = registry
        .metrics
        .iter()
        .map(|metric| family(&metric.location.file))
        .collect();
    families.dedup();
    families
}

/// A recorder: the inputs it takes and the metrics it feeds, in the order of the registry.
struct Recorder<'a> {
    name: &'a str,
    inputs: Vec<(&'a str, Values)>,
    metrics: Vec<&'a str>,
}

fn recorders(registry: &Registry) -> Vec<Recorder<'_>> {
    let mut recorders: Vec<Recorder<'_>> = Vec::new();
    for metric in &registry.metrics {
        let Some(name) = metric.recorder.as_deref() else {
            continue;
        };
        let index = recorders
            .iter()
            .position(|known| known.name == name)
            .unwrap_or_else(|| {
                recorders.push(Recorder {
                    name,
                    inputs: Vec::new(),
                    metrics: Vec::new(),
                });
                recorders.len() - 1
            });
        let recorder = &mut recorders[index];
        recorder.metrics.push(&metric.name);
        for reference in &metric.attributes {
            let (Some(attribute), Some(values)) = (
                registry.attribute(&reference.key),
                registry.values(reference),
            ) else {
                continue;
            };
            if !recorder
                .inputs
                .iter()
                .any(|(input, _)| *input == attribute.input)
            {
                recorder.inputs.push((&attribute.input, values));
            }
        }
    }
    recorders.sort_by_key(|recorder| recorder.name);
    recorders
}

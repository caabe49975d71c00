//! The configuration layers, and which sets of them make a Collector.
//!
//! The files of `otel-collector/config/` are part of this binary, so that the command works wherever it is installed;
//! [`Layers::write`] puts those of a set into a folder and gives their paths in the order of merging. The Collector
//! merges maps and replaces lists, and the layers are written so that their order does not matter; `base` comes first
//! because everything builds on it.

use std::fmt;
use std::path::{Path, PathBuf};

use super::error::Error;

/// One configuration layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    /// Container metrics from the Docker socket.
    Docker,
    /// Keeps errors, slow traces and a share of the rest.
    TailSampling,
    /// The local backend.
    Backend,
    /// Files on this machine.
    Local,
    /// Prometheus, Tempo and Loki.
    Grafana,
    /// Grafana Cloud.
    GrafanaCloud,
    /// Dash0.
    Dash0,
}

const BASE: (&str, &str) = (
    "base.yaml",
    include_str!("../../../../otel-collector/config/base.yaml"),
);

impl Layer {
    /// All, in the order of merging.
    pub(crate) const ALL: [Self; 7] = [
        Self::Docker,
        Self::TailSampling,
        Self::Backend,
        Self::Local,
        Self::Grafana,
        Self::GrafanaCloud,
        Self::Dash0,
    ];

    /// As it is typed, and as its file is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::TailSampling => "tail-sampling",
            Self::Backend => "backend",
            Self::Local => "local",
            Self::Grafana => "grafana",
            Self::GrafanaCloud => "grafana-cloud",
            Self::Dash0 => "dash0",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Docker => include_str!("../../../../otel-collector/config/docker.yaml"),
            Self::TailSampling => {
                include_str!("../../../../otel-collector/config/tail-sampling.yaml")
            }
            Self::Backend => include_str!("../../../../otel-collector/config/backend.yaml"),
            Self::Local => include_str!("../../../../otel-collector/config/local.yaml"),
            Self::Grafana => include_str!("../../../../otel-collector/config/grafana.yaml"),
            Self::GrafanaCloud => {
                include_str!("../../../../otel-collector/config/grafana-cloud.yaml")
            }
            Self::Dash0 => include_str!("../../../../otel-collector/config/dash0.yaml"),
        }
    }

    const fn is_destination(self) -> bool {
        !matches!(self, Self::Docker | Self::TailSampling)
    }
}

/// A set of layers with a destination in it; `base` is always part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layers(Vec<Layer>);

impl Layers {
    /// A set by names. `base` may be named; a name given twice counts once.
    pub(crate) fn parse<T: AsRef<str>>(names: &[T]) -> Result<Self, Error> {
        let mut layers = Vec::with_capacity(names.len());
        for name in names.iter().map(|name| name.as_ref().trim()) {
            if name == "base" || name.is_empty() {
                continue;
            }
            let known = Layer::ALL.into_iter().find(|layer| layer.name() == name);
            layers.push(known.ok_or_else(|| Error::UnknownLayer {
                name: name.to_owned(),
            })?);
        }
        Self::new(layers)
    }

    /// A set.
    pub(crate) fn new(mut layers: Vec<Layer>) -> Result<Self, Error> {
        layers.sort_unstable();
        layers.dedup();
        let set = Self(layers);
        if set.0.iter().any(|layer| layer.is_destination()) {
            return Ok(set);
        }
        Err(Error::NoDestination {
            given: set.to_string(),
        })
    }

    /// Every set there is.
    pub(crate) fn every() -> Vec<Self> {
        (0..1_u32 << Layer::ALL.len())
            .filter_map(|bits| {
                let chosen = Layer::ALL.iter().enumerate();
                let chosen = chosen.filter(|(index, _)| bits & (1 << index) != 0);
                Self::new(chosen.map(|(_, layer)| *layer).collect()).ok()
            })
            .collect()
    }

    /// Whether this layer is part.
    pub(crate) fn contains(&self, layer: Layer) -> bool {
        self.0.contains(&layer)
    }

    /// Puts the files into a folder, which is made if it is not there. Gives their paths in the order of merging.
    pub(crate) fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, Error> {
        std::fs::create_dir_all(folder).map_err(Error::io(format!("make {}", folder.display())))?;
        let overlays = self
            .0
            .iter()
            .map(|layer| (format!("{}.yaml", layer.name()), layer.text()));
        std::iter::once((BASE.0.to_owned(), BASE.1))
            .chain(overlays)
            .map(|(name, text)| {
                let path = folder.join(name);
                std::fs::write(&path, text)
                    .map_err(Error::io(format!("write {}", path.display())))?;
                Ok(path)
            })
            .collect()
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("base")?;
        self.0
            .iter()
            .try_for_each(|layer| write!(f, ", {}", layer.name()))
    }
}

/// The names that can be given.
pub(super) fn known() -> String {
    listed(|_| true)
}

/// The names of destinations.
pub(super) fn destinations() -> String {
    listed(Layer::is_destination)
}

fn listed(is_wanted: impl Fn(Layer) -> bool) -> String {
    let wanted = Layer::ALL.into_iter().filter(|layer| is_wanted(*layer));
    wanted.map(Layer::name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Layer, Layers};

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let message = Layers::parse(&["local", "dash-0"]).unwrap_err().to_string();
        assert!(message.contains("\"dash-0\""), "{message}");
        for layer in Layer::ALL {
            assert!(message.contains(layer.name()), "{message}");
        }
    }

    #[test]
    fn a_set_without_destination_is_refused() {
        let message = Layers::parse(&["docker", "tail-sampling"])
            .unwrap_err()
            .to_string();
        assert!(message.contains("base, docker, tail-sampling"), "{message}");
        assert!(
            message.contains("backend, local, grafana, grafana-cloud, dash0"),
            "{message}"
        );
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        let one = Layers::parse(&["dash0", "local", "base", "local"]).unwrap();
        assert_eq!(one, Layers::parse(&["local", "dash0"]).unwrap());
        assert_eq!(one.to_string(), "base, local, dash0");
    }

    #[test]
    fn every_set_is_there_once() {
        // 2 overlays that may be there or not, 5 destinations of which at least one is.
        assert_eq!(Layers::every().len(), 2 * 2 * (32 - 1));
    }
}

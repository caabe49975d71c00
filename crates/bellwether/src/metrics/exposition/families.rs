//! Metrics of all scopes, gathered by the name they have in the answer.
//!
//! A family stands once in an answer, with all its series together, whichever scopes recorded them. In OpenMetrics no
//! sample of one family may have the name of another's either, so what each would write is claimed first.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric, ScopeMetrics};

use super::format::Format;
use super::{labels, names};
use crate::metrics::{Collection, generated};

/// How a family is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
}

/// Everything of one name.
pub(super) struct Family<'a> {
    /// As samples have it, but for their suffixes.
    pub(super) name: Cow<'a, str>,
    pub(super) kind: Kind,
    /// OpenMetrics: the declared name is this long, and ends before `_total`. `None` is declared as `unknown`.
    pub(super) declared: Option<usize>,
    pub(super) metrics: Vec<Recorded<'a>>,
}

/// A metric, with the labels of its scope.
pub(super) struct Recorded<'a> {
    pub(super) metric: &'a Metric,
    pub(super) scope_labels: String,
}

/// The metrics of one name, and the type of the first.
type Gathered<'a> = (Kind, Vec<(&'a ScopeMetrics, &'a Metric)>);

/// Families, in the order of their names.
pub(super) struct Families<'a>(Vec<Family<'a>>);

impl<'a> Families<'a> {
    pub(super) fn of(collection: &'a Collection, format: Format) -> Self {
        let mut gathered: BTreeMap<Cow<'a, str>, Gathered<'a>> = BTreeMap::new();
        for scope in collection.scopes() {
            for metric in &scope.metrics {
                let Some(kind) = kind(metric) else { continue };
                let family = gathered
                    .entry(names::metric(&metric.name))
                    .or_insert_with(|| (kind, Vec::new()));
                if family.0 == kind {
                    family.1.push((scope, metric));
                }
            }
        }
        let mut claimed = Claimed::new();
        let mut scopes = ScopeLabels::default();
        let alone = alone(gathered.keys());
        let families = gathered.into_iter().zip(alone);
        let families = families.filter_map(|((name, (kind, recorded)), is_alone)| {
            let declared = match format {
                Format::Text => Some(name.len()),
                Format::OpenMetrics if is_alone => declared(&name, kind),
                Format::OpenMetrics => claimed.declare(&name, kind)?,
            };
            let is_exact = recorded.len() == 1 && is_of_catalog(&recorded[0].1.name);
            let metrics = recorded.into_iter().map(|(scope, metric)| Recorded {
                metric,
                scope_labels: if is_exact {
                    String::new()
                } else {
                    scopes.of(scope)
                },
            });
            Some(Family {
                kind,
                declared,
                metrics: metrics.collect(),
                name,
            })
        });
        Self(families.collect())
    }

    pub(super) fn each(&self, write: impl FnMut(&Family<'a>)) {
        self.0.iter().for_each(write);
    }
}

/// `None` for what has no place in an answer: no data, or deltas.
fn kind(metric: &Metric) -> Option<Kind> {
    let is_total = |temporality: AggregationTemporality| {
        (temporality == AggregationTemporality::Cumulative).then_some(())
    };
    match metric.data.as_ref()? {
        Data::Gauge(_) => Some(Kind::Gauge),
        Data::Sum(sum) => {
            is_total(sum.aggregation_temporality())?;
            Some(if sum.is_monotonic {
                Kind::Counter
            } else {
                Kind::Gauge
            })
        }
        Data::Histogram(histogram) => {
            is_total(histogram.aggregation_temporality())?;
            Some(Kind::Histogram)
        }
        Data::ExponentialHistogram(histogram) => {
            is_total(histogram.aggregation_temporality())?;
            Some(Kind::Histogram)
        }
        Data::Summary(_) => Some(Kind::Summary),
    }
}

fn is_of_catalog(name: &str) -> bool {
    static NAMES: OnceLock<HashSet<&'static str>> = OnceLock::new();
    NAMES
        .get_or_init(|| generated::ALL.iter().map(|metric| metric.name).collect())
        .contains(name)
}

/// What a sample's name may have after that of its family.
const SUFFIXES: [&str; 5] = ["_total", "_bucket", "_count", "_sum", "_created"];

/// Whether no other family can have samples of this one's names: names can only meet where the same is left of them
/// without suffixes. Nearly every name is alone, and claims nothing.
fn alone<'n>(names: impl Iterator<Item = &'n Cow<'n, str>>) -> Vec<bool> {
    let stems: Vec<&str> = names.map(|name| stem(name)).collect();
    let mut times: HashMap<&str, usize> = HashMap::with_capacity(stems.len() + 1);
    // The family of the resource.
    times.insert("target", 1);
    times.insert("target_info", 1);
    for stem in &stems {
        *times.entry(stem).or_default() += 1;
    }
    stems.iter().map(|stem| times[stem] == 1).collect()
}

fn stem(name: &str) -> &str {
    let mut stem = name;
    while let Some(shorter) = SUFFIXES.iter().find_map(|suffix| stem.strip_suffix(suffix)) {
        stem = shorter;
    }
    stem
}

/// How long the declared name is where nothing clashes; `None` is an unknown family.
fn declared(name: &str, kind: Kind) -> Option<usize> {
    if kind != Kind::Counter {
        return Some(name.len());
    }
    let base = name.strip_suffix("_total").filter(|base| !base.is_empty());
    base.map(str::len)
}

/// Names that are taken in an OpenMetrics answer.
struct Claimed(HashSet<String>);

impl Claimed {
    /// The family of the resource comes first.
    fn new() -> Self {
        Self(["target", "target_info"].map(str::to_owned).into())
    }

    /// How long the declared name is, `Some(None)` for an unknown family, `None` where there is no place for it.
    #[allow(clippy::option_option, reason = "declared, unknown or left out")]
    fn declare(&mut self, name: &str, kind: Kind) -> Option<Option<usize>> {
        if kind == Kind::Counter {
            if let Some(length) = declared(name, kind)
                && self.claim(&name[..length], &["", "_total", "_created"])
            {
                return Some(Some(length));
            }
            return self.claim(name, &[""]).then_some(None);
        }
        let suffixes: &[&str] = match kind {
            Kind::Histogram => &["", "_bucket", "_count", "_sum", "_created"],
            Kind::Summary => &["", "_count", "_sum", "_created"],
            Kind::Gauge | Kind::Counter => &[""],
        };
        self.claim(name, suffixes).then_some(Some(name.len()))
    }

    /// All of them, or none.
    fn claim(&mut self, base: &str, suffixes: &[&str]) -> bool {
        let wanted: Vec<String> = suffixes
            .iter()
            .map(|suffix| format!("{base}{suffix}"))
            .collect();
        if wanted.iter().any(|name| self.0.contains(name)) {
            return false;
        }
        self.0.extend(wanted);
        true
    }
}

/// Labels of each scope, made once.
#[derive(Default)]
struct ScopeLabels(HashMap<usize, String>);

impl ScopeLabels {
    fn of(&mut self, scope: &ScopeMetrics) -> String {
        let place = std::ptr::from_ref(scope) as usize;
        let labels = self.0.entry(place).or_insert_with(|| {
            let described: Option<&InstrumentationScope> = scope.scope.as_ref();
            labels::of_scope(described, &scope.schema_url)
        });
        labels.clone()
    }
}

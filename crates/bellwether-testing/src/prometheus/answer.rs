//! Answers of the HTTP API.

use std::collections::BTreeMap;

use serde_json::Value;

/// Labels of a series; the name is under `__name__`.
///
/// ```
/// let labels = bellwether_testing::prometheus::Labels::from([("job".to_owned(), "api".to_owned())]);
/// ```
pub type Labels = BTreeMap<String, String>;

/// One element of an instant vector.
///
/// ```
/// use bellwether_testing::prometheus::{Labels, Sample};
/// let sample = Sample { labels: Labels::new(), seconds: 1.5, value: 3.0 };
/// assert_eq!(sample.label("job"), "");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Labels.
    pub labels: Labels,
    /// Time, in seconds since the epoch.
    pub seconds: f64,
    /// Value.
    pub value: f64,
}

impl Sample {
    /// The value of a label; empty if it is not there, as Prometheus sees it.
    ///
    /// ```
    /// # use bellwether_testing::prometheus::{Labels, Sample};
    /// # let sample = Sample { labels: Labels::new(), seconds: 0.0, value: 0.0 };
    /// assert_eq!(sample.label("le"), "");
    /// ```
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}

/// One element of a range vector.
///
/// ```
/// use bellwether_testing::prometheus::{Labels, Series};
/// let series = Series { labels: Labels::new(), points: vec![(1.0, 2.0)] };
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Labels.
    pub labels: Labels,
    /// Time in seconds since the epoch, and value.
    pub points: Vec<(f64, f64)>,
}

pub(super) fn labels(value: &Value) -> Labels {
    let pairs = value.as_object().into_iter().flatten();
    pairs
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

/// `[1435781451.781, "1"]`.
fn point(value: &Value) -> Option<(f64, f64)> {
    Some((value[0].as_f64()?, value[1].as_str()?.parse().ok()?))
}

/// A vector, or a scalar as a vector of one without labels.
pub(super) fn samples(data: &Value) -> Vec<Sample> {
    let sample = |labels, value: &Value| {
        let (seconds, value) = point(value)?;
        Some(Sample {
            labels,
            seconds,
            value,
        })
    };
    let result = &data["result"];
    if data["resultType"] == "scalar" {
        return sample(Labels::new(), result).into_iter().collect();
    }
    let elements = result.as_array().into_iter().flatten();
    elements
        .filter_map(|element| sample(labels(&element["metric"]), &element["value"]))
        .collect()
}

pub(super) fn series(data: &Value) -> Vec<Series> {
    let elements = data["result"].as_array().into_iter().flatten();
    let series = |element: &Value| Series {
        labels: labels(&element["metric"]),
        points: element["values"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(point)
            .collect(),
    };
    elements.map(series).collect()
}

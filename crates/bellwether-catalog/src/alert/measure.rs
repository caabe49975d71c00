//! What an alert looks at.

/// The number an alert compares, made from the samples of a metric. Rates, quantiles and sums over time are those of
/// Prometheus, with its extrapolation and interpolation.
///
/// ```
/// use bellwether_catalog::Measure;
/// assert_eq!(Measure::Quantile(0.99).as_str(), "quantile");
/// assert!(Measure::Quantile(0.99).has_window());
/// assert!(!Measure::Value.has_window());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// The value itself.
    Value,
    /// A function over the values of the window.
    OverTime(OverTime),
    /// Increase a second over the window.
    RatePerSecond,
    /// Increase a minute over the window.
    RatePerMinute,
    /// Increase over the window.
    Increase,
    /// Difference of a gauge over the window.
    Delta,
    /// A quantile of a histogram over the window, 0 to 1.
    Quantile(f64),
    /// Rate of this metric by the rate of another.
    RateRatio(String),
    /// Value of this metric by the value of another, which is its maximum.
    Fraction(String),
    /// That the metric has no sample; the value is 1 then.
    Absent,
}

impl Measure {
    /// The word the registry uses.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::Measure::RatePerMinute.as_str(), "rate_per_minute");
    /// ```
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::OverTime(over) => over.as_str(),
            Self::RatePerSecond => "rate",
            Self::RatePerMinute => "rate_per_minute",
            Self::Increase => "increase",
            Self::Delta => "delta",
            Self::Quantile(_) => "quantile",
            Self::RateRatio(_) => "rate_ratio",
            Self::Fraction(_) => "fraction",
            Self::Absent => "absent",
        }
    }

    /// Whether it looks at more than the newest sample.
    ///
    /// ```
    /// assert!(bellwether_catalog::Measure::Increase.has_window());
    /// ```
    pub const fn has_window(&self) -> bool {
        !matches!(self, Self::Value | Self::Fraction(_) | Self::Absent)
    }

    /// The metric it compares with.
    ///
    /// ```
    /// # use bellwether_catalog::Measure;
    /// assert_eq!(Measure::Fraction("limit".into()).of(), Some("limit"));
    /// ```
    pub fn of(&self) -> Option<&str> {
        match self {
            Self::RateRatio(of) | Self::Fraction(of) => Some(of),
            _ => None,
        }
    }
}

/// Functions over the values of a window.
///
/// ```
/// assert_eq!(bellwether_catalog::OverTime::Max.as_str(), "max");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverTime {
    /// Mean.
    Avg,
    /// Least.
    Min,
    /// Greatest.
    Max,
    /// Sum.
    Sum,
}

impl OverTime {
    /// The word the registry uses, and the start of the function's name in PromQL.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::OverTime::Avg.as_str(), "avg");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::Sum => "sum",
        }
    }
}

/// How several series become one.
///
/// ```
/// use bellwether_catalog::{Aggregate, Aggregation, Grouping};
/// let by_tool = Aggregate { aggregation: Aggregation::Sum, grouping: Grouping::Without(vec!["error_type".into()]) };
/// assert!(by_tool.keeps("tool_name") && !by_tool.keeps("error_type"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// Function.
    pub aggregation: Aggregation,
    /// Which labels stay.
    pub grouping: Grouping,
}

impl Aggregate {
    /// Whether a label of the series is one of the result.
    ///
    /// ```
    /// # use bellwether_catalog::{Aggregate, Aggregation, Grouping};
    /// let one = Aggregate { aggregation: Aggregation::Max, grouping: Grouping::By(vec![]) };
    /// assert!(!one.keeps("anything"));
    /// ```
    pub fn keeps(&self, label: &str) -> bool {
        match &self.grouping {
            Grouping::By(labels) => labels.iter().any(|name| name == label),
            Grouping::Without(labels) => labels.iter().all(|name| name != label),
        }
    }
}

/// Functions over series.
///
/// ```
/// assert_eq!(bellwether_catalog::Aggregation::Sum.as_str(), "sum");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// Sum.
    Sum,
    /// Mean.
    Avg,
    /// Least.
    Min,
    /// Greatest.
    Max,
}

impl Aggregation {
    /// The word in the registry and in PromQL.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::Aggregation::Max.as_str(), "max");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
        }
    }
}

/// Which labels an aggregation leaves.
///
/// ```
/// let one_result = bellwether_catalog::Grouping::By(Vec::new());
/// assert_eq!(one_result.labels(), [""; 0]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grouping {
    /// These.
    By(Vec<String>),
    /// All but these.
    Without(Vec<String>),
}

impl Grouping {
    /// The labels that are named.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::Grouping::Without(vec!["a".into()]).labels(), ["a"]);
    /// ```
    pub fn labels(&self) -> &[String] {
        match self {
            Self::By(labels) | Self::Without(labels) => labels,
        }
    }
}

/// Keeps the series whose label has one of the values, or none of them.
///
/// ```
/// use bellwether_catalog::Matcher;
/// let matcher = Matcher { label: "provider".into(), values: vec!["a".into(), "b".into()], negated: false };
/// assert!(matcher.matches("a") && !matcher.matches("c"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher {
    /// Key of the label.
    pub label: String,
    /// Values.
    pub values: Vec<String>,
    /// Whether those are kept that have none of the values.
    pub negated: bool,
}

impl Matcher {
    /// Whether a series with this value is kept; a series without the label has the empty value.
    ///
    /// ```
    /// # use bellwether_catalog::Matcher;
    /// let other = Matcher { label: "tool".into(), values: vec!["sh".into()], negated: true };
    /// assert!(other.matches(""));
    /// ```
    pub fn matches(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value) != self.negated
    }
}

//! Rules as Prometheus has them.

/// Rules that a server evaluates one after the other.
///
/// ```
/// let group = bellwether_catalog::PrometheusGroup { name: "work".into(), interval: Some(60), rules: Vec::new() };
/// assert_eq!(group.rules.len(), 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrometheusGroup {
    /// Name.
    pub name: String,
    /// Seconds between evaluations; the server's own where there is none.
    pub interval: Option<u32>,
    /// Rules, in order.
    pub rules: Vec<PrometheusRule>,
}

/// A rule: a recording, or an alert where there is a `severity` among its labels or a time it must hold.
///
/// ```
/// use bellwether_catalog::PrometheusRule;
/// let rule = PrometheusRule::record("job:jobs_processed:rate5m", "sum by (job) (rate(jobs_processed_total[5m]))");
/// assert!(!rule.is_alert);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrometheusRule {
    /// Name of the alert, or of the series that is recorded.
    pub name: String,
    /// Whether it is an alert.
    pub is_alert: bool,
    /// PromQL.
    pub expr: String,
    /// Seconds an alert's expression must hold.
    pub duration: u32,
    /// Seconds an alert goes on firing.
    pub keep_firing_for: u32,
    /// Labels that are added.
    pub labels: Vec<(String, String)>,
    /// Annotations of an alert.
    pub annotations: Vec<(String, String)>,
}

impl PrometheusRule {
    /// A recording.
    ///
    /// ```
    /// # use bellwether_catalog::PrometheusRule;
    /// assert_eq!(PrometheusRule::record("a:b:c", "vector(1)").name, "a:b:c");
    /// ```
    pub fn record(name: impl Into<String>, expr: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            expr: expr.into(),
            ..Self::default()
        }
    }

    /// With labels beside those it has.
    ///
    /// ```
    /// # use bellwether_catalog::PrometheusRule;
    /// let rule = PrometheusRule::record("a:b:c", "vector(1)").labelled(&[("team".into(), "models".into())]);
    /// assert_eq!(rule.labels.len(), 1);
    /// ```
    #[must_use]
    pub fn labelled(mut self, labels: &[(String, String)]) -> Self {
        self.labels.extend_from_slice(labels);
        self
    }
}

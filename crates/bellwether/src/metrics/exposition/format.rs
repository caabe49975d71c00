//! Which format a scraper wants.

/// A text format of Prometheus.
///
/// ```
/// use bellwether::metrics::exposition::Format;
/// assert_eq!(Format::Text.content_type(), "text/plain; version=0.0.4; charset=utf-8");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// The text format, version 0.0.4.
    #[default]
    Text,
    /// OpenMetrics, version 1.0.0.
    OpenMetrics,
}

impl Format {
    /// The `Content-Type` of an answer.
    ///
    /// ```
    /// use bellwether::metrics::exposition::Format;
    /// assert!(Format::OpenMetrics.content_type().starts_with("application/openmetrics-text"));
    /// ```
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// What an `Accept` header asks for. OpenMetrics only where it is named and not weighed below plain text; plain text
    /// for all else, so that a browser and `curl` can read it.
    ///
    /// ```
    /// use bellwether::metrics::exposition::Format;
    /// let prometheus = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
    /// assert_eq!(Format::from_accept(prometheus), Format::OpenMetrics);
    /// assert_eq!(Format::from_accept("*/*"), Format::Text);
    /// assert_eq!(Format::from_accept(""), Format::Text);
    /// ```
    pub fn from_accept(accept: &str) -> Self {
        let weight = |wanted: &str| {
            let ranges = accept.split(',').filter_map(range);
            let weights = ranges.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            weights.map(|(_, weight)| weight).fold(0.0, f64::max)
        };
        let open_metrics = weight("application/openmetrics-text");
        if open_metrics > 0.0 && open_metrics >= weight("text/plain") {
            return Self::OpenMetrics;
        }
        Self::Text
    }
}

/// Name and weight of one range, if it is of a version that is written here.
fn range(range: &str) -> Option<(&str, f64)> {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next()?;
    let mut weight = 1.0;
    for parameter in parts {
        match parameter.split_once('=') {
            Some(("q", value)) => weight = value.trim().parse().ok()?,
            Some(("version", "1.0.0" | "0.0.1" | "0.0.4")) => {}
            Some(("version", _)) => return None,
            _ => {}
        }
    }
    Some((name, weight))
}

//! When a value is one that an alert fires on.

/// Comparisons of an alert. A value that is not a number never matches.
///
/// ```
/// use bellwether_catalog::Condition;
/// assert!(Condition::Gt.holds(3.0, 2.0, None, None));
/// assert!(!Condition::Gt.holds(f64::NAN, 2.0, None, None));
/// assert!(Condition::Outside.holds(7.0, 2.0, Some(6.0), None));
/// assert!(Condition::Eq.holds(2.05, 2.0, None, Some(0.1)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Greater than.
    Gt,
    /// Less than.
    Lt,
    /// Equal, within the tolerance.
    Eq,
    /// Greater or equal.
    Gte,
    /// Less or equal.
    Lte,
    /// Not equal, beyond the tolerance.
    Ne,
    /// From the threshold to `upper`, both included.
    Inside,
    /// Below the threshold or above `upper`.
    Outside,
}

impl Condition {
    /// Every comparison, in the order of the documentation.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::Condition::ALL.len(), 8);
    /// ```
    pub const ALL: [Self; 8] = [
        Self::Gt,
        Self::Lt,
        Self::Eq,
        Self::Gte,
        Self::Lte,
        Self::Ne,
        Self::Inside,
        Self::Outside,
    ];

    /// The word the registry uses.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::Condition::Gte.as_str(), "gte");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gt => "gt",
            Self::Lt => "lt",
            Self::Eq => "eq",
            Self::Gte => "gte",
            Self::Lte => "lte",
            Self::Ne => "ne",
            Self::Inside => "inside",
            Self::Outside => "outside",
        }
    }

    /// Whether it has two bounds.
    ///
    /// ```
    /// assert!(bellwether_catalog::Condition::Inside.is_range());
    /// ```
    pub const fn is_range(self) -> bool {
        matches!(self, Self::Inside | Self::Outside)
    }

    /// Whether it has one side, so that a second threshold can lie behind the first.
    ///
    /// ```
    /// assert!(bellwether_catalog::Condition::Lt.is_one_sided());
    /// ```
    pub const fn is_one_sided(self) -> bool {
        matches!(self, Self::Gt | Self::Gte | Self::Lt | Self::Lte)
    }

    /// Whether a value matches. `upper` is the second bound of ranges, `tolerance` that of equality.
    ///
    /// ```
    /// assert!(bellwether_catalog::Condition::Lte.holds(2.0, 2.0, None, None));
    /// ```
    #[allow(clippy::float_cmp)] // exact equality is asked for where no tolerance is given
    pub fn holds(
        self,
        value: f64,
        threshold: f64,
        upper: Option<f64>,
        tolerance: Option<f64>,
    ) -> bool {
        let upper = upper.unwrap_or(threshold);
        match (self, tolerance) {
            (Self::Gt, _) => value > threshold,
            (Self::Lt, _) => value < threshold,
            (Self::Gte, _) => value >= threshold,
            (Self::Lte, _) => value <= threshold,
            (Self::Eq, None) => value == threshold,
            (Self::Eq, Some(tolerance)) => (value - threshold).abs() <= tolerance,
            // `!=` alone is true of NaN.
            (Self::Ne, None) => value != threshold && !value.is_nan(),
            (Self::Ne, Some(tolerance)) => (value - threshold).abs() > tolerance,
            (Self::Inside, _) => value >= threshold && value <= upper,
            (Self::Outside, _) => value < threshold || value > upper,
        }
    }
}

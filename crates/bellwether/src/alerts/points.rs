//! What the engine looks at: the points of one collection.

/// A source of points: one collection of cumulative metrics.
///
/// ```
/// use bellwether::alerts::{Point, PointValue, Points};
///
/// struct Depth(f64);
/// impl Points for Depth {
///     fn visit(&self, is_wanted: &dyn Fn(&str) -> bool, each: &mut dyn FnMut(Point<'_>)) {
///         if is_wanted("wundr_queue_depth") {
///             let labels = vec![("queue_name", "render")];
///             each(Point { metric: "wundr_queue_depth", labels, value: PointValue::Number(self.0) });
///         }
///     }
/// }
/// ```
pub trait Points {
    /// Hands over each point of the metrics that are wanted, by the name of their instrument. Others may be left out.
    fn visit(&self, is_wanted: &dyn Fn(&str) -> bool, each: &mut dyn FnMut(Point<'_>));
}

/// One value of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Point<'a> {
    /// Name of the instrument.
    pub metric: &'a str,
    /// Attributes, in any order.
    pub labels: Vec<(&'a str, &'a str)>,
    /// Value.
    pub value: PointValue<'a>,
}

/// The value of a point, cumulative where it is a sum or a histogram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PointValue<'a> {
    /// A counter, an up-down counter or a gauge.
    Number(f64),
    /// A histogram: upper bounds without the infinite one, and one count more, each of its own bucket alone.
    Histogram {
        /// Upper bounds.
        bounds: &'a [f64],
        /// Observations in each bucket.
        counts: &'a [u64],
    },
}

/// Points that stand in a list; for tests and for samples from a file.
impl Points for [Point<'_>] {
    fn visit(&self, is_wanted: &dyn Fn(&str) -> bool, each: &mut dyn FnMut(Point<'_>)) {
        let wanted = self.iter().filter(|point| is_wanted(point.metric));
        wanted.for_each(|point| each(point.clone()));
    }
}

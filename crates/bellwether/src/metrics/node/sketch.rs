//! Percentiles of the latest durations, in memory of a fixed size.
//!
//! Two HDR histograms of microseconds: one fills, the other holds what came before. When the one that fills has half
//! of the window they change places and the older is emptied, so together they hold the latest executions, at
//! least half a window and never more than one.
//!
//! A percentile is at most 1 % above the true value (two significant digits), or a microsecond; what took over an hour
//! counts as an hour. Each histogram has 3,328 counters of two bytes, 13.3 kB for both: with the default window
//! of 1,000 that is 13 bytes an execution, and nothing an execution beyond it.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Microseconds of an hour.
const LONGEST: u64 = 3_600_000_000;

/// Relative error of 1 %.
const DIGITS: u8 = 2;

pub(super) struct Sketch {
    filling: Histogram<u16>,
    before: Histogram<u16>,
    half: u64,
}

impl Sketch {
    /// Of at most this many executions. `None` cannot be: the bounds are constants that the library takes.
    pub(super) fn new(window: u32) -> Option<Self> {
        let histogram = || Histogram::new_with_bounds(1, LONGEST, DIGITS).ok();
        Some(Self {
            filling: histogram()?,
            before: histogram()?,
            half: u64::from(window / 2).max(1),
        })
    }

    /// Allocates nothing.
    pub(super) fn record(&mut self, duration: Duration) {
        let microseconds = u64::try_from(duration.as_micros()).unwrap_or(LONGEST);
        self.filling.saturating_record(microseconds.max(1));
        if self.filling.len() >= self.half {
            std::mem::swap(&mut self.filling, &mut self.before);
            self.filling.reset();
        }
    }

    /// Copies both, so that the lock around this is short.
    pub(super) fn merged(&self) -> Histogram<u16> {
        let mut merged = self.before.clone();
        // Cannot fail: both have the same bounds.
        let _ = merged.add(&self.filling);
        merged
    }
}

/// In milliseconds; `None` of nothing.
pub(super) fn percentile(merged: &Histogram<u16>, percentile: u8) -> Option<f64> {
    // The 56th percentile of 25 is the 14th; 0.56 × 25 is a little over 14, and the library would round up to the 15th.
    let quantile = f64::from(percentile) / 100.0 * (1.0 - 1e-12);
    (!merged.is_empty()).then(|| merged.value_at_quantile(quantile) as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn percentiles_are_those_of_the_latest_within_a_hundredth(
            micros in proptest::collection::vec(1_u64..5_000_000, 1..600), window in 2_u32..400, wanted in 1_u8..=100,
        ) {
            let mut sketch = Sketch::new(window).unwrap();
            for micros in &micros {
                sketch.record(Duration::from_micros(*micros));
            }
            let merged = sketch.merged();
            let kept = usize::try_from(merged.len()).unwrap();
            prop_assert!(kept <= window as usize);
            prop_assert!(kept >= micros.len().min(window as usize / 2));
            let mut latest = micros[micros.len() - kept..].to_vec();
            latest.sort_unstable();
            let rank = (kept * usize::from(wanted)).div_ceil(100).max(1);
            let exact = latest[rank - 1] as f64 / 1_000.0;
            let found = percentile(&merged, wanted).unwrap();
            prop_assert!(found >= exact - 1e-9 && found <= exact * 1.01 + 0.001, "{found} of {exact}");
        }
    }

    #[test]
    fn a_rank_that_is_whole_is_not_rounded_up() {
        let mut sketch = Sketch::new(100).unwrap();
        for milliseconds in 1..=25 {
            sketch.record(Duration::from_millis(milliseconds * 100));
        }
        let found = percentile(&sketch.merged(), 56).unwrap();
        assert!((1_400.0..1_415.0).contains(&found), "{found}");
    }

    #[test]
    fn memory_is_what_the_module_says() {
        let mut sketch = Sketch::new(131_070).unwrap();
        let counters = sketch.filling.distinct_values() + sketch.before.distinct_values();
        assert_eq!(counters * size_of::<u16>(), 13_312);
        for _ in 0..200_000 {
            sketch.record(Duration::from_secs(7_200));
        }
        assert!(sketch.merged().len() <= 131_070);
        let longest = percentile(&sketch.merged(), 50).unwrap();
        assert!((3_599_000.0..3_640_000.0).contains(&longest), "{longest}");
    }
}

//! Arithmetic over readings, apart from any store: pure functions of slices.
//!
//! Readings are ordered by time. What is no number takes no part. Percentiles are interpolated linearly between the two nearest ranks
//! (the method that NumPy and spreadsheets use by default); for those of stored histograms see the metric query.

use serde::Serialize;

use crate::store::growth;

/// One reading: a time in nanoseconds since 1970, and a value.
///
/// ```
/// let sample = bellwether_backend::query::Sample { time: 0, value: 1.5 };
/// assert!(sample.value > 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Sample {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// The value.
    pub value: f64,
}

/// What [`summarize`] finds.
///
/// ```
/// use bellwether_backend::query::summarize;
/// let summary = summarize(&[4.0, 1.0, 3.0, 2.0]).unwrap();
/// assert_eq!((summary.count, summary.min, summary.max, summary.avg), (4, 1.0, 4.0, 2.5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Summary {
    /// How many values.
    pub count: u64,
    /// All of them together.
    pub sum: f64,
    /// The lowest.
    pub min: f64,
    /// The highest.
    pub max: f64,
    /// The mean.
    pub avg: f64,
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
}

/// How [`detect_anomalies`] measures distance.
///
/// ```
/// use bellwether_backend::query::Spread;
/// assert_ne!(Spread::Deviation, Spread::Median);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// From the mean, in standard deviations. In n values none is further than `(n - 1) / √n` away, so with three deviations it takes
    /// eleven readings to find anything.
    Deviation,
    /// From the median, in median absolute deviations scaled by 1.4826 to be comparable. Outliers do not hide each other.
    Median,
}

/// A reading that lies far out.
///
/// ```
/// use bellwether_backend::query::{detect_anomalies, Sample, Spread};
/// let readings: Vec<Sample> = (0..20).map(|at| Sample { time: at, value: if at == 9 { 50.0 } else { (at % 3) as f64 } }).collect();
/// let found = detect_anomalies(&readings, 3.0, Spread::Deviation);
/// assert_eq!((found.len(), found[0].sample.time), (1, 9));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Anomaly {
    /// The reading.
    pub sample: Sample,
    /// How far out, in units of the spread, signed.
    pub distance: f64,
}

/// The value below which a share `q` (0 to 1) of `sorted` lies; none where there is nothing. `sorted` ascends.
///
/// ```
/// use bellwether_backend::query::percentile;
/// assert_eq!(percentile(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95), Some(4.8));
/// assert_eq!(percentile(&[], 0.5), None);
/// ```
pub fn percentile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    if q.is_nan() {
        return None;
    }
    let rank = q.clamp(0.0, 1.0) * last as f64;
    // Clamped above, so it has no sign to lose.
    #[allow(clippy::cast_sign_loss)]
    let below = (rank.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let share = rank - rank.floor();
    // Weighted, not `low + (high - low) * share`: that difference can overflow.
    let value = if share == 0.0 {
        sorted[below]
    } else {
        sorted[below] * (1.0 - share) + sorted[above] * share
    };
    Some(value.clamp(sorted[below], sorted[above]))
}

/// Count, sum, extremes, mean and percentiles; none where there is no number among `values`.
///
/// ```
/// use bellwether_backend::query::summarize;
/// assert!(summarize(&[f64::NAN]).is_none());
/// ```
pub fn summarize(values: &[f64]) -> Option<Summary> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let (min, max) = (*sorted.first()?, *sorted.last()?);
    let sum: f64 = sorted.iter().sum();
    Some(Summary {
        count: sorted.len() as u64,
        sum,
        min,
        max,
        avg: (sum / sorted.len() as f64).clamp(min, max),
        p50: percentile(&sorted, 0.50)?,
        p95: percentile(&sorted, 0.95)?,
        p99: percentile(&sorted, 0.99)?,
    })
}

/// The mean of each reading and up to `window - 1` before it. As many readings come out as went in.
///
/// ```
/// use bellwether_backend::query::{moving_average, Sample};
/// let readings = [1.0, 3.0, 5.0].map(|value| Sample { time: 0, value });
/// let means: Vec<f64> = moving_average(&readings, 2).iter().map(|mean| mean.value).collect();
/// assert_eq!(means, [1.0, 2.0, 4.0]);
/// ```
pub fn moving_average(samples: &[Sample], window: usize) -> Vec<Sample> {
    let window = window.max(1);
    samples
        .iter()
        .enumerate()
        .map(|(at, sample)| {
            let held = &samples[at.saturating_sub(window - 1)..=at];
            let value = held.iter().map(|s| s.value).sum::<f64>() / held.len() as f64;
            Sample { value, ..*sample }
        })
        .collect()
}

/// Readings further than `threshold` spreads from the middle. None where all are alike, or almost all with [`Spread::Median`].
///
/// ```
/// use bellwether_backend::query::{detect_anomalies, Sample, Spread};
/// let alike = [Sample { time: 0, value: 1.0 }; 9];
/// assert!(detect_anomalies(&alike, 3.0, Spread::Median).is_empty());
/// ```
pub fn detect_anomalies(samples: &[Sample], threshold: f64, spread: Spread) -> Vec<Anomaly> {
    let values: Vec<f64> = samples
        .iter()
        .map(|s| s.value)
        .filter(|v| v.is_finite())
        .collect();
    let Some((middle, unit)) = middle_and_unit(values, spread).filter(|(_, unit)| *unit > 0.0)
    else {
        return Vec::new();
    };
    samples
        .iter()
        .filter(|sample| sample.value.is_finite())
        .map(|sample| Anomaly {
            sample: *sample,
            distance: (sample.value - middle) / unit,
        })
        .filter(|anomaly| anomaly.distance.abs() > threshold)
        .collect()
}

fn middle_and_unit(mut values: Vec<f64>, spread: Spread) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    match spread {
        Spread::Deviation => {
            let mean = values.iter().sum::<f64>() / count;
            let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
            Some((mean, variance.sqrt()))
        }
        Spread::Median => {
            values.sort_by(f64::total_cmp);
            let median = percentile(&values, 0.5)?;
            let mut away: Vec<f64> = values.iter().map(|v| (v - median).abs()).collect();
            away.sort_by(f64::total_cmp);
            // For a normal distribution this makes it the standard deviation.
            Some((median, 1.4826 * percentile(&away, 0.5)?))
        }
    }
}

/// A cumulative counter's growth in each stretch of `interval` nanoseconds, as a rate a second; resets taken out. Growth counts where its
/// later reading lies; the time is the stretch's start. Stretches without a reading are left out.
///
/// ```
/// use bellwether_backend::query::{calculate_rate, Sample};
/// let second = 1_000_000_000;
/// let readings = [(0, 10.0), (30, 40.0), (61, 5.0)].map(|(at, value)| Sample { time: at * second, value });
/// let rates: Vec<f64> = calculate_rate(&readings, 60 * second).iter().map(|rate| rate.value).collect();
/// assert_eq!(rates, [0.5, 5.0 / 60.0]);
/// ```
pub fn calculate_rate(samples: &[Sample], interval: i64) -> Vec<Sample> {
    let interval = interval.max(1);
    let growths: Vec<Sample> = samples
        .windows(2)
        .map(|pair| Sample {
            time: pair[1].time,
            value: growth(pair[0].value, pair[1].value),
        })
        .collect();
    let seconds = interval as f64 / 1e9;
    stretches(&growths, interval)
        .map(|(time, held)| Sample {
            time,
            value: held.iter().map(|s| s.value).sum::<f64>() / seconds,
        })
        .collect()
}

/// A [`Summary`] of each stretch of `interval` nanoseconds that has readings, by its start. Stretches begin at multiples of `interval`.
///
/// ```
/// use bellwether_backend::query::{aggregate, Sample};
/// let readings = [(0, 1.0), (4, 3.0), (12, 5.0)].map(|(time, value)| Sample { time, value });
/// let stretches = aggregate(&readings, 10);
/// assert_eq!((stretches[0].0, stretches[0].1.avg), (0, 2.0));
/// assert_eq!((stretches[1].0, stretches[1].1.avg), (10, 5.0));
/// ```
pub fn aggregate(samples: &[Sample], interval: i64) -> Vec<(i64, Summary)> {
    stretches(samples, interval.max(1))
        .filter_map(|(time, held)| {
            let values: Vec<f64> = held.iter().map(|s| s.value).collect();
            Some((time, summarize(&values)?))
        })
        .collect()
}

/// The start of the stretch in which `time` lies.
pub(super) fn stretch_of(time: i64, interval: i64) -> i64 {
    time.saturating_sub(time.rem_euclid(interval))
}

fn stretches(samples: &[Sample], interval: i64) -> impl Iterator<Item = (i64, &[Sample])> {
    samples
        .chunk_by(move |a, b| stretch_of(a.time, interval) == stretch_of(b.time, interval))
        .filter_map(move |held| Some((stretch_of(held.first()?.time, interval), held)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn readings() -> impl Strategy<Value = Vec<Sample>> {
        prop::collection::vec((0..1_000_i64, 0.0..1e6_f64), 0..60).prop_map(|mut pairs| {
            pairs.sort_by_key(|(time, _)| *time);
            pairs
                .into_iter()
                .map(|(time, value)| Sample { time, value })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn a_percentile_has_its_share_below(mut values in prop::collection::vec(-1e9..1e9_f64, 1..200), q in 0.0..=1.0_f64) {
            values.sort_by(f64::total_cmp);
            let found = percentile(&values, q).unwrap();
            let below = values.iter().filter(|v| **v < found).count() as f64;
            let above = values.iter().filter(|v| **v > found).count() as f64;
            let last = (values.len() - 1) as f64;
            prop_assert!(below <= (q * last).ceil() + 1e-6 && above <= ((1.0 - q) * last).ceil() + 1e-6);
        }

        #[test]
        fn a_summary_is_in_order(values in prop::collection::vec(-1e9..1e9_f64, 1..200)) {
            let s = summarize(&values).unwrap();
            prop_assert!(s.min <= s.p50 && s.p50 <= s.p95 && s.p95 <= s.p99 && s.p99 <= s.max);
            prop_assert!(s.min <= s.avg && s.avg <= s.max);
            prop_assert_eq!(s.count as usize, values.len());
        }

        #[test]
        fn stretches_hold_every_reading_once(samples in readings(), interval in 1..300_i64) {
            let found = aggregate(&samples, interval);
            prop_assert_eq!(found.iter().map(|(_, s)| s.count).sum::<u64>() as usize, samples.len());
            prop_assert!(found.windows(2).all(|pair| pair[0].0 < pair[1].0));
            prop_assert!(found.iter().all(|(time, _)| time % interval == 0));
        }

        #[test]
        fn rates_add_up_to_the_growth_with_resets(steps in prop::collection::vec((1..50_i64, 0..100_u32, prop::bool::weighted(0.2)), 1..60), interval in 1..300_i64) {
            let (mut time, mut value, mut grown) = (0, 0.0, 0.0);
            let mut samples = vec![Sample { time, value }];
            for (wait, by, resets) in steps {
                time += wait;
                // A counter that began again is seen as such only where it reads lower than before.
                let restart = resets && f64::from(by) < value;
                value = if restart { f64::from(by) } else { value + f64::from(by) };
                grown += f64::from(by);
                samples.push(Sample { time, value });
            }
            let seconds = interval as f64 / 1e9;
            let total: f64 = calculate_rate(&samples, interval).iter().map(|s| s.value * seconds).sum();
            prop_assert!((total - grown).abs() < 1e-6 * grown.max(1.0), "{} for {}", total, grown);
        }

        #[test]
        fn a_moving_average_of_one_is_what_went_in(samples in readings()) {
            prop_assert_eq!(moving_average(&samples, 1), samples);
        }

        #[test]
        fn a_moving_average_stays_between_extremes(samples in readings(), window in 1..20_usize) {
            let means = moving_average(&samples, window);
            prop_assert_eq!(means.len(), samples.len());
            if let Some(all) = summarize(&samples.iter().map(|s| s.value).collect::<Vec<_>>()) {
                prop_assert!(means.iter().all(|m| m.value >= all.min - 1e-6 && m.value <= all.max + 1e-6));
            }
        }

        #[test]
        fn anomalies_move_with_the_readings(samples in readings(), by in 1..1000_i32) {
            let moved: Vec<Sample> = samples.iter().map(|s| Sample { value: s.value * 2.0 + f64::from(by), ..*s }).collect();
            for spread in [Spread::Deviation, Spread::Median] {
                let times = |samples: &[Sample], threshold: f64| detect_anomalies(samples, threshold, spread).len();
                // Not exactly at the threshold: rounding decides there.
                prop_assert!(times(&moved, 3.001) <= times(&samples, 3.0));
                prop_assert!(times(&samples, 3.001) <= times(&moved, 3.0));
            }
        }
    }

    #[test]
    fn two_outliers_hide_from_the_mean_but_not_from_the_median() {
        let samples: Vec<Sample> = (0..12_i32)
            .map(|at| Sample {
                time: at.into(),
                value: if at % 6 == 5 {
                    900.0
                } else {
                    f64::from(at % 3)
                },
            })
            .collect();
        assert!(detect_anomalies(&samples, 3.0, Spread::Deviation).is_empty());
        assert_eq!(detect_anomalies(&samples, 3.0, Spread::Median).len(), 2);
    }
}

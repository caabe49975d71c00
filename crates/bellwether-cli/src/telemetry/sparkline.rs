//! A line of values as high as bars.

/// From lowest to highest.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One character a value, the lowest of them as low and the highest as high as can be; a gap where there is none. All alike: all low.
pub(super) fn sparkline(values: &[Option<f64>]) -> String {
    let finite = || values.iter().flatten().filter(|value| value.is_finite());
    let lowest = finite().copied().fold(f64::INFINITY, f64::min);
    let highest = finite().copied().fold(f64::NEG_INFINITY, f64::max);
    // Halves, since the difference of two numbers may be none.
    let height = highest / 2.0 - lowest / 2.0;
    values
        .iter()
        .map(|value| match value {
            Some(value) if value.is_finite() && height > 0.0 => {
                let share = (value / 2.0 - lowest / 2.0) / height;
                // Between 0 and 1, so it has no sign to lose.
                #[allow(clippy::cast_sign_loss)]
                let bar = (share * (BARS.len() - 1) as f64).round() as usize;
                BARS[bar.min(BARS.len() - 1)]
            }
            Some(value) if value.is_finite() => BARS[0],
            _ => ' ',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::sparkline;

    #[test]
    fn the_lowest_is_lowest_and_gaps_stay_gaps() {
        assert_eq!(sparkline(&[Some(1.0), None, Some(3.0), Some(2.0)]), "▁ █▅");
        assert_eq!(sparkline(&[Some(2.0), Some(2.0)]), "▁▁");
        assert_eq!(
            sparkline(&[Some(f64::NAN), Some(-1e308), Some(1e308)]),
            " ▁█"
        );
        assert_eq!(sparkline(&[]), "");
    }
}

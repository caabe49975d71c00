//! Pauses between tries: doubled each time, and different for each client.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
/// A collector that restarts is found again within this.
const LONGEST: Duration = Duration::from_secs(2);

/// Half of each pause is fixed and half is random, so that clients that were refused together do not come back together.
#[derive(Debug)]
pub(super) struct Backoff {
    pause: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { pause: FIRST }
    }
}

impl Backoff {
    pub(super) fn next(&mut self) -> Duration {
        let pause = self.pause;
        self.pause = (pause * 2).min(LONGEST);
        pause / 2 + (pause / 2).mul_f64(random())
    }
}

/// From 0 to 1. Each `RandomState` has keys of its own, which is random enough for a pause.
fn random() -> f64 {
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit_and_differ() {
        let (mut one, mut other) = (Backoff::default(), Backoff::default());
        let mut limits = FIRST;
        let mut differed = false;
        for _ in 0..12 {
            let (pause, same) = (one.next(), other.next());
            assert!(pause >= limits / 2 && pause <= limits, "{pause:?}");
            differed |= pause != same;
            limits = (limits * 2).min(LONGEST);
        }
        assert!(differed);
        assert!(one.next() >= LONGEST / 2);
    }
}

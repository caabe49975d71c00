//! What the provider allows: requests a second of a model, and requests at a time of all.
//!
//! The rate is a bucket that fills steadily and holds a second's worth; an empty one says when there will be room.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A bucket of requests.
#[derive(Debug)]
pub(crate) struct Bucket {
    filled: f64,
    looked: Instant,
}

impl Bucket {
    /// Full.
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            filled: f64::MAX,
            looked: now,
        }
    }

    /// Takes a request out at `rate` a second, or says how long to wait for one.
    pub(crate) fn take(&mut self, rate: f64, now: Instant) -> Result<(), Duration> {
        let gained = now.saturating_duration_since(self.looked).as_secs_f64() * rate;
        self.looked = now;
        self.filled = (self.filled + gained).min(rate.max(1.0));
        if self.filled >= 1.0 {
            self.filled -= 1.0;
            return Ok(());
        }
        let missing = (1.0 - self.filled) / rate;
        Err(Duration::try_from_secs_f64(missing).unwrap_or(Duration::from_secs(60)))
    }
}

/// Requests that are worked on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Working(Arc<AtomicUsize>);

/// A place among them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place(Arc<AtomicUsize>);

impl Working {
    /// A place, if fewer than `most` are taken.
    pub(crate) fn enter(&self, most: usize) -> Option<Place> {
        let before = self.0.fetch_add(1, Ordering::AcqRel);
        let place = Place(Arc::clone(&self.0));
        (before < most).then_some(place)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Bucket, Working};

    #[test]
    fn a_bucket_gives_its_rate_and_says_when_to_come_again() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        assert!(bucket.take(2.0, start).is_ok());
        assert!(bucket.take(2.0, start).is_ok());
        let wait = bucket.take(2.0, start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        assert!(bucket.take(2.0, start + wait).is_ok());
        assert!(bucket.take(2.0, start + wait).is_err());
        // A rate that was cut is in force at once, for what was saved up too.
        let later = start + Duration::from_secs(100);
        assert!(bucket.take(0.5, later).is_ok());
        assert_eq!(bucket.take(0.5, later).unwrap_err(), Duration::from_secs(2));
    }

    #[test]
    fn places_come_back() {
        let working = Working::default();
        let first = working.enter(1);
        assert!(first.is_some());
        assert!(working.enter(1).is_none());
        assert_eq!(working.count(), 1);
        drop(first);
        assert!(working.enter(1).is_some());
    }
}

//! Cases in turn, and threads at once.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use crate::allocations::allocations;

/// A batch takes about this long.
const BATCH: Duration = Duration::from_millis(4);

/// Something to time.
///
/// ```
/// let case = bellwether_bench::Case::new("nothing", || {});
/// assert_eq!(case.name, "nothing");
/// ```
pub struct Case<'a> {
    /// What it is called in the table.
    pub name: &'static str,
    call: Box<dyn FnMut(u64) + 'a>,
}

impl std::fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Case")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl<'a> Case<'a> {
    /// One call of this is one operation. The loop around it is compiled with it.
    pub fn new(name: &'static str, mut call: impl FnMut() + 'a) -> Self {
        let call = move |times| {
            for _ in 0..times {
                call();
            }
        };
        Self {
            name,
            call: Box::new(call),
        }
    }
}

/// What a case took.
///
/// ```
/// let outcomes = bellwether_bench::measure(vec![bellwether_bench::Case::new("nothing", || {})], 1);
/// assert!(outcomes[0].median >= outcomes[0].least);
/// ```
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The case.
    pub name: &'static str,
    /// Nanoseconds an operation: the median of the rounds.
    pub median: f64,
    /// Nanoseconds an operation: the least.
    pub least: f64,
    /// Allocations an operation, once everything is warm.
    pub allocations: f64,
}

/// Times the cases in turn, this many rounds.
///
/// ```
/// let outcomes = bellwether_bench::measure(vec![bellwether_bench::Case::new("nothing", || {})], 1);
/// assert_eq!(outcomes.len(), 1);
/// ```
pub fn measure(mut cases: Vec<Case<'_>>, rounds: usize) -> Vec<Outcome> {
    let batches: Vec<u64> = cases.iter_mut().map(batch).collect();
    let mut times = vec![Vec::with_capacity(rounds); cases.len()];
    for _ in 0..rounds {
        for ((case, times), batch) in cases.iter_mut().zip(&mut times).zip(&batches) {
            let start = Instant::now();
            (case.call)(*batch);
            times.push(start.elapsed().as_nanos() as f64 / *batch as f64);
        }
    }
    let results = cases.iter_mut().zip(times);
    results
        .map(|(case, mut times)| {
            times.sort_by(f64::total_cmp);
            let calls = 1_000;
            let allocated = allocations(|| (case.call)(calls));
            Outcome {
                name: case.name,
                median: times.get(times.len() / 2).copied().unwrap_or(f64::NAN),
                least: times.first().copied().unwrap_or(f64::NAN),
                allocations: allocated as f64 / calls as f64,
            }
        })
        .collect()
}

/// Warms a case up, and finds how many operations fill a batch.
fn batch(case: &mut Case<'_>) -> u64 {
    let mut times = 1;
    loop {
        let start = Instant::now();
        (case.call)(times);
        let took = start.elapsed();
        if took >= BATCH {
            return times;
        }
        times *= 2;
    }
}

/// Operations a second of this many threads that call at once, for a while, the best of five tries.
///
/// ```
/// let rate = bellwether_bench::measure_threads(1, || { std::hint::black_box(1); });
/// assert!(rate > 1_000.0);
/// ```
pub fn measure_threads(threads: usize, call: impl Fn() + Sync) -> f64 {
    const EACH: u64 = 5_000_000;
    let mut best = 0.0_f64;
    for _ in 0..5 {
        let start = Barrier::new(threads);
        let times: Vec<(Instant, Instant)> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        let begun = Instant::now();
                        for _ in 0..EACH {
                            call();
                        }
                        (begun, Instant::now())
                    })
                })
                .collect();
            let ended = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
            ended.filter_map(Result::ok).collect()
        });
        // From the first that began to the last that ended.
        let begun = times.iter().map(|(begun, _)| *begun).min();
        let ended = times.iter().map(|(_, ended)| *ended).max();
        let (Some(begun), Some(ended)) = (begun, ended) else {
            continue;
        };
        let took = ended.duration_since(begun);
        best = best.max((EACH * threads as u64) as f64 / took.as_secs_f64());
    }
    best
}

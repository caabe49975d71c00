//! The table of an open label's values.

use std::hash::{BuildHasher, Hasher};

use loom::sync::Arc;
use loom::thread;

use crate::metrics::interner::{Interned, Interner, OTHER};
use crate::model;

/// The same in each run: Loom follows a path again step by step. All values collide, which is the worst there is.
struct Same;

struct One;

impl BuildHasher for Same {
    type Hasher = One;

    fn build_hasher(&self) -> One {
        One
    }
}

impl Hasher for One {
    fn write(&mut self, _: &[u8]) {}

    fn finish(&self) -> u64 {
        1
    }
}

/// What two threads got for these values, in order.
fn interned(
    limit: usize,
    first: &'static [&'static str],
    second: &'static [&'static str],
) -> (Arc<Interner<Same>>, Vec<Interned>, Vec<Interned>) {
    let table = Arc::new(Interner::with_hasher("tool", limit, Same));
    let each = |table: &Interner<Same>, values: &[&str]| -> Vec<Interned> {
        values.iter().map(|value| table.intern(value)).collect()
    };
    let of_thread = Arc::clone(&table);
    let thread = thread::spawn(move || each(&of_thread, first));
    let here = each(&table, second);
    let there = thread.join().expect("a thread of the model");
    (table, there, here)
}

/// Threads that bring the same values in another order get the same indices, and each value its own.
pub fn same_index() {
    model(|| {
        let (_, there, here) = interned(2, &["a", "b"], &["b", "a"]);
        assert_eq!(there, [here[1], here[0]]);
        let mut indices = [here[0].index, here[1].index];
        indices.sort_unstable();
        assert_eq!(indices, [0, 1]);
    });
}

/// Two values for the last place: one has it for good, and the other is `_other`.
pub fn last_place() {
    model(|| {
        let (table, there, here) = interned(1, &["a"], &["b"]);
        let (a, b) = (there[0], here[0]);
        let others = [a, b].iter().filter(|value| value.value == OTHER).count();
        assert_eq!((others, a.index.min(b.index)), (1, 0));
        assert_eq!([table.intern("a"), table.intern("b")], [a, b]);
    });
}

/// A value that has a place is never `_other`, not even when it takes the last one at this moment.
pub fn never_other() {
    model(|| {
        let (_, there, here) = interned(1, &["a"], &["a", "a"]);
        for value in there.iter().chain(&here) {
            assert_eq!((value.index, value.value), (0, "a"));
        }
    });
}

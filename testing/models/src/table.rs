//! The table from labels to slots.

use loom::sync::Arc;
use loom::thread;

use crate::metrics::series::Table;
use crate::model;

fn slots(
    limit: usize,
    first: &'static [u64],
    second: &'static [u64],
) -> (Arc<Table>, Vec<Option<usize>>, Vec<Option<usize>>) {
    let table = Arc::new(Table::new());
    let each = move |table: &Table, keys: &[u64]| -> Vec<Option<usize>> {
        keys.iter().map(|key| table.slot(*key, limit)).collect()
    };
    let of_thread = Arc::clone(&table);
    let thread = thread::spawn(move || each(&of_thread, first));
    let here = each(&table, second);
    (table, thread.join().expect("a thread of the model"), here)
}

/// Threads that bring the same keys in another order get the same slots, and each key its own.
pub fn same_slot() {
    model(|| {
        let (_, there, here) = slots(2, &[3, 4], &[4, 3]);
        assert_eq!(there, [here[1], here[0]]);
        let mut slots = [here[0], here[1]];
        slots.sort_unstable();
        assert_eq!(slots, [Some(0), Some(1)]);
    });
}

/// Two keys for the last slot: one has it for good.
pub fn last_slot() {
    model(|| {
        let (table, there, here) = slots(1, &[3], &[4]);
        let (three, four) = (there[0], here[0]);
        assert_eq!(three.xor(four), Some(0));
        assert_eq!([table.slot(3, 1), table.slot(4, 1)], [three, four]);
    });
}

//! What holds measurements back, and gives them up before each collection.

use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Something that gathers measurements before they reach their series.
///
/// Flushed within the SDK's collection, under its lock: a flush must not make instruments.
pub(crate) trait Buffer: Send + Sync {
    /// Merges what is held into the series. Cheap where nothing is held.
    fn flush(&self);
}

#[derive(Default)]
pub(crate) struct Buffers(Mutex<Vec<Weak<dyn Buffer>>>);

impl Buffers {
    pub(crate) fn add(&self, buffer: &Arc<dyn Buffer>) {
        self.list().push(Arc::downgrade(buffer));
    }

    /// Called by every instrument's callback: which is the first of a collection is the SDK's affair.
    pub(crate) fn flush(&self) {
        let buffers: Vec<Arc<dyn Buffer>> = {
            let mut list = self.list();
            if list.is_empty() {
                return;
            }
            list.retain(|buffer| buffer.strong_count() > 0);
            list.iter().filter_map(Weak::upgrade).collect()
        };
        for buffer in buffers {
            buffer.flush();
        }
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<Weak<dyn Buffer>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

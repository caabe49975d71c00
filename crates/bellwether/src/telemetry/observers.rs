//! The observers of resources that a running telemetry keeps.

use std::sync::{Mutex, MutexGuard, PoisonError};

use opentelemetry::metrics::Meter;
use tokio::runtime::{Handle, Id};

use crate::config::Settings;
use crate::metrics::Selection;
use crate::resources::{self, DiskOptions, Observer, ProcessOptions, RuntimeOptions, SourceState};

/// Most runtimes at a time: the catalog's bound of the label `runtime`.
const MOST_RUNTIMES: usize = 16;

/// All of them. Dropped or ended, they end.
pub(super) struct Observers {
    meter: Meter,
    selection: Selection,
    /// `None` where runtimes are not observed, and after the end.
    runtimes: Mutex<Option<Vec<ObservedRuntime>>>,
    others: Mutex<Vec<Observer>>,
}

struct ObservedRuntime {
    id: Id,
    name: String,
    observer: Observer,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Observers {
    /// Starts what the settings ask for, and observes the runtime that this is called on.
    pub(super) fn start(settings: &Settings, meter: Meter, selection: Selection) -> Self {
        let observed = &settings.resources;
        let is_on = *observed.enabled && *settings.metrics.enabled;
        let mut others = Vec::new();
        if is_on && *observed.process {
            let options = ProcessOptions::default()
                .interval(*observed.process_interval)
                .selection(selection);
            others.push(resources::process(&meter, options));
        }
        if is_on && *settings.sources.host {
            let options = DiskOptions::default()
                .paths(observed.disk_paths.iter().cloned())
                .interval(*observed.disk_interval)
                .selection(selection);
            others.push(resources::disk(&meter, options));
        }
        #[cfg(feature = "gpu")]
        if is_on && *settings.sources.gpu {
            let mut options = resources::GpuOptions::default()
                .interval(*observed.gpu_interval)
                .selection(selection);
            if let Some(library) = observed.gpu_library.get() {
                options = options.library(library);
            }
            others.push(resources::gpu(&meter, options));
        }
        let runtimes = (is_on && *observed.process).then(Vec::new);
        let observers = Self {
            meter,
            selection,
            runtimes: Mutex::new(runtimes),
            others: Mutex::new(others),
        };
        if let Ok(current) = Handle::try_current() {
            observers.observe_runtime(&current);
        }
        observers
    }

    pub(super) fn observe_runtime(&self, handle: &Handle) {
        let mut runtimes = lock(&self.runtimes);
        let Some(runtimes) = runtimes.as_mut() else {
            return;
        };
        runtimes.retain(|runtime| runtime.observer.state() != SourceState::Absent);
        let is_known = runtimes.iter().any(|runtime| runtime.id == handle.id());
        if is_known || runtimes.len() >= MOST_RUNTIMES {
            return;
        }
        let name = free_name(handle.name().unwrap_or("main"), runtimes);
        let options = RuntimeOptions::default()
            .name(&name)
            .selection(self.selection);
        runtimes.push(ObservedRuntime {
            id: handle.id(),
            name,
            observer: resources::runtime(&self.meter, handle, options),
        });
    }

    pub(super) fn end(&self) {
        drop(lock(&self.runtimes).take());
        lock(&self.others).clear();
    }
}

/// The name, or the name with the first number that makes it another one.
fn free_name(name: &str, runtimes: &[ObservedRuntime]) -> String {
    let is_taken = |name: &str| runtimes.iter().any(|runtime| runtime.name == name);
    if !is_taken(name) {
        return name.to_owned();
    }
    (2..=MOST_RUNTIMES + 1)
        .map(|number| format!("{name}-{number}"))
        .find(|name| !is_taken(name))
        .unwrap_or_else(|| name.to_owned())
}

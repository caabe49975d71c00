//! Which figure leaves under which names.

use std::sync::{Arc, Weak};

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use super::sample::ProcessSample;
use crate::metrics::generated::labels::ProcessMemoryType;
use crate::metrics::generated::{bellwether, operations, process, resources, wundr_process};
use crate::metrics::{MetricDefinition, Selection};
use crate::resources::observe::{Number, observe};
use crate::resources::sampler::Cell;

type Figure = fn(&ProcessSample) -> Option<Number>;

/// Metrics without labels.
const FIGURES: &[(&MetricDefinition, Figure)] = &[
    (&wundr_process::WUNDR_PROCESS_MEMORY_HEAP_BYTES, |s| {
        Some(s.heap.into())
    }),
    (&wundr_process::WUNDR_PROCESS_MEMORY_RSS_BYTES, |s| {
        Some(s.resident.into())
    }),
    (&wundr_process::WUNDR_PROCESS_MEMORY_EXTERNAL_BYTES, |s| {
        Some(s.external.into())
    }),
    (&wundr_process::WUNDR_PROCESS_CPU_USER_SECONDS_TOTAL, |s| {
        Some(s.cpu_user.into())
    }),
    (
        &wundr_process::WUNDR_PROCESS_CPU_SYSTEM_SECONDS_TOTAL,
        |s| Some(s.cpu_system.into()),
    ),
    (&wundr_process::WUNDR_PROCESS_OPEN_FDS, |s| {
        s.open_fds.map(Number::from)
    }),
    (&wundr_process::WUNDR_PROCESS_MAX_FDS, |s| {
        s.max_fds.map(Number::from)
    }),
    (&wundr_process::WUNDR_PROCESS_UPTIME_SECONDS, |s| {
        Some(s.uptime.into())
    }),
    (&process::PROCESS_CPU_SECONDS_TOTAL, |s| {
        Some((s.cpu_user + s.cpu_system).into())
    }),
    (&process::PROCESS_OPEN_FDS, |s| s.open_fds.map(Number::from)),
    (&process::PROCESS_MAX_FDS, |s| s.max_fds.map(Number::from)),
    (&process::PROCESS_VIRTUAL_MEMORY_BYTES, |s| {
        Some(s.virtual_memory.into())
    }),
    (&process::PROCESS_RESIDENT_MEMORY_BYTES, |s| {
        Some(s.resident.into())
    }),
    (&process::PROCESS_HEAP_BYTES, |s| Some(s.heap.into())),
    (&process::PROCESS_START_TIME_SECONDS, |s| {
        Some(s.started.into())
    }),
    (&process::PROCESS_THREADS, |s| Some(s.threads.into())),
    (&operations::PROCESS_CPU_USAGE_PERCENT, |s| {
        s.cpu_percent.map(Number::from)
    }),
    (&bellwether::BELLWETHER_PROCESS_MEMORY_LIMIT_BYTES, |s| {
        s.memory_limit.map(Number::from)
    }),
];

pub(super) fn register(on: (&Meter, Selection), cell: &Arc<Cell<ProcessSample>>) {
    for &(definition, figure) in FIGURES {
        let cell = Arc::downgrade(cell);
        observe(on, definition, move |points| {
            if let Some(value) = latest(&cell).as_deref().and_then(figure) {
                points(value, &[]);
            }
        });
    }
    let cell = Arc::downgrade(cell);
    let types = ProcessMemoryType::ALL
        .map(|kind| (kind, [KeyValue::new(ProcessMemoryType::KEY, kind.as_str())]));
    observe(on, &resources::PROCESS_MEMORY_USAGE_BYTES, move |points| {
        let Some(sample) = latest(&cell) else { return };
        for (kind, label) in &types {
            let value = match kind {
                ProcessMemoryType::Heap => sample.heap,
                ProcessMemoryType::HeapTotal => sample.heap_total,
                ProcessMemoryType::Rss => sample.resident,
            };
            points(Number::Int(value), label);
        }
    });
}

fn latest(cell: &Weak<Cell<ProcessSample>>) -> Option<Arc<ProcessSample>> {
    cell.upgrade()?.latest()
}

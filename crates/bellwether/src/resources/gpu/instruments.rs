//! Which figure leaves under which names.

use std::sync::Arc;

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use super::reading::{GpuHealth, GpuReading, GpuSample};
use crate::metrics::generated::labels::{GpuTask, GpuThrottleReason, HardwareState, HardwareType};
use crate::metrics::generated::{bellwether_resources, hardware, resources};
use crate::metrics::{MetricDefinition, Selection};
use crate::resources::observe::{Number, Points, observe};
use crate::resources::sampler::Cell;

/// Gives the points of one GPU.
type Figure = fn(&GpuSample, &mut Points<'_>);

fn indexed(gpu: &GpuSample) -> KeyValue {
    KeyValue::new("gpu_index", gpu.index.to_string())
}

fn identified(gpu: &GpuSample) -> KeyValue {
    KeyValue::new("hw.id", gpu.id.clone())
}

fn typed(gpu: &GpuSample) -> [KeyValue; 2] {
    [
        identified(gpu),
        KeyValue::new(HardwareType::KEY, HardwareType::Gpu.as_str()),
    ]
}

fn point(value: Option<impl Into<Number>>, labels: &[KeyValue], points: &mut Points<'_>) {
    if let Some(value) = value {
        points(value.into(), labels);
    }
}

const FIGURES: &[(&MetricDefinition, Figure)] = &[
    (&resources::GPU_UTILIZATION_PERCENT, |gpu, points| {
        point(
            gpu.utilization.map(|share| share * 100.0),
            &[indexed(gpu)],
            points,
        );
    }),
    (&resources::GPU_MEMORY_USED_BYTES, |gpu, points| {
        point(
            gpu.memory.map(|memory| memory.used),
            &[indexed(gpu)],
            points,
        );
    }),
    (
        &bellwether_resources::BELLWETHER_GPU_THROTTLED,
        |gpu, points| {
            let Some(now) = &gpu.throttled else { return };
            for reason in GpuThrottleReason::ALL {
                let labels = [
                    indexed(gpu),
                    KeyValue::new(GpuThrottleReason::KEY, reason.as_str()),
                ];
                points(Number::Int(u64::from(now.contains(&reason))), &labels);
            }
        },
    ),
    (
        &bellwether_resources::BELLWETHER_GPU_PROCESS_MEMORY_BYTES,
        |gpu, points| {
            for process in &gpu.processes {
                let labels = [
                    indexed(gpu),
                    KeyValue::new("pid", process.pid.clone()),
                    KeyValue::new("process", process.name.clone()),
                ];
                points(Number::Int(process.bytes), &labels);
            }
        },
    ),
];

/// Names of the hardware conventions.
const HARDWARE: &[(&MetricDefinition, Figure)] = &[
    (&hardware::HW_GPU_UTILIZATION, |gpu, points| {
        for (task, share) in [
            (GpuTask::General, gpu.utilization),
            (GpuTask::Encoder, gpu.encoder_utilization),
            (GpuTask::Decoder, gpu.decoder_utilization),
        ] {
            point(
                share,
                &[identified(gpu), KeyValue::new(GpuTask::KEY, task.as_str())],
                points,
            );
        }
    }),
    (&hardware::HW_GPU_MEMORY_USAGE, |gpu, points| {
        point(
            gpu.memory.map(|memory| memory.used),
            &[identified(gpu)],
            points,
        );
    }),
    (&hardware::HW_GPU_MEMORY_LIMIT, |gpu, points| {
        point(
            gpu.memory.map(|memory| memory.total),
            &[identified(gpu)],
            points,
        );
    }),
    (&hardware::HW_GPU_MEMORY_UTILIZATION, |gpu, points| {
        let share = gpu.memory.and_then(super::GpuMemory::utilization);
        point(share, &[identified(gpu)], points);
    }),
    (&hardware::HW_POWER, |gpu, points| {
        point(gpu.power, &typed(gpu), points);
    }),
    (&hardware::HW_ENERGY, |gpu, points| {
        point(gpu.energy, &typed(gpu), points);
    }),
    (&hardware::HW_TEMPERATURE, |gpu, points| {
        point(gpu.temperature, &[identified(gpu)], points);
    }),
    (&hardware::HW_STATUS, |gpu, points| {
        let now = match gpu.health {
            GpuHealth::Ok => HardwareState::Ok,
            GpuHealth::Degraded => HardwareState::Degraded,
            GpuHealth::Failed => HardwareState::Failed,
        };
        for state in HardwareState::ALL {
            let [id, kind] = typed(gpu);
            let labels = [id, kind, KeyValue::new(HardwareState::KEY, state.as_str())];
            points(Number::Int(u64::from(state == now)), &labels);
        }
    }),
];

pub(super) fn register(on: (&Meter, Selection), cell: &Arc<Cell<GpuReading>>) {
    for &(definition, figure) in FIGURES.iter().chain(HARDWARE) {
        let cell = Arc::downgrade(cell);
        observe(on, definition, move |points| {
            let Some(reading) = cell.upgrade().and_then(|cell| cell.latest()) else {
                return;
            };
            for gpu in &reading.gpus {
                figure(gpu, points);
            }
        });
    }
}

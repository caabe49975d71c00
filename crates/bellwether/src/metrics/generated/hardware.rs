//! Metrics of the family `hardware`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Bytes the GPU received and sent.
///
/// `hw.gpu.io`, counter in `By`.
pub static HW_GPU_IO: MetricDefinition = MetricDefinition {
    name: "hw.gpu.io",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Bytes the GPU received and sent.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "hw.id", prometheus_key: "hw_id", input: "hw_id", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "network.io.direction", prometheus_key: "network_io_direction", input: "network_io_direction", required: true, values: LabelValues::Closed(labels::IoDirection::VALUES) },
    ],
    prometheus_name: "hw_gpu_io",
    prometheus_suffixed_name: "hw_gpu_io_bytes_total",
    interval: Interval::Medium,
    origin: "hardware convention",
    switch: Some("hardware"),
    recorder: Some("gpu"),
};

/// Memory of the GPU.
///
/// `hw.gpu.memory.limit`, updowncounter in `By`.
pub static HW_GPU_MEMORY_LIMIT: MetricDefinition = MetricDefinition {
    name: "hw.gpu.memory.limit",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Memory of the GPU.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "hw.id", prometheus_key: "hw_id", input: "hw_id", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "hw_gpu_memory_limit",
    prometheus_suffixed_name: "hw_gpu_memory_limit_bytes",
    interval: Interval::Medium,
    origin: "hardware convention",
    switch: Some("hardware"),
    recorder: Some("gpu"),
};

/// GPU memory in use.
///
/// `hw.gpu.memory.usage`, updowncounter in `By`.
pub static HW_GPU_MEMORY_USAGE: MetricDefinition = MetricDefinition {
    name: "hw.gpu.memory.usage",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "GPU memory in use.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "hw.id", prometheus_key: "hw_id", input: "hw_id", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "hw_gpu_memory_usage",
    prometheus_suffixed_name: "hw_gpu_memory_usage_bytes",
    interval: Interval::Medium,
    origin: "hardware convention",
    switch: Some("hardware"),
    recorder: Some("gpu"),
};

/// Fraction of GPU memory in use: used by total, not the controller load that NVML names alike.
///
/// `hw.gpu.memory.utilization`, gauge in `1`.
pub static HW_GPU_MEMORY_UTILIZATION: MetricDefinition = MetricDefinition {
    name: "hw.gpu.memory.utilization",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: true,
    unit: "1",
    description: "Fraction of GPU memory in use: used by total, not the controller load that NVML names alike.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "hw.id", prometheus_key: "hw_id", input: "hw_id", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "hw_gpu_memory_utilization",
    prometheus_suffixed_name: "hw_gpu_memory_utilization_ratio",
    interval: Interval::Medium,
    origin: "hardware convention",
    switch: Some("hardware"),
    recorder: Some("gpu"),
};

/// Fraction of time the GPU was busy.
///
/// `hw.gpu.utilization`, gauge in `1`.
pub static HW_GPU_UTILIZATION: MetricDefinition = MetricDefinition {
    name: "hw.gpu.utilization",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: true,
    unit: "1",
    description: "Fraction of time the GPU was busy.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "hw.id", prometheus_key: "hw_id", input: "hw_id", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "hw.gpu.task", prometheus_key: "hw_gpu_task", input: "hw_gpu_task", required: false, values: LabelValues::Closed(labels::GpuTask::VALUES) },
    ],
    prometheus_name: "hw_gpu_utilization",
    prometheus_suffixed_name: "hw_gpu_utilization_ratio",
    interval: Interval::Medium,
    origin: "hardware convention",
    switch: Some("hardware"),
    recorder: Some("gpu"),
};

/// Power drawn.
///
/// `hw.power`, gauge in `W`.
pub static HW_POWER: MetricDefinition = MetricDefinition {
    name: "hw.power",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: true,
    unit: "W",
    description: "Power drawn.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "hw.id", prometheus_key: "hw_id", input: "hw_id", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "hw.type", prometheus_key: "hw_type", input: "hw_type", required: true, values: LabelValues::Closed(labels::HardwareType::VALUES) },
    ],
    prometheus_name: "hw_power",
    prometheus_suffixed_name: "hw_power_watts",
    interval: Interval::Medium,
    origin: "hardware convention",
    switch: Some("hardware"),
    recorder: Some("gpu"),
};

/// Energy consumed.
///
/// `hw.energy`, counter in `J`.
pub static HW_ENERGY: MetricDefinition = MetricDefinition {
    name: "hw.energy",
    instrument: Instrument::Counter,
    value: ValueType::Double,
    observable: true,
    unit: "J",
    description: "Energy consumed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "hw.id", prometheus_key: "hw_id", input: "hw_id", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "hw.type", prometheus_key: "hw_type", input: "hw_type", required: true, values: LabelValues::Closed(labels::HardwareType::VALUES) },
    ],
    prometheus_name: "hw_energy",
    prometheus_suffixed_name: "hw_energy_joules_total",
    interval: Interval::Medium,
    origin: "hardware convention",
    switch: Some("hardware"),
    recorder: Some("gpu"),
};

/// Temperature.
///
/// `hw.temperature`, gauge in `Cel`.
pub static HW_TEMPERATURE: MetricDefinition = MetricDefinition {
    name: "hw.temperature",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: true,
    unit: "Cel",
    description: "Temperature.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "hw.id", prometheus_key: "hw_id", input: "hw_id", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "hw_temperature",
    prometheus_suffixed_name: "hw_temperature_celsius",
    interval: Interval::Medium,
    origin: "hardware convention",
    switch: Some("hardware"),
    recorder: Some("gpu"),
};

/// 1 for the state the device is in, 0 for the others.
///
/// `hw.status`, updowncounter in `1`.
pub static HW_STATUS: MetricDefinition = MetricDefinition {
    name: "hw.status",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: true,
    unit: "1",
    description: "1 for the state the device is in, 0 for the others.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "hw.id", prometheus_key: "hw_id", input: "hw_id", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "hw.type", prometheus_key: "hw_type", input: "hw_type", required: true, values: LabelValues::Closed(labels::HardwareType::VALUES) },
        LabelDefinition { key: "hw.state", prometheus_key: "hw_state", input: "hw_state", required: true, values: LabelValues::Closed(labels::HardwareState::VALUES) },
    ],
    prometheus_name: "hw_status",
    prometheus_suffixed_name: "hw_status",
    interval: Interval::Medium,
    origin: "hardware convention",
    switch: Some("hardware"),
    recorder: Some("gpu"),
};

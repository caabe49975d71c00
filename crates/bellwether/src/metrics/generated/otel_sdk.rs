//! Metrics of the family `otel_sdk`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Spans that were started and have not ended.
///
/// `otel.sdk.span.live`, updowncounter in `{span}`.
pub static OTEL_SDK_SPAN_LIVE: MetricDefinition = MetricDefinition {
    name: "otel.sdk.span.live",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{span}",
    description: "Spans that were started and have not ended.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.span.sampling_result", prometheus_key: "otel_span_sampling_result", input: "otel_span_sampling_result", required: true, values: LabelValues::Closed(labels::SamplingResult::VALUES) },
    ],
    prometheus_name: "otel_sdk_span_live",
    prometheus_suffixed_name: "otel_sdk_span_live",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Spans started.
///
/// `otel.sdk.span.started`, counter in `{span}`.
pub static OTEL_SDK_SPAN_STARTED: MetricDefinition = MetricDefinition {
    name: "otel.sdk.span.started",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{span}",
    description: "Spans started.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.span.parent.origin", prometheus_key: "otel_span_parent_origin", input: "otel_span_parent_origin", required: true, values: LabelValues::Closed(labels::SpanParentOrigin::VALUES) },
        LabelDefinition { key: "otel.span.sampling_result", prometheus_key: "otel_span_sampling_result", input: "otel_span_sampling_result", required: true, values: LabelValues::Closed(labels::SamplingResult::VALUES) },
    ],
    prometheus_name: "otel_sdk_span_started",
    prometheus_suffixed_name: "otel_sdk_span_started_total",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Log records made.
///
/// `otel.sdk.log.created`, counter in `{log_record}`.
pub static OTEL_SDK_LOG_CREATED: MetricDefinition = MetricDefinition {
    name: "otel.sdk.log.created",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{log_record}",
    description: "Log records made.",
    buckets: &[],
    labels: &[],
    prometheus_name: "otel_sdk_log_created",
    prometheus_suffixed_name: "otel_sdk_log_created_total",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Spans in the queue.
///
/// `otel.sdk.processor.span.queue.size`, updowncounter in `{span}`.
pub static OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE: MetricDefinition = MetricDefinition {
    name: "otel.sdk.processor.span.queue.size",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: true,
    unit: "{span}",
    description: "Spans in the queue.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "otel_sdk_processor_span_queue_size",
    prometheus_suffixed_name: "otel_sdk_processor_span_queue_size",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Spans the queue holds at most.
///
/// `otel.sdk.processor.span.queue.capacity`, updowncounter in `{span}`.
pub static OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY: MetricDefinition = MetricDefinition {
    name: "otel.sdk.processor.span.queue.capacity",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: true,
    unit: "{span}",
    description: "Spans the queue holds at most.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "otel_sdk_processor_span_queue_capacity",
    prometheus_suffixed_name: "otel_sdk_processor_span_queue_capacity",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Spans the processor is done with; with an error type where they were lost.
///
/// `otel.sdk.processor.span.processed`, counter in `{span}`.
pub static OTEL_SDK_PROCESSOR_SPAN_PROCESSED: MetricDefinition = MetricDefinition {
    name: "otel.sdk.processor.span.processed",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{span}",
    description: "Spans the processor is done with; with an error type where they were lost.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "otel_sdk_processor_span_processed",
    prometheus_suffixed_name: "otel_sdk_processor_span_processed_total",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Log records in the queue.
///
/// `otel.sdk.processor.log.queue.size`, updowncounter in `{log_record}`.
pub static OTEL_SDK_PROCESSOR_LOG_QUEUE_SIZE: MetricDefinition = MetricDefinition {
    name: "otel.sdk.processor.log.queue.size",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: true,
    unit: "{log_record}",
    description: "Log records in the queue.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "otel_sdk_processor_log_queue_size",
    prometheus_suffixed_name: "otel_sdk_processor_log_queue_size",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Log records the queue holds at most.
///
/// `otel.sdk.processor.log.queue.capacity`, updowncounter in `{log_record}`.
pub static OTEL_SDK_PROCESSOR_LOG_QUEUE_CAPACITY: MetricDefinition = MetricDefinition {
    name: "otel.sdk.processor.log.queue.capacity",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: true,
    unit: "{log_record}",
    description: "Log records the queue holds at most.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "otel_sdk_processor_log_queue_capacity",
    prometheus_suffixed_name: "otel_sdk_processor_log_queue_capacity",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Log records the processor is done with; with an error type where they were lost.
///
/// `otel.sdk.processor.log.processed`, counter in `{log_record}`.
pub static OTEL_SDK_PROCESSOR_LOG_PROCESSED: MetricDefinition = MetricDefinition {
    name: "otel.sdk.processor.log.processed",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{log_record}",
    description: "Log records the processor is done with; with an error type where they were lost.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "otel_sdk_processor_log_processed",
    prometheus_suffixed_name: "otel_sdk_processor_log_processed_total",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Spans handed to the exporter and not answered.
///
/// `otel.sdk.exporter.span.inflight`, updowncounter in `{span}`.
pub static OTEL_SDK_EXPORTER_SPAN_INFLIGHT: MetricDefinition = MetricDefinition {
    name: "otel.sdk.exporter.span.inflight",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{span}",
    description: "Spans handed to the exporter and not answered.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "otel_sdk_exporter_span_inflight",
    prometheus_suffixed_name: "otel_sdk_exporter_span_inflight",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Spans whose export ended; with an error type where it failed.
///
/// `otel.sdk.exporter.span.exported`, counter in `{span}`.
pub static OTEL_SDK_EXPORTER_SPAN_EXPORTED: MetricDefinition = MetricDefinition {
    name: "otel.sdk.exporter.span.exported",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{span}",
    description: "Spans whose export ended; with an error type where it failed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "otel_sdk_exporter_span_exported",
    prometheus_suffixed_name: "otel_sdk_exporter_span_exported_total",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Log records handed to the exporter and not answered.
///
/// `otel.sdk.exporter.log.inflight`, updowncounter in `{log_record}`.
pub static OTEL_SDK_EXPORTER_LOG_INFLIGHT: MetricDefinition = MetricDefinition {
    name: "otel.sdk.exporter.log.inflight",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{log_record}",
    description: "Log records handed to the exporter and not answered.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "otel_sdk_exporter_log_inflight",
    prometheus_suffixed_name: "otel_sdk_exporter_log_inflight",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Log records whose export ended; with an error type where it failed.
///
/// `otel.sdk.exporter.log.exported`, counter in `{log_record}`.
pub static OTEL_SDK_EXPORTER_LOG_EXPORTED: MetricDefinition = MetricDefinition {
    name: "otel.sdk.exporter.log.exported",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{log_record}",
    description: "Log records whose export ended; with an error type where it failed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "otel_sdk_exporter_log_exported",
    prometheus_suffixed_name: "otel_sdk_exporter_log_exported_total",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Data points handed to the exporter and not answered.
///
/// `otel.sdk.exporter.metric_data_point.inflight`, updowncounter in `{data_point}`.
pub static OTEL_SDK_EXPORTER_METRIC_DATA_POINT_INFLIGHT: MetricDefinition = MetricDefinition {
    name: "otel.sdk.exporter.metric_data_point.inflight",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{data_point}",
    description: "Data points handed to the exporter and not answered.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "otel_sdk_exporter_metric_data_point_inflight",
    prometheus_suffixed_name: "otel_sdk_exporter_metric_data_point_inflight",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Data points whose export ended; with an error type where it failed.
///
/// `otel.sdk.exporter.metric_data_point.exported`, counter in `{data_point}`.
pub static OTEL_SDK_EXPORTER_METRIC_DATA_POINT_EXPORTED: MetricDefinition = MetricDefinition {
    name: "otel.sdk.exporter.metric_data_point.exported",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{data_point}",
    description: "Data points whose export ended; with an error type where it failed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "otel_sdk_exporter_metric_data_point_exported",
    prometheus_suffixed_name: "otel_sdk_exporter_metric_data_point_exported_total",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Duration of a collection.
///
/// `otel.sdk.metric_reader.collection.duration`, histogram in `s`.
pub static OTEL_SDK_METRIC_READER_COLLECTION_DURATION: MetricDefinition = MetricDefinition {
    name: "otel.sdk.metric_reader.collection.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a collection.",
    buckets: &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "otel_sdk_metric_reader_collection_duration",
    prometheus_suffixed_name: "otel_sdk_metric_reader_collection_duration_seconds",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

/// Duration of an export.
///
/// `otel.sdk.exporter.operation.duration`, histogram in `s`.
pub static OTEL_SDK_EXPORTER_OPERATION_DURATION: MetricDefinition = MetricDefinition {
    name: "otel.sdk.exporter.operation.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of an export.",
    buckets: &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0],
    labels: &[
        LabelDefinition { key: "otel.component.type", prometheus_key: "otel_component_type", input: "otel_component_type", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "otel.component.name", prometheus_key: "otel_component_name", input: "otel_component_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "http.response.status_code", prometheus_key: "http_response_status_code", input: "http_response_status_code", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "rpc.grpc.status_code", prometheus_key: "rpc_grpc_status_code", input: "rpc_grpc_status_code", required: false, values: LabelValues::Bounded(20) },
    ],
    prometheus_name: "otel_sdk_exporter_operation_duration",
    prometheus_suffixed_name: "otel_sdk_exporter_operation_duration_seconds",
    interval: Interval::Medium,
    origin: "OpenTelemetry SDK convention",
    switch: None,
    recorder: None,
};

"""The story of testing/clients, told by the official OpenTelemetry SDK for Python.

Where to and how is said by the standard variables: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_SERVICE_NAME,
OTEL_RESOURCE_ATTRIBUTES.
"""

import os
import sys

from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace.span import TraceState

PROTOCOL = os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"]
if PROTOCOL == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
elif PROTOCOL == "http/json":
    from opentelemetry.exporter.otlp.json.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.json.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

SCOPE = ("bellwether.clients", "1.2.3")
SCHEMA = "https://opentelemetry.io/schemas/1.30.0"
SCOPE_ATTRIBUTES = {"scope.attribute": "kept"}
EVERY_TYPE = {
    "text": "plan – 計画",
    "whole": 9007199254740991,
    "real": 0.25,
    "truth": True,
    "texts": ["a", "b"],
    "wholes": [1, -2],
    "reals": [0.5, 1.5],
    "truths": [True, False],
}

tracers = TracerProvider()
tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
meters = MeterProvider(
    metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())],
    views=[View(instrument_name="client.size", aggregation=ExponentialBucketHistogramAggregation())],
)
loggers = LoggerProvider()
loggers.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))

tracer = tracers.get_tracer(*SCOPE, schema_url=SCHEMA, attributes=SCOPE_ATTRIBUTES)
meter = meters.get_meter(*SCOPE, schema_url=SCHEMA, attributes=SCOPE_ATTRIBUTES)
logger = loggers.get_logger(*SCOPE, schema_url=SCHEMA, attributes=SCOPE_ATTRIBUTES)

calls = meter.create_counter("client.calls", unit="{call}", description="Calls.")
waiting = meter.create_up_down_counter("client.waiting", unit="{call}", description="Calls that wait.")
temperature = meter.create_gauge("client.temperature", unit="Cel", description="Of the room.")
duration = meter.create_histogram(
    "client.duration", unit="s", description="Of a call.", explicit_bucket_boundaries_advisory=[0.1, 1.0]
)
size = meter.create_histogram("client.size", unit="By", description="Of a message.")

elsewhere = SpanContext(
    trace_id=0x0102030405060708090A0B0C0D0E0F10,
    span_id=0x0102030405060708,
    is_remote=True,
    trace_flags=TraceFlags(TraceFlags.SAMPLED),
    trace_state=TraceState([("a", "b")]),
)

with tracer.start_as_current_span("parent", kind=SpanKind.SERVER, attributes=EVERY_TYPE) as parent:
    with tracer.start_as_current_span(
        "child", kind=SpanKind.CLIENT, links=[Link(elsewhere, {"why": "retry"})]
    ) as child:
        child.add_event("tool.finished", EVERY_TYPE)
        child.set_status(Status(StatusCode.ERROR, "timed out"))
        calls.add(2, {"outcome": "ok"})
        calls.add(3, {"outcome": "ok"})
        waiting.add(3)
        waiting.add(-5)
        temperature.set(21.5, {"room": "north"})
        for seconds in (0.05, 0.2, 3.0):
            duration.record(seconds, {"outcome": "ok"})
        for _bytes in (1, 3, 1000, 0):
            size.record(_bytes)
        logger.emit(
            LogRecord(
                timestamp=1_700_000_000_000_000_001,
                observed_timestamp=1_700_000_000_000_000_002,
                severity_number=SeverityNumber.WARN,
                severity_text="WARN",
                event_name="tool.slow",
                body={"tool": "Bash", "attempt": 2, "ok": False, "seconds": 0.25, "bytes": b"\x01\x02\x03", "words": ["a", "b"], "inner": {"k": "v"}},
                attributes=EVERY_TYPE,
                context=trace.set_span_in_context(child),
            )
        )
    parent.set_status(Status(StatusCode.OK))
logger.emit(LogRecord(severity_number=SeverityNumber.INFO, severity_text="INFO", body="all is well"))

tracers.shutdown()
meters.shutdown()
loggers.shutdown()
sys.exit(0)

// The story of testing/clients, told by the official OpenTelemetry SDK for JavaScript.
//
// Where to and how is said by the standard variables: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_SERVICE_NAME,
// OTEL_RESOURCE_ATTRIBUTES.
'use strict';

const { context, trace, SpanKind, SpanStatusCode, TraceFlags, createTraceState } = require('@opentelemetry/api');
const { SeverityNumber } = require('@opentelemetry/api-logs');
const { defaultResource, detectResources, envDetector } = require('@opentelemetry/resources');
const { BatchLogRecordProcessor, LoggerProvider } = require('@opentelemetry/sdk-logs');
const { AggregationType, MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');

const kind = { grpc: 'grpc', 'http/protobuf': 'proto', 'http/json': 'http' }[process.env.OTEL_EXPORTER_OTLP_PROTOCOL];
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${kind}`);
const { OTLPMetricExporter } = require(`@opentelemetry/exporter-metrics-otlp-${kind}`);
const { OTLPLogExporter } = require(`@opentelemetry/exporter-logs-otlp-${kind}`);

const scope = ['bellwether.clients', '1.2.3', { schemaUrl: 'https://opentelemetry.io/schemas/1.30.0' }];
const everyType = {
  text: 'plan – 計画',
  whole: Number.MAX_SAFE_INTEGER,
  real: 0.25,
  truth: true,
  texts: ['a', 'b'],
  wholes: [1, -2],
  reals: [0.5, 1.5],
  truths: [true, false],
};

const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
const tracers = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
const meters = new MeterProvider({
  resource,
  readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })],
  views: [{ instrumentName: 'client.size', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
});
const loggers = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })] });

const tracer = tracers.getTracer(...scope);
const meter = meters.getMeter(...scope);
const logger = loggers.getLogger(...scope);

const calls = meter.createCounter('client.calls', { unit: '{call}', description: 'Calls.' });
const waiting = meter.createUpDownCounter('client.waiting', { unit: '{call}', description: 'Calls that wait.' });
const temperature = meter.createGauge('client.temperature', { unit: 'Cel', description: 'Of the room.' });
const duration = meter.createHistogram('client.duration', {
  unit: 's',
  description: 'Of a call.',
  advice: { explicitBucketBoundaries: [0.1, 1] },
});
const size = meter.createHistogram('client.size', { unit: 'By', description: 'Of a message.' });

const elsewhere = {
  traceId: '0102030405060708090a0b0c0d0e0f10',
  spanId: '0102030405060708',
  isRemote: true,
  traceFlags: TraceFlags.SAMPLED,
  traceState: createTraceState('a=b'),
};

const parent = tracer.startSpan('parent', { kind: SpanKind.SERVER, attributes: everyType });
const inParent = trace.setSpan(context.active(), parent);
const links = [{ context: elsewhere, attributes: { why: 'retry' } }];
const child = tracer.startSpan('child', { kind: SpanKind.CLIENT, links }, inParent);
const inChild = trace.setSpan(inParent, child);
child.addEvent('tool.finished', everyType);
child.setStatus({ code: SpanStatusCode.ERROR, message: 'timed out' });
calls.add(2, { outcome: 'ok' }, inChild);
calls.add(3, { outcome: 'ok' }, inChild);
waiting.add(3, {}, inChild);
waiting.add(-5, {}, inChild);
temperature.record(21.5, { room: 'north' }, inChild);
for (const seconds of [0.05, 0.2, 3]) duration.record(seconds, { outcome: 'ok' }, inChild);
for (const bytes of [1, 3, 1000, 0]) size.record(bytes, {}, inChild);
logger.emit({
  timestamp: [1700000000, 1],
  observedTimestamp: [1700000000, 2],
  severityNumber: SeverityNumber.WARN,
  severityText: 'WARN',
  eventName: 'tool.slow',
  body: { tool: 'Bash', attempt: 2, ok: false, seconds: 0.25, bytes: Uint8Array.of(1, 2, 3), words: ['a', 'b'], inner: { k: 'v' } },
  attributes: everyType,
  context: inChild,
});
child.end();
parent.setStatus({ code: SpanStatusCode.OK });
parent.end();
logger.emit({ severityNumber: SeverityNumber.INFO, severityText: 'INFO', body: 'all is well' });

Promise.all([tracers, meters, loggers].map((provider) => provider.shutdown())).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

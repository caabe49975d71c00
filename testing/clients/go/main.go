// The story of testing/clients, told by the official OpenTelemetry SDK for Go.
//
// Where to and how is said by the standard variables: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_SERVICE_NAME,
// OTEL_RESOURCE_ATTRIBUTES.
package main

import (
	"context"
	"errors"
	stdlog "log"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	scope   = "bellwether.clients"
	version = "1.2.3"
	schema  = "https://opentelemetry.io/schemas/1.30.0"
)

var everyType = []attribute.KeyValue{
	attribute.String("text", "plan – 計画"),
	attribute.Int64("whole", 9007199254740991),
	attribute.Float64("real", 0.25),
	attribute.Bool("truth", true),
	attribute.StringSlice("texts", []string{"a", "b"}),
	attribute.Int64Slice("wholes", []int64{1, -2}),
	attribute.Float64Slice("reals", []float64{0.5, 1.5}),
	attribute.BoolSlice("truths", []bool{true, false}),
}

func must[T any](value T, err error) T {
	if err != nil {
		stdlog.Fatal(err)
	}
	return value
}

// The SDK for Go leaves the choice of the protocol to the program.
func exporters(ctx context.Context) (sdktrace.SpanExporter, sdkmetric.Exporter, sdklog.Exporter) {
	if os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc" {
		return must(otlptracegrpc.New(ctx)), must(otlpmetricgrpc.New(ctx)), must(otlploggrpc.New(ctx))
	}
	return must(otlptracehttp.New(ctx)), must(otlpmetrichttp.New(ctx)), must(otlploghttp.New(ctx))
}

func main() {
	ctx := context.Background()
	traces, metrics, logs := exporters(ctx)
	tracers := sdktrace.NewTracerProvider(sdktrace.WithBatcher(traces))
	meters := sdkmetric.NewMeterProvider(
		sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metrics)),
		sdkmetric.WithView(sdkmetric.NewView(
			sdkmetric.Instrument{Name: "client.size"},
			sdkmetric.Stream{Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}},
		)),
	)
	loggers := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(logs)))

	scopeAttribute := attribute.String("scope.attribute", "kept")
	tracer := tracers.Tracer(scope, trace.WithInstrumentationVersion(version), trace.WithSchemaURL(schema), trace.WithInstrumentationAttributes(scopeAttribute))
	meter := meters.Meter(scope, metric.WithInstrumentationVersion(version), metric.WithSchemaURL(schema), metric.WithInstrumentationAttributes(scopeAttribute))
	logger := loggers.Logger(scope, log.WithInstrumentationVersion(version), log.WithSchemaURL(schema), log.WithInstrumentationAttributes(scopeAttribute))

	calls := must(meter.Int64Counter("client.calls", metric.WithUnit("{call}"), metric.WithDescription("Calls.")))
	waiting := must(meter.Int64UpDownCounter("client.waiting", metric.WithUnit("{call}"), metric.WithDescription("Calls that wait.")))
	temperature := must(meter.Float64Gauge("client.temperature", metric.WithUnit("Cel"), metric.WithDescription("Of the room.")))
	duration := must(meter.Float64Histogram("client.duration", metric.WithUnit("s"), metric.WithDescription("Of a call."), metric.WithExplicitBucketBoundaries(0.1, 1)))
	size := must(meter.Int64Histogram("client.size", metric.WithUnit("By"), metric.WithDescription("Of a message.")))

	elsewhere := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID:    must(trace.TraceIDFromHex("0102030405060708090a0b0c0d0e0f10")),
		SpanID:     must(trace.SpanIDFromHex("0102030405060708")),
		TraceFlags: trace.FlagsSampled,
		TraceState: must(trace.ParseTraceState("a=b")),
		Remote:     true,
	})

	inParent, parent := tracer.Start(ctx, "parent", trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(everyType...))
	inChild, child := tracer.Start(inParent, "child", trace.WithSpanKind(trace.SpanKindClient),
		trace.WithLinks(trace.Link{SpanContext: elsewhere, Attributes: []attribute.KeyValue{attribute.String("why", "retry")}}))
	child.AddEvent("tool.finished", trace.WithAttributes(everyType...))
	child.SetStatus(codes.Error, "timed out")

	outcome := metric.WithAttributes(attribute.String("outcome", "ok"))
	calls.Add(inChild, 2, outcome)
	calls.Add(inChild, 3, outcome)
	waiting.Add(inChild, 3)
	waiting.Add(inChild, -5)
	temperature.Record(inChild, 21.5, metric.WithAttributes(attribute.String("room", "north")))
	for _, seconds := range []float64{0.05, 0.2, 3} {
		duration.Record(inChild, seconds, outcome)
	}
	for _, bytes := range []int64{1, 3, 1000, 0} {
		size.Record(inChild, bytes)
	}

	var slow log.Record
	slow.SetTimestamp(time.Unix(1700000000, 1))
	slow.SetObservedTimestamp(time.Unix(1700000000, 2))
	slow.SetSeverity(log.SeverityWarn)
	slow.SetSeverityText("WARN")
	slow.SetEventName("tool.slow")
	slow.SetBody(attribute.MapValue(
		attribute.String("tool", "Bash"),
		attribute.Int64("attempt", 2),
		attribute.Bool("ok", false),
		attribute.Float64("seconds", 0.25),
		attribute.ByteSlice("bytes", []byte{1, 2, 3}),
		attribute.Slice("words", attribute.StringValue("a"), attribute.StringValue("b")),
		attribute.Map("inner", attribute.String("k", "v")),
	))
	slow.AddAttributes(everyType...)
	logger.Emit(inChild, slow)
	child.End()
	parent.SetStatus(codes.Ok, "")
	parent.End()

	var well log.Record
	well.SetSeverity(log.SeverityInfo)
	well.SetSeverityText("INFO")
	well.SetBody(attribute.StringValue("all is well"))
	logger.Emit(ctx, well)

	if err := errors.Join(tracers.Shutdown(ctx), meters.Shutdown(ctx), loggers.Shutdown(ctx)); err != nil {
		stdlog.Fatal(err)
	}
}

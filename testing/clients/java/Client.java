// The story of testing/clients, told by the official OpenTelemetry SDK for Java.
//
// Where to and how is said by the standard variables: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_SERVICE_NAME,
// OTEL_RESOURCE_ATTRIBUTES.

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.View;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

public class Client {
  private static final String SCOPE = "bellwether.clients";
  private static final String VERSION = "1.2.3";
  private static final String SCHEMA = "https://opentelemetry.io/schemas/1.30.0";

  private static final Attributes EVERY_TYPE =
      Attributes.builder()
          .put("text", "plan – \u8a08\u753b")
          .put("whole", 9007199254740991L)
          .put("real", 0.25)
          .put("truth", true)
          .put(AttributeKey.stringArrayKey("texts"), List.of("a", "b"))
          .put(AttributeKey.longArrayKey("wholes"), List.of(1L, -2L))
          .put(AttributeKey.doubleArrayKey("reals"), List.of(0.5, 1.5))
          .put(AttributeKey.booleanArrayKey("truths"), List.of(true, false))
          .build();

  public static void main(String[] arguments) {
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook()
            .addMeterProviderCustomizer(
                (meters, config) ->
                    meters.registerView(
                        InstrumentSelector.builder().setName("client.size").build(),
                        View.builder()
                            .setAggregation(Aggregation.base2ExponentialBucketHistogram())
                            .build()))
            .build()
            .getOpenTelemetrySdk();
    Tracer tracer =
        sdk.getTracerProvider()
            .tracerBuilder(SCOPE)
            .setInstrumentationVersion(VERSION)
            .setSchemaUrl(SCHEMA)
            .build();
    Meter meter =
        sdk.getMeterProvider()
            .meterBuilder(SCOPE)
            .setInstrumentationVersion(VERSION)
            .setSchemaUrl(SCHEMA)
            .build();
    Logger logger =
        sdk.getSdkLoggerProvider()
            .loggerBuilder(SCOPE)
            .setInstrumentationVersion(VERSION)
            .setSchemaUrl(SCHEMA)
            .build();

    var calls = meter.counterBuilder("client.calls").setUnit("{call}").setDescription("Calls.").build();
    var waiting =
        meter.upDownCounterBuilder("client.waiting").setUnit("{call}").setDescription("Calls that wait.").build();
    var temperature =
        meter.gaugeBuilder("client.temperature").setUnit("Cel").setDescription("Of the room.").build();
    var duration =
        meter
            .histogramBuilder("client.duration")
            .setUnit("s")
            .setDescription("Of a call.")
            .setExplicitBucketBoundariesAdvice(List.of(0.1, 1.0))
            .build();
    var size =
        meter.histogramBuilder("client.size").ofLongs().setUnit("By").setDescription("Of a message.").build();

    SpanContext elsewhere =
        SpanContext.createFromRemoteParent(
            "0102030405060708090a0b0c0d0e0f10",
            "0102030405060708",
            TraceFlags.getSampled(),
            TraceState.builder().put("a", "b").build());

    Span parent =
        tracer.spanBuilder("parent").setSpanKind(SpanKind.SERVER).setAllAttributes(EVERY_TYPE).startSpan();
    Span child =
        tracer
            .spanBuilder("child")
            .setParent(Context.current().with(parent))
            .setSpanKind(SpanKind.CLIENT)
            .addLink(elsewhere, Attributes.of(AttributeKey.stringKey("why"), "retry"))
            .startSpan();
    try (Scope current = child.makeCurrent()) {
      child.addEvent("tool.finished", EVERY_TYPE);
      child.setStatus(StatusCode.ERROR, "timed out");
      Attributes ok = Attributes.of(AttributeKey.stringKey("outcome"), "ok");
      calls.add(2, ok);
      calls.add(3, ok);
      waiting.add(3);
      waiting.add(-5);
      temperature.set(21.5, Attributes.of(AttributeKey.stringKey("room"), "north"));
      for (double seconds : new double[] {0.05, 0.2, 3}) {
        duration.record(seconds, ok);
      }
      for (long bytes : new long[] {1, 3, 1000, 0}) {
        size.record(bytes);
      }
      logger
          .logRecordBuilder()
          .setTimestamp(1_700_000_000_000_000_001L, TimeUnit.NANOSECONDS)
          .setObservedTimestamp(1_700_000_000_000_000_002L, TimeUnit.NANOSECONDS)
          .setSeverity(Severity.WARN)
          .setSeverityText("WARN")
          .setEventName("tool.slow")
          .setBody(
              Value.of(
                  Map.of(
                      "tool", Value.of("Bash"),
                      "attempt", Value.of(2),
                      "ok", Value.of(false),
                      "seconds", Value.of(0.25),
                      "bytes", Value.of(new byte[] {1, 2, 3}),
                      "words", Value.of(Value.of("a"), Value.of("b")),
                      "inner", Value.of(Map.of("k", Value.of("v"))))))
          .setAllAttributes(EVERY_TYPE)
          .emit();
    }
    child.end();
    parent.setStatus(StatusCode.OK);
    parent.end();
    logger.logRecordBuilder().setSeverity(Severity.INFO).setSeverityText("INFO").setBody("all is well").emit();

    // Threads of the senders may live on for a while.
    System.exit(sdk.shutdown().join(30, TimeUnit.SECONDS).isSuccess() ? 0 : 1);
  }
}

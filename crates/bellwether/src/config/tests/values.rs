//! Single variables: precedence, values that are understood, values that aren't.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::time::Duration;

use super::{Variables, error, resolve, shown, try_resolve};
use crate::config::{
    Environment, Exporter, LogFormat, LogStream, MapEnvironment, Origin, Overrides, SamplerChoice,
    Settings,
};

/// Variables, the setting they decide on, its value, its origin.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str, &'a str);

#[test]
#[allow(clippy::too_many_lines)] // a table
fn variables_decide_in_their_order() {
    let cases: &[Case<'_>] = &[
        (&[], "disabled", "false", "default"),
        (
            &[("OTEL_SDK_DISABLED", "TRUE")],
            "disabled",
            "true",
            "OTEL_SDK_DISABLED",
        ),
        (
            &[("OTEL_SDK_DISABLED", "  ")],
            "disabled",
            "false",
            "default",
        ),
        (
            &[
                ("OTEL_SERVICE_NAME", "a"),
                ("OTEL_RESOURCE_ATTRIBUTES", "service.name=b"),
            ],
            "identity.service_name",
            "a",
            "OTEL_SERVICE_NAME",
        ),
        (
            &[("OTEL_RESOURCE_ATTRIBUTES", "service.name=b%20c")],
            "identity.service_name",
            "b c",
            "OTEL_RESOURCE_ATTRIBUTES",
        ),
        (
            &[
                ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=old"),
                ("RAILWAY_ENVIRONMENT", "r"),
            ],
            "identity.environment",
            "old",
            "OTEL_RESOURCE_ATTRIBUTES",
        ),
        (
            &[("RAILWAY_ENVIRONMENT", "r")],
            "identity.environment",
            "r",
            "RAILWAY_ENVIRONMENT",
        ),
        (
            &[
                ("MACHINE_ID", "m"),
                ("METRICS_LABEL_MACHINE_ID", "${MACHINE_ID}"),
            ],
            "identity.machine_id",
            "m",
            "MACHINE_ID",
        ),
        (
            &[("METRICS_LABEL_WORKER_ID", "w")],
            "identity.worker_id",
            "w",
            "METRICS_LABEL_WORKER_ID",
        ),
        (
            &[],
            "metrics.families",
            "orchestrator,agent,wundr,jobs,operations,genai,hardware",
            "default",
        ),
        (
            &[("BELLWETHER_METRICS_FAMILIES", "Wundr, jobs,wundr")],
            "metrics.families",
            "wundr,jobs",
            "BELLWETHER_METRICS_FAMILIES",
        ),
        (
            &[("BELLWETHER_METRICS_FAMILIES", "none")],
            "metrics.families",
            "none",
            "BELLWETHER_METRICS_FAMILIES",
        ),
        (&[], "propagators", "tracecontext,baggage", "default"),
        (
            &[("OTEL_PROPAGATORS", "none")],
            "propagators",
            "none",
            "OTEL_PROPAGATORS",
        ),
        (
            &[("OTEL_PROPAGATORS", "baggage, baggage")],
            "propagators",
            "baggage",
            "OTEL_PROPAGATORS",
        ),
        (
            &[
                ("TRACING_ENABLED", "false"),
                ("OTEL_TRACES_EXPORTER", "otlp"),
            ],
            "traces.exporter",
            "none",
            "TRACING_ENABLED",
        ),
        (
            &[
                ("TRACING_ENABLED", "true"),
                ("OTEL_TRACES_EXPORTER", "console"),
            ],
            "traces.exporter",
            "console",
            "OTEL_TRACES_EXPORTER",
        ),
        (
            &[("METRICS_ENABLED", "false")],
            "metrics.exporter",
            "none",
            "METRICS_ENABLED",
        ),
        (
            &[("OTEL_LOGS_EXPORTER", "none")],
            "logs.exporter",
            "none",
            "OTEL_LOGS_EXPORTER",
        ),
        (&[], "traces.sampler", "parentbased_always_on", "default"),
        (
            &[("TRACING_SAMPLE_RATE", "0.25")],
            "traces.sampler",
            "parentbased_traceidratio(0.25)",
            "TRACING_SAMPLE_RATE",
        ),
        (
            &[
                ("OTEL_TRACES_SAMPLER", "always_off"),
                ("TRACING_SAMPLE_RATE", "0.25"),
            ],
            "traces.sampler",
            "always_off",
            "OTEL_TRACES_SAMPLER",
        ),
        (
            &[
                ("OTEL_TRACES_SAMPLER", "traceidratio"),
                ("OTEL_TRACES_SAMPLER_ARG", "0.5"),
            ],
            "traces.sampler",
            "traceidratio(0.5)",
            "OTEL_TRACES_SAMPLER",
        ),
        (
            &[
                ("OTEL_ATTRIBUTE_COUNT_LIMIT", "7"),
                ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "9"),
            ],
            "traces.limits.attributes",
            "9",
            "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
        ),
        (
            &[("OTEL_ATTRIBUTE_COUNT_LIMIT", "0")],
            "logs.attributes",
            "0",
            "OTEL_ATTRIBUTE_COUNT_LIMIT",
        ),
        (
            &[("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "64")],
            "traces.limits.value_length",
            "64",
            "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        ),
        (&[], "metrics.interval", "4s", "default"),
        (
            &[("METRICS_COLLECTION_INTERVAL", "1m")],
            "metrics.interval",
            "60s",
            "METRICS_COLLECTION_INTERVAL",
        ),
        (
            &[
                ("METRICS_COLLECTION_INTERVAL", "30s"),
                ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ],
            "metrics.interval",
            "500ms",
            "OTEL_METRIC_EXPORT_INTERVAL",
        ),
        (&[], "traces.batch.schedule_delay", "1s", "default"),
        (
            &[("OTEL_BSP_MAX_QUEUE_SIZE", "100")],
            "traces.batch.max_export_batch_size",
            "100",
            "default",
        ),
        (
            &[("OTEL_BLRP_MAX_QUEUE_SIZE", "100")],
            "traces.batch.max_queue_size",
            "8192",
            "default",
        ),
        (&[("LOG_LEVEL", "WARN")], "logs.level", "warn", "LOG_LEVEL"),
        (
            &[("LOG_LEVEL", "my_crate::db=Debug")],
            "logs.level",
            "info,my_crate::db=debug",
            "LOG_LEVEL",
        ),
        (
            &[("ENABLE_GPU_METRICS", "false")],
            "sources.gpu",
            "false",
            "ENABLE_GPU_METRICS",
        ),
        (
            &[("BELLWETHER_SHUTDOWN_TIMEOUT", "250ms")],
            "shutdown_timeout",
            "250ms",
            "BELLWETHER_SHUTDOWN_TIMEOUT",
        ),
    ];
    for (variables, setting, value, origin) in cases {
        let expected = ((*value).to_owned(), (*origin).to_owned());
        assert_eq!(
            shown(variables, setting),
            expected,
            "{setting} with {variables:?}"
        );
    }
}

#[test]
fn a_value_that_is_not_allowed_is_named_with_what_is() {
    let cases: &[(&str, &str, &str)] = &[
        ("OTEL_SDK_DISABLED", "1", "true or false"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=b,c", "entry 2"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%zz", "percent-encoded"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%2", "percent-encoded"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%ff", "UTF-8"),
        ("OTEL_RESOURCE_ATTRIBUTES", "=b", "name=value"),
        (
            "OTEL_PROPAGATORS",
            "tracecontext,b3",
            "tracecontext and baggage",
        ),
        (
            "OTEL_PROPAGATORS",
            "none,baggage",
            "tracecontext and baggage",
        ),
        (
            "BELLWETHER_METRICS_FAMILIES",
            "wundr,agents",
            "orchestrator, agent, wundr",
        ),
        ("OTEL_TRACES_EXPORTER", "zipkin", "otlp, console, none"),
        (
            "OTEL_TRACES_SAMPLER",
            "jaeger_remote",
            "parentbased_traceidratio",
        ),
        ("TRACING_SAMPLE_RATE", "NaN", "0.0 to 1.0"),
        ("TRACING_SAMPLE_RATE", "1.5x", "0.0 to 1.0"),
        ("TRACING_SAMPLE_RATE", "-0.1", "0.0 to 1.0"),
        ("TRACING_SAMPLE_RATE", "1.01", "0.0 to 1.0"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "0", "from 1 to"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "-1", "from 1 to"),
        (
            "OTEL_METRIC_EXPORT_INTERVAL",
            "18446744073709551616",
            "86400000",
        ),
        ("METRICS_COLLECTION_INTERVAL", "0s", "30s"),
        ("METRICS_COLLECTION_INTERVAL", "30", "unit"),
        ("METRICS_COLLECTION_INTERVAL", "1.5s", "whole number"),
        ("METRICS_COLLECTION_INTERVAL", "5 s", "unit"),
        (
            "METRICS_COLLECTION_INTERVAL",
            "99999999999999999999h",
            "24h",
        ),
        ("METRICS_COLLECTION_INTERVAL", "25h", "24h"),
        (
            "METRICS_LABEL_MACHINE_ID",
            "${MACHINE_ID}",
            "nothing has expanded",
        ),
        ("OTEL_BSP_SCHEDULE_DELAY", "0", "from 1 to"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0", "from 1 to 1000000"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "9000", "at most 8192"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "-1", "from 0 to"),
        (
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            "http/json",
            "http/json isn't supported",
        ),
        (
            "OTEL_EXPORTER_OTLP_COMPRESSION",
            "brotli",
            "none, gzip, zstd",
        ),
        (
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
            "both",
            "lowmemory",
        ),
        ("LOG_LEVEL", "verbose", "target=level"),
        ("LOG_LEVEL", "a b=info", "target=level"),
        ("LOG_FORMAT", "xml", "json or text"),
        ("BELLWETHER_LOG_STREAM", "syslog", "stdout, stderr, off"),
        ("ENABLE_HOST_METRICS", "yes", "true or false"),
    ];
    for &(name, value, expected) in cases {
        let error = error(&[(name, value)]);
        assert!(error.starts_with(name), "{name}={value}: {error}");
        assert!(error.contains(expected), "{name}={value}: {error}");
        assert!(error.contains(value), "{name}={value}: {error}");
    }
}

#[test]
fn a_batch_larger_than_the_queue_names_both_variables() {
    let error = error(&[
        ("OTEL_BLRP_MAX_QUEUE_SIZE", "10"),
        ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "11"),
    ]);
    assert!(
        error.contains("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE is \"11\""),
        "{error}"
    );
    assert!(
        error.contains("at most 10") && error.contains("OTEL_BLRP_MAX_QUEUE_SIZE"),
        "{error}"
    );
}

#[test]
fn a_value_that_is_not_utf8_is_an_error_without_the_value() {
    let raw = OsString::from_vec(vec![b'a', 0xff]);
    let environment = MapEnvironment::new().with("MACHINE_ID", raw);
    let error = Settings::resolve(Overrides::default(), &environment).unwrap_err();
    assert_eq!(
        error.to_string(),
        "MACHINE_ID is \"[not UTF-8]\": expected UTF-8 text"
    );
}

#[test]
fn a_hidden_variable_may_hold_anything() {
    assert!(
        try_resolve(&[
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ("METRICS_COLLECTION_INTERVAL", "often"),
            // It also decides on these, where they are not set.
            ("BELLWETHER_PROCESS_INTERVAL", "30s"),
            ("BELLWETHER_DISK_INTERVAL", "30s"),
            ("BELLWETHER_GPU_INTERVAL", "30s"),
        ])
        .is_ok()
    );
}

#[test]
fn code_comes_before_the_environment() {
    let environment: MapEnvironment = [
        ("OTEL_SERVICE_NAME", "from environment"),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("METRICS_ENABLED", "false"),
        ("TRACING_SAMPLE_RATE", "not a number"),
        ("MACHINE_ID", "from environment"),
        ("OTEL_RESOURCE_ATTRIBUTES", "team=a,region=eu"),
    ]
    .into_iter()
    .collect();
    let code = Overrides {
        service_name: Some("from code".to_owned()),
        traces_exporter: Some(Exporter::Otlp),
        metrics_exporter: Some(Exporter::Console),
        sampler: Some(SamplerChoice::AlwaysOn),
        attributes: vec![
            ("machine.id".to_owned(), "code".to_owned()),
            ("team".to_owned(), "b".to_owned()),
        ],
        ..Overrides::default()
    };
    let settings = Settings::resolve(code, &environment).unwrap();
    assert_eq!(*settings.identity.service_name, "from code");
    assert_eq!(settings.identity.service_name.origin(), Origin::Code);
    assert_eq!(*settings.traces.exporter, Exporter::Otlp);
    assert_eq!(*settings.metrics.exporter, Exporter::Console);
    assert_eq!(*settings.traces.sampler, SamplerChoice::AlwaysOn);
    assert_eq!(settings.identity.machine_id.as_deref(), Some("code"));
    let attributes = settings.identity.attributes.get();
    assert!(attributes.contains(&("team".to_owned(), "b".to_owned())));
    assert!(attributes.contains(&("region".to_owned(), "eu".to_owned())));
}

#[test]
fn code_is_checked_as_the_environment_is() {
    let cases: Vec<(&str, Overrides)> = vec![
        (
            "metric_interval",
            Overrides {
                metric_interval: Some(Duration::ZERO),
                ..Overrides::default()
            },
        ),
        (
            "timeout",
            Overrides {
                timeout: Some(Duration::MAX),
                ..Overrides::default()
            },
        ),
        (
            "schedule_delay",
            Overrides {
                schedule_delay: Some(Duration::ZERO),
                ..Overrides::default()
            },
        ),
        (
            "sampler",
            Overrides {
                sampler: Some(SamplerChoice::TraceIdRatio(f64::NAN)),
                ..Overrides::default()
            },
        ),
        (
            "service_name",
            Overrides {
                service_name: Some(" ".to_owned()),
                ..Overrides::default()
            },
        ),
        (
            "log_level",
            Overrides {
                log_level: Some("loud".to_owned()),
                ..Overrides::default()
            },
        ),
        (
            "endpoint",
            Overrides {
                endpoint: Some("ftp://x".to_owned()),
                ..Overrides::default()
            },
        ),
    ];
    for (field, code) in cases {
        let error = Settings::resolve(code, &MapEnvironment::new())
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(&format!("{field} is ")), "{error}");
    }
}

struct Terminal(LogStream);

impl Environment for Terminal {
    fn get(&self, name: &str) -> Option<OsString> {
        (name == "BELLWETHER_LOG_STREAM").then(|| "stdout".into())
    }

    fn is_terminal(&self, stream: LogStream) -> bool {
        stream == self.0
    }
}

#[test]
fn people_get_text_and_programs_json() {
    let format = |stream| {
        let settings = Settings::resolve(Overrides::default(), &Terminal(stream)).unwrap();
        *settings.logs.format
    };
    assert_eq!(format(LogStream::Stdout), LogFormat::Text);
    // The lines go to standard output, so a terminal on standard error says nothing.
    assert_eq!(format(LogStream::Stderr), LogFormat::Json);
}

#[test]
fn the_description_is_a_table_in_a_stable_order() {
    let settings = resolve(&[("OTEL_SERVICE_NAME", "two\nlines")]);
    let text = settings.describe().to_string();
    assert_eq!(text, settings.describe().to_string());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), settings.describe().iter().count() + 1);
    let origin_column = lines[0].find("origin").unwrap();
    let name = lines
        .iter()
        .find(|line| line.starts_with("identity.service_name"))
        .unwrap();
    assert!(name.contains("two\\nlines"), "{name}");
    assert_eq!(&name[origin_column..], "OTEL_SERVICE_NAME");
}

#[test]
fn resources_have_intervals_of_their_own() {
    let gpu = |variables: Variables<'_>| shown(variables, "resources.gpu_interval");
    let of = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());
    assert_eq!(gpu(&[]), of("30s", "default"));
    let all = ("METRICS_COLLECTION_INTERVAL", "15s");
    assert_eq!(gpu(&[all]), of("15s", "METRICS_COLLECTION_INTERVAL"));
    let own = ("BELLWETHER_GPU_INTERVAL", "5s");
    assert_eq!(gpu(&[all, own]), of("5s", "BELLWETHER_GPU_INTERVAL"));
    assert_eq!(
        shown(&[all, own], "resources.disk_interval"),
        of("15s", "METRICS_COLLECTION_INTERVAL")
    );
}

#[test]
fn paths_of_disks_are_absolute_and_few() {
    let paths = |text: &str| shown(&[("BELLWETHER_DISK_PATHS", text)], "resources.disk_paths").0;
    assert_eq!(paths(""), "/");
    assert_eq!(paths("/, /workspace,/"), "/,/workspace");
    let many: Vec<String> = (0..33).map(|number| format!("/{number}")).collect();
    let many = many.join(",");
    for wrong in ["workspace", "/a,b", ",", "/a\tb", &many] {
        let told = error(&[("BELLWETHER_DISK_PATHS", wrong)]);
        assert!(
            told.contains("BELLWETHER_DISK_PATHS") && told.contains("absolute"),
            "{told}"
        );
    }
}

//! Endpoints, protocols, headers, TLS files and Dash0.

use std::fs;

use super::{Variables, environment, error, resolve, try_resolve};
use crate::config::{Overrides, Protocol, Secret, Settings};

const BASE: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
const INSECURE: &str = "OTEL_EXPORTER_OTLP_INSECURE";
const TOKEN: &str = "DASH0_AUTH_TOKEN";

/// The endpoint and protocol of traces.
fn traces(variables: Variables<'_>) -> (String, Protocol) {
    let otlp = resolve(variables).traces.otlp;
    (otlp.endpoint.into_value(), *otlp.protocol)
}

#[test]
fn endpoints_follow_the_rules_of_the_specification() {
    use Protocol::{Grpc, HttpProtobuf};
    let grpc = (PROTOCOL, "grpc");
    let cases: &[(Variables<'_>, &str, Protocol)] = &[
        (&[], "http://127.0.0.1:4318/v1/traces", HttpProtobuf),
        (&[grpc], "http://127.0.0.1:4317", Grpc),
        (
            &[(BASE, "http://c:4318")],
            "http://c:4318/v1/traces",
            HttpProtobuf,
        ),
        (
            &[(BASE, "https://c/otlp/")],
            "https://c/otlp/v1/traces",
            HttpProtobuf,
        ),
        (&[(TRACES, "http://c:4318")], "http://c:4318/", HttpProtobuf),
        (
            &[(TRACES, "http://c:1/x"), (BASE, "http://d:1")],
            "http://c:1/x",
            HttpProtobuf,
        ),
        (&[(BASE, "http://c:4317")], "http://c:4317", Grpc),
        (&[(BASE, "c:4317")], "https://c:4317", Grpc),
        (
            &[(BASE, "c:4317"), (INSECURE, "true")],
            "http://c:4317",
            Grpc,
        ),
        (
            &[(BASE, "https://c:4317"), (INSECURE, "true")],
            "https://c:4317",
            Grpc,
        ),
        (
            &[
                (BASE, "c:4317"),
                (INSECURE, "true"),
                ("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "false"),
            ],
            "https://c:4317",
            Grpc,
        ),
        (
            &[(BASE, "http://c:4317"), (PROTOCOL, "http/protobuf")],
            "http://c:4317/v1/traces",
            HttpProtobuf,
        ),
        (&[(BASE, "http://[::1]:9/"), grpc], "http://[::1]:9", Grpc),
        (
            &[
                (PROTOCOL, "http/protobuf"),
                ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
            ],
            "http://127.0.0.1:4317",
            Grpc,
        ),
    ];
    for (variables, endpoint, protocol) in cases {
        let expected = ((*endpoint).to_owned(), *protocol);
        assert_eq!(traces(variables), expected, "{variables:?}");
    }
}

#[test]
fn an_endpoint_that_cannot_be_one_is_an_error() {
    for value in [
        "c:4318",
        "ftp://c",
        "http://",
        "http://:80",
        "http://c:0",
        "http://c:65536",
        "http://c:x",
        "http://c:",
        "http://[::1",
        "http://[zz]:1",
        "http://a b",
        "http://ä",
        "http://c:1:2",
        "https:/c",
        "unix:///tmp/s",
    ] {
        let error = error(&[(BASE, value)]);
        assert!(
            error.starts_with(BASE) && error.contains("http://127.0.0.1:4318"),
            "{error}"
        );
    }
    let error = error(&[(BASE, "http://c:1/v1/traces"), (PROTOCOL, "grpc")]);
    assert!(error.contains("without a path"), "{error}");
}

#[test]
fn credentials_in_an_endpoint_are_refused_and_not_repeated() {
    for value in [
        "https://me:hunter2@c:4318",
        "https://c/?key=hunter2",
        "https://c/#hunter2",
    ] {
        for name in [
            BASE,
            TRACES,
            "DASH0_OTLP_ENDPOINT",
            "DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME",
        ] {
            let error = error(&[(name, value)]);
            assert!(
                error.starts_with(name) && !error.contains("hunter2"),
                "{error}"
            );
        }
    }
}

#[test]
fn headers_are_decoded_and_those_of_a_signal_replace_all() {
    let settings = resolve(&[
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "Authorization=Basic%20dTpw%3D, x-a=1,,x-a=2",
        ),
        ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-b=b=c"),
    ]);
    let exposed = |headers: &[(String, Secret)]| -> Vec<(String, String)> {
        headers
            .iter()
            .map(|(name, value)| (name.clone(), value.expose().to_owned()))
            .collect()
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        exposed(&settings.traces.otlp.headers),
        [pair("authorization", "Basic dTpw="), pair("x-a", "2")]
    );
    assert_eq!(exposed(&settings.logs.otlp.headers), [pair("x-b", "b=c")]);
}

#[test]
fn bad_headers_are_errors_that_print_neither_name_nor_value() {
    for value in [
        "hunter2",
        "a b=hunter2",
        "hunter 2=x",
        "x=hunter2%0d%0aevil:1",
        "x=hunter2%",
        "=hunter2",
        "content-type=hunter2",
        "grpc-hunter2=x",
        "x-bin=hunter2",
        "ok=1,hunter2",
        "x=hunter2%C3%A9",
    ] {
        let error = error(&[("OTEL_EXPORTER_OTLP_HEADERS", value)]);
        assert!(
            error.starts_with("OTEL_EXPORTER_OTLP_HEADERS is \"[redacted]\""),
            "{error}"
        );
        assert!(!error.contains("hunter"), "{error}");
    }
    let code = Overrides {
        headers: vec![("x-a".to_owned(), Secret::new("hunter2\r\n"))],
        ..Overrides::default()
    };
    let error = Settings::resolve(code, &environment(&[]))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("headers is") && !error.contains("hunter2"),
        "{error}"
    );
}

#[test]
fn code_headers_add_to_those_of_the_environment() {
    let code = Overrides {
        headers: vec![("X-A".to_owned(), Secret::new("code"))],
        ..Overrides::default()
    };
    let variables = environment(&[("OTEL_EXPORTER_OTLP_HEADERS", "x-a=env,x-b=env")]);
    let headers = Settings::resolve(code, &variables)
        .unwrap()
        .metrics
        .otlp
        .headers
        .into_value();
    assert_eq!(
        headers,
        [
            ("x-a".to_owned(), Secret::new("code")),
            ("x-b".to_owned(), Secret::new("env")),
        ]
    );
}

#[test]
fn dash0_is_spoken_to_directly_where_only_dash0_is_named() {
    let settings = resolve(&[
        ("DASH0_OTLP_ENDPOINT", "https://ingress.dash0.com"),
        ("DASH0_METRICS_ENDPOINT", "https://ingress.dash0.com/custom"),
        ("DASH0_API_TOKEN", "auth_1"),
        ("DASH0_DATASET", "staging"),
    ]);
    assert_eq!(
        *settings.traces.otlp.endpoint,
        "https://ingress.dash0.com/v1/traces"
    );
    assert_eq!(
        *settings.metrics.otlp.endpoint,
        "https://ingress.dash0.com/custom"
    );
    assert_eq!(
        settings.logs.otlp.headers.into_value(),
        [
            ("authorization".to_owned(), Secret::new("Bearer auth_1")),
            ("dash0-dataset".to_owned(), Secret::new("staging")),
        ]
    );
}

#[test]
fn dash0_host_name_and_port_mean_grpc_with_tls() {
    let host = (
        "DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME",
        "ingress.eu-west-1.aws.dash0.com",
    );
    let token = (TOKEN, "auth_1");
    let expected = "https://ingress.eu-west-1.aws.dash0.com:4317".to_owned();
    assert_eq!(traces(&[host, token]), (expected.clone(), Protocol::Grpc));
    // Neither the protocol nor the transport security of another server is meant.
    let others = [host, token, (PROTOCOL, "http/protobuf"), (INSECURE, "true")];
    assert_eq!(traces(&others), (expected, Protocol::Grpc));
    let port = ("DASH0_ENDPOINT_OTLP_GRPC_PORT", "443");
    assert!(traces(&[host, token, port]).0.ends_with(":443"));
    let error = error(&[host, token, ("DASH0_ENDPOINT_OTLP_GRPC_PORT", "0")]);
    assert!(error.contains("a port from 1 to 65535"), "{error}");
}

#[test]
fn any_opentelemetry_endpoint_turns_direct_dash0_off() {
    let dash0 = [
        ("DASH0_OTLP_ENDPOINT", "https://ingress.dash0.com"),
        (TOKEN, "auth_1"),
    ];
    for name in [
        BASE,
        TRACES,
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    ] {
        let variables = [dash0[0], dash0[1], (name, "http://collector:4318/x")];
        let settings = resolve(&variables);
        for otlp in [
            settings.traces.otlp,
            settings.metrics.otlp,
            settings.logs.otlp,
        ] {
            assert!(
                !otlp.endpoint.contains("dash0"),
                "{name}: {}",
                *otlp.endpoint
            );
            assert!(otlp.headers.is_empty(), "{name}");
        }
    }
    let code = Overrides {
        endpoint: Some("http://c:4318".to_owned()),
        ..Overrides::default()
    };
    let settings = Settings::resolve(code, &environment(&dash0)).unwrap();
    assert_eq!(*settings.logs.otlp.endpoint, "http://c:4318/v1/logs");
    assert!(settings.logs.otlp.headers.is_empty());
}

#[test]
fn dash0_needs_its_token_where_something_is_sent() {
    let endpoint = ("DASH0_OTLP_ENDPOINT", "https://ingress.dash0.com");
    for token in ["", "${DASH0_API_TOKEN}", "Bearer auth_1"] {
        let error = error(&[endpoint, (TOKEN, token)]);
        let says_why = error.contains("token") || error.contains("nothing has expanded");
        assert!(error.starts_with(TOKEN) && says_why, "{token}: {error}");
        assert!(!error.contains("auth_1"), "{error}");
    }
    assert!(try_resolve(&[endpoint, ("OTEL_SDK_DISABLED", "true")]).is_ok());
    assert!(
        try_resolve(&[
            endpoint,
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=own")
        ])
        .is_ok()
    );
    let clear = error(&[
        ("DASH0_OTLP_ENDPOINT", "http://ingress.dash0.com"),
        (TOKEN, "a"),
    ]);
    assert!(clear.contains("clear text"), "{clear}");
    assert!(try_resolve(&[("DASH0_OTLP_ENDPOINT", "http://127.0.0.1:9"), (TOKEN, "a")]).is_ok());
}

#[test]
fn tls_files_are_read_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = file("cert.pem", &issued.cert.pem());
    let key = file("key.pem", &issued.signing_key.serialize_pem());
    let no_pem = file("none.pem", "nothing");
    let absent = folder
        .path()
        .join("absent.pem")
        .to_str()
        .unwrap()
        .to_owned();

    let good = [
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", certificate.as_str()),
        ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", &certificate),
        ("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", &key),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", &key),
    ];
    assert!(resolve(&good).traces.otlp.client_key.is_some());
    for name in [
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE",
    ] {
        for path in [&no_pem, &absent, &key] {
            let error = error(&[(name, path)]);
            assert!(
                error.starts_with(name) && error.contains("PEM certificate"),
                "{error}"
            );
            assert!(try_resolve(&[(name, path), ("OTEL_SDK_DISABLED", "true")]).is_ok());
        }
    }
    let wrong_key = error(&[
        ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", &certificate),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", &certificate),
    ]);
    assert!(
        wrong_key.starts_with("OTEL_EXPORTER_OTLP_CLIENT_KEY"),
        "{wrong_key}"
    );
    let alone = error(&[("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", &certificate)]);
    assert!(alone.contains("CLIENT_KEY is \"\""), "{alone}");
}

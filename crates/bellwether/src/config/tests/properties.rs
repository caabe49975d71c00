//! Whatever the variables hold: no panic, errors that name the variable, secrets nowhere.

use proptest::prelude::*;

use crate::config::{MapEnvironment, Overrides, Settings, variables};

fn names() -> Vec<&'static str> {
    variables::groups()
        .flat_map(|group| group.variables)
        .map(|variable| variable.name)
        .collect()
}

/// Arbitrary text, and text that is nearly right.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,40}",
        "[a-z.]{1,8}=[%0-9a-fA-F,=]{0,12}",
        "(https?://)?[a-z\\[\\]:.@/?#0-9]{0,20}",
        "-?[0-9]{0,22}(ms|s|m|h|x|\\.5)?",
        "(grpc|http/protobuf|otlp|none|true|false|tracecontext|always_on|traceidratio|gzip|delta|info)",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_variable_is_understood_or_named(
        name in prop::sample::select(names()),
        value in value(),
    ) {
        let environment = MapEnvironment::new().with(name, value.as_str());
        match Settings::resolve(Overrides::default(), &environment) {
            Ok(settings) => prop_assert!(!settings.describe().to_string().is_empty()),
            Err(error) => {
                let error = error.to_string();
                // An endpoint of Dash0 that is well-formed lacks its token.
                let names_it = error.contains(name) || error.starts_with("DASH0_AUTH_TOKEN");
                prop_assert!(names_it, "{name}={value:?}: {error}");
            }
        }
    }

    #[test]
    fn many_variables_never_panic_and_an_error_names_one_of_them(
        chosen in prop::collection::vec((prop::sample::select(names()), value()), 0..12),
    ) {
        let environment: MapEnvironment = chosen.iter().cloned().collect();
        if let Err(error) = Settings::resolve(Overrides::default(), &environment) {
            let error = error.to_string();
            let named = names().into_iter().any(|name| error.starts_with(name));
            prop_assert!(named, "{chosen:?}: {error}");
        }
    }

    #[test]
    fn secrets_are_in_no_error_and_no_print(
        token in "hunter2[!-~]{0,10}",
        before in "[ -~]{0,10}",
        dataset in any::<bool>(),
    ) {
        let secret_names: Vec<_> = variables::groups()
            .flat_map(|group| group.variables)
            .filter(|variable| variable.secret)
            .map(|variable| variable.name)
            .collect();
        for name in secret_names {
            for value in [token.clone(), format!("x-key={token}"), format!("{before}{token}")] {
                let mut environment = MapEnvironment::new().with(name, value.as_str());
                if dataset {
                    environment = environment.with("DASH0_OTLP_ENDPOINT", "https://dash0.example");
                }
                // A text before the first `=` is a header's name, and shown.
                let is_name = value
                    .split(',')
                    .any(|entry| entry.split('=').next().is_some_and(|name| name.contains("hunter2")));
                let printed = match Settings::resolve(Overrides::default(), &environment) {
                    Ok(_) if is_name && name.ends_with("HEADERS") => continue,
                    Ok(settings) => format!("{settings:?} {}", settings.describe()),
                    Err(error) => format!("{error} {error:?}"),
                };
                prop_assert!(!printed.contains("hunter2"), "{name}={value:?}: {printed}");
            }
        }
    }
}

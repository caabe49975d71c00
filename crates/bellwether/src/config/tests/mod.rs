//! Tests of the configuration as a whole: from variables to settings.

mod otlp;
mod properties;
mod table;
mod values;

use super::{ConfigError, MapEnvironment, Overrides, Settings};

type Variables<'a> = &'a [(&'a str, &'a str)];

fn environment(variables: Variables<'_>) -> MapEnvironment {
    variables.iter().copied().collect()
}

fn try_resolve(variables: Variables<'_>) -> Result<Settings, ConfigError> {
    Settings::resolve(Overrides::default(), &environment(variables))
}

fn resolve(variables: Variables<'_>) -> Settings {
    try_resolve(variables).unwrap()
}

fn error(variables: Variables<'_>) -> String {
    try_resolve(variables).unwrap_err().to_string()
}

/// The value and origin of one setting, as the description has them.
fn shown(variables: Variables<'_>, setting: &str) -> (String, String) {
    let description = resolve(variables).describe();
    let entry = description
        .iter()
        .find(|entry| entry.setting == setting)
        .unwrap_or_else(|| panic!("no setting {setting}"));
    (entry.value.clone(), entry.origin.to_string())
}

//! Environment variables that a service would refuse to start with: all of them, not only the first.

use bellwether::config::ConfigError;

use super::super::{Finding, Surroundings};

const NAME: &str = "environment";

pub(super) fn check(surroundings: &Surroundings) -> Vec<Finding> {
    if surroundings.errors().is_empty() {
        let found = "every telemetry variable that is set can be used";
        return vec![Finding::ok(NAME, found)];
    }
    surroundings.errors().iter().map(finding).collect()
}

fn finding(error: &ConfigError) -> Finding {
    let fix = match error {
        ConfigError::Invalid { name, expected, .. } => {
            format!("set {name} to {expected}, or unset it")
        }
        _ => "correct or unset it".to_owned(),
    };
    Finding::problem(NAME, error.to_string(), fix)
}

//! The files of the stack, looked at the way the programs that read them would: the compose file through Docker's own
//! library, each mounted configuration through its own program.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod compose;
mod configurations;
mod images;
mod init;
mod provisioning;
mod reach;
mod settings;

use std::path::{Path, PathBuf};

use bellwether_testing::compose::model;
use serde_json::Value;

/// The root of the repository.
fn root() -> PathBuf {
    let this_crate = Path::new(env!("CARGO_MANIFEST_DIR"));
    this_crate.join("../..").canonicalize().unwrap()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The stack as Docker would see it. `None` where there is no Go to build Docker's library with.
fn stack(variables: &[(&str, &str)]) -> Option<Value> {
    let file = root().join("docker-compose.yml");
    Some(model(&[&file], variables)?.unwrap())
}

fn services(model: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let services = model["services"].as_object().unwrap();
    services
        .iter()
        .map(|(name, service)| (name.as_str(), service))
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

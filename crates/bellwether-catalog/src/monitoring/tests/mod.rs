//! Tests of the definitions, with the programs that judge rules.

mod alertmanager;
mod dash0;
mod definitions;
mod promtool;

mod references;
mod sloth;
mod templates;
mod value;

use super::{Links, Monitoring};
use crate::model::Registry;

/// The registry and the definitions that ship.
fn shipped() -> (Registry, Monitoring) {
    let registry = crate::builtin().unwrap();
    let monitoring = Monitoring::builtin(&registry).unwrap();
    (registry, monitoring)
}

fn links() -> Links {
    Links::default()
}

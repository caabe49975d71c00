//! Boards: every committed one keeps every rule, and each rule refuses a board that breaks it.

use bellwether_catalog::boards::Boards;
use bellwether_catalog::{Monitoring, Registry, load};

fn directory(name: &str) -> String {
    format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn catalog() -> (Registry, Registry, Monitoring) {
    let registry = load(directory("registry")).unwrap();
    let outside = load(directory("outside")).unwrap();
    let monitoring = Monitoring::builtin(&registry).unwrap();
    (registry, outside, monitoring)
}

#[test]
fn every_committed_board_keeps_every_rule() {
    let (registry, outside, monitoring) = catalog();
    let boards = Boards::load(directory("boards")).unwrap();
    let findings = boards.check(&registry, &outside, &monitoring);
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", lines.join("\n"));
}

//! What the compiler says about mistakes, and that it points at the user's own line.
//!
//! The texts in `ui/*.stderr` are those of rustc 1.95; another version words its own part differently, so under
//! another one the cases are left out. To write them anew: `TRYBUILD=overwrite cargo test -p bellwether-macros --features sdk`.

use std::process::Command;

/// Version whose messages are kept.
const RUSTC: &str = "rustc 1.95.";

#[test]
fn mistakes_are_told_where_they_are() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if !version.starts_with(RUSTC) {
        eprintln!("left out: the messages are those of {RUSTC}x, this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

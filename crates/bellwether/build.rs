//! Hands the version of the compiler to the library, which reports it as `process.runtime.version`.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC");
    let Some(compiler) = std::env::var_os("RUSTC") else {
        return;
    };
    let Ok(output) = Command::new(compiler).arg("--version").output() else {
        return;
    };
    // `rustc 1.88.0 (6b00bc388 2025-06-23)`
    let text = String::from_utf8_lossy(&output.stdout);
    if let Some(version) = text.split_whitespace().nth(1) {
        println!("cargo::rustc-env=BELLWETHER_RUSTC_VERSION={version}");
    }
}

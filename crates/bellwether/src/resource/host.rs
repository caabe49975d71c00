//! Host and operating system.

use std::path::Path;

use super::{Attributes, read};

pub(super) fn detect(root: &Path, attributes: &mut Attributes) {
    attributes.set_if_some("host.name", name(root));
    attributes.set_if_some("host.id", id(root));
    attributes.set("host.arch", architecture(std::env::consts::ARCH));
    attributes.set("os.type", system(std::env::consts::OS));
    attributes.set_if_some("os.description", description(root));
}

fn name(root: &Path) -> Option<String> {
    let from_kernel = read(root, "proc/sys/kernel/hostname");
    from_kernel.or_else(|| nix::unistd::gethostname().ok()?.into_string().ok())
}

/// The machine id of systemd: 32 hexadecimal digits. Images ship it empty, or as `uninitialized`.
fn id(root: &Path) -> Option<String> {
    let files = ["etc/machine-id", "var/lib/dbus/machine-id"];
    files
        .into_iter()
        .filter_map(|file| read(root, file))
        .find(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// `PRETTY_NAME` of os-release(5).
fn description(root: &Path) -> Option<String> {
    let release = read(root, "etc/os-release").or_else(|| read(root, "usr/lib/os-release"))?;
    let name = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))?
        .trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// Rust's name of an architecture in the words of the semantic conventions.
fn architecture(rust_name: &'static str) -> &'static str {
    match rust_name {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "arm" => "arm32",
        "powerpc" => "ppc32",
        "powerpc64" => "ppc64",
        other => other,
    }
}

/// Rust's name of an operating system in the words of the semantic conventions.
fn system(rust_name: &'static str) -> &'static str {
    match rust_name {
        "macos" | "ios" => "darwin",
        "dragonfly" => "dragonflybsd",
        other => other,
    }
}

//! The process, without its command line.

use super::Attributes;

pub(super) fn detect(attributes: &mut Attributes) {
    attributes.set("process.pid", i64::from(std::process::id()));
    let executable = std::env::current_exe().ok();
    let name = executable
        .as_deref()
        .and_then(|path| path.file_name())
        .map(|name| name.to_string_lossy().into_owned());
    attributes.set_if_some("process.executable.name", name);
    attributes.set("process.runtime.name", "rustc");
    if let Some(version) = option_env!("BELLWETHER_RUSTC_VERSION") {
        attributes.set("process.runtime.version", version);
    }
}

//! The registry that is compiled in.

use crate::error::Error;
use crate::model::Registry;
use crate::read::load_sources;

macro_rules! files {
    ($($name:literal,)+) => {
        /// Files of the registry, by name.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../registry/", $name))),)+];
    };
}

files! {
    "agent.yaml",
    "attributes.yaml",
    "bellwether.yaml",
    "bellwether_alerts.yaml",
    "bellwether_resources.yaml",
    "business.yaml",
    "business_activity.yaml",
    "gen_ai.yaml",
    "hardware.yaml",
    "http.yaml",
    "jobs.yaml",
    "manifest.yaml",
    "mcp.yaml",
    "operations.yaml",
    "orchestrator.yaml",
    "otel_sdk.yaml",
    "process.yaml",
    "resources.yaml",
    "wundr_agent.yaml",
    "wundr_memory.yaml",
    "wundr_model.yaml",
    "wundr_process.yaml",
    "wundr_queue.yaml",
    "wundr_tool.yaml",
    "wundr_ws.yaml",
}

/// Bellwether's own registry, as it was when this crate was built. Reads and checks it anew, which takes milliseconds.
///
/// # Errors
/// None in practice: a test loads it.
///
/// ```
/// assert!(bellwether_catalog::builtin()?.metric("jobs_active").is_some());
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
pub fn builtin() -> Result<Registry, Error> {
    load_sources(FILES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_registry_is_compiled_in() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/registry");
        let mut names: Vec<String> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        let compiled_in: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        assert_eq!(compiled_in, names);
        builtin().unwrap();
    }
}

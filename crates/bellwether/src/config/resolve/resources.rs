//! Resources of the process and its machine.

use std::time::Duration;

use crate::config::error::ConfigError;
use crate::config::overrides::Overrides;
use crate::config::parse;
use crate::config::reader::Reader;
use crate::config::setting::{Origin, Setting};
use crate::config::settings::ResourceSettings;

/// Between two reads of a resource: they change slowly, and reading costs.
const INTERVAL: Duration = Duration::from_secs(30);

pub(super) fn resolve(
    reader: Reader<'_>,
    code: &Overrides,
) -> Result<ResourceSettings, ConfigError> {
    let interval = |name| {
        let names = [name, "METRICS_COLLECTION_INTERVAL"];
        reader.setting(None, &names, parse::duration, INTERVAL)
    };
    let enabled = code.resource_metrics.map_or_else(
        || Setting::default_value(true),
        |enabled| Setting::new(enabled, Origin::Code),
    );
    Ok(ResourceSettings {
        enabled,
        process: reader.setting(None, &["METRICS_COLLECT_DEFAULT"], parse::boolean, true)?,
        process_interval: interval("BELLWETHER_PROCESS_INTERVAL")?,
        disk_interval: interval("BELLWETHER_DISK_INTERVAL")?,
        gpu_interval: interval("BELLWETHER_GPU_INTERVAL")?,
        disk_paths: reader.setting(
            None,
            &["BELLWETHER_DISK_PATHS"],
            parse::absolute_paths,
            vec!["/".to_owned()],
        )?,
        gpu_library: reader.optional(None, &["BELLWETHER_NVML_LIBRARY"], parse::path)?,
    })
}

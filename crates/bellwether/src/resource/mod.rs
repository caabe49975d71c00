//! The resource: who is speaking, attached to every signal.
//!
//! The SDK's own detectors let `OTEL_RESOURCE_ATTRIBUTES` win over `OTEL_SERVICE_NAME`, against the specification,
//! and don't decode percent-escapes. So the resource is built here, from the weakest to the strongest:
//!
//! 1. what is found out about host, operating system, process, container and pod,
//! 2. resource attributes from the environment, then those from code,
//! 3. settled settings: service name and version, environment, machine, worker ([`IdentitySettings`]),
//! 4. `telemetry.*`, which nobody else can know.
//!
//! Finding out reads a handful of small files and starts no process. What can't be read is left out. The command
//! line is never read: people pass secrets on it.
//!
//! | Attributes | From |
//! |---|---|
//! | `service.name`, `service.version`, `deployment.environment.name` (and the older `deployment.environment`), `machine.id`, `worker.id` | settings |
//! | `service.namespace` and others | resource attributes |
//! | `service.instance.id` | resource attributes, else a random UUID, one for the process |
//! | `host.name`, `host.id`, `host.arch` | `/proc/sys/kernel/hostname` or `gethostname`, `/etc/machine-id`, the build's target |
//! | `os.type`, `os.description` | the build's target, `/etc/os-release` |
//! | `process.pid`, `process.executable.name`, `process.runtime.*` | the process, the compiler |
//! | `container.id` | `/proc/self/cgroup`, `/proc/self/mountinfo` |
//! | `k8s.*` | variables of the downward API, the service account's namespace |
//! | `telemetry.sdk.*`, `telemetry.distro.*` | this crate and the SDK |
//!
//! Names are those of the OpenTelemetry semantic conventions; `machine.id` and `worker.id` are ours.

mod container;
mod host;
mod kubernetes;
mod process;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::TelemetryResourceDetector;

use crate::config::{Environment, IdentitySettings, Settings};

/// The version of the semantic conventions that the names are taken from.
pub const SCHEMA_URL: &str = "https://opentelemetry.io/schemas/1.37.0";

/// Builds the resource of this process.
///
/// Costs a few file reads, well under a millisecond; call it once. Never fails: what can't be found out is left out.
///
/// ```
/// use bellwether::config::{MapEnvironment, Overrides, Settings};
/// use bellwether::resource::resource;
/// use opentelemetry::Key;
///
/// let environment = MapEnvironment::new()
///     .with("OTEL_SERVICE_NAME", "planner")
///     .with("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,service.namespace=fleet");
/// let settings = Settings::resolve(Overrides::default(), &environment)?;
/// let resource = resource(&settings, &environment);
/// assert_eq!(resource.get(&Key::new("service.name")).unwrap().as_str(), "planner");
/// assert_eq!(resource.get(&Key::new("service.namespace")).unwrap().as_str(), "fleet");
/// # Ok::<(), bellwether::config::ConfigError>(())
/// ```
pub fn resource(settings: &Settings, environment: &dyn Environment) -> Resource {
    resource_under(Path::new("/"), settings, environment)
}

/// As [`resource`], with the files below `root`.
fn resource_under(root: &Path, settings: &Settings, environment: &dyn Environment) -> Resource {
    let mut attributes = Attributes::default();
    host::detect(root, &mut attributes);
    process::detect(&mut attributes);
    container::detect(root, &mut attributes);
    kubernetes::detect(root, environment, &mut attributes);
    attributes.set("service.instance.id", instance_id());
    identity(&settings.identity, &mut attributes);
    attributes.set("telemetry.distro.name", "bellwether");
    attributes.set("telemetry.distro.version", env!("CARGO_PKG_VERSION"));

    let pairs = attributes
        .0
        .into_iter()
        .map(|(key, value)| KeyValue::new(key, value));
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_schema_url(pairs_without_sdk(pairs), SCHEMA_URL)
        .build()
}

/// `telemetry.sdk.*` is the detector's to say, whatever the environment claims.
fn pairs_without_sdk(pairs: impl Iterator<Item = KeyValue>) -> Vec<KeyValue> {
    pairs
        .filter(|pair| !pair.key.as_str().starts_with("telemetry.sdk."))
        .collect()
}

/// What the settings say, over what was detected.
fn identity(identity: &IdentitySettings, attributes: &mut Attributes) {
    for (key, value) in identity.attributes.get() {
        attributes.set(key.clone(), value.clone());
    }
    attributes.set("service.name", identity.service_name.get().clone());
    let settled = [
        ("service.version", &identity.service_version),
        ("deployment.environment.name", &identity.environment),
        ("machine.id", &identity.machine_id),
        ("worker.id", &identity.worker_id),
    ];
    for (key, setting) in settled {
        attributes.set_if_some(key, setting.get().clone());
    }
    // Renamed in semantic conventions 1.27; collectors and boards still filter by the old name.
    let names_old = attributes.0.contains_key("deployment.environment");
    if !names_old {
        attributes.set_if_some("deployment.environment", identity.environment.get().clone());
    }
}

/// One for the life of the process, however many resources are built in it.
fn instance_id() -> String {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| uuid::Uuid::new_v4().to_string()).clone()
}

/// Attributes by key; setting one anew replaces it.
#[derive(Default)]
struct Attributes(BTreeMap<String, Value>);

impl Attributes {
    fn set(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(key.into(), value.into());
    }

    fn set_if_some(&mut self, key: &'static str, value: Option<String>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }
}

/// The trimmed text of a small file below `root`; `None` where it can't be read or says nothing.
fn read(root: &Path, path: &str) -> Option<String> {
    let text = std::fs::read_to_string(root.join(path)).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;

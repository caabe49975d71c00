//! Who is speaking: service, machine, worker, deployment environment.
//!
//! `OTEL_RESOURCE_ATTRIBUTES` can hold each of them too. The variable made for one attribute is the stronger
//! (`OTEL_SERVICE_NAME`: OTel specification, "General SDK configuration"); only `RAILWAY_ENVIRONMENT`, which the
//! platform sets unasked, comes after.

use crate::config::error::ConfigError;
use crate::config::overrides::Overrides;
use crate::config::pairs;
use crate::config::parse;
use crate::config::reader::{Reader, check_code};
use crate::config::setting::{Origin, Setting};
use crate::config::settings::IdentitySettings;

const RESOURCE_ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";

type Attributes = Vec<(String, String)>;

pub(super) fn resolve(
    reader: Reader<'_>,
    code: &Overrides,
) -> Result<IdentitySettings, ConfigError> {
    check_code("service_name", code.service_name.as_ref(), |name| {
        if name.trim().is_empty() {
            return Err("a name".into());
        }
        Ok(())
    })?;
    let listed = reader
        .first(&[RESOURCE_ATTRIBUTES], pairs::attributes)?
        .map(Setting::into_value)
        .unwrap_or_default();
    let one =
        |field: &Option<String>, key: &str, before: &[&'static str], after: &[&'static str]| {
            let from_code = field.clone().or_else(|| find(&code.attributes, key));
            if let Some(value) = from_code {
                return Ok(Some(Setting::new(value, Origin::Code)));
            }
            if let Some(setting) = reader.first(before, parse::text)? {
                return Ok(Some(setting));
            }
            if let Some(value) = find(&listed, key) {
                return Ok(Some(Setting::new(
                    value,
                    Origin::Environment(RESOURCE_ATTRIBUTES),
                )));
            }
            reader.first(after, parse::text)
        };

    let service_name = one(
        &code.service_name,
        "service.name",
        &["OTEL_SERVICE_NAME"],
        &[],
    )?;
    let service_version = one(&code.service_version, "service.version", &[], &[])?;
    let environment = match one(&code.environment, "deployment.environment.name", &[], &[])? {
        Some(name) => Some(name),
        None => one(
            &None,
            "deployment.environment",
            &[],
            &["RAILWAY_ENVIRONMENT"],
        )?,
    };
    let machine_id = one(
        &None,
        "machine.id",
        &["MACHINE_ID", "METRICS_LABEL_MACHINE_ID"],
        &[],
    )?;
    let worker_id = one(
        &None,
        "worker.id",
        &["WORKER_ID", "METRICS_LABEL_WORKER_ID"],
        &[],
    )?;

    Ok(IdentitySettings {
        service_name: service_name.unwrap_or_else(|| Setting::default_value(unknown_service())),
        service_version: or_none(service_version),
        environment: or_none(environment),
        machine_id: or_none(machine_id),
        worker_id: or_none(worker_id),
        attributes: merge(&code.attributes, listed),
    })
}

/// Code over environment, by name.
fn merge(code: &Attributes, mut listed: Attributes) -> Setting<Attributes> {
    let origin = match (code.is_empty(), listed.is_empty()) {
        (false, _) => Origin::Code,
        (true, false) => Origin::Environment(RESOURCE_ATTRIBUTES),
        (true, true) => Origin::Default,
    };
    for (name, value) in code {
        pairs::replace(&mut listed, name.clone(), value.clone());
    }
    Setting::new(listed, origin)
}

/// An attribute that says something: an empty one is as good as none.
fn find(attributes: &Attributes, key: &str) -> Option<String> {
    attributes
        .iter()
        .rev()
        .find(|(name, value)| name == key && !value.is_empty())
        .map(|(_, value)| value.clone())
}

fn or_none(setting: Option<Setting<String>>) -> Setting<Option<String>> {
    match setting {
        Some(setting) => {
            let origin = setting.origin();
            Setting::new(Some(setting.into_value()), origin)
        }
        None => Setting::default_value(None),
    }
}

/// Default of the specification: `unknown_service:` and the name of the executable.
fn unknown_service() -> String {
    let executable = std::env::current_exe().ok();
    let name = executable.as_deref().and_then(|path| path.file_name());
    match name {
        Some(name) => format!("unknown_service:{}", name.to_string_lossy()),
        None => "unknown_service".to_owned(),
    }
}

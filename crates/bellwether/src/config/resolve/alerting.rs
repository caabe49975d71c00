//! Alerts inside the service.

use std::time::Duration;

use crate::config::error::ConfigError;
use crate::config::overrides::Overrides;
use crate::config::pairs;
use crate::config::parse;
use crate::config::reader::{Reader, check_code};
use crate::config::secret::Secret;
use crate::config::settings::AlertSettings;

/// As the monitoring contract has it.
const INTERVAL: Duration = Duration::from_secs(30);

pub(super) fn resolve(reader: Reader<'_>, code: &Overrides) -> Result<AlertSettings, ConfigError> {
    let interval = code.alert_interval;
    check_code(
        "alert_interval",
        interval.as_ref(),
        parse::duration_in_range,
    )?;
    Ok(AlertSettings {
        enabled: reader.setting(code.alerting, &["ALERTING_ENABLED"], parse::boolean, true)?,
        interval: reader.setting(
            interval,
            &["ALERTING_EVALUATION_INTERVAL"],
            parse::seconds_or_duration,
            INTERVAL,
        )?,
        rules_file: reader.optional(
            code.alert_rules.clone(),
            &["ALERTING_RULES_FILE"],
            parse::path,
        )?,
        webhook_url: reader.optional(None, &["ALERTING_WEBHOOK_URL"], |text| {
            Ok(Secret::new(text))
        })?,
        webhook_headers: reader.setting(
            None,
            &["ALERTING_WEBHOOK_HEADERS"],
            pairs::headers,
            Vec::new(),
        )?,
        webhook_allow: reader.setting(
            None,
            &["ALERTING_WEBHOOK_ALLOW"],
            parse::words,
            Vec::new(),
        )?,
    })
}

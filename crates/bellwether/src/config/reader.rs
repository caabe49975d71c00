//! Reads one setting: what code said, else the first variable that is set, else the default.
//!
//! Only the value in force is parsed and checked. A variable that a stronger one hides may hold anything: it may
//! be meant for another program that shares the environment.

use std::borrow::Cow;
use std::fmt::Debug;

use super::environment::Environment;
use super::error::ConfigError;
use super::setting::{Origin, Setting};
use super::variables;

/// What a parser says of a value it can't use: what it would have understood. Never holds the value.
pub(crate) type Expected = Cow<'static, str>;

/// Longest part of a value that an error repeats, in characters.
const SHOWN_VALUE_LENGTH: usize = 200;

/// Typed access to an [`Environment`].
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    environment: &'a dyn Environment,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(environment: &'a dyn Environment) -> Self {
        Self { environment }
    }

    pub(crate) fn environment(&self) -> &'a dyn Environment {
        self.environment
    }

    /// The trimmed value of a variable. Unset, empty and blank are the same (OTel specification, "Parsing empty
    /// value").
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<String>, ConfigError> {
        let Some(raw) = self.environment.get(name) else {
            return Ok(None);
        };
        let Ok(text) = raw.into_string() else {
            return Err(ConfigError::invalid(name, "[not UTF-8]", "UTF-8 text"));
        };
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        // Compose files expand `${NAME}`; env files of systemd and `docker run --env-file` don't. A literal would
        // become the name of a machine or a token that no server accepts.
        if text.starts_with("${") && text.ends_with('}') {
            let expected = "a value, not a reference that nothing has expanded: \
                            write the value itself, or unset the variable";
            return Err(invalid(name, text, expected));
        }
        Ok(Some(text.to_owned()))
    }

    /// The first of `names` that is set, parsed.
    pub(crate) fn first<T>(
        &self,
        names: &[&'static str],
        parse: impl Fn(&str) -> Result<T, Expected>,
    ) -> Result<Option<Setting<T>>, ConfigError> {
        for &name in names {
            let Some(text) = self.text(name)? else {
                continue;
            };
            let value = parse(&text).map_err(|expected| invalid(name, &text, expected))?;
            return Ok(Some(Setting::new(value, Origin::Environment(name))));
        }
        Ok(None)
    }

    /// What code said, else the first of `names` that is set, else the default.
    pub(crate) fn setting<T>(
        &self,
        code: Option<T>,
        names: &[&'static str],
        parse: impl Fn(&str) -> Result<T, Expected>,
        default: T,
    ) -> Result<Setting<T>, ConfigError> {
        if let Some(value) = code {
            return Ok(Setting::new(value, Origin::Code));
        }
        let from_environment = self.first(names, parse)?;
        Ok(from_environment.unwrap_or(Setting::default_value(default)))
    }

    /// As [`Reader::setting`], where there may be no value at all.
    pub(crate) fn optional<T>(
        &self,
        code: Option<T>,
        names: &[&'static str],
        parse: impl Fn(&str) -> Result<T, Expected>,
    ) -> Result<Setting<Option<T>>, ConfigError> {
        self.setting(code.map(Some), names, |text| parse(text).map(Some), None)
    }
}

/// An error about a value from the environment, without the value where that may be secret.
pub(crate) fn invalid(name: &str, value: &str, expected: impl Into<String>) -> ConfigError {
    ConfigError::invalid(name, printable(name, value), expected)
}

/// Checks a value that code has set; `field` is the builder's name for it.
pub(crate) fn check_code<T: Debug>(
    field: &'static str,
    value: Option<&T>,
    check: impl Fn(&T) -> Result<(), Expected>,
) -> Result<(), ConfigError> {
    let Some(value) = value else {
        return Ok(());
    };
    check(value).map_err(|expected| invalid(field, &format!("{value:?}"), expected))
}

fn printable(name: &str, value: &str) -> String {
    let is_secret = variables::find(name).is_some_and(|variable| variable.secret);
    // A URL may carry a password before its `@` or a key behind its `?`. Both are refused, and not repeated.
    let is_endpoint = name.to_ascii_lowercase().contains("endpoint");
    let may_hold_secret = is_endpoint && value.contains(['@', '?', '#']);
    if is_secret || may_hold_secret {
        return "[redacted]".to_owned();
    }
    if value.chars().count() <= SHOWN_VALUE_LENGTH {
        return value.to_owned();
    }
    let start: String = value.chars().take(SHOWN_VALUE_LENGTH).collect();
    format!("{start}…")
}

//! Which records are kept: `LOG_LEVEL`.
//!
//! A directive is a level, or `target=level`. Targets are prefixes, as elsewhere in the `tracing` world: `my_crate` covers
//! `my_crate::db`; the longest that fits decides. A [`Logger`](super::Logger) is known by its component. Nothing here
//! depends on anything but level and target, so `tracing` asks once a callsite and remembers.
//!
//! Crates that carry the export are held to `warn` unless a directive names them, and what they say stays out of OTLP:
//! otherwise each export at `debug` would log its own making, and be exported again.

use tracing::level_filters::LevelFilter;

use crate::config::ConfigError;

/// Where a record may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// Lines and OTLP.
    Everywhere,
    /// Lines alone.
    Lines,
}

const TRANSPORT: &[&str] = &[
    "hyper",
    "hyper_util",
    "h2",
    "tonic",
    "tower",
    "reqwest",
    "rustls",
];

/// What is known of a target's crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Service,
    /// A crate that carries requests, those of the exporters among them.
    Transport,
    /// The OpenTelemetry SDK and its exporters.
    Sdk,
}

fn origin(target: &str) -> Origin {
    let crate_name = target.split("::").next().unwrap_or(target);
    if crate_name.starts_with("opentelemetry") || crate_name == "tracing_opentelemetry" {
        Origin::Sdk
    } else if TRANSPORT.contains(&crate_name) {
        Origin::Transport
    } else {
        Origin::Service
    }
}

/// The directives of `LOG_LEVEL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Levels {
    default: LevelFilter,
    /// Longest target first.
    targets: Vec<(String, LevelFilter)>,
}

impl Levels {
    /// Reads `LOG_LEVEL`.
    pub(crate) fn parse(directives: &str) -> Result<Self, ConfigError> {
        let refused = || {
            ConfigError::invalid(
                "LOG_LEVEL",
                directives,
                "debug, info, warn, error, trace or off, or a list such as \"info,my_crate::db=debug\"",
            )
        };
        let mut default = None;
        let mut targets: Vec<(String, LevelFilter)> = Vec::new();
        for directive in directives.split(',').map(str::trim) {
            match directive.split_once('=') {
                None => default = Some(level(directive).ok_or_else(refused)?),
                Some((target, name)) => {
                    let level = level(name.trim()).ok_or_else(refused)?;
                    let target = target.trim();
                    let plain = !target.is_empty()
                        && !target.contains(|c: char| c.is_whitespace() || "[]{}\"".contains(c));
                    if !plain {
                        return Err(refused());
                    }
                    targets.retain(|(known, _)| known != target);
                    targets.push((target.to_owned(), level));
                }
            }
        }
        targets.sort_by_key(|(target, _)| std::cmp::Reverse(target.len()));
        // As with other filters of the `tracing` world: with targets alone, nothing else below error is kept.
        let default = default.unwrap_or(LevelFilter::ERROR);
        Ok(Self { default, targets })
    }

    /// The most verbose level kept for a target.
    pub(super) fn of(&self, target: &str) -> LevelFilter {
        let named = self
            .targets
            .iter()
            .find(|(prefix, _)| target.starts_with(prefix.as_str()));
        match (named, origin(target)) {
            (Some((_, level)), _) => *level,
            (None, Origin::Service) => self.default,
            (None, Origin::Transport | Origin::Sdk) => self.default.min(LevelFilter::WARN),
        }
    }

    /// The most verbose level kept for any target.
    pub(super) fn most_verbose(&self) -> LevelFilter {
        self.targets
            .iter()
            .map(|(_, level)| *level)
            .fold(self.default, LevelFilter::max)
    }

    /// Where a kept record goes.
    pub(super) fn route(target: &str, level: tracing::Level) -> Route {
        match origin(target) {
            Origin::Service => Route::Everywhere,
            Origin::Transport if level <= tracing::Level::WARN => Route::Everywhere,
            Origin::Transport | Origin::Sdk => Route::Lines,
        }
    }
}

fn level(name: &str) -> Option<LevelFilter> {
    Some(match name.to_ascii_lowercase().as_str() {
        "off" => LevelFilter::OFF,
        "error" => LevelFilter::ERROR,
        "warn" => LevelFilter::WARN,
        "info" => LevelFilter::INFO,
        "debug" => LevelFilter::DEBUG,
        "trace" => LevelFilter::TRACE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_target_decides() {
        let levels = Levels::parse("warn, my_crate=info ,my_crate::db=debug").unwrap();
        assert_eq!(levels.of("other"), LevelFilter::WARN);
        assert_eq!(levels.of("my_crate::api"), LevelFilter::INFO);
        assert_eq!(levels.of("my_crate::db::pool"), LevelFilter::DEBUG);
        assert_eq!(levels.most_verbose(), LevelFilter::DEBUG);
    }

    #[test]
    fn export_crates_are_held_to_warn_unless_named() {
        let levels = Levels::parse("trace,h2=debug").unwrap();
        assert_eq!(levels.of("hyper::client"), LevelFilter::WARN);
        assert_eq!(levels.of("opentelemetry-otlp"), LevelFilter::WARN);
        assert_eq!(levels.of("h2::proto"), LevelFilter::DEBUG);
        assert_eq!(levels.of("h2o"), LevelFilter::DEBUG, "prefixes are plain");
        assert_eq!(levels.of("tower_http"), LevelFilter::TRACE);
        assert_eq!(
            Levels::parse("off").unwrap().of("opentelemetry_sdk"),
            LevelFilter::OFF
        );
        assert_eq!(
            Levels::route("opentelemetry_sdk", tracing::Level::ERROR),
            Route::Lines
        );
        assert_eq!(
            Levels::route("h2::proto", tracing::Level::DEBUG),
            Route::Lines
        );
        assert_eq!(
            Levels::route("h2::proto", tracing::Level::WARN),
            Route::Everywhere
        );
    }

    #[test]
    fn a_bad_directive_names_the_variable_and_the_whole_value() {
        for bad in [
            "",
            "verbose",
            "info,",
            "a=loud",
            "=info",
            "a[span]=info",
            "a={x}",
        ] {
            let error = Levels::parse(bad).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("LOG_LEVEL is {bad:?}: expected debug, info")),
                "{error}"
            );
        }
    }
}

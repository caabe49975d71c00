//! Names of files: prefix, time and process, so that they sort by time and two processes do not meet.

use std::time::SystemTime;

const FORMAT: &str = "%Y%m%dT%H%M%SZ";
const STAMP_LENGTH: usize = "20261125T190312Z".len();

/// `orchestrator-20261125T190312Z-4711.json`.
pub(super) fn name(prefix: &str, time: SystemTime, process: u32) -> String {
    // A clock outside what a calendar has is no reason to stop.
    let time = jiff::Timestamp::try_from(time).unwrap_or_default();
    format!("{prefix}-{}-{process}.json", time.strftime(FORMAT))
}

/// The time in a name that is of this form and prefix.
pub(super) fn stamp<'a>(prefix: &str, name: &'a str) -> Option<&'a str> {
    let rest = name.strip_prefix(prefix)?.strip_prefix('-')?;
    let (stamp, process) = rest.strip_suffix(".json")?.split_once('-')?;
    let is_stamp = stamp.len() == STAMP_LENGTH
        && stamp.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
    let is_process = !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit());
    (is_stamp && is_process).then_some(stamp)
}

pub(super) fn prefix(wanted: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let prefix: String = wanted
        .chars()
        .map(|c| if is_allowed(c) { c } else { '_' })
        .collect();
    // Neither hidden nor a way out of the folder.
    let prefix = prefix.trim_start_matches('.');
    if prefix.is_empty() {
        return "metrics".to_owned();
    }
    prefix.to_owned()
}

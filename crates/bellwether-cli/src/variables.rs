//! The environment of this process, read once.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// All variables. Names that are not UTF-8 can't be ours and are left out.
pub(crate) fn of_this_process() -> BTreeMap<String, OsString> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .collect()
}

//! The label `error_type`: the name of an error's type, or of the rule that called a value an error.
//!
//! A name is the last part of the type's path, `PlanError`. Half of all crates call theirs `Error`, so that one is
//! given with what it is the error of: `io::Error`, `anyhow::Error`. Boxes and references are looked through.
//! Text of an error is never read.

use super::outcome::ErrorType;

/// Longest name: longer ones would be `_other`.
const MAX_VALUE_BYTES: usize = 256;

impl ErrorType {
    /// Calls `with` with the name. Puts it together on the stack: no allocation.
    pub(crate) fn with_name<R>(self, with: impl FnOnce(&str) -> R) -> R {
        let (of, name) = match self {
            Self::Type(path) => parts(path),
            Self::Rule(name) => (None, name),
        };
        let Some(of) = of else { return with(name) };
        let mut joined = [0; MAX_VALUE_BYTES];
        let mut length = 0;
        for part in [of, "::", name] {
            let Some(room) = joined.get_mut(length..length + part.len()) else {
                return with(name);
            };
            room.copy_from_slice(part.as_bytes());
            length += part.len();
        }
        with(std::str::from_utf8(&joined[..length]).unwrap_or(name))
    }
}

/// What the type is the error of, where its name does not say it, and its name.
fn parts(path: &str) -> (Option<&str>, &str) {
    let plain = without_wrapping(path);
    if let Some(object) = plain.strip_prefix("dyn ") {
        let object = object.split(" + ").next().unwrap_or(object);
        let (_, name) = parts(object);
        return (Some("dyn"), name);
    }
    let plain = plain.split('<').next().unwrap_or(plain);
    let mut segments = plain.rsplit("::");
    let name = segments.next().unwrap_or(plain);
    if name != "Error" {
        return (None, name);
    }
    let of = segments
        .find(|segment| !matches!(*segment, "error" | "errors") && !segment.starts_with('{'));
    (of, name)
}

/// `T` of `&T`, `Box<T>` and `Arc<T>`, however deep.
fn without_wrapping(path: &str) -> &str {
    let mut inner = path;
    loop {
        let plain = inner
            .trim_start_matches(['&', '('])
            .trim_start_matches("mut ")
            .trim_end_matches(')');
        let boxed = plain
            .split_once('<')
            .filter(|(of, _)| matches!(of.rsplit("::").next(), Some("Box" | "Arc" | "Rc")));
        match boxed {
            Some((_, content)) => inner = content.strip_suffix('>').unwrap_or(content),
            None => return plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::any::type_name;
    use std::error::Error;
    use std::sync::Arc;

    use super::*;

    struct PlanError;
    struct Of<T>(T);

    fn name<E>() -> String {
        ErrorType::Type(type_name::<E>()).with_name(str::to_owned)
    }

    #[test]
    fn a_name_says_whose_error_it_is() {
        let _ = Of(PlanError).0;
        assert_eq!(name::<PlanError>(), "PlanError");
        assert_eq!(name::<Of<PlanError>>(), "Of");
        assert_eq!(name::<std::io::Error>(), "io::Error");
        assert_eq!(name::<std::fmt::Error>(), "fmt::Error");
        assert_eq!(name::<crate::Error>(), "bellwether::Error");
        assert_eq!(name::<std::num::ParseIntError>(), "ParseIntError");
        assert_eq!(name::<&'static str>(), "str");
        assert_eq!(name::<()>(), "");
    }

    #[test]
    fn wrappers_are_looked_through() {
        assert_eq!(name::<Box<PlanError>>(), "PlanError");
        assert_eq!(name::<Arc<std::io::Error>>(), "io::Error");
        assert_eq!(name::<Box<dyn Error>>(), "dyn::Error");
        assert_eq!(name::<Arc<dyn Error + Send + Sync>>(), "dyn::Error");
        assert_eq!(name::<Box<Of<Box<u8>>>>(), "Of");
    }

    #[test]
    fn a_rule_is_its_own_name_and_a_long_name_is_cut_of_its_owner() {
        assert_eq!(
            ErrorType::Rule("is_teapot").with_name(str::to_owned),
            "is_teapot"
        );
        let long: &'static str = format!("{}::Error", "x".repeat(300)).leak();
        assert_eq!(ErrorType::Type(long).with_name(str::to_owned), "Error");
    }
}

//! Label sets, in the names of Prometheus.

use std::fmt;
use std::sync::Arc;

use bellwether_catalog::prometheus::label_name;

/// Labels of a series or an alert, sorted by name, each name once. Cheap to clone.
///
/// ```
/// use bellwether::alerts::LabelSet;
/// let labels: LabelSet = [("tool_name", "shell"), ("error_type", "timeout")].into_iter().collect();
/// assert_eq!(labels.to_string(), r#"{error_type="timeout", tool_name="shell"}"#);
/// assert_eq!(labels.get("tool_name"), Some("shell"));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LabelSet(Arc<[(String, String)]>);

impl LabelSet {
    /// The value of a label.
    pub fn get(&self, name: &str) -> Option<&str> {
        let index = self
            .0
            .binary_search_by(|(known, _)| known.as_str().cmp(name));
        index.ok().map(|index| self.0[index].1.as_str())
    }

    /// Names and values, by name.
    ///
    /// ```
    /// # use bellwether::alerts::LabelSet;
    /// assert_eq!(LabelSet::default().iter().count(), 0);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether these labels hold all of the others.
    ///
    /// ```
    /// # use bellwether::alerts::LabelSet;
    /// let labels: LabelSet = [("a", "1"), ("b", "2")].into_iter().collect();
    /// assert!(labels.contains(&[("b".to_owned(), "2".to_owned())]));
    /// ```
    pub fn contains(&self, others: &[(String, String)]) -> bool {
        others
            .iter()
            .all(|(name, value)| self.get(name).unwrap_or_default() == value)
    }

    /// What Alertmanager calls the alert: FNV-1a over names and values, in hexadecimal.
    ///
    /// ```
    /// # use bellwether::alerts::LabelSet;
    /// let labels: LabelSet = [("alertname", "QueueBacklog")].into_iter().collect();
    /// assert_eq!(labels.fingerprint().len(), 16);
    /// ```
    pub fn fingerprint(&self) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut add = |byte: u8| {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0100_0000_01b3);
        };
        for (name, value) in self.0.iter() {
            for text in [name, value] {
                text.bytes().for_each(&mut add);
                add(0xff);
            }
        }
        format!("{hash:016x}")
    }

    /// From keys as they are on the wire; an empty value is the same as none.
    pub(crate) fn of_attributes<'a>(attributes: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        attributes
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| (label_name(key), value.to_owned()))
            .collect()
    }

    /// Only the labels that are kept.
    pub(crate) fn filtered(&self, is_kept: impl Fn(&str) -> bool) -> Self {
        let kept = self.0.iter().filter(|(name, _)| is_kept(name));
        kept.cloned().collect()
    }

    /// With more labels, which win.
    pub(crate) fn with(&self, more: impl IntoIterator<Item = (String, String)>) -> Self {
        self.0.iter().cloned().chain(more).collect()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for LabelSet {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(labels: I) -> Self {
        let sorted: std::collections::BTreeMap<String, String> = labels
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self(sorted.into_iter().collect())
    }
}

impl fmt::Display for LabelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (name, value)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name}={value:?}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for LabelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

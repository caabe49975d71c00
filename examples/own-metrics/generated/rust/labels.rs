//! Closed labels. Each enum knows its values, and the index of each for dense tables.
// Generated from the metrics registry. Change the registry and generate again.

/// What the tenant pays for.
///
/// Closed label `tier`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Pays nothing.
    Free,
    /// Pays by seat.
    Team,
    /// Has a contract.
    Enterprise,
}

impl Tier {
    /// Key of the label.
    pub const KEY: &'static str = "tier";
    /// Number of values.
    pub const COUNT: usize = 3;
    /// Every value, by index.
    pub const ALL: [Self; 3] = [Self::Free, Self::Team, Self::Enterprise];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["free", "team", "enterprise"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl bellwether::metrics::Label for Tier { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

/// How an upload ended.
///
/// Closed label `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UploadStatus {
    /// The image is there.
    Rendered,
    /// It is no image.
    Refused,
    /// Rendering failed.
    Failed,
    /// Its guard was dropped before anybody said how it went.
    Abandoned,
}

impl UploadStatus {
    /// Key of the label.
    pub const KEY: &'static str = "status";
    /// Number of values.
    pub const COUNT: usize = 4;
    /// Every value, by index.
    pub const ALL: [Self; 4] = [Self::Rendered, Self::Refused, Self::Failed, Self::Abandoned];
    /// Every value as it leaves, by index.
    pub const VALUES: &'static [&'static str] = &["rendered", "refused", "failed", "abandoned"];

    /// Index in [`Self::ALL`] and [`Self::VALUES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The value as it leaves.
    pub const fn as_str(self) -> &'static str {
        Self::VALUES[self as usize]
    }
}

impl bellwether::metrics::Label for UploadStatus { const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize { self.index() } fn as_str(self) -> &'static str { self.as_str() } }

bellwether::open_label! {
    /// Data centre that took the upload.
    ///
    /// Open label `region`: the first 8 values, then `_other`.
    pub struct Region("region", 8);
}

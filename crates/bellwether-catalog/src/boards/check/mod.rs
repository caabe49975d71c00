//! What a board must keep before anybody looks at it.
//!
//! A dashboard goes wrong without a word: a metric is renamed and a panel is empty, a label is summed away and a legend
//! reads `{{status}}`, seconds are shown as percent. [`Boards::check`] finds such things where the board is written. It
//! parses every expression and follows it from its selectors upwards, with what the registry knows of each series: its
//! labels, the values they may have and its unit. What comes out on top is held against the panel: its unit, its
//! legends, its links. The rules of Grafana's dashboard linter are among those of [`Check`].
//!
//! Everything is found at once, and each finding says where, what, and what was expected.

mod dimension;
mod expression;
mod finding;
mod frame;
mod panels;
mod queries;
mod shape;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use finding::{Check, Finding};
pub(crate) use vocabulary::Vocabulary;

use crate::model::Registry;
use crate::monitoring::Monitoring;

use super::Boards;

impl Boards {
    /// Everything that is wrong with the boards, in the order of files and lines. `outside` describes the series that
    /// are not the registry's: those of the Collector and of Prometheus itself.
    ///
    /// ```
    /// use bellwether_catalog::{Monitoring, boards::Boards, load};
    /// let directory = |name: &str| format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    /// let registry = load(directory("registry"))?;
    /// let outside = load(directory("outside"))?;
    /// let monitoring = Monitoring::builtin(&registry)?;
    /// let findings = Boards::load(directory("boards"))?.check(&registry, &outside, &monitoring);
    /// assert!(findings.is_empty(), "{findings:?}");
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn check(
        &self,
        registry: &Registry,
        outside: &Registry,
        monitoring: &Monitoring,
    ) -> Vec<Finding> {
        let vocabulary = Vocabulary::new(registry, outside, monitoring);
        self.check_with(&vocabulary, registry, monitoring)
    }

    fn check_with(
        &self,
        vocabulary: &Vocabulary,
        registry: &Registry,
        monitoring: &Monitoring,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        frame::uids(self, &mut findings);
        for board in &self.boards {
            frame::check(board, self, vocabulary, &mut findings);
            for panel in board.panels() {
                panels::check(board, panel, vocabulary, &mut findings);
                queries::check(board, panel, vocabulary, &mut findings);
            }
            shape::check(board, registry, monitoring, &mut findings);
        }
        findings.sort();
        findings.dedup();
        findings
    }
}

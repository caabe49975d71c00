//! Silences, acknowledgements and the switch of one alert. Each but the switch ends by itself.

use crate::alerts::labels::LabelSet;

#[derive(Debug, Default)]
pub(super) struct Quiet {
    is_disabled: bool,
    silences: Vec<Until>,
    acknowledged: Vec<Until>,
}

/// Holds for label sets with these labels, until then.
#[derive(Debug)]
struct Until {
    labels: Vec<(String, String)>,
    end: i64,
}

impl Quiet {
    pub(super) const fn is_enabled(&self) -> bool {
        !self.is_disabled
    }

    pub(super) fn set_enabled(&mut self, enabled: bool) {
        self.is_disabled = !enabled;
    }

    pub(super) fn silence(&mut self, labels: Vec<(String, String)>, end: i64) {
        self.silences.push(Until { labels, end });
    }

    pub(super) fn acknowledge(&mut self, labels: Vec<(String, String)>, end: i64) {
        self.acknowledged.push(Until { labels, end });
    }

    pub(super) fn is_silenced(&self, labels: &LabelSet, at: i64) -> bool {
        holds(&self.silences, labels, at)
    }

    pub(super) fn is_acknowledged(&self, labels: &LabelSet, at: i64) -> bool {
        holds(&self.acknowledged, labels, at)
    }

    pub(super) fn forget(&mut self, at: i64) {
        self.silences.retain(|it| it.end > at);
        self.acknowledged.retain(|it| it.end > at);
    }
}

fn holds(entries: &[Until], labels: &LabelSet, at: i64) -> bool {
    entries
        .iter()
        .any(|it| it.end > at && labels.contains(&it.labels))
}

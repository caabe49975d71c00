//! The table of what was sent and what arrived.
//!
//! Four parties count, each for itself: the SDK in every process (what the Collector acknowledged, what was given
//! up), the Collector (what its OTLP receiver accepted), this reader of the Collector's output, and the store of the local
//! backend (both: what carries the name of a process of the demo). Only if all four say the same is it
//! `sent = received = stored`.

use std::collections::BTreeMap;

use crate::demo::collector::Counts;
use crate::demo::forwarded::Forwarded;
use crate::demo::stored::Stored;
use crate::demo::wire::{Sent, Signal};

/// What each process said that it sent.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    by_service: BTreeMap<String, (u64, Sent)>,
    /// Processes that ended without saying.
    pub(crate) silent: Vec<String>,
}

impl Delivered {
    /// Takes in the last words of one process.
    pub(crate) fn add(&mut self, service: &str, sent: Sent) {
        let (processes, total) = self.by_service.entry(service.to_owned()).or_default();
        *processes += 1;
        total.add(sent);
    }

    /// Whether a process of that name said anything.
    pub(crate) fn knows(&self, service: &str) -> bool {
        self.by_service.contains_key(service)
    }

    /// Whether every process said what it sent, and none lost any of it.
    pub(crate) fn is_without_loss(&self) -> bool {
        let Sent {
            spans,
            metric_points,
            log_records,
        } = self.total();
        let signals = [spans, metric_points, log_records];
        self.silent.is_empty() && signals.iter().all(|s| s.lost == 0 && s.delivered > 0)
    }

    fn total(&self) -> Sent {
        let mut total = Sent::default();
        for (_, sent) in self.by_service.values() {
            total.add(*sent);
        }
        total
    }
}

/// One signal, as the four parties count it.
struct Row {
    name: &'static str,
    sent: Signal,
    accepted: u64,
    forwarded: u64,
    stored: u64,
}

/// Everything that was counted.
pub(crate) struct Arrival<'a> {
    pub(crate) delivered: &'a Delivered,
    /// `None` if there is no Collector to ask.
    pub(crate) counts: Option<Counts>,
    pub(crate) forwarded: &'a Forwarded,
    /// `None` if there is no store to ask.
    pub(crate) stored: Option<&'a Stored>,
}

impl Arrival<'_> {
    fn rows(&self) -> [Row; 3] {
        let sent = self.delivered.total();
        let counts = self.counts.unwrap_or_default();
        let is_ours = |service: &str| self.delivered.knows(service);
        let spans = self.forwarded.spans.iter();
        let logs = self.forwarded.logs.iter();
        let points = self.forwarded.points_by_service.iter();
        let ours = |counted: Option<&BTreeMap<String, u64>>| -> u64 {
            let all = counted.into_iter().flatten();
            all.filter(|(service, _)| is_ours(service))
                .map(|(_, items)| items)
                .sum()
        };
        [
            Row {
                name: "traces (spans)",
                sent: sent.spans,
                accepted: counts.spans,
                forwarded: spans.filter(|span| is_ours(&span.service)).count() as u64,
                stored: ours(self.stored.map(|stored| &stored.spans)),
            },
            Row {
                name: "metrics (points)",
                sent: sent.metric_points,
                accepted: counts.metric_points,
                forwarded: points
                    .filter(|(service, _)| is_ours(service))
                    .map(|(_, points)| points)
                    .sum(),
                stored: ours(self.stored.map(|stored| &stored.metric_points)),
            },
            Row {
                name: "logs (records)",
                sent: sent.log_records,
                accepted: counts.log_records,
                forwarded: logs.filter(|log| is_ours(&log.service)).count() as u64,
                stored: ours(self.stored.map(|stored| &stored.log_records)),
            },
        ]
    }

    /// Whether everything that was sent was accepted, forwarded and stored, and anything was sent at all.
    pub(crate) fn is_whole(&self) -> bool {
        self.delivered.silent.is_empty()
            && self.counts.is_some()
            && self.rows().iter().all(|row| {
                row.sent.lost == 0
                    && row.sent.delivered > 0
                    && row.sent.delivered == row.accepted
                    && row.sent.delivered == row.forwarded
                    && row.sent.delivered == row.stored
            })
    }

    /// The two tables: by process, and by signal with the verdict.
    pub(crate) fn text(&self) -> String {
        let mut lines = vec![format!(
            "  {:<16}{:>9}{:>9}{:>16}{:>13}",
            "process", "count", "spans", "metric points", "log records"
        )];
        for (service, (processes, sent)) in &self.delivered.by_service {
            lines.push(format!(
                "  {service:<16}{processes:>9}{:>9}{:>16}{:>13}",
                sent.spans.delivered, sent.metric_points.delivered, sent.log_records.delivered
            ));
        }
        for service in &self.delivered.silent {
            lines.push(format!("  {service:<16} ended without saying what it sent"));
        }
        lines.push(String::new());
        if self.counts.is_none() {
            lines.push(format!("  {:<18}{:>9}{:>9}", "signal", "sent", "lost"));
            for row in self.rows() {
                let Signal { delivered, lost } = row.sent;
                lines.push(format!("  {:<18}{delivered:>9}{lost:>9}", row.name));
            }
            return lines.join("\n");
        }
        lines.push(format!(
            "  {:<18}{:>9}{:>10}{:>11}{:>9}{:>7}",
            "signal", "sent", "received", "forwarded", "stored", "lost"
        ));
        for row in self.rows() {
            lines.push(format!(
                "  {:<18}{:>9}{:>10}{:>11}{:>9}{:>7}   {}",
                row.name,
                row.sent.delivered,
                row.accepted,
                row.forwarded,
                row.stored,
                row.sent.lost,
                row.verdict(self.counts.unwrap_or_default().refused)
            ));
        }
        lines.join("\n")
    }
}

impl Row {
    /// `sent = received = stored`, or what is known about the difference.
    fn verdict(&self, refused: u64) -> String {
        let Signal { delivered, lost } = self.sent;
        if lost > 0 {
            return format!("{lost} lost: the SDK gave them up or its queue was full");
        }
        if delivered == 0 {
            return "nothing was sent".to_owned();
        }
        if delivered > self.accepted {
            return format!(
                "{} missing at the receiver ({refused} refused in all signals)",
                delivered - self.accepted
            );
        }
        if delivered < self.accepted {
            return format!(
                "{} more received than sent: a retry arrived twice, or a process ended before it counted",
                self.accepted - delivered
            );
        }
        if self.forwarded != delivered {
            return format!(
                "{} accepted and not forwarded within the deadline",
                delivered.abs_diff(self.forwarded)
            );
        }
        if self.stored != delivered {
            return format!(
                "{} forwarded and not stored within the deadline",
                delivered.abs_diff(self.stored)
            );
        }
        "sent = received = stored".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, Delivered};
    use crate::demo::collector::Counts;
    use crate::demo::forwarded::Forwarded;
    use crate::demo::stored::Stored;
    use crate::demo::wire::{Sent, Signal};

    fn sent(spans: u64, lost: u64) -> Delivered {
        let some = Signal {
            delivered: 1,
            lost: 0,
        };
        let spans = Signal {
            delivered: spans,
            lost,
        };
        let mut delivered = Delivered::default();
        let sent = Sent {
            spans,
            metric_points: some,
            log_records: some,
        };
        delivered.add("agent", sent);
        delivered
    }

    fn verdict(delivered: &Delivered, accepted: u64, span_services: &[&str]) -> (bool, String) {
        verdict_when_stored(delivered, accepted, span_services, 2)
    }

    fn verdict_when_stored(
        delivered: &Delivered,
        accepted: u64,
        span_services: &[&str],
        stored: u64,
    ) -> (bool, String) {
        let by = |items| [("agent".to_owned(), items), ("stranger".to_owned(), 1)].into();
        let stored = Stored {
            spans: by(stored),
            metric_points: by(1),
            log_records: by(1),
        };
        let span = |service: &&str| crate::demo::forwarded::Span {
            service: (*service).to_owned(),
            trace_id: String::new(),
            id: String::new(),
            parent: String::new(),
            name: String::new(),
            start: 0,
            end: 0,
            error: None,
        };
        let mut forwarded = Forwarded::default();
        forwarded.spans = span_services.iter().map(span).collect();
        forwarded.points_by_service.insert("agent".to_owned(), 1);
        forwarded.logs.push(crate::demo::forwarded::LogRecord {
            service: "agent".to_owned(),
            trace_id: String::new(),
            span_id: String::new(),
            time: 0,
            severity: String::new(),
            body: String::new(),
        });
        let counts = Counts {
            spans: accepted,
            metric_points: 1,
            log_records: 1,
            refused: 0,
        };
        let arrival = Arrival {
            delivered,
            counts: Some(counts),
            forwarded: &forwarded,
            stored: Some(&stored),
        };
        (arrival.is_whole(), arrival.text())
    }

    #[test]
    fn all_four_must_agree() {
        let (is_whole, text) = verdict(&sent(2, 0), 2, &["agent", "agent", "stranger"]);
        assert!(is_whole, "{text}");
        assert_eq!(text.matches("sent = received = stored").count(), 3);
        let (is_whole, text) = verdict(&sent(2, 0), 1, &["agent", "agent"]);
        assert!(!is_whole && text.contains("1 missing"), "{text}");
        let (is_whole, text) = verdict(&sent(2, 0), 2, &["agent"]);
        assert!(!is_whole && text.contains("not forwarded"), "{text}");
        let (is_whole, text) = verdict(&sent(2, 3), 2, &["agent", "agent"]);
        assert!(!is_whole && text.contains("3 lost"), "{text}");
        let (is_whole, text) = verdict_when_stored(&sent(2, 0), 2, &["agent", "agent"], 1);
        assert!(
            !is_whole && text.contains("1 forwarded and not stored"),
            "{text}"
        );
        let mut silent = sent(2, 0);
        silent.silent.push("task".to_owned());
        assert!(!verdict(&silent, 2, &["agent", "agent"]).0);
    }

    #[test]
    fn without_loss_is_when_all_spoke_and_nothing_was_given_up() {
        assert!(sent(2, 0).is_without_loss());
        assert!(!sent(2, 1).is_without_loss());
        assert!(!sent(0, 0).is_without_loss(), "nothing was sent");
        let mut silent = sent(2, 0);
        silent.silent.push("task".to_owned());
        assert!(!silent.is_without_loss());
    }
}

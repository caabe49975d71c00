//! The body of a request, as Alertmanager's webhooks of version 4 have it: receivers made for it need no change.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::time::SystemTime;

use crate::alerts::notice::Notice;

/// What a receiver takes at most; more alerts are cut off and counted in the body.
pub(super) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// What Alertmanager writes for a time that has not come.
const NOT_YET: &str = "0001-01-01T00:00:00Z";

/// The body for notices of one alert. At most `max_alerts` of them go into it, and no more than fit.
pub(super) fn encode(
    receiver: &str,
    source: &str,
    notices: &[Notice],
    max_alerts: usize,
) -> String {
    let mut kept = notices.len().min(max_alerts);
    loop {
        let text = body(receiver, source, notices, kept).to_string();
        if text.len() <= MAX_BODY_BYTES || kept <= 1 {
            return text;
        }
        kept /= 2;
    }
}

fn body(receiver: &str, source: &str, notices: &[Notice], kept: usize) -> Value {
    let shown = &notices[..kept];
    let rule = notices
        .first()
        .map_or("", |notice| notice.rule.name.as_str());
    let is_firing = notices.iter().any(|notice| !notice.kind.is_resolved());
    json!({
        "version": "4",
        "groupKey": format!("{{}}:{{alertname={rule:?}}}"),
        "truncatedAlerts": notices.len() - kept,
        "status": status(!is_firing),
        "receiver": receiver,
        "groupLabels": { "alertname": rule },
        "commonLabels": common(shown.iter().map(|notice| pairs(notice.labels.iter()))),
        "commonAnnotations": common(shown.iter().map(annotations)),
        "externalURL": source,
        "alerts": shown.iter().map(|notice| alert(notice, source)).collect::<Vec<_>>(),
    })
}

fn alert(notice: &Notice, source: &str) -> Value {
    json!({
        "status": status(notice.kind.is_resolved()),
        "labels": pairs(notice.labels.iter()),
        "annotations": annotations(notice),
        "startsAt": time(notice.fired_at),
        "endsAt": notice.resolved_at.map_or_else(|| NOT_YET.to_owned(), time),
        "generatorURL": source,
        "fingerprint": notice.labels.fingerprint(),
    })
}

const fn status(is_resolved: bool) -> &'static str {
    if is_resolved { "resolved" } else { "firing" }
}

fn annotations(notice: &Notice) -> Map<String, Value> {
    let given = notice
        .annotations
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let mut all = pairs(given);
    all.insert("value".to_owned(), notice.value.to_string().into());
    if let super::super::NoticeKind::Resolved(reason) = notice.kind {
        all.insert("resolution".to_owned(), reason.as_str().into());
        all.insert("peak".to_owned(), notice.peak.to_string().into());
    }
    if notice.is_flapping {
        all.insert("flapping".to_owned(), "true".into());
    }
    all
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Map<String, Value> {
    pairs
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect()
}

/// What all of them have alike.
fn common(mut all: impl Iterator<Item = Map<String, Value>>) -> Map<String, Value> {
    let Some(mut common) = all.next() else {
        return Map::new();
    };
    for other in all {
        common.retain(|name, value| other.get(name) == Some(value));
    }
    common
}

fn time(at: SystemTime) -> String {
    Timestamp::try_from(at).map_or_else(|_| NOT_YET.to_owned(), |time| time.to_string())
}

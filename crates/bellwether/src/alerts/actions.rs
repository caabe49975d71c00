//! What is done with notices, off the thread that evaluates: logs, events, listeners and webhooks.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use bellwether_catalog::Action;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _, Severity};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use tracing::Dispatch;

use super::health::Counts;
use super::notice::Notice;
use super::webhook::Webhook;
use crate::logs::Logger;

/// Notices that wait for logs, events and listeners.
const QUEUE: usize = 1_024;
/// Name of the event, and of the component that logs.
const EVENT: &str = "bellwether.alert";

type Listener = Box<dyn Fn(&Notice) + Send>;

/// Everything that notices go to.
pub(crate) struct Actions {
    queue: SyncSender<Notice>,
    listeners: Arc<Mutex<Vec<Listener>>>,
    webhooks: Vec<Webhook>,
    counts: Arc<Counts>,
}

impl Actions {
    /// Starts the thread. It ends when these actions are dropped.
    pub(crate) fn start(
        dispatch: Dispatch,
        events: SdkLoggerProvider,
        webhooks: Vec<Webhook>,
        counts: &Arc<Counts>,
    ) -> std::io::Result<Self> {
        let (queue, notices) = mpsc::sync_channel::<Notice>(QUEUE);
        let listeners: Arc<Mutex<Vec<Listener>>> = Arc::default();
        let (heard, counted) = (Arc::clone(&listeners), Arc::clone(counts));
        thread::Builder::new()
            .name("bellwether-alert-actions".to_owned())
            .spawn(move || {
                while let Ok(notice) = notices.recv() {
                    tracing::dispatcher::with_default(&dispatch, || {
                        act(&notice, &events, &heard, &counted);
                    });
                    counted.waiting.fetch_sub(1, Ordering::AcqRel);
                }
            })?;
        Ok(Self {
            queue,
            listeners,
            webhooks,
            counts: Arc::clone(counts),
        })
    }

    /// Calls a function with each notice whose alert has the action `event`.
    pub(crate) fn listen(&self, listener: Listener) {
        let mut listeners = self
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        listeners.push(listener);
    }

    /// Hands notices over. Never waits.
    pub(crate) fn act(&self, notices: &[Notice]) {
        for notice in notices {
            let (logs, events) = (has(notice, &Action::Log), has(notice, &Action::Event));
            if !logs && !events {
                continue;
            }
            self.counts.waiting.fetch_add(1, Ordering::AcqRel);
            if self.queue.try_send(notice.clone()).is_err() {
                self.counts.waiting.fetch_sub(1, Ordering::AcqRel);
                self.counts.log.dropped(u64::from(logs));
                self.counts.event.dropped(u64::from(events));
            }
        }
        // One request for all label sets of an alert: a burst of them is one piece of news.
        for same_rule in notices.chunk_by(|one, other| one.rule.name == other.rule.name) {
            for webhook in &self.webhooks {
                if is_for(&same_rule[0], webhook) {
                    webhook.send(same_rule.to_vec());
                }
            }
        }
    }

    /// Notices that no action is done with.
    pub(crate) fn waiting(&self) -> u64 {
        let webhooks: u64 = self.webhooks.iter().map(Webhook::waiting).sum();
        self.counts.waiting.load(Ordering::Acquire) + webhooks
    }
}

fn has(notice: &Notice, action: &Action) -> bool {
    notice.rule.actions.contains(action)
}

fn is_for(notice: &Notice, webhook: &Webhook) -> bool {
    notice.rule.actions.iter().any(|action| match action {
        Action::EveryWebhook => true,
        Action::Webhook(name) => *name == webhook.name,
        _ => false,
    })
}

fn act(
    notice: &Notice,
    events: &SdkLoggerProvider,
    listeners: &Mutex<Vec<Listener>>,
    counts: &Counts,
) {
    if has(notice, &Action::Log) {
        log(notice);
        counts.log.done(1);
    }
    if !has(notice, &Action::Event) {
        return;
    }
    emit(notice, events);
    let listeners = listeners.lock().unwrap_or_else(PoisonError::into_inner);
    let mut panicked = 0;
    for listener in listeners.iter() {
        // A listener is the service's: what it does must not end the notices of others.
        let heard = std::panic::catch_unwind(AssertUnwindSafe(|| listener(notice)));
        panicked += u64::from(heard.is_err());
    }
    if panicked > 0 {
        counts.event.failed(1);
    } else {
        counts.event.done(1);
    }
}

fn log(notice: &Notice) {
    let logger = Logger::new(EVENT);
    let message = format!(
        "{} {}: {}",
        notice.rule.name,
        notice.kind.as_str(),
        notice.summary()
    );
    let fill = |event: crate::logs::LogEvent| {
        let event = event
            .field("alert", notice.rule.name.clone())
            .field("state", notice.kind.as_str())
            .field("severity", notice.rule.severity.clone())
            .field("labels", notice.labels.to_string())
            .field("value", notice.value);
        match notice.duration() {
            Some(duration) => event.duration(duration),
            None => event,
        }
    };
    if notice.kind.is_resolved() || notice.rule.severity == "info" {
        logger.info_with(message, fill);
    } else if notice.rule.severity == "critical" {
        logger.error_with(message, fill);
    } else {
        logger.warn_with(message, fill);
    }
}

/// As an OpenTelemetry event: a log record with a name.
fn emit(notice: &Notice, events: &SdkLoggerProvider) {
    let logger = events.logger("bellwether");
    let mut record = logger.create_log_record();
    record.set_event_name(EVENT);
    record.set_target(EVENT);
    let severity = match notice.rule.severity.as_str() {
        _ if notice.kind.is_resolved() => Severity::Info,
        "critical" => Severity::Error,
        "warning" => Severity::Warn,
        _ => Severity::Info,
    };
    record.set_severity_number(severity);
    record.set_severity_text(severity.name());
    let text = |text: &str| AnyValue::String(text.to_owned().into());
    record.set_body(text(notice.summary()));
    record.add_attribute("rule", text(&notice.rule.name));
    record.add_attribute("severity", text(&notice.rule.severity));
    record.add_attribute("alert.state", text(notice.kind.as_str()));
    record.add_attribute("alert.fingerprint", text(&notice.labels.fingerprint()));
    record.add_attribute("alert.labels", text(&notice.labels.to_string()));
    record.add_attribute("alert.value", AnyValue::Double(notice.value));
    logger.emit(record);
}

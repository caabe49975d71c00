//! What the backend says while it runs, as remarks on standard error: warnings and errors, such as a damaged store that is set aside.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::terminal::Terminal;

/// From here on remarks are shown, in this process.
pub(super) fn show() {
    // Somebody else may listen already, in a test; then they do.
    let _ = tracing_subscriber::registry().with(Remarks).try_init();
}

struct Remarks;

impl<S: Subscriber> Layer<S> for Remarks {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() > Level::WARN || !metadata.target().starts_with("bellwether_backend") {
            return;
        }
        let mut line = Line::default();
        event.record(&mut line);
        let terminal = Terminal::detect();
        let text = format!("{}{}", line.message, line.fields);
        if *metadata.level() == Level::ERROR {
            terminal.error(&text);
        } else {
            terminal.warning(&text);
        }
    }
}

/// `message, name=value, name=value`.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, ", {}={value:?}", field.name())
        };
    }
}

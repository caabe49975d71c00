//! `tracing` events become records.
//!
//! The layer keeps, in the registry, the fields of enclosing spans that pass on to records. Spans without such a field are
//! of no interest to it: its filter declines them, so they cost nothing here and exist only if another layer wants them.

use std::sync::Arc;

use opentelemetry::Context as OtelContext;
use opentelemetry::trace::{SpanContext, TraceContextExt};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::{LookupSpan, Registry, SpanRef};

use super::fields::{Fields, is_inherited};
use super::level::Level;
use super::levels::Levels;
use super::pipeline::{Core, Draft};
use super::visit::{EventVisitor, SpanVisitor};

/// The layer. Found again by [`Logger`](super::Logger) through the current subscriber.
pub(super) struct LogLayer {
    pub(super) core: Arc<Core>,
}

/// Fields of a span that pass on to the records inside it.
struct Inherited(Fields);

/// Adds what the spans from this one outwards pass on.
pub(super) fn inherit<'a, R>(fields: &mut Fields, span: Option<SpanRef<'a, R>>)
where
    R: LookupSpan<'a>,
{
    let Some(span) = span else { return };
    for span in span.scope() {
        if let Some(Inherited(outer)) = span.extensions().get::<Inherited>() {
            fields.inherit(outer);
        }
    }
}

/// The span that is current for OpenTelemetry, whichever API made it.
pub(super) fn current_span() -> Option<SpanContext> {
    OtelContext::map_current(|context| {
        context
            .has_active_span()
            .then(|| context.span().span_context().clone())
    })
}

impl LogLayer {
    /// The subscriber this layer is part of.
    fn dispatch(&self) -> Option<Dispatch> {
        self.core.dispatch.get()?.upgrade()
    }
}

impl<S> tracing_subscriber::Layer<S> for LogLayer
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_register_dispatch(&self, subscriber: &Dispatch) {
        // A layer belongs to one subscriber, so this is said once.
        let _ = self.core.dispatch.set(subscriber.downgrade());
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        // Values are formatted before the span's extensions are locked: formatting is code of the service.
        let mut visitor = SpanVisitor::default();
        attributes.record(&mut visitor);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Inherited(visitor.0));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut visitor = SpanVisitor::default();
        values.record(&mut visitor);
        let Some(span) = context.span(id) else { return };
        let mut extensions = span.extensions_mut();
        if let Some(Inherited(fields)) = extensions.get_mut::<Inherited>() {
            visitor.0.inherit(fields);
            *fields = visitor.0;
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let mut visitor = EventVisitor::default();
        event.record(&mut visitor);
        let EventVisitor {
            mut fields,
            message,
        } = visitor;

        let span = if let Some(parent) = event.parent() {
            let dispatch = self.dispatch();
            let dispatch = dispatch.as_ref();
            // Unfiltered: this layer knows only spans with fields that pass on, the named one need not be among them.
            let registry = dispatch.and_then(|dispatch| dispatch.downcast_ref::<Registry>());
            inherit(
                &mut fields,
                registry.and_then(|registry| registry.span(parent)),
            );
            dispatch
                .and_then(|dispatch| tracing_opentelemetry::get_otel_context(parent, dispatch))
                .map(|context| context.span().span_context().clone())
        } else if event.is_root() {
            None
        } else {
            inherit(&mut fields, context.lookup_current());
            current_span()
        };

        // An event without a name is called after its source line, which is not a name.
        let name = metadata.name();
        let event_name = (!name.starts_with("event ")).then_some(name);
        let message = match event_name {
            Some(name) if message.is_empty() => name.to_owned(),
            _ => message,
        };
        let draft = Draft {
            level: level(*metadata.level()),
            event_name,
            message,
            component: component(event),
            fields,
            route: Levels::route(metadata.target(), *metadata.level()),
        };
        self.core.emit(draft, span.as_ref());
    }
}

/// Targets are constants of the code.
fn component(event: &Event<'_>) -> std::borrow::Cow<'static, str> {
    // `Event::metadata` gives the constant away with the lifetime of the event only, the callsite gives it as it is.
    event.metadata().callsite().0.metadata().target().into()
}

fn level(level: tracing::Level) -> Level {
    match level {
        tracing::Level::TRACE => Level::Trace,
        tracing::Level::DEBUG => Level::Debug,
        tracing::Level::INFO => Level::Info,
        tracing::Level::WARN => Level::Warn,
        tracing::Level::ERROR => Level::Error,
    }
}

/// Which events and spans reach the layer. Never decides for another layer.
pub(super) struct LevelsFilter {
    pub(super) core: Arc<Core>,
}

impl LevelsFilter {
    fn admits(&self, metadata: &Metadata<'_>) -> bool {
        let kept = self.core.levels.of(metadata.target());
        if metadata.is_event() {
            return *metadata.level() <= kept;
        }
        // Ids reach the records inside a span also where records of the span's own level are not kept.
        *metadata.level() <= kept.max(LevelFilter::INFO)
            && metadata
                .fields()
                .iter()
                .any(|field| is_inherited(field.name()))
    }
}

impl<S> Filter<S> for LevelsFilter {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.admits(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.admits(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.core.levels.most_verbose().max(LevelFilter::INFO))
    }
}

//! The engine on an injected clock.

mod defaults;
mod policies;
mod properties;
mod support;

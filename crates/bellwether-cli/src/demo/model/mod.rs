//! The stand-in for a provider of models: what it answers, what it counts, what it allows.
//!
//! No language model is behind it, and it says so: its provider is called `demo`, its models `demo-small` and
//! `demo-large`. Everything else is as with a provider that has one. A request goes over HTTP, the answer is streamed,
//! tokens are counted from the texts, prefixes of prompts are cached and cheaper, limits are enforced with 429 and
//! `Retry-After`, and too many requests at once with 503.
//!
//! | part | is |
//! |---|---|
//! | [`tokens`] | how text is counted |
//! | [`answer`] | the answer: sentences picked from the prompt |
//! | [`prefixes`] | the cache of prompt prefixes |
//! | [`limits`] | requests a second and at a time |
//! | [`protocol`] | request and answer on the wire |
//! | [`client`] | how agents ask, with retries, fallback and telemetry |
//! | [`common_words`] | a model to download, and [`local`] the ones that were |

pub(super) mod answer;
pub(super) mod client;
pub(super) mod common_words;
pub(super) mod limits;
pub(super) mod local;
pub(super) mod prefixes;
pub(super) mod protocol;
pub(super) mod tokens;

/// `gen_ai.provider.name` of the stand-in.
pub(super) const PROVIDER: &str = "demo";

/// A model of the stand-in. The bigger one picks more and costs more.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) name: &'static str,
    /// Size of its context window in tokens.
    pub(super) window: u64,
    /// Tokens a second that it writes.
    pub(super) speed: f64,
    prices: Prices,
}

/// Dollars for a million tokens. Nobody pays them.
#[derive(Debug)]
struct Prices {
    prompt: f64,
    cache_read: f64,
    cache_creation: f64,
    completion: f64,
}

/// What agents ask first.
pub(super) const SMALL: Model = Model {
    name: "demo-small",
    window: 2_048,
    speed: 800.0,
    prices: Prices {
        prompt: 1.0,
        cache_read: 0.1,
        cache_creation: 1.25,
        completion: 5.0,
    },
};

/// What they fall back to.
pub(super) const LARGE: Model = Model {
    name: "demo-large",
    window: 8_192,
    speed: 300.0,
    prices: Prices {
        prompt: 20.0,
        cache_read: 2.0,
        cache_creation: 25.0,
        completion: 100.0,
    },
};

/// The model of that name.
pub(super) fn named(name: &str) -> Option<&'static Model> {
    [&SMALL, &LARGE]
        .into_iter()
        .find(|model| model.name == name)
}

impl Model {
    /// What a request cost. Of the prompt's tokens, those that the cache gave or took have prices of their own.
    pub(super) fn cost(&self, usage: protocol::Usage) -> f64 {
        let cached = usage.cache_read + usage.cache_creation;
        let plain = usage.prompt.saturating_sub(cached);
        let prices = &self.prices;
        (plain as f64 * prices.prompt
            + usage.cache_read as f64 * prices.cache_read
            + usage.cache_creation as f64 * prices.cache_creation
            + usage.completion as f64 * prices.completion)
            / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::protocol::Usage;
    use super::{LARGE, SMALL};

    #[test]
    fn tokens_from_the_cache_cost_a_tenth() {
        let fresh = Usage {
            prompt: 1_000,
            completion: 100,
            ..Usage::default()
        };
        let cached = Usage {
            cache_read: 1_000,
            ..fresh
        };
        assert!((SMALL.cost(fresh) - 0.001_5).abs() < 1e-12);
        assert!((SMALL.cost(cached) - 0.000_6).abs() < 1e-12);
        assert!((LARGE.cost(fresh) - 0.03).abs() < 1e-12);
    }
}

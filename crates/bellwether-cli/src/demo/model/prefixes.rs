//! The cache of prompt prefixes.
//!
//! A conversation is sent whole each time, and most of it was sent before. What the stand-in computes from messages,
//! their word frequencies, it keeps by the prefix: found again, it goes on from there. What was found is
//! `cache_read`, what was put in anew `cache_creation`.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::answer::Frequencies;
use super::protocol::Message;
use super::tokens;

/// Prefixes that are kept; the oldest leaves.
const KEPT: usize = 256;
/// A prompt of fewer tokens is not worth keeping.
const LEAST_TOKENS: u64 = 32;

/// The prefixes of latest prompts.
#[derive(Debug, Default)]
pub(crate) struct Prefixes {
    kept: BTreeMap<u64, (u64, Frequencies)>,
    order: VecDeque<u64>,
}

/// A prompt that was looked at.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) frequencies: Frequencies,
    pub(crate) tokens: u64,
    pub(crate) cache_read: u64,
    pub(crate) cache_creation: u64,
}

impl Prefixes {
    /// Looks at a prompt of this model, and keeps it for the next that begins so.
    pub(crate) fn look(&mut self, model: &str, messages: &[Message]) -> Prompt {
        let mut so_far = DefaultHasher::new();
        model.hash(&mut so_far);
        // The prefix of each length has the hash of all before and one more message.
        let hashes: Vec<u64> = messages
            .iter()
            .map(|message| {
                message.hash(&mut so_far);
                so_far.finish()
            })
            .collect();
        let longest = hashes.iter().rposition(|hash| self.kept.contains_key(hash));
        let (cache_read, mut frequencies) = longest
            .and_then(|at| self.kept.get(&hashes[at]).cloned())
            .unwrap_or_default();
        let mut new_tokens = 0;
        for message in messages.iter().skip(longest.map_or(0, |at| at + 1)) {
            new_tokens += tokens::count(&message.content);
            frequencies.add(&message.content);
        }
        let tokens = cache_read + new_tokens;
        let is_kept = new_tokens > 0 && tokens >= LEAST_TOKENS;
        if let (true, Some(hash)) = (is_kept, hashes.last()) {
            self.keep(*hash, tokens, frequencies.clone());
        }
        Prompt {
            frequencies,
            tokens,
            cache_read,
            cache_creation: if is_kept { new_tokens } else { 0 },
        }
    }

    fn keep(&mut self, hash: u64, tokens: u64, frequencies: Frequencies) {
        if self.kept.insert(hash, (tokens, frequencies)).is_none() {
            self.order.push_back(hash);
        }
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.kept.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LEAST_TOKENS, Prefixes};
    use crate::demo::model::protocol::Message;

    #[test]
    fn a_conversation_that_goes_on_is_read_from_the_cache() {
        let mut prefixes = Prefixes::default();
        let mut conversation = vec![Message::user("one ".repeat(40))];
        let first = prefixes.look("m", &conversation);
        assert_eq!(
            (first.tokens, first.cache_read, first.cache_creation),
            (40, 0, 40)
        );
        conversation.push(Message::assistant("two ".repeat(10)));
        let second = prefixes.look("m", &conversation);
        assert_eq!(
            (second.tokens, second.cache_read, second.cache_creation),
            (50, 40, 10)
        );
        let again = prefixes.look("m", &conversation);
        assert_eq!(
            (again.tokens, again.cache_read, again.cache_creation),
            (50, 50, 0)
        );
        let other = prefixes.look("another model", &conversation);
        assert_eq!(other.cache_read, 0);
        conversation[0] = Message::user("changed ".repeat(40));
        assert_eq!(prefixes.look("m", &conversation).cache_read, 0);
    }

    #[test]
    fn short_prompts_and_old_ones_are_not_kept() {
        let mut prefixes = Prefixes::default();
        let short = [Message::user("word ".repeat(LEAST_TOKENS as usize - 1))];
        assert_eq!(prefixes.look("m", &short).cache_creation, 0);
        assert_eq!(prefixes.look("m", &short).cache_read, 0);
        let long = |n: usize| [Message::user(format!("{n} {}", "word ".repeat(40)))];
        for n in 0..=super::KEPT {
            prefixes.look("m", &long(n));
        }
        assert_eq!(prefixes.look("m", &long(1)).cache_read, 41);
        assert_eq!(
            prefixes.look("m", &long(0)).cache_read,
            0,
            "the oldest left"
        );
    }
}

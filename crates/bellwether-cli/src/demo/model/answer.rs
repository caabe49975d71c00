//! The answer of the stand-in: the sentences of the prompt that say most, in their order.
//!
//! A sentence says as much as its words are frequent in the whole prompt, per word. It is how texts were summed up
//! before there were language models (Luhn, 1958), and real work on real text.

use std::collections::BTreeMap;

use super::tokens;

/// How often words occur.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frequencies(BTreeMap<String, u32>);

impl Frequencies {
    /// Takes in a text.
    pub(crate) fn add(&mut self, text: &str) {
        for word in tokens::words(text) {
            *self.0.entry(word).or_default() += 1;
        }
    }

    fn of(&self, word: &str) -> u32 {
        self.0.get(word).copied().unwrap_or_default()
    }

    fn weight(&self, sentence: &str) -> f64 {
        let (sum, words) = tokens::words(sentence).fold((0, 0_u32), |(sum, words), word| {
            (sum + self.of(&word), words + 1)
        });
        f64::from(sum) / f64::from(words.max(1))
    }
}

/// The sentences of `text` that say most by `frequencies`, of at most so many tokens.
pub(crate) fn pick(text: &str, frequencies: &Frequencies, most_tokens: u64) -> String {
    let mut ranked: Vec<(usize, &str, f64)> = text
        .split(['\n', '.', '!', '?'])
        .map(str::trim)
        .filter(|sentence| tokens::words(sentence).next().is_some())
        .enumerate()
        .map(|(at, sentence)| (at, sentence, frequencies.weight(sentence)))
        .collect();
    ranked.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut left = most_tokens;
    let mut picked = Vec::new();
    for (at, sentence, _) in ranked {
        // One more for the full stop.
        let tokens = tokens::count(sentence) + 1;
        if tokens <= left {
            left -= tokens;
            picked.push((at, sentence));
        }
    }
    picked.sort_unstable();
    let sentences: Vec<_> = picked.into_iter().map(|(_, sentence)| sentence).collect();
    if sentences.is_empty() {
        return "Nothing to sum up.".to_owned();
    }
    format!("{}.", sentences.join(". "))
}

/// The answer in the parts that it is streamed in: a few words each.
pub(crate) fn parts(answer: &str) -> Vec<String> {
    const WORDS: usize = 6;
    let words: Vec<&str> = answer.split_inclusive(' ').collect();
    words.chunks(WORDS).map(<[&str]>::concat).collect()
}

#[cfg(test)]
mod tests {
    use super::{Frequencies, parts, pick};

    const TEXT: &str =
        "The queue is full. Nobody knows why. The queue backs up as the queue is slow.";

    #[test]
    fn what_is_said_most_is_picked_in_its_order() {
        let mut frequencies = Frequencies::default();
        frequencies.add(TEXT);
        assert_eq!(pick(TEXT, &frequencies, 5), "The queue is full.");
        let both = pick(TEXT, &frequencies, 16);
        assert!(
            both.starts_with("The queue is full. The queue backs"),
            "{both}"
        );
        assert_eq!(pick("", &frequencies, 16), "Nothing to sum up.");
    }

    #[test]
    fn parts_make_the_whole() {
        assert_eq!(parts(TEXT).concat(), TEXT);
        assert!(parts(TEXT).len() > 1);
    }
}

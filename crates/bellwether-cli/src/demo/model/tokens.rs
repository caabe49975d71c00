//! How the stand-in counts: a word is a token for each six letters begun, any other sign that is no space is one.
//!
//! Tokenizers of true models come to about the same number for English text, by tables of a few hundred kilobytes.

/// Letters to a token.
const LETTERS: usize = 6;

/// Tokens of a text.
pub(crate) fn count(text: &str) -> u64 {
    let mut tokens = 0;
    let mut letters = 0;
    for sign in text.chars() {
        if sign.is_alphanumeric() {
            if letters % LETTERS == 0 {
                tokens += 1;
            }
            letters += 1;
            continue;
        }
        letters = 0;
        tokens += u64::from(!sign.is_whitespace());
    }
    tokens
}

/// The words of a text, in lower case.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|sign: char| !sign.is_alphanumeric())
        .filter(|word| word.len() > 2)
        .map(str::to_lowercase)
}

/// The beginning of a text, of at most so many tokens.
pub(crate) fn first(text: &str, most: u64) -> &str {
    let mut end = 0;
    for (at, sign) in text.char_indices() {
        if sign.is_whitespace() && at > end {
            if count(&text[..at]) > most {
                return text[..end].trim_end();
            }
            end = at;
        }
    }
    if count(text) > most {
        return text[..end].trim_end();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{count, first, words};

    #[test]
    fn words_and_signs_are_counted() {
        assert_eq!(count(""), 0);
        assert_eq!(count("  \n"), 0);
        assert_eq!(count("a word."), 3);
        assert_eq!(count("telemetry"), 2);
        assert_eq!(count("fn main() {}"), 6);
    }

    #[test]
    fn a_beginning_has_at_most_so_many_tokens() {
        assert_eq!(first("one two three four", 2), "one two");
        assert_eq!(first("one two", 9), "one two");
        assert_eq!(first("extraordinarily", 1), "");
        for most in 0..12 {
            assert!(count(first("it is, of all days, a day", most)) <= most);
        }
    }

    #[test]
    fn short_words_say_nothing() {
        assert_eq!(
            words("An Agent, of old").collect::<Vec<_>>(),
            ["agent", "old"]
        );
    }
}

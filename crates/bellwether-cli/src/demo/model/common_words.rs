//! `demo-words`: a model small enough to be downloaded, the words of English that say nothing.
//!
//! It is served as a file and used by whoever downloaded it, for what such a model is for: agents do not learn these
//! words.

use std::collections::BTreeSet;

/// Its name.
pub(crate) const NAME: &str = "demo-words";

const WORDS: &str = "about above after again against all also and any are because been before being below between both \
but can cannot could did does doing down during each few for from further had has have having her here hers him his \
how into its itself let more most must not now off once only other our out over own same she should some such than \
that the their them then there these they this those through too under until use used very was way were what when \
where which while who whom why will with without would you your";

/// The file.
pub(crate) fn file() -> &'static str {
    WORDS
}

/// The model that is in a file.
pub(crate) fn read(file: &str) -> BTreeSet<String> {
    file.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_file_has_its_words() {
        let words = super::read(super::file());
        assert!(words.contains("about") && words.contains("your"));
        assert_eq!(words.len(), 98);
    }
}

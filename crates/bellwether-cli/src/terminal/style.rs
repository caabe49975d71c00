//! Colours: the ECMA-48 sequences that every terminal knows, or nothing.

/// Dresses text, or leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    is_coloured: bool,
}

impl Style {
    /// Coloured or plain.
    pub(crate) const fn new(is_coloured: bool) -> Self {
        Self { is_coloured }
    }

    /// What went well.
    pub(crate) fn green(self, text: &str) -> String {
        self.dress("32", text)
    }

    /// What may be wrong.
    pub(crate) fn yellow(self, text: &str) -> String {
        self.dress("33", text)
    }

    /// What is wrong.
    pub(crate) fn red(self, text: &str) -> String {
        self.dress("31", text)
    }

    /// What matters less.
    pub(crate) fn dim(self, text: &str) -> String {
        self.dress("2", text)
    }

    /// Headings.
    pub(crate) fn bold(self, text: &str) -> String {
        self.dress("1", text)
    }

    fn dress(self, code: &str, text: &str) -> String {
        if self.is_coloured {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Style;

    #[test]
    fn a_plain_style_adds_nothing() {
        assert_eq!(Style::new(false).red("no"), "no");
        assert_eq!(Style::new(true).red("no"), "\x1b[31mno\x1b[0m");
    }
}

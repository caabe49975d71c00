//! How things are printed.
//!
//! Results go to standard output, remarks about the command itself to standard error. Each stream is judged on its
//! own: colours and lines that are rewritten in place only where it is a terminal, plain lines otherwise. `NO_COLOR`
//! (any value but the empty one, <https://no-color.org>) and `TERM=dumb` turn colours off; a dumb terminal gets no
//! rewritten lines either.
//!
//! A reader that goes away (`bellwether doctor | head -1`) is no failure: what can't be written is dropped.

mod style;

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

pub(crate) use style::Style;

/// The two output streams of this process.
#[derive(Debug)]
pub(crate) struct Terminal {
    out: Style,
    err: Style,
    /// Whether a status line stands on standard output, to be overwritten by what comes next.
    status: Mutex<bool>,
    rewrites: bool,
}

impl Terminal {
    /// Looks at the streams and the environment.
    pub(crate) fn detect() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let allows_colour = !is_set("NO_COLOR") && !is_dumb;
        let out_is_terminal = io::stdout().is_terminal();
        let err_is_terminal = io::stderr().is_terminal();
        Self {
            out: Style::new(out_is_terminal && allows_colour),
            err: Style::new(err_is_terminal && allows_colour),
            status: Mutex::new(false),
            rewrites: out_is_terminal && !is_dumb,
        }
    }

    /// How to dress text for standard output.
    pub(crate) const fn style(&self) -> Style {
        self.out
    }

    /// One line (or several) of the result.
    pub(crate) fn line(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        let _ = self.clear_status(&mut stdout);
        let _ = writeln!(stdout, "{text}");
        let _ = stdout.flush();
    }

    /// A warning about the command itself, on standard error.
    pub(crate) fn warning(&self, text: &str) {
        remark(&self.err.yellow("warning"), text);
    }

    /// Why the command gives up, on standard error.
    pub(crate) fn error(&self, text: &str) {
        remark(&self.err.red("error"), text);
    }

    /// A line that the next one replaces. Where standard output is no terminal nothing is written: a log wants
    /// changes, not a ticker.
    pub(crate) fn status(&self, text: &str) {
        if !self.rewrites {
            return;
        }
        let mut stdout = io::stdout().lock();
        let _ = self.clear_status(&mut stdout);
        let _ = write!(stdout, "{text}");
        let _ = stdout.flush();
        if let Ok(mut is_shown) = self.status.lock() {
            *is_shown = true;
        }
    }

    fn clear_status(&self, stdout: &mut impl Write) -> io::Result<()> {
        let Ok(mut is_shown) = self.status.lock() else {
            return Ok(());
        };
        if std::mem::take(&mut *is_shown) {
            // Back to the first column, then erase to the end of the line (ECMA-48 EL).
            write!(stdout, "\r\x1b[K")?;
        }
        Ok(())
    }
}

fn remark(kind: &str, text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "bellwether: {kind}: {text}");
}

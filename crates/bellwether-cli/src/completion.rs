//! `bellwether completion SHELL`: what a shell reads to complete commands and options.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments::Cli;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Options of `bellwether completion`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether completion bash > ~/.local/share/bash-completion/completions/bellwether
  bellwether completion zsh  > \"${fpath[1]}/_bellwether\"
  bellwether completion fish > ~/.config/fish/completions/bellwether.fish")]
pub(crate) struct Arguments {
    /// For which shell
    #[arg(value_parser = ["bash", "zsh", "fish"])]
    shell: String,
}

/// Prints the script.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let shell = match arguments.shell.as_str() {
        "bash" => Shell::Bash,
        "zsh" => Shell::Zsh,
        _ => Shell::Fish,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "bellwether", &mut script);
    let script = String::from_utf8(script)
        .map_err(|error| Failure::new(format!("cannot write the script: {error}")))?;
    terminal.line(script.trim_end());
    Ok(Exit::OK)
}

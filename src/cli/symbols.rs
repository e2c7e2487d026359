//! The signs in front of words, and whether the terminal can show them.

use crate::deploy::State;

/// Signs and colour of one terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbols {
    ascii: bool,
    /// Whether colour may be used. It only repeats what words say.
    pub colour: bool,
}

impl Symbols {
    /// What the environment and `--ascii` say.
    pub fn detect(ascii: bool) -> Symbols {
        use std::io::IsTerminal;
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
        let utf8 = locale.is_none_or(|locale| locale.to_lowercase().replace('-', "").contains("utf8"));
        let colour =
            std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && std::io::stdout().is_terminal();
        Symbols { ascii: ascii || !utf8, colour }
    }

    /// The sign of a state.
    pub fn of(self, state: State) -> &'static str {
        let (sign, plain) = match state {
            State::Done => ("✓", "+"),
            State::Running => ("◐", "~"),
            State::Failed => ("✗", "x"),
            State::Skipped => ("·", "."),
        };
        if self.ascii { plain } else { sign }
    }

    /// The sign of a warning.
    pub fn warning(self) -> &'static str {
        "!"
    }

    /// A rule of this width.
    pub fn rule(self, width: usize) -> String {
        if self.ascii { "-" } else { "─" }.repeat(width)
    }

    /// The text in the colour of a state, if colours may be used.
    pub fn paint(self, state: State, text: &str) -> String {
        let code = match state {
            State::Done => "32",
            State::Running => "36",
            State::Failed => "31",
            State::Skipped => "2",
        };
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.into() }
    }

    /// The text, dimmed if that is possible.
    pub fn dim(self, text: &str) -> String {
        if self.colour { format!("\x1b[2m{text}\x1b[0m") } else { text.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_signs_are_ascii_and_differ() {
        let symbols = Symbols { ascii: true, colour: false };
        let signs = [State::Done, State::Running, State::Failed, State::Skipped].map(|state| symbols.of(state));
        assert!(signs.concat().is_ascii());
        assert_eq!(signs.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
        assert_eq!(symbols.paint(State::Failed, "x"), "x");
    }
}

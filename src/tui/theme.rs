//! What tones and signs look like: in colour, without colour, and in ASCII.
//!
//! Colours are the terminal's own sixteen, and none of them carries meaning alone, so that all three say the same.
//! "Dim" is the attribute, not a grey: a grey that is readable on a dark background is not on a light one.

use ratatui::style::{Color, Modifier, Style};

use crate::app::view::{Mark, Sign, Tone};

/// Whether colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// The terminal's own.
    Own,
    /// None: bold and dim only.
    None,
}

/// What things look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Whether colours may be used.
    pub colours: Colours,
    /// Only ASCII is written.
    pub ascii: bool,
}

impl Theme {
    /// What the environment says: `NO_COLOR`, the locale; and `--ascii`.
    pub fn detect(ascii: bool, env: impl Fn(&str) -> Option<String>) -> Theme {
        let said = |name: &str| env(name).filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| said(name));
        let utf8 = locale.is_some_and(|locale| locale.to_lowercase().replace('-', "").contains("utf8"));
        let colours = if said("NO_COLOR").is_some() { Colours::None } else { Colours::Own };
        Theme { colours, ascii: ascii || !utf8 }
    }

    /// The style of a text.
    pub fn style(&self, tone: Tone, strong: bool, mark: Mark) -> Style {
        let mut style = match (self.colours, tone) {
            (_, Tone::Normal) => Style::new(),
            (_, Tone::Dim) => Style::new().add_modifier(Modifier::DIM),
            (Colours::Own, Tone::Accent) => Style::new().fg(Color::Cyan),
            (Colours::Own, Tone::Warning) => Style::new().fg(Color::Yellow),
            (Colours::Own, Tone::Bad) => Style::new().fg(Color::Red),
            (Colours::None, Tone::Accent | Tone::Warning | Tone::Bad) => Style::new().add_modifier(Modifier::BOLD),
        };
        if strong {
            style = style.add_modifier(Modifier::BOLD);
        }
        match mark {
            Mark::None => style,
            Mark::Match => style.add_modifier(Modifier::REVERSED),
            Mark::Current => style.add_modifier(Modifier::REVERSED | Modifier::BOLD | Modifier::UNDERLINED),
        }
    }

    /// A symbol. `turn` counts on while something runs.
    pub fn sign(&self, sign: Sign, turn: usize) -> &'static str {
        let (fine, plain) = match sign {
            Sign::Ready => ("✓", "+"),
            Sign::Busy => {
                let at = turn % 4;
                (["◐", "◓", "◑", "◒"][at], ["~", "-", "~", "-"][at])
            }
            Sign::Degraded => ("!", "!"),
            Sign::Failed => ("✗", "x"),
            Sign::Off => ("·", "."),
            Sign::Unknown => ("?", "?"),
            Sign::Cursor => ("▸", ">"),
            Sign::Checked => ("[x]", "[x]"),
            Sign::Unchecked => ("[ ]", "[ ]"),
            Sign::Chosen => ("(•)", "(*)"),
            Sign::Unchosen => ("( )", "( )"),
            Sign::Open => ("▾", "v"),
            Sign::Folded => ("▸", ">"),
            Sign::Below => ("↓", "v"),
            Sign::Above => ("↑", "^"),
            Sign::Leads => ("→", ">"),
        };
        if self.ascii { plain } else { fine }
    }

    /// What a horizontal rule is made of.
    pub fn rule(&self) -> &'static str {
        if self.ascii { "-" } else { "─" }
    }

    /// What separates two panes.
    pub fn divider(&self) -> &'static str {
        if self.ascii { "|" } else { "│" }
    }

    /// The corners of a window: top left, top right, bottom left, bottom right.
    pub fn corners(&self) -> [&'static str; 4] {
        if self.ascii { ["+"; 4] } else { ["┌", "┐", "└", "┘"] }
    }

    /// A full and an empty cell of a bar.
    pub fn bar(&self) -> (&'static str, &'static str) {
        if self.ascii { ("#", ".") } else { ("█", "░") }
    }

    /// A point of a curve, 0 to 7.
    pub fn point(&self, height: u8) -> &'static str {
        let fine = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
        let plain = ["_", ".", ",", "-", "=", "+", "*", "#"];
        let at = usize::from(height.min(7));
        if self.ascii { plain[at] } else { fine[at] }
    }

    /// A character as it can be written: itself, or in ASCII something that means about the same and is as wide.
    pub fn char(&self, c: char) -> char {
        if !self.ascii || c.is_ascii() {
            return c;
        }
        match c {
            '–' | '—' | '─' | '‑' | '−' => '-',
            '…' => '~',
            '·' | '•' => '.',
            '→' | '▸' | '›' | '»' => '>',
            '←' | '‹' | '«' => '<',
            '↓' | '▾' => 'v',
            '↑' => '^',
            '│' => '|',
            '×' => 'x',
            '≤' => '<',
            '≥' => '>',
            '’' | '‘' | '`' => '\'',
            '“' | '”' => '"',
            '✓' => '+',
            '✗' => 'x',
            _ => '?',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'e>(pairs: &'e [(&'e str, &'e str)]) -> impl Fn(&str) -> Option<String> + 'e {
        |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string())
    }

    #[test]
    fn the_environment_decides() {
        let theme = Theme::detect(false, env(&[("LANG", "de_DE.UTF-8")]));
        assert_eq!(theme, Theme { colours: Colours::Own, ascii: false });
        assert!(Theme::detect(false, env(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "C")])).ascii);
        assert!(Theme::detect(false, env(&[])).ascii);
        assert_eq!(Theme::detect(true, env(&[("NO_COLOR", "1")])).colours, Colours::None);
        assert_eq!(Theme::detect(true, env(&[("NO_COLOR", "")])).colours, Colours::Own);
    }

    #[test]
    fn ascii_is_ascii_and_states_stay_apart() {
        let ascii = Theme { colours: Colours::None, ascii: true };
        let signs: Vec<&str> = Sign::ALL.iter().map(|sign| ascii.sign(*sign, 0)).collect();
        assert!(signs.concat().is_ascii());
        let states = [Sign::Ready, Sign::Busy, Sign::Degraded, Sign::Failed, Sign::Off, Sign::Unknown];
        let differ: std::collections::BTreeSet<&str> = states.iter().map(|sign| ascii.sign(*sign, 0)).collect();
        assert_eq!(differ.len(), states.len());
        assert!("日本 … →".chars().all(|c| ascii.char(c).is_ascii()));
    }

    #[test]
    fn signs_are_as_wide_as_they_say() {
        use unicode_width::UnicodeWidthStr;
        for ascii in [true, false] {
            let theme = Theme { colours: Colours::Own, ascii };
            for sign in Sign::ALL {
                assert_eq!(theme.sign(sign, 3).width(), usize::from(sign.width()), "{sign:?}");
            }
        }
    }

    #[test]
    fn without_colours_there_is_no_colour() {
        let theme = Theme { colours: Colours::None, ascii: false };
        for tone in [Tone::Normal, Tone::Dim, Tone::Accent, Tone::Warning, Tone::Bad] {
            let style = theme.style(tone, true, Mark::Current);
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}

//! A search in lines that are looked at: typed after `/`, with the match that one is at. Logs, objects as text and the
//! pages of the review search alike.

use std::ops::Range;

use super::keys::{Action, Input};
use super::typing::LineEdit;
use super::view::{Line, Span, Tone};

/// A search.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// What is looked for, in small letters.
    word: String,
    typing: Option<LineEdit>,
    /// The line of the current match.
    current: Option<usize>,
}

/// The lines that are searched: their numbers, and the text of each.
pub struct Lines<'l> {
    /// The numbers there are.
    pub all: Range<usize>,
    /// The text of a line; empty when there is none.
    pub text: &'l dyn Fn(usize) -> &'l str,
    /// Where a new search begins; none: at the newest line, upwards.
    pub from: Option<usize>,
}

/// What came of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Took {
    /// It was not for a search.
    Nothing,
    /// It was; there is nowhere to go.
    Key,
    /// This line is to be shown.
    Line(usize),
}

impl Search {
    /// Whether it is being typed: [`super::keys::Context::Line`] holds.
    pub fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    /// Whether something is looked for, or is going to be.
    pub fn is_on(&self) -> bool {
        self.is_typing() || !self.word.is_empty()
    }

    /// What is looked for; empty when nothing is.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// The line of the current match.
    pub fn current(&self) -> Option<usize> {
        self.current
    }

    /// Takes a key.
    pub fn act(&mut self, input: &Input, lines: &Lines<'_>) -> Took {
        let found = |line: Option<usize>| line.map_or(Took::Key, Took::Line);
        if let Some(edit) = &mut self.typing {
            match input {
                Input::Action(Action::Open) => self.typing = None,
                Input::Action(Action::Back) => self.end(),
                other => {
                    if !edit.take(other) {
                        return Took::Nothing;
                    }
                    self.word = edit.text().to_lowercase();
                    self.current = None;
                    return found(self.seek(lines, true));
                }
            }
            return Took::Key;
        }
        match input {
            Input::Action(Action::Filter) => self.typing = Some(LineEdit::of(self.word.clone())),
            Input::Action(Action::NextFound) if !self.word.is_empty() => return found(self.seek(lines, true)),
            Input::Action(Action::PreviousFound) if !self.word.is_empty() => return found(self.seek(lines, false)),
            Input::Action(Action::Back) if !self.word.is_empty() => self.end(),
            _ => return Took::Nothing,
        }
        Took::Key
    }

    fn end(&mut self) {
        *self = Search::default();
    }

    /// Whether a line matches.
    pub fn matches(&self, text: &str) -> bool {
        !self.word.is_empty() && text.to_lowercase().contains(&self.word)
    }

    /// Goes to the next match, or to the first one.
    fn seek(&mut self, lines: &Lines<'_>, down: bool) -> Option<usize> {
        let Range { start, end } = lines.all;
        let fits = |at: &usize| self.matches((lines.text)(*at));
        self.current = match (self.current.map(|at| at.clamp(start, end)), lines.from) {
            (Some(at), _) if down => (at + 1..end).find(fits).or_else(|| (start..end).find(fits)),
            (Some(at), _) => (start..at).rfind(fits).or_else(|| (start..end).rfind(fits)),
            (None, None) => (start..end).rfind(fits),
            (None, Some(from)) => (from.max(start)..end).find(fits).or_else(|| (start..end).find(fits)),
        };
        self.current
    }

    /// How many lines match, and the number of the current one.
    fn count(&self, lines: &Lines<'_>) -> (usize, usize) {
        let (mut all, mut current) = (0, 0);
        for at in lines.all.clone().filter(|at| self.matches((lines.text)(*at))) {
            all += 1;
            if Some(at) == self.current {
                current = all;
            }
        }
        (all, current)
    }

    /// What is looked for and how often it is there; none while nothing is.
    pub fn status(&self, lines: &Lines<'_>) -> Option<Line<'static>> {
        let line = match &self.typing {
            Some(edit) => Line::from(Span::new("/").tone(Tone::Accent)).and(edit.text().to_string()).and("_"),
            None if self.word.is_empty() => return None,
            None => Line::from(Span::new(format!("/{}", self.word)).tone(Tone::Accent)),
        };
        if self.word.is_empty() {
            return Some(line);
        }
        let said = match self.count(lines) {
            (0, _) => "  no match".into(),
            (1, _) => "  1 match".into(),
            (all, 0) => format!("  {all} matches"),
            (all, current) => format!("  match {current} of {all}"),
        };
        Some(line.and(Span::new(said).tone(Tone::Dim)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keys::Key;

    const TEXT: [&str; 5] = ["alpha", "Beta", "gamma beta", "delta", "beta"];

    fn press(search: &mut Search, from: Option<usize>, keys: &[Input]) -> Took {
        let text = |at: usize| TEXT[at];
        let mut took = Took::Nothing;
        for key in keys {
            took = search.act(key, &Lines { all: 0..TEXT.len(), text: &text, from });
        }
        took
    }

    fn word(text: &str) -> Vec<Input> {
        let letters = text.chars().map(|c| Input::Key(Key::char(c)));
        std::iter::once(Input::Action(Action::Filter)).chain(letters).collect()
    }

    #[test]
    fn a_text_is_searched_from_here_and_a_log_from_its_end() {
        let (mut text, mut log) = (Search::default(), Search::default());
        assert_eq!(press(&mut text, Some(2), &word("beta")), Took::Line(2));
        assert_eq!(press(&mut log, None, &word("beta")), Took::Line(4));
        for search in [&mut text, &mut log] {
            press(search, None, &[Input::Action(Action::Open)]);
        }
        let next = [Input::Action(Action::NextFound)];
        assert_eq!(press(&mut text, Some(2), &next), Took::Line(4));
        assert_eq!(press(&mut text, Some(2), &next), Took::Line(1), "round and round");
        assert_eq!(press(&mut log, None, &[Input::Action(Action::PreviousFound)]), Took::Line(2));
    }

    #[test]
    fn escape_ends_it_and_then_is_somebody_elses() {
        let mut search = Search::default();
        press(&mut search, Some(0), &word("nothing of the kind"));
        assert_eq!(search.current(), None);
        press(&mut search, Some(0), &[Input::Action(Action::Open)]);
        assert_eq!(press(&mut search, Some(0), &[Input::Action(Action::Back)]), Took::Key);
        assert_eq!(press(&mut search, Some(0), &[Input::Action(Action::Back)]), Took::Nothing);
    }
}

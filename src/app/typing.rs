//! A line of text while it is typed: filters, searches, answers, names that have to be repeated.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::keys::{Code, Input, Key};
use super::view::{Line, Span};

/// The most bytes a line takes. What is longer was pasted by mistake.
const MOST: usize = 64 * 1024;

/// A line of text with a caret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LineEdit {
    text: String,
    /// In bytes, at the border of a grapheme.
    caret: usize,
    secret: bool,
}

impl std::fmt::Debug for LineEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = if self.secret { "***" } else { &self.text };
        f.debug_struct("LineEdit").field("text", &text).field("caret", &self.caret).finish()
    }
}

impl Drop for LineEdit {
    fn drop(&mut self) {
        if self.secret {
            use secrecy::zeroize::Zeroize;
            self.text.zeroize();
        }
    }
}

impl LineEdit {
    /// A line that holds this text, the caret at its end.
    pub fn of(text: impl Into<String>) -> LineEdit {
        let mut line = LineEdit::default();
        line.insert(&text.into());
        line
    }

    /// An empty line whose text is never shown.
    pub fn secret() -> LineEdit {
        LineEdit { secret: true, text: String::with_capacity(256), caret: 0 }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.text.clear();
        self.caret = 0;
    }

    /// Puts text at the caret. Control characters are left out; line ends become spaces. False when it was too long
    /// and nothing was put.
    pub fn insert(&mut self, text: &str) -> bool {
        if self.text.len() + text.len() > MOST {
            return false;
        }
        let text = text.trim_end_matches(['\n', '\r']);
        for c in text.chars() {
            let c = if matches!(c, '\n' | '\t') { ' ' } else { c };
            if !c.is_control() {
                self.text.insert(self.caret, c);
                self.caret += c.len_utf8();
            }
        }
        true
    }

    /// Takes a key or pasted text. True when it was for the line.
    pub fn take(&mut self, input: &Input) -> bool {
        match input {
            Input::Paste(text) => self.insert(text),
            Input::Key(key) => self.key(*key),
            Input::Action(_) => false,
        }
    }

    fn key(&mut self, key: Key) -> bool {
        match (key.code, key.ctrl, key.alt) {
            (Code::Char(c), false, false) => {
                self.insert(c.encode_utf8(&mut [0; 4]));
            }
            (Code::Backspace, false, false) | (Code::Char('h'), true, false) => self.cut(self.before()),
            (Code::Delete, false, false) | (Code::Char('d'), true, false) => {
                let after = self.after();
                self.text.replace_range(self.caret..after, "");
            }
            (Code::Char('w'), true, false) | (Code::Backspace, _, _) => self.cut(self.word_before()),
            (Code::Char('u'), true, false) => self.cut(0),
            (Code::Char('k'), true, false) => self.text.truncate(self.caret),
            (Code::Left, false, false) | (Code::Char('b'), true, false) => self.caret = self.before(),
            (Code::Right, false, false) | (Code::Char('f'), true, false) => self.caret = self.after(),
            (Code::Left, _, _) => self.caret = self.word_before(),
            (Code::Home, _, _) | (Code::Char('a'), true, false) => self.caret = 0,
            (Code::End, _, _) | (Code::Char('e'), true, false) => self.caret = self.text.len(),
            _ => return false,
        }
        true
    }

    fn cut(&mut self, from: usize) {
        self.text.replace_range(from..self.caret, "");
        self.caret = from;
    }

    fn before(&self) -> usize {
        self.text[..self.caret].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.text[self.caret..].graphemes(true).next().map_or(self.caret, |g| self.caret + g.len())
    }

    fn word_before(&self) -> usize {
        self.text[..self.caret].unicode_word_indices().next_back().map_or(0, |(at, _)| at)
    }

    /// As it is drawn: the text, or as many points as a secret has characters.
    pub fn line(&self) -> Line<'static> {
        let text = if self.secret { "*".repeat(self.text.graphemes(true).count()) } else { self.text.clone() };
        Line::from(Span::new(text))
    }

    /// The column of the caret in that line.
    pub fn column(&self) -> usize {
        let before = &self.text[..self.caret];
        if self.secret { before.graphemes(true).count() } else { before.width() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(line: &mut LineEdit, keys: &[Key]) {
        keys.iter().for_each(|key| {
            line.take(&Input::Key(*key));
        });
    }

    #[test]
    fn it_is_edited_by_graphemes_and_words() {
        let mut line = LineEdit::of("host e\u{301}x");
        typed(&mut line, &[Key::of(Code::Left), Key::of(Code::Backspace)]);
        assert_eq!(line.text(), "host x");
        typed(&mut line, &[Key::of(Code::End), Key::ctrl('w'), Key::char('y')]);
        assert_eq!(line.text(), "host y");
        assert_eq!(line.column(), 6);
    }

    #[test]
    fn pasted_control_characters_do_not_get_in_and_100_kb_is_refused() {
        let mut line = LineEdit::default();
        line.insert("a\x1b[31mb\r\nc\n");
        assert_eq!(line.text(), "a[31mb c");
        assert!(!line.insert(&"x".repeat(100_000)));
        assert_eq!(line.text(), "a[31mb c");
    }

    #[test]
    fn a_secret_is_never_shown() {
        let mut line = LineEdit::secret();
        line.insert("hunter2");
        assert_eq!(line.line().text(), "*******");
        assert!(!format!("{line:?}").contains("hunter2"));
    }

    proptest! {
        #[test]
        fn no_sequence_of_keys_breaks_it(keys in proptest::collection::vec(any_key(), 0..60)) {
            let mut line = LineEdit::of("e\u{301} 日本 👩‍👩‍👧 x");
            typed(&mut line, &keys);
            prop_assert!(line.text.is_char_boundary(line.caret));
        }
    }

    fn any_key() -> impl Strategy<Value = Key> {
        let code = prop_oneof![
            any::<char>().prop_map(Code::Char),
            proptest::sample::select(vec![
                Code::Char('w'),
                Code::Char('u'),
                Code::Char('k'),
                Code::Backspace,
                Code::Delete,
                Code::Left,
                Code::Right,
                Code::Home,
                Code::End
            ]),
        ];
        (code, any::<bool>(), any::<bool>()).prop_map(|(code, ctrl, alt)| Key { code, ctrl, alt })
    }
}

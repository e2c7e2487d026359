//! Several lines of text while they are edited, with what is wrong in them at every moment.

use tui_textarea::{CursorMove, TextArea};

use super::notation::{self, Fault};
use crate::app::keys::{Code, Input, Key};
use crate::app::view::plain;
use crate::plan::Field;

/// The most bytes a text takes.
const MOST: usize = 1 << 20;

/// An editor of several lines for the answer of a question.
pub struct TextEdit {
    /// The question.
    pub field: &'static Field,
    /// What is wrong with the text as it stands.
    pub fault: Option<Fault>,
    /// What happened to the last paste, when something did.
    pub said: Option<String>,
    area: TextArea<'static>,
    bytes: usize,
}

/// Texts may be long, and may turn out to hold a key that was pasted by mistake.
impl std::fmt::Debug for TextEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TextEdit({}, {} bytes)", self.field.id, self.bytes)
    }
}

impl TextEdit {
    /// An editor that begins with this text.
    pub fn new(field: &'static Field, text: &str) -> TextEdit {
        let mut edit =
            TextEdit { field, fault: None, said: None, area: TextArea::new(lines_of(text)), bytes: text.len() };
        edit.check();
        edit
    }

    /// The text.
    pub fn text(&self) -> String {
        let mut text = self.area.lines().join("\n");
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }

    /// Its lines.
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// Line and column (in characters) of the caret.
    pub fn caret(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// Takes a key or pasted text. False when it was for nobody.
    pub fn take(&mut self, input: &Input) -> bool {
        self.said = None;
        match input {
            Input::Paste(text) => self.paste(text),
            Input::Key(key) => {
                let Some(key) = translated(*key) else { return false };
                if self.bytes < MOST {
                    self.area.input(key);
                }
            }
            Input::Action(_) => return false,
        }
        self.check();
        true
    }

    /// Takes back the last change of the text, or makes it again.
    pub fn undo(&mut self, redo: bool) {
        if redo {
            self.area.redo()
        } else {
            self.area.undo()
        };
        self.check();
    }

    /// Puts the caret where the fault is.
    pub fn go_to_fault(&mut self) {
        if let Some(fault) = &self.fault {
            let at = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
            self.area.move_cursor(CursorMove::Jump(at(fault.line), at(fault.column)));
        }
    }

    fn paste(&mut self, text: &str) {
        if self.bytes + text.len() > MOST {
            self.said = Some(format!("{} KB are too much here; nothing was pasted", text.len() / 1024));
            return;
        }
        let clean: Vec<String> = text.lines().map(|line| plain(line).into_owned()).collect();
        let foreign = text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).count();
        self.area.insert_str(clean.join("\n"));
        if foreign > 0 {
            self.said = Some(format!("{foreign} control characters were left out of what was pasted"));
        }
    }

    fn check(&mut self) {
        let text = self.text();
        self.bytes = text.len();
        self.fault = notation::fault(self.field, &text);
    }
}

fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::to_string).collect()
}

/// The key as the editor knows it. What would leave the text is not for it.
fn translated(key: Key) -> Option<tui_textarea::Input> {
    use tui_textarea::Key as K;
    let code = match key.code {
        Code::Char(c) if c.is_control() => return None,
        Code::Char(c) => K::Char(c),
        Code::Enter => K::Enter,
        Code::Backspace => K::Backspace,
        Code::Delete => K::Delete,
        Code::Up => K::Up,
        Code::Down => K::Down,
        Code::Left => K::Left,
        Code::Right => K::Right,
        Code::Home => K::Home,
        Code::End => K::End,
        Code::PageUp => K::PageUp,
        Code::PageDown => K::PageDown,
        Code::Tab => K::Tab,
        Code::Esc | Code::BackTab | Code::Function(_) => return None,
    };
    Some(tui_textarea::Input { key: code, ctrl: key.ctrl, alt: key.alt, shift: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Spec;

    fn editor(id: &str, text: &str) -> TextEdit {
        TextEdit::new(Spec::builtin().field(id).unwrap(), text)
    }

    #[test]
    fn it_says_what_is_wrong_while_one_types() {
        let mut edit = editor("namespaces", "");
        for c in "spark-a".chars() {
            edit.take(&Input::Key(Key::char(c)));
        }
        assert_eq!(edit.fault, None);
        edit.take(&Input::Key(Key::of(Code::Enter)));
        edit.take(&Input::Paste("Wrong_Name".into()));
        assert_eq!(edit.fault.as_ref().unwrap().line, 1);
        edit.undo(false);
        assert_eq!(edit.text(), "spark-a\n");
    }

    #[test]
    fn a_paste_of_control_characters_is_cleaned_and_said() {
        let mut edit = editor("extraValues", "");
        edit.take(&Input::Paste("a:\x1b[31m 1\r\nb: 2\x07".into()));
        assert_eq!(edit.text(), "a: 1\nb: 2\n");
        assert!(edit.said.as_ref().unwrap().contains("2 control characters"), "{:?}", edit.said);
    }

    #[test]
    fn a_hundred_kilobytes_are_taken_and_a_megabyte_is_refused() {
        let mut edit = editor("namespaces", "");
        let names: String = (0..10_000).map(|n| format!("spark-{n}\n")).collect();
        edit.take(&Input::Paste(names.clone()));
        assert_eq!((edit.lines().len(), edit.fault.clone()), (10_000, None));
        edit.take(&Input::Paste("x".repeat(2 << 20)));
        assert!(edit.said.is_some() && edit.text().len() == names.len());
    }
}

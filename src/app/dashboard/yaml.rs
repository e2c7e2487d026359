//! An object as YAML, to read: managed fields folded, secrets masked.

use super::head;
use super::order::{Order, Subject};
use crate::app::keys::{Action, Context, Input};
use crate::app::view::{Extent, Id, Line, Lines, Mark, Pane, Part, Shown, Span, Tone, plain};
use crate::app::{Effect, LineEdit, List};

/// The pane.
pub const YAML: Id = Id("dashboard.yaml");

/// A text that is read.
#[derive(Debug)]
pub struct YamlScreen {
    /// What it is.
    pub subject: Subject,
    lines: Option<Vec<String>>,
    failed: Option<String>,
    list: List,
    search: String,
    typing: Option<LineEdit>,
}

impl YamlScreen {
    /// A look at an object, and what has to be read for it.
    pub fn new(subject: Subject) -> (YamlScreen, Effect) {
        let read = Effect::Dashboard(Order::ReadYaml(subject.clone()));
        let screen = YamlScreen {
            subject,
            lines: None,
            failed: None,
            list: List::default(),
            search: String::new(),
            typing: None,
        };
        (screen, read)
    }

    /// Takes the text, or why there is none.
    pub fn learn(&mut self, text: Result<String, String>) {
        match text {
            Ok(text) => self.lines = Some(text.lines().map(|line| plain(line).into_owned()).collect()),
            Err(why) => self.failed = Some(why),
        }
    }

    /// Which keys work.
    pub fn contexts(&self) -> Vec<Context> {
        vec![if self.typing.is_some() { Context::Line } else { Context::Text }]
    }

    /// Takes a key. None when it is the caller's.
    pub fn act(&mut self, input: &Input, shown: Shown) -> Option<Vec<Effect>> {
        if let Some(edit) = &mut self.typing {
            match input {
                Input::Action(Action::Open) => self.typing = None,
                Input::Action(Action::Back) => {
                    self.typing = None;
                    self.search.clear();
                }
                other => {
                    if edit.take(other) {
                        self.search = edit.text().to_lowercase();
                        self.seek(true, 0);
                    }
                }
            }
            return Some(Vec::new());
        }
        let Input::Action(action) = input else { return None };
        let lines = self.lines.as_deref().unwrap_or_default();
        match action {
            Action::Filter => self.typing = Some(LineEdit::of(self.search.clone())),
            Action::NextFound => self.seek(true, 1),
            Action::PreviousFound => self.seek(false, 1),
            Action::Back if !self.search.is_empty() => self.search.clear(),
            Action::Copy => return Some(vec![Effect::Copy(lines.join("\n"))]),
            Action::Save => {
                let name = format!("{}-{}.yaml", self.subject.namespace, self.subject.name);
                return Some(vec![Effect::Dashboard(Order::Save(name, lines.join("\n") + "\n"))]);
            }
            action => {
                let len = (lines.len() + 1).saturating_sub(shown.height).max(1);
                // The first line is what moves: a text has no cursor.
                return self.list.act_all(*action, len, shown).then(Vec::new);
            }
        }
        Some(Vec::new())
    }

    fn seek(&mut self, down: bool, skip: usize) {
        let lines = self.lines.as_deref().unwrap_or_default();
        let fits = |at: &usize| {
            !self.search.is_empty() && lines.get(*at).is_some_and(|line| line.to_lowercase().contains(&self.search))
        };
        let at = self.list.selected;
        let found = match down {
            true => (at + skip..lines.len()).find(fits).or_else(|| (0..lines.len()).find(fits)),
            false => (0..at).rfind(fits).or_else(|| (0..lines.len()).rfind(fits)),
        };
        if let Some(found) = found {
            self.list.selected = found;
        }
    }

    /// What the top line says.
    pub fn place(&self) -> Line<'static> {
        head::crumb(&[&self.subject.namespace, &self.subject.name, "YAML"])
    }

    /// The screen without its frame.
    pub fn view(&self) -> Pane<'_> {
        let said = match (&self.lines, &self.failed) {
            (_, Some(why)) => return vec![Line::toned(why.clone(), Tone::Warning)].into(),
            (None, None) => return vec![Line::dim("loading …")].into(),
            (Some(lines), None) => lines,
        };
        let line = |at: usize| said.get(at).map_or_else(Line::blank, |text| self.line(text));
        let body = Lines::lazy(YAML, said.len(), self.list.selected, line);
        let mut parts = vec![Part::new(Pane::Lines(body), Extent::Fill(1))];
        let search = match &self.typing {
            Some(edit) => Some(Line::from(Span::new("/").tone(Tone::Accent)).and(edit.text().to_string()).and("_")),
            None if self.search.is_empty() => None,
            None => {
                let count = said.iter().filter(|line| line.to_lowercase().contains(&self.search)).count();
                let found = Span::new(format!("  in {count} lines")).tone(Tone::Dim);
                Some(Line::from(Span::new(format!("/{}", self.search)).tone(Tone::Accent)).and(found))
            }
        };
        parts.extend(search.map(|line| Part::new(vec![line], Extent::Lines(1))));
        parts.into()
    }

    fn line<'t>(&self, text: &'t str) -> Line<'t> {
        if !self.search.is_empty() && text.to_lowercase().contains(&self.search) {
            return Line::from(" ").and(Span::new(text).mark(Mark::Match));
        }
        match text.split_once(": ") {
            Some((key, value)) if !key.trim_start().starts_with(['-', '"', '#']) => {
                Line::from(" ").and(Span::new(key).tone(Tone::Accent)).and(": ").and(value)
            }
            _ => Line::from(" ").and(text),
        }
    }
}

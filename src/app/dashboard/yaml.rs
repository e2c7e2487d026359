//! An object as YAML, to read: managed fields folded, secrets masked.

use super::head;
use super::order::{Order, Subject};
use crate::app::keys::{Action, Context, Input};
use crate::app::search::{Lines, Search, Took};
use crate::app::view::{self, Extent, Id, Line, Mark, Pane, Part, Shown, Span, Tone, plain};
use crate::app::{Effect, List};

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
    search: Search,
}

impl YamlScreen {
    /// A look at an object, and what has to be read for it.
    pub fn new(subject: Subject) -> (YamlScreen, Effect) {
        let read = Effect::Dashboard(Order::ReadYaml(subject.clone()));
        let screen =
            YamlScreen { subject, lines: None, failed: None, list: List::default(), search: Search::default() };
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
        vec![if self.search.is_typing() { Context::Line } else { Context::Text }]
    }

    /// Takes a key. None when it is the caller's.
    pub fn act(&mut self, input: &Input, shown: Shown) -> Option<Vec<Effect>> {
        let lines = self.lines.as_deref().unwrap_or_default();
        let text = |at: usize| lines.get(at).map_or("", String::as_str);
        let searched = Lines { all: 0..lines.len(), text: &text, from: Some(self.list.selected) };
        match self.search.act(input, &searched) {
            Took::Line(at) => {
                self.list.selected = at;
                return Some(Vec::new());
            }
            Took::Key => return Some(Vec::new()),
            Took::Nothing if self.search.is_typing() => return Some(Vec::new()),
            Took::Nothing => {}
        }
        let Input::Action(action) = input else { return None };
        match action {
            Action::Copy => Some(vec![Effect::Copy(lines.join("\n"))]),
            Action::Save => {
                let name = format!("{}-{}.yaml", self.subject.namespace, self.subject.name);
                Some(vec![Effect::Dashboard(Order::Save(name, lines.join("\n") + "\n"))])
            }
            action => {
                let len = (lines.len() + 1).saturating_sub(shown.height).max(1);
                // The first line is what moves: a text has no cursor.
                self.list.act_all(*action, len, shown).then(Vec::new)
            }
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
        let body = view::Lines::lazy(YAML, said.len(), self.list.selected, line);
        let mut parts = vec![Part::new(Pane::Lines(body), Extent::Fill(1))];
        let text = |at: usize| said.get(at).map_or("", String::as_str);
        let search = self.search.status(&Lines { all: 0..said.len(), text: &text, from: None });
        parts.extend(search.map(|line| Part::new(vec![line], Extent::Lines(1))));
        parts.into()
    }

    fn line<'t>(&self, text: &'t str) -> Line<'t> {
        if self.search.matches(text) {
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

//! A panel: rows under columns with a cursor that stays on its row whatever comes and goes, a filter, and the choice
//! of seeing problems only.

use super::entry::{Entry, Target};
use crate::app::keys::{Action, Context, Input};
use crate::app::view::{Column, Id, Line, Row, Shown, Span, Table, Tone};
use crate::app::{LineEdit, List};

/// A panel.
#[derive(Debug, Default)]
pub struct Panel {
    entries: Vec<Entry>,
    /// Entry and line (0: its cells) of each row that is shown.
    rows: Vec<(usize, usize)>,
    list: List,
    /// Key of the entry under the cursor, once it was moved.
    held: Option<String>,
    filter: String,
    typing: Option<LineEdit>,
    /// Only what needs a look.
    pub only_problems: bool,
    /// All columns.
    pub wide: bool,
    /// What is shown is not fresh.
    pub dim: bool,
}

impl Panel {
    /// Puts new entries in the place of the old ones. The cursor stays on its entry, at its place on the screen.
    pub fn fill(&mut self, entries: Vec<Entry>) {
        self.entries = entries;
        self.arrange();
    }

    fn arrange(&mut self) {
        let words: Vec<String> = self.filter.to_lowercase().split_whitespace().map(str::to_string).collect();
        let narrowed = !words.is_empty() || self.only_problems;
        self.rows.clear();
        for (at, entry) in self.entries.iter().enumerate() {
            let fits = if entry.heading { !narrowed } else { entry.has(&words) };
            if !fits || (self.only_problems && !entry.trouble) {
                continue;
            }
            let first = usize::from(entry.cells.is_empty());
            self.rows.extend((first..=entry.notes.len()).map(|line| (at, line)));
        }
        let chosen = self.choosable();
        let at = self.held.as_ref().and_then(|key| {
            chosen.iter().copied().find(|row| self.entry_at(*row).is_some_and(|entry| entry.key == *key))
        });
        match at {
            Some(row) => self.list.keep(row),
            None => {
                let next = chosen.iter().copied().find(|row| *row >= self.list.selected);
                self.list.selected = next.or(chosen.last().copied()).unwrap_or_default();
                self.list.first = self.list.first.min(self.rows.len().saturating_sub(1));
                if self.held.is_some() {
                    self.held = self.entry_at(self.list.selected).map(|entry| entry.key.clone());
                }
            }
        }
    }

    fn choosable(&self) -> Vec<usize> {
        let rows = self.rows.iter().enumerate();
        let first = |at: usize| usize::from(self.entries[at].cells.is_empty());
        rows.filter(|(_, (at, line))| *line == first(*at) && !self.entries[*at].heading).map(|(row, _)| row).collect()
    }

    fn entry_at(&self, row: usize) -> Option<&Entry> {
        self.rows.get(row).and_then(|(at, _)| self.entries.get(*at))
    }

    /// The entry under the cursor.
    pub fn current(&self) -> Option<&Entry> {
        self.entry_at(self.list.selected).filter(|entry| !entry.heading)
    }

    /// What the entry under the cursor is about.
    pub fn target(&self) -> Target {
        self.current().map(|entry| entry.target.clone()).unwrap_or_default()
    }

    /// Whether the cursor was moved: what is being read must not be folded away.
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// Whether a filter is being typed.
    pub fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    /// Whether anything is left out on purpose.
    pub fn is_narrowed(&self) -> bool {
        self.only_problems || !self.filter.is_empty()
    }

    /// The contexts of its keys.
    pub fn contexts(&self) -> Option<Vec<Context>> {
        self.is_typing().then(|| vec![Context::Line, Context::List])
    }

    /// Takes a key. False when it is not for a list.
    pub fn act(&mut self, input: &Input, shown: Shown) -> bool {
        if let Some(edit) = &mut self.typing {
            match input {
                Input::Action(Action::Open) => self.typing = None,
                Input::Action(Action::Back) => {
                    self.typing = None;
                    self.filter.clear();
                    self.arrange();
                }
                other if edit.take(other) => {
                    self.filter = edit.text().to_string();
                    self.arrange();
                }
                Input::Action(action) => {
                    self.step(*action, shown);
                }
                _ => {}
            }
            return true;
        }
        let Input::Action(action) = input else { return false };
        match action {
            Action::Filter => self.typing = Some(LineEdit::of(self.filter.clone())),
            Action::OnlyProblems => {
                self.only_problems = !self.only_problems;
                self.arrange();
            }
            Action::Wide => self.wide = !self.wide,
            Action::Back if self.is_narrowed() => {
                self.filter.clear();
                self.only_problems = false;
                self.arrange();
            }
            Action::Back if self.held.is_some() => {
                self.held = None;
                self.list = List::default();
                self.arrange();
                // Nothing was narrowed: the way back is the caller's.
                return false;
            }
            other => return self.step(*other, shown),
        }
        true
    }

    fn step(&mut self, action: Action, shown: Shown) -> bool {
        let rows = self.choosable();
        if !self.list.act(action, &rows, shown) {
            return false;
        }
        self.held = self.current().map(|entry| entry.key.clone());
        true
    }

    /// The table.
    pub fn view<'p>(&'p self, id: Id, columns: Vec<Column<'p>>, empty: Line<'p>) -> Table<'p> {
        let empty = match self.is_narrowed() {
            false => empty,
            true if self.only_problems && self.filter.is_empty() => {
                Line::dim("nothing needs a look; ").and(Span::new("o").tone(Tone::Accent)).and(" shows all")
            }
            true => Line::dim("nothing fits the filter; ").and(Span::new("Esc").tone(Tone::Accent)).and(" shows all"),
        };
        let row = |at: usize| match self.rows.get(at) {
            Some((entry, 0)) => Row::Cells(self.entries[*entry].cells.iter().map(|cell| self.faded(cell)).collect()),
            Some((entry, line)) => Row::Wide(self.faded(&self.entries[*entry].notes[line - 1])),
            None => Row::Cells(Vec::new()),
        };
        Table::new(id, columns, self.rows.len(), row).selected(self.list.selected, self.list.first).or(empty)
    }

    fn faded(&self, line: &Line<'static>) -> Line<'static> {
        let mut line = line.clone();
        if self.dim {
            line.spans.iter_mut().for_each(|span| span.tone = Tone::Dim);
        }
        line
    }

    /// The filter as it stands below the table; none when nothing is filtered.
    pub fn filter(&self) -> Option<Line<'static>> {
        let found = self.choosable().len();
        let count = Span::new(format!("  {found} of {}", self.entries.iter().filter(|e| !e.heading).count()));
        let typed = match &self.typing {
            Some(edit) => Line::from(Span::new("/").tone(Tone::Accent)).and(edit.text().to_string()).and("_"),
            None if self.filter.is_empty() && !self.only_problems => return None,
            None if self.filter.is_empty() => Line::from("only problems"),
            None => Line::from(Span::new(format!("/{}", self.filter)).tone(Tone::Accent)),
        };
        Some(typed.and(count.tone(Tone::Dim)))
    }

    /// How many rows it would show without a limit.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
}

#[cfg(test)]
#[path = "panel_tests.rs"]
mod tests;

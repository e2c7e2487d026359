//! A log as the screens keep it: a ring of the newest lines, a place in it that stays where the reader left it, and a
//! search.

use std::collections::VecDeque;

use super::keys::{Action, Input};
use super::typing::LineEdit;
use super::view::{Id, Line, Log, Mark, Scroll, Shown, Span, Tone, plain};

/// The newest lines of something that keeps writing.
#[derive(Debug, Clone)]
pub struct LogBuffer {
    lines: VecDeque<LogLine>,
    bytes: usize,
    most_lines: usize,
    most_bytes: usize,
    dropped: usize,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Time of day, as it is shown; may be empty.
    pub time: Box<str>,
    /// Who wrote it, when several write; may be empty.
    pub source: Box<str>,
    /// The line, without control characters.
    pub text: Box<str>,
    /// [`Tone::Dim`] for remarks of ours, [`Tone::Bad`] for what is known to be wrong.
    pub tone: Tone,
}

impl LogLine {
    /// A line with its time.
    pub fn new(time: &str, text: &str) -> LogLine {
        LogLine { time: time.into(), source: "".into(), text: plain(text).into(), tone: Tone::Normal }
    }
}

impl Default for LogBuffer {
    fn default() -> LogBuffer {
        LogBuffer::new(10_000, 4 << 20)
    }
}

impl LogBuffer {
    /// A buffer for so many lines and bytes, whichever is reached first.
    pub fn new(most_lines: usize, most_bytes: usize) -> LogBuffer {
        LogBuffer { lines: VecDeque::new(), bytes: 0, most_lines, most_bytes, dropped: 0 }
    }

    /// Adds a line; the oldest ones make room.
    pub fn push(&mut self, line: LogLine) {
        self.bytes += line.text.len() + line.time.len();
        self.lines.push_back(line);
        while self.lines.len() > self.most_lines || (self.bytes > self.most_bytes && self.lines.len() > 1) {
            if let Some(old) = self.lines.pop_front() {
                self.bytes -= old.text.len() + old.time.len();
                self.dropped += 1;
            }
        }
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// A line.
    pub fn get(&self, at: usize) -> Option<&LogLine> {
        self.lines.get(at)
    }

    /// All lines, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &LogLine> {
        self.lines.iter()
    }

    /// How many lines have been pushed out at the front since the beginning.
    pub fn dropped(&self) -> usize {
        self.dropped
    }
}

/// How a log is looked at.
#[derive(Debug, Clone, Default)]
pub struct LogView {
    /// The first line shown, counted from the first line ever written; none follows the end.
    at: Option<usize>,
    /// Long lines are wrapped.
    pub wrap: bool,
    /// Times are left out.
    pub hide_times: bool,
    search: String,
    typing: Option<LineEdit>,
    /// The line of the current match, counted as `at` is.
    current: Option<usize>,
}

impl LogView {
    /// The same way of looking, at another log: from its end, without a search.
    pub fn elsewhere(&self) -> LogView {
        LogView { wrap: self.wrap, hide_times: self.hide_times, ..LogView::default() }
    }

    /// Whether a search is being typed: [`super::keys::Context::Line`] holds.
    pub fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    /// Whether it follows the end.
    pub fn follows(&self) -> bool {
        self.at.is_none()
    }

    /// Takes a key. False when it is not for a log.
    pub fn act(&mut self, input: &Input, log: &LogBuffer, shown: Shown) -> bool {
        if let Some(edit) = &mut self.typing {
            match input {
                Input::Action(Action::Open) => self.typing = None,
                Input::Action(Action::Back) => {
                    self.typing = None;
                    self.search.clear();
                    self.current = None;
                }
                other => {
                    if !edit.take(other) {
                        return false;
                    }
                    self.search = edit.text().to_lowercase();
                    self.current = None;
                    self.seek(log, shown, false);
                }
            }
            return true;
        }
        let Input::Action(action) = input else { return false };
        let page = shown.height.saturating_sub(1).max(1);
        let end = log.dropped + log.len().saturating_sub(shown.height);
        let from = self.at.map_or(end, |at| at.max(log.dropped).min(end));
        let to = match action {
            Action::Up => from.saturating_sub(1),
            Action::Down => from + 1,
            Action::PageUp => from.saturating_sub(page),
            Action::PageDown => from + page,
            Action::First => 0,
            Action::Last => {
                self.at = None;
                return true;
            }
            Action::Follow => {
                self.at = if self.at.is_some() { None } else { Some(from) };
                return true;
            }
            Action::Wide => {
                self.wrap = !self.wrap;
                return true;
            }
            Action::Times => {
                self.hide_times = !self.hide_times;
                return true;
            }
            Action::Filter => {
                self.typing = Some(LineEdit::of(self.search.clone()));
                return true;
            }
            Action::NextFound | Action::PreviousFound if !self.search.is_empty() => {
                self.seek(log, shown, *action == Action::NextFound);
                return true;
            }
            Action::Back if !self.search.is_empty() => {
                self.search.clear();
                self.current = None;
                return true;
            }
            _ => return false,
        };
        // Moving down past the end is following again; before that, the reader decides.
        self.at = if to > end && matches!(action, Action::Down | Action::PageDown) {
            None
        } else {
            Some(to.max(log.dropped))
        };
        true
    }

    /// Goes to the nearest match: upwards from the end or the current one, or downwards.
    fn seek(&mut self, log: &LogBuffer, shown: Shown, down: bool) {
        let matches = |at: &usize| {
            let line = log.get(at - log.dropped);
            line.is_some_and(|line| !self.search.is_empty() && line.text.to_lowercase().contains(&self.search))
        };
        let (first, end) = (log.dropped, log.dropped + log.len());
        let found = match (self.current, down) {
            (Some(at), true) => (at + 1..end).find(matches).or_else(|| (first..end).find(matches)),
            (Some(at), false) => (first..at.max(first)).rfind(matches).or_else(|| (first..end).rfind(matches)),
            (None, _) => (first..end).rfind(matches),
        };
        self.current = found;
        if let Some(at) = found {
            let top = at.saturating_sub(shown.height / 2);
            self.at = Some(top.min(end.saturating_sub(shown.height)).max(first));
        }
    }

    /// How many lines match, and the number of the current one.
    fn count(&self, log: &LogBuffer) -> (usize, usize) {
        let mut all = 0;
        let mut current = 0;
        for (at, line) in log.iter().enumerate() {
            if line.text.to_lowercase().contains(&self.search) {
                all += 1;
                if Some(at + log.dropped) == self.current {
                    current = all;
                }
            }
        }
        (all, current)
    }

    /// The pane.
    pub fn view<'a>(&'a self, id: Id, log: &'a LogBuffer) -> Log<'a> {
        let mut pane = Log::new(id, log.len(), move |at| self.line(log, at));
        pane.wrap = self.wrap;
        pane.scroll = match self.at {
            None => Scroll::Follow,
            Some(at) => Scroll::At(at.saturating_sub(log.dropped)),
        };
        pane.status = match &self.typing {
            Some(edit) => Line::from(Span::new("/").tone(Tone::Accent)).and(edit.text().to_string()),
            None if self.search.is_empty() => Line::blank(),
            None => Line::from(Span::new(format!("/{}", self.search)).tone(Tone::Accent)),
        };
        if !self.search.is_empty() {
            let (all, current) = self.count(log);
            let said = match (all, current) {
                (0, _) => "  no match".into(),
                (1, _) => "  1 match".into(),
                (all, 0) => format!("  {all} matches"),
                (all, current) => format!("  match {current} of {all}"),
            };
            pane.status = pane.status.and(Span::new(said).tone(Tone::Dim));
        }
        pane
    }

    fn line<'a>(&self, log: &'a LogBuffer, at: usize) -> Line<'a> {
        let Some(line) = log.get(at) else { return Line::blank() };
        let mut spans = Vec::new();
        if !self.hide_times && !line.time.is_empty() {
            spans.push(Span::new(&*line.time).tone(Tone::Dim));
            spans.push(Span::new(" "));
        }
        if !line.source.is_empty() {
            spans.push(Span::new(&*line.source).tone(Tone::Accent));
            spans.push(Span::new(" "));
        }
        let mark = if Some(at + log.dropped) == self.current { Mark::Current } else { Mark::Match };
        marked(&line.text, &self.search, line.tone, mark, &mut spans);
        Line::from(spans)
    }
}

/// The text with the matches of a search (in lower case) marked.
fn marked<'a>(text: &'a str, search: &str, tone: Tone, mark: Mark, spans: &mut Vec<Span<'a>>) {
    let mut rest = 0;
    // Lower case may have another length; then matches are found but not marked.
    let lower = if search.is_empty() { String::new() } else { text.to_lowercase() };
    if lower.len() == text.len() {
        for (at, found) in lower.match_indices(search).filter(|_| !search.is_empty()) {
            let end = at + found.len();
            if at < rest || !text.is_char_boundary(at) || !text.is_char_boundary(end) {
                continue;
            }
            spans.push(Span::new(&text[rest..at]).tone(tone));
            spans.push(Span::new(&text[at..end]).tone(tone).mark(mark));
            rest = end;
        }
    }
    spans.push(Span::new(&text[rest..]).tone(tone));
}

#[cfg(test)]
#[path = "logs_tests.rs"]
mod tests;

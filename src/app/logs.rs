//! A log as the screens keep it: a ring of the newest lines, a place in it that stays where the reader left it, and a
//! search.

use std::collections::VecDeque;

use super::keys::{Action, Input};
use super::search::{Lines, Search, Took};
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

    /// The text of a line, counted from the first line ever written.
    fn text(&self, at: usize) -> &str {
        at.checked_sub(self.dropped).and_then(|at| self.get(at)).map_or("", |line| &line.text)
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

/// A log as it is searched: from its end, its lines counted from the first ever written.
fn searched<'l>(log: &'l LogBuffer, text: &'l dyn Fn(usize) -> &'l str) -> Lines<'l> {
    Lines { all: log.dropped..log.dropped + log.len(), text, from: None }
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
    /// Its lines are counted as `at` is.
    search: Search,
}

impl LogView {
    /// The same way of looking, at another log: from its end, without a search.
    pub fn elsewhere(&self) -> LogView {
        LogView { wrap: self.wrap, hide_times: self.hide_times, ..LogView::default() }
    }

    /// Whether a search is being typed: [`super::keys::Context::Line`] holds.
    pub fn is_typing(&self) -> bool {
        self.search.is_typing()
    }

    /// Whether it follows the end.
    pub fn follows(&self) -> bool {
        self.at.is_none()
    }

    /// Takes a key. False when it is not for a log.
    pub fn act(&mut self, input: &Input, log: &LogBuffer, shown: Shown) -> bool {
        let text = |at: usize| log.text(at);
        match self.search.act(input, &searched(log, &text)) {
            Took::Line(at) => {
                let (first, end) = (log.dropped, log.dropped + log.len());
                let top = at.saturating_sub(shown.height / 2);
                self.at = Some(top.min(end.saturating_sub(shown.height)).max(first));
                return true;
            }
            Took::Key => return true,
            Took::Nothing if self.search.is_typing() => return false,
            Took::Nothing => {}
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

    /// The pane.
    pub fn view<'a>(&'a self, id: Id, log: &'a LogBuffer) -> Log<'a> {
        let mut pane = Log::new(id, log.len(), move |at| self.line(log, at));
        pane.wrap = self.wrap;
        pane.scroll = match self.at {
            None => Scroll::Follow,
            Some(at) => Scroll::At(at.saturating_sub(log.dropped)),
        };
        pane.status = self.search.status(&searched(log, &|at| log.text(at))).unwrap_or_default();
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
        let mark = if Some(at + log.dropped) == self.search.current() { Mark::Current } else { Mark::Match };
        marked(&line.text, self.search.word(), line.tone, mark, &mut spans);
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

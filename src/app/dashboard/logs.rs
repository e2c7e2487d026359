//! The log of a workload: all its containers merged, or one; followed, searched, narrowed, saved.

use super::head;
use super::order::{LogNews, LogRequest, Order, Subject};
use crate::app::keys::{Action, Context, Input};
use crate::app::logs::{LogBuffer, LogLine, LogView};
use crate::app::view::{Extent, Id, Line, Pane, Part, Shown, Span, Tone, plain};
use crate::app::{Effect, LineEdit};
use crate::observe::Name;

/// The pane.
pub const LOG: Id = Id("dashboard.log");

/// Sources that are followed at once.
const SOURCES: usize = 24;

/// Lines of the past to begin with, for each source.
const TAIL: u32 = 500;

/// How far back a log goes, in seconds; none: the last lines.
const SINCE: [Option<u32>; 4] = [None, Some(300), Some(3600), Some(86_400)];

/// A log screen.
#[derive(Debug)]
pub struct LogScreen {
    /// Whose log it is.
    pub subject: Subject,
    /// The number of its request.
    pub number: u64,
    all: Vec<(Name, Name)>,
    /// The one source that is shown; none: all.
    only: Option<usize>,
    previous: bool,
    since: usize,
    lines: LogBuffer,
    /// The lines that hold `narrow`.
    narrowed: LogBuffer,
    view: LogView,
    narrow: String,
    typing: Option<LineEdit>,
}

impl LogScreen {
    /// A look at the logs of these pods and containers.
    pub fn new(subject: Subject, sources: Vec<(Name, Name)>) -> LogScreen {
        LogScreen {
            subject,
            number: 0,
            all: sources,
            only: None,
            previous: false,
            since: 0,
            lines: LogBuffer::default(),
            narrowed: LogBuffer::default(),
            view: LogView::default(),
            narrow: String::new(),
            typing: None,
        }
    }

    /// Asks for what is to be shown, from the beginning. `number` must be new.
    pub fn ask(&mut self, number: u64) -> Effect {
        self.number = number;
        self.lines = LogBuffer::default();
        self.narrowed = LogBuffer::default();
        let request = LogRequest {
            log: number,
            namespace: self.subject.namespace.clone(),
            sources: self.sources().to_vec(),
            previous: self.previous,
            since: SINCE[self.since],
            tail: TAIL,
        };
        Effect::Dashboard(Order::FollowLog(Box::new(request)))
    }

    fn sources(&self) -> &[(Name, Name)] {
        match self.only {
            Some(only) => self.all.get(only).map(std::slice::from_ref).unwrap_or_default(),
            None => &self.all[..self.all.len().min(SOURCES)],
        }
    }

    /// Takes lines in.
    pub fn learn(&mut self, news: Vec<LogNews>) {
        for line in news {
            let source = self.source(usize::from(line.source));
            let tone = if line.remark { Tone::Dim } else { Tone::Normal };
            let line = LogLine { time: clock(&line.time), source, text: plain(&line.text).into(), tone };
            if self.holds(&line) {
                self.narrowed.push(line.clone());
            }
            self.lines.push(line);
        }
    }

    /// The name of a source as short as it is clear.
    fn source(&self, at: usize) -> Box<str> {
        let sources = self.sources();
        let Some((pod, container)) = sources.get(at).filter(|_| sources.len() > 1) else { return "".into() };
        let one_pod = sources.iter().all(|(other, _)| other == pod);
        let one_container = sources.iter().all(|(_, other)| other == container);
        let short = pod.rsplit('-').next().unwrap_or(pod);
        match (one_pod, one_container) {
            (true, _) => (&**container).into(),
            (false, true) => short.into(),
            (false, false) => format!("{short}/{container}").into(),
        }
    }

    fn holds(&self, line: &LogLine) -> bool {
        !self.narrow.is_empty() && line.text.to_lowercase().contains(&self.narrow)
    }

    fn narrow(&mut self, text: &str) {
        self.narrow = text.to_lowercase();
        let mut narrowed = LogBuffer::default();
        self.lines.iter().filter(|line| self.holds(line)).for_each(|line| narrowed.push(line.clone()));
        self.narrowed = narrowed;
        let mut view = LogView::default();
        (view.wrap, view.hide_times) = (self.view.wrap, self.view.hide_times);
        self.view = view;
    }

    fn shown_lines(&self) -> &LogBuffer {
        if self.narrow.is_empty() { &self.lines } else { &self.narrowed }
    }

    /// Which keys work.
    pub fn contexts(&self) -> Vec<Context> {
        match self.typing.is_some() || self.view.is_typing() {
            true => vec![Context::Line],
            false => vec![Context::Log, Context::PodLog],
        }
    }

    /// Takes a key. None when it is the caller's; `next` is a number for a new request.
    pub fn act(&mut self, input: &Input, shown: Shown, next: u64) -> Option<Vec<Effect>> {
        if let Some(edit) = &mut self.typing {
            match input {
                Input::Action(Action::Open) => self.typing = None,
                Input::Action(Action::Back) => {
                    self.typing = None;
                    self.narrow("");
                }
                other => {
                    if edit.take(other) {
                        let text = edit.text().to_string();
                        self.narrow(&text);
                    }
                }
            }
            return Some(Vec::new());
        }
        let lines = if self.narrow.is_empty() { &self.lines } else { &self.narrowed };
        if self.view.act(input, lines, shown) {
            return Some(Vec::new());
        }
        let Input::Action(action) = input else { return None };
        match action {
            Action::Narrow => {
                self.typing = Some(LineEdit::of(self.narrow.clone()));
                Some(Vec::new())
            }
            Action::Back if !self.narrow.is_empty() => {
                self.narrow("");
                Some(Vec::new())
            }
            Action::Previous => {
                self.previous = !self.previous;
                Some(vec![self.ask(next)])
            }
            Action::Since => {
                self.since = (self.since + 1) % SINCE.len();
                Some(vec![self.ask(next)])
            }
            Action::NextSection | Action::PreviousSection if self.all.len() > 1 => {
                // All, then each: one more stop than there are sources.
                let stops = self.all.len() + 1;
                let at = self.only.map_or(0, |only| only + 1);
                let step = if *action == Action::NextSection { 1 } else { stops - 1 };
                self.only = ((at + step) % stops).checked_sub(1);
                Some(vec![self.ask(next)])
            }
            Action::Copy => Some(vec![Effect::Copy(self.text_of(shown.first, shown.height))]),
            Action::Save => {
                let name = format!("{}-{}.log", self.subject.namespace, self.subject.name);
                Some(vec![Effect::Dashboard(Order::Save(name, self.text_of(0, usize::MAX)))])
            }
            _ => None,
        }
    }

    fn text_of(&self, first: usize, count: usize) -> String {
        let lines = self.shown_lines().iter().skip(first).take(count);
        let line = |line: &LogLine| {
            let parts = [&line.time, &line.source, &line.text];
            let mut text =
                parts.into_iter().filter(|part| !part.is_empty()).map(|part| &**part).collect::<Vec<_>>().join(" ");
            text.push('\n');
            text
        };
        lines.map(line).collect()
    }

    /// What the top line says.
    pub fn place(&self) -> Line<'static> {
        head::crumb(&[&self.subject.namespace, &self.subject.name, "log"])
    }

    /// The screen without its frame.
    pub fn view(&self) -> Pane<'_> {
        let sources = self.sources();
        let which = match (self.only, sources) {
            (Some(_), [(pod, container)]) | (None, [(pod, container)]) => format!("{pod} · {container}"),
            _ if self.all.len() > SOURCES => format!("the first {SOURCES} of {} containers", self.all.len()),
            _ => format!("all {} containers, merged by time", sources.len()),
        };
        let since = match SINCE[self.since] {
            None => format!("last {TAIL} lines and on"),
            Some(seconds) => format!("since {} min ago", seconds / 60),
        };
        let run = if self.previous { " · previous run" } else { "" };
        let mut top = Line::dim(format!(" {which} · {since}{run}"));
        if self.lines.dropped() > 0 {
            top = top.and(Span::new(format!(" · {} older lines dropped", self.lines.dropped())).tone(Tone::Dim));
        }
        if let Some(edit) = &self.typing {
            top = top.and(Span::new("   only: ").tone(Tone::Accent)).and(edit.text().to_string()).and("_");
        } else if !self.narrow.is_empty() {
            let count = format!("   only: {}  {} of {}", self.narrow, self.narrowed.len(), self.lines.len());
            top = top.and(Span::new(count).tone(Tone::Accent));
        }
        let mut log = self.view.view(LOG, self.shown_lines());
        log.empty = Line::dim(if self.narrow.is_empty() { "nothing was written yet" } else { "no line holds that" });
        vec![Part::new(vec![top], Extent::Lines(1)), Part::new(log, Extent::Fill(1))].into()
    }
}

/// The time of day of an RFC 3339 time, to the second.
pub fn clock(time: &str) -> Box<str> {
    match time.get(11..19) {
        Some(clock) if time.as_bytes().get(10) == Some(&b'T') => clock.into(),
        _ => time.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keys::Key;

    fn screen() -> LogScreen {
        let subject = Subject { namespace: "ns".into(), kind: "Deployment".into(), name: "iom-core".into() };
        let source = |pod: &str| (Name::from(pod), Name::from("core"));
        let mut screen = LogScreen::new(subject, vec![source("iom-core-abc-x1"), source("iom-core-abc-x2")]);
        screen.ask(1);
        screen
    }

    fn line(source: u16, text: &str) -> LogNews {
        LogNews { source, time: "2026-11-22T10:41:07.5Z".into(), text: text.into(), remark: false }
    }

    fn press(screen: &mut LogScreen, action: Action) -> Option<Vec<Effect>> {
        screen.act(&Input::Action(action), Shown { first: 0, height: 10 }, 2)
    }

    #[test]
    fn lines_of_several_pods_say_whose_they_are() {
        let mut screen = screen();
        screen.learn(vec![line(0, "one"), line(1, "\x1b[31mtwo\x1b[0m")]);
        assert_eq!(screen.text_of(0, 9), "10:41:07 x1 one\n10:41:07 x2 two\n");
    }

    #[test]
    fn narrowing_keeps_every_line_and_shows_those_that_fit() {
        let mut screen = screen();
        screen.learn(vec![line(0, "connect"), line(0, "ERROR refused")]);
        press(&mut screen, Action::Narrow);
        for c in "err".chars() {
            screen.act(&Input::Key(Key::char(c)), Shown::default(), 2);
        }
        press(&mut screen, Action::Open);
        screen.learn(vec![line(1, "fine"), line(1, "an error again")]);
        assert_eq!(screen.text_of(0, 9), "10:41:07 x1 ERROR refused\n10:41:07 x2 an error again\n");
        press(&mut screen, Action::Back);
        assert_eq!(screen.shown_lines().len(), 4);
    }

    #[test]
    fn a_container_is_chosen_with_the_brackets_and_asked_for_anew() {
        let mut screen = screen();
        let asked = |effects: Option<Vec<Effect>>| match effects.unwrap().pop() {
            Some(Effect::Dashboard(Order::FollowLog(request))) => request.sources.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!(asked(press(&mut screen, Action::NextSection)), 1);
        assert_eq!(asked(press(&mut screen, Action::NextSection)), 1);
        assert_eq!(asked(press(&mut screen, Action::NextSection)), 2, "all again");
        assert_eq!(asked(press(&mut screen, Action::Previous)), 2);
        assert!(screen.previous);
    }
}

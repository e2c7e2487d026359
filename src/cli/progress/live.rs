//! The live list: stages with what came of them, then what is going on now. What has passed scrolls away above it.
//!
//! A frame is one write inside a synchronized update, so that a slow terminal never shows half of one. Nothing is
//! drawn while nothing has changed, except for a clock that counts seconds.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

use unicode_width::UnicodeWidthChar;

use super::text;
use crate::cli::symbols::Symbols;
use crate::deploy::{Event, Stage, State};

/// Log lines shown of the running attempt.
const LOG_LINES: usize = 6;

/// Workloads shown that are not ready yet.
const WORKLOADS: usize = 8;

/// Width of the longest name of a stage.
const NAME: usize = 13;

/// What is known of an operation, and what stands on the screen.
pub struct Live {
    symbols: Symbols,
    title: String,
    stages: Vec<Row>,
    attempt: Option<String>,
    log: VecDeque<String>,
    workloads: BTreeMap<String, (State, String)>,
    objects: Option<(usize, usize)>,
    above: Vec<String>,
    began: Instant,
    drawn: usize,
    last: String,
}

struct Row {
    stage: Stage,
    state: State,
    since: Instant,
    seconds: Option<f64>,
    detail: String,
}

impl Live {
    /// An empty list.
    pub fn new(symbols: Symbols) -> Self {
        Live {
            symbols,
            title: String::new(),
            stages: Vec::new(),
            attempt: None,
            log: VecDeque::new(),
            workloads: BTreeMap::new(),
            objects: None,
            above: Vec::new(),
            began: Instant::now(),
            drawn: 0,
            last: String::new(),
        }
    }

    /// Takes in an event.
    pub fn learn(&mut self, event: &Event) {
        match event {
            Event::Started { kind, release, namespace, cluster, .. } => {
                self.title = format!("iomctl  {kind} {release} · {cluster} · {namespace}");
            }
            Event::Wave { wave, .. } => {
                // The next revision passes through the same stages.
                if *wave > 1 {
                    self.stages.clear();
                }
                self.above.extend(text::lines(event, self.symbols));
            }
            Event::Stage { stage, state, seconds, detail } => self.stage(*stage, *state, *seconds, detail),
            Event::Object { done, total, .. } if *total > 1 => self.objects = Some((*done, *total)),
            Event::Object { .. } => {}
            Event::Attempt { .. } => {
                let line = text::lines(event, self.symbols).concat();
                if let Event::Attempt { state: State::Failed, .. } = event {
                    self.above.push(line.clone());
                }
                self.attempt = Some(line);
            }
            Event::Log { .. } => {
                self.log.extend(text::lines(event, self.symbols));
                let surplus = self.log.len().saturating_sub(LOG_LINES);
                self.log.drain(..surplus);
            }
            Event::Workload { object, state, ready, desired, reason } => {
                self.workloads.insert(object.to_string(), (*state, format!("{ready}/{desired}  {reason}")));
            }
            Event::Failed { .. } | Event::Finished { .. } => {}
            _ => self.above.extend(text::lines(event, self.symbols)),
        }
    }

    fn stage(&mut self, stage: Stage, state: State, seconds: Option<f64>, detail: &str) {
        if state != State::Running {
            self.objects = None;
            self.attempt = None;
            self.log.clear();
        }
        let row = Row { stage, state, since: Instant::now(), seconds, detail: detail.into() };
        match self.stages.iter_mut().find(|row| row.stage == stage) {
            Some(known) => *known = row,
            None => self.stages.push(row),
        }
    }

    /// Draws what has changed.
    pub fn draw(&mut self) {
        let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
        let width = usize::from(columns);
        let lines = self.frame(width);
        let lines: Vec<String> = lines.into_iter().take(usize::from(rows).saturating_sub(1)).collect();
        let body = lines.join("\n");
        if body == self.last && self.above.is_empty() {
            return;
        }
        let mut out = String::from("\x1b[?2026h\r");
        if self.drawn > 0 {
            let _ = write!(out, "\x1b[{}A", self.drawn);
        }
        out.push_str("\x1b[J");
        for line in self.above.drain(..) {
            // It is not drawn over again, so that the terminal may break it.
            out.push_str(&cut(&line, usize::MAX));
            out.push('\n');
        }
        let _ = writeln!(out, "{body}");
        out.push_str("\x1b[?2026l");
        let mut terminal = std::io::stdout().lock();
        let _ = terminal.write_all(out.as_bytes());
        let _ = terminal.flush();
        self.drawn = lines.len();
        self.last = body;
    }

    /// Draws for the last time and leaves the list standing.
    pub fn finish(&mut self) {
        self.workloads.clear();
        self.attempt = None;
        self.log.clear();
        self.draw();
    }

    /// The lines of a frame.
    fn frame(&self, width: usize) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.title.is_empty() {
            let elapsed = self.began.elapsed().as_secs();
            let clock = format!("{:02}:{:02}", elapsed / 60, elapsed % 60);
            let room = width.saturating_sub(clock.len() + 1);
            let title = cut(&self.title, room);
            lines.push(format!("{title}{}{clock}", " ".repeat(room.saturating_sub(shown(&title)) + 1)));
            lines.push(self.symbols.dim(&self.symbols.rule(width)));
        }
        lines.extend(self.stages.iter().map(|row| self.row(row, width)));
        let ongoing = self.ongoing();
        if !ongoing.is_empty() {
            lines.push(self.symbols.dim(&self.symbols.rule(width)));
            lines.extend(ongoing.into_iter().map(|line| cut(&line, width)));
        }
        lines
    }

    fn row(&self, row: &Row, width: usize) -> String {
        let took = match (row.seconds, row.state) {
            (Some(seconds), _) if seconds >= 60.0 => format!("{}:{:02}", seconds as u64 / 60, seconds as u64 % 60),
            (Some(seconds), _) => format!("{seconds:.1} s"),
            (None, State::Running) => format!("{} s", row.since.elapsed().as_secs()),
            (None, _) => String::new(),
        };
        let detail = match self.objects.filter(|_| row.state == State::Running) {
            Some((done, total)) => format!("{done} of {total} objects"),
            None => row.detail.clone(),
        };
        let sign = self.symbols.paint(row.state, self.symbols.of(row.state));
        let rest = format!(" {:NAME$}  {took:>7}  {detail}", row.stage.title());
        format!(" {sign}{}", cut(&rest, width.saturating_sub(2)))
    }

    fn ongoing(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.attempt.iter().cloned().collect();
        lines.extend(self.log.iter().map(|line| self.symbols.dim(line)));
        let open = self.workloads.iter().filter(|(_, (state, _))| *state != State::Done);
        let count = open.clone().count();
        for (name, (state, how)) in open.take(WORKLOADS) {
            lines.push(format!(" {} {name}  {how}", self.symbols.paint(*state, self.symbols.of(*state))));
        }
        if count > WORKLOADS {
            lines.push(format!("   … and {} more", count - WORKLOADS));
        }
        lines
    }
}

/// The text cut to a width, colour codes not counted and always closed.
fn cut(text: &str, width: usize) -> String {
    let mut kept = String::new();
    let mut used = 0;
    let mut escape = false;
    for c in text.chars().filter(|c| *c == '\x1b' || !c.is_control()) {
        if escape || c == '\x1b' {
            escape = c != 'm';
            kept.push(c);
            continue;
        }
        let wide = c.width().unwrap_or(0);
        if used + wide <= width {
            used += wide;
            kept.push(c);
        }
    }
    kept
}

fn shown(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_shows_stages_and_what_goes_on() {
        let mut live = Live::new(Symbols::detect(true));
        let stage = |stage, state, seconds, detail: &str| Event::Stage { stage, state, seconds, detail: detail.into() };
        live.learn(&stage(Stage::Connect, State::Done, Some(0.2), "v1.36.3, 104 objects"));
        live.learn(&stage(Stage::InitJob, State::Running, None, ""));
        let log = |line: &str| Event::Log {
            job: "init".into(),
            attempt: 1,
            container: "c".into(),
            time: "2026-11-22T10:41:07Z".into(),
            line: line.into(),
        };
        (1..=8).for_each(|n| live.learn(&log(&format!("line {n}"))));
        let frame = live.frame(60);
        assert_eq!(frame[0], " + connect          0.2 s  v1.36.3, 104 objects");
        assert!(frame[1].starts_with(" ~ init job"));
        assert_eq!(frame.len(), 2 + 1 + LOG_LINES);
        assert_eq!(frame[8], "    1 10:41:07 line 8");
        assert!(frame.iter().all(|line| shown(line) <= 60));
    }

    #[test]
    fn a_line_is_cut_by_what_is_seen() {
        assert_eq!(cut("\x1b[31mabcdef\x1b[0m", 3), "\x1b[31mabc\x1b[0m");
        assert_eq!(cut("a\rb\u{7}c", 9), "abc");
    }
}

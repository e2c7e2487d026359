//! The init job: its attempts, live and recorded, with the log of the one under the cursor, and what it should have
//! left behind.

use std::path::PathBuf;

use super::entry::{Entry, Target};
use super::logs::clock;
use super::order::{LogNews, LogRequest, Order};
use super::panel::Panel;
use super::picture::Picture;
use super::services::since;
use crate::app::keys::{Action, Context, Input};
use crate::app::logs::{LogBuffer, LogLine, LogView};
use crate::app::view::{Column, Extent, Id, Line, Pane, Part, Shown, Sign, Span, Tone, plain};
use crate::app::{Effect, Now};
use crate::observe::{Kind, Name, Phase, Pod};

/// The attempts.
pub const ATTEMPTS: Id = Id("dashboard.init.attempts");
/// The log of one.
pub const LOG: Id = Id("dashboard.init.log");

/// An attempt of the job.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Attempt {
    pod: String,
    number: u32,
    /// When it began, in words.
    began: String,
    /// Exit code; none while it runs.
    exit: Option<i32>,
    running: bool,
    reason: String,
    source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Live(Vec<Name>),
    Recorded(PathBuf),
}

/// The page of the init job.
#[derive(Debug, Default)]
pub struct InitPage {
    attempts: Vec<Attempt>,
    panel: Panel,
    lines: LogBuffer,
    view: LogView,
    on_log: bool,
    /// Number of the log that is shown, and the pod it is of.
    asked: Option<(u64, String, bool)>,
}

impl InitPage {
    /// Fills it with what is known.
    pub fn fill(&mut self, picture: &Picture, now: Now) {
        self.attempts = attempts(picture, now);
        let row = |(at, attempt): (usize, &Attempt)| {
            let (sign, word) = match (attempt.running, attempt.exit) {
                (true, _) => (Sign::Busy, "running".to_string()),
                (_, Some(0)) => (Sign::Ready, "done".to_string()),
                (_, Some(code)) => (Sign::Failed, format!("exit {code}")),
                (false, None) => (Sign::Unknown, "end not seen".to_string()),
            };
            let from = match attempt.source {
                Source::Live(_) => "cluster",
                Source::Recorded(_) => "record",
            };
            let cells = vec![
                Line::from(attempt.number.to_string()),
                Line::from(Span::sign(sign)).and(format!(" {word}")),
                Line::from(attempt.began.clone()),
                Line::dim(from),
                Line::from(attempt.reason.clone()),
            ];
            let mut entry = Entry::new(attempt.pod.as_str(), cells).about(Target::Attempt(at));
            entry.trouble = sign == Sign::Failed;
            entry.words.clone_from(&attempt.pod);
            entry
        };
        self.panel.fill(self.attempts.iter().enumerate().map(row).collect());
    }

    /// Asks for the log of the attempt under the cursor, when another one is shown. `number` must be new.
    pub fn ask(&mut self, picture: &Picture, number: u64) -> Option<Effect> {
        let at = match self.panel.target() {
            Target::Attempt(at) => at,
            _ => return None,
        };
        let attempt = self.attempts.get(at)?;
        let live = matches!(attempt.source, Source::Live(_));
        if self.asked.as_ref().is_some_and(|(_, pod, was_live)| *pod == attempt.pod && *was_live == live) {
            return None;
        }
        self.asked = Some((number, attempt.pod.clone(), live));
        self.lines = LogBuffer::default();
        self.view = LogView::default();
        Some(Effect::Dashboard(match &attempt.source {
            Source::Recorded(folder) => Order::ReadRecord { log: number, folder: folder.clone() },
            Source::Live(containers) => Order::FollowLog(Box::new(LogRequest {
                log: number,
                namespace: picture.facts.namespace.clone(),
                sources: containers.iter().map(|c| (Name::from(attempt.pod.as_str()), c.clone())).collect(),
                previous: false,
                since: None,
                tail: 10_000,
            })),
        }))
    }

    /// Forgets which log was asked for: it was ended.
    pub fn left(&mut self) {
        self.asked = None;
    }

    /// Takes lines of a log in.
    pub fn learn(&mut self, number: u64, news: Vec<LogNews>) {
        if self.asked.as_ref().is_none_or(|(asked, ..)| *asked != number) {
            return;
        }
        for line in news {
            let tone = if line.remark { Tone::Dim } else { Tone::Normal };
            let line = LogLine { time: clock(&line.time), source: "".into(), text: plain(&line.text).into(), tone };
            self.lines.push(line);
        }
    }

    /// Which keys work.
    pub fn contexts(&self) -> Vec<Context> {
        if self.view.is_typing() || self.panel.is_typing() {
            return vec![Context::Line];
        }
        match self.on_log {
            true => vec![Context::Log, Context::Panes, Context::Pages],
            false => vec![Context::Panes, Context::Pages, Context::List],
        }
    }

    /// Takes a key. None when it is the caller's.
    pub fn act(&mut self, input: &Input, shown: impl Fn(Id) -> Shown) -> Option<Vec<Effect>> {
        if matches!(input, Input::Action(Action::NextPane | Action::PreviousPane)) {
            self.on_log = !self.on_log;
            return Some(Vec::new());
        }
        if self.on_log {
            if self.view.act(input, &self.lines, shown(LOG)) {
                return Some(Vec::new());
            }
            let text =
                || -> String { self.lines.iter().map(|line| format!("{} {}\n", line.time, line.text)).collect() };
            return match input {
                Input::Action(Action::Back) => {
                    self.on_log = false;
                    Some(Vec::new())
                }
                Input::Action(Action::Save) => {
                    let pod = self.asked.as_ref().map_or("init", |(_, pod, _)| pod);
                    Some(vec![Effect::Dashboard(Order::Save(format!("{pod}.log"), text()))])
                }
                Input::Action(Action::Copy) => Some(vec![Effect::Copy(text())]),
                _ => None,
            };
        }
        if matches!(input, Input::Action(Action::Open | Action::Logs)) && !self.panel.is_typing() {
            self.on_log = true;
            return Some(Vec::new());
        }
        self.panel.act(input, shown(ATTEMPTS)).then(Vec::new)
    }

    /// What is copied: the attempt under the cursor.
    pub fn text(&self) -> Option<String> {
        self.panel.current().map(Entry::text)
    }

    /// The page without its frame.
    pub fn view(&self, picture: &Picture) -> Pane<'_> {
        let columns = vec![
            Column::fixed("#", 3).right(),
            Column::fixed("result", 14),
            Column::fixed("began", 14),
            Column::fixed("told by", 8).rank(1),
            Column::fill("why", 20),
        ];
        let name = &picture.catalogue().init_job.name;
        let empty = match picture.why_empty(Kind::Pods, &picture.facts.namespace) {
            Some(why) => Line::dim(why),
            None => Line::dim(format!("no attempt of {name} is left, and none was recorded")),
        };
        let mut table = self.panel.view(ATTEMPTS, columns, empty);
        table.focused = !self.on_log;
        let mut log = self.view.view(LOG, &self.lines);
        log.empty = Line::dim(if self.attempts.is_empty() { "" } else { "nothing was written" });
        let height = u16::try_from(self.panel.len().clamp(1, 6) + 1).unwrap_or(7);
        let mut parts =
            vec![Part::new(table, Extent::Lines(height)), Part::new(log, Extent::Fill(1)).ruled(Line::dim(" Log "))];
        parts.extend(self.panel.filter().map(|line| Part::new(vec![line], Extent::Lines(1))));
        parts.into()
    }

    /// What the job should have left behind, and how that is known.
    pub fn explain(&self, picture: &Picture, now: Now) -> Vec<Line<'static>> {
        let job = &picture.catalogue().init_job;
        let live = picture.home().and_then(|space| space.jobs.get(job.name.as_str()));
        let done = live.is_some_and(|job| job.row.ready > 0) || self.attempts.last().is_some_and(|a| a.exit == Some(0));
        let mut lines = Vec::new();
        if let Some(live) = live {
            let text = format!("Job {} made {} ago, {} failed", job.name, since(live.created, now), live.failed);
            lines.push(Line::from(text));
        }
        let outputs: Vec<&str> = job.steps.iter().map(|step| step.creates.as_str()).collect();
        let said = if done { "the job ended well, so it made" } else { "makes" };
        let sign = if done { Sign::Ready } else { Sign::Unknown };
        lines.push(Line::from(Span::sign(sign)).and(format!(" {said}: {}", outputs.join(", "))));
        lines
    }
}

fn attempts(picture: &Picture, now: Now) -> Vec<Attempt> {
    let job = picture.catalogue().init_job.name.as_str();
    let mut live: Vec<&Pod> = picture.home().map(|space| space.pods_of("Job", job).collect()).unwrap_or_default();
    live.sort_by_key(|pod| (pod.created, pod.name.clone()));
    let mut attempts: Vec<Attempt> = picture
        .attempts
        .iter()
        .filter(|recorded| !live.iter().any(|pod| *pod.name == *recorded.pod))
        .map(|recorded| Attempt {
            pod: recorded.pod.clone(),
            number: recorded.number,
            began: recorded.started.get(..16).unwrap_or(&recorded.started).replace('T', " ").replacen("20", "", 1),
            exit: recorded.exit,
            running: false,
            reason: recorded.reason.clone(),
            source: Source::Recorded(recorded.folder.clone()),
        })
        .collect();
    // The record is the better witness of an attempt that ended: it may outlive its pod.
    let known = |pod: &Pod| picture.attempts.iter().find(|recorded| *recorded.pod == *pod.name);
    for pod in live {
        let running = matches!(pod.phase, Phase::Pending | Phase::Running);
        let ended = pod.trouble.iter().flat_map(|t| &t.containers).find_map(|c| c.ended.as_ref());
        let exit = match pod.phase {
            Phase::Succeeded => Some(0),
            _ => ended.map(|(code, ..)| *code).or_else(|| known(pod).and_then(|recorded| recorded.exit)),
        };
        let number = known(pod).map_or(attempts.len() as u32 + 1, |recorded| recorded.number);
        let word = pod.word();
        attempts.push(Attempt {
            pod: pod.name.to_string(),
            number,
            began: format!("{} ago", since(pod.created, now)),
            exit: exit.filter(|_| !running),
            running,
            reason: if matches!(word, "Running" | "Succeeded" | "Failed") { String::new() } else { word.to_string() },
            source: Source::Live(pod.containers.to_vec()),
        });
    }
    attempts.reverse();
    attempts
}

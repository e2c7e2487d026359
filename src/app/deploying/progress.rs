//! What is known of an installation, gathered from its events.

use std::collections::BTreeMap;

use crate::app::logs::{LogBuffer, LogLine};
use crate::app::moment::Now;
use crate::app::view::{Tone, plain};
use crate::deploy::{Change, Event, ObjectRef, Stage, Stamped, State};

/// A stage with what came of it.
#[derive(Debug, Clone)]
pub struct StageRow {
    /// Which.
    pub stage: Stage,
    /// None before it begins.
    pub state: Option<State>,
    /// When it began.
    pub since: Option<Now>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// What came of it.
    pub detail: String,
}

/// An attempt of a hook job.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The job.
    pub job: String,
    /// Counted from 1.
    pub number: u32,
    /// How it stands.
    pub state: State,
    /// Exit code, once it ended.
    pub exit: Option<i32>,
    /// Time it took.
    pub seconds: Option<f64>,
    /// When it began.
    pub since: Now,
    /// Why it waits or ended.
    pub reason: String,
    /// Its log.
    pub log: LogBuffer,
}

/// A workload that is waited for.
#[derive(Debug, Clone)]
pub struct Workload {
    /// How it stands.
    pub state: State,
    /// Pods that are ready and of the current template.
    pub ready: i32,
    /// Pods wanted.
    pub desired: i32,
    /// Why it is not ready.
    pub reason: String,
}

/// What is known.
#[derive(Debug, Clone)]
pub struct Progress {
    /// All stages, also those to come.
    pub stages: Vec<StageRow>,
    /// In order.
    pub attempts: Vec<Attempt>,
    /// By name.
    pub workloads: BTreeMap<ObjectRef, Workload>,
    /// Written in the stage that runs: how many of how many.
    pub objects: Option<(usize, usize)>,
    /// Everything else that was told, as lines.
    pub events: LogBuffer,
    /// Warnings among them.
    pub warnings: usize,
    /// Which of how many revisions, and what it does.
    pub wave: Option<(usize, usize, String)>,
    /// What the operation said at its end.
    pub outcome: Option<String>,
    /// Notes that were told after everything was done: those of the chart.
    pub notes: Vec<String>,
}

impl Default for Progress {
    fn default() -> Progress {
        Progress {
            stages: pending(),
            attempts: Vec::new(),
            workloads: BTreeMap::new(),
            objects: None,
            events: LogBuffer::default(),
            warnings: 0,
            wave: None,
            outcome: None,
            notes: Vec::new(),
        }
    }
}

fn pending() -> Vec<StageRow> {
    let row = |stage| StageRow { stage, state: None, since: None, seconds: None, detail: String::new() };
    Stage::ALL.into_iter().filter(|stage| !matches!(stage, Stage::Remove | Stage::Test)).map(row).collect()
}

impl Progress {
    /// The stage that runs, or ran last.
    pub fn stage(&self) -> Option<&StageRow> {
        self.stages.iter().rev().find(|row| row.state.is_some())
    }

    /// Takes in an event.
    pub fn learn(&mut self, stamped: Stamped, now: Now) {
        let at = clock(&stamped.at).to_string();
        let mut told = |text: String, tone: Tone| {
            self.events.push(LogLine { tone, ..LogLine::new(&at, &text) });
        };
        match stamped.event {
            Event::Started { .. } => {}
            Event::Resumed { stage, how } => told(format!("goes on from stage `{stage}`: {how}"), Tone::Normal),
            Event::Wave { wave, waves, about } => {
                told(format!("wave {wave} of {waves}: {about}"), Tone::Accent);
                self.wave = Some((wave, waves, about));
            }
            Event::Stage { stage, state, seconds, detail } => self.stage_told(stage, state, seconds, detail, now),
            Event::Object { change, object, done, total } => {
                told(format!("{} {object}", changed(change)), Tone::Normal);
                if total > 1 {
                    self.objects = Some((done, total));
                }
            }
            Event::Attempt { job, attempt, state, exit, seconds, reason, .. } => {
                let row = self.attempt(&job, attempt, now);
                row.state = state;
                row.exit = exit;
                row.seconds = seconds;
                row.reason = plain(&reason).into_owned();
            }
            Event::Log { job, attempt, time, line, .. } => {
                let row = self.attempt(&job, attempt, now);
                row.log.push(LogLine::new(clock(&time), &line));
            }
            Event::Warning { object, reason, message } => {
                told(format!("{reason} {}: {message}", object.name), Tone::Warning);
                self.warnings += 1;
            }
            Event::Workload { object, state, ready, desired, reason } => {
                let row = Workload { state, ready, desired, reason: plain(&reason).into_owned() };
                self.workloads.insert(object, row);
            }
            Event::Retrying { what, why, seconds } => {
                let why = why.lines().next().unwrap_or_default();
                told(format!("{what}: {why}; again in {seconds:.1} s"), Tone::Warning);
            }
            Event::Note { text } => {
                told(text.clone(), Tone::Normal);
                if self.outcome.is_none() && self.stages.last().is_some_and(|row| row.state == Some(State::Done)) {
                    self.notes.extend(text.lines().map(|line| plain(line).into_owned()));
                }
            }
            Event::Failed { problem } => told(problem.what, Tone::Bad),
            Event::Finished { detail, .. } => self.outcome = Some(detail),
        }
    }

    fn stage_told(&mut self, stage: Stage, state: State, seconds: Option<f64>, detail: String, now: Now) {
        // The next of several revisions begins again.
        if stage == Stage::Connect && state == State::Running && self.stage().is_some() {
            self.stages = pending();
            self.workloads.clear();
        }
        if state != State::Running {
            self.objects = None;
        }
        if let Some(row) = self.stages.iter_mut().find(|row| row.stage == stage) {
            row.since = row.since.filter(|_| state != State::Running).or(Some(now));
            row.state = Some(state);
            row.seconds = seconds;
            row.detail = plain(&detail).into_owned();
        }
    }

    fn attempt(&mut self, job: &str, number: u32, now: Now) -> &mut Attempt {
        let found = self.attempts.iter().position(|known| known.job == job && known.number == number);
        let at = found.unwrap_or_else(|| {
            self.attempts.push(Attempt {
                job: job.into(),
                number,
                state: State::Running,
                exit: None,
                seconds: None,
                since: now,
                reason: String::new(),
                log: LogBuffer::default(),
            });
            self.attempts.len() - 1
        });
        &mut self.attempts[at]
    }

    /// Everything that was said, for finding out why it failed: what is said last comes last.
    pub fn said(&self) -> impl Iterator<Item = &str> {
        let events = self.events.iter().map(|line| &*line.text);
        let workloads = self.workloads.values().map(|workload| workload.reason.as_str());
        let attempts = self.attempts.iter().flat_map(|attempt| {
            std::iter::once(attempt.reason.as_str()).chain(attempt.log.iter().map(|line| &*line.text))
        });
        events.chain(workloads).chain(attempts)
    }
}

/// How a change of an object is said.
fn changed(change: Change) -> &'static str {
    match change {
        Change::Created => "created",
        Change::Configured => "configured",
        Change::Deleted => "deleted",
        Change::Kept => "kept",
    }
}

/// `10:41:07` of an RFC 3339 time.
fn clock(time: &str) -> &str {
    time.get(11..19).unwrap_or("")
}

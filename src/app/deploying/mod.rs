//! An installation on the screen: stages, the init job's attempts with their logs, workloads, events; and when it
//! fails, why, and what to change.

mod failure;
mod job;
mod progress;
mod show;

pub use job::{Job, News, Order};

use std::time::Duration;

use super::found::Place;
use super::keys::{Action, Context, Input};
use super::list::List;
use super::logs::LogView;
use super::moment::{Moment, Now};
use super::view::{Id, Line, Parts, Sign, Span, Tone};
use super::{Confirm, Effect, Go};
use crate::deploy::State;
use crate::problem::Problems;
use failure::Failure;
use progress::Progress;

const LOG: Id = Id("deploy-log");
const EVENTS: Id = Id("deploy-events");
const WORKLOADS: Id = Id("deploy-workloads");
const WHY: Id = Id("deploy-why");

/// How the installation stands.
#[derive(Debug)]
enum Standing {
    Running,
    Stopping,
    Done,
    Failed(Box<Failure>),
}

/// A page of the lower half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    /// Why it failed, or what came of it.
    Outcome,
    /// The attempt at this place in the list.
    Attempt(usize),
    Workloads,
    Events,
}

/// An installation.
#[derive(Debug)]
pub struct Deploying {
    job: Job,
    place: Place,
    began: Now,
    ended: Option<Now>,
    standing: Standing,
    progress: Progress,
    /// What the operator chose to look at; none follows what happens.
    chosen: Option<Page>,
    log: LogView,
    events: LogView,
    workloads: List,
    scrolled: usize,
}

impl Deploying {
    /// Begins.
    pub fn begin(job: Job, place: Place, now: Now) -> (Deploying, Vec<Effect>) {
        let start = Effect::Deploying(Order::Start(Box::new(job.clone())));
        let deploying = Deploying {
            job,
            place,
            began: now,
            ended: None,
            standing: Standing::Running,
            progress: Progress::default(),
            chosen: None,
            log: LogView::default(),
            events: LogView::default(),
            workloads: List::default(),
            scrolled: 0,
        };
        (deploying, vec![start])
    }

    /// A key.
    pub fn act(&mut self, input: Input, moment: &Moment<'_>) -> Vec<Effect> {
        let page = self.page();
        let typing = self.is_typing();
        if let Input::Action(action) = &input
            && !typing
        {
            match action {
                Action::NextPane | Action::NextSection | Action::Right => self.step(1),
                Action::PreviousPane | Action::PreviousSection | Action::Left => self.step(-1),
                Action::Events => self.choose(if page == Page::Events { None } else { Some(Page::Events) }),
                Action::Logs => self.choose(self.progress.attempts.len().checked_sub(1).map(Page::Attempt)),
                Action::Detach => return vec![Effect::Go(Go::Dashboard)],
                Action::Stop if self.is_running() => return vec![self.ask_to_stop()],
                Action::Retry if self.has_failed() => return self.retry(moment.now),
                Action::Open => return self.open(),
                Action::Save => return self.save(page),
                Action::Copy => return self.copy(page, moment),
                Action::Back if !self.on_page(&input, page, moment) => return self.back(),
                _ => {
                    self.on_page(&input, page, moment);
                }
            }
            return Vec::new();
        }
        self.on_page(&input, page, moment);
        Vec::new()
    }

    /// News.
    pub fn learn(&mut self, news: News, moment: &Moment<'_>) -> Vec<Effect> {
        match news {
            News::Event(event) => self.progress.learn(*event, moment.now),
            News::Ended(result) => self.end(result, moment.now),
        }
        Vec::new()
    }

    /// The operator asked it to stop.
    pub fn stopping(&mut self) {
        if self.is_running() {
            self.standing = Standing::Stopping;
        }
    }

    /// Which keys work.
    pub fn contexts(&self) -> Vec<Context> {
        if self.is_typing() {
            return vec![Context::Line];
        }
        let state = match self.standing {
            Standing::Running | Standing::Stopping => Context::Deploying,
            Standing::Done => Context::Done,
            Standing::Failed(_) => Context::Failed,
        };
        let page = match self.page() {
            Page::Outcome => Context::Text,
            Page::Attempt(_) | Page::Events => Context::Log,
            Page::Workloads => Context::List,
        };
        vec![state, page, Context::Panes]
    }

    /// When it wants to be drawn again.
    pub fn wake(&self, _moment: &Moment<'_>) -> Option<Duration> {
        self.is_running().then_some(Duration::from_millis(500))
    }

    /// Whether it is under way.
    pub fn is_running(&self) -> bool {
        matches!(self.standing, Standing::Running | Standing::Stopping)
    }

    /// Whether it failed.
    pub fn has_failed(&self) -> bool {
        matches!(self.standing, Standing::Failed(_))
    }

    /// What other screens say of it.
    pub fn elsewhere(&self) -> Option<Line<'_>> {
        match self.standing {
            Standing::Running | Standing::Stopping => {
                let stage = self.progress.stage().map_or_else(String::new, |row| format!(": {}", row.stage));
                Some(Line::from(Span::sign(Sign::Busy)).and(format!(" installing{stage}")))
            }
            Standing::Failed(_) => Some(Line::from(Span::sign(Sign::Failed)).and(" installation failed")),
            Standing::Done => None,
        }
    }

    /// What is said after the console was left in the middle of it.
    pub fn farewell(&self) -> Option<String> {
        let Job { release, namespace, .. } = &self.job;
        let stage = self.stage();
        match &self.standing {
            Standing::Running | Standing::Stopping => Some(format!(
                "The installation of {release} in {namespace} was left in stage `{stage}`. What stands, stands; an init job goes on \
                 in the cluster.\n  next: run `iomctl -n {namespace}` again and install: it continues where it stopped"
            )),
            Standing::Failed(failure) => {
                let stands: String = failure.stands().iter().map(|text| format!("\n  stands: {text}")).collect();
                Some(format!(
                    "The installation of {release} in {namespace} stopped in stage `{stage}`: {}{stands}\n  next: run `iomctl -n \
                     {namespace}` again and install: it continues where it stopped; `iomctl init-logs -n {namespace}` shows the \
                     init job",
                    failure.what()
                ))
            }
            Standing::Done => None,
        }
    }

    /// The screen.
    pub fn view(&self, moment: &Moment<'_>) -> Parts<'_> {
        show::parts(self, moment)
    }

    fn end(&mut self, result: Result<(), Problems>, now: Now) {
        self.ended = Some(now);
        self.chosen = None;
        self.scrolled = 0;
        self.standing = match result {
            Ok(()) => Standing::Done,
            Err(problems) => {
                // A stage that was under way when the end came from elsewhere is not under way any more.
                let running = self.progress.stages.iter_mut().filter(|row| row.state == Some(State::Running));
                running.for_each(|row| row.state = Some(State::Failed));
                Standing::Failed(Box::new(Failure::new(&problems, &self.progress)))
            }
        };
    }

    fn retry(&mut self, now: Now) -> Vec<Effect> {
        let (again, effects) = Deploying::begin(self.job.clone(), self.place.clone(), now);
        *self = again;
        effects
    }

    fn open(&self) -> Vec<Effect> {
        match &self.standing {
            Standing::Failed(failure) => vec![Effect::Go(Go::Wizard(failure.field().map(str::to_string)))],
            // What was found before the installation is no longer true: look again.
            Standing::Done => {
                let target = super::Target {
                    context: Some(self.place.context.clone()).filter(|_| !self.place.context.starts_with("http")),
                    namespace: Some(self.job.namespace.clone()),
                    release: self.job.release.clone(),
                };
                vec![Effect::Connect(target), Effect::Go(Go::Dashboard)]
            }
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> Vec<Effect> {
        match self.chosen.take() {
            Some(_) => Vec::new(),
            None => vec![Effect::Go(Go::Back)],
        }
    }

    fn ask_to_stop(&self) -> Effect {
        let stage = self.stage();
        Effect::Go(Go::Ask(Confirm {
            question: "Stop the installation?".into(),
            consequences: vec![
                format!("It stops at a safe point of stage `{stage}`. What stands, stands:").into(),
                "nothing is rolled back, and installing again continues from there.".into(),
                "A running init job goes on in the cluster.".into(),
            ],
            name: None,
            yes: vec![Effect::Deploying(Order::Stop)],
        }))
    }

    /// The question before the console is left in the middle of it.
    pub fn ask_to_leave(&self) -> Confirm {
        Confirm {
            question: "Stop the installation, and leave?".into(),
            consequences: vec![
                format!("It stops at a safe point of stage `{}`; what stands, stands,", self.stage()).into(),
                "and is told afterwards. A running init job goes on in the cluster.".into(),
                "`iomctl` continues where it stopped.".into(),
            ],
            name: None,
            yes: vec![Effect::Deploying(Order::Stop), Effect::Go(Go::Leave)],
        }
    }

    fn stage(&self) -> String {
        self.progress.stage().map_or_else(|| "connect".into(), |row| row.stage.to_string())
    }

    fn save(&self, page: Page) -> Vec<Effect> {
        let (name, log) = match page {
            Page::Attempt(at) => match self.progress.attempts.get(at) {
                Some(attempt) => (format!("{}-attempt-{}.log", attempt.job, attempt.number), &attempt.log),
                None => return Vec::new(),
            },
            Page::Events => (format!("{}-events.log", self.job.release), &self.progress.events),
            _ => return Vec::new(),
        };
        let text = log.iter().map(|line| format!("{} {}\n", line.time, line.text)).collect();
        vec![Effect::Deploying(Order::SaveLog { name, text })]
    }

    fn copy(&self, page: Page, moment: &Moment<'_>) -> Vec<Effect> {
        let rows = |id: Id, lines: &mut dyn Iterator<Item = String>| {
            let shown = moment.shown(id);
            lines.skip(shown.first).take(shown.height).collect::<Vec<_>>().join("\n")
        };
        let text = match (page, &self.standing) {
            (Page::Attempt(at), _) => match self.progress.attempts.get(at) {
                Some(attempt) => rows(LOG, &mut attempt.log.iter().map(|line| line.text.to_string())),
                None => return Vec::new(),
            },
            (Page::Events, _) => rows(EVENTS, &mut self.progress.events.iter().map(|line| line.text.to_string())),
            (Page::Outcome, Standing::Failed(failure)) => {
                failure.lines().iter().map(|line| line.text().trim_end().to_string()).collect::<Vec<_>>().join("\n")
            }
            (Page::Workloads, _) => match show::workload_at(self, self.workloads.selected) {
                Some((object, workload)) => {
                    format!("{object} {}/{} {}", workload.ready, workload.desired, workload.reason)
                }
                None => return Vec::new(),
            },
            (Page::Outcome, _) => return Vec::new(),
        };
        vec![Effect::Copy(text)]
    }

    /// A key for the page of the lower half. False when it is not for it.
    fn on_page(&mut self, input: &Input, page: Page, moment: &Moment<'_>) -> bool {
        match page {
            Page::Attempt(at) => match self.progress.attempts.get(at) {
                Some(attempt) => self.log.act(input, &attempt.log, moment.shown(LOG)),
                None => false,
            },
            Page::Events => self.events.act(input, &self.progress.events, moment.shown(EVENTS)),
            Page::Workloads => match input {
                Input::Action(action) => {
                    self.workloads.act_all(*action, self.progress.workloads.len(), moment.shown(WORKLOADS))
                }
                _ => false,
            },
            Page::Outcome => match input {
                Input::Action(action) => {
                    let shown = moment.shown(WHY);
                    let len = show::outcome(self).len();
                    let mut list = List { selected: self.scrolled, first: self.scrolled };
                    let moved = list.act_all(*action, len, shown);
                    if moved {
                        self.scrolled = list.selected;
                    }
                    moved
                }
                _ => false,
            },
        }
    }

    fn is_typing(&self) -> bool {
        match self.page() {
            Page::Attempt(_) => self.log.is_typing(),
            Page::Events => self.events.is_typing(),
            _ => false,
        }
    }

    fn choose(&mut self, page: Option<Page>) {
        if page != self.chosen {
            self.log = self.log.elsewhere();
        }
        self.chosen = page;
    }

    fn step(&mut self, by: isize) {
        let pages = self.pages();
        let at = pages.iter().position(|page| *page == self.page()).unwrap_or(0);
        let to = (at as isize + by).rem_euclid(pages.len().max(1) as isize) as usize;
        self.choose(pages.get(to).copied());
    }

    /// The pages there are, in the order of their tabs.
    fn pages(&self) -> Vec<Page> {
        let mut pages = Vec::new();
        if !self.is_running() {
            pages.push(Page::Outcome);
        }
        pages.extend((0..self.progress.attempts.len()).map(Page::Attempt));
        if !self.progress.workloads.is_empty() {
            pages.push(Page::Workloads);
        }
        pages.push(Page::Events);
        pages
    }

    /// The page that is shown: the chosen one, or where something happens.
    fn page(&self) -> Page {
        if let Some(page) = self.chosen.filter(|page| self.pages().contains(page)) {
            return page;
        }
        if !self.is_running() {
            return Page::Outcome;
        }
        let stage = self.progress.stage().map(|row| row.stage);
        match (self.progress.attempts.len().checked_sub(1), stage) {
            (Some(last), Some(crate::deploy::Stage::InitJob | crate::deploy::Stage::Apply)) => Page::Attempt(last),
            _ if !self.progress.workloads.is_empty() => Page::Workloads,
            (Some(last), _) => Page::Attempt(last),
            _ => Page::Events,
        }
    }

    fn tone_of(state: Option<State>) -> (Sign, Tone) {
        match state {
            None => (Sign::Off, Tone::Dim),
            Some(State::Running) => (Sign::Busy, Tone::Normal),
            Some(State::Done) => (Sign::Ready, Tone::Normal),
            Some(State::Skipped) => (Sign::Off, Tone::Dim),
            Some(State::Failed) => (Sign::Failed, Tone::Bad),
        }
    }
}

#[cfg(test)]
mod tests;

//! An installation on the screen: stages, the init job's attempts with their logs, workloads, events; and when it
//! fails, why, and what to change.

mod job;

pub use job::{Job, News, Order};

use std::time::Duration;

use super::Effect;
use super::found::Place;
use super::keys::{Context, Input};
use super::moment::{Moment, Now};
use super::view::{Line, Pane, Parts};

/// An installation.
#[derive(Debug)]
pub struct Deploying {
    job: Job,
    place: Place,
    running: bool,
}

impl Deploying {
    /// Begins.
    pub fn begin(job: Job, place: Place, _now: Now) -> (Deploying, Vec<Effect>) {
        let start = Effect::Deploying(Order::Start(Box::new(job.clone())));
        (Deploying { job, place, running: true }, vec![start])
    }

    /// A key.
    pub fn act(&mut self, _input: Input, _moment: &Moment<'_>) -> Vec<Effect> {
        Vec::new()
    }

    /// News.
    pub fn learn(&mut self, _news: News, _moment: &Moment<'_>) -> Vec<Effect> {
        Vec::new()
    }

    /// Which keys work.
    pub fn contexts(&self) -> Vec<Context> {
        vec![Context::Deploying, Context::Log, Context::Panes]
    }

    /// When it wants to be drawn again.
    pub fn wake(&self, _moment: &Moment<'_>) -> Option<Duration> {
        None
    }

    /// Whether it is under way.
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Whether it failed.
    pub fn has_failed(&self) -> bool {
        false
    }

    /// What other screens say of it.
    pub fn elsewhere(&self) -> Option<Line<'_>> {
        None
    }

    /// What is said after the console was left in the middle of it.
    pub fn farewell(&self) -> Option<String> {
        None
    }

    /// The screen.
    pub fn view(&self, _moment: &Moment<'_>) -> Parts<'_> {
        let _ = &self.job;
        Parts::new(Line::from(self.place.release.as_str()), Pane::Blank)
    }
}

//! The first screen: which cluster, whether it answers, what is in the namespace.

use std::time::Duration;

use super::found::{Elsewhere, Found, Target};
use super::keys::{Action, Context, Input};
use super::moment::{Moment, Now};
use super::view::{Line, Parts, Sign, Span, Tone};
use super::{Effect, Go};
use crate::problem::Problem;

/// After this time it says that it can be left.
const LONG: Duration = Duration::from_secs(10);

/// How often it is looked whether somebody else has come to an end.
const AGAIN: Duration = Duration::from_secs(2);

/// How the connection stands.
#[derive(Debug)]
enum Link {
    Connecting {
        since: Now,
    },
    Connected,
    /// Somebody else installs; looked at last then.
    Busy {
        elsewhere: Box<Elsewhere>,
        looked: Now,
    },
    Unreachable {
        problem: Box<Problem>,
        since: Now,
    },
}

/// The first screen.
#[derive(Debug)]
pub struct Opening {
    /// What to connect to.
    pub target: Target,
    link: Link,
    context: String,
}

impl Opening {
    /// Connecting to what was asked for.
    pub fn new(target: Target, now: Now) -> Opening {
        let context = target.context.clone().unwrap_or_else(|| "current context".into());
        Opening { target, link: Link::Connecting { since: now }, context }
    }

    /// Connects (anew).
    pub fn connect(&mut self, now: Now) -> Effect {
        self.link = Link::Connecting { since: now };
        Effect::Connect(self.target.clone())
    }

    /// The cluster answered.
    pub fn found(&mut self, found: &Found, now: Now) {
        self.link = match &found.elsewhere {
            Some(elsewhere) => Link::Busy { elsewhere: Box::new(elsewhere.clone()), looked: now },
            None => Link::Connected,
        };
        self.context = found.place.context.clone();
        self.target.namespace = Some(found.place.namespace.clone());
    }

    /// Time passed.
    pub fn tick(&mut self, now: Now) -> Option<Effect> {
        let Link::Busy { looked, .. } = &mut self.link else { return None };
        if now.since(*looked) < AGAIN {
            return None;
        }
        *looked = now;
        Some(Effect::Look(self.target.clone()))
    }

    /// It did not.
    pub fn unreachable(&mut self, problem: Box<Problem>, now: Now) {
        self.link = Link::Unreachable { problem, since: now };
    }

    /// Connects anew without being asked, when the last try is some time ago: for who looks on.
    pub fn persist(&mut self, now: Now) -> Option<Effect> {
        match self.link {
            Link::Unreachable { since, .. } if now.since(since) >= AGAIN => Some(self.connect(now)),
            _ => None,
        }
    }

    /// A key.
    pub fn act(&mut self, input: Input, moment: &Moment<'_>) -> Vec<Effect> {
        match (&self.link, input) {
            (Link::Unreachable { .. }, Input::Action(Action::Retry)) => vec![self.connect(moment.now)],
            (Link::Unreachable { .. }, Input::Action(Action::Open)) => vec![Effect::Go(Go::Wizard(None))],
            (Link::Busy { .. }, Input::Action(Action::Retry)) => vec![Effect::Look(self.target.clone())],
            (Link::Busy { .. }, Input::Action(Action::Open)) => vec![Effect::Go(Go::Dashboard)],
            _ => Vec::new(),
        }
    }

    /// Which keys work.
    pub fn contexts(&self) -> Vec<Context> {
        match self.link {
            Link::Unreachable { .. } => vec![Context::Unconnected],
            Link::Busy { .. } => vec![Context::Elsewhere],
            _ => Vec::new(),
        }
    }

    /// When it wants to be drawn again.
    pub fn wake(&self, _moment: &Moment<'_>) -> Option<Duration> {
        match self.link {
            Link::Connecting { .. } => Some(Duration::from_millis(500)),
            Link::Busy { .. } => Some(AGAIN),
            _ => None,
        }
    }

    /// The screen.
    pub fn view(&self, moment: &Moment<'_>) -> Parts<'_> {
        let place = match &self.target.namespace {
            Some(namespace) => format!("{} · {namespace}", self.context),
            None => self.context.clone(),
        };
        let mut lines = vec![Line::blank()];
        match &self.link {
            Link::Connecting { since } => {
                let waited = moment.now.since(*since).as_secs();
                let mut line =
                    Line::from(" ").and(Span::sign(Sign::Busy)).and(format!(" connecting to {}", self.context));
                if waited > 0 {
                    line = line.and(Span::new(format!("  {waited} s")).tone(Tone::Dim));
                }
                lines.push(line);
                if moment.now.since(*since) > LONG {
                    lines.push(Line::dim("   the API server has not answered yet; `q` leaves"));
                }
            }
            Link::Connected => lines.push(Line::from(" ").and(Span::sign(Sign::Ready)).and(" connected")),
            Link::Busy { elsewhere, .. } => lines.extend(busy(&self.target, elsewhere)),
            Link::Unreachable { problem, .. } => {
                lines.extend(problem_lines(problem));
            }
        }
        let mut parts = Parts::new(Line::from(place), lines);
        match self.link {
            Link::Unreachable { .. } => parts.notice = Line::toned("not connected", Tone::Bad),
            Link::Busy { .. } => {
                parts.notice = Line::from(Span::sign(Sign::Busy)).and(" an installation is under way");
            }
            _ => {}
        }
        parts
    }
}

/// What is known of somebody else's installation, and what that means here.
fn busy(target: &Target, elsewhere: &Elsewhere) -> Vec<Line<'static>> {
    let Elsewhere { process, since, stage } = elsewhere;
    let who = match process {
        Some(process) => format!("process {process} on this machine"),
        None => "another machine, or another user of this one".into(),
    };
    let label = |word: &str| Line::from(Span::new(format!("   {word:<7}")).tone(Tone::Dim));
    let namespace = target.namespace.clone().unwrap_or_default();
    let what = format!("{} is being installed in {namespace}", target.release);
    let mut lines =
        vec![Line::from(" ").and(Span::sign(Sign::Busy)).and(" ").and(Span::new(what).strong()), label("who").and(who)];
    if !since.is_empty() {
        lines.push(label("since").and(since.clone()));
    }
    if let Some(stage) = stage {
        lines.push(label("stage").and(stage.title()));
    }
    lines.push(label("next").and("this screen goes on by itself when it has come to an end"));
    if process.is_none() {
        lines.push(Line::blank());
        let text = "If that machine is gone, `iomctl install --take-over` goes on with what it began.";
        lines.push(Line::dim(format!("   {text}")));
    }
    lines
}

/// A problem in the order in which it is read: what, where, evidence, cause, what to do.
pub fn problem_lines(problem: &Problem) -> Vec<Line<'_>> {
    let mut lines =
        vec![Line::from(" ").and(Span::sign(Sign::Failed)).and(" ").and(Span::new(problem.what.as_str()).strong())];
    let told = |word: &'static str, text: &'_ Option<String>| {
        let lines: Vec<Line<'static>> = text
            .iter()
            .flat_map(|text| text.lines().map(str::to_string).collect::<Vec<_>>())
            .enumerate()
            .map(|(at, text)| {
                let word = if at == 0 { word } else { "" };
                Line::from(Span::new(format!("   {word:<7}")).tone(Tone::Dim)).and(text)
            })
            .collect();
        lines
    };
    let (place, cause, next) =
        (told("where", &problem.place), told("cause", &problem.cause), told("next", &problem.next));
    lines.extend(place);
    lines.extend(problem.evidence.iter().map(|line| Line::dim(format!("   | {line}"))));
    lines.extend(cause);
    lines.extend(next);
    lines
}

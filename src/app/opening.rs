//! The first screen: which cluster, whether it answers, what is in the namespace.

use std::time::Duration;

use super::found::{Found, Target};
use super::keys::{Action, Context, Input};
use super::moment::{Moment, Now};
use super::view::{Line, Parts, Sign, Span, Tone};
use super::{Effect, Go};
use crate::problem::Problem;

/// After this time it says that it can be left.
const LONG: Duration = Duration::from_secs(10);

/// How the connection stands.
#[derive(Debug)]
enum Link {
    Connecting { since: Now },
    Connected,
    Unreachable(Box<Problem>),
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
    pub fn found(&mut self, found: &Found) {
        self.link = Link::Connected;
        self.context = found.place.context.clone();
    }

    /// It did not.
    pub fn unreachable(&mut self, problem: Box<Problem>) {
        self.link = Link::Unreachable(problem);
    }

    /// A key.
    pub fn act(&mut self, input: Input, moment: &Moment<'_>) -> Vec<Effect> {
        match (&self.link, input) {
            (Link::Unreachable(_), Input::Action(Action::Retry)) => vec![self.connect(moment.now)],
            (Link::Unreachable(_), Input::Action(Action::Open)) => vec![Effect::Go(Go::Wizard(None))],
            _ => Vec::new(),
        }
    }

    /// Which keys work.
    pub fn contexts(&self) -> Vec<Context> {
        match self.link {
            Link::Unreachable(_) => vec![Context::Unconnected],
            _ => Vec::new(),
        }
    }

    /// When it wants to be drawn again.
    pub fn wake(&self, _moment: &Moment<'_>) -> Option<Duration> {
        matches!(self.link, Link::Connecting { .. }).then_some(Duration::from_millis(500))
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
            Link::Unreachable(problem) => {
                lines.extend(problem_lines(problem));
            }
        }
        let mut parts = Parts::new(Line::from(place), lines);
        if let Link::Unreachable(_) = self.link {
            parts.notice = Line::toned("not connected", Tone::Bad);
        }
        parts
    }
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

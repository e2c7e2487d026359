//! The line on top: where, how fresh, and what is wrong.

use super::picture::Picture;
use crate::app::found::Place;
use crate::app::view::{Line, Sign, Span, Tone};
use crate::app::{Now, age};

/// Where am I.
pub fn place(picture: &Picture, place: &Place, now: Now) -> Line<'static> {
    let facts = &picture.facts;
    let newest = picture.home().and_then(|space| space.newest_record());
    let revision = newest.map(|record| i64::from(record.revision)).or(facts.known.then_some(facts.revision));
    let revision = revision.map(|revision| format!(" r{revision}")).unwrap_or_default();
    Line::from(Span::new(place.release.clone()).strong())
        .and(format!("{revision} · {}/{} · ", place.context, place.namespace))
        .and(freshness(picture, now))
}

/// How fresh what is shown is.
pub fn freshness(picture: &Picture, now: Now) -> Span<'static> {
    match &picture.world.lost {
        Some((_, since)) => {
            let seconds = (now.wall.as_second() - since).max(0).unsigned_abs();
            let ago = age(std::time::Duration::from_secs(seconds));
            Span::new(format!("lost {ago}")).tone(Tone::Bad)
        }
        None if picture.world.heard => Span::new("live").tone(Tone::Accent),
        None => Span::new("connecting").tone(Tone::Dim),
    }
}

/// What is wrong, in a few words.
pub fn notice(picture: &Picture) -> Line<'static> {
    let newest = picture.home().and_then(|space| space.newest_record());
    if let Some(record) = newest.filter(|record| &*record.status != "deployed" && &*record.status != "superseded") {
        let text = format!(" {}", record.status.replace('-', " "));
        return Line::from(Span::sign(Sign::Degraded)).and(Span::new(text).tone(Tone::Warning));
    }
    match picture.troubles() {
        0 if picture.services.iter().all(|s| s.verdict.health == crate::observe::Health::Unknown) => Line::blank(),
        0 => Line::from(Span::sign(Sign::Ready)).and(" all well"),
        count => Line::from(Span::sign(Sign::Degraded)).and(Span::new(format!(" {count} to look")).tone(Tone::Warning)),
    }
}

/// A way down: `spark-a › iom-core › log`.
pub fn crumb(steps: &[&str]) -> Line<'static> {
    let mut line = Line::blank();
    for (at, step) in steps.iter().enumerate() {
        if at > 0 {
            line = line.and(Span::new(" / ").tone(Tone::Dim));
        }
        line = line.and(step.to_string());
    }
    line
}

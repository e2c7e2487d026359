//! The line on top: where, how fresh, and what is wrong.

use super::picture::Picture;
use crate::app::found::Place;
use crate::app::view::{Line, Sign, Span, Tone};
use crate::app::{Now, age};
use crate::observe::Health;

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
    let unknown = picture.services.iter().filter(|standing| standing.verdict.health == Health::Unknown).count();
    let seen = !picture.services.is_empty() && picture.services.iter().all(|standing| !standing.looking);
    match (picture.troubles(), unknown) {
        // Nobody calls well what was not seen yet, or is not seen any more.
        (0, _) if !seen || picture.world.lost.is_some() => Line::blank(),
        (0, 0) => Line::from(Span::sign(Sign::Ready)).and(" all well"),
        (0, count) if count == picture.services.len() => Line::blank(),
        (0, count) => Line::from(Span::sign(Sign::Unknown)).and(Span::new(format!(" {count} unknown")).tone(Tone::Dim)),
        (count, _) => {
            Line::from(Span::sign(Sign::Degraded)).and(Span::new(format!(" {count} to look")).tone(Tone::Warning))
        }
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

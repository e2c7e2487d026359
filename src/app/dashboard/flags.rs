//! Feature flags: what is in force, who said so, and whether the running pods know.

use super::entry::Entry;
use super::picture::Picture;
use super::services::since;
use crate::app::Now;
use crate::app::view::{Column, Line, Sign, Span, Tone};
use crate::observe::{Kind, Origin, StreamState};
use crate::platform::{Flag, FlagClass};

/// The columns.
pub fn columns() -> Vec<Column<'static>> {
    vec![
        Column::fill("flag", 30),
        Column::fixed("value", 5),
        Column::fixed("source", 8).rank(2),
        Column::fill("running pods", 22),
    ]
}

/// The rows.
pub fn entries(picture: &Picture) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (class, title) in [(FlagClass::Deployment, "Deployment"), (FlagClass::Runtime, "Runtime")] {
        entries.push(Entry::heading(title));
        entries.extend(picture.catalogue().flags.iter().filter(|flag| flag.class == class).map(|f| row(picture, f)));
    }
    entries
}

fn row(picture: &Picture, flag: &Flag) -> Entry {
    let Some((on, origin)) = picture.facts.flags.get(&flag.name) else {
        let why = picture.unreadable.clone().unwrap_or_else(|| "the release has not been read".into());
        let cells =
            vec![Line::from(flag.name.clone()), Line::from(Span::sign(Sign::Unknown)), Line::blank(), Line::dim(why)];
        return Entry::new(flag.name.as_str(), cells);
    };
    let value = if *on { Line::from(Span::new("on").strong()) } else { Line::dim("off") };
    let source = match origin {
        Origin::Given => Line::from(origin.as_str()),
        _ => Line::dim(origin.as_str()),
    };
    let stale = stale(picture, flag);
    let read = match &stale {
        None => Line::dim("not known"),
        Some(names) if names.is_empty() => Line::from(Span::sign(Sign::Ready)).and(" have read it"),
        Some(names) => Line::from(Span::sign(Sign::Degraded)).and(format!(" not read by {}", names.join(", "))),
    };
    let mut entry = Entry::new(flag.name.as_str(), vec![Line::from(flag.name.clone()), value, source, read]);
    entry.trouble = stale.is_some_and(|names| !names.is_empty());
    entry.words = format!("{} {}", flag.path, if *on { "on" } else { "off" });
    entry
}

/// The services that should have read a flag and started before the last change; none when that cannot be judged.
fn stale(picture: &Picture, flag: &Flag) -> Option<Vec<&'static str>> {
    picture.facts.configured?;
    let of = |standing: &&crate::observe::Standing| {
        let service = &picture.catalogue().services[standing.index];
        let reads = if flag.restart.is_empty() { service.quarkus } else { flag.restart.contains(&service.name) };
        reads && standing.is_stale()
    };
    let names = picture.services.iter().filter(of).map(|s| picture.catalogue().services[s.index].name.as_str());
    Some(names.collect())
}

/// What is to be said of the flag under the cursor, and how staleness is judged.
pub fn explain(picture: &Picture, key: &str, now: Now) -> Vec<Line<'static>> {
    let Some(flag) = picture.catalogue().flag(key) else { return Vec::new() };
    let mut lines = vec![
        Line::from(flag.effect.clone()),
        Line::from(Span::new("values ").tone(Tone::Dim)).and(Span::new(flag.path.clone()).tone(Tone::Accent)),
    ];
    if !flag.restart.is_empty() {
        lines.push(Line::dim(format!("read at their start by {}", flag.restart.join(", "))));
    }
    let settings = picture.home().and_then(|space| space.settings.as_ref());
    lines.push(match settings {
        Some(settings) => Line::dim(format!(
            "Secret data-plane changed {} ago (by {}, told by {}); a pod that started before has not read it",
            since(settings.changed, now),
            settings.by.as_deref().unwrap_or("nobody known"),
            settings.told_by
        )),
        None => match picture.world.stream(Kind::Settings, &picture.facts.namespace) {
            StreamState::Denied(need) => Line::dim(format!("whether pods have read it needs: {need}")),
            StreamState::Loading => Line::dim("looking for the Secret data-plane"),
            _ => Line::dim("there is no Secret data-plane, so nobody can say what pods have read"),
        },
    });
    lines
}

//! Autoscaling: the nine services that can have an autoscaler, in the order of the platform, then the one that must
//! not.

use super::entry::{Entry, Target};
use super::order::Subject;
use super::picture::Picture;
use super::services::since;
use crate::app::Now;
use crate::app::view::{Column, Line, Sign, Span, Tone};
use crate::observe::{Happening, Kind, Scaler, Space};
use crate::platform::Service;

/// The columns.
pub fn columns(wide: bool) -> Vec<Column<'static>> {
    let mut columns = vec![
        Column::fill("service", 18),
        Column::fixed("now", 3).right(),
        Column::fixed("min–max", 7).right(),
        Column::fixed("metric", 20).rank(1),
        Column::fill("what holds it", 12),
    ];
    if wide {
        columns.push(Column::fixed("replicas, last 15 min", 60).rank(3));
    }
    columns
}

/// The rows.
pub fn entries(picture: &Picture, now: Now, wide: bool) -> Vec<Entry> {
    let services = picture.catalogue().services.iter();
    let mut rows: Vec<Entry> =
        services.clone().filter(|s| s.autoscaling.is_some()).map(|s| row(picture, s, now, wide)).collect();
    let fixed = services.filter(|s| s.replicas.fixed && s.autoscaling.is_none());
    rows.extend(fixed.map(|service| {
        let cells = vec![
            Line::dim(service.name.clone()),
            Line::dim(service.replicas.count.to_string()),
            Line::dim("fixed"),
            Line::blank(),
            Line::dim(format!("fixed at {}", service.replicas.count)),
        ];
        Entry::new(service.name.as_str(), cells)
    }));
    rows
}

fn row(picture: &Picture, service: &Service, now: Now, wide: bool) -> Entry {
    let home = picture.home();
    let scaler = home.and_then(|space| scaler_of(space, service, &picture.facts.namespace));
    let Some((space, scaler)) = home.zip(scaler) else {
        let bounds = service.autoscaling.as_ref().map(|a| format!("{}–{}", a.min, a.max)).unwrap_or_default();
        let why = match picture.why_empty(Kind::Scalers, &picture.facts.namespace) {
            Some(why) if why.starts_with("needs") => "needs a right".into(),
            Some(why) => why,
            None => "off".into(),
        };
        let replicas = home.and_then(|space| space.deployments.get(service.name.as_str()));
        let cells = vec![
            Line::dim(service.name.clone()),
            Line::dim(replicas.map_or_else(|| "–".into(), |w| w.row.ready.to_string())),
            Line::dim(bounds),
            Line::blank(),
            Line::from(Span::sign(Sign::Off)).and(" ").and(Span::new(why).tone(Tone::Dim)),
        ];
        return Entry::new(service.name.as_str(), cells);
    };
    let limit = scaler.limit();
    let moving = scaler.current != scaler.desired;
    let current = if moving {
        Line::from(Span::new(scaler.current.to_string()).tone(Tone::Accent))
    } else {
        Line::from(scaler.current.to_string())
    };
    let held = match &limit {
        Some(limit) => Line::from(Span::sign(Sign::Degraded)).and(" ").and(limit.clone()),
        None if moving => Line::from(Span::sign(Sign::Busy)).and(format!(" to {}", scaler.desired)),
        None => Line::from(Span::sign(Sign::Ready)).and(" within its bounds"),
    };
    let mut cells = vec![
        Line::from(service.name.clone()),
        current,
        Line::from(format!("{}–{}", scaler.min, scaler.max)),
        gauge(scaler),
        held,
    ];
    if wide {
        cells.push(Line::from(curve(space, scaler, now)));
    }
    let subject =
        Subject { namespace: picture.facts.namespace.clone(), kind: scaler.of.0.clone(), name: scaler.of.1.clone() };
    let mut entry = Entry::new(service.name.as_str(), cells).about(Target::Object(subject));
    entry.trouble = limit.is_some();
    entry
}

fn scaler_of<'s>(space: &'s Space, service: &Service, namespace: &str) -> Option<&'s Scaler> {
    space.scalers.values().find(|scaler| service.owns_object(&scaler.of.1, namespace))
}

/// The leading metric against its target: a bar and numbers.
fn gauge(scaler: &Scaler) -> Line<'static> {
    let Some(leading) = scaler.leading() else { return Line::dim("no metric") };
    let target = leading.target.map_or_else(|| "?".into(), |target| format!("{target}%"));
    match leading.now {
        Some(now) => {
            // A full bar is half beyond the target, so that the target itself is visible.
            let whole = u64::from(leading.target.unwrap_or(100)) * 3 / 2;
            let over = leading.target.is_some_and(|target| now > target);
            let tone = if over { Tone::Warning } else { Tone::Normal };
            Line::from(Span::bar(u64::from(now), whole, 5).tone(tone)).and(format!(" {} {now}/{target}", leading.name))
        }
        None => Line::dim(format!("      {} –/{target}", leading.name)),
    }
}

/// Replicas over the last sixty steps, between nothing and the maximum.
fn curve(space: &Space, scaler: &Scaler, now: Now) -> Span<'static> {
    let history = space.history.get(&scaler.name);
    let points = history.map(|history| history.replicas(now.wall.as_second())).unwrap_or_default();
    let level = |replicas: Option<u32>| replicas.map_or(0, |replicas| (replicas * 7 / scaler.max.max(1)).min(7) as u8);
    Span::curve(points.into_iter().map(level).collect::<Vec<u8>>())
}

/// What is to be said of the row under the cursor: last scaling and why, all metrics, the past.
pub fn explain(picture: &Picture, key: &str, now: Now) -> Vec<Line<'static>> {
    let Some(service) = picture.catalogue().service(key) else { return Vec::new() };
    let found = picture.home().and_then(|space| Some((space, scaler_of(space, service, &picture.facts.namespace)?)));
    let Some((space, scaler)) = found else {
        if service.replicas.fixed {
            return vec![Line::dim("one replica, always: it keeps state that two would not share")];
        }
        if let Some(why) = picture.why_empty(Kind::Scalers, &picture.facts.namespace) {
            return vec![Line::from(Span::sign(Sign::Unknown)).and(format!(" {why}"))];
        }
        let path = format!("services.{}.autoscaling.enabled", service.values_key);
        let mut lines = vec![Line::from("no autoscaler; ").and(Span::new(path).tone(Tone::Accent)).and(" makes one")];
        if let Some(off) = service.flag.as_ref().and_then(|flag| picture.facts.flag_off(flag)) {
            lines.push(Line::dim(format!("the service itself is off: {off}")));
        }
        return lines;
    };
    let last = scaler.scaled.map_or_else(|| "has never scaled".into(), |at| format!("scaled {} ago", since(at, now)));
    let why = reason(space, scaler).map(|event| format!(": {}", event.message)).unwrap_or_default();
    let gauges = scaler.gauges.iter().map(|g| {
        let number = |n: Option<u32>| n.map_or_else(|| "–".into(), |n| format!("{n}%"));
        format!("{} {} of {}", g.name, number(g.now), number(g.target))
    });
    vec![
        Line::from(Span::new(scaler.name.to_string()).strong()).and(format!("  {last}{why}")),
        Line::from(gauges.collect::<Vec<_>>().join(", ")),
        Line::from(Span::new("replicas ").tone(Tone::Dim)).and(curve(space, scaler, now)),
    ]
}

fn reason<'s>(space: &'s Space, scaler: &Scaler) -> Option<&'s Happening> {
    let about = space.events.values().filter(|e| e.object == scaler.name && &*e.reason == "SuccessfulRescale");
    about.max_by_key(|event| event.last)
}

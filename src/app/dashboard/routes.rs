//! Routes of the gateway with the health of what is behind them, and a tester that answers as the gateway would.

use super::entry::{Entry, Target, sign, state};
use super::picture::Picture;
use crate::app::view::{Column, Line, Sign, Span, Tone};
use crate::observe::Standing;
use crate::platform::routing::{RequestPath, Router, Verdict};
use crate::platform::{Protocol, Route};

/// The columns.
pub fn columns() -> Vec<Column<'static>> {
    vec![
        Column::fill("pattern", 30),
        Column::fixed("protocol", 15).rank(3),
        Column::fixed("leads to", 24).rank(1),
        Column::fixed("backend", 13),
    ]
}

/// The rows, in the order in which the gateway looks.
pub fn entries(picture: &Picture) -> Vec<Entry> {
    let mut routes: Vec<(usize, &Route)> = picture.catalogue().routes.iter().enumerate().collect();
    routes.sort_by_key(|(at, route)| (route.order, *at));
    routes.into_iter().map(|(_, route)| row(picture, route)).collect()
}

fn row(picture: &Picture, route: &Route) -> Entry {
    let protocols = route.protocols.iter().map(|p: &Protocol| p.as_str()).collect::<Vec<_>>().join(", ");
    let flags = picture.facts.flag_state(picture.catalogue());
    let off = route.flag.as_deref().filter(|flag| picture.facts.known && !flags.is_on(flag));
    let (to, backend, target, trouble) = match (&route.target, off) {
        (_, Some(flag)) => {
            let key = picture.catalogue().flag(flag).map_or(flag, |flag| flag.key());
            (Line::dim(format!("flag {key}")), Line::from(Span::sign(Sign::Off)).and(" off, 404"), Target::None, false)
        }
        (crate::platform::Target::Service(name), None) => match standing(picture, name) {
            Some(standing) => (
                Line::from(name.clone()),
                state(&standing.verdict),
                Target::Service(standing.index),
                standing.verdict.health.is_trouble(),
            ),
            None => (Line::from(name.clone()), Line::blank(), Target::None, false),
        },
        (crate::platform::Target::Workload(workload), None) => {
            (Line::from(format!("{}:{}", workload.host, workload.port)), Line::dim("by name"), Target::None, false)
        }
        (crate::platform::Target::NotFound(reason), None) => {
            (Line::dim(reason.clone()), Line::dim("404"), Target::None, false)
        }
    };
    let cells = vec![Line::from(route.pattern.clone()), Line::dim(protocols), to, backend];
    let mut entry = Entry::new(route.pattern.as_str(), cells).about(target);
    entry.trouble = trouble;
    entry
}

fn standing<'p>(picture: &'p Picture, service: &str) -> Option<&'p Standing> {
    picture.services.iter().find(|standing| picture.catalogue().services[standing.index].name == service)
}

/// What the gateway does with a path, in lines.
pub fn test(picture: &Picture, path: &str) -> Vec<Line<'static>> {
    let path = match RequestPath::parse(path) {
        Ok(path) => path,
        Err(error) => return vec![Line::toned(error.to_string(), Tone::Warning)],
    };
    let flags = picture.facts.flag_state(picture.catalogue());
    let answer = Router::new(picture.catalogue()).ok().and_then(|router| router.answer(&path, &flags));
    let Some(answer) = answer else { return vec![Line::toned("no route matches", Tone::Warning)] };
    let arrow = || Line::from(Span::sign(Sign::Leads)).and(" ");
    let mut lines =
        vec![Line::from(answer.path.clone()).and(Span::new(format!("  by {}", answer.pattern)).tone(Tone::Dim))];
    match &answer.verdict {
        Verdict::Service { service, address } => {
            let mut line = arrow().and(format!("{service} at {address}"));
            if let Some(standing) = standing(picture, service) {
                line = line.and("  ").and(Span::sign(sign(standing.verdict.health)));
                line = line.and(format!(" {} {}", standing.verdict.word, standing.verdict.cause));
            }
            lines.push(line);
        }
        Verdict::Workload { address } => lines.push(arrow().and(address.clone())),
        Verdict::FlagOff { values_path, service, .. } => lines
            .push(arrow().and(Span::new("404").tone(Tone::Warning)).and(format!(": {service} is off, {values_path}"))),
        Verdict::NotFound { reason, likely_owners } => {
            lines.push(arrow().and(Span::new("404").tone(Tone::Warning)).and(format!(": {reason}")));
            if !likely_owners.is_empty() {
                lines.push(Line::dim(format!("probably meant for {}", likely_owners.join(" or "))));
            }
        }
    }
    lines.extend(answer.notes.iter().map(|note| Line::dim(note.clone())));
    if !picture.facts.known {
        lines.push(Line::dim("judged with default flags: the release has not been read"));
    }
    lines
}

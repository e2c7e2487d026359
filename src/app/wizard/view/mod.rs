//! What the wizard shows, composed of the blocks that every screen is made of.

mod explain;
mod flags;
mod form;
mod over;
mod review;
mod scaling;
mod start;

use super::model::Obstacle;
use super::sections::Stop;
use super::{Wizard, browse::FORM};
use crate::app::moment::Moment;
use crate::app::view::{Column, Id, Keep, Line, Pane, Parts, Row, Side, Sign, Span, Split, Table, Tone};

pub use explain::{flag_lines, wave_lines};
pub use review::{findings as review_findings, len as review_len};

/// Name of the pane with the stops.
const MAP: Id = Id("wizard-map");

/// The width of the map.
const MAP_WIDTH: i16 = 19;

/// The screen.
pub fn wizard<'a>(wizard: &'a Wizard, moment: &Moment<'_>) -> Parts<'a> {
    let obstacles = wizard.model.obstacles();
    let body = match wizard.over.last() {
        Some(over) if over::covers(over) => over::pane(wizard, over, moment),
        _ => content(wizard, moment),
    };
    // The flags need the whole width of a small terminal.
    let alone = wizard.stop.is("features") && moment.size.width < 110 && !wizard.on_map;
    let body = if alone {
        body
    } else {
        let keep = Keep { below: 64, side: if wizard.on_map { Side::Left } else { Side::Right } };
        Pane::from(Split { left: map(wizard), right: body, at: MAP_WIDTH, keep })
    };
    Parts {
        place: place(wizard),
        notice: notice(wizard, &obstacles),
        brief: notice(wizard, &obstacles),
        explain: explain::lines(wizard),
        ..Parts::new(Line::blank(), body)
    }
}

fn place(wizard: &Wizard) -> Line<'_> {
    let mut line = Line::from("install");
    match &wizard.found {
        None => line = line.and(Span::new(" · not connected").tone(Tone::Warning)),
        Some(found) => {
            let place = &found.place;
            line = line.and(" · ").and(place.context.as_str()).and(" · ").and(place.namespace.as_str());
        }
    }
    line
}

fn notice<'a>(wizard: &Wizard, obstacles: &[Obstacle<'_>]) -> Line<'a> {
    let open = obstacles.iter().filter(|obstacle| is_open(wizard, obstacle)).count();
    let wrong = obstacles.len() - open;
    let waves = wizard.model.waves.as_ref().map_or(0, Vec::len);
    let words = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    match (wrong, open) {
        (0, 0) if waves > 1 => format!("{waves} waves planned").into(),
        (0, 0) => Line::from(Span::sign(Sign::Ready)).and(" can be installed"),
        (0, open) => Line::toned(format!("{} open", words(open, "question", "questions")), Tone::Warning),
        (wrong, 0) => Line::toned(words(wrong, "problem", "problems"), Tone::Bad),
        (wrong, open) => Line::toned(format!("{}, {open} open", words(wrong, "problem", "problems")), Tone::Bad),
    }
}

/// Whether the obstacle is a question that nobody has answered yet, and not something that is wrong.
fn is_open(wizard: &Wizard, obstacle: &Obstacle<'_>) -> bool {
    let field = obstacle.field().and_then(|id| wizard.model.spec.field(id));
    match obstacle {
        Obstacle::Untyped(_) => true,
        Obstacle::Finding(_) => field.is_some_and(|field| {
            wizard.model.requires(&field.id) && wizard.model.value(field).0.is_none()
        }),
    }
}

/// The map of stops with how each stands.
fn map(wizard: &Wizard) -> Pane<'_> {
    let stops: Vec<(Line<'static>, Line<'static>)> = Stop::all().map(|stop| stop_cells(wizard, stop)).collect();
    let columns = vec![Column::fixed("", 1), Column::fill("", 10), Column::fixed("", 2).right()];
    let titles: Vec<&'static str> = Stop::all().map(Stop::title).collect();
    let here = wizard.stop.position();
    let row = move |at: usize| {
        let (sign, count) = stops.get(at).cloned().unwrap_or_default();
        let mut title = Span::new(titles.get(at).copied().unwrap_or_default());
        if at == here {
            title = title.strong();
        }
        Row::Cells(vec![sign, title.into(), count])
    };
    let len = Stop::all().count();
    Table::new(MAP, columns, len, row).selected(here, 0).bare().focused(wizard.on_map).into()
}

fn stop_cells(wizard: &Wizard, stop: Stop) -> (Line<'static>, Line<'static>) {
    let obstacles = stop.obstacles(&wizard.model);
    let wrong = obstacles.iter().any(|obstacle| !is_open(wizard, obstacle));
    let count = |tone: Tone| match obstacles.len() {
        0 => Line::blank(),
        count => Line::toned(count.to_string(), tone),
    };
    let visited = wizard.visited.contains(&stop);
    match (obstacles.is_empty(), wrong, visited) {
        (true, _, _) if stop == Stop::Review => (Line::blank(), Line::blank()),
        (true, _, true) => (Span::sign(Sign::Ready).into(), Line::blank()),
        (true, _, false) => (Span::sign(Sign::Off).into(), Line::blank()),
        (false, true, _) => (Span::sign(Sign::Failed).into(), count(Tone::Bad)),
        (false, false, _) => (Span::sign(Sign::Unknown).into(), count(Tone::Warning)),
    }
}

fn content<'a>(wizard: &'a Wizard, moment: &Moment<'_>) -> Pane<'a> {
    match wizard.stop {
        Stop::Cluster => start::pane(wizard),
        Stop::Review => review::pane(wizard, moment),
        stop if stop.is("features") => flags::pane(wizard, moment),
        stop if stop.is("autoscaling") => scaling::pane(wizard, moment),
        _ => form::pane(wizard, moment),
    }
}

/// The first row of the pane of questions, as it was shown last.
fn first(moment: &Moment<'_>) -> usize {
    moment.shown(FORM).first
}

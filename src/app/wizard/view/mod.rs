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
pub use review::{findings as review_findings, len as review_len, text as review_text};

/// Name of the pane with the stops.
const MAP: Id = Id("wizard-map");

/// The width of the map.
const MAP_WIDTH: i16 = 21;

/// The screen.
pub fn wizard<'a>(wizard: &'a Wizard, moment: &Moment<'_>) -> Parts<'a> {
    let obstacles = wizard.model.obstacles();
    let body = match wizard.over.last() {
        Some(over) if over::covers(over) => over::pane(wizard, over, moment),
        _ => content(wizard, moment),
    };
    // The wide tables need the whole width of a small terminal.
    let wide = wizard.stop.is("features") || wizard.stop.is("autoscaling");
    let alone = wide && moment.size.width < 110 && !wizard.on_map;
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
        Obstacle::Finding(_) => {
            field.is_some_and(|field| wizard.model.requires(&field.id) && wizard.model.value(field).0.is_none())
        }
    }
}

/// The map of stops with how each stands.
fn map(wizard: &Wizard) -> Pane<'_> {
    let stops: Vec<Line<'static>> = Stop::all().map(|stop| stop_line(wizard, stop)).collect();
    let len = stops.len();
    let row = move |at: usize| Row::Cells(vec![stops.get(at).cloned().unwrap_or_default()]);
    let here = wizard.stop.position();
    Table::new(MAP, vec![Column::fill("", 10)], len, row).selected(here, 0).bare().focused(wizard.on_map).into()
}

fn stop_line(wizard: &Wizard, stop: Stop) -> Line<'static> {
    let obstacles = stop.obstacles(&wizard.model);
    let wrong = obstacles.iter().any(|obstacle| !is_open(wizard, obstacle));
    let visited = wizard.visited.contains(&stop);
    let sign = match (obstacles.is_empty(), wrong, visited) {
        (true, _, _) if stop == Stop::Review => Span::new(" "),
        (true, _, true) => Span::sign(Sign::Ready),
        (true, _, false) => Span::sign(Sign::Off),
        (false, true, _) => Span::sign(Sign::Failed),
        (false, false, _) => Span::sign(Sign::Unknown),
    };
    let title = Span::new(stop.title());
    let title = if stop == wizard.stop { title.strong() } else { title };
    let line = Line::from(sign.clone()).and(" ").and(title);
    match obstacles.len() {
        0 => line,
        count => line.and(Span::new(format!(" {count}")).tone(sign.tone)),
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

/// The width of a text beside a name, in the pane at the right of the map.
pub fn room(moment: &Moment<'_>) -> usize {
    usize::from(moment.size.width).saturating_sub(MAP_WIDTH as usize + 20)
}

//! Panes in their places.

use ratatui::layout::Rect;

use super::{draw_tabs, editor, form, lines, log, table};
use crate::app::view::{Extent, FormRow, Line, Pane, Part, Side, Split};
use crate::tui::canvas::{Canvas, cut_top};
use crate::tui::wrap;

/// Draws a pane into an area.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, pane: Pane<'_>) {
    if area.width == 0 || area.height == 0 {
        return;
    }
    match pane {
        Pane::Blank => {}
        Pane::Lines(pane) => lines::draw(canvas, area, pane),
        Pane::Table(pane) => table::draw(canvas, area, pane),
        Pane::Form(pane) => form::draw(canvas, area, pane),
        Pane::Log(pane) => log::draw(canvas, area, pane),
        Pane::Editor(pane) => editor::draw(canvas, area, pane),
        Pane::Tabs(tabs) => draw_tabs(canvas, Rect { height: 1, ..area }, &tabs),
        Pane::Stack(parts) => stack(canvas, area, parts),
        Pane::Split(pane) => split(canvas, area, *pane),
    }
}

/// How many lines a pane would like to have at this width; counted no further than `most`.
fn wanted(pane: &Pane<'_>, width: u16, most: u16) -> u16 {
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX).min(most);
    match pane {
        Pane::Blank => 0,
        Pane::Lines(pane) if pane.wrap => {
            let mut used = 0u16;
            for at in pane.first..pane.len {
                used = used.saturating_add(wrap::height(&(pane.line)(at), width));
                if used >= most {
                    return most;
                }
            }
            used
        }
        Pane::Lines(pane) => rows(pane.len.saturating_sub(pane.first)),
        Pane::Table(pane) => rows(pane.len.max(1) + usize::from(pane.headings)),
        Pane::Form(pane) => {
            let row = |row: &FormRow<'_>| match row {
                FormRow::Field(field) => {
                    1 + field.under.iter().map(|line| wrap::height(line, width.saturating_sub(6))).sum::<u16>()
                }
                FormRow::Note(line) => wrap::height(line, width.saturating_sub(4)),
                FormRow::Heading(_) | FormRow::Gap => 1,
            };
            rows(pane.rows.iter().map(|r| usize::from(row(r))).sum())
        }
        Pane::Log(pane) => rows(pane.len.max(1) + 1),
        Pane::Editor(pane) => rows(pane.len.max(1)),
        Pane::Tabs(_) => 1.min(most),
        Pane::Stack(parts) => {
            let part = |part: &Part<'_>| {
                let inner = match part.extent {
                    Extent::Lines(lines) => lines,
                    Extent::Fit(limit) => wanted(&part.pane, width, limit),
                    Extent::Fill(_) => wanted(&part.pane, width, most),
                };
                usize::from(inner) + usize::from(part.rule.is_some())
            };
            rows(parts.iter().map(part).sum())
        }
        Pane::Split(pane) => wanted(&pane.left, width / 2, most).max(wanted(&pane.right, width / 2, most)),
    }
}

fn stack(canvas: &mut Canvas<'_>, area: Rect, mut parts: Vec<Part<'_>>) {
    let need = |part: &Part<'_>| {
        let inner = match part.extent {
            Extent::Lines(lines) => lines,
            Extent::Fit(limit) => wanted(&part.pane, area.width, limit.min(area.height)),
            // Less than three rows of something long are of no use.
            Extent::Fill(_) => wanted(&part.pane, area.width, 3),
        };
        inner + u16::from(part.rule.is_some() && inner > 0)
    };
    let mut needs: Vec<u16> = parts.iter().map(need).collect();
    while needs.iter().map(|n| u32::from(*n)).sum::<u32>() > u32::from(area.height) {
        let droppable = parts.iter().enumerate().filter(|(_, part)| part.rank > 0);
        let Some((at, _)) = droppable.max_by_key(|(at, part)| (part.rank, *at)) else { break };
        parts.remove(at);
        needs.remove(at);
    }
    let fills: u32 =
        parts.iter().map(|part| if let Extent::Fill(weight) = part.extent { weight.into() } else { 0 }).sum();
    let fixed: u16 = parts
        .iter()
        .zip(&needs)
        .filter(|(part, _)| !matches!(part.extent, Extent::Fill(_)))
        .map(|(_, need)| *need)
        .fold(0, u16::saturating_add);
    let left = u32::from(area.height.saturating_sub(fixed));
    let mut rest = area;
    let (mut shared, mut weights) = (0, 0);
    for (part, need) in parts.into_iter().zip(needs) {
        let lines = match part.extent {
            Extent::Fill(weight) => {
                weights += u32::from(weight);
                let upto = (left * weights).checked_div(fills).unwrap_or(0);
                let mine = upto - shared;
                shared = upto;
                mine as u16
            }
            _ => need,
        };
        let (mut place, below) = cut_top(rest, lines);
        rest = below;
        if place.height == 0 {
            continue;
        }
        if let Some(title) = &part.rule {
            let (rule, inner) = cut_top(place, 1);
            canvas.rule(rule, title);
            place = inner;
        }
        draw(canvas, place, part.pane);
    }
}

fn split(canvas: &mut Canvas<'_>, area: Rect, split: Split<'_>) {
    if area.width < split.keep.below {
        let kept = match split.keep.side {
            Side::Left => split.left,
            Side::Right => split.right,
        };
        return draw(canvas, area, kept);
    }
    let left = match split.at {
        0 => area.width / 2,
        at if at > 0 => (at as u16).min(area.width.saturating_sub(3)),
        at => area.width.saturating_sub(at.unsigned_abs() + 1),
    };
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    draw(canvas, Rect { width: left, ..area }, split.left);
    canvas.divider(Rect { width: 1, ..right });
    draw(canvas, Rect { x: right.x + 1, width: right.width.saturating_sub(1), ..right }, split.right);
}

/// Draws a text in the place of rows that do not exist.
pub fn nothing(canvas: &mut Canvas<'_>, area: Rect, empty: &Line<'_>) {
    let inner = Rect { x: area.x + 3.min(area.width), width: area.width.saturating_sub(4), ..area };
    lines::wrapped(canvas, inner, vec![empty.clone()]);
}

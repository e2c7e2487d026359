//! A frame: one line on top, one at the bottom, the screen between them, and what lies over it.

mod editor;
mod form;
mod lines;
mod log;
mod pane;
mod table;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::canvas::{Canvas, cut_bottom, cut_top};
use super::theme::Theme;
use super::wrap::{height, wrap};
use crate::app::view::{Hint, Id, Line, Overlay, Parts, Screen, Shown, Span, Tabs, Tone};

/// Below this size there is room for one line of state only.
const TINY: (u16, u16) = (40, 10);

/// From this width on, explanations stand beside the body.
const WIDE: u16 = 120;

/// Below this height there are no explanations.
const LOW: u16 = 16;

/// What was drawn.
#[derive(Debug, Default)]
pub struct Report {
    /// What was shown of each pane.
    pub shown: Vec<(Id, Shown)>,
    /// Where the text cursor belongs; nowhere, when nothing is typed.
    pub caret: Option<(u16, u16)>,
}

/// Draws a frame into empty cells.
pub fn draw(screen: Screen<'_>, theme: Theme, buffer: &mut Buffer) -> Report {
    let area = *buffer.area();
    let mut canvas = Canvas { buffer, theme, turn: screen.turn, shown: Vec::new(), caret: None };
    if area.width < TINY.0 || area.height < TINY.1 {
        brief(&mut canvas, area, &screen);
    } else {
        let Screen { parts, message, hints, overlay, .. } = screen;
        whole(&mut canvas, area, parts, message, &hints);
        if let Some(overlay) = overlay {
            // A text cursor below a window is not shown.
            canvas.caret = None;
            window(&mut canvas, area, overlay);
        }
    }
    let Canvas { shown, caret, .. } = canvas;
    Report { shown, caret }
}

/// The state in one line, and what the keys are waiting for.
fn brief(canvas: &mut Canvas<'_>, area: Rect, screen: &Screen<'_>) {
    let said = match (&screen.overlay, &screen.message) {
        (Some(overlay), _) => overlay.title.clone(),
        (None, Some(message)) => message.clone(),
        (None, None) => screen.parts.brief.clone(),
    };
    let (first, rest) = cut_top(area, 1);
    canvas.line(first, &Line::from(Span::new("iomctl").strong()).and(" ").and(screen.parts.notice.text()));
    let rows = wrap(said, rest.width.max(1));
    for (y, row) in rows.iter().take(usize::from(rest.height)).enumerate() {
        canvas.line(Rect { y: rest.y + y as u16, height: 1, ..rest }, row);
    }
}

fn whole(canvas: &mut Canvas<'_>, area: Rect, parts: Parts<'_>, message: Option<Line<'_>>, hints: &[Hint]) {
    let (top, rest) = cut_top(area, 1);
    header(canvas, top, &parts);
    let rest = match &parts.tabs {
        Some(tabs) => {
            let (row, rest) = cut_top(rest, 1);
            draw_tabs(canvas, row, tabs);
            rest
        }
        None => rest,
    };
    let (rule, rest) = cut_top(rest, 1);
    canvas.rule(rule, &Line::blank());
    let (rest, bottom) = cut_bottom(rest, 1);
    match message {
        Some(message) => {
            canvas.line(bottom, &Line::from(" ").and(Span::new(message.text()).tone(Tone::Accent)));
        }
        None => footer(canvas, bottom, hints),
    }
    let (rest, rule) = cut_bottom(rest, 1);
    canvas.rule(rule, &Line::blank());
    let body = explained(canvas, rest, parts.explain);
    pane::draw(canvas, body, parts.body);
}

/// Puts the explanation beside or below the body; what is left for the body.
fn explained(canvas: &mut Canvas<'_>, area: Rect, explain: Vec<Line<'_>>) -> Rect {
    if explain.is_empty() || area.height + 4 < LOW {
        return area;
    }
    let below = area.width.saturating_sub(2);
    let wanted: u16 = explain.iter().map(|line| height(line, below)).sum();
    // Two lines are not worth a column of their own.
    if area.width >= WIDE && wanted > 2 {
        let width = area.width * 2 / 5;
        let side = Rect { x: area.x + area.width - width, width, ..area };
        canvas.divider(Rect { width: 1, ..side });
        let inner = Rect { x: side.x + 2, width: width - 3, ..side };
        lines::wrapped(canvas, inner, explain);
        return Rect { width: area.width - width, ..area };
    }
    let (body, foot) = cut_bottom(area, wanted.min(area.height / 3).max(1) + 1);
    let (rule, text) = cut_top(foot, 1);
    canvas.rule(rule, &Line::blank());
    lines::wrapped(canvas, Rect { x: text.x + 1, width: below, ..text }, explain);
    body
}

fn header(canvas: &mut Canvas<'_>, area: Rect, parts: &Parts<'_>) {
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let used = canvas.right(area, &parts.notice);
    let room = Rect { width: area.width.saturating_sub(used + u16::from(used > 0) * 2), ..area };
    let mut line = Line::from(Span::new("iomctl").strong()).and("  ");
    line.spans.extend(parts.place.spans.iter().cloned());
    canvas.line(room, &line);
}

fn footer(canvas: &mut Canvas<'_>, area: Rect, hints: &[Hint]) {
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let wide = |hint: &Hint| hint.key.len() + hint.word.chars().count() + 4;
    let room = usize::from(area.width) + 3;
    // The last hint leads to all keys: it stays when others have no room.
    let Some((last, others)) = hints.split_last() else { return };
    let mut line = Line::blank();
    let mut used = wide(last);
    let fitting = others.iter().take_while(|hint| {
        used += wide(hint);
        used <= room
    });
    for hint in fitting.chain([last]) {
        if !line.spans.is_empty() {
            line = line.and("   ");
        }
        line = line.and(Span::new(hint.key.clone()).tone(Tone::Accent)).and(" ").and(hint.word);
    }
    canvas.line(area, &line);
}

/// The row of tabs; the chosen one stands out and is always seen.
fn draw_tabs(canvas: &mut Canvas<'_>, area: Rect, tabs: &Tabs<'_>) {
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let named: Vec<Line<'_>> = tabs
        .names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let chosen = at == tabs.chosen;
            let mut line = Line::blank();
            if tabs.digits {
                line = line.and(Span::new(format!("{} ", at + 1)).tone(Tone::Dim));
            } else if chosen {
                line = line.and(Span::sign(crate::app::view::Sign::Cursor)).and(" ");
            }
            for span in &name.spans {
                let tone = if chosen && span.tone == Tone::Normal { Tone::Accent } else { span.tone };
                let mut span = span.clone().tone(tone);
                span.strong |= chosen;
                line.spans.push(span);
            }
            line
        })
        .collect();
    let widths: Vec<usize> = named.iter().map(|line| line.width() + 2).collect();
    let mut from = 0;
    while from < tabs.chosen
        && widths[from..=tabs.chosen.min(widths.len() - 1)].iter().sum::<usize>() > area.width.into()
    {
        from += 1;
    }
    let mut x = 0;
    for line in named.iter().skip(from) {
        if x >= area.width {
            break;
        }
        x += canvas.line(Rect { x: area.x + x, width: area.width - x, ..area }, line) + 2;
    }
}

fn window(canvas: &mut Canvas<'_>, area: Rect, overlay: Overlay<'_>) {
    let small = area.width < 80 || area.height < 24;
    let (margin_x, margin_y) = if small { (0, 0) } else { (4, 2) };
    let width = (overlay.size.0 + 4).min(area.width - margin_x);
    let height = (overlay.size.1 + 2).min(area.height - margin_y);
    let place = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    canvas.clear(place);
    canvas.frame(place, &overlay.title);
    let inner =
        Rect { x: place.x + 2, y: place.y + 1, width: width.saturating_sub(4), height: height.saturating_sub(2) };
    pane::draw(canvas, inner, overlay.body);
}

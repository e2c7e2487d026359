//! A log, with its place and what lies below in its last row.

use ratatui::layout::Rect;

use super::pane;
use crate::app::view::{Line, Log, Scroll, Sign, Span, Tone};
use crate::tui::canvas::{Canvas, cut_bottom};
use crate::tui::wrap::wrap;

/// Draws a log.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, log: Log<'_>) {
    let (body, bottom) = if area.height >= 3 { cut_bottom(area, 1) } else { (area, Rect { height: 0, ..area }) };
    let inner = Rect { x: body.x + 1.min(body.width), width: body.width.saturating_sub(2), ..body };
    if log.len == 0 {
        pane::nothing(canvas, Rect { height: 1, ..body }, &log.empty);
        canvas.tell(log.id, 0, body.height);
        return;
    }
    let (first, end) = if log.wrap { wrapped(canvas, inner, &log) } else { cut(canvas, inner, &log) };
    canvas.tell(log.id, first, body.height);
    status(canvas, bottom, &log, end);
}

/// Long lines are cut.
fn cut(canvas: &mut Canvas<'_>, area: Rect, log: &Log<'_>) -> (usize, usize) {
    let rows = usize::from(area.height);
    let last = log.len.saturating_sub(rows);
    let first = match log.scroll {
        Scroll::Follow => last,
        Scroll::At(at) => at.min(log.len.saturating_sub(1)),
    };
    let end = (first + rows).min(log.len);
    for (y, at) in (first..end).enumerate() {
        canvas.line(Rect { y: area.y + y as u16, height: 1, ..area }, &(log.line)(at));
    }
    (first, end)
}

/// Long lines go on in the next row. Only lines that are seen are wrapped.
fn wrapped(canvas: &mut Canvas<'_>, area: Rect, log: &Log<'_>) -> (usize, usize) {
    let rows = usize::from(area.height);
    let mut seen: Vec<Vec<Line<'_>>> = Vec::new();
    let mut used = 0;
    let (first, end) = match log.scroll {
        Scroll::Follow => {
            let mut first = log.len;
            while first > 0 && used < rows {
                first -= 1;
                let lines = wrap((log.line)(first), area.width);
                used += lines.len();
                seen.push(lines);
            }
            seen.reverse();
            (first, log.len)
        }
        Scroll::At(at) => {
            let first = at.min(log.len.saturating_sub(1));
            let mut end = first;
            while end < log.len && used < rows {
                let lines = wrap((log.line)(end), area.width);
                used += lines.len();
                seen.push(lines);
                end += 1;
            }
            (first, end)
        }
    };
    let skipped = if log.scroll == Scroll::Follow { used.saturating_sub(rows) } else { 0 };
    for (y, line) in seen.iter().flatten().skip(skipped).take(rows).enumerate() {
        canvas.line(Rect { y: area.y + y as u16, height: 1, ..area }, line);
    }
    (first, end)
}

fn status(canvas: &mut Canvas<'_>, area: Rect, log: &Log<'_>, end: usize) {
    if area.height == 0 {
        return;
    }
    let area = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area };
    let below = match log.scroll {
        Scroll::Follow => "following".to_string(),
        Scroll::At(_) if end < log.len => format!("{} below", log.len - end),
        Scroll::At(_) => "end, standing still".to_string(),
    };
    let place = Line::from(Span::sign(Sign::Below).tone(Tone::Dim)).and(Span::new(format!(" {below}")).tone(Tone::Dim));
    let used = canvas.right(area, &place);
    canvas.line(Rect { width: area.width.saturating_sub(used + 2), ..area }, &log.status);
}

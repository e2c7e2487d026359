//! Text.

use ratatui::layout::Rect;

use crate::app::view::{Line, Lines};
use crate::tui::canvas::Canvas;
use crate::tui::wrap::wrap;

/// Draws text from its first line on.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, pane: Lines<'_>) {
    let first = match pane.id {
        // What can be scrolled is not scrolled past its end.
        Some(_) if !pane.wrap => pane.first.min(pane.len.saturating_sub(usize::from(area.height))),
        _ => pane.first,
    };
    let mut y = 0;
    for at in first..pane.len {
        if y >= area.height {
            break;
        }
        let line = (pane.line)(at);
        let rows = if pane.wrap { wrap(line, area.width) } else { vec![line] };
        for row in &rows {
            if y < area.height {
                canvas.line(Rect { y: area.y + y, height: 1, ..area }, row);
                y += 1;
            }
        }
    }
    if let Some(id) = pane.id {
        canvas.tell(id, first, area.height);
    }
}

/// Draws wrapped lines.
pub fn wrapped(canvas: &mut Canvas<'_>, area: Rect, lines: Vec<Line<'_>>) {
    draw(canvas, area, Lines::new(lines));
}

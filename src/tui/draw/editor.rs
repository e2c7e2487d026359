//! Text while it is edited, scrolled so that the caret is seen.

use ratatui::layout::Rect;

use super::form::skip_columns;
use super::table::first;
use crate::app::view::{Editor, Line, Span, Tone};
use crate::tui::canvas::Canvas;

/// Draws an editor.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, editor: Editor<'_>) {
    let rows = usize::from(area.height);
    let (row, column) = editor.caret;
    // The caret stands in the middle when it is not near an end.
    let first = first(row.saturating_sub(rows / 2), Some(row), editor.len.max(row + 1), rows);
    canvas.tell(editor.id, first, area.height);
    let gutter = if editor.numbers { editor.len.max(1).ilog10() as u16 + 3 } else { 1 };
    let inner = Rect { x: area.x + gutter.min(area.width), width: area.width.saturating_sub(gutter + 1), ..area };
    let from = column.saturating_sub(usize::from(inner.width.saturating_sub(1)));
    for (y, at) in (first..(first + rows).min(editor.len)).enumerate() {
        let place = Rect { y: area.y + y as u16, height: 1, ..area };
        if editor.numbers {
            let number = Span::new(format!("{:>width$} ", at + 1, width = usize::from(gutter) - 1)).tone(Tone::Dim);
            canvas.line(Rect { width: gutter.min(area.width), ..place }, &number.into());
        }
        let line = (editor.line)(at);
        let line = if from == 0 { line } else { Line::from(skip_columns(&line.text(), from)) };
        canvas.line(Rect { x: inner.x, width: inner.width, ..place }, &line);
    }
    if inner.width > 0 && row >= first && row < first + rows {
        let x = inner.x + ((column - from) as u16).min(inner.width - 1);
        canvas.caret = Some((x, area.y + (row - first) as u16));
    }
}

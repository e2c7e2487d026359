//! Rows under columns. Only rows that are seen are asked for.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::pane;
use crate::app::view::{Align, Column, Line, Row, Sign, Span, Table, Tone, Width};
use crate::tui::canvas::{Canvas, cut_top};

/// In front of a row: whether there is more, the cursor, a space.
const GUTTER: u16 = 3;

/// Between columns.
const GAP: u16 = 2;

/// Draws a table.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, table: Table<'_>) {
    let inner = Rect { x: area.x + GUTTER.min(area.width), width: area.width.saturating_sub(GUTTER + 1), ..area };
    let widths = fit(&table.columns, inner.width);
    let mut body = area;
    if table.headings && area.height > 1 {
        let (row, rest) = cut_top(area, 1);
        body = rest;
        let titles = table.columns.iter().map(|column| Line::dim(column.title)).collect();
        cells(canvas, Rect { y: row.y, height: 1, ..inner }, &table.columns, &widths, titles, Style::new());
    }
    let rows = usize::from(body.height);
    let first = first(table.first, table.selected, table.len, rows);
    canvas.tell(table.id, first, body.height);
    if table.len == 0 {
        return pane::nothing(canvas, body, &table.empty);
    }
    let end = (first + rows).min(table.len);
    for (y, at) in (first..end).enumerate() {
        let place = Rect { y: body.y + y as u16, height: 1, ..inner };
        let gutter = Rect { x: area.x, width: GUTTER.min(area.width), ..place };
        let selected = table.selected == Some(at);
        let patch = if selected && table.focused { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
        if selected {
            let tone = if table.focused { Tone::Accent } else { Tone::Dim };
            canvas.line(gutter, &Line::from(" ").and(Span::sign(Sign::Cursor).tone(tone)));
        }
        if at == first && first > 0 {
            canvas.line(gutter, &Span::sign(Sign::Above).tone(Tone::Dim).into());
        } else if at + 1 == end && end < table.len {
            canvas.line(gutter, &Span::sign(Sign::Below).tone(Tone::Dim).into());
        }
        match (table.row)(at) {
            Row::Cells(line) => cells(canvas, place, &table.columns, &widths, line, patch),
            Row::Wide(line) => {
                canvas.styled(place, &line, patch);
            }
        }
    }
}

/// The first row to show: as wished, moved as little as needed to show the selected one.
pub fn first(wished: usize, selected: Option<usize>, len: usize, rows: usize) -> usize {
    let most = len.saturating_sub(rows);
    let first = wished.min(most);
    match selected.map(|selected| selected.min(len.saturating_sub(1))) {
        Some(selected) if selected < first => selected,
        Some(selected) if rows > 0 && selected >= first + rows => selected + 1 - rows,
        _ => first,
    }
}

fn cells(
    canvas: &mut Canvas<'_>,
    area: Rect,
    columns: &[Column<'_>],
    widths: &[Option<u16>],
    cells: Vec<Line<'_>>,
    patch: Style,
) {
    let mut x = 0;
    for ((column, width), cell) in columns.iter().zip(widths).zip(cells) {
        let Some(width) = width else { continue };
        let place = Rect { x: area.x + x, width: (*width).min(area.width.saturating_sub(x)), ..area };
        if column.align == Align::Right {
            let shift = place.width.saturating_sub(cell.width() as u16);
            canvas.styled(Rect { x: place.x + shift, width: place.width - shift, ..place }, &cell, patch);
        } else {
            canvas.styled(place, &cell, patch);
        }
        x += width + GAP;
    }
}

/// The width of each column; none for those that have no room.
fn fit(columns: &[Column<'_>], width: u16) -> Vec<Option<u16>> {
    let least = |column: &Column<'_>| match column.width {
        Width::Fixed(width) => width,
        Width::Fill { least, .. } => least,
    };
    let mut kept: Vec<bool> = vec![true; columns.len()];
    let used = |kept: &[bool]| -> u32 {
        let shown = columns.iter().zip(kept).filter(|(_, kept)| **kept);
        shown.map(|(column, _)| u32::from(least(column) + GAP)).sum::<u32>().saturating_sub(GAP.into())
    };
    while used(&kept) > u32::from(width) {
        let droppable = columns.iter().enumerate().filter(|(at, column)| kept[*at] && column.rank > 0);
        let Some((at, _)) = droppable.max_by_key(|(at, column)| (column.rank, *at)) else { break };
        kept[at] = false;
    }
    let mut left = u32::from(width).saturating_sub(used(&kept));
    let weight = |column: &Column<'_>| match column.width {
        Width::Fill { weight, .. } => u32::from(weight),
        Width::Fixed(_) => 0,
    };
    let mut weights: u32 = columns.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(column, _)| weight(column)).sum();
    columns
        .iter()
        .zip(&kept)
        .map(|(column, kept)| {
            kept.then(|| {
                let mine = (left * weight(column)).checked_div(weights).unwrap_or(0);
                left -= mine;
                weights -= weight(column);
                least(column) + mine as u16
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_without_room_go_by_rank_and_the_rest_is_shared() {
        let columns = [
            Column::fill("name", 10),
            Column::fixed("a", 5).rank(1),
            Column::fixed("b", 5).rank(2),
            Column::fill("c", 4),
        ];
        assert_eq!(fit(&columns, 40), [Some(15), Some(5), Some(5), Some(9)]);
        assert_eq!(fit(&columns, 25), [Some(11), Some(5), None, Some(5)]);
        assert_eq!(fit(&columns, 12), [Some(10), None, None, Some(4)], "what never goes is cut");
    }

    #[test]
    fn the_window_moves_as_little_as_needed() {
        assert_eq!(first(0, Some(3), 100, 10), 0);
        assert_eq!(first(0, Some(10), 100, 10), 1);
        assert_eq!(first(50, Some(20), 100, 10), 20);
        assert_eq!(first(95, None, 100, 10), 90);
        assert_eq!(first(7, Some(3), 0, 0), 0);
    }
}

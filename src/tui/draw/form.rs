//! Questions and answers.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::app::view::{Field, Form, FormRow, Line, Sign, Span, Tone};
use crate::tui::canvas::Canvas;
use crate::tui::wrap::{height, wrap};

/// In front of a row: cursor, sign, space.
const GUTTER: u16 = 3;

/// Draws a form.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, form: Form<'_>) {
    let width = area.width;
    let heights: Vec<u16> = form.rows.iter().map(|row| rows(row, width)).collect();
    let first = first(&heights, form.first, form.selected, area.height);
    canvas.tell(form.id, first, area.height);
    let mut y = area.y;
    for (at, row) in form.rows.iter().enumerate().skip(first) {
        if y >= area.bottom() {
            break;
        }
        let place = Rect { y, height: (area.bottom() - y).min(heights[at]), ..area };
        draw_row(canvas, place, row, form.labels, (form.selected == Some(at), form.focused));
        y += heights[at];
    }
}

/// The first row to show, so that the selected one is seen with what is below it, and the window is full.
fn first(heights: &[u16], wished: usize, selected: Option<usize>, lines: u16) -> usize {
    let sum = |from: usize, to: usize| -> u32 { heights[from..to].iter().map(|h| u32::from(*h)).sum() };
    let lines = u32::from(lines);
    let mut first = wished.min(heights.len().saturating_sub(1));
    while first > 0 && sum(first - 1, heights.len()) <= lines {
        first -= 1;
    }
    let Some(selected) = selected.filter(|at| *at < heights.len()) else { return first };
    first = first.min(selected);
    while first < selected && sum(first, selected + 1) > lines {
        first += 1;
    }
    first
}

fn rows(row: &FormRow<'_>, width: u16) -> u16 {
    match row {
        FormRow::Field(field) => 1 + field.under.iter().map(|line| height(line, under(width))).sum::<u16>(),
        FormRow::Note(line) => height(line, width.saturating_sub(GUTTER + 1)),
        FormRow::Heading(_) | FormRow::Gap => 1,
    }
}

/// The width of lines below an answer.
fn under(width: u16) -> u16 {
    width.saturating_sub(GUTTER + 3)
}

fn draw_row(canvas: &mut Canvas<'_>, area: Rect, row: &FormRow<'_>, labels: u16, (selected, focused): (bool, bool)) {
    let gutter = Rect { width: GUTTER.min(area.width), height: 1, ..area };
    let inner = Rect { x: area.x + gutter.width, width: area.width.saturating_sub(GUTTER + 1), ..area };
    let top = Rect { height: 1, ..inner };
    let tone = if focused { Tone::Accent } else { Tone::Dim };
    let mut front = if selected { Line::from(Span::sign(Sign::Cursor).tone(tone)) } else { Line::from(" ") };
    match row {
        FormRow::Gap => {}
        FormRow::Heading(line) => {
            let title: Line<'_> = line.spans.iter().cloned().map(Span::strong).collect();
            canvas.rule(Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area }, &title);
            if selected {
                canvas.line(gutter, &front);
            }
        }
        FormRow::Note(line) => {
            canvas.line(gutter, &front);
            text(canvas, inner, std::slice::from_ref(line));
        }
        FormRow::Field(field) => {
            if let Some(sign) = field.sign {
                front = front.and(Span::sign(sign));
            }
            canvas.line(gutter, &front);
            let patch = if selected && focused { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
            draw_field(canvas, top, field, labels, patch);
            let below = Rect {
                x: area.x + GUTTER + 2,
                width: under(area.width),
                y: area.y + 1,
                height: area.height.saturating_sub(1),
            };
            text(canvas, below, &field.under);
        }
    }
}

fn draw_field(canvas: &mut Canvas<'_>, area: Rect, field: &Field<'_>, labels: u16, patch: Style) {
    let label = Rect { width: labels.min(area.width), ..area };
    canvas.styled(label, &Line::from(field.label.as_ref()), patch);
    let mut value = Rect { x: area.x + label.width + 1, width: area.width.saturating_sub(label.width + 1), ..area };
    let aside = field.aside.width() as u16;
    if aside > 0 && field.value.width() as u16 + aside + 2 <= value.width {
        canvas.right(value, &field.aside);
        value.width -= aside + 2;
    }
    let Some(caret) = field.caret else {
        canvas.line(value, &field.value);
        return;
    };
    // While it is edited, the part around the caret is shown.
    let room = usize::from(value.width.saturating_sub(1));
    let from = caret.saturating_sub(room);
    let visible: String = skip_columns(&field.value.text(), from);
    let mut style = field.value.spans.first().map_or(Style::new(), |s| canvas.theme.style(s.tone, s.strong, s.mark));
    style = style.add_modifier(Modifier::UNDERLINED);
    canvas.styled(value, &Line::from(visible), style);
    if value.width > 0 {
        canvas.caret = Some((value.x + ((caret - from) as u16).min(value.width - 1), value.y));
    }
}

/// The text without its first columns.
pub fn skip_columns(text: &str, columns: usize) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    use unicode_width::UnicodeWidthStr;
    let mut left = columns;
    text.graphemes(true)
        .skip_while(|grapheme| {
            let skip = left > 0;
            left = left.saturating_sub(grapheme.width());
            skip
        })
        .collect()
}

fn text(canvas: &mut Canvas<'_>, area: Rect, lines: &[Line<'_>]) {
    let rows = lines.iter().flat_map(|line| wrap(line.clone(), area.width.max(1)));
    for (y, row) in rows.take(usize::from(area.height)).enumerate() {
        canvas.line(Rect { y: area.y + y as u16, height: 1, ..area }, &row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_row_is_seen_with_what_is_below_it() {
        let heights = [1, 1, 4, 1, 3, 1];
        assert_eq!(first(&heights, 0, Some(0), 6), 0);
        assert_eq!(first(&heights, 0, Some(4), 6), 3, "row 4 needs three lines");
        assert_eq!(first(&heights, 5, Some(5), 20), 0, "the window is full");
        assert_eq!(first(&heights, 0, Some(2), 2), 2, "higher than the window: from its top");
        assert_eq!(first(&[], 3, Some(1), 4), 0);
    }
}

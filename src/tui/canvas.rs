//! Where things are drawn: cells, a theme, and what has to be told afterwards.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::theme::Theme;
use crate::app::view::{Content, Id, Line, Mark, Shown, Span, Tone};

/// Cells that are drawn on.
pub struct Canvas<'c> {
    pub buffer: &'c mut Buffer,
    pub theme: Theme,
    /// Counts on while something runs.
    pub turn: usize,
    pub shown: Vec<(Id, Shown)>,
    pub caret: Option<(u16, u16)>,
}

impl Canvas<'_> {
    /// Notes what was shown of a pane.
    pub fn tell(&mut self, id: Id, first: usize, height: u16) {
        self.shown.push((id, Shown { first, height: usize::from(height) }));
    }

    /// Draws a line into the first row of an area; the columns it took. What does not fit is cut.
    pub fn line(&mut self, area: Rect, line: &Line<'_>) -> u16 {
        self.styled(area, line, Style::new())
    }

    /// As [`Canvas::line`], every span patched with a style.
    pub fn styled(&mut self, area: Rect, line: &Line<'_>, patch: Style) -> u16 {
        let mut x = 0;
        for span in &line.spans {
            if x >= area.width || area.height == 0 {
                break;
            }
            let rest = Rect { x: area.x + x, width: area.width - x, ..area };
            x += self.span(rest, span, patch);
        }
        x
    }

    /// Draws a line that ends at the right edge; the columns it took.
    pub fn right(&mut self, area: Rect, line: &Line<'_>) -> u16 {
        let width = (line.width() as u16).min(area.width);
        let place = Rect { x: area.x + area.width - width, width, ..area };
        self.line(place, line)
    }

    fn span(&mut self, area: Rect, span: &Span<'_>, patch: Style) -> u16 {
        let style = self.theme.style(span.tone, span.strong, span.mark).patch(patch);
        match &span.content {
            Content::Text(text) => self.text(area, text, style),
            Content::Sign(sign) => {
                let symbol = self.theme.sign(*sign, self.turn);
                self.text(area, symbol, style)
            }
            Content::Bar { filled, width } => {
                let width = (*width).min(area.width);
                let full = (u32::from(*filled) * u32::from(width)).div_ceil(1000).min(width.into()) as u16;
                let (on, off) = self.theme.bar();
                let faint = self.theme.style(Tone::Dim, false, Mark::None).patch(patch);
                for x in 0..width {
                    let (symbol, style) = if x < full { (on, style) } else { (off, faint) };
                    self.cell(area.x + x, area.y, symbol, style);
                }
                width
            }
            Content::Curve(points) => {
                let width = (points.len() as u16).min(area.width);
                // The newest points stand at the right.
                let from = points.len() - usize::from(width);
                for (x, point) in points[from..].iter().enumerate() {
                    self.cell(area.x + x as u16, area.y, self.theme.point(*point), style);
                }
                width
            }
        }
    }

    fn text(&mut self, area: Rect, text: &str, style: Style) -> u16 {
        let mut x = 0;
        for grapheme in text.graphemes(true) {
            if grapheme.chars().any(char::is_control) {
                continue;
            }
            let width = grapheme.width() as u16;
            if width == 0 {
                continue;
            }
            if x + width > area.width {
                break;
            }
            if self.theme.ascii && !grapheme.is_ascii() {
                let c = grapheme.chars().next().map_or('?', |c| self.theme.char(c));
                (0..width).for_each(|n| self.cell(area.x + x + n, area.y, c.encode_utf8(&mut [0; 4]), style));
            } else {
                self.cell(area.x + x, area.y, grapheme, style);
                // The second column of a wide character belongs to it.
                (1..width).for_each(|n| self.cell(area.x + x + n, area.y, "", style));
            }
            x += width;
        }
        x
    }

    fn cell(&mut self, x: u16, y: u16, symbol: &str, style: Style) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.set_symbol(symbol).set_style(style);
        }
    }

    /// A rule over the width, with a title when there is one.
    pub fn rule(&mut self, area: Rect, title: &Line<'_>) {
        let style = self.theme.style(Tone::Dim, false, Mark::None);
        for x in 0..area.width {
            self.cell(area.x + x, area.y, self.theme.rule(), style);
        }
        if title.width() > 0 && area.width > 6 {
            let place = Rect { x: area.x + 2, width: area.width - 3, ..area };
            let text = title.text();
            let mut spaced = if text.starts_with(' ') { Line::blank() } else { Line::from(" ") };
            spaced.spans.extend(title.spans.iter().cloned());
            self.line(place, &if text.ends_with(' ') { spaced } else { spaced.and(" ") });
        }
    }

    /// A line from top to bottom in the first column of an area.
    pub fn divider(&mut self, area: Rect) {
        let style = self.theme.style(Tone::Dim, false, Mark::None);
        for y in 0..area.height {
            self.cell(area.x, area.y + y, self.theme.divider(), style);
        }
    }

    /// Empties an area.
    pub fn clear(&mut self, area: Rect) {
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// The frame of a window.
    pub fn frame(&mut self, area: Rect, title: &Line<'_>) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let style = self.theme.style(Tone::Dim, false, Mark::None);
        let [top_left, top_right, bottom_left, bottom_right] = self.theme.corners();
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        self.rule(Rect { height: 1, ..area }, &title.spans.iter().cloned().map(Span::strong).collect());
        self.rule(Rect { y: bottom, height: 1, ..area }, &Line::blank());
        let sides = Rect { y: area.y + 1, height: area.height - 2, ..area };
        self.divider(sides);
        self.divider(Rect { x: right, ..sides });
        for (x, y, corner) in [
            (area.x, area.y, top_left),
            (right, area.y, top_right),
            (area.x, bottom, bottom_left),
            (right, bottom, bottom_right),
        ] {
            self.cell(x, y, corner, style);
        }
    }
}

/// The first `lines` rows of an area, and the rest.
pub fn cut_top(area: Rect, lines: u16) -> (Rect, Rect) {
    let lines = lines.min(area.height);
    (Rect { height: lines, ..area }, Rect { y: area.y + lines, height: area.height - lines, ..area })
}

/// An area without its last `lines` rows, and those.
pub fn cut_bottom(area: Rect, lines: u16) -> (Rect, Rect) {
    let (rest, cut) = cut_top(area, area.height - lines.min(area.height));
    (rest, cut)
}

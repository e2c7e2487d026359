//! For tests: frames as text, with their styles below.

mod picture;

pub use picture::picture;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::{Colours, Report, Theme, draw};
use crate::app::Size;
use crate::app::view::Screen;

/// The sizes every screen is looked at in.
pub const SIZES: [Size; 3] =
    [Size { width: 80, height: 24 }, Size { width: 120, height: 40 }, Size { width: 200, height: 50 }];

/// The themes, with a short name for each.
pub const THEMES: [(&str, Theme); 3] = [
    ("colour", Theme { colours: Colours::Own, ascii: false }),
    ("mono", Theme { colours: Colours::None, ascii: false }),
    ("ascii", Theme { colours: Colours::Own, ascii: true }),
];

/// The cells of a frame.
pub fn cells(screen: Screen<'_>, theme: Theme, size: Size) -> (Buffer, Report) {
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.width, size.height));
    let report = draw(screen, theme, &mut buffer);
    (buffer, report)
}

/// A frame as text.
pub fn text(screen: Screen<'_>, theme: Theme, size: Size) -> String {
    let (buffer, _) = cells(screen, theme, size);
    rows(&buffer).join("\n")
}

/// A frame as text, and below it one letter per cell that does not look ordinary: `d`im, `b`old, `c`yan, `y`ellow,
/// `r`ed, capital when bold too; `#` marked. Rows without such cells are left out.
pub fn styled(screen: Screen<'_>, theme: Theme, size: Size) -> String {
    let (buffer, _) = cells(screen, theme, size);
    let mut text = rows(&buffer).join("\n");
    text.push_str("\n== styles\n");
    for y in 0..buffer.area.height {
        let row: String = (0..buffer.area.width).map(|x| letter(&buffer, x, y)).collect();
        if !row.trim().is_empty() {
            text.push_str(&format!("{y:>2} {}\n", row.trim_end()));
        }
    }
    text
}

fn rows(buffer: &Buffer) -> Vec<String> {
    (0..buffer.area.height)
        .map(|y| {
            let row: String = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect();
            row.trim_end().to_string()
        })
        .collect()
}

fn letter(buffer: &Buffer, x: u16, y: u16) -> char {
    let cell = &buffer[(x, y)];
    if cell.modifier.contains(Modifier::REVERSED) {
        return '#';
    }
    let bold = cell.modifier.contains(Modifier::BOLD);
    let letter = match cell.fg {
        Color::Cyan => 'c',
        Color::Yellow => 'y',
        Color::Red => 'r',
        _ if cell.modifier.contains(Modifier::DIM) => 'd',
        _ if bold => 'b',
        _ => ' ',
    };
    if bold { letter.to_ascii_uppercase() } else { letter }
}

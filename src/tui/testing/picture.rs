//! Pictures for the documentation, made from real frames: what the emitter writes, read by a terminal emulator, as SVG.
//! A picture that is not current fails the test that makes it.

use std::fmt::Write as _;
use std::path::Path;

use super::{Colours, Theme, cells};
use crate::app::Size;
use crate::app::view::Screen;
use crate::tui::Emitter;

/// Width and height of a cell.
const CELL: (f32, f32) = (8.4, 18.0);

/// Around the screen.
const MARGIN: f32 = 12.0;

/// Makes `docs/pictures/NAME.svg`, or compares it. `IOMCTL_WRITE_PICTURES` writes it.
pub fn picture(name: &str, screen: Screen<'_>, size: Size) {
    let (buffer, report) = cells(screen, Theme { colours: Colours::Own, ascii: false }, size);
    let mut terminal = vt100::Parser::new(size.height, size.width, 0);
    terminal.process(&Emitter::new().frame(buffer, report.caret));
    let svg = svg(terminal.screen());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures").join(format!("{name}.svg"));
    if std::env::var_os("IOMCTL_WRITE_PICTURES").is_some() {
        std::fs::write(&path, &svg).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == svg,
        "docs/pictures/{name}.svg is not current: IOMCTL_WRITE_PICTURES=1 cargo test --lib picture"
    );
}

/// A screen as SVG: one text per run of cells that look alike.
pub fn svg(screen: &vt100::Screen) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (f32::from(columns) * CELL.0 + 2.0 * MARGIN, f32::from(rows) * CELL.1 + 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-monospace, \
         'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#16181d\"/>\n"
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let Some(look) = look(screen, row, column) else {
                column += 1;
                continue;
            };
            let from = column;
            let mut text = String::new();
            while column < columns && self::look(screen, row, column) == Some(look) {
                let cell = screen.cell(row, column).map(|cell| cell.contents().to_string()).unwrap_or_default();
                text.push_str(if cell.is_empty() { " " } else { &cell });
                column += 1;
            }
            run(&mut svg, (row, from, column), &text, look);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Colour, bold, dim, marked.
type Look = (&'static str, bool, bool, bool);

/// How a cell looks; nothing when there is nothing to see.
fn look(screen: &vt100::Screen, row: u16, column: u16) -> Option<Look> {
    let cell = screen.cell(row, column)?;
    let seen = !cell.contents().trim().is_empty() || cell.inverse();
    let colour = match cell.fgcolor() {
        vt100::Color::Idx(1) => "#f07178",
        vt100::Color::Idx(3) => "#e6b450",
        vt100::Color::Idx(6) => "#5ccfe6",
        _ => "#d8dee9",
    };
    seen.then_some((colour, cell.bold(), cell.dim(), cell.inverse()))
}

fn run(svg: &mut String, (row, from, to): (u16, u16, u16), text: &str, (colour, bold, dim, marked): Look) {
    let x = MARGIN + f32::from(from) * CELL.0;
    let y = MARGIN + f32::from(row) * CELL.1;
    let wide = f32::from(to - from) * CELL.0;
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut style = String::new();
    if bold {
        style.push_str(" font-weight=\"bold\"");
    }
    if dim {
        style.push_str(" opacity=\"0.6\"");
    }
    let fill = if marked { "#16181d" } else { colour };
    if marked {
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{}\" fill=\"{colour}\"/>",
            CELL.1
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{wide:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{fill}\"{style} \
         xml:space=\"preserve\">{text}</text>",
        y + 13.5
    );
}

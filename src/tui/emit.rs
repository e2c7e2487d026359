//! From two grids of cells to the fewest bytes that turn one into the other.
//!
//! ratatui's own backend moves the cursor absolutely before every run and resets every attribute after it; over a slow
//! line these bytes are the latency. Here runs are joined where the gap between them is cheaper to write than to jump
//! over, the end of a row is cleared with one sequence, attributes change by what differs, and rows that only moved
//! are moved by the terminal ([`super::scrolled`]).

use std::io::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::scrolled;

/// Frames longer than this are shown at once by terminals that know how (DEC mode 2026).
const LONG: usize = 128;

/// Knows what stands on the terminal.
#[derive(Debug)]
pub struct Emitter {
    before: Buffer,
    known: bool,
    caret: Option<(u16, u16)>,
}

impl Default for Emitter {
    fn default() -> Emitter {
        Emitter::new()
    }
}

impl Emitter {
    /// Nothing is known of the terminal, except that the cursor is hidden.
    pub fn new() -> Emitter {
        Emitter { before: Buffer::empty(Rect::ZERO), known: false, caret: None }
    }

    /// The terminal may show anything: the next frame is drawn whole.
    pub fn forget(&mut self) {
        self.known = false;
        self.caret = None;
    }

    /// The bytes that make the terminal show `next`; none when it does already.
    pub fn frame(&mut self, next: Buffer, caret: Option<(u16, u16)>) -> Vec<u8> {
        let mut pen = Pen::default();
        if !self.known || self.before.area != next.area {
            self.before = Buffer::empty(next.area);
            pen.out.extend_from_slice(b"\x1b[0m\x1b[2J");
            self.known = true;
        } else if let Some(scroll) = scrolled::find(&self.before, &next) {
            scroll.emit(&mut pen.out);
            scroll.apply(&mut self.before);
        }
        for y in 0..next.area.height {
            row(&mut pen, &self.before, &next, y);
        }
        self.before = next;
        pen.style(Style::PLAIN);
        match caret {
            Some((x, y)) if caret != self.caret || !pen.out.is_empty() => {
                pen.go(x, y);
                if self.caret.is_none() {
                    pen.out.extend_from_slice(b"\x1b[?25h");
                }
            }
            None if self.caret.is_some() => pen.out.extend_from_slice(b"\x1b[?25l"),
            _ => {}
        }
        self.caret = caret;
        if pen.out.len() <= LONG {
            return pen.out;
        }
        [b"\x1b[?2026h".as_slice(), &pen.out, b"\x1b[?2026l"].concat()
    }
}

/// Writes what changed in a row.
fn row(pen: &mut Pen, before: &Buffer, next: &Buffer, y: u16) {
    let width = next.area.width;
    let changed = |x: u16| before[(x, y)] != next[(x, y)];
    let blank = |cell: &Cell| cell.symbol() == " " && Style::of(cell) == Style::PLAIN;
    // Behind the last thing to be seen, one sequence clears what was there before.
    let end = (0..width).rev().find(|x| !blank(&next[(*x, y)])).map_or(0, |x| x + 1);
    let stale = (end..width).filter(|x| changed(*x)).count();
    let upto = if stale > 3 { end } else { width };
    let mut x = 0;
    while x < upto {
        let cell = &next[(x, y)];
        let wide = (cell.symbol().width() as u16).max(1);
        // A wide character is written again when anything under it changed.
        if (x..(x + wide).min(width)).any(changed) && !cell.symbol().is_empty() {
            pen.bridge(next, x, y);
            pen.go(x, y);
            pen.put(cell, x, width);
        }
        x += wide;
    }
    if stale > 3 {
        pen.style(Style::PLAIN);
        pen.go(end, y);
        pen.out.extend_from_slice(b"\x1b[K");
    }
}

/// The attributes of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Style {
    const PLAIN: Style = Style { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    fn of(cell: &Cell) -> Style {
        Style { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Its parameters, after everything was reset.
    fn parameters(self) -> Vec<u8> {
        let mut codes: Vec<u8> =
            MODIFIERS.iter().filter(|(m, ..)| self.modifier.contains(*m)).map(|(_, on, _)| *on).collect();
        codes.extend(colour(self.fg).map(|c| c + 30));
        codes.extend(colour(self.bg).map(|c| c + 40));
        codes
    }

    /// The parameters that lead there from another style.
    fn difference(self, from: Style) -> Vec<u8> {
        let mut codes = Vec::new();
        let mut kept = from.modifier;
        for (modifier, _, off) in MODIFIERS {
            if kept.contains(*modifier) && !self.modifier.contains(*modifier) {
                if !codes.contains(off) {
                    codes.push(*off);
                }
                // Bold and dim are switched off together.
                kept -= MODIFIERS.iter().filter(|(_, _, o)| o == off).fold(Modifier::empty(), |all, (m, ..)| all | *m);
            }
        }
        codes.extend(
            MODIFIERS.iter().filter(|(m, ..)| self.modifier.contains(*m) && !kept.contains(*m)).map(|(_, on, _)| *on),
        );
        if self.fg != from.fg {
            codes.push(colour(self.fg).map_or(39, |c| c + 30));
        }
        if self.bg != from.bg {
            codes.push(colour(self.bg).map_or(49, |c| c + 40));
        }
        codes
    }
}

const MODIFIERS: &[(Modifier, u8, u8)] =
    &[(Modifier::BOLD, 1, 22), (Modifier::DIM, 2, 22), (Modifier::UNDERLINED, 4, 24), (Modifier::REVERSED, 7, 27)];

/// The terminal's own colours; the theme uses no others.
fn colour(colour: Color) -> Option<u8> {
    match colour {
        Color::Black => Some(0),
        Color::Red => Some(1),
        Color::Green => Some(2),
        Color::Yellow => Some(3),
        Color::Blue => Some(4),
        Color::Magenta => Some(5),
        Color::Cyan => Some(6),
        Color::Gray => Some(7),
        _ => None,
    }
}

/// Where the terminal writes next, and how.
struct Pen {
    out: Vec<u8>,
    /// Unknown at first, and after the last column of a row.
    at: Option<(u16, u16)>,
    style: Style,
}

impl Default for Pen {
    fn default() -> Pen {
        Pen { out: Vec::new(), at: None, style: Style::PLAIN }
    }
}

impl Pen {
    fn style(&mut self, style: Style) {
        if style == self.style {
            return;
        }
        let difference = sequence(&style.difference(self.style));
        let anew = match style.parameters() {
            codes if codes.is_empty() => b"\x1b[0m".to_vec(),
            codes => sequence(&[&[0], codes.as_slice()].concat()),
        };
        self.out.extend(if difference.len() <= anew.len() { difference } else { anew });
        self.style = style;
    }

    fn go(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        let mut jump = Vec::new();
        match self.at {
            Some((at, row)) if row == y && x > at => {
                let by = x - at;
                let _ = if by == 1 { write!(jump, "\x1b[C") } else { write!(jump, "\x1b[{by}C") };
            }
            Some((_, row)) if row + 1 == y && x == 0 => jump.extend_from_slice(b"\r\n"),
            _ => {
                let _ = match (x, y) {
                    (0, 0) => write!(jump, "\x1b[H"),
                    (0, y) => write!(jump, "\x1b[{}H", y + 1),
                    (x, y) => write!(jump, "\x1b[{};{}H", y + 1, x + 1),
                };
            }
        }
        self.out.extend(jump);
        self.at = Some((x, y));
    }

    /// Writes the cells up to `x` again where that is shorter than to jump over them.
    fn bridge(&mut self, next: &Buffer, x: u16, y: u16) {
        let Some((at, row)) = self.at else { return };
        if row != y || x <= at || x - at > 4 {
            return;
        }
        let between = || (at..x).map(|x| &next[(x, y)]);
        let same = between().all(|cell| Style::of(cell) == self.style && cell.symbol().width() == 1);
        let bytes: usize = between().map(|cell| cell.symbol().len()).sum();
        if same && bytes <= 4 {
            between().for_each(|cell| self.out.extend_from_slice(cell.symbol().as_bytes()));
            self.at = Some((x, y));
        }
    }

    fn put(&mut self, cell: &Cell, x: u16, width: u16) {
        self.style(Style::of(cell));
        self.out.extend_from_slice(cell.symbol().as_bytes());
        let after = x + (cell.symbol().width() as u16).max(1);
        // In the last column terminals differ on where the cursor stands.
        self.at = self.at.filter(|_| after < width).map(|(_, y)| (after, y));
    }
}

fn sequence(codes: &[u8]) -> Vec<u8> {
    let codes: Vec<String> = codes.iter().map(u8::to_string).collect();
    format!("\x1b[{}m", codes.join(";")).into_bytes()
}

#[cfg(test)]
#[path = "emit_tests.rs"]
mod tests;

//! Rows that only moved: the terminal can move them itself. A log that goes on by a line costs that line, not the
//! whole pane.

use std::hash::{DefaultHasher, Hasher};
use std::io::Write as _;

use ratatui::buffer::{Buffer, Cell};

/// So many rows must be saved, or it is not worth its sequences.
const LEAST: usize = 3;

/// A region of whole rows whose content moved up.
#[derive(Debug, PartialEq, Eq)]
pub struct Scroll {
    top: u16,
    /// The last row of the region.
    bottom: u16,
    by: u16,
}

/// The region that saves most, if one saves enough.
pub fn find(before: &Buffer, next: &Buffer) -> Option<Scroll> {
    let differ = before.content.chunks(width(before)).zip(next.content.chunks(width(next))).filter(|(a, b)| a != b);
    if differ.count() < LEAST {
        return None;
    }
    let (old, new) = (hashes(before), hashes(next));
    let blank = hash(&vec![Cell::default(); usize::from(next.area.width)]);
    let height = new.len();
    let mut best: Option<(usize, Scroll)> = None;
    for by in 1..height {
        let mut top = 0;
        while top + by < height {
            let run = (top..height - by).take_while(|y| new[*y] == old[y + by]).count();
            let saved = (top..top + run).filter(|y| new[*y] != old[*y] && new[*y] != blank).count();
            if saved >= LEAST && best.as_ref().is_none_or(|(most, _)| saved > *most) {
                let scroll = Scroll { top: top as u16, bottom: (top + run - 1 + by) as u16, by: by as u16 };
                best = Some((saved, scroll));
            }
            top += run + 1;
        }
    }
    best.map(|(_, scroll)| scroll)
}

impl Scroll {
    /// The sequences: a region, the cursor in its last row, as many line feeds, no region.
    pub fn emit(&self, out: &mut Vec<u8>) {
        let _ = write!(out, "\x1b[{};{}r\x1b[{}H", self.top + 1, self.bottom + 1, self.bottom + 1);
        out.extend(std::iter::repeat_n(b'\n', self.by.into()));
        out.extend_from_slice(b"\x1b[r");
    }

    /// The same on cells.
    pub fn apply(&self, buffer: &mut Buffer) {
        let width = usize::from(buffer.area.width);
        let row = |y: u16| usize::from(y) * width;
        let (from, to, end) = (row(self.top + self.by), row(self.top), row(self.bottom + 1));
        let moved = buffer.content[from..end].to_vec();
        let freed = to + moved.len();
        buffer.content[to..freed].clone_from_slice(&moved);
        buffer.content[freed..end].fill(Cell::default());
    }
}

fn width(buffer: &Buffer) -> usize {
    usize::from(buffer.area.width).max(1)
}

fn hashes(buffer: &Buffer) -> Vec<u64> {
    buffer.content.chunks(width(buffer)).map(hash).collect()
}

/// Of what is written only: rows that differ in nothing but colour seldom move, and hashing is most of a frame's work.
fn hash(row: &[Cell]) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.iter().for_each(|cell| hasher.write(cell.symbol().as_bytes()));
    hasher.finish()
}

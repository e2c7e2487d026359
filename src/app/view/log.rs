//! A log: long, growing, scrolled by the reader and never by the writer.

use super::{Id, Line};

/// Where a log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scroll {
    /// At its end, moving with it.
    Follow,
    /// This line is the first shown, whatever is written below.
    At(usize),
}

/// A log pane.
pub struct Log<'a> {
    /// The name under which comes back what was shown.
    pub id: Id,
    /// How many lines there are.
    pub len: usize,
    /// Gives a line.
    pub line: Box<dyn Fn(usize) -> Line<'a> + 'a>,
    /// Where it stands.
    pub scroll: Scroll,
    /// Long lines go on in the next row; otherwise they are cut.
    pub wrap: bool,
    /// What stands at the left of the last row: the search with its count, a pause, a filter.
    pub status: Line<'a>,
    /// What stands there when there is no line.
    pub empty: Line<'a>,
}

impl<'a> Log<'a> {
    /// A log that follows and cuts long lines.
    pub fn new(id: Id, len: usize, line: impl Fn(usize) -> Line<'a> + 'a) -> Log<'a> {
        Log {
            id,
            len,
            line: Box::new(line),
            scroll: Scroll::Follow,
            wrap: false,
            status: Line::blank(),
            empty: Line::blank(),
        }
    }
}

//! Rows under columns. A row is built when it is about to be drawn, not before.

use super::{Id, Line};

/// Which end of a cell keeps its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// Words.
    #[default]
    Left,
    /// Numbers that move.
    Right,
}

/// How wide a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Always so many columns.
    Fixed(u16),
    /// At least so many; what is left over is divided among these by weight.
    Fill {
        /// The least it takes.
        least: u16,
        /// Its share of what is left over.
        weight: u16,
    },
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its heading.
    pub title: &'a str,
    /// How wide.
    pub width: Width,
    /// Which end of a cell keeps its place.
    pub align: Align,
    /// When there is no room for all, the columns with the highest number go first; 0 never goes.
    pub rank: u8,
}

impl<'a> Column<'a> {
    /// A column of fixed width.
    pub fn fixed(title: &'a str, width: u16) -> Column<'a> {
        Column { title, width: Width::Fixed(width), align: Align::Left, rank: 0 }
    }

    /// A column that takes what is left over.
    pub fn fill(title: &'a str, least: u16) -> Column<'a> {
        Column { title, width: Width::Fill { least, weight: 1 }, align: Align::Left, rank: 0 }
    }

    /// Numbers: aligned to the right.
    pub fn right(mut self) -> Column<'a> {
        self.align = Align::Right;
        self
    }

    /// May be left out when there is no room; the highest rank goes first.
    pub fn rank(mut self, rank: u8) -> Column<'a> {
        self.rank = rank;
        self
    }
}

/// A row of a table; always one line high.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row<'a> {
    /// A cell for each column.
    Cells(Vec<Line<'a>>),
    /// One text over all columns: the cause under a row, a group's heading.
    Wide(Line<'a>),
}

/// A list with columns.
pub struct Table<'a> {
    /// The name under which comes back what was shown.
    pub id: Id,
    /// From left to right.
    pub columns: Vec<Column<'a>>,
    /// Whether the headings are drawn.
    pub headings: bool,
    /// How many rows there are.
    pub len: usize,
    /// Gives a row.
    pub row: Box<dyn Fn(usize) -> Row<'a> + 'a>,
    /// The row the cursor is on.
    pub selected: Option<usize>,
    /// The row that should be the first; moved as little as needed to show the selected one.
    pub first: usize,
    /// Whether keys go here. The cursor of a table without them is dim.
    pub focused: bool,
    /// What stands there when there is no row: why it is empty, what to do.
    pub empty: Line<'a>,
}

impl<'a> Table<'a> {
    /// A focused table with headings and nothing selected.
    pub fn new(id: Id, columns: Vec<Column<'a>>, len: usize, row: impl Fn(usize) -> Row<'a> + 'a) -> Table<'a> {
        Table {
            id,
            columns,
            headings: true,
            len,
            row: Box::new(row),
            selected: None,
            first: 0,
            focused: true,
            empty: Line::blank(),
        }
    }

    /// With the cursor on a row.
    pub fn selected(mut self, selected: usize, first: usize) -> Table<'a> {
        self.selected = Some(selected);
        self.first = first;
        self
    }

    /// Without headings.
    pub fn bare(mut self) -> Table<'a> {
        self.headings = false;
        self
    }

    /// Whether keys go here.
    pub fn focused(mut self, focused: bool) -> Table<'a> {
        self.focused = focused;
        self
    }

    /// What stands there when there is no row.
    pub fn or(mut self, empty: impl Into<Line<'a>>) -> Table<'a> {
        self.empty = empty.into();
        self
    }
}

//! Panes, and the two ways to put them together: under each other and beside each other.

use super::{Editor, Form, Line, Log, Table};

/// The name of a pane, by which the state learns what of it was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub &'static str);

/// What was shown of a pane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shown {
    /// The first row (line of a log, row of a table or form) that was shown.
    pub first: usize,
    /// How many rows there was room for.
    pub height: usize,
}

/// Text of known lines: an explanation, a manifest, help. Lines are built when they are drawn, unless it wraps.
pub struct Lines<'a> {
    /// The name under which comes back what was shown; needed only when it scrolls.
    pub id: Option<Id>,
    /// How many lines there are.
    pub len: usize,
    /// Gives a line.
    pub line: Box<dyn Fn(usize) -> Line<'a> + 'a>,
    /// The first line to show (before wrapping).
    pub first: usize,
    /// Long lines go on in the next row.
    pub wrap: bool,
}

impl<'a> Lines<'a> {
    /// Lines that are there already, wrapped, from the top.
    pub fn new(lines: Vec<Line<'a>>) -> Lines<'a> {
        Lines {
            id: None,
            len: lines.len(),
            line: Box::new(move |at| lines.get(at).cloned().unwrap_or_default()),
            first: 0,
            wrap: true,
        }
    }

    /// Lines that are given one by one, cut, from `first`.
    pub fn lazy(id: Id, len: usize, first: usize, line: impl Fn(usize) -> Line<'a> + 'a) -> Lines<'a> {
        Lines { id: Some(id), len, line: Box::new(line), first, wrap: false }
    }
}

/// A row of names of which one is chosen.
#[derive(Debug, Clone, Default)]
pub struct Tabs<'a> {
    /// The names, as short as possible; signs are welcome.
    pub names: Vec<Line<'a>>,
    /// The chosen one.
    pub chosen: usize,
    /// Put the digit that jumps there in front of each.
    pub digits: bool,
}

/// How much of the height (in a stack) a part takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// As many lines as its content has, and no more than this.
    Fit(u16),
    /// Exactly so many lines.
    Lines(u16),
    /// A share of what is left over.
    Fill(u16),
}

/// A part of a stack.
pub struct Part<'a> {
    /// What.
    pub pane: Pane<'a>,
    /// How high.
    pub extent: Extent,
    /// A rule above it, with a title when there is one.
    pub rule: Option<Line<'a>>,
    /// When the height is not enough for all, the parts with the highest number go first; 0 never goes.
    pub rank: u8,
}

impl<'a> Part<'a> {
    /// A part without a rule that never goes.
    pub fn new(pane: impl Into<Pane<'a>>, extent: Extent) -> Part<'a> {
        Part { pane: pane.into(), extent, rule: None, rank: 0 }
    }

    /// With a rule above it.
    pub fn ruled(mut self, title: impl Into<Line<'a>>) -> Part<'a> {
        self.rule = Some(title.into());
        self
    }

    /// May be left out when there is no room; the highest rank goes first.
    pub fn rank(mut self, rank: u8) -> Part<'a> {
        self.rank = rank;
        self
    }
}

/// One of two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// When a split shows one side only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Below this width ...
    pub below: u16,
    /// ... only this side is drawn.
    pub side: Side,
}

/// Two panes beside each other.
pub struct Split<'a> {
    /// The left pane.
    pub left: Pane<'a>,
    /// The right pane.
    pub right: Pane<'a>,
    /// The width of the left pane: columns when positive, of the right one when negative. Zero: half of it each.
    pub at: i16,
    /// When there is no room for both.
    pub keep: Keep,
}

/// A pane.
pub enum Pane<'a> {
    /// Nothing.
    Blank,
    /// Text.
    Lines(Lines<'a>),
    /// Rows under columns.
    Table(Table<'a>),
    /// Questions and answers.
    Form(Form<'a>),
    /// A log.
    Log(Log<'a>),
    /// Text while it is edited.
    Editor(Editor<'a>),
    /// Names of which one is chosen.
    Tabs(Tabs<'a>),
    /// Panes under each other.
    Stack(Vec<Part<'a>>),
    /// Panes beside each other.
    Split(Box<Split<'a>>),
}

macro_rules! panes {
    ($($block:ident),*) => {
        $(impl<'a> From<$block<'a>> for Pane<'a> {
            fn from(block: $block<'a>) -> Pane<'a> {
                Pane::$block(block)
            }
        })*
    };
}

panes!(Lines, Table, Form, Log, Editor, Tabs);

impl<'a> From<Vec<Part<'a>>> for Pane<'a> {
    fn from(parts: Vec<Part<'a>>) -> Pane<'a> {
        Pane::Stack(parts)
    }
}

impl<'a> From<Split<'a>> for Pane<'a> {
    fn from(split: Split<'a>) -> Pane<'a> {
        Pane::Split(Box::new(split))
    }
}

impl<'a> From<Vec<Line<'a>>> for Pane<'a> {
    fn from(lines: Vec<Line<'a>>) -> Pane<'a> {
        Pane::Lines(Lines::new(lines))
    }
}

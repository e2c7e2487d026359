//! Text of several lines while it is edited: a certificate, a list of tolerations.

use super::{Id, Line};

/// An editor of several lines.
pub struct Editor<'a> {
    /// The name under which comes back what was shown.
    pub id: Id,
    /// How many lines there are.
    pub len: usize,
    /// Gives a line.
    pub line: Box<dyn Fn(usize) -> Line<'a> + 'a>,
    /// Line and column of the text cursor. The pane is scrolled in both directions so that it is seen.
    pub caret: (usize, usize),
    /// Whether lines are numbered.
    pub numbers: bool,
}

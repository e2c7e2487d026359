//! Questions and answers under each other, with what is wrong below the answer it belongs to.

use std::borrow::Cow;

use super::{Id, Line, Sign};

/// A question with its answer.
#[derive(Debug, Clone, Default)]
pub struct Field<'a> {
    /// In front of the label: [`Sign::Failed`] when something is wrong with the answer.
    pub sign: Option<Sign>,
    /// The question.
    pub label: Cow<'a, str>,
    /// The answer.
    pub value: Line<'a>,
    /// At the right edge, when there is room: a key, an origin.
    pub aside: Line<'a>,
    /// Lines below: choices, what is wrong. Wrapped.
    pub under: Vec<Line<'a>>,
    /// While it is edited: the column of the text cursor in the answer.
    pub caret: Option<usize>,
}

/// A row of a form.
#[derive(Debug, Clone)]
pub enum FormRow<'a> {
    /// A question.
    Field(Field<'a>),
    /// The title of a group.
    Heading(Line<'a>),
    /// A remark over the whole width.
    Note(Line<'a>),
    /// An empty line.
    Gap,
}

/// A form.
pub struct Form<'a> {
    /// The name under which comes back what was shown (rows of the form, not lines).
    pub id: Id,
    /// From top to bottom.
    pub rows: Vec<FormRow<'a>>,
    /// The row the cursor is on.
    pub selected: Option<usize>,
    /// The row that should be the first; moved as little as needed to show the selected one with what is below it.
    pub first: usize,
    /// The width of the column of labels.
    pub labels: u16,
    /// Whether keys go here.
    pub focused: bool,
}

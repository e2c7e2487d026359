//! The frame around the panes: what stands on top, below and over them.

use super::{Line, Pane, Tabs};

/// What a screen gives. The rest of the frame (keys, messages, what lies over it) is the same for all and added by
/// [`crate::app::App::view`].
pub struct Parts<'a> {
    /// Top left: where am I. The name of the program is put in front.
    pub place: Line<'a>,
    /// Top right: how fresh, what is wrong.
    pub notice: Line<'a>,
    /// Below it, when the screen has pages.
    pub tabs: Option<Tabs<'a>>,
    /// The screen itself.
    pub body: Pane<'a>,
    /// What the thing under the cursor means: below the body, on wide terminals at its right.
    pub explain: Vec<Line<'a>>,
    /// The whole state in one line, for terminals that have room for nothing else.
    pub brief: Line<'a>,
}

impl<'a> Parts<'a> {
    /// A screen with nothing but a place and a body.
    pub fn new(place: impl Into<Line<'a>>, body: impl Into<Pane<'a>>) -> Parts<'a> {
        let place = place.into();
        Parts { brief: place.clone(), place, notice: Line::blank(), tabs: None, body: body.into(), explain: Vec::new() }
    }
}

/// A key with the word for what it does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// As it stands on the keyboard.
    pub key: String,
    /// One word, or two.
    pub word: &'static str,
}

/// Something over the screen that takes the keys until it is closed.
pub struct Overlay<'a> {
    /// What it is.
    pub title: Line<'a>,
    /// What it shows.
    pub body: Pane<'a>,
    /// Columns and lines it would like to have, without its frame. It gets what there is.
    pub size: (u16, u16),
}

/// A whole frame.
pub struct Screen<'a> {
    /// What the screen gives.
    pub parts: Parts<'a>,
    /// A message that passes: copied, saved, refused. In the place of the hints.
    pub message: Option<Line<'a>>,
    /// The keys that matter here.
    pub hints: Vec<Hint>,
    /// What lies over it.
    pub overlay: Option<Overlay<'a>>,
    /// Counts on while something runs; turns [`super::Sign::Busy`].
    pub turn: usize,
}

//! What a screen shows, as data: the small vocabulary that every screen is composed of.
//!
//! Screens know nothing of terminals, and the drawing knows nothing of screens. Between them stand these few blocks:
//! lines of spans, a handful of panes, and two ways to put panes together. A view model borrows from the state and
//! lives for one frame. Long lists are never built: a [`Table`], [`Log`] or [`Lines`] gives a row when it is asked
//! for one, and only the visible ones are.
//!
//! What was really shown comes back to the state as [`Shown`], by the [`Id`] of the pane: how many rows had room, and
//! which was the first. Page moves and "a row keeps its place" are computed from it.

mod editor;
mod form;
mod log;
mod pane;
mod parts;
mod table;
mod text;

pub use editor::Editor;
pub use form::{Field, Form, FormRow};
pub use log::{Log, Scroll};
pub use pane::{Extent, Id, Keep, Lines, Pane, Part, Shown, Side, Split, Tabs};
pub use parts::{Hint, Overlay, Parts, Screen};
pub use table::{Align, Column, Row, Table, Width};
pub use text::{Content, Line, Mark, Sign, Span, Tone, plain};

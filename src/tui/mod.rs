//! Drawing the view models, and owning the terminal while the console is open.
//!
//! ```text
//! view::Screen --draw--> cells --emit (what changed)--> bytes --Mailbox--> a thread that writes
//! ```
//!
//! Nothing is decided here: what is shown comes from [`crate::app`]. What is decided here is how it looks in the
//! terminal at hand (theme, size) and how few bytes it takes to get there.

mod canvas;
mod draw;
mod emit;
mod input;
mod mailbox;
mod schedule;
mod scrolled;
mod terminal;
mod theme;
mod wrap;

#[cfg(test)]
pub mod testing;

pub use draw::{Report, draw};
pub use emit::Emitter;
pub use input::{Happened, happened};
pub use mailbox::{Mailbox, Written};
pub use schedule::Schedule;
pub use terminal::{Terminal, clipboard, restore_in_panic};
pub use theme::{Colours, Theme};

//! The console as a pure state machine: messages in, effects out, a view model to draw.
//!
//! ```text
//! keys, terminal, cluster, operation  --Msg-->  App::update  --Effect-->  the driver (cli::console)
//!                                                App::view   --Screen-->  the drawing (tui)
//! ```
//!
//! Nothing here waits, reads a clock, opens a file or speaks to a cluster: the time comes in with every message, and
//! whatever has to be done in the world leaves as an [`Effect`] and comes back as a [`Msg`]. So every sequence of
//! events can be replayed in a test, and no slow server can hold up a key.
//!
//! A screen is a module with its own state, `act` (a key), `learn` (news of its effects), `contexts` (which keys work)
//! and `view`. [`App`] keeps the stack of screens and what lies over them; `Esc` goes back one step.

pub mod dashboard;
pub mod deploying;
pub mod keys;
pub mod logs;
pub mod view;
pub mod wizard;

mod effect;
mod found;
mod list;
mod moment;
mod msg;
mod opening;
mod overlay;
mod screen;
mod search;
mod state;
mod typing;

pub use effect::{Confirm, Effect, Go, Leave};
pub use found::{Elsewhere, Found, FoundRelease, Place, Target, Unfinished};
pub use list::List;
pub use moment::{Moment, Now, Size, age};
pub use msg::{Mouse, Msg};
pub use screen::Screen;
pub use state::{App, Start};
pub use typing::LineEdit;

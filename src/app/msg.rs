//! Everything that can happen to the console.

use super::found::Found;
use super::keys::Key;
use super::moment::Size;
use super::view::{Id, Shown};
use super::{dashboard, deploying, wizard};
use crate::problem::Problem;

/// What the mouse did, when it is used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// The wheel turned up.
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}

/// Something that happened.
#[derive(Debug)]
pub enum Msg {
    /// A key.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse.
    Mouse(Mouse),
    /// The terminal has another size.
    Resize(Size),
    /// What was shown of each pane in the frame that was just drawn.
    Shown(Vec<(Id, Shown)>),
    /// Time passed, as [`super::App::wake`] asked for.
    Tick,
    /// The cluster answered.
    Connected(Box<Found>),
    /// The cluster could not be reached.
    Unreachable(Box<Problem>),
    /// Something was done that deserves a word: copied, saved.
    Done(String),
    /// Something that was asked for could not be done.
    Refused(Box<Problem>),
    /// News for the wizard.
    Wizard(wizard::News),
    /// News of the operation.
    Deploying(deploying::News),
    /// News for the dashboard.
    Dashboard(dashboard::News),
}

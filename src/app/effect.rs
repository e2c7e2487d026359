//! Everything the console can want from the world.

use super::found::Target;
use super::view::Line;
use super::{dashboard, deploying, wizard};

/// Something to be done.
#[derive(Debug)]
pub enum Effect {
    /// Connect, and look what is there. Comes back as [`super::Msg::Connected`] or [`super::Msg::Unreachable`]. Ends
    /// whatever an earlier connection was used for, except a running operation.
    Connect(Target),
    /// Look again what is there, with the connection that stands. Comes back as [`super::Msg::Connected`].
    Look(Target),
    /// Put text into the clipboard. Comes back as [`super::Msg::Done`] or [`super::Msg::Refused`].
    Copy(String),
    /// Use the mouse here, or leave it to the terminal.
    Mouse(bool),
    /// Draw everything anew.
    Redraw,
    /// Give the terminal back to the shell until it is continued.
    Suspend,
    /// End the program.
    Quit(Leave),
    /// Something of the wizard's.
    Wizard(wizard::Order),
    /// Something of the deploying screen's.
    Deploying(deploying::Order),
    /// Something of the dashboard's.
    Dashboard(dashboard::Order),
    /// Another screen or a window. Settled by [`super::App::update`] itself: the driver never sees it.
    Go(Go),
}

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// As asked.
    Done,
    /// While an installation was under way, or after it failed: what stands is told afterwards.
    Unfinished,
}

/// Where to go, as a screen asks for it.
#[derive(Debug)]
pub enum Go {
    /// Back one step.
    Back,
    /// To the wizard: at the question with this id, when there is one.
    Wizard(Option<String>),
    /// Install, and watch it.
    Deploy(Box<deploying::Job>),
    /// To the installation that runs, or ran last.
    Attach,
    /// To the dashboard.
    Dashboard,
    /// End the program when the installation has come to rest.
    Leave,
    /// Ask before doing.
    Ask(Confirm),
    /// Say a word in the line at the bottom.
    Say(String),
}

/// A question before something that cannot be taken back.
#[derive(Debug)]
pub struct Confirm {
    /// What will be done, as a question.
    pub question: String,
    /// What it means.
    pub consequences: Vec<Line<'static>>,
    /// The name that has to be typed, when the loss cannot be undone.
    pub name: Option<String>,
    /// What is done when the answer is yes.
    pub yes: Vec<Effect>,
}

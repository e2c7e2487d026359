//! What runs, as the platform sees it.
//!
//! To be written: this is the shape that the rest of the console relies on.

use super::found::Found;
use super::keys::{Context, Input};
use super::moment::Moment;
use super::view::{Line, Pane, Parts};
use super::{Effect, Go};

/// Something that the dashboard wants from the world. The driver executes it in `cli::console::dashboard`.
#[derive(Debug)]
pub enum Order {}

/// What came of it, and what was observed.
#[derive(Debug)]
pub enum News {}

/// The dashboard.
#[derive(Debug, Default)]
pub struct Dashboard {
    found: Option<Found>,
}

impl Dashboard {
    /// A (new) connection with what was found there. Watches of an earlier connection have ended.
    pub fn found(&mut self, found: &Found) -> Vec<Effect> {
        self.found = Some(found.clone());
        Vec::new()
    }

    /// Is shown now: begin to watch, if that is not under way.
    pub fn enter(&mut self) -> Vec<Effect> {
        Vec::new()
    }

    /// A key.
    pub fn act(&mut self, input: Input, _moment: &Moment<'_>) -> Vec<Effect> {
        match input {
            Input::Action(super::keys::Action::Back) => vec![Effect::Go(Go::Back)],
            _ => Vec::new(),
        }
    }

    /// News.
    pub fn learn(&mut self, news: News, _moment: &Moment<'_>) -> Vec<Effect> {
        match news {}
    }

    /// Which keys work now, the most special context first. [`Context::Everywhere`] is added by the console.
    pub fn contexts(&self) -> Vec<Context> {
        vec![Context::Dashboard, Context::Pages, Context::List]
    }

    /// When it wants to be drawn again although nothing happened.
    pub fn wake(&self, _moment: &Moment<'_>) -> Option<std::time::Duration> {
        None
    }

    /// The screen.
    pub fn view(&self, _moment: &Moment<'_>) -> Parts<'_> {
        let place = self.found.as_ref().map(|found| &found.place);
        let release = place.map_or("", |place| place.release.as_str());
        Parts::new(Line::from(release), Pane::Blank)
    }
}

//! The questions of the one spec, section by section, and the review.
//!
//! To be written: this is the shape that the rest of the console relies on.

use super::found::Found;
use super::keys::{Context, Input};
use super::moment::Moment;
use super::view::{Line, Pane, Parts};
use super::{Effect, Go};

/// Something that the wizard wants from the world. The driver executes it in `cli::console::wizard`.
#[derive(Debug)]
pub enum Order {}

/// What came of it, and what else the wizard should know.
#[derive(Debug)]
pub enum News {}

/// The wizard.
#[derive(Debug, Default)]
pub struct Wizard {
    found: Option<Found>,
    field: Option<String>,
}

impl Wizard {
    /// What was found in the namespace: the first section shows it. Comes again after every new connection.
    pub fn found(&mut self, found: &Found) -> Vec<Effect> {
        self.found = Some(found.clone());
        Vec::new()
    }

    /// Is shown now; at the question with this id, when there is one.
    pub fn enter(&mut self, field: Option<String>) -> Vec<Effect> {
        self.field = field;
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
        vec![Context::Wizard, Context::Panes]
    }

    /// When it wants to be drawn again although nothing happened.
    pub fn wake(&self, _moment: &Moment<'_>) -> Option<std::time::Duration> {
        None
    }

    /// The screen.
    pub fn view(&self, _moment: &Moment<'_>) -> Parts<'_> {
        let namespace = self.found.as_ref().map_or("", |found| found.place.namespace.as_str());
        Parts::new(Line::from("install").and(" · namespace ").and(namespace), Pane::Blank)
    }
}

//! The questions of the one spec, section by section, and the review.
//!
//! [`Model`] holds what is said and what follows; [`Stop`] is where one stands; [`Over`] is what takes the keys when
//! an answer is given. Everything that is done here, `iomctl install --answers` does without a screen: the draft is
//! an answers file, and the job that is handed on holds nothing but answers and the secrets that were typed.

mod browse;
mod draft;
mod edit;
mod flags;
mod history;
mod model;
mod notation;
mod order;
mod over;
mod preview;
mod review;
mod scaling;
mod secrets;
mod sections;
mod start;
mod text;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use super::found::{Found, Place};
use super::keys::{Action, Context, Input};
use super::moment::Moment;
use super::view::{Line, Parts};
use super::{Effect, Go};
use crate::plan::Release;
use draft::Draft;
use flags::FlagView;
use model::Model;
use over::{Over, Pick, Window};
use review::{Page, Review};
use sections::Stop;

pub use order::{Destination, News, Order, Writing};
pub use preview::Preview;

/// The wizard.
#[derive(Debug, Default)]
pub struct Wizard {
    found: Option<Found>,
    contexts: Vec<String>,
    model: Model,
    stop: Stop,
    visited: BTreeSet<Stop>,
    /// The question under the cursor of each stop.
    cursors: BTreeMap<Stop, String>,
    /// The map of stops has the keys.
    on_map: bool,
    over: Vec<Over>,
    flags: FlagView,
    review: Review,
    /// The place whose draft was asked for.
    begun: Option<Place>,
    /// What was handed out to be kept.
    kept: Draft,
    /// The file that the answers were saved to.
    saved_to: Option<PathBuf>,
    /// The review is shown, and the cluster was looked at for it.
    reviewing: bool,
}

impl Wizard {
    /// What was found in the namespace: the first section shows it. Comes again after every new connection.
    pub fn found(&mut self, found: &Found) -> Vec<Effect> {
        self.found = Some(found.clone());
        self.model.facts.namespace = Some(found.place.namespace.clone());
        let fresh = found.release.is_none() && found.unreadable.is_none();
        self.model.facts.release = fresh.then_some(Release::Fresh);
        self.model.facts.objects = None;
        self.model.evaluate();
        self.begin()
    }

    /// Is shown now; at the question with this id, when there is one.
    pub fn enter(&mut self, field: Option<String>) -> Vec<Effect> {
        let effects = self.begin();
        if let Some(field) = field {
            self.over.clear();
            self.go_to(&field);
        }
        self.afterwards(effects)
    }

    fn begin(&mut self) -> Vec<Effect> {
        let place = self.place();
        if self.begun.as_ref() == Some(&place) {
            return Vec::new();
        }
        self.begun = Some(place.clone());
        vec![Effect::Wizard(Order::Begin(place))]
    }

    /// Where the data plane goes.
    fn place(&self) -> Place {
        self.found.as_ref().map(|found| found.place.clone()).unwrap_or_default()
    }

    /// A key.
    pub fn act(&mut self, input: Input, moment: &Moment<'_>) -> Vec<Effect> {
        let effects = match self.over.pop() {
            Some(over) => self.act_over(over, input, moment),
            None if self.flags.typing && self.stop.is("features") => {
                self.act_filter(&input);
                Vec::new()
            }
            None if self.stop == Stop::Review && self.search_review(&input) => Vec::new(),
            None => match input {
                Input::Action(action) => self.browse(action, moment),
                Input::Key(_) | Input::Paste(_) => Vec::new(),
            },
        };
        self.afterwards(effects)
    }

    fn act_over(&mut self, over: Over, input: Input, moment: &Moment<'_>) -> Vec<Effect> {
        match over {
            Over::Ask(ask) => self.act_ask(ask, input),
            Over::Text(edit) => self.act_text(edit, input),
            Over::Find(find) => self.act_find(find, input, moment),
            Over::Menu(_) | Over::Window(_) if matches!(input, Input::Action(Action::Back)) => Vec::new(),
            Over::Menu(mut menu) => match menu.act(&input, moment) {
                Some(pick) => {
                    if matches!(pick, Pick::Secret(..)) {
                        self.over.push(Over::Menu(menu));
                    }
                    self.picked(pick)
                }
                None => {
                    self.over.push(Over::Menu(menu));
                    Vec::new()
                }
            },
            Over::Window(mut window) => {
                match input {
                    Input::Action(Action::Open) => return Vec::new(),
                    Input::Action(action) => window.act(action, moment),
                    Input::Key(_) | Input::Paste(_) => {}
                }
                self.over.push(Over::Window(window));
                Vec::new()
            }
        }
    }

    fn picked(&mut self, pick: Pick) -> Vec<Effect> {
        match pick {
            Pick::Answer(field, value) => self.answer(field, value),
            Pick::Secret(field, way) => {
                let effects = self.give(field, way);
                if !matches!(self.over.last(), Some(Over::Ask(_))) {
                    self.over.clear();
                }
                effects
            }
            Pick::Preset(name) => {
                self.model.begin_with(name.as_deref());
                // On to what there is to do now.
                match self.model.obstacles().len() {
                    0 => {
                        self.stop_at(Stop::Review);
                        vec![Effect::Go(Go::Say(
                            "nothing is open: this is the review; `[` leads to the questions".into(),
                        ))]
                    }
                    open => {
                        let mut effects = self.next_problem(true);
                        let questions =
                            if open == 1 { "1 question is".into() } else { format!("{open} questions are") };
                        effects.push(Effect::Go(Go::Say(format!("{questions} open; `n` leads to the next"))));
                        effects
                    }
                }
            }
            Pick::Context(name) => self.connect(Some(name), None),
            Pick::Switch(all) => {
                let first = all.last().map(|(field, _)| field.id.clone());
                self.model.change(first.as_deref(), |draft| {
                    for (field, on) in &all {
                        draft.answers.insert(field.id.clone(), (*on).into());
                    }
                });
                Vec::new()
            }
            Pick::Nothing => Vec::new(),
        }
    }

    /// What every change is followed by: the draft is kept, the review rendered.
    fn afterwards(&mut self, mut effects: Vec<Effect>) -> Vec<Effect> {
        self.visited.insert(self.stop);
        self.keep_cursor();
        effects.extend(self.keep());
        effects.extend(self.look());
        effects.extend(self.render());
        effects
    }

    /// Looks at the cluster again when the review is opened: what was missing may be there now.
    fn look(&mut self) -> Option<Effect> {
        let before = std::mem::replace(&mut self.reviewing, self.stop == Stop::Review);
        let opened = self.reviewing && !before;
        opened.then(|| self.begun.clone().map(|place| Effect::Wizard(Order::Look(place)))).flatten()
    }

    /// Keeps the draft when something else is said than was kept last.
    fn keep(&mut self) -> Option<Effect> {
        let place = self.begun.clone()?;
        let typed = |draft: &Draft| -> Vec<String> { draft.typed.keys().cloned().collect() };
        if self.kept.is_said_like(&self.model.draft) && typed(&self.kept) == typed(&self.model.draft) {
            return None;
        }
        self.kept = self.model.draft.clone();
        let title = format!("Draft of the wizard for {} / {}.", place.context, place.namespace);
        let text = if self.kept.is_empty() { String::new() } else { self.kept.text(self.model.spec, &title) };
        Some(Effect::Wizard(Order::SaveDraft { place, text }))
    }

    /// News.
    pub fn learn(&mut self, news: News, _moment: &Moment<'_>) -> Vec<Effect> {
        let say = |words: String| vec![Effect::Go(Go::Say(words))];
        let effects = match news {
            News::Draft(place, draft) if self.begun.as_ref() == Some(&place) => match draft {
                Ok(text) => self.resume(text),
                Err(problem) => say(format!("the draft of last time cannot be read: {}", problem.what)),
            },
            News::Facts(place, facts) if self.begun.as_ref() == Some(&place) => {
                let release = facts.release.clone().or_else(|| self.model.facts.release.clone());
                let namespace = self.model.facts.namespace.clone();
                self.model.facts = crate::plan::Facts { release, namespace, ..*facts };
                self.model.evaluate();
                Vec::new()
            }
            News::Draft(..) | News::Facts(..) => Vec::new(),
            News::Presets(own) => {
                self.model.presets = crate::plan::presets().to_vec();
                self.model.presets.extend(own);
                self.model.evaluate();
                Vec::new()
            }
            News::Contexts(contexts) => {
                self.contexts = contexts;
                Vec::new()
            }
            News::NotKept(problem) => say(format!("the draft cannot be kept: {}", problem.what)),
            News::Read(path, Ok(text)) => self.import(&path.display().to_string(), &text),
            News::Read(_, Err(problem)) => self.trouble(&problem),
            News::Written(writing, Ok(path)) => {
                let words = format!("saved: {}", path.display());
                match writing.to {
                    Destination::Answers(_) => self.saved_to = Some(path),
                    Destination::Preset(name) => {
                        let preset = crate::plan::Preset::own(name, writing.text);
                        self.model.presets.retain(|known| known.name != preset.name);
                        self.model.presets.push(preset);
                        self.model.evaluate();
                    }
                }
                say(words)
            }
            News::Written(_, Err(problem)) => self.trouble(&problem),
            News::Exists(writing) => {
                let name = match &writing.to {
                    Destination::Answers(path) => path.display().to_string(),
                    Destination::Preset(name) => format!("the preset {name}"),
                };
                let again = Writing { overwrite: true, ..writing };
                vec![Effect::Go(Go::Ask(super::Confirm {
                    question: format!("Replace {name}?"),
                    consequences: vec!["It is there already; what it holds will be gone.".into()],
                    name: None,
                    yes: vec![Effect::Wizard(Order::Write(again))],
                }))]
            }
            News::Rendered(generation, preview) => {
                self.review.rendered(generation, preview);
                Vec::new()
            }
        };
        self.afterwards(effects)
    }

    /// Continues with the draft of last time. Without one, what was answered so far comes along.
    fn resume(&mut self, text: Option<String>) -> Vec<Effect> {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Vec::new() };
        let (draft, misread) = Draft::read(self.model.spec, &text, "draft");
        let mut effects = Vec::new();
        if !misread.is_empty() {
            // Somebody has edited it. What is not understood must not be written over.
            let place = self.begun.clone().unwrap_or_default();
            effects.push(Effect::Wizard(Order::SetAside(place)));
            let mut lines: Vec<Line<'static>> = misread.iter().flat_map(start::finding_lines).collect();
            lines.push("It was set aside as it is, beside the new one.".into());
            self.over.push(Over::Window(Window { title: "The draft holds what is no answer".into(), lines, first: 0 }));
        }
        if draft.is_empty() {
            return effects;
        }
        self.kept = if misread.is_empty() { draft.clone() } else { Draft::default() };
        let count = draft.answers.len();
        self.model.resume(draft);
        self.visited.clear();
        effects.push(Effect::Go(Go::Say(format!("continued where you stopped: {count} answers"))));
        effects
    }

    /// What would be lost if the program ended now.
    pub fn would_lose(&self) -> Option<String> {
        match self.model.draft.typed.len() {
            0 => None,
            1 => Some("A secret was typed; it is in memory only and will have to be typed again.".into()),
            count => {
                Some(format!("{count} secrets were typed; they are in memory only and will have to be typed again."))
            }
        }
    }

    fn trouble(&mut self, problem: &crate::problem::Problem) -> Vec<Effect> {
        let lines = problem.to_string().lines().map(|line| line.to_string().into()).collect();
        self.over.push(Over::Window(Window { title: "This did not work".into(), lines, first: 0 }));
        Vec::new()
    }

    /// Which keys work now, the most special context first. [`Context::Everywhere`] is added by the console.
    pub fn contexts(&self) -> Vec<Context> {
        if let Some(over) = self.over.last() {
            return over.contexts();
        }
        if self.flags.typing && self.stop.is("features") {
            return vec![Context::Line, Context::List];
        }
        match self.stop {
            Stop::Review if self.review.search.is_typing() => vec![Context::Line],
            Stop::Review if self.review.page == Page::Steps => {
                vec![Context::Review, Context::Wizard, Context::Panes]
            }
            Stop::Review => vec![Context::Review, Context::Text, Context::Wizard, Context::Panes],
            stop if stop.is("features") => vec![Context::Flags, Context::Wizard, Context::Panes],
            _ => vec![Context::Questions, Context::Wizard, Context::Panes],
        }
    }

    /// When it wants to be drawn again although nothing happened.
    pub fn wake(&self, _moment: &Moment<'_>) -> Option<Duration> {
        None
    }

    /// The screen.
    pub fn view(&self, moment: &Moment<'_>) -> Parts<'_> {
        view::wizard(self, moment)
    }
}

#[cfg(test)]
mod tests;

//! The review: what will happen in order, the values with where each comes from, what differs from the chart, the
//! manifest; and what can be done then.

use std::sync::Arc;

use super::draft::TYPED;
use super::order::{Destination, Order, Writing};
use super::over::{Ask, Over, Purpose};
use super::preview::Preview;
use super::sections::Stop;
use super::{Wizard, model::Obstacle};
use crate::app::deploying::Job;
use crate::app::keys::{Action, Input};
use crate::app::list::List;
use crate::app::moment::Moment;
use crate::app::search::{Lines, Search, Took};
use crate::app::view::{Id, Line};
use crate::app::{Confirm, Effect, Go};
use crate::problem::Problem;

/// Name of the pane of the review.
pub const REVIEW: Id = Id("wizard-review");

/// A page of the review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// What will be done.
    #[default]
    Steps,
    /// The values.
    Values,
    /// What differs from the chart.
    Diff,
    /// The manifest.
    Manifest,
}

impl Page {
    /// All of them, in order.
    pub const ALL: [Page; 4] = [Page::Steps, Page::Values, Page::Diff, Page::Manifest];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Page::Steps => "What will be done",
            Page::Values => "Values",
            Page::Diff => "Against the chart",
            Page::Manifest => "Manifest",
        }
    }
}

/// What came of a rendering.
pub type Outcome = Result<Arc<Preview>, Box<Problem>>;

/// The state of the review.
#[derive(Debug, Default)]
pub struct Review {
    /// The page.
    pub page: Page,
    /// Where the cursor is on it.
    pub list: List,
    /// The last preview, and of which state it is.
    pub preview: Option<(u64, Outcome)>,
    /// What is searched on the pages of text.
    pub search: Search,
    /// A rendering is under way.
    rendering: bool,
}

impl Review {
    /// Whether the preview shows another state than this.
    pub fn is_stale(&self, generation: u64) -> bool {
        self.preview.as_ref().is_none_or(|(of, _)| *of != generation)
    }

    /// What the chart becomes, when that is known.
    pub fn preview(&self) -> Option<&Preview> {
        self.preview.as_ref().and_then(|(_, preview)| preview.as_ref().ok()).map(AsRef::as_ref)
    }

    /// A preview has come.
    pub fn rendered(&mut self, generation: u64, preview: Outcome) {
        self.rendering = false;
        self.preview = Some((generation, preview));
    }
}

impl Wizard {
    /// Renders when the review is shown and what it shows is of another state. One rendering at a time: whatever
    /// changes meanwhile is rendered after it.
    pub(super) fn render(&mut self) -> Option<Effect> {
        let generation = self.model.generation;
        if self.stop != Stop::Review || self.review.rendering || !self.review.is_stale(generation) {
            return None;
        }
        self.review.rendering = true;
        let values = self.model.evaluation.values.clone();
        Some(Effect::Wizard(Order::Render { generation, place: self.place(), values }))
    }

    /// A key on the review.
    pub(super) fn act_on_review(&mut self, action: Action, moment: &Moment<'_>) -> Vec<Effect> {
        match action {
            Action::NextPane | Action::Right => self.turn(1),
            Action::PreviousPane | Action::Left => self.turn(Page::ALL.len() - 1),
            Action::Diff => {
                self.review.page = if self.review.page == Page::Diff { Page::Values } else { Page::Diff };
                self.review.search = Search::default();
                self.review.list = List::default();
            }
            Action::Open => self.open_obstacle(),
            Action::Install => return self.install(),
            Action::SavePreset => {
                let name = self.model.draft.preset.clone().map_or("site".into(), |preset| format!("{preset}-site"));
                self.over.push(Over::Ask(Ask::new(Purpose::Preset, &name)));
            }
            Action::Copy => return vec![Effect::Copy(self.command())],
            action => {
                let len = super::view::review_len(self, moment);
                self.review.list.act_all(action, len, moment.shown(REVIEW));
            }
        }
        Vec::new()
    }

    /// A key for the search in the pages of text: values, differences, manifest. False when it is not for it.
    pub(super) fn search_review(&mut self, input: &Input) -> bool {
        if self.review.page == Page::Steps {
            return false;
        }
        let mut search = std::mem::take(&mut self.review.search);
        let text = super::view::review_text(self);
        let line = |at: usize| text.get(at).map_or("", AsRef::as_ref);
        let took = search.act(input, &Lines { all: 0..text.len(), text: &line, from: Some(self.review.list.selected) });
        drop(text);
        self.review.search = search;
        if let Took::Line(at) = took {
            self.review.list.selected = at;
        }
        took != Took::Nothing || self.review.search.is_typing()
    }

    fn turn(&mut self, by: usize) {
        let at = Page::ALL.iter().position(|page| *page == self.review.page).unwrap_or(0);
        self.review.page = Page::ALL[(at + by) % Page::ALL.len()];
        self.review.search = Search::default();
        self.review.list = List::default();
    }

    /// Goes to the question of the finding under the cursor.
    fn open_obstacle(&mut self) {
        if self.review.page != Page::Steps {
            return;
        }
        let fields: Vec<Option<String>> =
            super::view::review_findings(self).iter().map(|(field, _)| field.clone()).collect();
        if let Some(Some(field)) = fields.get(self.review.list.selected) {
            self.go_to(&field.clone());
        }
    }

    /// The code of the confirmation that the finding under the cursor waits for.
    pub(super) fn asked_on_review(&self) -> Option<String> {
        let findings = super::view::review_findings(self);
        findings.get(self.review.list.selected).and_then(|(_, code)| code.clone())
    }

    /// Installs; when something stands in the way, goes there instead.
    fn install(&mut self) -> Vec<Effect> {
        let first = self.model.obstacles().first().map(|obstacle| {
            let words = match obstacle {
                Obstacle::Finding(finding) => finding.message.clone(),
                Obstacle::Untyped(secret) => format!("`{}` has to be typed first", secret.field),
            };
            (obstacle.field().map(str::to_string), words)
        });
        if let Some((field, words)) = first {
            if let Some(field) = field {
                self.go_to(&field);
            }
            return vec![Effect::Go(Go::Say(format!("not yet: {words}")))];
        }
        let Some(found) = &self.found else {
            return vec![Effect::Go(Go::Say("not yet: there is no connection to a cluster".into()))];
        };
        let place = found.place.clone();
        let planned = |id: &&String| self.model.evaluation.secrets.iter().any(|secret| secret.field == **id);
        let typed = self.model.draft.typed.iter().filter(|(id, _)| planned(id));
        let job = Job {
            release: place.release.clone(),
            namespace: place.namespace.clone(),
            answers: self.model.answers(),
            typed: typed.map(|(id, secret)| (id.clone(), secret.clone())).collect(),
            chart: None,
            take_over: false,
        };
        let mut consequences = vec![Line::from(format!("Context {}, {}.", place.context, place.server))];
        if let Some(preview) = self.review.preview() {
            let objects: usize = preview.kinds.iter().map(|(_, count)| count).sum();
            consequences
                .push(format!("{} hooks run first, then {objects} objects are made.", preview.hooks.len()).into());
        }
        consequences.push("Nothing is rolled back by itself; it can be stopped and continued.".into());
        vec![Effect::Go(Go::Ask(Confirm {
            question: format!("Install {} into namespace {}?", place.release, place.namespace),
            consequences,
            name: None,
            yes: vec![Effect::Go(Go::Deploy(Box::new(job)))],
        }))]
    }

    /// The command that does the same without a screen.
    pub(super) fn command(&self) -> String {
        let mut words = vec!["iomctl install".to_string()];
        let place = self.place();
        if !place.context.is_empty() {
            words.push(format!("--context {}", quoted(&place.context)));
        }
        if !place.namespace.is_empty() {
            words.push(format!("--namespace {}", quoted(&place.namespace)));
        }
        words.extend(self.model.draft.preset.as_ref().map(|name| format!("--preset {}", quoted(name))));
        if !self.model.draft.answers.is_empty() || !self.model.draft.acknowledged.is_empty() {
            words.push(format!("--answers {}", quoted(&self.answers_path())));
        }
        words.join(" ")
    }

    /// Where answers are, or would be, saved.
    pub(super) fn answers_path(&self) -> String {
        match &self.saved_to {
            Some(path) => path.display().to_string(),
            None if self.place().namespace.is_empty() => "answers.yaml".into(),
            None => format!("{}.yaml", self.place().namespace),
        }
    }

    /// What a command needs beside the answers file: variables, files, and what it will ask.
    pub(super) fn asked_by_the_command(&self) -> Vec<String> {
        let typed = self.model.draft.answers.iter().filter(|(_, value)| *value == TYPED);
        typed.map(|(id, _)| id.clone()).collect()
    }

    /// Writes the answers.
    pub(super) fn write_answers(&self, path: &str) -> Effect {
        let text = self.model.draft.answers_file(self.model.spec);
        Effect::Wizard(Order::Write(Writing { to: Destination::Answers(path.into()), text, overwrite: false }))
    }

    /// Writes a preset.
    pub(super) fn write_preset(&self, name: &str) -> Effect {
        let about = match &self.model.draft.preset {
            Some(base) => format!("Saved from the wizard, begun with {base}."),
            None => "Saved from the wizard.".to_string(),
        };
        let text = self.model.draft.preset_file(self.model.spec, &self.model.presets, &about);
        Effect::Wizard(Order::Write(Writing { to: Destination::Preset(name.into()), text, overwrite: false }))
    }
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@+,".contains(c));
    if plain && !word.is_empty() { word.to_string() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

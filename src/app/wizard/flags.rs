//! The feature flags: what a switch would mean, asked before it is done.

use serde_json::json;

use super::Wizard;
use super::model::Model;
use super::over::{Item, Menu, Over, Pick};
use crate::app::keys::{Action, Input};
use crate::app::typing::LineEdit;
use crate::plan::{Field, Spec, switches};
use crate::platform::{Flag, catalogue};

/// What of the flags is shown.
#[derive(Debug, Default)]
pub struct FlagView {
    /// Words that must occur.
    pub filter: LineEdit,
    /// The filter is being typed.
    pub typing: bool,
    /// Only those that are on, or are not as they are by themselves.
    pub only_on: bool,
}

/// The flag of a question.
pub fn flag(field: &Field) -> Option<&'static Flag> {
    let name = field.id.strip_prefix("features.")?;
    catalogue().flags.iter().find(|flag| flag.key() == name)
}

/// The question of a flag.
pub fn question(flag: &Flag) -> Option<&'static Field> {
    Spec::builtin().field(&format!("features.{}", flag.key()))
}

/// The questions that are shown, in the order of the catalogue.
pub fn shown(view: &FlagView, model: &Model) -> Vec<&'static Field> {
    let words: Vec<String> = view.filter.text().to_lowercase().split_whitespace().map(str::to_string).collect();
    let fits = |field: &&'static Field| {
        let text = format!("{} {} {}", field.id, field.help, field.group.as_deref().unwrap_or_default()).to_lowercase();
        let differs = || model.value(field).0 != field.default.as_ref();
        words.iter().all(|word| text.contains(word)) && (!view.only_on || model.is_on(field) || differs())
    };
    catalogue().flags.iter().filter_map(question).filter(fits).collect()
}

impl Wizard {
    /// Switches a flag, or says why that would not do and offers what would.
    pub(super) fn switch(&mut self, field: &'static Field) {
        let Some(flag) = flag(field) else { return };
        let on = !self.model.is_on(field);
        let values = &self.model.evaluation.values;
        let menu = if on {
            forbidden(flag, field, switches::missing(flag, values))
        } else {
            needed(flag, field, switches::dependents(flag, values))
        };
        match menu {
            Some(menu) => self.over.push(Over::Menu(menu)),
            None => {
                self.model.answer(field, json!(on)).ok();
            }
        }
    }

    /// A key while the filter of the flags is typed.
    pub(super) fn act_filter(&mut self, input: &Input) {
        let view = &mut self.flags;
        match input {
            Input::Action(Action::Open) => view.typing = false,
            Input::Action(Action::Back) => {
                view.typing = false;
                view.filter.clear();
            }
            Input::Action(action @ (Action::Up | Action::Down)) => {
                self.step(*action);
                return;
            }
            input => {
                view.filter.take(input);
            }
        }
        self.keep_on_shown_flag();
    }

    /// The cursor stands on a flag that is shown.
    pub(super) fn keep_on_shown_flag(&mut self) {
        let shown = shown(&self.flags, &self.model);
        let here = self.cursor().map(str::to_string);
        if !shown.iter().any(|field| Some(&field.id) == here.as_ref())
            && let Some(first) = shown.first()
        {
            self.cursors.insert(self.stop, first.id.clone());
        }
    }
}

fn names(flags: &[&'static Flag]) -> String {
    flags.iter().map(|flag| flag.key()).collect::<Vec<_>>().join(", ")
}

/// What is offered when flags are missing.
fn forbidden(flag: &Flag, field: &'static Field, missing: Vec<&'static Flag>) -> Option<Menu> {
    if missing.is_empty() {
        return None;
    }
    let all: Vec<(&'static Field, bool)> =
        missing.iter().copied().filter_map(question).chain([field]).map(|field| (field, true)).collect();
    let items = vec![
        Item {
            label: "Switch on what is missing as well".into(),
            note: names(&missing),
            pick: Pick::Switch(all),
            chosen: true,
        },
        Item { label: "Leave it off".into(), note: String::new(), pick: Pick::Nothing, chosen: false },
    ];
    let mut menu = Menu::new(format!("{} cannot be on by itself", flag.key()), items);
    menu.about = missing.iter().map(|needed| format!("It needs {}: {}.", needed.key(), needed.effect)).collect();
    Some(menu)
}

/// What is offered when other flags lean on the one that is to be off.
fn needed(flag: &Flag, field: &'static Field, dependents: Vec<&'static Flag>) -> Option<Menu> {
    if dependents.is_empty() {
        return None;
    }
    let all: Vec<(&'static Field, bool)> =
        dependents.iter().copied().filter_map(question).chain([field]).map(|field| (field, false)).collect();
    let items = vec![
        Item {
            label: "Switch off what leans on it as well".into(),
            note: names(&dependents),
            pick: Pick::Switch(all),
            chosen: false,
        },
        Item { label: "Leave it on".into(), note: String::new(), pick: Pick::Nothing, chosen: true },
    ];
    let mut menu = Menu::new(format!("{} is needed by others", flag.key()), items);
    menu.about = dependents.iter().map(|other| format!("{} cannot be on without it.", other.key())).collect();
    Some(menu)
}

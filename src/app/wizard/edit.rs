//! Editing an answer: which editor a question gets, and what becomes of what was typed.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::Wizard;
use super::notation;
use super::over::{Ask, Item, Menu, Over, Pick, Purpose};
use super::secrets::Way;
use super::text::TextEdit;
use crate::app::keys::{Action, Input};
use crate::app::{Effect, Go};
use crate::plan::{Field, Kind, check};

impl Wizard {
    /// Opens the editor of a question.
    pub(super) fn edit(&mut self, field: &'static Field) {
        let (value, _) = self.model.value(field);
        let over = match field.kind {
            Kind::Bool => {
                self.toggle(field);
                return;
            }
            Kind::Enum => Over::Menu(choices(field, value)),
            Kind::Secret => Over::Menu(ways(field, value)),
            kind if notation::is_long(kind) => {
                let text = value.map(|value| notation::write(kind, value)).unwrap_or_default();
                Over::Text(TextEdit::new(field, &text))
            }
            kind => {
                let text = value.map(|value| notation::brief(kind, value)).unwrap_or_default();
                Over::Ask(Ask::new(Purpose::Answer(field), &text))
            }
        };
        self.over.push(over);
    }

    /// Answers yes where no was answered, and the other way round; goes to the next choice.
    pub(super) fn toggle(&mut self, field: &'static Field) {
        let next = match field.kind {
            Kind::Bool => json!(!self.model.is_on(field)),
            Kind::Enum => {
                let now = self.model.value(field).0.and_then(Value::as_str);
                let at = field.choices.iter().position(|choice| Some(choice.value.as_str()) == now);
                let to = at.map_or(0, |at| (at + 1) % field.choices.len().max(1));
                match field.choices.get(to) {
                    Some(choice) => json!(choice.value),
                    None => return,
                }
            }
            _ => return self.edit(field),
        };
        self.answer(field, next);
    }

    /// Answers a question.
    pub(super) fn answer(&mut self, field: &'static Field, value: Value) -> Vec<Effect> {
        match self.model.answer(field, value) {
            Ok(_) => Vec::new(),
            Err(misfit) => vec![Effect::Go(Go::Say(misfit.what))],
        }
    }

    /// What is chosen from a menu about an answer.
    pub(super) fn give(&mut self, field: &'static Field, way: Way) -> Vec<Effect> {
        match way {
            Way::Random => self.answer(field, json!("generate")),
            Way::Typed => {
                self.over.push(Over::Ask(Ask::new(Purpose::Secret(field), "")));
                Vec::new()
            }
            _ => {
                let now = self.model.value(field).0.and_then(Value::as_str).unwrap_or_default();
                let text = now.strip_prefix(way.prefix()).unwrap_or_default().to_string();
                self.over.push(Over::Ask(Ask::new(Purpose::Reference(field, way), &text)));
                Vec::new()
            }
        }
    }

    /// A key while a line is typed. Gives the line back when it stays.
    pub(super) fn act_ask(&mut self, mut ask: Ask, input: Input) -> Vec<Effect> {
        match input {
            Input::Action(Action::Back) => return Vec::new(),
            Input::Action(Action::Open | Action::Save) => return self.accept(ask, true),
            Input::Action(Action::NextPane) if ask.purpose.field().is_some() => {
                let effects = self.accept(ask, true);
                if self.over.is_empty() {
                    self.step(Action::Down);
                }
                return effects;
            }
            Input::Action(_) => {}
            input => {
                ask.take(&input);
                ask.fault = self.faults(&ask);
            }
        }
        self.over.push(Over::Ask(ask));
        Vec::new()
    }

    /// What is wrong with a line as it stands.
    fn faults(&self, ask: &Ask) -> Vec<String> {
        let text = ask.edit.text();
        match &ask.purpose {
            Purpose::Answer(field) if !text.is_empty() => {
                let misfits = check(field, &typed(field, text)).err().unwrap_or_default();
                misfits
                    .into_iter()
                    .map(|m| m.next.map_or(m.what.clone(), |next| format!("{}; {next}", m.what)))
                    .collect()
            }
            Purpose::Reference(_, way) if !text.is_empty() => {
                way.refuses(text).map(str::to_string).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Takes what was typed. What cannot be taken stays, with the reason.
    fn accept(&mut self, mut ask: Ask, close: bool) -> Vec<Effect> {
        let text = ask.edit.text().trim().to_string();
        match ask.purpose.clone() {
            Purpose::Answer(field) => {
                let value = if text.is_empty() { Value::Null } else { typed(field, &text) };
                if let Err(misfit) = self.model.answer(field, value) {
                    ask.fault = vec![misfit.what];
                    self.over.push(Over::Ask(ask));
                    return Vec::new();
                }
            }
            Purpose::Reference(field, way) => {
                if let Some(what) = way.refuses(&text) {
                    ask.fault = vec![what.to_string()];
                    self.over.push(Over::Ask(ask));
                    return Vec::new();
                }
                let effects = self.answer(field, json!(format!("{}{text}", way.prefix())));
                self.over.clear();
                return effects;
            }
            Purpose::Secret(field) => {
                // Not trimmed: a password may end with a blank.
                if ask.edit.is_empty() {
                    ask.fault = vec!["nothing is typed; Esc leaves the old answer".into()];
                    self.over.push(Over::Ask(ask));
                    return Vec::new();
                }
                self.model.type_secret(field, SecretString::from(ask.edit.text()));
            }
            Purpose::Namespace | Purpose::Import | Purpose::Answers | Purpose::Preset => {
                return self.accept_word(ask, &text);
            }
        }
        if close {
            self.over.clear();
        }
        Vec::new()
    }

    /// A key while several lines are typed.
    pub(super) fn act_text(&mut self, mut edit: TextEdit, input: Input) -> Vec<Effect> {
        match input {
            Input::Action(Action::Back) => return Vec::new(),
            Input::Action(Action::Save) => {
                if edit.fault.as_ref().is_some_and(|fault| fault.refused) {
                    edit.go_to_fault();
                    edit.said = Some("this cannot be taken as it stands; Esc leaves the old answer".into());
                } else {
                    let value = notation::read(edit.field.kind, &edit.text()).unwrap_or(Value::Null);
                    // An empty list is an answer where something else would stand without one.
                    let taken_back = value.is_null() && self.model.under(edit.field).is_some();
                    let value = match (taken_back, edit.field.kind) {
                        (true, Kind::List | Kind::Tolerations) => json!([]),
                        (true, Kind::Map | Kind::Values) => json!({}),
                        _ => value,
                    };
                    return self.answer(edit.field, value);
                }
            }
            Input::Action(Action::Undo) => edit.undo(false),
            Input::Action(Action::Redo) => edit.undo(true),
            Input::Action(_) => {}
            input => {
                edit.take(&input);
            }
        }
        self.over.push(Over::Text(edit));
        Vec::new()
    }
}

/// A line as the answer of a question: a number where one is asked for and typed, else the text, so that nothing that
/// was typed is lost.
fn typed(field: &Field, text: &str) -> Value {
    match field.kind {
        Kind::Int | Kind::Port => text.parse::<i64>().map_or_else(|_| json!(text), Value::from),
        _ => json!(text),
    }
}

fn choices(field: &'static Field, value: Option<&Value>) -> Menu {
    let item = |choice: &crate::plan::Choice| Item {
        label: choice.value.clone(),
        note: choice.title.clone(),
        pick: Pick::Answer(field, json!(choice.value)),
        chosen: value.and_then(Value::as_str) == Some(choice.value.as_str()),
    };
    Menu::new(&field.title, field.choices.iter().map(item).collect())
}

fn ways(field: &'static Field, value: Option<&Value>) -> Menu {
    let now = value.and_then(Value::as_str).and_then(Way::taken);
    let item = |way: Way| Item {
        label: way.title().to_string(),
        note: way.note(field),
        pick: Pick::Secret(field, way),
        chosen: Some(way) == now,
    };
    let mut menu = Menu::new(&field.title, Way::of(field).into_iter().map(item).collect());
    menu.about = vec!["Where does this secret come from? None of these writes it to disk.".into()];
    menu
}

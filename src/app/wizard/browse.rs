//! Going through the questions: the cursor, the stops, the next problem, a question by its name.

use super::over::{Ask, Find, Over, Purpose, Window};
use super::sections::Stop;
use super::{Wizard, flags, scaling, start, view};
use crate::app::keys::{Action, Input};
use crate::app::list::List;
use crate::app::moment::Moment;
use crate::app::view::Id;
use crate::app::{Effect, Go};
use crate::plan::{Field, Severity};

/// Name of the pane with the questions.
pub const FORM: Id = Id("wizard-form");

impl Wizard {
    /// The name of what is under the cursor.
    pub(super) fn cursor(&self) -> Option<&str> {
        self.cursors.get(&self.stop).map(String::as_str)
    }

    /// The question under the cursor.
    pub(super) fn question(&self) -> Option<&'static Field> {
        self.model.spec.field(self.cursor()?)
    }

    /// What the cursor can stand on here.
    pub(super) fn places(&self) -> Vec<&'static Field> {
        match self.stop {
            stop if stop.is("features") => flags::shown(&self.flags, &self.model),
            stop => stop.fields(&self.model),
        }
    }

    /// The cursor stands on something that is there: questions come and go with the answers to others.
    pub(super) fn keep_cursor(&mut self) {
        let here = self.cursor();
        if self.stop.is("autoscaling") && here.and_then(scaling::place).is_some_and(|(_, column)| column == 0) {
            return;
        }
        let places = self.places();
        if places.is_empty() || places.iter().any(|field| Some(field.id.as_str()) == here) {
            return;
        }
        let section = self.stop.section();
        let order = |id: &str| section.and_then(|s| s.fields.iter().position(|field| field.id == id));
        // The nearest question before the one that has vanished.
        let was = here.and_then(order).unwrap_or(0);
        let near = places.iter().rev().find(|field| order(&field.id).is_some_and(|at| at <= was)).or(places.first());
        if let Some(field) = near {
            self.cursors.insert(self.stop, field.id.clone());
        }
    }

    /// An action while nothing lies over the questions.
    pub(super) fn browse(&mut self, action: Action, moment: &Moment<'_>) -> Vec<Effect> {
        match action {
            Action::NextSection => self.stop_at(self.stop.beside(true)),
            Action::PreviousSection => self.stop_at(self.stop.beside(false)),
            Action::NextFound => return self.next_problem(true),
            Action::PreviousFound => return self.next_problem(false),
            Action::Undo | Action::Redo => return self.undo(action == Action::Redo),
            Action::Save => {
                let path = self.answers_path();
                self.over.push(Over::Ask(Ask::new(Purpose::Answers, &path)));
            }
            Action::Acknowledge => return self.acknowledge(),
            Action::Back if self.stop.is("features") && !self.flags.filter.is_empty() => self.flags.filter.clear(),
            Action::Back => return vec![Effect::Go(Go::Back)],
            Action::Waves => {
                let lines = view::wave_lines(&self.model, view::room(moment));
                self.over.push(Over::Window(Window { title: "The waves".into(), lines, first: 0 }));
            }
            Action::NextPane | Action::PreviousPane if self.stop != Stop::Review => self.on_map = !self.on_map,
            action if self.on_map => self.act_on_map(action),
            action => match self.stop {
                Stop::Cluster => return self.act_on_start(action),
                Stop::Review => return self.act_on_review(action, moment),
                Stop::Section(_) => return self.act_on_questions(action, moment),
            },
        }
        Vec::new()
    }

    fn act_on_map(&mut self, action: Action) {
        match action {
            Action::Down => self.stop_at(self.stop.beside(true)),
            Action::Up => self.stop_at(self.stop.beside(false)),
            Action::First => self.stop_at(Stop::Cluster),
            Action::Last => self.stop_at(Stop::Review),
            Action::Open | Action::Right => self.on_map = false,
            _ => {}
        }
    }

    fn act_on_questions(&mut self, action: Action, moment: &Moment<'_>) -> Vec<Effect> {
        let on_flags = self.stop.is("features");
        match (action, self.question()) {
            (Action::Open, Some(field)) if on_flags => {
                let lines = view::flag_lines(&self.model, field);
                self.over.push(Over::Window(Window { title: field.title.clone(), lines, first: 0 }));
            }
            (Action::Toggle, Some(field)) if on_flags => self.switch(field),
            (Action::All, _) if on_flags => {
                self.flags.only_on = !self.flags.only_on;
                self.keep_on_shown_flag();
            }
            (Action::Filter, _) if on_flags => self.flags.typing = true,
            (Action::Filter, _) => self.over.push(Over::Find(Find::default())),
            (Action::Open | Action::Toggle, Some(field)) if !self.model.asks(&field.id) => {
                return vec![Effect::Go(Go::Say(self.why_not(field)))];
            }
            (Action::Open, Some(field)) => self.edit(field),
            (Action::Toggle, Some(field)) => self.toggle(field),
            (Action::Remove, Some(field)) => return self.answer(field, serde_json::Value::Null),
            (Action::Copy, Some(field)) => {
                let value = self.model.value(field).0.map(|value| start::shown_value(field, value));
                return vec![Effect::Copy(format!("{}: {}", field.id, value.unwrap_or_default()))];
            }
            (Action::Left | Action::Right, Some(_)) if self.stop.is("autoscaling") => self.step_in_grid(action),
            (Action::PageUp | Action::PageDown, Some(_)) => {
                for _ in 0..moment.shown(FORM).height.saturating_sub(2).max(1) {
                    self.step(if action == Action::PageUp { Action::Up } else { Action::Down });
                }
            }
            (action, _) => self.step(action),
        }
        Vec::new()
    }

    /// Why a question is not asked.
    fn why_not(&self, field: &Field) -> String {
        match &field.visible {
            Some(condition) => format!("{} is asked when {condition}", field.title),
            None => String::new(),
        }
    }

    /// Moves the cursor.
    pub(super) fn step(&mut self, action: Action) {
        if self.stop.is("autoscaling") {
            return self.step_in_grid(action);
        }
        let places = self.places();
        let at = places.iter().position(|field| Some(field.id.as_str()) == self.cursor()).unwrap_or(0);
        let last = places.len().saturating_sub(1);
        let to = match action {
            Action::Up => at.saturating_sub(1),
            Action::Down => (at + 1).min(last),
            Action::First => 0,
            Action::Last => last,
            _ => at,
        };
        if let Some(field) = places.get(to) {
            self.cursors.insert(self.stop, field.id.clone());
        }
    }

    pub(super) fn stop_at(&mut self, stop: Stop) {
        self.stop = stop;
        self.flags.typing = false;
        self.keep_cursor();
    }

    /// Goes to a question, or to an entry of the first stop.
    pub(super) fn go_to(&mut self, id: &str) {
        let stop = match start::Entry::of(id) {
            Some(_) => Stop::Cluster,
            None => Stop::about(Some(id)),
        };
        self.on_map = false;
        self.flags.filter.clear();
        self.flags.only_on = false;
        self.stop_at(stop);
        if self.model.spec.field(id).is_some() || stop == Stop::Cluster {
            self.cursors.insert(stop, id.to_string());
            self.keep_cursor();
        }
    }

    /// Goes to the next thing that stands in the way, or to the one before.
    pub(super) fn next_problem(&mut self, forward: bool) -> Vec<Effect> {
        let fields: Vec<Option<String>> =
            self.model.obstacles().iter().map(|obstacle| obstacle.field().map(str::to_string)).collect();
        let place = |id: Option<&str>| {
            let at = id.and_then(|id| self.model.spec.fields().position(|field| field.id == id));
            (Stop::about(id).position(), at.unwrap_or(0))
        };
        let here = match self.cursor() {
            Some(id) if self.stop.section().is_some() => place(Some(id)),
            _ => (self.stop.position(), 0),
        };
        let mut ordered: Vec<((usize, usize), Option<String>)> =
            fields.into_iter().map(|id| (place(id.as_deref()), id)).collect();
        ordered.sort();
        let found = if forward {
            ordered.iter().find(|(at, _)| *at > here).or(ordered.first())
        } else {
            ordered.iter().rev().find(|(at, _)| *at < here).or(ordered.last())
        };
        match found.cloned() {
            None => return vec![Effect::Go(Go::Say("nothing stands in the way; `]` leads on to the review".into()))],
            Some((_, Some(id))) => self.go_to(&id),
            Some((_, None)) => self.stop_at(Stop::Review),
        }
        Vec::new()
    }

    fn undo(&mut self, redo: bool) -> Vec<Effect> {
        match self.model.undo(redo) {
            None => {
                let words = if redo { "nothing was taken back" } else { "there is nothing to take back" };
                vec![Effect::Go(Go::Say(words.into()))]
            }
            Some(field) => {
                if let Some(field) = field {
                    self.go_to(&field);
                }
                Vec::new()
            }
        }
    }

    /// Confirms what a finding here asks to be confirmed, or withdraws it.
    fn acknowledge(&mut self) -> Vec<Effect> {
        let code = match self.stop {
            Stop::Review => self.asked_on_review(),
            _ => {
                let id = self.cursor().unwrap_or_default();
                let asked = self.model.findings(id).find(|finding| finding.severity == Severity::Ack);
                asked.map(|finding| finding.code.to_string())
            }
        };
        match code {
            Some(code) => {
                self.model.acknowledge(&code);
                let confirmed = self.model.draft.acknowledged.contains(&code);
                let words =
                    if confirmed { "confirmed; it is recorded with the answers" } else { "no longer confirmed" };
                vec![Effect::Go(Go::Say(format!("{code} {words}")))]
            }
            None => vec![Effect::Go(Go::Say("nothing here asks to be confirmed".into()))],
        }
    }

    /// The questions whose name holds every typed word, wherever they are asked.
    pub(super) fn matches(&self, find: &Find) -> Vec<&'static Field> {
        let words: Vec<String> = find.edit.text().to_lowercase().split_whitespace().map(str::to_string).collect();
        let text = |field: &Field| {
            let group = field.group.as_deref().unwrap_or_default();
            let section = Stop::of(&field.id).map_or("", Stop::title);
            let values = field.values.as_deref().unwrap_or_default();
            format!("{section} {} {} {group} {values}", field.id, field.title).to_lowercase()
        };
        let fits = |field: &&'static Field| {
            let text = text(field);
            self.model.asks(&field.id) && words.iter().all(|word| text.contains(word))
        };
        self.model.spec.fields().filter(fits).collect()
    }

    /// A key while a question is searched for.
    pub(super) fn act_find(&mut self, mut find: Find, input: Input, moment: &Moment<'_>) -> Vec<Effect> {
        match input {
            Input::Action(Action::Back) => return Vec::new(),
            Input::Action(Action::Open) => {
                let found = self.matches(&find).get(find.list.selected).map(|field| field.id.clone());
                if let Some(id) = found {
                    self.go_to(&id);
                }
                return Vec::new();
            }
            Input::Action(action) => {
                let len = self.matches(&find).len();
                find.list.act_all(action, len, moment.shown(super::over::OVER));
            }
            input => {
                if find.edit.take(&input) {
                    find.list = List::default();
                }
            }
        }
        self.over.push(Over::Find(find));
        Vec::new()
    }
}

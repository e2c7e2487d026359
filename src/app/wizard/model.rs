//! What is said and what follows from it. Every change goes through [`Model::change`]: it can be taken back, is
//! evaluated at once, and has to be saved.

use secrecy::SecretString;
use serde_json::Value;

use super::draft::{Draft, TYPED};
use super::history::History;
use crate::plan::{
    Answers, Evaluation, Facts, Field, Finding, Misfit, PlannedSecret, Preset, SecretRef, Spec, Wave, check, evaluate,
    presets, waves,
};

/// Where the value of a question comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The operator has answered it.
    Answer,
    /// The preset answers it.
    Preset,
    /// Nobody has answered it: this is its default.
    Default,
    /// Nobody has answered it, and it has no default.
    Nobody,
}

/// The draft with everything that follows from it.
#[derive(Debug)]
pub struct Model {
    /// The questions.
    pub spec: &'static Spec,
    /// The presets one can begin with.
    pub presets: Vec<Preset>,
    /// What is known of the cluster.
    pub facts: Facts,
    /// What is said.
    pub draft: Draft,
    /// What follows.
    pub evaluation: Evaluation,
    /// The upgrades that lead there; none when rules are broken.
    pub waves: Option<Vec<Wave>>,
    /// Counted up with every change.
    pub generation: u64,
    base: Answers,
    history: History,
}

impl Default for Model {
    fn default() -> Model {
        let spec = Spec::builtin();
        let evaluation = evaluate(spec, &Answers::none(), &Facts::default());
        let mut model = Model {
            spec,
            presets: presets().to_vec(),
            facts: Facts::default(),
            draft: Draft::default(),
            evaluation,
            waves: None,
            generation: 0,
            base: Answers::none(),
            history: History::default(),
        };
        model.evaluate();
        model
    }
}

impl Model {
    /// Evaluates anew; to be called when facts or presets have changed.
    pub fn evaluate(&mut self) {
        self.base = self.draft.base(&self.presets).map_or_else(Answers::none, |preset| preset.answers(self.spec));
        let answers = self.answers();
        self.evaluation = evaluate(self.spec, &answers, &self.facts);
        self.waves = waves(self.facts.deployed(), &self.evaluation.values, &self.facts).ok();
        self.generation += 1;
    }

    /// All layers of answers.
    pub fn answers(&self) -> Answers {
        self.base.clone().overlaid(self.draft.own(self.spec))
    }

    /// Changes the draft. Whether anything changed.
    pub fn change(&mut self, field: Option<&str>, change: impl FnOnce(&mut Draft)) -> bool {
        let before = self.draft.clone();
        change(&mut self.draft);
        if before == self.draft {
            return false;
        }
        self.history.remember(before, field.map(str::to_string));
        self.evaluate();
        true
    }

    /// Puts another draft in the place of this one, without a way back: one that was read from disk.
    pub fn resume(&mut self, draft: Draft) {
        (self.draft, self.history) = (draft, History::default());
        self.evaluate();
    }

    /// Answers a question; null takes the answer back. Whether anything changed.
    ///
    /// # Errors
    /// The answer holds a secret, which must not be kept in answers.
    pub fn answer(&mut self, field: &Field, value: Value) -> Result<bool, Misfit> {
        let misfits = check(field, &value).err().unwrap_or_default();
        if let Some(secret) = misfits.into_iter().find(|misfit| !value.is_null() && misfit.holds_a_secret()) {
            return Err(secret);
        }
        // What would stand anyway need not be said.
        let same = !self.draft.answers.contains_key(&field.id) && self.under(field) == Some(&value);
        Ok(self.change(Some(&field.id), |draft| {
            draft.typed.remove(&field.id);
            if value.is_null() || same {
                draft.answers.remove(&field.id);
            } else {
                draft.answers.insert(field.id.clone(), value);
            }
        }))
    }

    /// Takes a secret that was typed. It stays in memory.
    pub fn type_secret(&mut self, field: &Field, secret: SecretString) -> bool {
        self.change(Some(&field.id), |draft| {
            draft.answers.insert(field.id.clone(), TYPED.into());
            draft.typed.insert(field.id.clone(), secret);
        })
    }

    /// Confirms a rule, or withdraws that.
    pub fn acknowledge(&mut self, code: &str) -> bool {
        self.change(None, |draft| {
            if !draft.acknowledged.remove(code) {
                draft.acknowledged.insert(code.to_string());
            }
        })
    }

    /// Begins with another preset; the answers stay.
    pub fn begin_with(&mut self, preset: Option<&str>) -> bool {
        self.change(None, |draft| draft.preset = preset.map(str::to_string))
    }

    /// One change back, or forth: the question it was about. None when there is nothing.
    pub fn undo(&mut self, redo: bool) -> Option<Option<String>> {
        let step = if redo { self.history.redo(&self.draft) } else { self.history.undo(&self.draft) };
        let (draft, field) = step?;
        self.draft = draft;
        self.evaluate();
        Some(field)
    }

    /// The value of a question and where it comes from.
    pub fn value<'m>(&'m self, field: &'m Field) -> (Option<&'m Value>, Source) {
        if let Some(value) = self.draft.answers.get(&field.id) {
            return (Some(value), Source::Answer);
        }
        match self.base.get(&field.id).map(|answer| &answer.value) {
            Some(Value::Null) => (None, Source::Nobody),
            Some(value) => (Some(value), Source::Preset),
            None if field.default.is_some() => (field.default.as_ref(), Source::Default),
            None => (None, Source::Nobody),
        }
    }

    /// What would stand without an answer.
    pub fn under<'m>(&'m self, field: &'m Field) -> Option<&'m Value> {
        match self.base.get(&field.id) {
            Some(answer) => Some(&answer.value).filter(|value| !value.is_null()),
            None => field.default.as_ref(),
        }
    }

    /// Whether a question of yes or no is answered with yes.
    pub fn is_on(&self, field: &Field) -> bool {
        self.value(field).0 == Some(&Value::Bool(true))
    }

    /// Whether a question is asked.
    pub fn asks(&self, id: &str) -> bool {
        self.evaluation.visible.iter().any(|visible| visible == id)
    }

    /// Whether a question must be answered.
    pub fn requires(&self, id: &str) -> bool {
        self.evaluation.required.iter().any(|required| required == id)
    }

    /// What there is to say about a question, the gravest first.
    pub fn findings<'m>(&'m self, id: &'m str) -> impl Iterator<Item = &'m Finding> {
        self.evaluation.findings.iter().filter(move |finding| finding.field.as_deref() == Some(id))
    }

    /// Secrets that have to be typed before anything can be installed.
    pub fn untyped(&self) -> impl Iterator<Item = &PlannedSecret> {
        let open = |secret: &&PlannedSecret| {
            secret.reference == SecretRef::Prompt && !self.draft.typed.contains_key(&secret.field)
        };
        self.evaluation.secrets.iter().filter(open)
    }

    /// What stands in the way of an installation: a question for each, in the order of the questions, then what
    /// concerns none.
    pub fn obstacles(&self) -> Vec<Obstacle<'_>> {
        let blocking = self.evaluation.findings.iter().filter(|finding| finding.blocks());
        let mut all: Vec<Obstacle<'_>> = blocking.map(Obstacle::Finding).collect();
        all.extend(self.untyped().map(Obstacle::Untyped));
        let place = |obstacle: &Obstacle<'_>| {
            let id = obstacle.field();
            self.evaluation.visible.iter().position(|visible| Some(visible.as_str()) == id).unwrap_or(usize::MAX)
        };
        all.sort_by_key(place);
        all
    }
}

/// What stands in the way of an installation.
#[derive(Debug, Clone, Copy)]
pub enum Obstacle<'m> {
    /// A finding.
    Finding(&'m Finding),
    /// A secret that has to be typed.
    Untyped(&'m PlannedSecret),
}

impl Obstacle<'_> {
    /// The question it is about.
    pub fn field(&self) -> Option<&str> {
        match self {
            Obstacle::Finding(finding) => finding.field.as_deref(),
            Obstacle::Untyped(secret) => Some(&secret.field),
        }
    }
}

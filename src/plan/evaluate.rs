//! From answers to chart values, with everything there is to say about them. Pure: the same answers and facts give
//! the same evaluation, whoever asks.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Value, json};

use super::answers::{Answer, Answers, Layer};
use super::check::check;
use super::derive::{self, Derived};
use super::facts::Facts;
use super::field::{Emit, Field, Kind, Required};
use super::finding::{Finding, Severity};
use super::path;
use super::place::Place;
use super::rules::{self, Waiting};
use super::secret::{Delivery, PlannedSecret, ResolvedValues, SecretRef, resolve};
use super::spec::Spec;

/// Where a chart value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The default of a question.
    Default,
    /// A preset, with its place.
    Preset(Place),
    /// An answers file or the wizard, with its place.
    Answer(Place),
    /// The command line.
    Set,
    /// It follows from answers.
    Derived,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::Preset(place) => write!(f, "{}", place.source),
            Origin::Answer(place) => write!(f, "{place}"),
            Origin::Set => f.write_str("--set"),
            Origin::Derived => f.write_str("derived"),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What follows from answers and facts.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The questions that are asked, in order.
    pub visible: Vec<String>,
    /// Those of them that must be answered.
    pub required: Vec<String>,
    /// Things worth knowing that follow from the answers, such as the URI of the storage.
    pub derived: Vec<Derived>,
    /// Everything there is to say.
    pub findings: Vec<Finding>,
    /// Rules that concern this plan and cannot be judged with the facts at hand.
    pub waiting: Vec<Waiting>,
    /// Chart values. Inlined secrets are placeholders; see [`Evaluation::resolved`].
    pub values: Value,
    /// Where each value comes from, by values path.
    pub origins: BTreeMap<String, Origin>,
    /// Kubernetes Secrets that the plan needs.
    pub secrets: Vec<PlannedSecret>,
}

impl Evaluation {
    /// Whether an installation must not start: a hard finding, or one that waits for a confirmation.
    pub fn is_blocked(&self) -> bool {
        self.findings.iter().any(Finding::blocks)
    }

    /// The findings of this weight.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.severity == severity)
    }

    /// The values with inlined secrets in their places; `fetch` is asked for each of those.
    ///
    /// # Errors
    /// The first error of `fetch`.
    pub fn resolved<E>(
        &self,
        fetch: impl FnMut(&PlannedSecret) -> Result<SecretString, E>,
    ) -> Result<ResolvedValues, E> {
        resolve(&self.values, &self.secrets, fetch)
    }
}

/// Evaluates answers.
pub fn evaluate(spec: &Spec, answers: &Answers, facts: &Facts) -> Evaluation {
    let mut evaluator = Evaluator::new(spec, answers, facts);
    evaluator.questions();
    evaluator.derive();
    evaluator.rules();
    evaluator.finish()
}

struct Evaluator<'a> {
    spec: &'a Spec,
    answers: &'a Answers,
    facts: &'a Facts,
    /// The value of every question that is asked: its answer if it fits, else its default.
    said: BTreeMap<&'a str, Value>,
    evaluation: Evaluation,
}

impl<'a> Evaluator<'a> {
    fn new(spec: &'a Spec, answers: &'a Answers, facts: &'a Facts) -> Self {
        let evaluation = Evaluation {
            visible: Vec::new(),
            required: Vec::new(),
            derived: Vec::new(),
            findings: answers.findings().to_vec(),
            waiting: Vec::new(),
            values: json!({}),
            origins: BTreeMap::new(),
            secrets: Vec::new(),
        };
        let mut evaluator = Evaluator { spec, answers, facts, said: BTreeMap::new(), evaluation };
        evaluator.settle();
        evaluator
    }

    /// Which questions are asked depends on the answers to others; a question that is not asked counts as not
    /// answered. Conditions form no circles (a test of the spec), so each round settles at least one more level.
    fn settle(&mut self) {
        let fitting: BTreeMap<&str, Value> =
            self.spec.fields().filter_map(|field| Some((field.id.as_str(), self.fitting(field)?))).collect();
        let mut said = fitting.clone();
        loop {
            let look = |name: &str| said.get(name);
            let asked = |field: &&Field| field.asked(look);
            let next: BTreeMap<&str, Value> = self
                .spec
                .fields()
                .filter(asked)
                .filter_map(|field| Some((field.id.as_str(), fitting.get(field.id.as_str())?.clone())))
                .collect();
            if next == said {
                self.said = said;
                return;
            }
            said = next;
        }
    }

    /// The answer if it fits, else the default. A preset's null takes the default away.
    fn fitting(&self, field: &Field) -> Option<Value> {
        match self.answers.get(&field.id) {
            Some(answer) if answer.value.is_null() => None,
            Some(answer) if check(field, &answer.value).is_ok() => Some(answer.value.clone()),
            _ => field.default.clone(),
        }
    }

    fn look(&self, name: &str) -> Option<&Value> {
        self.said.get(name)
    }

    fn questions(&mut self) {
        for field in self.spec.fields() {
            let answer = self.answers.get(&field.id);
            if field.asked(|name| self.look(name)) {
                self.evaluation.visible.push(field.id.clone());
                self.asked(field, answer);
            } else if let Some(answer) = answer.filter(|a| a.layer > Layer::Preset && !a.value.is_null()) {
                self.evaluation.findings.push(self.idle(field, answer));
            }
        }
    }

    fn asked(&mut self, field: &'a Field, answer: Option<&Answer>) {
        let wanted_by_preset = answer.is_some_and(|answer| answer.value.is_null());
        if wanted_by_preset || field.must(|name| self.look(name)) {
            self.evaluation.required.push(field.id.clone());
            if answer.is_none_or(|answer| answer.value.is_null()) && self.look(&field.id).is_none() {
                self.evaluation.findings.push(self.missing(field));
            }
        }
        if let Some(answer) = answer.filter(|answer| !answer.value.is_null())
            && let Err(misfits) = check(field, &answer.value)
        {
            for misfit in misfits {
                let message = format!("{}: {}", field.id, misfit.what);
                let mut finding = Finding::new(misfit.code, Severity::Hard, message).about(&field.id);
                finding.place = Some(answer.place.clone());
                finding.next = misfit.next;
                self.evaluation.findings.push(finding);
            }
        }
        self.emit(field, answer);
    }

    /// A question without an answer.
    fn missing(&self, field: &Field) -> Finding {
        let code = field.rule.as_deref().and_then(rules::code).unwrap_or("answers.missing");
        let because = match &field.required {
            Required::When(condition) => format!(" (required because {condition})"),
            Required::Always(_) | Required::Never => String::new(),
        };
        let example = match (&field.example, field.kind) {
            (Some(Value::String(text)), _) => format!(", for example `{}={text}`", field.id),
            (Some(value), _) => format!(", for example `{}={value}`", field.id),
            (None, kind) => format!(", {}", kind.word()),
        };
        Finding::new(code, Severity::Hard, format!("`{}` is not answered{because}", field.id))
            .about(&field.id)
            .next(format!("answer it{example}"))
    }

    /// An answer to a question that is not asked. What is merely switched off is kept aside; what contradicts a
    /// choice is refused.
    fn idle(&self, field: &Field, answer: &Answer) -> Finding {
        let unmet = field.visible.as_ref().map(|c| c.unmet(|name| self.look(name))).unwrap_or_default();
        let off = |name: &String| self.spec.field(name).is_some_and(|f| f.kind == Kind::Bool);
        let parked = !unmet.is_empty() && unmet.iter().all(|(name, _)| off(name));
        let reason: Vec<String> = unmet
            .iter()
            .map(|(name, wanted)| {
                let is = self
                    .look(name)
                    .map_or("not answered".into(), |v| v.as_str().map_or_else(|| v.to_string(), str::to_string));
                format!("it is asked only when `{name}` is {wanted}, and that is {is}")
            })
            .collect();
        let severity = if parked { Severity::Advisory } else { Severity::Hard };
        let code = match field.rule.as_deref().and_then(rules::code) {
            Some(code @ "S12") => code,
            _ if parked => "answers.no-effect",
            _ => "answers.contradiction",
        };
        Finding::new(code, severity, format!("`{}` is answered, but {}", field.id, reason.join(", and ")))
            .about(&field.id)
            .at(Some(answer.place.clone()))
            .next("remove the answer, or change the other one")
    }

    /// Writes the value of a question to where it goes.
    fn emit(&mut self, field: &'a Field, answer: Option<&Answer>) {
        let Some(value) = self.look(&field.id).cloned() else { return };
        let answered = answer.filter(|answer| answer.value == value);
        if field.emit == Emit::Answered && answered.is_none() {
            return;
        }
        let origin = answered.map_or(Origin::Default, |answer| match answer.layer {
            Layer::Preset => Origin::Preset(answer.place.clone()),
            Layer::Answer => Origin::Answer(answer.place.clone()),
            Layer::Set => Origin::Set,
        });
        match field.kind {
            Kind::Secret => self.plan_secret(field, &value, origin),
            Kind::Values => self.extra(field, &value, answer, origin),
            _ => {
                if let Some(target) = &field.values {
                    self.write(target, written(field, value), origin);
                }
            }
        }
    }

    fn write(&mut self, target: &str, value: Value, origin: Origin) {
        // Annotations come from several questions and are laid together.
        let mut over = json!({});
        path::set(&mut over, target, value);
        for (leaf, _) in path::leaves(&over) {
            self.evaluation.origins.insert(leaf, origin.clone());
        }
        path::merge(&mut self.evaluation.values, &over);
    }

    fn plan_secret(&mut self, field: &'a Field, value: &Value, origin: Origin) {
        let reference = value.as_str().and_then(|text| text.parse::<SecretRef>().ok());
        let (Some(reference), Some(target), Some(plain)) = (reference, &field.secret, &field.values) else { return };
        let by_reference = target.reference.as_ref().or_else(|| {
            let bundled = target.bundled.as_ref();
            bundled.filter(|_| self.facts.bundled_chart())
        });
        let (name, key) = match &reference {
            SecretRef::Existing { name, key } => (name.clone(), key.clone()),
            _ => (target.name.clone(), target.key.clone()),
        };
        let (delivery, path) = match by_reference {
            Some(path) => (Delivery::Reference, path.clone()),
            None => (Delivery::Inline, plain.clone()),
        };
        let planned = PlannedSecret { field: field.id.clone(), name, key, reference, delivery, path };
        match delivery {
            Delivery::Reference => {
                let value = json!({ "name": planned.name, "key": planned.key });
                self.write(&planned.path.clone(), value, origin);
            }
            Delivery::Inline => {
                let what = format!(
                    "the chart has no Secret reference for `{}`: its value is written into the values at installation and lands in the Secret `data-plane`",
                    field.id
                );
                let mut finding = Finding::new("secrets.inlined", Severity::Advisory, what).about(&field.id);
                finding.place = self.answers.get(&field.id).map(|answer| answer.place.clone());
                self.evaluation.findings.push(finding.next("restrict who may read Secrets in the release namespace"));
                self.write(&planned.path.clone(), planned.placeholder(), origin);
            }
        }
        self.evaluation.secrets.push(planned);
    }

    /// Further chart values: everything but what a question covers, and no secrets.
    fn extra(&mut self, field: &Field, value: &Value, answer: Option<&Answer>, origin: Origin) {
        let place = answer.map(|answer| answer.place.clone());
        for (leaf, found) in path::leaves(value) {
            let fault = if let Some(question) = self.spec.field_of_value(&leaf) {
                let message = format!("`{leaf}` has a question of its own: `{}`", question.id);
                Finding::new("answers.elsewhere", Severity::Hard, message).next("answer it there")
            } else {
                self.write(&leaf, found.clone(), origin.clone());
                continue;
            };
            self.evaluation.findings.push(fault.about(&field.id).at(place.clone()));
        }
    }

    fn derive(&mut self) {
        for section in &self.spec.sections {
            for constant in &section.derived {
                if constant.when.as_ref().is_none_or(|when| when.holds(|name| self.look(name))) {
                    self.write(&constant.values, constant.value.clone(), Origin::Derived);
                }
            }
        }
        self.evaluation.derived = derive::derive(&self.evaluation.values);
    }

    fn rules(&mut self) {
        let judgement = rules::judge(&self.evaluation.values, self.facts);
        let findings = judgement.broken.iter().map(|broken| broken.finding(self.spec, self.answers));
        self.evaluation.findings.extend(findings);
        self.evaluation.waiting = judgement.waiting;
    }

    fn finish(mut self) -> Evaluation {
        let order = |finding: &Finding| {
            let place = finding.place.as_ref().map(|p| (p.source.clone(), p.line, p.column));
            (finding.severity, place.is_none(), place)
        };
        if self.answers.is_unread() {
            self.evaluation.findings = self.answers.findings().to_vec();
        }
        self.evaluation.findings.sort_by_key(order);
        self.evaluation
    }
}

/// The form in which an answer stands in the values.
fn written(field: &Field, value: Value) -> Value {
    match field.kind {
        Kind::Port => Value::String(value.as_str().map_or_else(|| value.to_string(), str::to_string)),
        Kind::List if field.id == "docker.imagePullSecrets" => {
            value.as_array().into_iter().flatten().map(|name| json!({ "name": name })).collect()
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests;

//! What the operator said, with the place where they said it. Answers come in layers (preset, file, `--set`); what
//! cannot be understood is kept as findings, so that one run reports everything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::finding::{Finding, Severity};
use super::place::Place;
use super::rules;
use super::spec::{ACKNOWLEDGE, Spec, nearest};
use super::tree::{self, Entry, Located, Node};
use crate::plan::check::shown;
use crate::plan::field::Kind;

/// Which layer an answer comes from; later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// A preset.
    Preset,
    /// An answers file, or the wizard.
    Answer,
    /// The command line.
    Set,
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was answered; null when a layer takes back what a lower one or the default says.
    pub value: Value,
    /// The layer.
    pub layer: Layer,
    /// Where it stands.
    pub place: Place,
}

/// Answers of one or several layers.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    entries: BTreeMap<String, Answer>,
    acknowledged: BTreeSet<String>,
    findings: Vec<Finding>,
    /// A whole file could not be read as a map of questions.
    unread: bool,
}

impl Answers {
    /// No answers at all.
    pub fn none() -> Self {
        Answers::default()
    }

    /// Reads an answers file. `source` names it in findings (`-` for standard input). Nothing is refused here: what
    /// is wrong is reported by [`super::evaluate`] together with everything else.
    pub fn read(spec: &Spec, text: &str, source: &str, layer: Layer) -> Self {
        let mut reader = Reader { spec, source: source.into(), layer, answers: Answers::default() };
        match tree::parse(text, &reader.source) {
            Ok(Located { node: Node::Map(entries), .. }) => reader.map("", entries),
            Ok(Located { node: Node::Null, .. }) => {}
            Ok(other) => {
                reader.answers.unread = true;
                let place = other.place(&reader.source);
                reader.fault(
                    "answers.not-a-map",
                    place,
                    "the answers are not a map of questions",
                    "write `key: value` lines",
                );
            }
            Err(fault) => {
                reader.answers.unread = true;
                reader.fault(
                    "answers.not-yaml",
                    fault.place,
                    &format!("this is not valid YAML: {}", fault.what),
                    "mend the line; texts with `:`, `#`, `*`, `&`, `{` or `[` need quotes",
                );
            }
        }
        reader.answers
    }

    /// Adds `field=value` from the command line; the value is read as YAML.
    pub fn set(&mut self, spec: &Spec, assignment: &str) {
        let source: Arc<str> = "--set".into();
        let mut reader = Reader { spec, source: source.clone(), layer: Layer::Set, answers: std::mem::take(self) };
        let place = Place::whole(source.clone());
        match assignment.split_once('=') {
            Some((key, text)) if !key.trim().is_empty() => match tree::parse(text, &source) {
                Ok(value) => {
                    // An empty text is an empty answer, not an empty map.
                    let value = if text.trim().is_empty() { Located { node: Node::Null, ..value } } else { value };
                    reader.entry(key.trim(), Entry { key: key.trim().into(), line: 0, column: 0, value });
                }
                Err(fault) => {
                    let what = format!("the value of {} is not valid YAML: {}", shown(key), fault.what);
                    reader.fault("answers.not-yaml", place, &what, "put texts with special characters in quotes");
                }
            },
            _ => {
                reader.fault("answers.not-an-assignment", place, "`--set` without `=`", "write `--set question=answer`")
            }
        }
        *self = reader.answers;
    }

    /// Answers that were made on a screen, with the codes of the rules that were confirmed there. What is no question
    /// is left out, as is an answer of null.
    pub fn made<'a>(
        spec: &Spec,
        entries: impl IntoIterator<Item = (&'a str, &'a Value)>,
        acknowledged: impl IntoIterator<Item = &'a str>,
        source: &str,
    ) -> Self {
        let place = Place::whole(source);
        let known = entries.into_iter().filter(|(field, value)| spec.field(field).is_some() && !value.is_null());
        let answer = |value: &Value| Answer { value: value.clone(), layer: Layer::Answer, place: place.clone() };
        Answers {
            entries: known.map(|(field, value)| (field.to_string(), answer(value))).collect(),
            acknowledged: acknowledged.into_iter().map(str::to_string).collect(),
            ..Answers::default()
        }
    }

    /// Lays `over` onto these answers.
    pub fn overlaid(mut self, over: Answers) -> Self {
        self.entries.extend(over.entries);
        self.acknowledged.extend(over.acknowledged);
        self.findings.extend(over.findings);
        self.unread |= over.unread;
        self
    }

    /// Whether a whole file could not be read, so that nothing can be said about what it leaves unanswered.
    pub fn is_unread(&self) -> bool {
        self.unread
    }

    /// The answer to a question.
    pub fn get(&self, field: &str) -> Option<&Answer> {
        self.entries.get(field)
    }

    /// Every answer, by question.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.entries.iter().map(|(field, answer)| (field.as_str(), answer))
    }

    /// Whether the operator has confirmed the rule with this code.
    pub fn has_acknowledged(&self, code: &str) -> bool {
        self.acknowledged.contains(code)
    }

    /// The codes of the rules that the operator has confirmed.
    pub fn acknowledged(&self) -> impl Iterator<Item = &str> {
        self.acknowledged.iter().map(String::as_str)
    }

    /// What could not be understood.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// Walks a document along the questions of the spec.
struct Reader<'s> {
    spec: &'s Spec,
    source: Arc<str>,
    layer: Layer,
    answers: Answers,
}

impl Reader<'_> {
    fn map(&mut self, prefix: &str, entries: Vec<Entry>) {
        for entry in entries {
            let key = if prefix.is_empty() { entry.key.clone() } else { format!("{prefix}.{}", entry.key) };
            self.entry(&key, entry);
        }
    }

    fn entry(&mut self, key: &str, entry: Entry) {
        if key == ACKNOWLEDGE {
            self.acknowledge(entry);
        } else if let Some(field) = self.spec.field(key) {
            let place = self.place(entry.value.line, entry.value.column);
            let value = entry.value.value();
            // `key:` with nothing behind it is an unfinished line, except in a preset, which thereby asks for it.
            let unfinished = value.is_null() && self.layer != Layer::Preset;
            if !unfinished {
                self.answers.entries.insert(field.id.clone(), Answer { value, layer: self.layer, place });
            }
        } else if let Some(refused) = self.spec.refusal(key) {
            let code = rules::code(&refused.code).unwrap_or("answers.elsewhere");
            let place = self.place(entry.line, entry.column);
            let finding = Finding::new(code, Severity::Hard, refused.message.clone()).about(key).at(Some(place));
            self.answers.findings.push(finding.next(refused.next.clone()));
        } else if self.spec.leads_on(key) {
            match entry.value.node {
                Node::Map(entries) => self.map(key, entries),
                Node::Null => {}
                _ => {
                    let place = self.place(entry.value.line, entry.value.column);
                    self.fault(
                        "answers.wrong-type",
                        place,
                        &format!("`{key}` is a map of questions, not a value"),
                        &self.within(key),
                    );
                }
            }
        } else {
            self.unknown(key, &entry);
        }
    }

    fn unknown(&mut self, key: &str, entry: &Entry) {
        let place = self.place(entry.line, entry.column);
        let inside = key.rsplit_once('.').and_then(|(parent, _)| self.spec.field(parent));
        let next = match (inside, self.spec.nearest(key)) {
            (Some(parent), _) if parent.kind == Kind::Bool => {
                format!("write `{}: true` or `false` without anything below it", parent.id)
            }
            (_, Some(near)) => format!("did you mean `{near}`?"),
            (_, None) => "`iomctl sample` lists every key; what no question covers goes under `extraValues`".into(),
        };
        self.fault("answers.unknown-key", place, &format!("there is no question {}", shown(key)), &next);
    }

    /// A few of the keys below `key`, for a person who wrote a value there.
    fn within(&self, key: &str) -> String {
        let prefix = format!("{key}.");
        let below = self.spec.fields().filter_map(|field| field.id.strip_prefix(&prefix));
        let mut names: Vec<&str> = below.map(|rest| rest.split('.').next().unwrap_or(rest)).collect();
        names.dedup();
        names.truncate(6);
        format!("write its questions below it: {}", names.join(", "))
    }

    fn acknowledge(&mut self, entry: Entry) {
        let items = match entry.value.node {
            Node::List(items) => items,
            Node::Null => return,
            node => vec![Located { line: entry.value.line, column: entry.value.column, node }],
        };
        for item in items {
            let place = item.place(&self.source);
            let value = item.value();
            let code = value.as_str().map(str::to_uppercase);
            match code.as_deref().and_then(rules::find) {
                Some(rule) if rule.can_be_acknowledged() => {
                    self.answers.acknowledged.insert(rule.id.clone());
                }
                Some(rule) => {
                    let what = format!("{} cannot be confirmed: it is no rule that waits for a confirmation", rule.id);
                    self.fault("answers.acknowledge", place, &what, "remove it from `acknowledge`");
                }
                None => {
                    let text = value.as_str().unwrap_or_default();
                    let near = nearest(text, rules::all().iter().map(|rule| rule.id.as_str()));
                    let next =
                        near.map_or("write codes of rules, such as F07".into(), |n| format!("did you mean `{n}`?"));
                    self.fault("answers.acknowledge", place, &format!("there is no rule {}", shown(text)), &next);
                }
            }
        }
    }

    /// Sources without lines (the command line) have places without lines.
    fn place(&self, line: u64, column: u64) -> Place {
        match self.layer {
            Layer::Set => Place::whole(self.source.clone()),
            Layer::Preset | Layer::Answer => Place { source: self.source.clone(), line, column },
        }
    }

    fn fault(&mut self, code: &'static str, place: Place, what: &str, next: &str) {
        self.answers.findings.push(Finding::new(code, Severity::Hard, what).at(Some(place)).next(next));
    }
}

#[cfg(test)]
mod tests;

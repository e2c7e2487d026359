//! The rules between settings, judged on chart values, so that one judgement serves answers, imported values and
//! every state on the way from one configuration to the next.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answers::Answers;
use super::condition::Condition;
use super::facts::{Facts, Release, Waits};
use super::finding::{Finding, Severity};
use super::path;
use super::spec::Spec;
use crate::platform::catalogue;

mod predicates;

/// A row of the rule table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `F01`–`F28`, `S01`–`S26`, `H1`–`H8`.
    pub id: String,
    /// What it weighs.
    pub severity: Severity,
    /// It weighs nothing ([`Severity::Info`]) as long as the value it is about is a default that nobody chose.
    #[serde(default)]
    pub default_is_note: bool,
    /// When it concerns a configuration.
    #[serde(default)]
    pub when: Option<Condition>,
    /// What satisfies it.
    #[serde(default)]
    pub unless: Option<Condition>,
    /// The change it concerns.
    #[serde(default)]
    pub turns: Option<Turn>,
    /// The predicate that judges it.
    #[serde(default)]
    pub judge: Option<String>,
    /// The facts without which it cannot be judged.
    #[serde(default)]
    pub waits_for: Vec<Waits>,
    /// What judges it instead: `fields`, or other rules.
    #[serde(default)]
    pub by: Vec<String>,
    /// Values path it points at.
    #[serde(default)]
    pub about: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What breaks when it is ignored.
    #[serde(default)]
    pub breaks: Option<String>,
    /// What to do.
    #[serde(default)]
    pub next: Option<String>,
}

/// A change of flags.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// Values paths of the flags.
    pub paths: Vec<String>,
    /// What they become.
    pub to: bool,
    /// Concerns existing environments only.
    #[serde(default)]
    pub existing: bool,
}

impl Rule {
    /// Whether a confirmation settles this row.
    pub fn can_be_acknowledged(&self) -> bool {
        all().iter().any(|rule| rule.id == self.id && rule.severity == Severity::Ack)
    }
}

/// The table, in its order.
pub fn all() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let text = include_str!("../../assets/plan/rules.yaml");
        // Part of the program and read by its tests: that it does not parse is a fault of the build.
        serde_yaml::from_str(text).unwrap_or_else(|e| panic!("assets/plan/rules.yaml: {e}"))
    });
    &RULES
}

/// The first row with this code.
pub fn find(code: &str) -> Option<&'static Rule> {
    all().iter().find(|rule| rule.id == code)
}

/// The code as a name that lives as long as the program.
pub(super) fn code(code: &str) -> Option<&'static str> {
    find(code).map(|rule| rule.id.as_str())
}

/// A rule that a configuration breaks.
#[derive(Debug, Clone)]
pub(super) struct Broken {
    pub rule: &'static Rule,
    /// Values path it points at.
    pub about: Option<String>,
    pub message: String,
}

impl Broken {
    /// The finding, pointing at the question and the answer that it is about.
    pub fn finding(&self, spec: &Spec, answers: &Answers) -> Finding {
        let mut finding = Finding::new(self.rule.id.as_str(), self.rule.severity, self.message.clone());
        let field = self.about.as_deref().and_then(|about| spec.field_of_value(about));
        let answer = field.and_then(|field| answers.get(&field.id));
        finding.field = field.map(|field| field.id.clone()).or_else(|| self.about.clone());
        finding.place = answer.map(|answer| answer.place.clone());
        finding.breaks = self.rule.breaks.clone();
        finding.next = self.rule.next.clone();
        finding.acknowledged = self.rule.severity == Severity::Ack && answers.has_acknowledged(&self.rule.id);
        if self.rule.default_is_note && answer.is_none() {
            finding.severity = Severity::Info;
        }
        finding
    }
}

/// A rule that concerns a configuration and cannot be judged yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Its code.
    pub code: &'static str,
    /// What it weighs.
    pub severity: Severity,
    /// The facts it needs.
    pub waits_for: Vec<Waits>,
    /// What it will ask.
    pub message: String,
}

/// What the rules say.
#[derive(Debug, Clone, Default)]
pub(super) struct Judgement {
    pub broken: Vec<Broken>,
    pub waiting: Vec<Waiting>,
}

/// What a predicate says.
pub(super) enum Verdict {
    Fine,
    /// What it found (for `{list}`), and the values path when it is not the rule's.
    Broken(String, Option<String>),
    Waits,
}

/// A configuration as the rules see it.
pub(super) struct View<'a> {
    pub values: &'a Value,
    pub facts: &'a Facts,
}

impl<'a> View<'a> {
    /// The value at `path`; a flag that is not written has its default.
    pub fn look(&self, path: &str) -> Option<&'a Value> {
        look(self.values, path)
    }

    pub fn text(&self, path: &str) -> Option<&'a str> {
        self.look(path).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    pub fn is_on(&self, path: &str) -> bool {
        self.look(path) == Some(&Value::Bool(true))
    }
}

/// The value at `path` in chart values; a flag that is not written has its default.
pub(super) fn look<'a>(values: &'a Value, path: &str) -> Option<&'a Value> {
    const ON: &Value = &Value::Bool(true);
    const OFF: &Value = &Value::Bool(false);
    let default = || {
        let flag = catalogue().flags.iter().find(|flag| flag.path == path)?;
        Some(if flag.default { ON } else { OFF })
    };
    path::get(values, path).or_else(default)
}

/// Judges every rule on `values`.
pub(super) fn judge(values: &Value, facts: &Facts) -> Judgement {
    let view = View { values, facts };
    let mut judgement = Judgement::default();
    for rule in all() {
        row(rule, &view, &mut judgement);
    }
    judgement
}

fn row(rule: &'static Rule, view: &View<'_>, judgement: &mut Judgement) {
    if rule.when.as_ref().is_some_and(|when| !when.holds(|path| view.look(path))) {
        return;
    }
    if rule.unless.as_ref().is_some_and(|unless| unless.holds(|path| view.look(path))) {
        return;
    }
    let turned = match &rule.turns {
        None => Vec::new(),
        Some(turn) => match turned(turn, view) {
            Turned::Known(paths) if paths.is_empty() => return,
            Turned::Known(paths) => paths,
            Turned::Unknown => return judgement.wait(rule, &[Waits::Release]),
        },
    };
    let verdict = match &rule.judge {
        Some(name) => predicates::judge(name, view),
        None if !rule.waits_for.is_empty() => Verdict::Waits,
        None if rule.when.is_none() && rule.turns.is_none() => Verdict::Fine,
        None => Verdict::Broken(names(&turned), turned.first().cloned()),
    };
    match verdict {
        Verdict::Fine => {}
        Verdict::Waits => judgement.wait(rule, &rule.waits_for),
        Verdict::Broken(list, about) => {
            let unmet = rule.unless.as_ref().map(|unless| unless.unmet(|path| view.look(path))).unwrap_or_default();
            let missing: Vec<String> = unmet.into_iter().map(|(path, _)| path).collect();
            let message = rule.message.replace("{missing}", &names(&missing)).replace("{list}", &list);
            judgement.broken.push(Broken { rule, about: about.or_else(|| rule.about.clone()), message });
        }
    }
}

/// Flags by their names, other values by their paths.
fn names(paths: &[String]) -> String {
    let name = |path: &String| catalogue().flag(path).map_or(path.as_str(), |flag| flag.key()).to_string();
    paths.iter().map(name).collect::<Vec<_>>().join(", ")
}

enum Turned {
    Known(Vec<String>),
    Unknown,
}

/// Which flags the change to `view` turns.
fn turned(turn: &Turn, view: &View<'_>) -> Turned {
    let becomes = |path: &&String| view.look(path) == Some(&Value::Bool(turn.to));
    let there: Vec<String> = turn.paths.iter().filter(becomes).cloned().collect();
    match &view.facts.release {
        Some(Release::Deployed(values)) => {
            let was = |path: &String| look(values, path) == Some(&Value::Bool(turn.to));
            Turned::Known(there.into_iter().filter(|path| !was(path)).collect())
        }
        Some(Release::Fresh) | None if !turn.existing => Turned::Known(there),
        Some(Release::Fresh) => Turned::Known(Vec::new()),
        None if there.is_empty() => Turned::Known(Vec::new()),
        None => Turned::Unknown,
    }
}

impl Judgement {
    fn wait(&mut self, rule: &'static Rule, facts: &[Waits]) {
        let message = rule.message.replace("{list}", "…").replace("{missing}", "…");
        let waiting = Waiting { code: rule.id.as_str(), severity: rule.severity, waits_for: facts.to_vec(), message };
        self.waiting.push(waiting);
    }
}

#[cfg(test)]
mod tests;

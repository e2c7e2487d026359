//! The way from what is deployed to what is wanted. A flag is active only after an upgrade has written it and the
//! services that read it have restarted; where one flag must be *active* before another may be switched on, one
//! upgrade is not enough.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answers::Answers;
use super::facts::{Facts, Release};
use super::finding::{Finding, Severity};
use super::path;
use super::rules::{self, judge, look};
use super::spec::Spec;
use crate::platform::{Flag, SparkEffect, catalogue};

mod restarts;

/// One upgrade with the restarts it needs, finished and verified before the next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Wave {
    /// Counted from 1.
    pub number: usize,
    /// The flags it switches.
    pub flags: Vec<FlagChange>,
    /// Paths of the other values that change in it.
    pub others: Vec<String>,
    /// What must be confirmed or seen before it starts.
    pub gates: Vec<Gate>,
    /// Services to restart after the upgrade, in order. Those that the upgrade itself starts are not among them.
    pub restarts: Vec<String>,
    /// What running Spark workloads need; their restart ends queries and needs explicit consent.
    pub spark: Option<SparkEffect>,
    /// The complete values of the upgrade, every flag written.
    #[serde(skip)]
    pub values: Value,
}

/// A flag that is switched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlagChange {
    /// Its short name.
    pub flag: String,
    /// Its values path.
    pub path: String,
    /// What it becomes.
    pub to: bool,
}

/// What stands before a wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// The rule.
    pub code: &'static str,
    /// Who opens it.
    pub kind: GateKind,
    /// What it asks.
    pub text: String,
}

/// Who opens a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateKind {
    /// The operator confirms a fact; the confirmation is recorded.
    Attestation,
    /// The state after the wave before is verified.
    Verification,
    /// It would need a confirmation, but not here; that is recorded instead.
    NotApplicable,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    edges: Vec<Edge>,
    live: Vec<String>,
    first: Vec<String>,
    last: Vec<String>,
}

/// One flag leans on another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edge {
    flag: String,
    needs: String,
    rule: String,
    existing: Step,
    fresh: Step,
    gate: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    Same,
    Later,
}

fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        let text = include_str!("../../assets/plan/waves.yaml");
        // Part of the program and read by its tests: that it does not parse is a fault of the build.
        serde_yaml::from_str(text).unwrap_or_else(|e| panic!("assets/plan/waves.yaml: {e}"))
    });
    &TABLE
}

/// Plans the waves from `current` (none: nothing is installed) to `target`. Without a difference there are none.
///
/// # Errors
/// The hard findings of the target, or of every way that leads to it.
pub fn waves(current: Option<&Value>, target: &Value, facts: &Facts) -> Result<Vec<Wave>, Vec<Finding>> {
    let release = current.map_or(Release::Fresh, |values| Release::Deployed(values.clone()));
    let facts = Facts { release: Some(release), ..facts.clone() };
    let hard = hard(target, &facts);
    if !hard.is_empty() {
        return Err(hard.into_values().collect());
    }
    let way = Way::new(current, target);
    if way.length() == 0 {
        return Ok(Vec::new());
    }
    let mut blocked = BTreeMap::new();
    // Where settings that flags lean on come and go, they must come with the first wave or go with the last.
    for others_at in 0..way.length() {
        let states: Vec<Value> = (0..way.length()).map(|wave| way.state(wave, others_at)).collect();
        let faults = way.faults(&states);
        if faults.is_empty() {
            return Ok(way.waves(&states, others_at, &facts));
        }
        blocked.extend(faults);
    }
    Err(blocked.into_values().map(unordered).collect())
}

/// The hard rules that `values` break, by code.
fn hard(values: &Value, facts: &Facts) -> BTreeMap<&'static str, Finding> {
    let broken = judge(values, facts).broken.into_iter().filter(|broken| broken.rule.severity == Severity::Hard);
    let spec = Spec::builtin();
    broken.map(|broken| (broken.rule.id.as_str(), broken.finding(spec, &Answers::none()))).collect()
}

/// A rule that holds before and after, but on no way between.
fn unordered(finding: Finding) -> Finding {
    Finding {
        message: format!("no order of upgrades keeps this rule all the way: {}", finding.message),
        next: Some("make the change in two steps: first the flags, then the other settings".into()),
        ..finding
    }
}

/// From one configuration to another.
struct Way<'a> {
    current: Option<&'a Value>,
    target: &'a Value,
    /// Flags that are switched, with the wave (from 0) in which they are.
    levels: BTreeMap<&'static str, usize>,
    others: Vec<String>,
}

impl<'a> Way<'a> {
    fn new(current: Option<&'a Value>, target: &'a Value) -> Self {
        let mut way = Way { current, target, levels: BTreeMap::new(), others: others(current, target) };
        let changing: BTreeSet<&'static str> =
            catalogue().flags.iter().filter(|flag| way.was(flag) != way.becomes(flag)).map(Flag::key).collect();
        let levels = changing.iter().map(|flag| (*flag, way.level(flag, &changing))).collect();
        way.levels = levels;
        way
    }

    fn was(&self, flag: &Flag) -> bool {
        self.current.is_some_and(|values| is_on(values, flag))
    }

    fn becomes(&self, flag: &Flag) -> bool {
        is_on(self.target, flag)
    }

    /// The wave in which a flag can be switched at the earliest.
    fn level(&self, flag: &str, changing: &BTreeSet<&'static str>) -> usize {
        let turns_on = |name: &str| catalogue().flag(name).is_some_and(|flag| self.becomes(flag));
        let on = turns_on(flag);
        let before = |edge: &Edge| {
            let (this, other) = if on { (&edge.flag, &edge.needs) } else { (&edge.needs, &edge.flag) };
            (this == flag && changing.contains(other.as_str()) && turns_on(other) == on).then(|| {
                let step = match (on, self.current) {
                    (true, None) => edge.fresh,
                    (true, Some(_)) => edge.existing,
                    (false, _) => Step::Later,
                };
                self.level(other, changing) + usize::from(step == Step::Later)
            })
        };
        table().edges.iter().filter_map(before).max().unwrap_or(0)
    }

    /// How many waves there are.
    fn length(&self) -> usize {
        let flags = self.levels.values().max().map_or(0, |last| last + 1);
        flags.max(usize::from(!self.others.is_empty()))
    }

    /// The values after a wave, when everything but the flags changes with wave `others_at`.
    fn state(&self, wave: usize, others_at: usize) -> Value {
        let base = if wave >= others_at { self.target } else { self.current.unwrap_or(self.target) };
        let mut values = base.clone();
        for flag in &catalogue().flags {
            let done = self.levels.get(flag.key()).is_none_or(|level| *level <= wave);
            let on = if done { self.becomes(flag) } else { self.was(flag) };
            path::set(&mut values, &flag.path, json!(on));
        }
        values
    }

    /// Hard rules that a state on the way breaks and the beginning did not.
    fn faults(&self, states: &[Value]) -> BTreeMap<&'static str, Finding> {
        let nothing = Facts::default();
        let before = self.current.map(|values| hard(values, &nothing)).unwrap_or_default();
        let on_the_way = states.iter().flat_map(|state| hard(state, &nothing));
        on_the_way.filter(|(code, _)| !before.contains_key(code)).collect()
    }

    fn waves(&self, states: &[Value], others_at: usize, facts: &Facts) -> Vec<Wave> {
        let wave = |(index, values): (usize, &Value)| {
            let flags: Vec<&'static Flag> =
                catalogue().flags.iter().filter(|flag| self.levels.get(flag.key()) == Some(&index)).collect();
            let others = if index == others_at { self.others.clone() } else { Vec::new() };
            let before = index.checked_sub(1).map(|previous| &states[previous]).or(self.current);
            let restarts = before.map(|before| restarts::restarts(&flags, &others, before, values)).unwrap_or_default();
            Wave {
                number: index + 1,
                gates: self.gates(&flags, index, values, facts),
                restarts,
                spark: before.and_then(|_| restarts::spark(&flags)),
                flags: flags.into_iter().map(|flag| self.change(flag)).collect(),
                others,
                values: values.clone(),
            }
        };
        states.iter().enumerate().map(wave).collect()
    }

    fn change(&self, flag: &Flag) -> FlagChange {
        FlagChange { flag: flag.key().into(), path: flag.path.clone(), to: self.becomes(flag) }
    }

    /// What must be confirmed or seen before these flags are switched.
    fn gates(&self, flags: &[&Flag], wave: usize, values: &Value, facts: &Facts) -> Vec<Gate> {
        let mut gates: Vec<Gate> = Vec::new();
        let mut add = |code, kind, text: &str| {
            let gate = Gate { code, kind, text: text.to_string() };
            if !gates.contains(&gate) {
                gates.push(gate);
            }
        };
        for edge in &table().edges {
            let switched = |name: &str| flags.iter().any(|flag| flag.key() == name);
            let earlier = |name: &str| self.levels.get(name).is_some_and(|level| *level < wave);
            let on = catalogue().flag(&edge.flag).is_some_and(|flag| self.becomes(flag));
            let code = rules::code(&edge.rule);
            if let Some(code) = code.filter(|_| on && switched(&edge.flag) && earlier(&edge.needs)) {
                add(code, GateKind::Verification, &edge.gate);
            }
        }
        let broken = judge(values, facts).broken.into_iter().filter(|broken| broken.rule.severity == Severity::Ack);
        for broken in broken {
            let concerned = match &broken.rule.turns {
                Some(turn) => flags.iter().any(|flag| turn.paths.contains(&flag.path)),
                None => wave == 0,
            };
            if concerned {
                add(broken.rule.id.as_str(), GateKind::Attestation, &broken.message);
            }
        }
        if self.current.is_none() {
            for rule in rules::all().iter().filter(|rule| rule.severity == Severity::Ack) {
                let migrates = |flag: &&&Flag| {
                    let turn = rule.turns.as_ref().filter(|turn| turn.existing && turn.to);
                    flag.migration && turn.is_some_and(|turn| turn.paths.contains(&flag.path))
                };
                if flags.iter().any(|flag| migrates(&flag)) {
                    add(rule.id.as_str(), GateKind::NotApplicable, "migration not applicable: fresh installation");
                }
            }
        }
        gates
    }
}

fn is_on(values: &Value, flag: &Flag) -> bool {
    look(values, &flag.path) == Some(&Value::Bool(true))
}

/// Values besides flags that differ.
fn others(current: Option<&Value>, target: &Value) -> Vec<String> {
    let is_flag = |path: &str| catalogue().flags.iter().any(|flag| flag.path == path);
    let leaves = |values: &Value| -> BTreeMap<String, Value> {
        let leaves = path::leaves(values).into_iter().filter(|(path, _)| !is_flag(path));
        leaves.map(|(path, value)| (path, value.clone())).collect()
    };
    let (before, after) = (current.map(leaves).unwrap_or_default(), leaves(target));
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

#[cfg(test)]
mod tests;

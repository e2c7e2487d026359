//! Three tools at one release, in any order: what one made, the others read, upgrade, roll back and remove.
//!
//! `IOMCTL_SEQUENCES=40 IOMCTL_STEPS=25 IOMCTL_SEED=7 cargo test --test real sequences` plays more of them. A sequence
//! that fails tells its seed and its steps.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;

use futures::future::try_join_all;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Secret, Service};
use serde_json::Value;
use tokio::process::Command;

use super::{Operator, Tested, helm, moving};
use crate::ground::{Ground, Site};

/// Records that all three keep at least by default.
const HISTORY: i64 = 9;

/// Who does a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tool {
    Helm3,
    Helm4,
    Iomctl,
}

/// What is done.
#[derive(Debug, Clone)]
enum Step {
    Install(Values),
    Upgrade(Values),
    /// To what cannot be: the selector of a Deployment changes.
    Impossible(Values),
    Rollback(i64),
    Uninstall,
}

/// The values of a revision, as far as they vary.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Values {
    color: &'static str,
    keys: BTreeSet<&'static str>,
    extra: bool,
    kept: bool,
    custom: bool,
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = self.keys.iter().copied().collect();
        let Values { color, extra, kept, custom, .. } = self;
        write!(f, "size=0,color={color},keys={{{}}},extra={extra},kept={kept},custom={custom}", keys.join(","))
    }
}

/// Numbers that look random and are the same for the same seed (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn values(&mut self) -> Values {
        const COLORS: [&str; 3] = ["red", "green", "blue"];
        let color = COLORS[self.roll(3) as usize];
        // An empty list cannot be given on the command line.
        let keys = ["a", "b", "x", "z"].into_iter().filter(|key| *key == "a" || self.roll(2) == 0).collect();
        let [extra, kept, custom] = [(); 3].map(|()| self.roll(2) == 0);
        Values { color, keys, extra, kept, custom }
    }

    fn tool(&mut self) -> Tool {
        [Tool::Helm3, Tool::Helm4, Tool::Iomctl, Tool::Iomctl][self.roll(4) as usize]
    }
}

/// What should be true.
#[derive(Debug, Default)]
struct Model {
    /// Every revision that there is a record of: its values, and whether it was deployed.
    revisions: BTreeMap<i64, (Values, bool)>,
    /// The revision that is deployed.
    deployed: Option<i64>,
    /// The values of ConfigMap `kept`, which outlives everything.
    kept: Option<Values>,
    /// Keys that Helm 4 may have left in the Secret: it does not remove what it wrote as text, and forgets that it did.
    left: BTreeSet<String>,
    /// Nobody has failed while writing it.
    kept_is_known: bool,
    /// Helm has failed on the way, with half of its objects written: until iomctl puts them right, only records are told.
    blurred: bool,
}

impl Model {
    fn next(&self, dice: &mut Dice) -> Step {
        if self.deployed.is_none() {
            return Step::Install(dice.values());
        }
        let newest = self.revisions.keys().last().copied().unwrap_or_default();
        let is_there = |at: i64| newest - at < HISTORY;
        let restorable: Vec<i64> =
            self.revisions.iter().filter(|(at, (_, was))| *was && is_there(**at)).map(|(at, _)| *at).collect();
        match dice.roll(10) {
            0..=4 => Step::Upgrade(dice.values()),
            5..=7 => Step::Rollback(restorable[dice.roll(restorable.len() as u64) as usize]),
            8 => Step::Impossible(dice.values()),
            _ => Step::Uninstall,
        }
    }

    fn learn(&mut self, tool: Tool, step: &Step) {
        if let (Tool::Helm4, Some((values, _))) = (tool, self.deployed.and_then(|at| self.revisions.get(&at))) {
            self.left.extend(values.keys.iter().map(ToString::to_string));
        }
        let number = self.revisions.keys().last().map_or(1, |last| last + 1);
        match step {
            Step::Install(values) | Step::Upgrade(values) => {
                // To make again what stands takes no revision, but Helm makes one.
                let same = self.deployed.and_then(|at| self.revisions.get(&at)).is_some_and(|(now, _)| now == values);
                let newest_is_deployed = self.deployed == self.revisions.keys().last().copied();
                if tool == Tool::Iomctl && same && newest_is_deployed {
                    return;
                }
                self.revisions.insert(number, (values.clone(), true));
                self.deployed = Some(number);
            }
            // Helm tries and fails; iomctl finds out before.
            Step::Impossible(_) if tool == Tool::Iomctl => return,
            Step::Impossible(values) => {
                self.revisions.insert(number, (values.clone(), false));
                self.blurred = true;
                self.kept_is_known &= !values.kept;
                return;
            }
            Step::Rollback(to) => {
                let values = self.revisions[to].0.clone();
                self.revisions.insert(number, (values, true));
                self.deployed = Some(number);
            }
            Step::Uninstall => {
                self.revisions.clear();
                self.deployed = None;
                self.blurred = false;
                self.left.clear();
                return;
            }
        }
        self.blurred &= tool != Tool::Iomctl;
        if let Some((values, _)) = self.deployed.and_then(|at| self.revisions.get(&at))
            && values.kept
        {
            self.kept = Some(values.clone());
            self.kept_is_known = true;
        }
    }
}

/// Does a step; whether it succeeded.
async fn play(ns: &Site<'_>, operator: &Operator, tool: Tool, step: &Step) -> Result<(bool, String), Box<dyn Error>> {
    let chart = moving();
    let chart = chart.to_str().unwrap_or_default();
    let arguments: Vec<String> = match (step, tool) {
        (Step::Install(values), Tool::Iomctl) => {
            vec!["upgrade".into(), "r".into(), chart.into(), "--install".into(), "--set".into(), values.to_string()]
        }
        (Step::Install(values), _) => {
            vec!["install".into(), "r".into(), chart.into(), "--set".into(), values.to_string()]
        }
        (Step::Upgrade(values), _) => {
            vec!["upgrade".into(), "r".into(), chart.into(), "--set".into(), values.to_string()]
        }
        (Step::Impossible(values), _) => {
            vec!["upgrade".into(), "r".into(), chart.into(), "--set".into(), format!("{values},fixed=other")]
        }
        (Step::Rollback(to), _) => vec!["rollback".into(), "r".into(), to.to_string()],
        (Step::Uninstall, Tool::Iomctl) => {
            vec!["uninstall".into(), "--release".into(), "r".into(), "--yes".into(), "--delete-volumes".into()]
        }
        (Step::Uninstall, _) => vec!["uninstall".into(), "r".into(), "--wait".into()],
    };
    let mut command = match tool {
        Tool::Iomctl => operator.command(&arguments.iter().map(String::as_str).collect::<Vec<_>>()),
        Tool::Helm3 | Tool::Helm4 => {
            let mut command = Command::from(ns.command(if tool == Tool::Helm3 { "helm3" } else { "helm4" }));
            command.args(&arguments);
            command
        }
    };
    let output = tokio::time::timeout(super::SOON, command.output()).await??;
    let words = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Ok((output.status.success(), words))
}

/// Holds what both Helms say against the model.
async fn check_records(ns: &Site<'_>, model: &Model) -> Result<Vec<String>, Box<dyn Error>> {
    let mut wrong = Vec::new();
    let mut expect = |what: &str, found: String, wanted: String| {
        if found != wanted {
            wrong.push(format!("{what}: found {found}, wanted {wanted}"));
        }
    };
    for tool in ["helm3", "helm4"] {
        let Some(newest) = model.revisions.keys().last() else { continue };
        let status: Value = serde_json::from_str(&helm(ns, tool, &["status", "r", "-o", "json"]).await)?;
        let wanted = if model.deployed == Some(*newest) { "deployed" } else { "failed" };
        expect(tool, status["info"]["status"].to_string(), format!("\"{wanted}\""));
        expect(tool, status["version"].to_string(), newest.to_string());
        let history: Value = serde_json::from_str(&helm(ns, tool, &["history", "r", "-o", "json"]).await)?;
        let deployed: Vec<_> = history
            .as_array()
            .into_iter()
            .flatten()
            .filter(|one| one["status"] == "deployed")
            .map(|one| one["revision"].as_i64())
            .collect();
        expect(tool, format!("{deployed:?}"), format!("{:?}", [model.deployed]));
    }
    Ok(wrong)
}

/// Holds the cluster against the model; what is wrong, in words.
async fn check(ns: &Site<'_>, model: &Model, exact: bool) -> Result<Vec<String>, Box<dyn Error>> {
    let mut wrong = check_records(ns, model).await?;
    if model.blurred {
        return Ok(wrong);
    }
    let mut expect = |what: &str, found: String, wanted: String| {
        if found != wanted {
            wrong.push(format!("{what}: found {found}, wanted {wanted}"));
        }
    };
    let maps = ns.api::<ConfigMap>();
    let kept = maps.get_opt("kept").await?.map(|map| map.data.unwrap_or_default()["color"].clone());
    if model.kept_is_known {
        expect(
            "kept",
            format!("{kept:?}"),
            format!("{:?}", model.kept.as_ref().map(|values| values.color.to_string())),
        );
    }
    let values = model.deployed.and_then(|at| model.revisions.get(&at)).map(|(values, _)| values);
    let fields = maps.get_opt("fields").await?;
    expect("fields", format!("{:?}", fields.is_some()), format!("{:?}", values.is_some()));
    let extra = maps.get_opt("extra").await?;
    expect("extra", format!("{}", extra.is_some()), format!("{}", values.is_some_and(|values| values.extra)));
    if let (Some(values), Some(fields)) = (values, fields) {
        let annotated = fields.metadata.annotations.unwrap_or_default().contains_key("moving/extra");
        expect("annotation", annotated.to_string(), values.extra.to_string());
        let mut wanted: BTreeSet<String> = values.keys.iter().map(ToString::to_string).collect();
        wanted.insert("color".into());
        let data = fields.data.unwrap_or_default();
        expect(
            "keys",
            format!("{:?}", data.keys().collect::<Vec<_>>()),
            format!("{:?}", wanted.iter().collect::<Vec<_>>()),
        );
        expect("color", data["color"].clone(), values.color.into());
        let secret: BTreeSet<String> =
            ns.api::<Secret>().get("secret").await?.data.unwrap_or_default().into_keys().collect();
        let left: BTreeSet<String> =
            secret.difference(&wanted).filter(|key| exact && !model.left.contains(*key)).cloned().collect();
        expect("secret", format!("{} {left:?}", secret.is_superset(&wanted)), "true {}".into());
        let ports = ns.api::<Service>().get("web").await?.spec.and_then(|spec| spec.ports).unwrap_or_default();
        expect("ports", ports.len().to_string(), (1 + usize::from(values.extra)).to_string());
        let web = serde_json::to_value(ns.api::<Deployment>().get("web").await?)?;
        let env = web["spec"]["template"]["spec"]["containers"][0]["env"].as_array().map_or(0, Vec::len);
        expect("environment", env.to_string(), wanted.len().to_string());
        let thing = ns.command("kubectl").args(["get", "thing", "thing", "-n", ns.name(), "-o", "json"]).output()?;
        expect("thing", thing.status.success().to_string(), values.custom.to_string());
        if thing.status.success() {
            let thing: Value = serde_json::from_slice(&thing.stdout)?;
            let found: BTreeSet<String> =
                thing["spec"].as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect();
            expect("keys of thing", format!("{found:?}"), format!("{wanted:?}"));
        }
    }
    Ok(wrong)
}

async fn sequence(ground: &Ground, seed: u64, steps: u64) -> Result<(), Box<dyn Error>> {
    let ns = ground.namespace("sequence").await;
    let operator = Operator::new(&ns)?;
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut model = Model { kept_is_known: true, ..Model::default() };
    let mut story = Vec::new();
    for _ in 0..steps {
        let (mut tool, step) = (dice.tool(), model.next(&mut dice));
        if model.blurred && matches!(step, Step::Uninstall) {
            // Helm leaves behind what a failed revision of its own had created.
            tool = Tool::Iomctl;
        }
        story.push(format!("{tool:?} {step:?}"));
        let (succeeded, words) = play(&ns, &operator, tool, &step).await?;
        let told = || format!("seed {seed}:\n{}\n{words}", story.join("\n"));
        let wanted = !matches!(step, Step::Impossible(_));
        if succeeded != wanted {
            return Err(format!("a step ended with {succeeded}\n{}", told()).into());
        }
        model.learn(tool, &step);
        let exact = tool == Tool::Iomctl && !matches!(step, Step::Impossible(_));
        let wrong = check(&ns, &model, exact).await.map_err(|e| format!("{e}\n{}", told()))?;
        if !wrong.is_empty() {
            return Err(format!("{}\n{}", wrong.join("\n"), told()).into());
        }
    }
    Ok(())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test]
async fn three_tools_alternate() -> Tested {
    let ground = Ground::real().await;
    let (count, steps, seed) = (number("IOMCTL_SEQUENCES", 3), number("IOMCTL_STEPS", 8), number("IOMCTL_SEED", 1));
    let seeds: Vec<u64> = (seed..seed + count).collect();
    for some in seeds.chunks(3) {
        try_join_all(some.iter().map(|seed| sequence(&ground, *seed, steps))).await?;
    }
    Ok(())
}

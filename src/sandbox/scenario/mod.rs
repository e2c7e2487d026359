//! Scenarios: what a sandbox is like, as data.

mod population;
mod release;
mod setting;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::behaviour::{Behaviour, Effect};
use super::controllers::Controllers;
use super::faults::FaultPlan;
use super::logs::Chatter;
use super::world::{Load, World};
use crate::problem::Problem;

/// The scenarios that are built in: name and text.
const ALL: &[(&str, &str)] = &[
    ("fresh", include_str!("../../../assets/sandbox/scenarios/fresh.yaml")),
    ("init-job-fails", include_str!("../../../assets/sandbox/scenarios/init-job-fails.yaml")),
    ("image-pull", include_str!("../../../assets/sandbox/scenarios/image-pull.yaml")),
    ("unschedulable", include_str!("../../../assets/sandbox/scenarios/unschedulable.yaml")),
    ("no-storage-class", include_str!("../../../assets/sandbox/scenarios/no-storage-class.yaml")),
    ("crash-loop", include_str!("../../../assets/sandbox/scenarios/crash-loop.yaml")),
    ("view-only", include_str!("../../../assets/sandbox/scenarios/view-only.yaml")),
    ("namespace-only", include_str!("../../../assets/sandbox/scenarios/namespace-only.yaml")),
    ("flaky", include_str!("../../../assets/sandbox/scenarios/flaky.yaml")),
    ("installed", include_str!("../../../assets/sandbox/scenarios/installed.yaml")),
    ("installed-by-helm", include_str!("../../../assets/sandbox/scenarios/installed-by-helm.yaml")),
    ("busy", include_str!("../../../assets/sandbox/scenarios/busy.yaml")),
    ("huge", include_str!("../../../assets/sandbox/scenarios/huge.yaml")),
];

/// What containers say by themselves.
const CHATTER: &str = include_str!("../../../assets/sandbox/chatter.yaml");

/// What jobs leave behind.
const EFFECTS: &str = include_str!("../../../assets/sandbox/effects.yaml");

/// A scenario that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its name.
    pub name: &'static str,
    /// What it is like, in one sentence.
    pub about: String,
}

/// What a sandbox is like.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// One sentence. It is read from the text, so that naming all scenarios parses none.
    #[cfg_attr(not(test), expect(dead_code, reason = "documentation in the file"))]
    pub about: String,
    /// The namespace it is about.
    #[serde(default = "namespace")]
    pub namespace: String,
    /// That namespace is there from the beginning.
    #[serde(default)]
    pub namespace_exists: bool,
    /// The user, when it is not an administrator.
    #[serde(default)]
    pub user: Option<Restricted>,
    /// There is a default storage class.
    #[serde(default = "yes")]
    pub storage_class: bool,
    /// How many nodes there are; more than are known are all.
    #[serde(default = "all_nodes")]
    pub nodes: usize,
    /// Cores of each node.
    #[serde(default = "cores")]
    pub node_cores: u32,
    /// How badly the line behaves.
    #[serde(default)]
    pub faults: FaultPlan,
    /// How much containers use.
    #[serde(default)]
    pub load: Load,
    /// What pods do.
    #[serde(default)]
    pub behaviours: Vec<Behaviour>,
    /// Other objects.
    #[serde(default)]
    pub objects: Vec<Value>,
    /// Objects that somebody makes when the sandbox starts.
    #[serde(default)]
    pub arrivals: Vec<Value>,
    /// A release that is installed already.
    #[serde(default)]
    pub release: Option<Installed>,
    /// Pods in large numbers.
    #[serde(default)]
    pub population: Option<Population>,
}

/// A user who may not do everything.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restricted {
    /// Name.
    pub name: String,
    /// Rules in the scenario's namespace, as a Role has them.
    #[serde(default)]
    pub rules: Vec<Value>,
    /// Rules in the whole cluster, as a ClusterRole has them.
    #[serde(default)]
    pub cluster_rules: Vec<Value>,
}

/// A release that is installed already.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installed {
    /// Its name.
    pub name: String,
    /// The preset it was made from.
    pub preset: String,
    /// Answers on top of it, as `--set` takes them.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// Made by Helm itself rather than by this program.
    #[serde(default)]
    pub by_helm: bool,
    /// Hours ago.
    pub hours_ago: i64,
}

/// Pods in large numbers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Over so many namespaces.
    pub namespaces: usize,
    /// So many pods in all.
    pub pods: usize,
}

fn namespace() -> String {
    "iomete-system".into()
}

fn yes() -> bool {
    true
}

fn all_nodes() -> usize {
    usize::MAX
}

fn cores() -> u32 {
    32
}

/// The scenarios that there are.
pub fn summaries() -> Vec<Summary> {
    let about = |text: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix("about:")).unwrap_or_default();
        line.trim().trim_matches('"').to_string()
    };
    ALL.iter().map(|(name, text)| Summary { name, about: about(text) }).collect()
}

impl Scenario {
    /// The scenario of this name.
    ///
    /// # Errors
    /// There is none; the nearest name is told.
    pub fn named(name: &str) -> Result<Scenario, Problem> {
        let Some((_, text)) = ALL.iter().find(|(known, _)| *known == name) else {
            let names: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
            let near = names.iter().max_by(|a, b| {
                let like = |known: &str| strsim::jaro_winkler(known, &name.to_lowercase());
                like(a).total_cmp(&like(b))
            });
            let next = match near.filter(|near| strsim::jaro_winkler(near, &name.to_lowercase()) > 0.75) {
                Some(near) => format!("did you mean `{near}`? `iomctl sandbox --list` says what each is like"),
                None => "`iomctl sandbox --list` says what each is like".into(),
            };
            return Err(Problem::bad_input("sandbox.scenario", format!("there is no scenario `{name}`"))
                .because(format!("scenarios are: {}", names.join(", ")))
                .next(next));
        };
        serde_yaml::from_str(text).map_err(|e| {
            Problem::failed("sandbox.scenario", format!("the scenario `{name}` cannot be read")).because(e.to_string())
        })
    }

    /// Fills a world.
    ///
    /// # Errors
    /// The release cannot be rendered.
    pub fn set(&self, world: &World, controllers: &mut Controllers) -> Result<(), Problem> {
        setting::furnish(world, self);
        for behaviour in self.behaviours.iter().rev() {
            world.behaviours().add(behaviour.clone());
        }
        if let Some(population) = &self.population {
            population::settle(&mut world.store(), population);
            world.store().settle();
        }
        if let Some(release) = &self.release {
            let result = release::install(world, controllers, self, release);
            controllers.present();
            result?;
        }
        let mut store = world.store();
        for object in &self.arrivals {
            setting::arrive(&mut store, &self.namespace, object)?;
        }
        Ok(())
    }
}

/// What containers say by themselves.
///
/// # Errors
/// The file that is built in cannot be read, which a test rules out.
pub fn chatter() -> Result<Vec<Chatter>, Problem> {
    serde_yaml::from_str(CHATTER)
        .map_err(|e| Problem::failed("sandbox.chatter", "what containers say cannot be read").because(e.to_string()))
}

/// What jobs leave behind when they succeed.
///
/// # Errors
/// As for [`chatter`].
pub fn effects() -> Result<Vec<Effect>, Problem> {
    serde_yaml::from_str(EFFECTS)
        .map_err(|e| Problem::failed("sandbox.effects", "what jobs leave behind cannot be read").because(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_can_be_read_and_says_what_it_is_like() {
        for summary in summaries() {
            let scenario = Scenario::named(summary.name).unwrap();
            assert_eq!(scenario.about, summary.about, "{}", summary.name);
            assert!(summary.about.len() > 20, "{}", summary.name);
        }
        assert!(!chatter().unwrap().is_empty() && !effects().unwrap().is_empty());
    }

    #[test]
    fn an_unknown_scenario_names_the_nearest() {
        let problem = Scenario::named("init-job-fail").unwrap_err();
        assert!(problem.next.unwrap().contains("did you mean `init-job-fails`?"));
        assert!(!Scenario::named("xyzzy").unwrap_err().next.unwrap().contains("did you mean"));
    }
}

//! What runs in a namespace, in the groups in which a person thinks of it: the platform's own copies, compute
//! clusters, Spark jobs, notebooks, and the rest.

use std::collections::BTreeMap;

use super::judge::{Health, Verdict, judge, judge_application, judge_pod};
use super::names::Name;
use super::news::Usage;
use super::pods::Pod;
use super::space::Space;
use crate::platform::{Catalogue, Service};

/// What a workload is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// A service of the platform.
    Platform,
    /// A compute cluster: `cc-NAME`.
    Cluster,
    /// A Spark job.
    Job,
    /// A notebook: `jc-NAME`.
    Notebook,
    /// Anything else.
    Other,
}

impl Group {
    /// All, in the order in which they are shown.
    pub const ALL: [Group; 5] = [Group::Platform, Group::Cluster, Group::Job, Group::Notebook, Group::Other];

    /// As a heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::Platform => "Platform",
            Group::Cluster => "Compute clusters",
            Group::Job => "Spark jobs",
            Group::Notebook => "Notebooks",
            Group::Other => "Other workloads",
        }
    }

    /// By the name of a workload. The gateway finds clusters and notebooks by the same prefixes.
    fn of(name: &str, spark: bool, namespace: &str, catalogue: &Catalogue) -> Group {
        let bare = name.strip_suffix("-driver").unwrap_or(name);
        let ours = |service: &Service| service.owns_object(bare, namespace) || service.is_named(bare);
        if bare == catalogue.init_job.name || catalogue.services.iter().any(ours) {
            Group::Platform
        } else if name.starts_with("cc-") {
            Group::Cluster
        } else if name.starts_with("jc-") {
            Group::Notebook
        } else if spark {
            Group::Job
        } else {
            Group::Other
        }
    }
}

/// Something that runs in a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// What it is for.
    pub group: Group,
    /// `Deployment`, `SparkApplication`, `Pod` …
    pub kind: Name,
    /// Its name.
    pub name: Name,
    /// How it stands.
    pub verdict: Verdict,
    /// Restarts of its pods.
    pub restarts: u32,
    /// Seconds since 1970 of its creation.
    pub created: i64,
    /// What its pods use.
    pub usage: Option<Usage>,
}

/// Everything that runs in a namespace, by group, then by name.
pub fn units(space: &Space, namespace: &str, catalogue: &Catalogue, now: i64) -> Vec<Unit> {
    let mut owned: Owned<'_> = BTreeMap::new();
    for pod in space.pods.values() {
        owned.entry(maker(space, pod)).or_default().push(pod);
    }
    let mut units = Vec::new();
    let group = |name: &str, spark| Group::of(name, spark, namespace, catalogue);
    for workload in space.deployments.values().chain(space.sets.values()).chain(space.jobs.values()) {
        let kind = workload.row.kind;
        let verdict = judge(space, namespace, workload, now);
        let pods = owned_by(&owned, kind, &workload.name);
        units.push(unit(space, group(&workload.name, false), kind, &workload.name, verdict, workload.created, pods));
    }
    for application in space.applications.values() {
        let verdict = judge_application(application);
        let pods = owned_by(&owned, "SparkApplication", &application.name);
        let group = group(&application.name, true);
        units.push(unit(space, group, "SparkApplication", &application.name, verdict, application.created, pods));
    }
    for ((kind, name), pods) in &owned {
        let known = matches!(*kind, "Deployment" | "StatefulSet" | "Job") && space.workload(kind, name).is_some()
            || *kind == "SparkApplication" && space.applications.contains_key(*name);
        if !known {
            let spark = pods.iter().any(|pod| pod.spark.is_some());
            let created = pods.iter().map(|pod| pod.created).min().unwrap_or_default();
            let verdict = of_pods(space, namespace, pods, now);
            units.push(unit(space, group(name, spark), kind, &Name::from(*name), verdict, created, pods));
        }
    }
    units.sort_by(|a, b| (a.group, &a.name, &a.kind).cmp(&(b.group, &b.name, &b.kind)));
    units
}

type Owned<'s> = BTreeMap<(&'s str, &'s str), Vec<&'s Pod>>;

fn owned_by<'o, 's: 'o>(owned: &'o Owned<'s>, kind: &'s str, name: &'s str) -> &'o [&'s Pod] {
    owned.get(&(kind, name)).map_or(&[], Vec::as_slice)
}

/// The pods of a unit.
pub fn pods_of<'s>(space: &'s Space, kind: &'s str, name: &'s str) -> impl Iterator<Item = &'s Pod> {
    space.pods.values().filter(move |pod| maker(space, pod) == (kind, name))
}

/// What a pod is counted under.
fn maker<'s>(space: &'s Space, pod: &'s Pod) -> (&'s str, &'s str) {
    if let Some((app, _)) = &pod.spark
        && !app.is_empty()
    {
        let kind = if space.applications.contains_key(app) { "SparkApplication" } else { "Spark" };
        return (kind, app);
    }
    match &pod.owner {
        Some((kind, name)) => (kind, name),
        None => ("Pod", &pod.name),
    }
}

fn unit(space: &Space, group: Group, kind: &str, name: &Name, verdict: Verdict, created: i64, pods: &[&Pod]) -> Unit {
    let used = pods.iter().filter_map(|pod| space.usage.get(&pod.name)).copied();
    Unit {
        group,
        kind: kind.into(),
        name: name.clone(),
        verdict,
        restarts: pods.iter().map(|pod| pod.restarts).sum(),
        created,
        usage: used.reduce(|a, b| Usage { cpu: a.cpu + b.cpu, memory: a.memory + b.memory }),
    }
}

/// Pods whose maker is not watched: as well as the worst of them.
fn of_pods(space: &Space, namespace: &str, pods: &[&Pod], now: i64) -> Verdict {
    let verdicts = pods.iter().map(|pod| judge_pod(space, namespace, pod, now));
    let mut worst = verdicts.max_by_key(|verdict| verdict.health).unwrap_or_else(|| Verdict::unknown(""));
    worst.ready = pods.iter().filter(|pod| pod.is_well()).count() as u32;
    worst.desired = pods.len() as u32;
    if worst.health == Health::Failed && worst.ready > 0 {
        worst.health = Health::Degraded;
        worst.word = "degraded";
    }
    worst
}

/// A namespace in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Pods.
    pub pods: u32,
    /// Pods that do what they are there for.
    pub well: u32,
    /// Restarts of all pods.
    pub restarts: u32,
    /// CPU asked for, in thousandths.
    pub cpu: u64,
    /// Memory asked for, in MiB.
    pub memory: u64,
    /// Compute clusters that run, and all.
    pub clusters: (u32, u32),
    /// Spark jobs that run, and all.
    pub jobs: (u32, u32),
    /// Notebooks that run, and all.
    pub notebooks: (u32, u32),
}

/// Counts a namespace without judging every workload: cheap with ten thousand pods.
pub fn tally(space: &Space, namespace: &str, catalogue: &Catalogue) -> Tally {
    let mut tally = Tally::default();
    for pod in space.pods.values() {
        tally.pods += 1;
        tally.well += u32::from(pod.is_well());
        tally.restarts += pod.restarts;
        if pod.phase != super::pods::Phase::Succeeded {
            tally.cpu += u64::from(pod.cpu);
            tally.memory += u64::from(pod.memory);
        }
    }
    let mut count = |group: Group, runs: bool| {
        let counter = match group {
            Group::Cluster => &mut tally.clusters,
            Group::Job => &mut tally.jobs,
            Group::Notebook => &mut tally.notebooks,
            Group::Platform | Group::Other => return,
        };
        counter.0 += u32::from(runs);
        counter.1 += 1;
    };
    for application in space.applications.values() {
        let group = Group::of(&application.name, true, namespace, catalogue);
        count(group, judge_application(application).health == Health::Ready);
    }
    for workload in space.deployments.values().chain(space.sets.values()) {
        count(Group::of(&workload.name, false, namespace, catalogue), workload.row.ready > 0);
    }
    tally
}

//! The platform's services with how each stands: the platform, not Kubernetes, is the order.

use super::judge::{Health, Verdict, judge, judge_application};
use super::kind::Kind;
use super::names::Name;
use super::news::{StreamState, Usage};
use super::pods::Pod;
use super::release::Facts;
use super::space::Space;
use super::world::World;
use crate::platform::{Catalogue, Service, WorkloadKind};

/// One object that runs a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Its namespace.
    pub namespace: Name,
    /// `Deployment`, `StatefulSet` or `SparkApplication`.
    pub kind: &'static str,
    /// Its name.
    pub name: Name,
    /// How it stands.
    pub verdict: Verdict,
    /// Restarts of its pods.
    pub restarts: u32,
    /// Seconds since 1970 when its youngest pod was created.
    pub created: Option<i64>,
    /// What its pods use; none where nothing is measured.
    pub usage: Option<Usage>,
    /// Pods that started before the configuration they should have read.
    pub stale: u32,
}

/// A service with all its copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its place in the catalogue.
    pub index: usize,
    /// The worst of its copies, with numbers of all.
    pub verdict: Verdict,
    /// Values path of the flag that keeps it off.
    pub off_by: Option<String>,
    /// The objects that run it.
    pub copies: Vec<Copy>,
    /// A list in which its objects would be is still read.
    pub looking: bool,
}

impl Standing {
    /// Restarts of all copies.
    pub fn restarts(&self) -> u32 {
        self.copies.iter().map(|copy| copy.restarts).sum()
    }

    /// The age of the youngest pod decides.
    pub fn created(&self) -> Option<i64> {
        self.copies.iter().filter_map(|copy| copy.created).max()
    }

    /// What all copies use.
    pub fn usage(&self) -> Option<Usage> {
        let known = self.copies.iter().filter_map(|copy| copy.usage);
        known.reduce(|a, b| Usage { cpu: a.cpu + b.cpu, memory: a.memory + b.memory })
    }

    /// Whether a pod has not read the configuration as it is now.
    pub fn is_stale(&self) -> bool {
        self.copies.iter().any(|copy| copy.stale > 0)
    }
}

/// Every service of the platform, in the order of the specification.
pub fn services(world: &World, catalogue: &Catalogue, facts: &Facts, now: i64) -> Vec<Standing> {
    let of = |(index, service): (usize, &Service)| {
        let mut standing = standing(world, index, service, facts, now);
        if !reads_settings(service, catalogue) {
            standing.copies.iter_mut().for_each(|copy| copy.stale = 0);
        }
        standing
    };
    catalogue.services.iter().enumerate().map(of).collect()
}

/// Whether a service reads the Secret `data-plane` when it starts: the backends, and what a flag says to restart.
pub fn reads_settings(service: &Service, catalogue: &Catalogue) -> bool {
    service.quarkus || catalogue.flags.iter().any(|flag| flag.restart.contains(&service.name))
}

fn standing(world: &World, index: usize, service: &Service, facts: &Facts, now: i64) -> Standing {
    let mut copies = Vec::new();
    let mut unknown: Option<String> = None;
    let mut looking = false;
    for namespace in facts.namespaces_of(service.scope) {
        let kind = stream_of(service.kind);
        let Some(space) = world.spaces.get(namespace) else {
            looking = true;
            continue;
        };
        let found: Vec<Copy> = copies_in(space, namespace, service, facts, now);
        if found.is_empty() {
            match space.stream(kind) {
                StreamState::Loading => looking = true,
                StreamState::Denied(need) => unknown = Some(format!("needs: {need}")),
                StreamState::Absent => unknown = Some(format!("the cluster does not serve {}", kind.singular())),
                StreamState::Live | StreamState::Broken(_) => {}
            }
        }
        copies.extend(found);
    }
    let off_by = service.flag.as_ref().and_then(|flag| facts.flag_off(flag));
    let verdict = match (&off_by, copies.is_empty()) {
        (_, false) => together(&copies),
        (Some(path), true) => Verdict { health: Health::Off, word: "off", ..Verdict::unknown(path.clone()) },
        (None, true) if looking => Verdict::unknown("looking"),
        (None, true) => match unknown {
            Some(why) => Verdict::unknown(why),
            None if !facts.known => Verdict::unknown("the release has not been read"),
            None => Verdict::missing(format!("there is no {} {}", service.kind.as_str(), facts.object_of(service))),
        },
    };
    Standing { index, verdict, off_by, copies, looking }
}

fn stream_of(kind: WorkloadKind) -> Kind {
    match kind {
        WorkloadKind::Deployment => Kind::Deployments,
        WorkloadKind::StatefulSet => Kind::StatefulSets,
        WorkloadKind::SparkApplication => Kind::Applications,
    }
}

fn copies_in(space: &Space, namespace: &Name, service: &Service, facts: &Facts, now: i64) -> Vec<Copy> {
    let ours = |name: &Name| {
        // `prefect-worker-query-scheduling` is a worker beside the one of its namespace.
        service.owns_object(name, namespace) || service.objects.iter().any(|o| o.as_str() == &**name)
    };
    let workloads = match service.kind {
        WorkloadKind::Deployment => &space.deployments,
        WorkloadKind::StatefulSet => &space.sets,
        WorkloadKind::SparkApplication => {
            let found = space.applications.values().filter(|application| ours(&application.name));
            return found
                .map(|application| {
                    let pods: Vec<&Pod> = space
                        .pods
                        .values()
                        .filter(|pod| pod.spark.as_ref().is_some_and(|(app, _)| *app == application.name))
                        .collect();
                    let mut verdict = judge_application(application);
                    if verdict.word == "running" {
                        verdict.ready = pods.iter().filter(|pod| pod.is_well()).count().max(1) as u32;
                        verdict.desired = verdict.desired.max(verdict.ready);
                    }
                    copy(space, namespace, "SparkApplication", &application.name, verdict, &pods, facts)
                })
                .collect();
        }
    };
    let found = workloads.values().filter(|workload| ours(&workload.name));
    found
        .map(|workload| {
            let pods: Vec<&Pod> = space.pods_of(workload.row.kind, &workload.row.name).collect();
            let verdict = judge(space, namespace, workload, now);
            copy(space, namespace, workload.row.kind, &workload.name, verdict, &pods, facts)
        })
        .collect()
}

fn copy(
    space: &Space,
    namespace: &Name,
    kind: &'static str,
    name: &Name,
    verdict: Verdict,
    pods: &[&Pod],
    facts: &Facts,
) -> Copy {
    let used = pods.iter().filter_map(|pod| space.usage.get(&pod.name));
    Copy {
        namespace: namespace.clone(),
        kind,
        name: name.clone(),
        verdict,
        restarts: pods.iter().map(|pod| pod.restarts).sum(),
        created: pods.iter().map(|pod| pod.created).max(),
        usage: used.copied().reduce(|a, b| Usage { cpu: a.cpu + b.cpu, memory: a.memory + b.memory }),
        stale: pods.iter().filter(|pod| facts.is_stale(pod)).count() as u32,
    }
}

/// The worst copy speaks for all.
fn together(copies: &[Copy]) -> Verdict {
    let Some(worst) = copies.iter().max_by_key(|copy| copy.verdict.health) else { return Verdict::unknown("") };
    let mut verdict = worst.verdict.clone();
    if copies.len() > 1 {
        verdict.ready = copies.iter().map(|copy| copy.verdict.ready).sum();
        verdict.desired = copies.iter().map(|copy| copy.verdict.desired).sum();
        if !verdict.cause.is_empty() {
            verdict.cause = format!("{}: {}", worst.namespace, verdict.cause);
        }
        let well = copies.iter().any(|copy| copy.verdict.health == Health::Ready);
        if well && verdict.health == Health::Failed {
            verdict.health = Health::Degraded;
            verdict.word = "degraded";
        }
    }
    verdict
}

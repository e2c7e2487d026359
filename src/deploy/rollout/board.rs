//! The rows that are known, folded; and the judgement of each workload from them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::reason;
use crate::cluster::rows::{ClaimRow, PodRow, WarningRow, WorkloadRow};
use crate::cluster::{ObjectRef, Watched};
use crate::deploy::event::State;

/// News for the board.
#[derive(Debug, Clone)]
pub enum Fact {
    /// Of Deployments, StatefulSets, DaemonSets or Jobs (one kind each) of a namespace.
    Workloads(&'static str, String, Watched<WorkloadRow>),
    /// Of the pods of a namespace.
    Pods(String, Watched<PodRow>),
    /// Of the claims of a namespace.
    Claims(String, Watched<ClaimRow>),
    /// Of the warnings of a namespace.
    Warnings(String, Watched<WarningRow>),
}

/// How a workload stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// Which workload.
    #[serde(flatten)]
    pub object: ObjectRef,
    /// Whether it is rolled out.
    pub state: State,
    /// Pods that are ready.
    pub ready: i32,
    /// Pods wanted.
    pub desired: i32,
    /// Why it is not rolled out; empty when it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Whether a container crashed whose log would tell more: pod, container, and whether its previous run is meant.
    #[serde(skip)]
    pub crashed: Option<(String, String, bool)>,
}

type Key = (String, String);

/// Everything known about the workloads of a release.
#[derive(Debug, Clone, Default)]
pub struct Board {
    listed: BTreeSet<(&'static str, String)>,
    workloads: BTreeMap<ObjectRef, WorkloadRow>,
    pods: BTreeMap<Key, PodRow>,
    claims: BTreeMap<Key, ClaimRow>,
    warnings: BTreeMap<(String, String, String, String), WarningRow>,
}

impl Board {
    /// Takes in news.
    pub fn learn(&mut self, fact: Fact) {
        match fact {
            Fact::Workloads(kind, namespace, news) => {
                if matches!(news, Watched::Listed(_)) {
                    self.listed.insert((kind, namespace.clone()));
                }
                let here = |key: &ObjectRef| key.kind == kind && key.namespace.as_deref() == Some(namespace.as_str());
                fold(&mut self.workloads, news, here, |row| ObjectRef {
                    kind: row.kind.into(),
                    namespace: Some(row.namespace.clone()),
                    name: row.name.clone(),
                });
            }
            Fact::Pods(namespace, news) => {
                fold(&mut self.pods, news, |key| key.0 == namespace, |row| (row.namespace.clone(), row.name.clone()));
            }
            Fact::Claims(namespace, news) => {
                fold(&mut self.claims, news, |key| key.0 == namespace, |row| (row.namespace.clone(), row.name.clone()));
            }
            Fact::Warnings(namespace, news) => fold(
                &mut self.warnings,
                news,
                |key| key.1 == namespace,
                |row| (row.kind.clone(), row.namespace.clone(), row.name.clone(), row.reason.clone()),
            ),
        }
    }

    /// Whether it is known which workloads of this kind there are, in the namespace of this one.
    pub fn knows(&self, object: &ObjectRef) -> bool {
        let namespace = object.namespace.as_deref().unwrap_or_default();
        self.listed.iter().any(|(kind, listed)| *kind == object.kind && listed == namespace)
    }

    /// The judgement of one workload.
    pub fn judge(&self, object: &ObjectRef) -> Judgement {
        let judged = |state, ready, desired, reason: String, crashed| Judgement {
            object: object.clone(),
            state,
            ready,
            desired,
            reason,
            crashed,
        };
        let Some(row) = self.workloads.get(object) else {
            return judged(State::Running, 0, 0, "not there yet".into(), None);
        };
        match progress(row) {
            Progress::Done => judged(State::Done, row.ready, row.desired, String::new(), None),
            Progress::Failed(why) => judged(State::Failed, row.ready, row.desired, why, None),
            Progress::Underway(how) => {
                let found = reason::find(self, row);
                let state =
                    if found.as_ref().is_some_and(|found| found.lasting) { State::Failed } else { State::Running };
                let crashed = found.as_ref().and_then(|found| found.crashed.clone());
                judged(state, row.ready, row.desired, found.map_or(how, |found| found.text), crashed)
            }
        }
    }

    pub(super) fn pods_of<'b>(&'b self, row: &'b WorkloadRow) -> impl Iterator<Item = &'b PodRow> {
        self.pods.values().filter(move |pod| {
            pod.namespace == row.namespace
                && !pod.leaving
                && pod.owner.as_ref().is_some_and(|(kind, name)| kind == row.kind && *name == row.name)
        })
    }

    pub(super) fn claim(&self, namespace: &str, name: &str) -> Option<&ClaimRow> {
        self.claims.get(&(namespace.to_string(), name.to_string()))
    }

    /// The newest warning about an object whose reason is one of `reasons` (any when empty).
    pub(super) fn warning(
        &self,
        kind: &str,
        namespace: &str,
        name: impl Fn(&str) -> bool,
        reasons: &[&str],
    ) -> Option<&WarningRow> {
        self.warnings
            .values()
            .filter(|row| row.kind == kind && row.namespace == namespace && name(&row.name))
            .filter(|row| reasons.is_empty() || reasons.contains(&row.reason.as_str()))
            .max_by_key(|row| row.last)
    }
}

fn fold<K: Ord, R>(rows: &mut BTreeMap<K, R>, news: Watched<R>, listed: impl Fn(&K) -> bool, key: impl Fn(&R) -> K) {
    match news {
        Watched::Listed(all) => {
            rows.retain(|key, _| !listed(key));
            rows.extend(all.into_iter().map(|row| (key(&row), row)));
        }
        Watched::Changed(row) => {
            rows.insert(key(&row), row);
        }
        Watched::Gone(row) => {
            rows.remove(&key(&row));
        }
        Watched::Interrupted(_) => {}
    }
}

enum Progress {
    Done,
    Underway(String),
    Failed(String),
}

fn progress(row: &WorkloadRow) -> Progress {
    let condition = |kind: &str, status: &str| row.conditions.iter().find(|c| c.kind == kind && c.status == status);
    if row.kind == "Job" {
        return match (condition("Complete", "True"), condition("Failed", "True")) {
            (Some(_), _) => Progress::Done,
            (_, Some(failed)) => Progress::Failed(format!("{}: {}", failed.reason, failed.message)),
            _ => Progress::Underway("the job runs".into()),
        };
    }
    if row.observed < row.generation {
        return Progress::Underway("waits for its controller".into());
    }
    if row.on_delete {
        return if row.ready >= row.desired { Progress::Done } else { few("ready", row.ready, row.desired) };
    }
    if row.updated < row.desired {
        return few("updated", row.updated, row.desired);
    }
    if row.kind == "Deployment" && row.replicas > row.updated {
        return Progress::Underway(format!("{} old pods are still there", row.replicas - row.updated));
    }
    if row.available < row.desired {
        return few("available", row.available, row.desired);
    }
    match &row.rolling {
        Some(_) if row.desired > 0 => Progress::Underway("its revision is still rolling".into()),
        _ => Progress::Done,
    }
}

fn few(what: &str, have: i32, want: i32) -> Progress {
    Progress::Underway(format!("{have} of {want} {what}"))
}

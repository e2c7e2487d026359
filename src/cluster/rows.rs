//! Slim pictures of what is watched: a row holds what is judged and shown, never an object.

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ContainerStatus, Event, PersistentVolumeClaim, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

/// One entry of `status.conditions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// `Available`, `PodScheduled`, …
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// One word.
    pub reason: String,
    /// A sentence.
    pub message: String,
}

/// A Deployment, StatefulSet, DaemonSet or Job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkloadRow {
    /// `Deployment`, …
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Generation of the specification.
    pub generation: i64,
    /// Generation the controller has seen.
    pub observed: i64,
    /// Pods wanted (completions of a Job).
    pub desired: i32,
    /// Pods there are, old ones included.
    pub replicas: i32,
    /// Pods of the current template.
    pub updated: i32,
    /// Pods that are ready (succeeded ones of a Job).
    pub ready: i32,
    /// Pods that are ready long enough.
    pub available: i32,
    /// Revision of a StatefulSet that is being rolled out.
    pub rolling: Option<(String, String)>,
    /// Pods are replaced only when somebody deletes them.
    pub on_delete: bool,
    /// Conditions.
    pub conditions: Vec<Condition>,
}

/// A container of a pod.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerRow {
    /// Its name.
    pub name: String,
    /// Whether it passes its readiness probe.
    pub ready: bool,
    /// How often it was restarted.
    pub restarts: i32,
    /// Why it waits: reason and message.
    pub waiting: Option<(String, String)>,
    /// Whether it runs now.
    pub running: bool,
    /// How it ended: exit code, reason, message.
    pub ended: Option<(i32, String, String)>,
    /// How its previous run ended.
    pub ended_before: Option<(i32, String, String)>,
}

/// A pod.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodRow {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Kind and name of what made it; a ReplicaSet is told as its Deployment.
    pub owner: Option<(String, String)>,
    /// `Pending`, `Running`, …
    pub phase: String,
    /// Seconds since 1970 of its creation.
    pub created: i64,
    /// It is being deleted.
    pub leaving: bool,
    /// Names of the claims it mounts.
    pub claims: Vec<String>,
    /// Conditions.
    pub conditions: Vec<Condition>,
    /// Init containers first.
    pub containers: Vec<ContainerRow>,
}

/// A PersistentVolumeClaim.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ClaimRow {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// `Pending`, `Bound`, `Lost`.
    pub phase: String,
    /// Storage class it asks for; empty: the cluster's default.
    pub class: String,
}

/// A warning event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WarningRow {
    /// Kind of the object it is about.
    pub kind: String,
    /// Namespace of the object.
    pub namespace: String,
    /// Name of the object.
    pub name: String,
    /// `FailedScheduling`, `BackOff`, …
    pub reason: String,
    /// The sentence.
    pub message: String,
    /// How often it was said.
    pub count: i32,
    /// Seconds since 1970 when it was last said.
    pub last: i64,
}

macro_rules! conditions {
    ($list:expr) => {
        $list
            .into_iter()
            .map(|c| Condition {
                kind: c.type_,
                status: c.status,
                reason: c.reason.unwrap_or_default(),
                message: c.message.unwrap_or_default(),
            })
            .collect()
    };
}

impl From<Deployment> for WorkloadRow {
    fn from(object: Deployment) -> Self {
        let status = object.status.unwrap_or_default();
        WorkloadRow {
            desired: object.spec.and_then(|spec| spec.replicas).unwrap_or(1),
            observed: status.observed_generation.unwrap_or_default(),
            replicas: status.replicas.unwrap_or_default(),
            updated: status.updated_replicas.unwrap_or_default(),
            ready: status.ready_replicas.unwrap_or_default(),
            available: status.available_replicas.unwrap_or_default(),
            conditions: conditions!(status.conditions.into_iter().flatten()),
            ..named("Deployment", object.metadata)
        }
    }
}

impl From<StatefulSet> for WorkloadRow {
    fn from(object: StatefulSet) -> Self {
        let status = object.status.unwrap_or_default();
        let spec = object.spec.unwrap_or_default();
        let on_delete = spec.update_strategy.and_then(|strategy| strategy.type_).as_deref() == Some("OnDelete");
        WorkloadRow {
            desired: spec.replicas.unwrap_or(1),
            observed: status.observed_generation.unwrap_or_default(),
            replicas: status.replicas,
            updated: status.updated_replicas.unwrap_or_default(),
            ready: status.ready_replicas.unwrap_or_default(),
            available: status.available_replicas.unwrap_or_default(),
            rolling: status.current_revision.zip(status.update_revision).filter(|(now, next)| now != next),
            on_delete,
            conditions: conditions!(status.conditions.into_iter().flatten()),
            ..named("StatefulSet", object.metadata)
        }
    }
}

impl From<DaemonSet> for WorkloadRow {
    fn from(object: DaemonSet) -> Self {
        let status = object.status.unwrap_or_default();
        let strategy = object.spec.and_then(|spec| spec.update_strategy).and_then(|strategy| strategy.type_);
        WorkloadRow {
            desired: status.desired_number_scheduled,
            observed: status.observed_generation.unwrap_or_default(),
            replicas: status.current_number_scheduled,
            updated: status.updated_number_scheduled.unwrap_or_default(),
            ready: status.number_ready,
            available: status.number_available.unwrap_or_default(),
            on_delete: strategy.as_deref() == Some("OnDelete"),
            conditions: conditions!(status.conditions.into_iter().flatten()),
            ..named("DaemonSet", object.metadata)
        }
    }
}

impl From<Job> for WorkloadRow {
    fn from(object: Job) -> Self {
        let status = object.status.unwrap_or_default();
        WorkloadRow {
            desired: object.spec.and_then(|spec| spec.completions).unwrap_or(1),
            replicas: status.active.unwrap_or_default(),
            ready: status.succeeded.unwrap_or_default(),
            conditions: conditions!(status.conditions.into_iter().flatten()),
            ..named("Job", object.metadata)
        }
    }
}

fn named(kind: &'static str, metadata: ObjectMeta) -> WorkloadRow {
    WorkloadRow {
        kind,
        namespace: metadata.namespace.unwrap_or_default(),
        name: metadata.name.unwrap_or_default(),
        generation: metadata.generation.unwrap_or_default(),
        ..WorkloadRow::default()
    }
}

impl From<Pod> for PodRow {
    fn from(pod: Pod) -> Self {
        let owner = owner(&pod.metadata);
        let status = pod.status.unwrap_or_default();
        let volumes = pod.spec.and_then(|spec| spec.volumes).unwrap_or_default();
        let containers = status.init_container_statuses.into_iter().flatten();
        PodRow {
            owner,
            namespace: pod.metadata.namespace.unwrap_or_default(),
            name: pod.metadata.name.unwrap_or_default(),
            phase: status.phase.unwrap_or_default(),
            created: pod.metadata.creation_timestamp.map_or(0, |time| time.0.as_second()),
            leaving: pod.metadata.deletion_timestamp.is_some(),
            claims: volumes
                .into_iter()
                .filter_map(|v| v.persistent_volume_claim)
                .map(|claim| claim.claim_name)
                .collect(),
            conditions: conditions!(status.conditions.into_iter().flatten()),
            containers: containers
                .chain(status.container_statuses.into_iter().flatten())
                .map(ContainerRow::from)
                .collect(),
        }
    }
}

/// What made a pod; a ReplicaSet of a Deployment is told as the Deployment.
fn owner(metadata: &ObjectMeta) -> Option<(String, String)> {
    let owner = metadata.owner_references.as_ref()?.iter().find(|owner| owner.controller == Some(true))?;
    let hash = metadata.labels.as_ref().and_then(|labels| labels.get("pod-template-hash"));
    match hash.and_then(|hash| owner.name.strip_suffix(&format!("-{hash}"))) {
        Some(deployment) if owner.kind == "ReplicaSet" => Some(("Deployment".into(), deployment.into())),
        _ => Some((owner.kind.clone(), owner.name.clone())),
    }
}

impl From<ContainerStatus> for ContainerRow {
    fn from(status: ContainerStatus) -> Self {
        let state = status.state.unwrap_or_default();
        let ended = |ended: k8s_openapi::api::core::v1::ContainerStateTerminated| {
            (ended.exit_code, ended.reason.unwrap_or_default(), ended.message.unwrap_or_default())
        };
        ContainerRow {
            name: status.name,
            ready: status.ready,
            restarts: status.restart_count,
            running: state.running.is_some(),
            waiting: state.waiting.map(|w| (w.reason.unwrap_or_default(), w.message.unwrap_or_default())),
            ended: state.terminated.map(ended),
            ended_before: status.last_state.and_then(|last| last.terminated).map(ended),
        }
    }
}

impl From<PersistentVolumeClaim> for ClaimRow {
    fn from(claim: PersistentVolumeClaim) -> Self {
        ClaimRow {
            namespace: claim.metadata.namespace.unwrap_or_default(),
            name: claim.metadata.name.unwrap_or_default(),
            phase: claim.status.and_then(|status| status.phase).unwrap_or_default(),
            class: claim.spec.and_then(|spec| spec.storage_class_name).unwrap_or_default(),
        }
    }
}

impl From<Event> for WarningRow {
    fn from(event: Event) -> Self {
        let said = event.last_timestamp.map(|time| time.0).or(event.event_time.map(|time| time.0));
        let about = event.involved_object;
        WarningRow {
            kind: about.kind.unwrap_or_default(),
            namespace: about.namespace.unwrap_or_default(),
            name: about.name.unwrap_or_default(),
            reason: event.reason.unwrap_or_default(),
            message: event.message.unwrap_or_default(),
            count: event.series.and_then(|series| series.count).or(event.count).unwrap_or(1),
            last: said.map_or(0, |time| time.as_second()),
        }
    }
}

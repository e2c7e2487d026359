//! Pods.

use std::collections::HashMap;

use serde::Deserialize;

use super::Raw;
use super::meta::{Meta, RawCondition, Stamp, or_default};
use crate::observe::claims::quantity;
use crate::observe::kind::Kind;
use crate::observe::names::{Interner, Name};
use crate::observe::news::Row;
use crate::observe::pods::{Container, Phase, Pod, Trouble};

#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct RawPod {
    metadata: Meta,
    spec: Spec,
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    node_name: Option<String>,
    #[serde(deserialize_with = "or_default")]
    containers: Vec<SpecContainer>,
    volumes: Vec<Volume>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SpecContainer {
    name: String,
    resources: Resources,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resources {
    requests: HashMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Volume {
    persistent_volume_claim: Option<Claim>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Claim {
    claim_name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    phase: String,
    reason: String,
    message: String,
    conditions: Vec<RawCondition>,
    container_statuses: Vec<ContainerStatus>,
    init_container_statuses: Vec<ContainerStatus>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ContainerStatus {
    name: String,
    ready: bool,
    restart_count: i32,
    state: ContainerState,
    last_state: ContainerState,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ContainerState {
    waiting: Option<Waiting>,
    running: Option<Running>,
    terminated: Option<Ended>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Waiting {
    reason: String,
    message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Running {
    started_at: Stamp,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Ended {
    exit_code: i32,
    reason: String,
    message: String,
}

impl Raw for RawPod {
    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn row(self, _: Kind, names: &Interner) -> Row {
        let RawPod { metadata, spec, status } = self;
        let ready = status.container_statuses.iter().filter(|c| c.ready).count();
        let restarts = status.container_statuses.iter().chain(&status.init_container_statuses);
        let restarts: i64 = restarts.map(|c| i64::from(c.restart_count)).sum();
        let started = status.container_statuses.iter().filter_map(|c| c.state.running.as_ref());
        let requests = |resource: &str| -> f64 {
            spec.containers.iter().filter_map(|c| quantity(c.resources.requests.get(resource)?)).sum()
        };
        let mut pod = Pod {
            owner: owner(&metadata, names),
            phase: Phase::parse(&status.phase),
            leaving: metadata.deletion_timestamp.is_some(),
            ready: u8::try_from(ready).unwrap_or(u8::MAX),
            restarts: u32::try_from(restarts).unwrap_or_default(),
            created: metadata.creation_timestamp.0,
            started: started.map(|running| running.started_at.0).max().unwrap_or_default(),
            node: spec.node_name.as_deref().map(|node| names.name(node)),
            containers: names.names(spec.containers.iter().map(|c| c.name.as_str())),
            spark: spark(&metadata, names),
            cpu: (requests("cpu") * 1000.0) as u32,
            memory: (requests("memory") / 1_048_576.0) as u32,
            claims: names.names(
                spec.volumes.iter().filter_map(|v| v.persistent_volume_claim.as_ref()).map(|c| c.claim_name.as_str()),
            ),
            trouble: None,
            name: metadata.name.into(),
        };
        if !pod.is_well() || (pod.restarts > 0 && pod.phase == Phase::Running) {
            pod.trouble = Some(Box::new(trouble(status)));
        }
        Row::Pod(pod)
    }
}

fn trouble(status: Status) -> Trouble {
    let containers = status.init_container_statuses.into_iter().chain(status.container_statuses);
    Trouble {
        reason: (!status.reason.is_empty()).then_some((status.reason, status.message)),
        containers: containers.map(container).collect(),
        conditions: status.conditions.into_iter().filter(|c| c.status != "True").map(Into::into).collect(),
    }
}

fn container(status: ContainerStatus) -> Container {
    let ended = |ended: Ended| (ended.exit_code, ended.reason, ended.message);
    Container {
        name: status.name,
        ready: status.ready,
        restarts: status.restart_count,
        running: status.state.running.is_some(),
        waiting: status.state.waiting.map(|waiting| (waiting.reason, waiting.message)),
        ended: status.state.terminated.map(ended),
        ended_before: status.last_state.terminated.map(ended),
    }
}

/// What made it; a ReplicaSet of a Deployment is told as the Deployment.
fn owner(metadata: &Meta, names: &Interner) -> Option<(Name, Name)> {
    let owner = metadata.owner_references.iter().find(|owner| owner.controller)?;
    let hash = metadata.labels.get("pod-template-hash").filter(|_| owner.kind == "ReplicaSet");
    let deployment = hash.and_then(|hash| owner.name.strip_suffix(hash.as_str())?.strip_suffix('-'));
    Some(match deployment {
        Some(deployment) => (names.name("Deployment"), names.name(deployment)),
        None => (names.name(&owner.kind), names.name(&owner.name)),
    })
}

/// Application and role, as Spark and its operator label them.
fn spark(metadata: &Meta, names: &Interner) -> Option<(Name, Name)> {
    let role = metadata.labels.get("spark-role")?;
    let label = |key| metadata.labels.get(key).map(String::as_str);
    let app = label("sparkoperator.k8s.io/app-name").or_else(|| label("spark-app-name")).unwrap_or_default();
    Some((names.name(app), names.name(role)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(value: serde_json::Value) -> Pod {
        let raw: RawPod = serde_json::from_value(value).unwrap();
        match raw.row(Kind::Pods, &Interner::default()) {
            Row::Pod(pod) => pod,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_pod_that_is_well_carries_no_more_than_it_must() {
        let pod = row(json!({
            "metadata": {
                "name": "iom-core-abc-1", "creationTimestamp": "2026-11-22T10:00:00Z",
                "labels": {"pod-template-hash": "abc"},
                "ownerReferences": [{"kind": "ReplicaSet", "name": "iom-core-abc", "controller": true}],
            },
            "spec": {
                "nodeName": "node-1",
                "containers": [{"name": "core", "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}],
                "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}, {"name": "w"}],
            },
            "status": {
                "phase": "Running",
                "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": null}],
                "containerStatuses": [{
                    "name": "core", "ready": true, "restartCount": 0,
                    "state": {"running": {"startedAt": "2026-11-22T10:00:05Z"}}, "lastState": {},
                }],
            },
        }));
        assert!(pod.is_well() && pod.trouble.is_none());
        assert_eq!(pod.owner, Some(("Deployment".into(), "iom-core".into())));
        assert_eq!((pod.cpu, pod.memory, pod.started - pod.created), (500, 1024, 5));
        assert_eq!(*pod.claims, ["data".into()]);
    }

    #[test]
    fn a_pod_in_trouble_says_why() {
        let pod = row(json!({
            "metadata": {"name": "p"},
            "spec": {"containers": [{"name": "c"}]},
            "status": {
                "phase": "Running",
                "conditions": [{"type": "Ready", "status": "False"}, {"type": "PodScheduled", "status": "True"}],
                "containerStatuses": [{
                    "name": "c", "ready": false, "restartCount": 4,
                    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
                    "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}},
                }],
            },
        }));
        assert_eq!((pod.word(), pod.restarts), ("CrashLoopBackOff", 4));
        let trouble = pod.trouble.as_deref().unwrap();
        assert_eq!(trouble.conditions.len(), 1);
        assert_eq!(trouble.containers[0].ended_before, Some((1, "Error".into(), String::new())));
    }

    #[test]
    fn a_pod_may_be_nearly_empty() {
        let pod = row(json!({"metadata": {"name": "p", "creationTimestamp": null}, "status": {}}));
        assert_eq!((pod.phase, pod.word()), (Phase::Unknown, "Unknown"));
    }
}

//! Deployments, StatefulSets and Jobs: one shape holds what is asked of all three.

use std::collections::HashMap;

use serde::Deserialize;

use super::Raw;
use super::meta::{Meta, RawCondition, Stamp, or_default};
use crate::cluster::rows::WorkloadRow;
use crate::observe::kind::Kind;
use crate::observe::names::Interner;
use crate::observe::news::Row;
use crate::observe::settings::Workload;

/// Written into the template by `kubectl rollout restart` and by us.
pub const RESTARTED: &str = "kubectl.kubernetes.io/restartedAt";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawWorkload {
    metadata: Meta,
    spec: Spec,
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    replicas: Option<i32>,
    completions: Option<i32>,
    update_strategy: Strategy,
    template: Template,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Strategy {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Template {
    metadata: TemplateMeta,
    spec: TemplateSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TemplateMeta {
    annotations: HashMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TemplateSpec {
    #[serde(deserialize_with = "or_default")]
    containers: Vec<Named>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    observed_generation: i64,
    replicas: i32,
    updated_replicas: i32,
    ready_replicas: i32,
    available_replicas: i32,
    current_revision: Option<String>,
    update_revision: Option<String>,
    active: i32,
    succeeded: i32,
    failed: i32,
    conditions: Vec<RawCondition>,
}

impl Raw for RawWorkload {
    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn row(self, kind: Kind, names: &Interner) -> Row {
        let RawWorkload { metadata, spec, status } = self;
        let job = kind == Kind::Jobs;
        let rolling = status.current_revision.zip(status.update_revision).filter(|(now, next)| now != next);
        let restarted = spec.template.metadata.annotations.get(RESTARTED);
        let restarted = restarted.and_then(|time| time.parse::<jiff::Timestamp>().ok());
        Row::Workload(Box::new(Workload {
            name: metadata.name.as_str().into(),
            created: metadata.creation_timestamp.0,
            release: metadata.labels.get("app.kubernetes.io/instance").map(|name| names.name(name)),
            containers: names.names(spec.template.spec.containers.iter().map(|c| c.name.as_str())),
            restarted: restarted.and_then(|time| Stamp(time.as_second()).known()),
            failed: status.failed,
            row: WorkloadRow {
                kind: kind.singular(),
                namespace: String::new(),
                name: metadata.name,
                generation: metadata.generation,
                observed: status.observed_generation,
                desired: if job { spec.completions } else { spec.replicas }.unwrap_or(1),
                replicas: if job { status.active } else { status.replicas },
                updated: status.updated_replicas,
                ready: if job { status.succeeded } else { status.ready_replicas },
                available: status.available_replicas,
                rolling,
                on_delete: spec.update_strategy.kind == "OnDelete",
                conditions: status.conditions.into_iter().map(Into::into).collect(),
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::rows;
    use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
    use k8s_openapi::api::batch::v1::Job;
    use serde_json::{Value, json};

    fn slim(kind: Kind, value: Value) -> WorkloadRow {
        let raw: RawWorkload = serde_json::from_value(value).unwrap();
        match raw.row(kind, &Interner::default()) {
            Row::Workload(workload) => workload.row,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_slim_row_is_the_row_that_rollouts_know() {
        let object = json!({
            "metadata": {"name": "n", "generation": 3},
            "spec": {
                "replicas": 2, "selector": {}, "serviceName": "s", "updateStrategy": {"type": "OnDelete"},
                "template": {"spec": {"containers": [{"name": "c"}]}},
            },
            "status": {
                "observedGeneration": 2, "replicas": 3, "updatedReplicas": 1, "readyReplicas": 2,
                "availableReplicas": 1, "currentRevision": "a", "updateRevision": "b",
                "conditions": [{"type": "Available", "status": "False", "reason": "R", "message": "m"}],
            },
        });
        let deployment: Deployment = serde_json::from_value(object.clone()).unwrap();
        let told = WorkloadRow { rolling: None, on_delete: false, ..slim(Kind::Deployments, object.clone()) };
        assert_eq!(told, rows::WorkloadRow::from(deployment));
        let set: StatefulSet = serde_json::from_value(object.clone()).unwrap();
        assert_eq!(slim(Kind::StatefulSets, object), rows::WorkloadRow::from(set));

        let job = json!({
            "metadata": {"name": "n"}, "spec": {"completions": 1, "template": {}},
            "status": {"active": 1, "failed": 2, "conditions": [{"type": "Failed", "status": "True"}]},
        });
        let known: Job = serde_json::from_value(job.clone()).unwrap();
        assert_eq!(slim(Kind::Jobs, job), rows::WorkloadRow::from(known));
    }
}

//! A rolling restart, as kubectl does it: the pods' template gets the time, the controller replaces the pods.

use jiff::Timestamp;
use kube::Api;
use kube::api::{DynamicObject, Patch, PatchParams};
use serde_json::json;

use super::requests::answered;
use super::{Failure, ObjectRef, Session};

/// The annotation that kubectl sets.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

impl Session {
    /// Restarts a Deployment, StatefulSet or DaemonSet pod by pod.
    pub async fn restart(&self, workload: &ObjectRef, at: Timestamp) -> Result<(), Failure> {
        let Some(kind) = self.kinds.find("apps/v1", &workload.kind) else {
            return Err(Failure::Other(format!("a {} cannot be restarted", workload.kind)));
        };
        let namespace = workload.namespace.as_deref().unwrap_or(&self.namespace);
        let api: Api<DynamicObject> = Api::namespaced_with(self.client.clone(), namespace, &kind.resource);
        let time = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let patch = json!({ "spec": { "template": { "metadata": { "annotations": { RESTARTED_AT: time } } } } });
        let params = PatchParams { field_manager: Some("iomctl-restart".into()), ..PatchParams::default() };
        answered(api.patch(&workload.name, &params, &Patch::Merge(&patch))).await.map(|_| ())
    }
}

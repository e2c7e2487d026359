//! Waits until kwok follows the stages as they are now.
//!
//! kwok keeps its list of stages under the version of the newest one, and may do so a moment before
//! that one is in the list: then it misses it until some stage changes again. So nobody may rely on
//! a stage because it was accepted. A probe stage, applied after the others and changed until it
//! works, shows that all before it are followed too.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use kube::api::{Api, DeleteParams, DynamicObject, Patch, PatchParams, PostParams};
use serde_json::json;

use crate::{Error, apply, eventually};

/// Where the probe's pod lives for a moment, out of the way of tests.
const NAMESPACE: &str = "kube-system";

/// Returns when every stage applied, and every deletion made, before the call is followed.
/// `id` must be a name that no other caller uses.
pub(crate) async fn stages(client: &Client, id: &str) -> Result<(), Error> {
    let wrong = |e: serde_json::Error| Error::Manifest { name: id.to_owned(), problem: e.to_string() };
    let name = format!("probe.{id}");
    let pod: Pod = serde_json::from_value(json!({
        "metadata": { "name": name, "namespace": NAMESPACE, "labels": { "iomctl.test/probe": id } },
        "spec": {
            "nodeName": "node-a1",
            "terminationGracePeriodSeconds": 0,
            "containers": [{ "name": "probe", "image": "probe" }],
        },
    }))
    .map_err(wrong)?;
    let stage = |round: u32| -> Result<DynamicObject, Error> {
        serde_json::from_value(json!({
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "Stage",
            "metadata": { "name": name, "annotations": { "round": round.to_string() } },
            "spec": {
                "resourceRef": { "apiGroup": "v1", "kind": "Pod" },
                "selector": { "matchLabels": { "iomctl.test/probe": id } },
                "weight": 1,
                "steps": [{ "delete": true }],
            },
        }))
        .map_err(wrong)
    };
    let first = stage(0)?;
    apply::apply(client, std::slice::from_ref(&first)).await?;
    let pods: Api<Pod> = Api::namespaced(client.clone(), NAMESPACE);
    pods.create(&PostParams::default(), &pod).await?;
    for round in 1.. {
        let gone = eventually("the probe's end", Duration::from_millis(500), || async {
            pods.get_opt(&name).await.ok()?.is_none().then_some(())
        });
        match gone.await {
            Ok(()) => break,
            Err(problem) if round > 60 => return Err(problem),
            Err(_) => {
                apply::apply(client, &[stage(round)?]).await?;
                let again = json!({ "metadata": { "annotations": { "round": round.to_string() } } });
                // The pod may just have gone.
                let _ = pods.patch(&name, &PatchParams::default(), &Patch::Merge(&again)).await;
            }
        }
    }
    apply::api(client, &first)?.delete(&name, &DeleteParams::default()).await?;
    Ok(())
}

//! Volume claims: bound by their storage class, or the reason why not.

use std::time::Duration;

use serde_json::{Value, json};

use super::events::{Said, say};
use super::garbage;
use super::pods;
use super::{Timer, Turn};
use crate::sandbox::clock;
use crate::sandbox::json;
use crate::sandbox::store::Key;

const BY: &str = "persistentvolume-controller";

/// How often a claim without a volume is looked at again.
const AGAIN: Duration = Duration::from_secs(15);

/// Moves a claim on.
pub fn look(turn: &mut Turn<'_>, key: &Key) {
    let Some(record) = turn.store.at(key) else { return };
    let claim = record.value();
    if pods::leaving(&claim) {
        if users(turn, key) == 0 {
            let volume = json::text(&claim, "/spec/volumeName").to_string();
            garbage::release(turn, key, "kubernetes.io/pvc-protection");
            if let Some(kind) = pods::kind(turn, "/persistentvolumes").filter(|_| !volume.is_empty()) {
                turn.store.remove(&kind, "", &volume);
            }
        }
        return;
    }
    if claim["status"]["phase"] == "Bound" {
        return;
    }
    let class = json::text(&claim, "/spec/storageClassName");
    if class.is_empty() {
        let message = "no persistent volumes available for this claim and no storage class is set";
        say(turn.store, &claim, Said::normal(BY, "FailedBinding", message));
        turn.later(AGAIN, Timer::Look(key.clone()));
        return;
    }
    let Some(class_object) = turn.store.value("storage.k8s.io/storageclasses", "", class) else {
        let message = format!("storageclass.storage.k8s.io \"{class}\" not found");
        say(turn.store, &claim, Said::warning(BY, "ProvisioningFailed", &message));
        turn.later(AGAIN, Timer::Look(key.clone()));
        return;
    };
    if class_object["volumeBindingMode"] == "WaitForFirstConsumer" && users(turn, key) == 0 {
        let message = "waiting for first consumer to be created before binding";
        say(turn.store, &claim, Said::normal(BY, "WaitForFirstConsumer", message));
        turn.later(Duration::from_secs(1), Timer::Look(key.clone()));
        return;
    }
    bind(turn, key, &claim, &class_object);
}

/// A pod is gone: claims may have waited for that.
pub fn pod_changed(turn: &mut Turn<'_>, pod: &Key) {
    if turn.store.at(pod).is_some() {
        return;
    }
    let claims: Vec<Key> = turn
        .store
        .list("/persistentvolumeclaims", Some(&pod.namespace), None)
        .map(|record| Key::new("/persistentvolumeclaims", &record.namespace, &record.name))
        .collect();
    claims.into_iter().for_each(|key| turn.store.touch(key));
}

/// Pods that mount a claim.
fn users(turn: &Turn<'_>, key: &Key) -> usize {
    turn.store
        .list("/pods", Some(&key.namespace), None)
        .filter(|record| {
            let pod = record.value();
            !["Succeeded", "Failed"].contains(&json::text(&pod, "/status/phase"))
                && json::items(&pod, "/spec/volumes")
                    .iter()
                    .any(|volume| json::text(volume, "/persistentVolumeClaim/claimName") == &*key.name)
        })
        .count()
}

fn bind(turn: &mut Turn<'_>, key: &Key, claim: &Value, class: &Value) {
    let (Some(claims), Some(volumes)) =
        (pods::kind(turn, "/persistentvolumeclaims"), pods::kind(turn, "/persistentvolumes"))
    else {
        return;
    };
    let volume = format!("pvc-{}", json::text(claim, "/metadata/uid"));
    let capacity = json!({"storage": json::at(claim, "/spec/resources/requests/storage")});
    let uid = crate::sandbox::registry::uuid(turn.store);
    turn.store.put(
        &volumes,
        json!({
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": volume, "uid": uid, "creationTimestamp": clock::now()},
            "spec": {
                "capacity": capacity,
                "accessModes": claim["spec"]["accessModes"],
                "persistentVolumeReclaimPolicy": class["reclaimPolicy"],
                "storageClassName": class["metadata"]["name"],
                "volumeMode": "Filesystem",
                "claimRef": {
                    "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": &*key.name,
                    "namespace": &*key.namespace, "uid": claim["metadata"]["uid"],
                },
                "csi": {"driver": class["provisioner"], "volumeHandle": volume},
            },
            "status": {"phase": "Bound"},
        }),
    );
    turn.store.edit(&claims, &key.namespace, &key.name, |claim| {
        json::set(claim, &["spec", "volumeName"], volume.as_str());
        claim["status"] = json!({"phase": "Bound", "accessModes": claim["spec"]["accessModes"], "capacity": capacity});
    });
    let by = json::text(class, "/provisioner").to_string();
    let message = format!("Successfully provisioned volume {volume}");
    say(turn.store, claim, Said::normal(&by, "ProvisioningSucceeded", &message));
    // Pods wait for it.
    let node = turn.store.list("/nodes", None, None).next().map(|node| node.name.clone());
    if let Some(node) = node {
        turn.store.touch(Key::new("/nodes", "", &node));
    }
}

/// A new class may be what claims wait for. The real server also sets a new default class on them.
pub fn classes_changed(turn: &mut Turn<'_>) {
    let default = turn.store.list("storage.k8s.io/storageclasses", None, None).find(|class| {
        json::at(&class.value(), "/metadata/annotations/storageclass.kubernetes.io~1is-default-class") == "true"
    });
    let default = default.map(|class| class.name.to_string());
    let open: Vec<Key> = turn
        .store
        .list("/persistentvolumeclaims", None, None)
        .filter(|record| record.value()["status"]["phase"] != "Bound")
        .map(|record| Key::new("/persistentvolumeclaims", &record.namespace, &record.name))
        .collect();
    let Some(kind) = pods::kind(turn, "/persistentvolumeclaims") else { return };
    for key in open {
        if let Some(default) = &default {
            turn.store.edit(&kind, &key.namespace, &key.name, |claim| {
                if claim["spec"]["storageClassName"].is_null() {
                    claim["spec"]["storageClassName"] = default.as_str().into();
                }
            });
        }
        turn.store.touch(key);
    }
}

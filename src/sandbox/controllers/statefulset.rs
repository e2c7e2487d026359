//! StatefulSets: pods by number, one after the other, each with its volumes.

use std::time::Duration;

use serde_json::{Value, json};

use super::pods::{self, delete, kind, make, owned, ready, template_hash};
use super::{Timer, Turn};
use crate::sandbox::json;
use crate::sandbox::registry::{self, Writing};
use crate::sandbox::store::Key;

const REVISION: &str = "controller-revision-hash";

/// Moves a StatefulSet on.
pub fn look(turn: &mut Turn<'_>, key: &Key) {
    let Some(record) = turn.store.at(key) else { return };
    let set = record.value();
    let name = json::text(&set, "/metadata/name").to_string();
    let revision = format!("{name}-{}", template_hash(&set["spec"]["template"]));
    if !pods::leaving(&set) {
        step(turn, key, &set, &revision);
    }
    tell(turn, key, &set, &revision);
}

fn step(turn: &mut Turn<'_>, key: &Key, set: &Value, revision: &str) {
    let wanted = json::int(set, "/spec/replicas").unwrap_or(0);
    let ordered = set["spec"]["podManagementPolicy"] != "Parallel";
    let all = owned(turn, set, "/pods");
    let by_number = |number: i64| all.iter().find(|pod| number_of(pod) == Some(number));
    for number in 0..wanted {
        match by_number(number) {
            None => {
                if make_numbered(turn, set, number, revision).is_err() {
                    turn.later(Duration::from_secs(5), Timer::Look(key.clone()));
                    return;
                }
                if ordered {
                    return;
                }
            }
            Some(pod) if ["Failed", "Succeeded"].contains(&json::text(pod, "/status/phase")) => {
                delete(turn, set, pod);
                return;
            }
            Some(pod) if ordered && !ready(pod) => return,
            Some(_) => {}
        }
    }
    let mut beyond: Vec<&Value> = all.iter().filter(|pod| number_of(pod).is_some_and(|n| n >= wanted)).collect();
    beyond.sort_by_key(|pod| std::cmp::Reverse(number_of(pod)));
    for pod in beyond {
        if !pods::leaving(pod) {
            delete(turn, set, pod);
        }
        if ordered {
            return;
        }
    }
    if set["spec"]["updateStrategy"]["type"] == "OnDelete" {
        return;
    }
    let partition = json::int(set, "/spec/updateStrategy/rollingUpdate/partition").unwrap_or(0);
    for number in (partition..wanted).rev() {
        let Some(pod) = by_number(number) else { return };
        if json::text(pod, "/metadata/labels/controller-revision-hash") != revision {
            if !pods::leaving(pod) {
                delete(turn, set, pod);
            }
            return;
        }
        if !ready(pod) {
            return;
        }
    }
}

fn number_of(pod: &Value) -> Option<i64> {
    json::text(pod, "/metadata/name").rsplit_once('-')?.1.parse().ok()
}

fn make_numbered(turn: &mut Turn<'_>, set: &Value, number: i64, revision: &str) -> crate::sandbox::error::Answer<()> {
    let name = format!("{}-{number}", json::text(set, "/metadata/name"));
    let namespace = json::text(set, "/metadata/namespace").to_string();
    let mut template = set["spec"]["template"].clone();
    json::set(&mut template, &["spec", "hostname"], name.as_str());
    json::set(&mut template, &["spec", "subdomain"], json::at(set, "/spec/serviceName").clone());
    let claims = kind(turn, "/persistentvolumeclaims");
    for claim in json::items(set, "/spec/volumeClaimTemplates") {
        let volume = json::text(claim, "/metadata/name");
        let claim_name = format!("{volume}-{name}");
        if let Some(claims) = &claims
            && turn.store.get(&claims.table, &namespace, &claim_name).is_none()
        {
            let labels = json::at(set, "/spec/selector/matchLabels");
            let claim = json!({"metadata": {"name": claim_name, "labels": labels}, "spec": claim["spec"]});
            let how = Writing { manager: "kube-controller-manager".into(), ..Writing::default() };
            registry::create(turn.store, claims, &namespace, claim, &how)?;
        }
        let source = json!({"name": volume, "persistentVolumeClaim": {"claimName": claim_name}});
        json::map(&mut template, "spec");
        let volumes = template["spec"]["volumes"].as_array().cloned().unwrap_or_default();
        let kept = volumes.into_iter().filter(|known| known["name"] != volume);
        template["spec"]["volumes"] = kept.chain([source]).collect();
    }
    let index = number.to_string();
    let labels = [
        (REVISION, revision),
        ("statefulset.kubernetes.io/pod-name", name.as_str()),
        ("apps.kubernetes.io/pod-index", index.as_str()),
    ];
    make(turn, set, &template, Some(name.clone()), &labels)
}

fn tell(turn: &mut Turn<'_>, key: &Key, set: &Value, revision: &str) {
    let all: Vec<Value> = owned(turn, set, "/pods").into_iter().filter(|pod| !pods::leaving(pod)).collect();
    let updated =
        all.iter().filter(|pod| json::text(pod, "/metadata/labels/controller-revision-hash") == revision).count();
    let ready = all.iter().filter(|pod| ready(pod)).count();
    let wanted = usize::try_from(json::int(set, "/spec/replicas").unwrap_or(0)).unwrap_or(0);
    let before = json::text(set, "/status/currentRevision");
    let rolled = before.is_empty() || (updated == all.len() && ready == wanted && all.len() == wanted);
    let current = if rolled { revision } else { before };
    let at_current =
        all.iter().filter(|pod| json::text(pod, "/metadata/labels/controller-revision-hash") == current).count();
    let mut status = json!({
        "observedGeneration": set["metadata"]["generation"],
        "replicas": all.len(),
        "availableReplicas": ready,
        "currentRevision": current,
        "updateRevision": revision,
        "collisionCount": 0,
    });
    for (field, count) in [("readyReplicas", ready), ("currentReplicas", at_current), ("updatedReplicas", updated)] {
        if count > 0 {
            status[field] = count.into();
        }
    }
    pods::set_status(turn, key, &status);
}

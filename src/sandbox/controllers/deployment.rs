//! Deployments: a ReplicaSet per template, the new one up and the old ones down within surge and unavailability.

use std::time::Duration;

use serde_json::{Value, json};

use super::events::{Said, say};
use super::pods::{self, condition, kind, owned, owner_reference, template_hash};
use super::{Timer, Turn};
use crate::sandbox::clock;
use crate::sandbox::json;
use crate::sandbox::registry::{self, Deletion, Writing};
use crate::sandbox::store::Key;

const REVISION: &str = "deployment.kubernetes.io/revision";
const HASH: &str = "pod-template-hash";

/// Moves a Deployment on.
pub fn look(turn: &mut Turn<'_>, key: &Key) {
    let Some(record) = turn.store.at(key) else { return };
    let deployment = record.value();
    if pods::leaving(&deployment) {
        return;
    }
    let hash = template_hash(&deployment["spec"]["template"]);
    let mut sets = owned(turn, &deployment, "apps/replicasets");
    if !sets.iter().any(|set| is_new(set, &hash)) {
        make_set(turn, &deployment, &hash, &sets);
        sets = owned(turn, &deployment, "apps/replicasets");
    }
    let Some(at) = sets.iter().position(|set| is_new(set, &hash)) else { return };
    let new = sets.remove(at);
    let revision = json::at(&new, "/metadata/annotations/deployment.kubernetes.io~1revision").clone();
    if json::at(&deployment, "/metadata/annotations/deployment.kubernetes.io~1revision") != &revision
        && let Some(kind) = kind(turn, &key.table)
    {
        turn.store.edit(&kind, &key.namespace, &key.name, |deployment| {
            json::metadata(deployment);
            json::map(&mut deployment["metadata"], "annotations").insert(REVISION.into(), revision);
        });
    }
    if deployment["spec"]["paused"] != true {
        roll(turn, &deployment, &new, &sets);
    }
    let sets = owned(turn, &deployment, "apps/replicasets");
    let (new, old): (Vec<Value>, Vec<Value>) = sets.into_iter().partition(|set| is_new(set, &hash));
    tell(turn, key, &deployment, new.first().unwrap_or(&Value::Null), &old);
    clean(turn, &deployment, &old);
}

fn is_new(set: &Value, hash: &str) -> bool {
    json::text(set, "/metadata/labels/pod-template-hash") == hash && !pods::leaving(set)
}

fn number(object: &Value, pointer: &str) -> i64 {
    json::int(object, pointer).unwrap_or(0)
}

fn revision_of(set: &Value) -> i64 {
    json::text(set, "/metadata/annotations/deployment.kubernetes.io~1revision").parse().unwrap_or(0)
}

fn make_set(turn: &mut Turn<'_>, deployment: &Value, hash: &str, sets: &[Value]) {
    let Some(kind) = kind(turn, "apps/replicasets") else { return };
    let namespace = json::text(deployment, "/metadata/namespace").to_string();
    let revision = sets.iter().map(revision_of).max().unwrap_or(0) + 1;
    let desired = number(deployment, "/spec/replicas");
    let mut template = deployment["spec"]["template"].clone();
    json::metadata(&mut template);
    json::map(&mut template["metadata"], "labels").insert(HASH.into(), hash.into());
    let mut selector = deployment["spec"]["selector"].clone();
    json::map(&mut selector, "matchLabels").insert(HASH.into(), hash.into());
    let old: i64 = sets.iter().map(|set| number(set, "/spec/replicas")).sum();
    let (surge, _) = allowances(deployment);
    let recreate = deployment["spec"]["strategy"]["type"] == "Recreate";
    let replicas = match (recreate, old) {
        (_, 0) => desired,
        (true, _) => 0,
        (false, old) => (desired + surge - old).clamp(0, desired),
    };
    let name = format!("{}-{hash}", json::text(deployment, "/metadata/name"));
    let mut annotations = deployment["metadata"]["annotations"].as_object().cloned().unwrap_or_default();
    annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    annotations.insert(REVISION.into(), revision.to_string().into());
    annotations.insert("deployment.kubernetes.io/desired-replicas".into(), desired.to_string().into());
    annotations.insert("deployment.kubernetes.io/max-replicas".into(), (desired + surge).to_string().into());
    let set = json!({
        "metadata": {
            "name": name, "labels": template["metadata"]["labels"], "annotations": annotations,
            "ownerReferences": owner_reference(deployment),
        },
        "spec": {
            "replicas": replicas, "selector": selector, "template": template,
            "minReadySeconds": deployment["spec"]["minReadySeconds"],
        },
    });
    let how = Writing { manager: "kube-controller-manager".into(), ..Writing::default() };
    if registry::create(turn.store, &kind, &namespace, set, &how).is_ok() && replicas > 0 {
        told_scaled(turn, deployment, "up", &name, 0, replicas);
    }
}

fn told_scaled(turn: &mut Turn<'_>, deployment: &Value, way: &str, set: &str, from: i64, to: i64) {
    let message = format!("Scaled {way} replica set {set} from {from} to {to}");
    say(turn.store, deployment, Said::normal("deployment-controller", "ScalingReplicaSet", &message));
}

/// Surge and unavailability as numbers of pods.
fn allowances(deployment: &Value) -> (i64, i64) {
    let desired = number(deployment, "/spec/replicas");
    let of = |key: &str, up: bool| match &deployment["spec"]["strategy"]["rollingUpdate"][key] {
        Value::Number(number) => number.as_i64().unwrap_or(0),
        Value::String(text) => {
            let share: i64 = text.trim_end_matches('%').parse().unwrap_or(25);
            if up { (desired * share + 99) / 100 } else { desired * share / 100 }
        }
        _ => 0,
    };
    if deployment["spec"]["strategy"]["type"] == "Recreate" {
        return (0, desired);
    }
    let (surge, unavailable) = (of("maxSurge", true), of("maxUnavailable", false));
    if surge == 0 && unavailable == 0 { (0, 1) } else { (surge, unavailable) }
}

fn scale(turn: &mut Turn<'_>, deployment: &Value, set: &Value, to: i64) {
    let from = number(set, "/spec/replicas");
    let Some(kind) = kind(turn, "apps/replicasets").filter(|_| from != to) else { return };
    let (namespace, name) = crate::sandbox::store::place(set);
    turn.store.edit(&kind, &namespace, &name, |set| {
        json::set(set, &["spec", "replicas"], to);
        let next = number(set, "/metadata/generation") + 1;
        json::set(set, &["metadata", "generation"], next);
    });
    told_scaled(turn, deployment, if to > from { "up" } else { "down" }, &name, from, to);
}

fn roll(turn: &mut Turn<'_>, deployment: &Value, new: &Value, old: &[Value]) {
    let desired = number(deployment, "/spec/replicas");
    let (surge, unavailable) = allowances(deployment);
    let live_old: Vec<&Value> = old.iter().filter(|set| number(set, "/spec/replicas") > 0).collect();
    let at_new = number(new, "/spec/replicas");
    if live_old.is_empty() {
        let waits = deployment["spec"]["strategy"]["type"] == "Recreate"
            && old.iter().any(|set| number(set, "/status/replicas") > 0);
        if !waits {
            scale(turn, deployment, new, desired);
        }
        return;
    }
    if deployment["spec"]["strategy"]["type"] == "Recreate" {
        live_old.iter().for_each(|set| scale(turn, deployment, set, 0));
        return;
    }
    let total: i64 = at_new + live_old.iter().map(|set| number(set, "/spec/replicas")).sum::<i64>();
    if at_new > desired {
        scale(turn, deployment, new, desired);
    } else if at_new < desired && total < desired + surge {
        scale(turn, deployment, new, (at_new + desired + surge - total).min(desired));
    }
    let new_unavailable = at_new - number(new, "/status/availableReplicas").min(at_new);
    let mut spare = total - (desired - unavailable) - new_unavailable;
    // Pods that do not work go first.
    for set in &live_old {
        let (wanted, available) = (number(set, "/spec/replicas"), number(set, "/status/availableReplicas"));
        let sick = (wanted - available).clamp(0, spare.max(0));
        let healthy = available.min(spare.max(0) - sick).max(0);
        let down = (sick + healthy).min(wanted);
        if down > 0 {
            scale(turn, deployment, set, wanted - down);
            spare -= down;
        }
    }
}

/// Writes the status.
fn tell(turn: &mut Turn<'_>, key: &Key, deployment: &Value, new: &Value, old: &[Value]) {
    let sum = |field: &str| old.iter().chain([new]).map(|set| number(set, &format!("/status/{field}"))).sum::<i64>();
    let desired = number(deployment, "/spec/replicas");
    let (replicas, ready, available) = (sum("replicas"), sum("readyReplicas"), sum("availableReplicas"));
    let updated = number(new, "/status/replicas");
    let known = json::items(deployment, "/status/conditions");
    let (_, unavailable) = allowances(deployment);
    let enough = available >= desired - unavailable;
    let name = json::text(new, "/metadata/name");
    let done =
        updated == desired && replicas == desired && available == desired && number(new, "/spec/replicas") == desired;
    let mut conditions = vec![if enough {
        condition(known, "Available", true, "MinimumReplicasAvailable", "Deployment has minimum availability.")
    } else {
        let message = "Deployment does not have minimum availability.";
        condition(known, "Available", false, "MinimumReplicasUnavailable", message)
    }];
    if let Some(failure) = json::items(new, "/status/conditions").iter().find(|c| c["type"] == "ReplicaFailure") {
        conditions.push(failure.clone());
    }
    conditions.push(progress(turn, key, deployment, known, (done, updated, available), name));
    let mut status = json!({
        "observedGeneration": deployment["metadata"]["generation"],
        "conditions": conditions,
    });
    for (field, count) in [
        ("replicas", replicas),
        ("updatedReplicas", updated),
        ("readyReplicas", ready),
        ("availableReplicas", available),
        ("unavailableReplicas", (desired.max(replicas) - available).max(0)),
    ] {
        if count > 0 {
            status[field] = count.into();
        }
    }
    pods::set_status(turn, key, &status);
}

/// The condition `Progressing`, with its deadline.
fn progress(
    turn: &mut Turn<'_>,
    key: &Key,
    deployment: &Value,
    known: &[Value],
    (done, updated, available): (bool, i64, i64),
    set: &str,
) -> Value {
    if done {
        let message = format!("ReplicaSet \"{set}\" has successfully progressed.");
        return condition(known, "Progressing", true, "NewReplicaSetAvailable", &message);
    }
    let deadline = number(deployment, "/spec/progressDeadlineSeconds");
    let deadline = turn.world.clock.scaled(Duration::from_secs(deadline.try_into().unwrap_or(600)));
    let moved = updated != number(deployment, "/status/updatedReplicas")
        || available != number(deployment, "/status/availableReplicas")
        || deployment["metadata"]["generation"] != deployment["status"]["observedGeneration"];
    let before = known.iter().find(|c| c["type"] == "Progressing");
    let since = before.map(|c| json::text(c, "/lastUpdateTime")).unwrap_or_default();
    if let Some(before) = before.filter(|c| c["reason"] != "NewReplicaSetAvailable").filter(|_| !moved) {
        if before["status"] == "False" {
            return before.clone();
        }
        let spent = clock::age(since);
        if spent >= deadline {
            let message = format!("ReplicaSet \"{set}\" has timed out progressing.");
            return condition(known, "Progressing", false, "ProgressDeadlineExceeded", &message);
        }
        let left = turn.world.clock.unscaled(deadline - spent) + Duration::from_secs(1);
        turn.later(left, Timer::Look(key.clone()));
        return before.clone();
    }
    turn.later(turn.world.clock.unscaled(deadline) + Duration::from_secs(1), Timer::Look(key.clone()));
    let message = format!("ReplicaSet \"{set}\" is progressing.");
    let mut told = condition(known, "Progressing", true, "ReplicaSetUpdated", &message);
    told["lastUpdateTime"] = clock::now().into();
    told
}

/// Old ReplicaSets beyond the limit of history go.
fn clean(turn: &mut Turn<'_>, deployment: &Value, old: &[Value]) {
    let limit = usize::try_from(number(deployment, "/spec/revisionHistoryLimit")).unwrap_or(10);
    let mut empty: Vec<&Value> =
        old.iter().filter(|set| number(set, "/spec/replicas") == 0 && number(set, "/status/replicas") == 0).collect();
    empty.sort_by_key(|set| revision_of(set));
    let Some(kind) = kind(turn, "apps/replicasets") else { return };
    for set in empty.iter().take(empty.len().saturating_sub(limit)) {
        let (namespace, name) = crate::sandbox::store::place(set);
        let _ = registry::delete(turn.store, &kind, &namespace, &name, &Deletion::default());
    }
}

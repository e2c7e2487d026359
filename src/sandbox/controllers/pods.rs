//! What all controllers of pods share.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Turn;
use super::events::{Said, fnv, say};
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::registry::{self, Deletion, Writing};
use crate::sandbox::store::{Key, uid_of};

/// The kind of a table; the fixed ones are always there.
pub fn kind(turn: &Turn<'_>, table: &str) -> Option<Arc<Kind>> {
    turn.store.kinds.of_table(table).cloned()
}

/// The objects of a table that name this one as their controller, oldest first.
pub fn owned(turn: &Turn<'_>, owner: &Value, table: &str) -> Vec<Value> {
    let uid = uid_of(&owner["metadata"]["uid"]);
    let keys = turn.store.dependents(uid).into_iter().filter(|key| &*key.table == table);
    let mut found: Vec<Value> = keys.filter_map(|key| turn.store.at(&key)).map(|record| record.value()).collect();
    found.sort_by(|a, b| {
        let at = |o: &Value| {
            (json::text(o, "/metadata/creationTimestamp").to_string(), json::text(o, "/metadata/name").to_string())
        };
        at(a).cmp(&at(b))
    });
    found
}

/// `ownerReferences` of what this object makes.
pub fn owner_reference(owner: &Value) -> Value {
    json!([{
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true,
    }])
}

/// It is being deleted.
pub fn leaving(object: &Value) -> bool {
    json::at(object, "/metadata/deletionTimestamp").is_string()
}

/// A pod that counts: neither ended nor being deleted.
pub fn active(pod: &Value) -> bool {
    !leaving(pod) && !["Succeeded", "Failed"].contains(&json::text(pod, "/status/phase"))
}

/// A pod that takes requests.
pub fn ready(pod: &Value) -> bool {
    !leaving(pod)
        && json::items(pod, "/status/conditions").iter().any(|c| c["type"] == "Ready" && c["status"] == "True")
}

/// Makes a pod (or refuses it, with an event on its owner).
///
/// # Errors
/// As the server refuses it.
pub fn make(
    turn: &mut Turn<'_>,
    owner: &Value,
    template: &Value,
    name: Option<String>,
    labels: &[(&str, &str)],
) -> Answer<()> {
    let Some(pods) = kind(turn, "/pods") else { return Err(ApiError::no_resource()) };
    let namespace = json::text(owner, "/metadata/namespace").to_string();
    let by = controller(owner);
    let mut pod = json!({"metadata": json::at(template, "/metadata").clone(), "spec": template["spec"].clone()});
    let metadata = json::metadata(&mut pod);
    metadata.remove("name");
    metadata.remove("creationTimestamp");
    match name {
        Some(name) => drop(metadata.insert("name".into(), name.into())),
        None => {
            let prefix = format!("{}-", json::text(owner, "/metadata/name"));
            metadata.insert("generateName".into(), prefix.into());
        }
    }
    metadata.insert("ownerReferences".into(), owner_reference(owner));
    for (key, value) in labels {
        json::map(&mut pod["metadata"], "labels").insert((*key).into(), (*value).into());
    }
    let how = Writing { manager: "kube-controller-manager".into(), ..Writing::default() };
    match registry::create(turn.store, &pods, &namespace, pod, &how) {
        Ok((record, _)) => {
            let message = format!("Created pod: {}", record.name);
            let message = match by {
                "statefulset-controller" => format!(
                    "create Pod {} in StatefulSet {} successful",
                    record.name,
                    json::text(owner, "/metadata/name")
                ),
                _ => message,
            };
            say(turn.store, owner, Said::normal(by, "SuccessfulCreate", &message));
            Ok(())
        }
        Err(error) if error.reason == "AlreadyExists" => Err(error),
        Err(error) => {
            let message = format!("Error creating: {}", error.message);
            say(turn.store, owner, Said::warning(by, "FailedCreate", &message));
            Err(error)
        }
    }
}

/// Deletes a pod as a controller does.
pub fn delete(turn: &mut Turn<'_>, owner: &Value, pod: &Value) {
    let Some(pods) = kind(turn, "/pods") else { return };
    let (namespace, name) = crate::sandbox::store::place(pod);
    if registry::delete(turn.store, &pods, &namespace, &name, &Deletion::default()).is_ok() {
        let message = format!("Deleted pod: {name}");
        say(turn.store, owner, Said::normal(controller(owner), "SuccessfulDelete", &message));
    }
}

/// The name under which the controller of this kind speaks.
pub fn controller(owner: &Value) -> &'static str {
    match json::text(owner, "/kind") {
        "ReplicaSet" => "replicaset-controller",
        "StatefulSet" => "statefulset-controller",
        "DaemonSet" => "daemonset-controller",
        "Job" => "job-controller",
        "Deployment" => "deployment-controller",
        _ => "spark-operator",
    }
}

/// A hash of a template, as it stands in labels and names.
pub fn template_hash(template: &Value) -> String {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut hash = fnv(&canonical(template));
    let mut text = String::new();
    for _ in 0..10 {
        text.push(char::from(ALPHABET[usize::try_from(hash % ALPHABET.len() as u64).unwrap_or_default()]));
        hash /= ALPHABET.len() as u64;
    }
    text
}

/// The same text for the same object, whatever the order of its keys.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let parts: Vec<String> = keys.iter().map(|key| format!("{key}:{}", canonical(&map[*key]))).collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// Replaces the status of an object, when it is another one.
pub fn set_status(turn: &mut Turn<'_>, key: &Key, status: &Value) {
    let Some(kind) = kind(turn, &key.table) else { return };
    turn.store.edit(&kind, &key.namespace, &key.name, |object| object["status"] = status.clone());
}

/// A condition in a list: its time moves only when its status does.
pub fn condition(known: &[Value], kind: &str, status: bool, reason: &str, message: &str) -> Value {
    let status = if status { "True" } else { "False" };
    let now = crate::sandbox::clock::now();
    let before = known.iter().find(|c| c["type"] == kind);
    let same = before.filter(|c| c["status"] == status);
    let since = same.map_or_else(|| json!(now), |c| c["lastTransitionTime"].clone());
    if let Some(same) = same
        && same["reason"] == reason
        && same["message"] == message
    {
        return same.clone();
    }
    json!({
        "type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": since,
        "lastUpdateTime": now,
    })
}

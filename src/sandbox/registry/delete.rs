//! Deleting: at once, after a grace period, or when the last finalizer is gone; dependents follow.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::sandbox::clock;
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::store::{Record, Store};

/// How a deletion was asked for.
#[derive(Debug, Clone, Default)]
pub struct Deletion {
    /// `Background`, `Foreground` or `Orphan`; empty: what the kind does by itself.
    pub propagation: String,
    /// Grace period of a pod.
    pub grace: Option<i64>,
    /// Only this identity.
    pub uid: Option<String>,
    /// Only this version.
    pub resource_version: Option<String>,
    /// Only find out.
    pub dry_run: bool,
}

/// Whether the object is gone, and what it was.
pub type Deleted = (Arc<Record>, bool);

/// Deletes an object, or marks it as being deleted.
///
/// # Errors
/// There is none, or it is not the one that is meant.
pub fn delete(store: &mut Store, kind: &Kind, namespace: &str, name: &str, how: &Deletion) -> Answer<Deleted> {
    let record = store.get(&kind.table, namespace, name).ok_or_else(|| ApiError::not_found(kind, name))?;
    let mut object = record.value();
    let uid = json::text(&object, "/metadata/uid");
    if let Some(wanted) = how.uid.as_deref().filter(|wanted| *wanted != uid) {
        let why = format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}");
        return Err(ApiError::conflict(kind, name, &why));
    }
    let version = json::text(&object, "/metadata/resourceVersion");
    if let Some(wanted) = how.resource_version.as_deref().filter(|wanted| *wanted != version) {
        let why = format!(
            "Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {version}"
        );
        return Err(ApiError::conflict(kind, name, &why));
    }
    if how.dry_run {
        return Ok((record, true));
    }
    match how.propagation.as_str() {
        "Foreground" => add_finalizer(&mut object, "foregroundDeletion"),
        "Orphan" => {
            orphan(store, record.uid);
        }
        _ => {}
    }
    let namespace_content = &*kind.table == "/namespaces";
    let grace = grace(kind, &object, how);
    let held = !json::items(&object, "/metadata/finalizers").is_empty() || namespace_content;
    if !held && grace == 0 {
        let gone = store.remove(kind, namespace, name).unwrap_or(record);
        return Ok((gone, true));
    }
    let metadata = json::metadata(&mut object);
    if !metadata.contains_key("deletionTimestamp") {
        metadata.insert("deletionTimestamp".into(), clock::now().into());
        metadata.insert("deletionGracePeriodSeconds".into(), grace.into());
        if kind.generation
            && let Some(generation) = metadata.get("generation").and_then(Value::as_i64)
        {
            metadata.insert("generation".into(), (generation + 1).into());
        }
    } else if grace == 0 {
        metadata.insert("deletionGracePeriodSeconds".into(), 0.into());
    }
    if namespace_content {
        object["status"] = json!({"phase": "Terminating"});
    }
    Ok((store.put(kind, object), false))
}

/// Only pods on a node get time to stop.
fn grace(kind: &Kind, object: &Value, how: &Deletion) -> i64 {
    if &*kind.table != "/pods" || json::text(object, "/spec/nodeName").is_empty() {
        return 0;
    }
    let ended = ["Succeeded", "Failed"].contains(&json::text(object, "/status/phase"));
    let asked = how.grace.or_else(|| json::int(object, "/spec/terminationGracePeriodSeconds")).unwrap_or(30);
    if ended { 0 } else { asked.max(0) }
}

fn add_finalizer(object: &mut Value, name: &str) {
    let finalizers = json::metadata(object).entry("finalizers").or_insert_with(|| json!([]));
    if let Some(list) = finalizers.as_array_mut().filter(|list| !list.iter().any(|known| known == name)) {
        list.push(name.into());
    }
}

/// Dependents no longer name their owner.
fn orphan(store: &mut Store, owner: u128) {
    for key in store.dependents(owner) {
        let Some(kind) = store.kinds.of_table(&key.table).cloned() else { continue };
        store.edit(&kind, &key.namespace, &key.name, |object| {
            let metadata = json::metadata(object);
            if let Some(Value::Array(owners)) = metadata.get_mut("ownerReferences") {
                owners.retain(|known| crate::sandbox::store::uid_of(&known["uid"]) != owner);
                if owners.is_empty() {
                    metadata.remove("ownerReferences");
                }
            }
        });
    }
}

/// Takes away an object that is being deleted and that nothing holds any longer.
pub fn finish_if_free(store: &mut Store, kind: &Kind, namespace: &str, name: &str) -> bool {
    let Some(object) = store.value(&kind.table, namespace, name) else { return false };
    let leaving = json::at(&object, "/metadata/deletionTimestamp").is_string();
    let held = !json::items(&object, "/metadata/finalizers").is_empty()
        || (&*kind.table == "/namespaces" && !json::items(&object, "/spec/finalizers").is_empty());
    let pod_stops = json::int(&object, "/metadata/deletionGracePeriodSeconds").unwrap_or(0) > 0;
    if !leaving || held || pod_stops {
        return false;
    }
    store.remove(kind, namespace, name).is_some()
}

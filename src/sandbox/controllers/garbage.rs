//! The garbage collector: what is left of an owner goes with it.

use super::Turn;
use super::pods;
use crate::sandbox::json;
use crate::sandbox::registry::{self, Deletion};
use crate::sandbox::store::{Key, uid_of};

const FOREGROUND: &str = "foregroundDeletion";

/// An owner is gone: so are its dependents, unless another owner is left.
pub fn collect(turn: &mut Turn<'_>, owner: u128) {
    for key in turn.store.dependents(owner) {
        let Some(record) = turn.store.at(&key) else { continue };
        if record.owners.iter().any(|other| *other != owner && turn.store.exists(*other)) {
            continue;
        }
        remove(turn, &key);
    }
}

fn remove(turn: &mut Turn<'_>, key: &Key) {
    let Some(kind) = pods::kind(turn, &key.table) else { return };
    let how = Deletion { propagation: "Background".into(), ..Deletion::default() };
    let leaving = turn.store.at(key).is_some_and(|record| pods::leaving(&record.value()));
    if !leaving {
        let _ = registry::delete(turn.store, &kind, &key.namespace, &key.name, &how);
    }
}

/// A new object whose owner is gone already, or an owner that goes only after its dependents.
pub fn look(turn: &mut Turn<'_>, key: &Key) {
    let Some(record) = turn.store.at(key) else { return };
    if !record.owners.is_empty() && !record.owners.iter().any(|owner| turn.store.exists(*owner)) {
        remove(turn, key);
        return;
    }
    let object = record.value();
    if !pods::leaving(&object) || !json::items(&object, "/metadata/finalizers").iter().any(|f| f == FOREGROUND) {
        return;
    }
    let dependents = turn.store.dependents(uid_of(&object["metadata"]["uid"]));
    dependents.iter().for_each(|key| remove(turn, key));
    let left = turn.store.dependents(record.uid);
    if left.is_empty() {
        release(turn, key, FOREGROUND);
    }
}

/// Takes a finalizer away, and the object with it when that was the last one.
pub fn release(turn: &mut Turn<'_>, key: &Key, finalizer: &str) {
    let Some(kind) = pods::kind(turn, &key.table) else { return };
    turn.store.edit(&kind, &key.namespace, &key.name, |object| {
        let metadata = json::metadata(object);
        if let Some(list) = metadata.get_mut("finalizers").and_then(serde_json::Value::as_array_mut) {
            list.retain(|known| known != finalizer);
            if list.is_empty() {
                metadata.remove("finalizers");
            }
        }
    });
    registry::finish_if_free(turn.store, &kind, &key.namespace, &key.name);
}

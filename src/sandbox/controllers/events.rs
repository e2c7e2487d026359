//! Events: what controllers say about objects. The same thing said again is counted.

use serde_json::{Value, json};

use crate::sandbox::clock;
use crate::sandbox::json;
use crate::sandbox::registry;
use crate::sandbox::store::{Record, Store};

/// Events kept per namespace.
const MOST: usize = 1_000;

/// Something to be said.
#[derive(Debug, Clone, Copy)]
pub struct Said<'s> {
    /// `Normal` or `Warning`.
    pub kind: &'s str,
    /// One word.
    pub reason: &'s str,
    /// A sentence.
    pub message: &'s str,
    /// Who says it.
    pub by: &'s str,
}

impl<'s> Said<'s> {
    /// Something in order.
    pub fn normal(by: &'s str, reason: &'s str, message: &'s str) -> Self {
        Said { kind: "Normal", reason, message, by }
    }

    /// Something wrong.
    pub fn warning(by: &'s str, reason: &'s str, message: &'s str) -> Self {
        Said { kind: "Warning", reason, message, by }
    }
}

/// Says something about an object.
pub fn say(store: &mut Store, about: &Value, said: Said<'_>) {
    let Some(kind) = store.kinds.find("", "v1", "events").cloned() else { return };
    let place = json::text(about, "/metadata/namespace");
    let namespace = if place.is_empty() { "default" } else { place };
    let name = json::text(about, "/metadata/name");
    let mut hash = fnv(said.reason);
    hash = hash.rotate_left(17) ^ fnv(said.message) ^ fnv(json::text(about, "/metadata/uid"));
    let event = format!("{name}.{hash:016x}");
    let now = clock::now();
    let counted = store.edit(&kind, namespace, &event, |event| {
        event["count"] = (json::int(event, "/count").unwrap_or(1) + 1).into();
        event["lastTimestamp"] = now.as_str().into();
    });
    if counted.is_some() {
        return;
    }
    forget_oldest(store, namespace);
    let mut object = json!({
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": event, "namespace": namespace, "uid": registry::uuid(store), "creationTimestamp": now,
        },
        "involvedObject": {
            "kind": about["kind"], "namespace": namespace, "name": name, "uid": about["metadata"]["uid"],
            "apiVersion": about["apiVersion"], "resourceVersion": about["metadata"]["resourceVersion"],
        },
        "reason": said.reason,
        "message": said.message,
        "source": {"component": said.by},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
        "type": said.kind,
        "eventTime": null,
        "reportingComponent": said.by,
        "reportingInstance": "",
    });
    if said.by == "kubelet" {
        object["source"]["host"] = json::at(about, "/spec/nodeName").clone();
    }
    store.put(&kind, object);
}

fn forget_oldest(store: &mut Store, namespace: &str) {
    if store.count("/events") < MOST {
        return;
    }
    let records: Vec<_> = store.list("/events", Some(namespace), None).cloned().collect();
    if records.len() < MOST {
        return;
    }
    let Some(kind) = store.kinds.find("", "v1", "events").cloned() else { return };
    if let Some(oldest) = records.iter().min_by_key(|record: &&std::sync::Arc<Record>| record.revision) {
        let name = oldest.name.clone();
        store.remove(&kind, namespace, &name);
    }
}

/// A short hash that is the same everywhere.
pub fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

//! Namespaces: what every new one gets, how a dying one is emptied, and the count of its quotas.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Turn;
use super::pods;
use crate::sandbox::json;
use crate::sandbox::quota;
use crate::sandbox::registry::{self, Deletion, Writing};
use crate::sandbox::store::Key;

/// Moves a namespace on.
pub fn look(turn: &mut Turn<'_>, key: &Key) {
    let Some(record) = turn.store.at(key) else { return };
    if pods::leaving(&record.value()) {
        empty(turn, &key.name);
        return;
    }
    furnish(turn, &key.name);
}

/// Gives a namespace its service account and its root certificate.
pub fn furnish(turn: &mut Turn<'_>, namespace: &str) {
    let how = Writing { manager: "kube-controller-manager".into(), ..Writing::default() };
    let certificate = "-----BEGIN CERTIFICATE-----\nsandbox\n-----END CERTIFICATE-----\n";
    let root = json!({
        "metadata": {
            "name": "kube-root-ca.crt",
            "annotations": {"kubernetes.io/description": "Contains a CA bundle that can be used to verify the \
                kube-apiserver when using internal endpoints such as the internal service IP or \
                kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."},
        },
        "data": {"ca.crt": certificate},
    });
    for (table, object) in [("/serviceaccounts", json!({"metadata": {"name": "default"}})), ("/configmaps", root)] {
        let name = json::text(&object, "/metadata/name");
        let there = turn.store.get(table, namespace, name).is_some();
        if let Some(kind) = pods::kind(turn, table).filter(|_| !there) {
            let _ = registry::create(turn.store, &kind, namespace, object, &how);
        }
    }
}

/// Deletes everything in a namespace.
fn empty(turn: &mut Turn<'_>, namespace: &str) {
    let tables: BTreeSet<_> =
        turn.store.kinds.all().filter(|kind| kind.namespaced).map(|kind| kind.table.clone()).collect();
    for table in tables {
        let Some(kind) = pods::kind(turn, &table) else { continue };
        let names: Vec<_> = turn.store.list(&table, Some(namespace), None).map(|record| record.name.clone()).collect();
        for name in names {
            let leaving = turn.store.value(&table, namespace, &name).is_some_and(|object| pods::leaving(&object));
            if !leaving {
                let _ = registry::delete(turn.store, &kind, namespace, &name, &Deletion::default());
            }
        }
    }
    finish(turn, namespace);
}

/// An object went: perhaps it was the last one of a dying namespace.
pub fn emptied(turn: &mut Turn<'_>, key: &Key) {
    if key.namespace.is_empty() || turn.store.at(key).is_some() {
        return;
    }
    let dying = turn.store.value("/namespaces", "", &key.namespace).is_some_and(|object| pods::leaving(&object));
    if dying {
        finish(turn, &key.namespace);
    }
}

fn finish(turn: &mut Turn<'_>, namespace: &str) {
    let tables: BTreeSet<_> =
        turn.store.kinds.all().filter(|kind| kind.namespaced).map(|kind| kind.table.clone()).collect();
    // Events do not hold a namespace.
    let held = tables
        .iter()
        .filter(|table| &***table != "/events")
        .any(|table| turn.store.list(table, Some(namespace), None).next().is_some());
    if held {
        return;
    }
    let Some(kind) = pods::kind(turn, "/namespaces") else { return };
    turn.store.edit(&kind, "", namespace, |object| {
        json::set(object, &["spec", "finalizers"], Value::Array(Vec::new()));
    });
    registry::finish_if_free(turn.store, &kind, "", namespace);
}

/// A definition is gone: so are its objects, and nobody serves the kind any longer.
pub fn definition(turn: &mut Turn<'_>, key: &Key) {
    if turn.store.at(key).is_some() {
        return;
    }
    let Some((plural, group)) = key.name.split_once('.') else { return };
    let table = format!("{group}/{plural}");
    let Some(kind) = pods::kind(turn, &table) else { return };
    let objects: Vec<_> =
        turn.store.list(&table, None, None).map(|record| (record.namespace.clone(), record.name.clone())).collect();
    for (namespace, name) in objects {
        turn.store.remove(&kind, &namespace, &name);
    }
    turn.store.kinds.remove(&table);
}

/// Counts what quotas of a namespace limit.
pub fn count_quota(turn: &mut Turn<'_>, namespace: &str) {
    let quotas: Vec<_> = turn.store.list("/resourcequotas", Some(namespace), None).cloned().collect();
    for record in quotas {
        let status = quota::status(turn.store, namespace, &record.value());
        pods::set_status(turn, &Key::new("/resourcequotas", namespace, &record.name), &status);
    }
}

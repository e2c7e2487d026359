//! The rights an operation needs: table for its own doings, and the kinds of the chart.

use std::collections::BTreeSet;

use crate::cluster::{Need, Object};
use crate::deploy::desired::Desired;

/// Group, resource, verbs in the release namespace, beside the objects of the chart.
const RECORDS: &[(&str, &str, &[&str])] = &[("", "secrets", &["get", "list", "create", "update"])];

/// What the flight recorder reads while a hook job runs.
const RECORDER: &[(&str, &str, &[&str])] = &[
    ("", "pods", &["get", "list", "watch"]),
    ("", "pods/log", &["get"]),
    ("", "events", &["list", "watch"]),
    ("batch", "jobs", &["get", "list", "watch"]),
];

/// What is watched in every namespace with workloads.
const WATCHES: &[(&str, &str, &[&str])] = &[("", "pods", &["list", "watch"]), ("", "events", &["list", "watch"])];

/// Kinds that are waited for, by watching them.
const WAITED: &[&str] = &["Deployment", "StatefulSet", "DaemonSet", "Job"];

/// The rights of an installation. `absent` are namespaces that will be created.
pub fn for_install(
    desired: &Desired,
    hooks: &[Object],
    namespaces: &[String],
    absent: &BTreeSet<String>,
) -> BTreeSet<Need> {
    let mut needs = BTreeSet::new();
    let release_namespace = &namespaces[0];
    add(&mut needs, RECORDS, release_namespace);
    if !hooks.is_empty() {
        add(&mut needs, RECORDER, release_namespace);
    }
    for wanted in &desired.objects {
        of_object(&mut needs, &wanted.object, &["get", "create", "patch"]);
        if WAITED.contains(&wanted.object.kind.resource.kind.as_str()) {
            of_object(&mut needs, &wanted.object, &["list", "watch"]);
            add(&mut needs, WATCHES, wanted.object.namespace.as_deref().unwrap_or(release_namespace));
        }
    }
    for hook in hooks {
        of_object(&mut needs, hook, &["get", "create", "patch", "delete"]);
    }
    for definition in &desired.definitions {
        of_object(&mut needs, definition, &["get", "create", "patch"]);
    }
    if !absent.is_empty() {
        needs.insert(need("create", "", "namespaces", None));
        needs.insert(need("patch", "", "namespaces", None));
    }
    needs
}

/// The rights to remove what a chart no longer wants.
pub fn for_removal(needs: &mut BTreeSet<Need>, superfluous: &[&Object]) {
    for object in superfluous {
        of_object(needs, object, &["get", "delete"]);
    }
}

/// The rights of a removal.
pub fn for_uninstall(objects: &[&Object], release_namespace: &str) -> BTreeSet<Need> {
    let mut needs = BTreeSet::new();
    add(&mut needs, &[("", "secrets", &["get", "list", "update", "delete"])], release_namespace);
    for object in objects {
        of_object(&mut needs, object, &["get", "delete"]);
        if WAITED.contains(&object.kind.resource.kind.as_str()) {
            add(
                &mut needs,
                &[("", "pods", &["list", "watch"])],
                object.namespace.as_deref().unwrap_or(release_namespace),
            );
        }
    }
    needs
}

/// The rights of a run of tests.
pub fn for_test(hooks: &[Object], release_namespace: &str) -> BTreeSet<Need> {
    let mut needs = BTreeSet::new();
    add(&mut needs, RECORDS, release_namespace);
    add(&mut needs, RECORDER, release_namespace);
    for hook in hooks {
        of_object(&mut needs, hook, &["get", "create", "patch", "delete"]);
    }
    needs
}

fn of_object(needs: &mut BTreeSet<Need>, object: &Object, verbs: &[&'static str]) {
    let resource = &object.kind.resource;
    needs.extend(verbs.iter().map(|verb| need(verb, &resource.group, &resource.plural, object.namespace.clone())));
}

fn add(needs: &mut BTreeSet<Need>, table: &[(&str, &str, &[&'static str])], namespace: &str) {
    for (group, resource, verbs) in table {
        needs.extend(verbs.iter().map(|verb| need(verb, group, resource, Some(namespace.into()))));
    }
}

fn need(verb: &'static str, group: &str, resource: &str, namespace: Option<String>) -> Need {
    Need { verb, group: group.into(), resource: resource.into(), namespace }
}

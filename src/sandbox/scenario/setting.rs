//! What every scenario stands on: nodes in two zones, a storage class, the namespaces that every cluster has.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Scenario;
use crate::problem::Problem;
use crate::sandbox::clock;
use crate::sandbox::http::VERSION;
use crate::sandbox::json;
use crate::sandbox::kinds::defined;
use crate::sandbox::registry::{self, PatchType, Writing};
use crate::sandbox::store::Store;
use crate::sandbox::world::World;

/// Nodes and their zones.
pub const NODES: &[(&str, &str)] =
    &[("node-a1", "zone-a"), ("node-a2", "zone-a"), ("node-b1", "zone-b"), ("node-b2", "zone-b")];

/// Age of the cluster.
const AGE: SignedDuration = SignedDuration::from_hours(24 * 40);

/// Furnishes an empty world.
pub fn furnish(world: &World, scenario: &Scenario) {
    let mut store = world.store();
    let born = clock::written(Timestamp::now().checked_sub(AGE).unwrap_or_default());
    for (name, zone) in NODES.iter().take(scenario.nodes) {
        put(&mut store, node(name, zone, scenario.node_cores, &born), &born);
    }
    if scenario.storage_class {
        put(&mut store, storage_class(), &born);
    }
    for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
        put(&mut store, namespace(name), &born);
    }
    if scenario.namespace_exists || scenario.user.is_some() {
        put(&mut store, namespace(&scenario.namespace), &born);
    }
    for (name, value) in [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)] {
        let class = json!({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name},
            "value": value, "preemptionPolicy": "PreemptLowerPriority"});
        put(&mut store, class, &born);
    }
    let everything = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": "cluster-admin"},
        "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]});
    put(&mut store, everything, &born);
    if let Some(user) = &scenario.user {
        let subjects = json!([{"kind": "User", "name": user.name, "apiGroup": "rbac.authorization.k8s.io"}]);
        for (kind, place, rules) in [
            ("Role", json!({"name": user.name, "namespace": scenario.namespace}), &user.rules),
            ("ClusterRole", json!({"name": user.name}), &user.cluster_rules),
        ] {
            let group = "rbac.authorization.k8s.io/v1";
            put(&mut store, json!({"apiVersion": group, "kind": kind, "metadata": place, "rules": rules}), &born);
            let reference = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": user.name});
            let binding = json!({"apiVersion": group, "kind": format!("{kind}Binding"), "metadata": place,
                "subjects": subjects, "roleRef": reference});
            put(&mut store, binding, &born);
        }
    }
    for object in &scenario.objects {
        put(&mut store, object.clone(), &born);
    }
}

/// Stores an object that has been there for some time.
pub fn put(store: &mut Store, mut object: Value, born: &str) -> bool {
    if json::text(&object, "/kind") == "CustomResourceDefinition" {
        defined(&object).into_iter().for_each(|kind| store.kinds.add(kind));
    }
    let kind = store.kinds.of_object(json::text(&object, "/apiVersion"), json::text(&object, "/kind")).cloned();
    let Some(kind) = kind else { return false };
    let uid = registry::uuid(store);
    let metadata = json::metadata(&mut object);
    metadata.entry("uid").or_insert_with(|| uid.into());
    metadata.entry("creationTimestamp").or_insert_with(|| born.into());
    if kind.generation {
        metadata.entry("generation").or_insert_with(|| 1.into());
    }
    registry::fill(&kind, &mut object);
    store.put(&kind, object);
    true
}

/// Somebody makes an object, in `namespace` when it does not say.
///
/// # Errors
/// The server refuses it, which tests rule out.
pub fn arrive(store: &mut Store, namespace: &str, object: &Value) -> Result<(), Problem> {
    let (version, kind) = (json::text(object, "/apiVersion"), json::text(object, "/kind"));
    let refused =
        |why: String| Problem::failed("sandbox.object", format!("the scenario's {kind} cannot be made")).because(why);
    let known = store.kinds.of_object(version, kind).cloned();
    let known = known.ok_or_else(|| refused("the kind is not served".into()))?;
    let namespace = match json::text(object, "/metadata/namespace") {
        "" if known.namespaced => namespace,
        given => given,
    };
    let how = Writing { manager: "iom-cluster".into(), force: true, ..Writing::default() };
    let name = json::text(object, "/metadata/name");
    let made = registry::patch(store, &known, namespace, name, "", object, PatchType::Apply, &how);
    made.map(drop).map_err(|e| refused(e.message))
}

fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name,
        "labels": {"kubernetes.io/metadata.name": name}}})
}

fn storage_class() -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": "sandbox.iomctl/simulated",
    })
}

fn node(name: &str, zone: &str, cores: u32, born: &str) -> Value {
    let room = json!({"cpu": cores.to_string(), "memory": format!("{}Gi", cores * 4), "pods": "4000",
        "ephemeral-storage": "200Gi"});
    let condition = |kind: &str, status: &str, reason: &str| {
        json!({"type": kind, "status": status, "reason": reason, "message": "", "lastHeartbeatTime": born,
            "lastTransitionTime": born})
    };
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {
            "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": name,
            "topology.kubernetes.io/region": "sandbox", "topology.kubernetes.io/zone": zone,
        }},
        "spec": {},
        "status": {
            "allocatable": room, "capacity": room,
            "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}, {"type": "Hostname", "address": name}],
            "conditions": [
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
                condition("PIDPressure", "False", "KubeletHasSufficientPID"),
                condition("Ready", "True", "KubeletReady"),
            ],
            "nodeInfo": {"kubeletVersion": VERSION, "architecture": "amd64", "operatingSystem": "linux",
                "osImage": "iomctl sandbox", "kernelVersion": "", "containerRuntimeVersion": "", "machineID": "",
                "systemUUID": "", "bootID": "", "kubeProxyVersion": ""},
        },
    })
}

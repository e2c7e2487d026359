//! How lists and maps are merged: the few facts of the API's schema that merging needs, as a table.
//!
//! Custom resources have none of this: their lists are replaced as a whole.

use serde_json::Value;

/// How a list is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// As a whole.
    Atomic,
    /// As a set of plain values.
    Set,
    /// Item by item: the keys of server-side apply, then the one of a strategic merge patch.
    Keyed(&'static [&'static str], &'static str),
}

/// By the name of the field that holds the list. The kind (empty: any) decides between namesakes.
const LISTS: &[(&str, &str, Merge)] = &[
    ("Service", "ports", Merge::Keyed(&["port", "protocol"], "port")),
    ("NetworkPolicy", "ports", Merge::Atomic),
    ("Endpoints", "ports", Merge::Atomic),
    ("EndpointSlice", "ports", Merge::Atomic),
    ("", "ports", Merge::Keyed(&["containerPort", "protocol"], "containerPort")),
    ("", "containers", Merge::Keyed(&["name"], "name")),
    ("", "initContainers", Merge::Keyed(&["name"], "name")),
    ("", "ephemeralContainers", Merge::Keyed(&["name"], "name")),
    ("", "env", Merge::Keyed(&["name"], "name")),
    ("", "volumes", Merge::Keyed(&["name"], "name")),
    ("", "volumeMounts", Merge::Keyed(&["mountPath"], "mountPath")),
    ("", "volumeDevices", Merge::Keyed(&["devicePath"], "devicePath")),
    ("", "imagePullSecrets", Merge::Keyed(&["name"], "name")),
    ("ServiceAccount", "secrets", Merge::Keyed(&["name"], "name")),
    ("", "hostAliases", Merge::Keyed(&["ip"], "ip")),
    ("", "topologySpreadConstraints", Merge::Keyed(&["topologyKey", "whenUnsatisfiable"], "topologyKey")),
    ("", "schedulingGates", Merge::Keyed(&["name"], "name")),
    ("", "resourceClaims", Merge::Keyed(&["name"], "name")),
    ("", "podIPs", Merge::Keyed(&["ip"], "ip")),
    ("", "hostIPs", Merge::Atomic),
    ("", "ownerReferences", Merge::Keyed(&["uid"], "uid")),
    ("", "finalizers", Merge::Set),
    ("Namespace", "conditions", Merge::Keyed(&["type"], "type")),
    ("", "conditions", Merge::Keyed(&["type"], "type")),
    ("", "webhooks", Merge::Keyed(&["name"], "name")),
    ("", "taints", Merge::Atomic),
];

/// Maps that belong to one owner as a whole, by name.
const ATOMIC_MAPS: &[&str] = &[
    "nodeSelector",
    "selector",
    "labelSelector",
    "namespaceSelector",
    "podSelector",
    "objectSelector",
    "secretKeyRef",
    "configMapKeyRef",
    "fieldRef",
    "resourceFieldRef",
    "roleRef",
    "involvedObject",
    "claimRef",
    "dataSource",
    "targetRef",
];

/// Fields of the API's types that are there even when they are empty, so that nobody brings them along.
const ALWAYS_THERE: &[&str] =
    &["metadata", "spec", "template", "strategy", "updateStrategy", "containers", "scaleTargetRef", "jobTemplate"];

/// The shape of the objects of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'k> {
    /// The kind.
    pub kind: &'k str,
    /// It has no schema that merging knows.
    pub custom: bool,
}

impl Shape<'_> {
    /// How the list under this field is merged.
    pub fn list(&self, field: &str) -> Merge {
        if self.custom && !["ownerReferences", "finalizers"].contains(&field) {
            return Merge::Atomic;
        }
        let row = LISTS.iter().find(|(kind, name, _)| *name == field && (kind.is_empty() || *kind == self.kind));
        row.map_or(Merge::Atomic, |(_, _, merge)| *merge)
    }

    /// Whether this field is there even when it is empty.
    pub fn always_there(&self, field: &str) -> bool {
        ALWAYS_THERE.contains(&field) && (!self.custom || ["metadata"].contains(&field))
    }

    /// Whether the map under this field belongs to one owner.
    pub fn atomic_map(&self, field: &str) -> bool {
        let selector_of_a_volume = self.kind == "PersistentVolumeClaim" && field == "selector";
        !self.custom && ATOMIC_MAPS.contains(&field) && !selector_of_a_volume
    }
}

/// The wire name of an item of a keyed list: `k:{"name":"web"}`. `None` when a key is missing.
pub fn item_name(item: &Value, keys: &[&str]) -> Option<String> {
    let mut parts = Vec::new();
    for key in keys {
        let value = match (*key, &item[*key]) {
            ("protocol", Value::Null) => Value::from("TCP"),
            (_, Value::Null) => return None,
            (_, value) => value.clone(),
        };
        parts.push(format!("\"{key}\":{value}"));
    }
    Some(format!("k:{{{}}}", parts.join(",")))
}

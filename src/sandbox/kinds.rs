//! Which kinds the server serves: the fixed ones as a table, those of custom resource definitions as they come.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::json;

/// One kind in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// API group, empty for the core.
    pub group: String,
    /// Version, e.g. `v1`.
    pub version: String,
    /// `Deployment`.
    pub kind: String,
    /// `deployments`.
    pub plural: String,
    /// `deployment`.
    pub singular: String,
    /// `deploy`.
    pub short: Vec<String>,
    /// Groups of kinds for `kubectl get all`.
    pub categories: Vec<String>,
    /// Its objects live in namespaces.
    pub namespaced: bool,
    /// What can be done with it.
    pub verbs: Verbs,
    /// Subresources next to the object.
    pub subresources: Vec<String>,
    /// `metadata.generation` counts changes of the specification.
    pub generation: bool,
    /// Made by a definition: without a type of its own.
    pub custom: bool,
    /// Where objects of all versions are kept: `GROUP/PLURAL`.
    pub table: Arc<str>,
}

/// What can be done with the objects of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verbs {
    /// Everything.
    All,
    /// Only asked: reviews.
    Create,
    /// Only read: metrics.
    Read,
}

impl Verbs {
    /// As discovery names them.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Verbs::All => &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
            Verbs::Create => &["create"],
            Verbs::Read => &["get", "list"],
        }
    }
}

impl Kind {
    /// `apps/v1`, or `v1` for the core.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `deployments.apps`, as messages name it.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// `Deployment.apps`.
    pub fn qualified_kind(&self) -> String {
        if self.group.is_empty() { self.kind.clone() } else { format!("{}.{}", self.kind, self.group) }
    }

    /// Whether it has this subresource.
    pub fn has(&self, subresource: &str) -> bool {
        self.subresources.iter().any(|known| known == subresource)
    }
}

const N: bool = true;
const C: bool = false;

/// group, version, kind, plural, short names, categories, namespaced, verbs, subresources, generation counted
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    bool,
    Verbs,
    &'static str,
    bool,
);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("", "v1", "Namespace", "namespaces", "ns", "", C, Verbs::All, "status finalize", false),
    ("", "v1", "Node", "nodes", "no", "", C, Verbs::All, "status", false),
    ("", "v1", "Pod", "pods", "po", "all", N, Verbs::All, "status log exec attach portforward eviction ephemeralcontainers binding", true),
    ("", "v1", "Service", "services", "svc", "all", N, Verbs::All, "status", false),
    ("", "v1", "Endpoints", "endpoints", "ep", "", N, Verbs::All, "", false),
    ("", "v1", "ConfigMap", "configmaps", "cm", "", N, Verbs::All, "", false),
    ("", "v1", "Secret", "secrets", "", "", N, Verbs::All, "", false),
    ("", "v1", "ServiceAccount", "serviceaccounts", "sa", "", N, Verbs::All, "", false),
    ("", "v1", "Event", "events", "ev", "", N, Verbs::All, "", false),
    ("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", "", N, Verbs::All, "status", false),
    ("", "v1", "PersistentVolume", "persistentvolumes", "pv", "", C, Verbs::All, "status", false),
    ("", "v1", "ReplicationController", "replicationcontrollers", "rc", "all", N, Verbs::All, "status scale", true),
    ("", "v1", "ResourceQuota", "resourcequotas", "quota", "", N, Verbs::All, "status", false),
    ("", "v1", "LimitRange", "limitranges", "limits", "", N, Verbs::All, "", false),
    ("", "v1", "PodTemplate", "podtemplates", "", "", N, Verbs::All, "", true),
    ("apps", "v1", "Deployment", "deployments", "deploy", "all", N, Verbs::All, "status scale", true),
    ("apps", "v1", "ReplicaSet", "replicasets", "rs", "all", N, Verbs::All, "status scale", true),
    ("apps", "v1", "StatefulSet", "statefulsets", "sts", "all", N, Verbs::All, "status scale", true),
    ("apps", "v1", "DaemonSet", "daemonsets", "ds", "all", N, Verbs::All, "status", true),
    ("apps", "v1", "ControllerRevision", "controllerrevisions", "", "", N, Verbs::All, "", false),
    ("batch", "v1", "Job", "jobs", "", "all", N, Verbs::All, "status", true),
    ("batch", "v1", "CronJob", "cronjobs", "cj", "all", N, Verbs::All, "status", true),
    ("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", "all", N, Verbs::All, "status", false),
    ("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", "", N, Verbs::All, "status", true),
    ("networking.k8s.io", "v1", "Ingress", "ingresses", "ing", "", N, Verbs::All, "status", true),
    ("networking.k8s.io", "v1", "IngressClass", "ingressclasses", "", "", C, Verbs::All, "", true),
    ("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", "netpol", "", N, Verbs::All, "", true),
    ("rbac.authorization.k8s.io", "v1", "Role", "roles", "", "", N, Verbs::All, "", false),
    ("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", "", "", N, Verbs::All, "", false),
    ("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", "", "", C, Verbs::All, "", false),
    ("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", "", "", C, Verbs::All, "", false),
    ("storage.k8s.io", "v1", "StorageClass", "storageclasses", "sc", "", C, Verbs::All, "", false),
    ("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", "pc", "", C, Verbs::All, "", false),
    ("coordination.k8s.io", "v1", "Lease", "leases", "", "", N, Verbs::All, "", false),
    ("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "", "", N, Verbs::All, "", false),
    ("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", "", "api-extensions", C, Verbs::All, "", true),
    ("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", "", "api-extensions", C, Verbs::All, "", true),
    ("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", "crd crds", "api-extensions", C, Verbs::All, "status", true),
    ("apiregistration.k8s.io", "v1", "APIService", "apiservices", "", "api-extensions", C, Verbs::All, "status", false),
    ("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", "", "", C, Verbs::Create, "", false),
    ("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", "", "", C, Verbs::Create, "", false),
    ("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", "", "", C, Verbs::Create, "", false),
    ("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", "", "", C, Verbs::Create, "", false),
    ("metrics.k8s.io", "v1beta1", "PodMetrics", "pods", "", "", N, Verbs::Read, "", false),
    ("metrics.k8s.io", "v1beta1", "NodeMetrics", "nodes", "", "", C, Verbs::Read, "", false),
];

type GroupVersion = (String, String);

/// Every kind the server serves, in every version.
#[derive(Debug, Default, Clone)]
pub struct Kinds {
    /// By group and version, then plural. Groups stand in the order in which the server names them.
    versions: Vec<(GroupVersion, BTreeMap<String, Arc<Kind>>)>,
}

impl Kinds {
    /// The fixed kinds.
    pub fn fixed() -> Kinds {
        let mut kinds = Kinds::default();
        for row in TABLE {
            kinds.add(fixed(row));
        }
        kinds
    }

    /// Adds or replaces one.
    pub fn add(&mut self, kind: Kind) {
        let key = (kind.group.clone(), kind.version.clone());
        let plural = kind.plural.clone();
        match self.versions.iter_mut().find(|(known, _)| *known == key) {
            Some((_, kinds)) => drop(kinds.insert(plural, Arc::new(kind))),
            None => self.versions.push((key, BTreeMap::from([(plural, Arc::new(kind))]))),
        }
    }

    /// Takes away all versions of a custom kind.
    pub fn remove(&mut self, table: &str) {
        for (_, kinds) in &mut self.versions {
            kinds.retain(|_, kind| &*kind.table != table);
        }
        self.versions.retain(|(_, kinds)| !kinds.is_empty());
    }

    /// By its place in a path.
    pub fn find(&self, group: &str, version: &str, plural: &str) -> Option<&Arc<Kind>> {
        self.of(group, version)?.get(plural)
    }

    /// All of one version of a group.
    pub fn of(&self, group: &str, version: &str) -> Option<&BTreeMap<String, Arc<Kind>>> {
        self.versions.iter().find(|((g, v), _)| g == group && v == version).map(|(_, kinds)| kinds)
    }

    /// By `apiVersion` and `kind` of an object.
    pub fn of_object(&self, api_version: &str, kind: &str) -> Option<&Arc<Kind>> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        self.of(group, version)?.values().find(|known| known.kind == kind)
    }

    /// Any version of the kind whose objects are in this table.
    pub fn of_table(&self, table: &str) -> Option<&Arc<Kind>> {
        self.all().find(|kind| &*kind.table == table)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.versions.iter().flat_map(|(_, kinds)| kinds.values())
    }

    /// Groups with their versions, the preferred one first, without the core.
    pub fn groups(&self) -> Vec<(&str, Vec<&str>)> {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for ((group, version), _) in self.versions.iter().filter(|((group, _), _)| !group.is_empty()) {
            match groups.iter_mut().find(|(known, _)| known == group) {
                Some((_, versions)) => versions.push(version),
                None => groups.push((group, vec![version])),
            }
        }
        groups
    }
}

fn fixed(row: &Row) -> Kind {
    let &(group, version, kind, plural, short, categories, namespaced, verbs, subresources, generation) = row;
    let words = |text: &str| text.split_whitespace().map(str::to_string).collect::<Vec<_>>();
    Kind {
        group: group.into(),
        version: version.into(),
        kind: kind.into(),
        plural: plural.into(),
        singular: kind.to_lowercase(),
        short: words(short),
        categories: words(categories),
        namespaced,
        verbs,
        subresources: words(subresources),
        generation,
        custom: false,
        table: format!("{group}/{plural}").into(),
    }
}

/// The kinds of a custom resource definition, one per served version.
pub fn defined(definition: &Value) -> Vec<Kind> {
    let spec = &definition["spec"];
    let names = &spec["names"];
    let words = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_string)).collect()
    };
    let (group, plural) = (json::text(spec, "/group"), json::text(names, "/plural"));
    let versions = spec["versions"].as_array().map(Vec::as_slice).unwrap_or_default();
    versions
        .iter()
        .filter(|version| version["served"] == true)
        .map(|version| Kind {
            group: group.into(),
            version: json::text(version, "/name").into(),
            kind: json::text(names, "/kind").into(),
            plural: plural.into(),
            singular: match json::text(names, "/singular") {
                "" => json::text(names, "/kind").to_lowercase(),
                singular => singular.into(),
            },
            short: words(&names["shortNames"]),
            categories: words(&names["categories"]),
            namespaced: spec["scope"] == "Namespaced",
            verbs: Verbs::All,
            subresources: ["status", "scale"]
                .into_iter()
                .filter(|name| version["subresources"].get(name).is_some())
                .map(str::to_string)
                .collect(),
            generation: true,
            custom: true,
            table: format!("{group}/{plural}").into(),
        })
        .collect()
}

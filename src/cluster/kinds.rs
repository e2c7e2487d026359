//! What the API server serves, learned in two requests (aggregated discovery).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::try_join;
use kube::Client;
use kube::core::discovery::v2::{APIGroupDiscoveryList, APIResourceDiscovery};
use kube::discovery::ApiResource;

/// One kind of object as the server serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Group, version, kind and plural.
    pub resource: ApiResource,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}

/// Kinds that have left their group: from where, which, to where.
const MOVED: &[(&str, &str, &str)] = &[
    ("extensions", "Deployment", "apps"),
    ("extensions", "DaemonSet", "apps"),
    ("extensions", "ReplicaSet", "apps"),
    ("extensions", "Ingress", "networking.k8s.io"),
    ("extensions", "NetworkPolicy", "networking.k8s.io"),
    ("extensions", "PodSecurityPolicy", "policy"),
];

/// Every kind the server serves, in every version. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Kinds(Arc<Served>);

#[derive(Debug, Default)]
struct Served {
    /// By `apiVersion` and kind.
    kinds: BTreeMap<(String, String), Kind>,
    /// `group/version` of everything, also of versions without kinds.
    versions: BTreeSet<String>,
}

impl Kinds {
    /// Asks the server.
    pub(super) async fn discover(client: &Client) -> Result<Kinds, kube::Error> {
        let (core, groups) =
            try_join(client.list_core_api_versions_aggregated(), client.list_api_groups_aggregated()).await?;
        Ok(Kinds::from_lists([core, groups]))
    }

    fn from_lists(lists: impl IntoIterator<Item = APIGroupDiscoveryList>) -> Kinds {
        let mut served = Served::default();
        for group in lists.into_iter().flat_map(|list| list.items) {
            let name = group.metadata.and_then(|metadata| metadata.name).unwrap_or_default();
            for version in group.versions {
                let Some(number) = version.version else { continue };
                let api_version = if name.is_empty() { number.clone() } else { format!("{name}/{number}") };
                served.versions.insert(api_version.clone());
                for resource in version.resources {
                    if let Some(kind) = kind(resource, &name, &number, &api_version) {
                        served.kinds.insert((api_version.clone(), kind.resource.kind.clone()), kind);
                    }
                }
            }
        }
        Kinds(Arc::new(served))
    }

    /// Whether the server named no kind at all: it does not speak this kind of discovery.
    pub fn is_empty(&self) -> bool {
        self.0.kinds.is_empty()
    }

    /// The kind of an object by its `apiVersion` and `kind`.
    pub fn find(&self, api_version: &str, kind: &str) -> Option<&Kind> {
        self.0.kinds.get(&(api_version.to_string(), kind.to_string()))
    }

    /// What serves the objects of a kind whose version is no longer served: another version of the group, or the group
    /// that the kind has moved to.
    pub fn successor(&self, api_version: &str, kind: &str) -> Option<&Kind> {
        let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
        let moved = MOVED.iter().find(|(from, of, _)| *from == group && *of == kind).map_or(group, |(_, _, to)| *to);
        let mut served = self.0.kinds.values();
        served.find(|known| known.resource.kind == kind && known.resource.group == moved)
    }

    /// What Helm's `.Capabilities.APIVersions` holds: every `group/version` and every `group/version/Kind`.
    pub fn api_versions(&self) -> Vec<String> {
        let kinds = self.0.kinds.keys().map(|(version, kind)| format!("{version}/{kind}"));
        self.0.versions.iter().cloned().chain(kinds).collect()
    }
}

fn kind(resource: APIResourceDiscovery, group: &str, version: &str, api_version: &str) -> Option<Kind> {
    let name = resource.response_kind?.kind?;
    Some(Kind {
        namespaced: resource.scope.as_deref() == Some("Namespaced"),
        resource: ApiResource {
            group: group.into(),
            version: version.into(),
            api_version: api_version.into(),
            kind: name,
            plural: resource.resource?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_versions_are_told_as_helm_tells_them() {
        let list = serde_json::from_value(serde_json::json!({"items": [{
            "metadata": {"name": "apps"},
            "versions": [{"version": "v1", "resources": [
                {"resource": "deployments", "responseKind": {"group": "", "version": "", "kind": "Deployment"}, "scope": "Namespaced", "verbs": ["get"]},
            ]}],
        }]}))
        .unwrap();
        let kinds = Kinds::from_lists([list]);
        let deployment = kinds.find("apps/v1", "Deployment").unwrap();
        assert!(deployment.namespaced);
        assert_eq!(deployment.resource.plural, "deployments");
        assert_eq!(kinds.api_versions(), ["apps/v1", "apps/v1/Deployment"]);
        for old in ["apps/v1beta2", "extensions/v1beta1"] {
            assert_eq!(kinds.successor(old, "Deployment"), Some(deployment), "{old}");
        }
        assert_eq!(kinds.successor("extensions/v1beta1", "Ingress"), None);
    }
}

//! What can be watched, and which right each needs.

use std::fmt;

use crate::cluster::{Kinds, Need, Query};

/// A kind of object that is watched, one stream for each namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Pods.
    Pods,
    /// Deployments.
    Deployments,
    /// StatefulSets.
    StatefulSets,
    /// Jobs.
    Jobs,
    /// HorizontalPodAutoscalers.
    Scalers,
    /// Events.
    Events,
    /// PersistentVolumeClaims.
    Claims,
    /// ResourceQuotas.
    Quotas,
    /// SparkApplications.
    Applications,
    /// Helm's records, metadata only.
    Records,
    /// The Secret `data-plane`, metadata only.
    Settings,
}

/// Name of the Secret that every service reads when it starts.
pub const SETTINGS: &str = "data-plane";

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 11] = [
        Kind::Deployments,
        Kind::StatefulSets,
        Kind::Pods,
        Kind::Records,
        Kind::Settings,
        Kind::Scalers,
        Kind::Jobs,
        Kind::Applications,
        Kind::Claims,
        Kind::Quotas,
        Kind::Events,
    ];

    /// API version, kind and plural.
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Kind::Pods => ("v1", "Pod", "pods"),
            Kind::Deployments => ("apps/v1", "Deployment", "deployments"),
            Kind::StatefulSets => ("apps/v1", "StatefulSet", "statefulsets"),
            Kind::Jobs => ("batch/v1", "Job", "jobs"),
            Kind::Scalers => ("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
            Kind::Events => ("v1", "Event", "events"),
            Kind::Claims => ("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
            Kind::Quotas => ("v1", "ResourceQuota", "resourcequotas"),
            Kind::Applications => ("sparkoperator.k8s.io/v1beta2", "SparkApplication", "sparkapplications"),
            Kind::Records | Kind::Settings => ("v1", "Secret", "secrets"),
        }
    }

    /// Plural, as rights name it.
    pub fn plural(self) -> &'static str {
        self.names().2
    }

    /// The kind of one object: `Deployment`.
    pub fn singular(self) -> &'static str {
        self.names().1
    }

    /// Whether it is worth a stream in namespaces beside the release's.
    pub fn reaches_extra_namespaces(self) -> bool {
        !matches!(self, Kind::Scalers | Kind::Jobs | Kind::Records | Kind::Settings)
    }

    /// Whether the server has it.
    pub fn is_served(self, kinds: &Kinds) -> bool {
        let (version, kind, _) = self.names();
        kinds.find(version, kind).is_some()
    }

    /// What to list and watch in a namespace.
    pub fn query(self, namespace: &str, release: &str) -> Query {
        let (version, _, plural) = self.names();
        let root = if version.contains('/') { "apis" } else { "api" };
        let mut query =
            Query { path: format!("/{root}/{version}/namespaces/{namespace}/{plural}"), ..Query::default() };
        match self {
            Kind::Records => {
                query.labels = Some(format!("owner=helm,name={release}"));
                query.metadata_only = true;
            }
            Kind::Settings => {
                query.fields = Some(format!("metadata.name={SETTINGS}"));
                query.metadata_only = true;
            }
            _ => {}
        }
        query
    }

    /// The right without which there is nothing to see.
    pub fn need(self, verb: &'static str, namespace: &str) -> Need {
        let (version, _, plural) = self.names();
        let group = version.split_once('/').map_or("", |(group, _)| group);
        Need { verb, group: group.into(), resource: plural.into(), namespace: Some(namespace.into()) }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.plural())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_knows_its_place_and_its_right() {
        assert_eq!(Kind::Pods.query("ns", "r").path, "/api/v1/namespaces/ns/pods");
        let scalers = Kind::Scalers.query("ns", "r").path;
        assert_eq!(scalers, "/apis/autoscaling/v2/namespaces/ns/horizontalpodautoscalers");
        assert!(Kind::Settings.query("ns", "r").metadata_only);
        assert_eq!(Kind::Deployments.need("list", "ns").to_string(), "list deployments.apps in ns");
    }
}

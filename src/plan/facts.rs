//! What is known about the world outside of the answers. Everything is optional: without a cluster the rules that
//! need one wait, and say for what.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a fact would come from that a rule waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Waits {
    /// Objects and rights in the cluster.
    Cluster,
    /// The release in the namespace: whether there is one, its values, its chart.
    Release,
    /// The database server.
    Database,
    /// The object storage.
    Storage,
    /// The image registry.
    Registry,
    /// Vault.
    SecretStore,
    /// Loki, Elasticsearch or Splunk.
    Logging,
}

/// What is known. `Facts::default()` knows nothing and means the bundled chart.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The release namespace.
    pub namespace: Option<String>,
    /// What is installed there; none when nobody has looked.
    pub release: Option<Release>,
    /// The chart that will be installed; none for the bundled one.
    pub foreign_chart: Option<ForeignChart>,
    /// Objects that exist; none when nobody has looked.
    pub objects: Option<Objects>,
}

/// What stands in the release namespace.
#[derive(Debug, Clone)]
pub enum Release {
    /// No release and no databases under the prefix.
    Fresh,
    /// A release with these values; chart defaults included or not.
    Deployed(Value),
}

/// A chart that is not the bundled one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignChart {
    /// Its version, e.g. `3.18.0`.
    pub version: String,
}

/// Objects that exist, as far as somebody has looked for them. A list that nobody asked for is none.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    /// Names of the namespaces.
    pub namespaces: Option<BTreeSet<String>>,
    /// Names of the PriorityClasses.
    pub priority_classes: Option<BTreeSet<String>>,
    /// Secrets as `namespace/name`.
    pub secrets: Option<BTreeSet<String>>,
    /// Services as `namespace/name`.
    pub services: Option<BTreeSet<String>>,
    /// API groups, e.g. `metrics.k8s.io`.
    pub api_groups: Option<BTreeSet<String>>,
}

impl Facts {
    /// Values of the deployed release, if there is one and somebody has looked.
    pub fn deployed(&self) -> Option<&Value> {
        match &self.release {
            Some(Release::Deployed(values)) => Some(values),
            Some(Release::Fresh) | None => None,
        }
    }

    /// Whether the installation is known to be fresh.
    pub fn is_fresh(&self) -> bool {
        matches!(self.release, Some(Release::Fresh))
    }

    /// Whether the chart is the one this program carries.
    pub fn bundled_chart(&self) -> bool {
        self.foreign_chart.is_none()
    }
}

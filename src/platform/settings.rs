//! Choices of the values file that are not flags: secret store, log source, cloud, priorities, placement.

use serde::{Deserialize, Serialize};

use super::source::{FieldSources, Source};
use super::storage::RequiredSetting;

/// A place where the platform keeps secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretStore {
    /// Value of `secretStore.type`.
    pub kind: String,
    /// Used when nothing is set.
    pub default: bool,
    /// What keeps the secrets.
    pub keeps: String,
    /// Values path of its settings block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<String>,
    /// What must be set.
    pub required: Vec<RequiredSetting>,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

/// A place the platform reads logs from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSource {
    /// Value of `logging.source`.
    pub kind: String,
    /// Used when nothing is set.
    pub default: bool,
    /// What the logs are read from.
    pub reads: String,
    /// Values path of its settings block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<String>,
    /// What must be set.
    pub required: Vec<RequiredSetting>,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

/// A cloud, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudProvider {
    /// Value of `cloud.provider`.
    pub provider: String,
    /// Name for people.
    pub title: String,
    /// Directory on the nodes for Spark's scratch files.
    pub scratch: String,
    /// Workloads are placed by region and zone.
    pub zone_aware: bool,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

/// A PriorityClass that workloads name when `features.priorityClasses.enabled`; the chart does not create it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityClass {
    /// Its name, and its key under `priorityClassMappings`.
    pub name: String,
    /// The workloads that get it.
    pub workload: String,
    /// Services whose own pods get it too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// A sensible value of the object.
    pub suggested: i32,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

/// A pair of values that decides on which nodes pods run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// Values key of the node selector.
    pub selector: String,
    /// Values key of the tolerations.
    pub tolerations: String,
    /// The pods it applies to.
    pub applies_to: String,
    /// Source of the entry.
    pub source: Source,
}

/// `settings.yaml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingTables {
    /// Secret stores.
    pub secret_stores: Vec<SecretStore>,
    /// Log sources.
    pub log_sources: Vec<LogSource>,
    /// Cloud providers.
    pub cloud_providers: Vec<CloudProvider>,
    /// Priority classes.
    pub priority_classes: Vec<PriorityClass>,
    /// Node placement.
    pub placement: Vec<Placement>,
}

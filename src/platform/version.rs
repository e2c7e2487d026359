//! Chart versions: what each changed for the values file and for the operator.

use serde::{Deserialize, Serialize};

use super::source::Source;

/// A chart version that changed something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartVersion {
    /// The version.
    pub version: String,
    /// Values that came (`+`) and went (`-`), and other changes of the values file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// What the operator has to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<String>,
    /// Source of the entry.
    pub source: Source,
}

/// `versions.yaml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionTables {
    /// The versions, oldest first.
    pub versions: Vec<ChartVersion>,
}

//! What must exist before the chart is installed, and the rights its service account needs.

use serde::{Deserialize, Serialize};

use super::source::Source;

/// Where a prerequisite lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// It is cluster-scoped.
    Cluster,
    /// The release namespace.
    Release,
    /// Every extra namespace.
    Extra,
    /// The release namespace and every extra one.
    ReleaseAndExtra,
    /// The namespace of the ingress controller.
    Ingress,
    /// Outside the cluster.
    External,
}

/// Something that must exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prerequisite {
    /// Its kind.
    pub object: String,
    /// Its name; `<release>` stands for the release namespace.
    pub name: String,
    /// Where it lives.
    pub namespaces: Place,
    /// It takes a cluster administrator.
    pub admin: bool,
    /// Needed only in the case that the note names.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// The value that lets newer charts create it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart_value: Option<String>,
    /// What an operator should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Source of the entry.
    pub source: Source,
}

/// A rule of the role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    /// API groups; the core group is empty.
    pub groups: Vec<String>,
    /// Resources and subresources.
    pub resources: Vec<String>,
    /// Verbs; `*` is all.
    pub verbs: Vec<String>,
    /// The flag that makes it necessary; without one it is always needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// Grants nothing in a namespaced role, because the kind is cluster-scoped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cluster_scoped: bool,
    /// Proposed, not required.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Chart version that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Source of the entry.
    pub source: Source,
}

/// The role of the service account that the platform and its Spark workloads run as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LakehouseRole {
    /// Name of the Role.
    pub name: String,
    /// Name of the ServiceAccount.
    pub service_account: String,
    /// Its rules.
    pub rules: Vec<RoleRule>,
}

/// `prerequisites.yaml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrerequisiteTables {
    /// What must exist, in the order it is created.
    pub prerequisites: Vec<Prerequisite>,
    /// Chart version from which `chart_value` has an effect.
    pub chart_values_since: String,
    /// The role.
    pub lakehouse_role: LakehouseRole,
}

//! Feature flags. A flag is active only after an upgrade has written it to the `data-plane` Secret **and** the
//! services that read it have restarted; that is why every flag carries its restart list.

use serde::{Deserialize, Serialize};

use super::source::{FieldSources, Source};

/// Whether a flag adds services or changes how they behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlagClass {
    /// Objects appear and disappear with the flag.
    Deployment,
    /// The same objects behave differently.
    Runtime,
}

/// How one flag leans on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequirementKind {
    /// The other flag must be on in the same target state; one upgrade may switch both.
    Together,
    /// The other flag must be *active* (deployed and restarted) before this one is switched on.
    Before,
    /// Without the other flag this one does nothing.
    ToHaveEffect,
    /// Without the other flag the service works, but with one replica only.
    ForMoreReplicas,
}

/// One flag's need of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Name of the needed flag.
    pub flag: String,
    /// What exactly is needed of it.
    pub how: RequirementKind,
    /// Identifier of the rule that says so, e.g. `F01`.
    pub rule: String,
    /// Where the rule comes from.
    pub source: Source,
}

/// What running Spark workloads need before a flag takes effect in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SparkEffect {
    /// Compute clusters, jobs and the internal Spark Connect application must restart.
    Restart,
    /// Only workloads started afterwards have it.
    NewWorkloads,
}

/// A feature flag of the specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// The name the specification uses; `services.nats.enabled` is the one that is a path.
    pub name: String,
    /// Deployment or runtime.
    pub class: FlagClass,
    /// Exact path in `values.yaml`.
    pub path: String,
    /// Value when nothing is set.
    pub default: bool,
    /// What it does when on.
    pub effect: String,
    /// Services that exist only with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deploys: Vec<String>,
    /// Further objects that exist only with it, `Kind/name`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<String>,
    /// Flags it leans on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Requirement>,
    /// What else must be there first, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// On an existing environment data must be migrated before it is switched on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub migration: bool,
    /// Services that read it at start and must restart when it changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restart: Vec<String>,
    /// What Spark workloads need for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spark: Option<SparkEffect>,
    /// Chart version from which an administrator can override it at run time; the Helm value is then a fallback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridable_since: Option<String>,
    /// Chart version that brought it; `<=3.16` when it was first seen there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

impl Flag {
    /// Whether `text` names this flag: its name, its values path, or the last key of the path before `.enabled`.
    pub fn is_named(&self, text: &str) -> bool {
        self.name == text || self.path == text || self.key() == text
    }

    /// The short name: `eventStream` for `features.eventStream.enabled`, `nats` for `services.nats.enabled`.
    pub fn key(&self) -> &str {
        let path = self.path.strip_suffix(".enabled").unwrap_or(&self.path);
        path.rsplit('.').next().unwrap_or(path)
    }
}

/// A flag known from elsewhere: kept when met in a values file, not offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherFlag {
    /// Exact path in `values.yaml`.
    pub path: String,
    /// Value when nothing is set, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<bool>,
    /// What it does when on.
    pub effect: String,
    /// The flag of the specification that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// Chart version that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Source of the entry.
    pub source: Source,
}

/// `flags.yaml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlagTables {
    /// The 30 flags of the specification.
    pub flags: Vec<Flag>,
    /// Flags known from elsewhere.
    pub other_flags: Vec<OtherFlag>,
}

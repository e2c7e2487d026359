//! Object storage: where table data, event logs and query results live, and therefore the dependency that matters
//! most.

use serde::{Deserialize, Serialize};

use super::source::{FieldSources, Source};

/// What proves the platform's identity to the storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// An access key and a secret key.
    StaticKeys,
    /// An IAM role, named by an annotation of the service account.
    AwsRole,
    /// A GCP service account, named by an annotation of the service account.
    GcpServiceAccount,
    /// The key of a storage account.
    AccountKey,
}

/// A setting without which a storage kind does not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredSetting {
    /// The name the specification gives it.
    pub key: String,
    /// Values path, when it is a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Values path of the `{name, key}` reference that may stand instead of a plain secret value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Annotation of `lakehouse-service-account`, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation: Option<String>,
}

/// A kind of object storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageKind {
    /// Value of `storage.type`.
    pub kind: String,
    /// Name for people.
    pub title: String,
    /// Values path of its settings block; none for kinds that take their credentials from the service account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<String>,
    /// Scheme of the URIs written into table metadata, with `://`.
    pub scheme: String,
    /// What must be set.
    pub required: Vec<RequiredSetting>,
    /// How the platform authenticates.
    pub credential: CredentialKind,
    /// What else is worth knowing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

/// A path inside the bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoragePath {
    /// The path, without a leading slash.
    pub path: String,
    /// What lies there.
    pub contents: String,
    /// Source of the entry.
    pub source: Source,
}

/// `storage.yaml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageTables {
    /// The kinds of the specification.
    pub storage_kinds: Vec<StorageKind>,
    /// Paths inside the bucket.
    pub storage_paths: Vec<StoragePath>,
}

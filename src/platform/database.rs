//! Databases and the job that creates them. When that job fails the whole installation fails, so what it does, in
//! which order, and what it needs is known here in detail.

use serde::{Deserialize, Serialize};

use super::source::{FieldSources, Source};

/// Which of the two database servers holds a database. Without `clusterDatabase` both are the same server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatabaseScope {
    /// `database`: shared by every data plane.
    Global,
    /// `clusterDatabase`: private to one data plane.
    Cluster,
    /// On both servers, with different tables.
    Both,
}

/// How the specification mentions a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mention {
    /// By name.
    Named,
    /// As one of the databases of the microservices.
    Implied,
}

/// A database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Its name without the prefix.
    pub name: String,
    /// The server that holds it.
    pub scope: DatabaseScope,
    /// Services that use it.
    pub used_by: Vec<String>,
    /// How the specification mentions it.
    pub in_spec: Mention,
    /// Its absence is no error.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// The deployment flag it is created with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// PostgreSQL extensions it needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<String>,
    /// What an operator should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

/// Something the init job creates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InitStep {
    /// What it is.
    pub creates: String,
    /// `Kind/name` of a Kubernetes object, or what else names it.
    pub name: String,
    /// Where it is created.
    pub place: String,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

/// The job that runs before an install and before an upgrade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InitJob {
    /// Name of the Job.
    pub name: String,
    /// Image repository, without registry and tag.
    pub image: String,
    /// Helm hook events.
    pub hooks: Vec<String>,
    /// `backoffLimit`: so many attempts after the first.
    pub backoff_limit: u32,
    /// The service account it runs as; hooks run before the chart's own objects, so it must exist.
    pub service_account: String,
    /// Values blocks it reads.
    pub inputs: Vec<String>,
    /// What it creates, in order.
    pub steps: Vec<InitStep>,
    /// What an operator should know.
    pub note: String,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

/// `databases.yaml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseTables {
    /// The prefix of every database name when none is set.
    pub default_prefix: String,
    /// The databases.
    pub databases: Vec<Database>,
    /// The init job.
    pub init_job: InitJob,
}

//! The shape of a record, which Helm 3 and Helm 4 share.
//!
//! Helm 4 adds `apply_method` and `rollback_revision`, and leaves zero times out where Helm 3 writes `""`; both read
//! both. Fields that neither knows today are kept, so that marking a record does not lose what its writer said.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map as JsonMap, Value as Json};

use super::Storage;
use crate::helm::chart::{Chart, Metadata};
use crate::helm::hooks::Hook;

/// One revision of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Name of the release.
    pub name: String,
    /// When, in which state, with which notes.
    pub info: Info,
    /// The chart without its subcharts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart: Option<StoredChart>,
    /// The user's values, without those of the chart.
    #[serde(default, skip_serializing_if = "nothing")]
    pub config: Option<JsonMap<String, Json>>,
    /// The rendered objects, hooks excluded.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub manifest: String,
    /// The rendered hooks.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_empty")]
    pub hooks: Vec<StoredHook>,
    /// Revision, counted from 1.
    pub version: i64,
    /// Namespace of the release.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// `ssa` or `csa`; Helm 4 decides by it how the next upgrade applies. Absent means client-side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apply_method: Option<String>,
    /// Labels of the user, which are stored on the Secret and not in the record.
    #[serde(skip)]
    pub labels: BTreeMap<String, String>,
    /// Where it was read from; none for a record that was not written yet.
    #[serde(skip)]
    pub storage: Option<Storage>,
    /// What this version of iomctl does not know.
    #[serde(flatten)]
    pub other: JsonMap<String, Json>,
}

fn nothing(config: &Option<JsonMap<String, Json>>) -> bool {
    config.as_ref().is_none_or(JsonMap::is_empty)
}

fn null_as_empty<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(source: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(source)?.unwrap_or_default())
}

/// State and history of a revision.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Info {
    /// When the first revision was made.
    #[serde(default)]
    pub first_deployed: Time,
    /// When this revision was made.
    #[serde(default)]
    pub last_deployed: Time,
    /// When it was uninstalled.
    #[serde(default)]
    pub deleted: Time,
    /// One sentence, e.g. `Install complete`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its state.
    #[serde(default)]
    pub status: Status,
    /// The rendered notes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// What this version of iomctl does not know.
    #[serde(flatten)]
    pub other: JsonMap<String, Json>,
}

/// A point in time in RFC 3339, or the empty text for Go's zero time. Kept as written: Helm writes local offsets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Time(pub String);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(source)?.unwrap_or_default();
        Ok(if text.starts_with("0001-01-01T00:00:00") { Time::default() } else { Time(text) })
    }
}

impl Time {
    /// That point in time, in UTC.
    pub fn at(time: jiff::Timestamp) -> Time {
        Time(time.to_string())
    }

    /// The point in time, if there is one.
    pub fn timestamp(&self) -> Option<jiff::Timestamp> {
        self.0.parse().ok()
    }
}

/// The states that Helm knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The current revision.
    Deployed,
    /// Removed, history kept.
    Uninstalled,
    /// Replaced by a later revision.
    Superseded,
    /// The operation failed.
    Failed,
    /// Being removed.
    Uninstalling,
    /// Being installed, or the installer died.
    PendingInstall,
    /// Being upgraded, or the upgrader died.
    PendingUpgrade,
    /// Being rolled back, or whoever did it died.
    PendingRollback,
    /// An interrupted or foreign state.
    #[default]
    #[serde(other)]
    Unknown,
}

impl Status {
    /// Whether an operation runs, or ran and died: Helm refuses to upgrade such a release.
    pub fn is_pending(self) -> bool {
        matches!(self, Status::PendingInstall | Status::PendingUpgrade | Status::PendingRollback)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Status::Unknown => "unknown",
            Status::Deployed => "deployed",
            Status::Uninstalled => "uninstalled",
            Status::Superseded => "superseded",
            Status::Failed => "failed",
            Status::Uninstalling => "uninstalling",
            Status::PendingInstall => "pending-install",
            Status::PendingUpgrade => "pending-upgrade",
            Status::PendingRollback => "pending-rollback",
        })
    }
}

/// The chart as a record keeps it: its own files, no subcharts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StoredChart {
    /// `Chart.yaml`
    #[serde(default)]
    pub metadata: Option<Metadata>,
    /// `Chart.lock`
    #[serde(default)]
    pub lock: Option<Json>,
    /// Files under `templates/`.
    #[serde(default)]
    pub templates: Option<Vec<File>>,
    /// Default values, those of subcharts merged in.
    #[serde(default)]
    pub values: Option<JsonMap<String, Json>>,
    /// `values.schema.json`, in base64.
    #[serde(default)]
    pub schema: Option<String>,
    /// All other files.
    #[serde(default)]
    pub files: Option<Vec<File>>,
    /// What this version of iomctl does not know.
    #[serde(flatten)]
    pub other: JsonMap<String, Json>,
}

/// A file of a stored chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Path inside the chart.
    pub name: String,
    /// Content, in base64; Go writes null for an empty file that it never read.
    pub data: Option<String>,
    /// What this version of iomctl does not know (Helm 4 writes `modtime`).
    #[serde(flatten)]
    pub other: JsonMap<String, Json>,
}

impl From<&Chart> for StoredChart {
    fn from(chart: &Chart) -> StoredChart {
        use super::codec::base64;
        let files = |files: &[crate::helm::chart::File]| {
            let stored = |f: &crate::helm::chart::File| File {
                name: f.name.clone(),
                data: Some(base64(&f.data)),
                other: JsonMap::new(),
            };
            Some(files.iter().map(stored).collect())
        };
        let values = chart.values.iter().map(|(key, value)| (key.clone(), value.to_json())).collect();
        StoredChart {
            metadata: Some(chart.metadata.clone()),
            lock: chart.lock.clone(),
            templates: files(&chart.templates),
            values: Some(values),
            schema: chart.schema.as_deref().map(base64),
            files: files(&chart.files),
            other: JsonMap::new(),
        }
    }
}

impl StoredChart {
    /// Whether both hold the same files, whichever Helm stored them: Helm 4 adds times, and an absent list is an empty
    /// one.
    pub fn is_same(&self, other: &StoredChart) -> bool {
        let files = |files: &Option<Vec<File>>| -> BTreeMap<String, String> {
            let all = files.iter().flatten();
            all.map(|file| (file.name.clone(), file.data.clone().unwrap_or_default())).collect()
        };
        self.metadata == other.metadata
            && files(&self.templates) == files(&other.templates)
            && files(&self.files) == files(&other.files)
            && self.values.clone().unwrap_or_default() == other.values.clone().unwrap_or_default()
            && self.schema.clone().unwrap_or_default() == other.schema.clone().unwrap_or_default()
    }

    /// The chart as far as a record keeps it: its own files. Subcharts are not stored.
    ///
    /// # Errors
    /// A file that is not base64.
    pub fn restored(&self) -> Result<Chart, super::RecordError> {
        use crate::helm::data::Data;
        let decode = |text: &str| base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text);
        let files = |files: &Option<Vec<File>>| -> Result<Vec<crate::helm::chart::File>, super::RecordError> {
            let restored = |file: &File| {
                let data = decode(file.data.as_deref().unwrap_or_default())?;
                Ok(crate::helm::chart::File { name: file.name.clone(), data: data.into() })
            };
            files.iter().flatten().map(restored).collect()
        };
        let values = self.values.iter().flatten();
        Ok(Chart {
            metadata: self.metadata.clone().unwrap_or_default(),
            lock: self.lock.clone(),
            templates: files(&self.templates)?,
            values: Arc::new(values.map(|(key, value)| (key.clone(), Data::from_json(value.clone()))).collect()),
            schema: self.schema.as_deref().map(decode).transpose()?.map(Into::into),
            files: files(&self.files)?,
            ..Chart::default()
        })
    }
}

/// A rendered hook with its last run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StoredHook {
    /// Name of the object.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Kind of the object.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Path of its template.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The object.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub manifest: String,
    /// When it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_empty")]
    pub events: Vec<String>,
    /// Its last run.
    #[serde(default)]
    pub last_run: HookRun,
    /// Its place among hooks of one event.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub weight: i64,
    /// When it is deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_empty")]
    pub delete_policies: Vec<String>,
    /// When its log is printed.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_empty")]
    pub output_log_policies: Vec<String>,
}

fn is_zero(weight: &i64) -> bool {
    *weight == 0
}

impl From<&Hook> for StoredHook {
    fn from(hook: &Hook) -> StoredHook {
        StoredHook {
            name: hook.manifest.name.clone(),
            kind: hook.manifest.kind.clone(),
            path: hook.manifest.source.clone(),
            manifest: hook.manifest.text.clone(),
            events: hook.events.iter().map(ToString::to_string).collect(),
            last_run: HookRun::default(),
            weight: hook.weight,
            delete_policies: hook.delete_policies.clone(),
            output_log_policies: hook.output_log_policies.clone(),
        }
    }
}

/// A run of a hook.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct HookRun {
    /// When it began.
    #[serde(default)]
    pub started_at: Time,
    /// When it ended.
    #[serde(default)]
    pub completed_at: Time,
    /// How it went.
    #[serde(default)]
    pub phase: HookPhase,
}

/// How a run of a hook went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum HookPhase {
    /// It never ran.
    #[default]
    #[serde(rename = "")]
    Never,
    /// Running now.
    Running,
    /// Succeeded.
    Succeeded,
    /// Failed.
    Failed,
    /// Interrupted.
    #[serde(other)]
    Unknown,
}

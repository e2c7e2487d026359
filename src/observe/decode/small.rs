//! Kinds of which only a few fields matter.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Raw;
use super::meta::{Meta, or_default};
use crate::observe::claims::{Bound, Quota, quantity};
use crate::observe::kind::Kind;
use crate::observe::names::{Interner, Name};
use crate::observe::news::{Row, Usage};
use crate::observe::settings::{Application, Record, Settings};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawClaim {
    metadata: Meta,
    spec: ClaimSpec,
    status: ClaimStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ClaimSpec {
    storage_class_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ClaimStatus {
    phase: String,
    capacity: BTreeMap<String, String>,
}

impl Raw for RawClaim {
    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn row(self, _: Kind, names: &Interner) -> Row {
        Row::Claim(Bound {
            phase: names.name(&self.status.phase),
            class: names.name(self.spec.storage_class_name.as_deref().unwrap_or_default()),
            size: names.name(self.status.capacity.get("storage").map_or("", String::as_str)),
            name: self.metadata.name.into(),
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawQuota {
    metadata: Meta,
    status: QuotaStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct QuotaStatus {
    hard: BTreeMap<String, String>,
    used: BTreeMap<String, String>,
}

impl Raw for RawQuota {
    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn row(self, _: Kind, names: &Interner) -> Row {
        let QuotaStatus { hard, used } = self.status;
        let limit = |(resource, hard): (&String, &String)| {
            let used = used.get(resource).map_or("0", String::as_str);
            (names.name(resource), names.name(used), names.name(hard))
        };
        Row::Quota(Quota { limits: hard.iter().map(limit).collect(), name: self.metadata.name.into() })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawApplication {
    metadata: Meta,
    status: AppStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AppStatus {
    #[serde(deserialize_with = "or_default")]
    application_state: AppState,
    #[serde(deserialize_with = "or_default")]
    driver_info: DriverInfo,
    #[serde(deserialize_with = "or_default")]
    executor_state: BTreeMap<String, String>,
    submission_attempts: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AppState {
    state: String,
    #[serde(deserialize_with = "or_default")]
    error_message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DriverInfo {
    pod_name: String,
}

impl Raw for RawApplication {
    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn row(self, _: Kind, names: &Interner) -> Row {
        let RawApplication { metadata, status } = self;
        let some = |text: &str| (!text.is_empty()).then(|| names.name(text));
        let running = status.executor_state.values().filter(|state| *state == "RUNNING").count();
        let small = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        Row::Application(Box::new(Application {
            name: metadata.name.into(),
            state: names.name(&status.application_state.state),
            error: some(&status.application_state.error_message),
            driver: some(&status.driver_info.pod_name),
            executors: (small(running), small(status.executor_state.len())),
            created: metadata.creation_timestamp.0,
            attempts: status.submission_attempts,
        }))
    }
}

/// Helm's record, without its data.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawRecord {
    metadata: Meta,
}

impl Raw for RawRecord {
    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn row(self, _: Kind, names: &Interner) -> Row {
        let label = |key: &str| self.metadata.labels.get(key).map_or("", String::as_str);
        Row::Record(Record {
            revision: label("version").parse().unwrap_or_default(),
            status: names.name(label("status")),
            created: self.metadata.creation_timestamp.0,
            name: self.metadata.name.as_str().into(),
        })
    }
}

/// The Secret that services read, without its data.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawSettings {
    metadata: Meta,
}

impl Raw for RawSettings {
    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn row(self, _: Kind, names: &Interner) -> Row {
        let writes = self.metadata.managed_fields.iter().filter(|write| write.time.0 != 0);
        let last = writes.max_by_key(|write| write.time);
        Row::Settings(Settings {
            changed: last.map_or(self.metadata.creation_timestamp.0, |write| write.time.0),
            by: last.map(|write| names.name(&write.manager)),
            told_by: if last.is_some() { "its managed fields" } else { "its creation" },
            name: names.name(&self.metadata.name),
        })
    }
}

/// Figures of `metrics.k8s.io` for the pods of a namespace.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawMetrics {
    items: Vec<PodMetrics>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PodMetrics {
    metadata: MetricsMeta,
    #[serde(deserialize_with = "or_default")]
    containers: Vec<ContainerMetrics>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MetricsMeta {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ContainerMetrics {
    usage: BTreeMap<String, String>,
}

impl RawMetrics {
    /// Pods with what they use.
    pub fn usage(self) -> Vec<(Name, Usage)> {
        let sum = |pod: &PodMetrics, resource: &str| -> f64 {
            pod.containers.iter().filter_map(|c| quantity(c.usage.get(resource)?)).sum()
        };
        let usage = |pod: PodMetrics| {
            let used = Usage {
                cpu: (sum(&pod, "cpu") * 1000.0).round() as u32,
                memory: (sum(&pod, "memory") / 1_048_576.0).round() as u32,
            };
            (pod.metadata.name.into(), used)
        };
        self.items.into_iter().map(usage).collect()
    }
}

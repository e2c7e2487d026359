//! `Chart.lock`: the versions that were chosen, and a digest by which it is known whether they still answer to what
//! `Chart.yaml` asks for.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cache::digest_of;
use crate::helm::Chart;
use crate::helm::chart::Dependency;
use crate::helm::release::{to_json, to_yaml};
use crate::problem::Problem;

/// A lock file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Lock {
    /// When it was written.
    pub generated: String,
    /// Digest of what was asked for and what was chosen.
    pub digest: String,
    /// What was chosen.
    pub dependencies: Vec<Dependency>,
}

impl Lock {
    /// What was chosen for these dependencies.
    pub fn of(wanted: &[Dependency], chosen: Vec<Dependency>) -> Lock {
        let generated = jiff::Zoned::now().strftime("%Y-%m-%dT%H:%M:%S%.9f%:z").to_string();
        Lock { generated, digest: hash(wanted, &chosen), dependencies: chosen }
    }

    /// That of a chart, if it has one.
    pub fn read(chart: &Chart) -> Option<Lock> {
        let mut lock = chart.lock.clone()?;
        if lock["dependencies"].is_null() {
            lock["dependencies"] = Value::Array(Vec::new());
        }
        serde_json::from_value(lock).ok()
    }

    /// Whether it answers to what is asked for.
    pub fn is_of(&self, wanted: &[Dependency]) -> bool {
        self.digest == hash(wanted, &self.dependencies)
    }

    /// Writes it.
    pub fn write(&self, folder: &Path, name: &str) -> Result<(), Problem> {
        let path = folder.join(name);
        let unwritable = |why: String| {
            Problem::failed("chart.lock", "the lock file cannot be written").at(path.display().to_string()).because(why)
        };
        if path.is_symlink() {
            return Err(unwritable("it is a link to another file".into()));
        }
        let json = serde_json::to_value(self).map_err(|e| unwritable(e.to_string()))?;
        let text = to_yaml(json).map_err(|e| unwritable(e.to_string()))?;
        std::fs::write(&path, text).map_err(|e| unwritable(e.to_string()))
    }
}

/// Name of the lock file of a chart.
pub fn name_of(chart: &Chart) -> &'static str {
    if chart.metadata.api_version == "v1" { "requirements.lock" } else { "Chart.lock" }
}

/// Helm's digest: of the JSON of both lists, as Go writes it.
fn hash(wanted: &[Dependency], chosen: &[Dependency]) -> String {
    let text = to_json(&[wanted, chosen]).unwrap_or_default();
    digest_of(text.trim_end().as_bytes())
}

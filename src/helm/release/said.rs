//! What `helm get` and `helm history` print of a record, byte for byte.

use serde::Serialize;
use serde_json::Value as Json;

use super::{HookPhase, Release, StoredHook, Time};
use crate::helm::chart::{Chart, Dependency, Metadata};
use crate::helm::data::{Data, Table};
use crate::helm::hooks::HookEvent;
use crate::helm::values::{Nulls, Values, ValuesError, Warnings, coalesce};
use crate::helm::yaml;

/// What stands in the place of a chart that a record lost.
const MISSING: &str = "MISSING";

/// A revision in a line of `helm history`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Number.
    pub revision: i64,
    /// When it was made, RFC 3339; empty when the record does not say.
    pub updated: String,
    /// `deployed`, `superseded`, …
    pub status: String,
    /// `NAME-VERSION`.
    pub chart: String,
    /// Version of what the chart installs.
    pub app_version: String,
    /// One sentence.
    pub description: String,
}

/// What `helm get metadata` tells.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    name: String,
    chart: String,
    version: String,
    app_version: String,
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    annotations: std::collections::BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<Dependency>,
    namespace: String,
    revision: i64,
    status: String,
    deployed_at: String,
}

impl About {
    /// Of a record.
    pub fn of(release: &Release) -> About {
        let metadata = release.metadata();
        About {
            name: release.name.clone(),
            chart: metadata.name,
            version: metadata.version,
            app_version: metadata.app_version,
            annotations: metadata.annotations,
            dependencies: metadata.dependencies,
            namespace: release.namespace.clone(),
            revision: release.version,
            status: release.info.status.to_string(),
            deployed_at: release.info.last_deployed.to_the_second(),
        }
    }

    /// As lines.
    pub fn print(&self) -> String {
        let annotations: Vec<String> = self.annotations.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let mut dependencies: Vec<&str> = self.dependencies.iter().map(|d| d.name.as_str()).collect();
        dependencies.sort_unstable();
        format!(
            "NAME: {}\nCHART: {}\nVERSION: {}\nAPP_VERSION: {}\nANNOTATIONS: {}\nDEPENDENCIES: {}\nNAMESPACE: {}\n\
             REVISION: {}\nSTATUS: {}\nDEPLOYED_AT: {}\n",
            self.name,
            self.chart,
            self.version,
            self.app_version,
            annotations.join(","),
            dependencies.join(","),
            self.namespace,
            self.revision,
            self.status,
            self.deployed_at
        )
    }
}

impl Release {
    /// `Chart.yaml` as it is stored.
    pub fn chart_metadata(&self) -> Option<&Metadata> {
        self.chart.as_ref()?.metadata.as_ref()
    }

    /// What `helm history` says of it.
    pub fn line(&self) -> Line {
        let (chart, app_version) = match self.chart_metadata() {
            Some(metadata) => (format!("{}-{}", metadata.name, metadata.version), metadata.app_version.clone()),
            None => (MISSING.into(), MISSING.into()),
        };
        Line {
            revision: self.version,
            updated: self.info.last_deployed.0.clone(),
            status: self.info.status.to_string(),
            chart,
            app_version,
            description: self.info.description.clone(),
        }
    }

    /// `helm get manifest`.
    pub fn print_manifest(&self) -> String {
        format!("{}\n", self.manifest)
    }

    /// `helm get hooks`.
    pub fn print_hooks(&self) -> String {
        let print = |hook: &StoredHook| format!("---\n# Source: {}\n{}\n", hook.path, hook.manifest);
        self.hooks.iter().map(print).collect()
    }

    /// `helm get notes`.
    pub fn print_notes(&self) -> String {
        match self.info.notes.as_str() {
            "" => String::new(),
            notes => format!("NOTES:\n{notes}\n"),
        }
    }

    /// The user's values; null when there were none.
    pub fn supplied(&self) -> Json {
        self.config.clone().map_or(Json::Null, Json::Object)
    }

    /// The user's values over those of the stored chart, which has those of its subcharts in it.
    ///
    /// # Errors
    /// They do not fit together.
    pub fn computed(&self) -> Result<Json, ValuesError> {
        let values = self.chart.as_ref().and_then(|chart| chart.values.clone()).unwrap_or_default();
        let chart = Chart {
            metadata: self.metadata(),
            values: Values::from_json(Json::Object(values)).0.into(),
            ..Chart::default()
        };
        let own: Table = Values::from_json(self.supplied()).0;
        Ok(Data::Table(coalesce(&chart, &own, Nulls::Remove, &mut Warnings::default())?).to_json())
    }

    /// The lines of `helm get all` above the values.
    pub fn print_head(&self) -> String {
        let mut text = format!("NAME: {}\n", self.name);
        if let Some(when) = self.info.last_deployed.in_ansi_c() {
            text.push_str(&format!("LAST DEPLOYED: {when}\n"));
        }
        let metadata = self.metadata();
        text.push_str(&format!(
            "NAMESPACE: {}\nSTATUS: {}\nREVISION: {}\nCHART: {}\nVERSION: {}\nAPP_VERSION: {}\n",
            self.namespace, self.info.status, self.version, metadata.name, metadata.version, metadata.app_version
        ));
        let test = HookEvent::Test.to_string();
        let mut tests = self.hooks.iter().filter(|hook| hook.events.contains(&test)).peekable();
        if tests.peek().is_none() {
            text.push_str("TEST SUITE: None\n");
        }
        for hook in tests {
            let Some(started) = hook.last_run.started_at.in_ansi_c() else { continue };
            let completed = hook.last_run.completed_at.in_ansi_c().unwrap_or_else(|| NEVER.into());
            text.push_str(&format!(
                "TEST SUITE:     {}\nLast Started:   {started}\nLast Completed: {completed}\nPhase:          {}\n",
                hook.name,
                hook.last_run.phase.word()
            ));
        }
        text
    }

    fn metadata(&self) -> Metadata {
        self.chart_metadata().cloned().unwrap_or_default()
    }
}

/// Go's zero time, as `time.ANSIC` prints it.
const NEVER: &str = "Mon Jan  1 00:00:00 0001";

impl Time {
    /// `Mon Jan _2 15:04:05 2006`, in the zone in which it was written.
    pub fn in_ansi_c(&self) -> Option<String> {
        let civil: jiff::civil::DateTime = self.0.get(..19)?.parse().ok()?;
        Some(civil.strftime("%a %b %e %H:%M:%S %Y").to_string())
    }

    /// RFC 3339 without a fraction.
    fn to_the_second(&self) -> String {
        match (self.0.get(..19), self.0.rfind(['Z', '+', '-'])) {
            (Some(second), Some(zone)) if zone >= 19 => format!("{second}{}", &self.0[zone..]),
            _ => "0001-01-01T00:00:00Z".into(),
        }
    }
}

impl HookPhase {
    /// As it is stored and printed.
    pub fn word(self) -> &'static str {
        match self {
            HookPhase::Never => "",
            HookPhase::Running => "Running",
            HookPhase::Succeeded => "Succeeded",
            HookPhase::Failed => "Failed",
            HookPhase::Unknown => "Unknown",
        }
    }
}

/// YAML as Helm prints it: keys sorted, whole numbers without a fraction.
///
/// # Errors
/// Characters that YAML does not allow.
pub fn to_yaml(json: Json) -> Result<String, yaml::Error> {
    Ok(String::from_utf8_lossy(&yaml::encode(&Data::from_json(json).to_value())?).into_owned())
}

/// JSON in one line as Go prints it.
///
/// # Errors
/// What JSON cannot hold.
pub fn to_json(data: &impl Serialize) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(data)?;
    Ok(text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026") + "\n")
}

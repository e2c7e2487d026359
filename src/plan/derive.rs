//! What follows from the values and is worth showing, because people look for it: where tables will lie, which
//! databases will exist, where Spark writes its scratch files.

use serde::Serialize;
use serde_json::Value;

use super::rules::look;
use crate::platform::{Database, DatabaseScope, catalogue};

/// A thing that follows from the values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Derived {
    /// Stable name.
    pub id: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// What it is.
    pub value: String,
}

/// Everything that follows from chart values.
pub(super) fn derive(values: &Value) -> Vec<Derived> {
    let text = |path: &str| look(values, path).and_then(Value::as_str);
    let mut derived = Vec::new();
    let mut add = |id, title, value| derived.push(Derived { id, title, value });
    if let Some(cloud) =
        catalogue().cloud_providers.iter().find(|c| Some(c.provider.as_str()) == text("cloud.provider"))
    {
        add("scratch", "Scratch directory of Spark", cloud.scratch.clone());
        let zones = if cloud.zone_aware { "region and availability zone" } else { "no" };
        add("zones", "Zone-aware scheduling", zones.into());
    }
    if let Some(uri) = storage_uri(values) {
        for (id, title, below) in [
            ("storage.uri", "Storage", ""),
            ("storage.tables", "Tables", "data/"),
            ("storage.history", "Spark event logs", "iomete-assets/spark-history/"),
        ] {
            add(id, title, format!("{uri}{below}"));
        }
    }
    let (global, cluster) = database_names(values);
    add("databases", "Databases", global.join(", "));
    if !cluster.is_empty() {
        add("databases.cluster", "Databases on the cluster server", cluster.join(", "));
    }
    derived
}

/// The root of the bucket as Spark addresses it, with a slash at its end.
fn storage_uri(values: &Value) -> Option<String> {
    let text = |path: &str| look(values, path).and_then(Value::as_str);
    let kind = catalogue().storage_kind(text("storage.type")?)?;
    let bucket = text("storage.bucketName")?;
    // On Azure the container stands before the host of the account.
    let host = match kind.kind.as_str() {
        "azure_gen1" => format!("@{}.blob.core.windows.net", text("storage.azureSettings.storageAccountName")?),
        "azure_gen2" => format!("@{}.dfs.core.windows.net", text("storage.azureSettings.storageAccountName")?),
        _ => String::new(),
    };
    Some(format!("{}{bucket}{host}/", kind.scheme))
}

/// Names of the databases on the global and on the cluster server.
fn database_names(values: &Value) -> (Vec<String>, Vec<String>) {
    let prefix = |scope: &str| {
        let written = look(values, &format!("{scope}.prefix")).and_then(Value::as_str);
        written.unwrap_or(&catalogue().default_database_prefix).to_string()
    };
    let on = |flag: &str| catalogue().flag(flag).is_some_and(|f| look(values, &f.path) == Some(&Value::Bool(true)));
    let wanted = |db: &&Database| db.flag.as_deref().is_none_or(on);
    let split = look(values, "clusterDatabase.host").is_some();
    let of = |scopes: &[DatabaseScope], prefix: String| -> Vec<String> {
        let there = catalogue().databases.iter().filter(wanted).filter(|db| scopes.contains(&db.scope));
        there.map(|db| format!("{prefix}{}", db.name)).collect()
    };
    use DatabaseScope::{Both, Cluster, Global};
    if split {
        (of(&[Global, Both], prefix("database")), of(&[Cluster, Both], prefix("clusterDatabase")))
    } else {
        (of(&[Global, Cluster, Both], prefix("database")), Vec::new())
    }
}

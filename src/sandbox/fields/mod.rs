//! Who owns which field: server-side apply and the bookkeeping of all other writes.
//!
//! Every write leaves an entry in `metadata.managedFields`. An apply may take a field that has another owner only when
//! it gives it the same value or insists; what an owner no longer applies is removed when nobody else owns it.

mod apply;
mod schema;
mod set;
mod written;

pub use apply::{Applying, apply};
pub use schema::{Merge, Shape};
pub use set::FieldSet;
pub use written::note_write;

use serde_json::{Map, Value, json};

use super::clock;

/// One entry of `metadata.managedFields`.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Who.
    pub manager: String,
    /// `Apply` or `Update`.
    pub operation: &'static str,
    /// In which version.
    pub api_version: String,
    /// Through which subresource; empty for the object itself.
    pub subresource: String,
    /// When last.
    pub time: String,
    /// Which fields.
    pub fields: FieldSet,
}

impl Entry {
    fn is_of(&self, other: &Entry) -> bool {
        self.manager == other.manager
            && self.operation == other.operation
            && self.subresource == other.subresource
            && self.api_version == other.api_version
    }

    /// As messages name the owner.
    fn printed(&self) -> String {
        let mut text = format!("\"{}\"", self.manager);
        if !self.subresource.is_empty() {
            text.push_str(&format!(" with subresource \"{}\"", self.subresource));
        }
        if self.operation == "Update" {
            text.push_str(&format!(" using {}", self.api_version));
            if !self.time.is_empty() {
                text.push_str(&format!(" at {}", self.time));
            }
        }
        text
    }
}

/// The entries of an object.
pub fn entries(object: &Value) -> Vec<Entry> {
    let list = object["metadata"]["managedFields"].as_array().into_iter().flatten();
    list.map(|entry| {
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_string();
        Entry {
            manager: text("manager"),
            operation: if entry["operation"] == "Apply" { "Apply" } else { "Update" },
            api_version: text("apiVersion"),
            subresource: text("subresource"),
            time: text("time"),
            fields: FieldSet::read(&entry["fieldsV1"]),
        }
    })
    .collect()
}

/// Writes entries into an object. Those that own nothing are dropped.
pub fn write_entries(object: &mut Value, mut entries: Vec<Entry>) {
    entries.retain(|entry| !entry.fields.is_empty());
    let order = |entry: &Entry| {
        (entry.operation != "Apply", entry.time.clone(), entry.manager.clone(), entry.subresource.clone())
    };
    entries.sort_by_key(order);
    let list: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let mut value = json!({
                "manager": entry.manager,
                "operation": entry.operation,
                "apiVersion": entry.api_version,
                "time": entry.time,
                "fieldsType": "FieldsV1",
                "fieldsV1": entry.fields.write(),
            });
            if !entry.subresource.is_empty() {
                value["subresource"] = entry.subresource.as_str().into();
            }
            value
        })
        .collect();
    let metadata = super::json::metadata(object);
    match list.is_empty() {
        true => drop(metadata.remove("managedFields")),
        false => drop(metadata.insert("managedFields".into(), list.into())),
    }
}

/// The part of an object that can be owned through this subresource: without identity and bookkeeping.
fn ownable(object: &Value, subresource: &str) -> Value {
    let mut bare = object.as_object().cloned().unwrap_or_default();
    bare.remove("apiVersion");
    bare.remove("kind");
    if subresource != "status" {
        bare.remove("status");
    }
    if let Some(Value::Object(metadata)) = bare.get_mut("metadata") {
        for key in [
            "name",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "selfLink",
            "managedFields",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
        ] {
            metadata.remove(key);
        }
        if metadata.is_empty() {
            bare.remove("metadata");
        }
    }
    Value::Object(bare)
}

/// An entry of now.
fn entry(manager: &str, operation: &'static str, api_version: &str, subresource: &str, fields: FieldSet) -> Entry {
    Entry {
        manager: manager.into(),
        operation,
        api_version: api_version.into(),
        subresource: subresource.into(),
        time: clock::now(),
        fields,
    }
}

/// An empty object.
fn nothing() -> Value {
    Value::Object(Map::new())
}

//! One stored object: its JSON, and what lists and watches ask for without reading that.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::sandbox::json;

/// An object at one version.
#[derive(Debug)]
pub struct Record {
    /// Version: the count of changes when it was stored.
    pub revision: u64,
    /// Empty for cluster-wide kinds.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its identity.
    pub uid: u128,
    /// Identities of its owners.
    pub owners: Box<[u128]>,
    /// Labels.
    pub labels: Box<[(Box<str>, Box<str>)]>,
    /// The whole of it.
    pub json: Bytes,
}

impl Record {
    /// A record of an object.
    pub fn new(value: &Value, namespace: Arc<str>, name: Arc<str>, revision: u64) -> Self {
        let labels = json::entries(value, "/metadata/labels")
            .map(|(key, value)| (key.as_str().into(), value.as_str().unwrap_or_default().into()))
            .collect();
        let owners =
            json::items(value, "/metadata/ownerReferences").iter().map(|owner| uid_of(&owner["uid"])).collect();
        let json = Bytes::from(serde_json::to_vec(value).unwrap_or_default());
        Record { revision, namespace, name, uid: uid_of(&value["metadata"]["uid"]), owners, labels, json }
    }

    /// The object.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.json).unwrap_or_default()
    }

    /// A label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.iter().find(|(known, _)| &**known == key).map(|(_, value)| &**value)
    }
}

/// A UUID as a number; 0 for what is none.
pub fn uid_of(text: &Value) -> u128 {
    let digits: String = text.as_str().unwrap_or_default().chars().filter(|c| *c != '-').collect();
    u128::from_str_radix(&digits, 16).unwrap_or_default()
}

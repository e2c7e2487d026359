//! The part of `metadata` that anybody asks for.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};

/// `metadata`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meta {
    pub name: String,
    pub resource_version: String,
    pub generation: i64,
    pub labels: HashMap<String, String>,
    pub creation_timestamp: Stamp,
    pub deletion_timestamp: Option<Stamp>,
    pub owner_references: Vec<Owner>,
    pub managed_fields: Vec<Write>,
}

/// Who wrote something, and when; what was written is skipped.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Write {
    pub manager: String,
    pub time: Stamp,
}

/// An owner of an object.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Owner {
    pub kind: String,
    pub name: String,
    pub controller: bool,
}

/// A time, as seconds since 1970; 0 when there is none or it cannot be read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub i64);

impl Stamp {
    /// None when there is no time.
    pub fn known(self) -> Option<i64> {
        (self.0 != 0).then_some(self.0)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text: Option<std::borrow::Cow<'de, str>> = Option::deserialize(from)?;
        let read = text.and_then(|text| text.parse::<jiff::Timestamp>().ok());
        Ok(Stamp(read.map_or(0, |time| time.as_second())))
    }
}

/// What is null counts as absent: Go writes it for empty lists that are not omitted.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// One entry of `status.conditions`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawCondition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    pub reason: String,
    pub message: String,
}

impl From<RawCondition> for crate::cluster::rows::Condition {
    fn from(raw: RawCondition) -> Self {
        Self { kind: raw.kind, status: raw.status, reason: raw.reason, message: raw.message }
    }
}

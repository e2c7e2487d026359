//! Events of Kubernetes.

use super::names::Name;
use crate::cluster::rows::WarningRow;

/// An event, as often as it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// Name of the Event object.
    pub id: Name,
    /// Something is wrong.
    pub warning: bool,
    /// Kind of the object it is about.
    pub kind: Name,
    /// Name of the object.
    pub object: Name,
    /// One word.
    pub reason: Name,
    /// The sentence.
    pub message: Name,
    /// How often it was said.
    pub count: u32,
    /// Seconds since 1970 when it was first said.
    pub first: i64,
    /// Seconds since 1970 when it was last said.
    pub last: i64,
}

impl Happening {
    /// The row as rollouts judge it.
    pub fn as_row(&self, namespace: &str) -> WarningRow {
        WarningRow {
            kind: self.kind.to_string(),
            namespace: namespace.into(),
            name: self.object.to_string(),
            reason: self.reason.to_string(),
            message: self.message.to_string(),
            count: i32::try_from(self.count).unwrap_or(i32::MAX),
            last: self.last,
        }
    }
}

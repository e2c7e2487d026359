//! The kinds of objects that Helm keeps records in.

use std::fmt;

/// What holds a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Storage {
    /// A Secret, unless somebody says otherwise.
    #[default]
    Secret,
    /// A ConfigMap: `HELM_DRIVER=configmap`.
    ConfigMap,
}

impl Storage {
    /// The other one.
    pub fn other(self) -> Storage {
        match self {
            Storage::Secret => Storage::ConfigMap,
            Storage::ConfigMap => Storage::Secret,
        }
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Storage::Secret => "Secret",
            Storage::ConfigMap => "ConfigMap",
        })
    }
}

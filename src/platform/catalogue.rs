//! The catalogue: every table, read once from the data compiled into the program.

use std::sync::LazyLock;

use serde::de::DeserializeOwned;

use super::flag::{Flag, FlagTables, OtherFlag};
use super::storage::{StorageKind, StoragePath, StorageTables};

/// Every table of facts about the platform.
#[derive(Debug)]
pub struct Catalogue {
    /// The 8 deployment and 22 runtime flags, in that order.
    pub flags: Vec<Flag>,
    /// Flags known from elsewhere.
    pub other_flags: Vec<OtherFlag>,
    /// The 6 kinds of object storage.
    pub storage_kinds: Vec<StorageKind>,
    /// Paths inside the bucket.
    pub storage_paths: Vec<StoragePath>,
}

/// The catalogue compiled into the program; parsed at the first call.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::built_in);
    &CATALOGUE
}

impl Catalogue {
    fn built_in() -> Self {
        let flags: FlagTables = table("flags.yaml", include_str!("../../assets/platform/flags.yaml"));
        let storage: StorageTables = table("storage.yaml", include_str!("../../assets/platform/storage.yaml"));
        Catalogue {
            flags: flags.flags,
            other_flags: flags.other_flags,
            storage_kinds: storage.storage_kinds,
            storage_paths: storage.storage_paths,
        }
    }

    /// The flag that `name` means: its name, its values path or its key (`nats`).
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.is_named(name))
    }

    /// The storage kind with this value of `storage.type`.
    pub fn storage_kind(&self, kind: &str) -> Option<&StorageKind> {
        self.storage_kinds.iter().find(|k| k.kind == kind)
    }
}

/// The data is part of the program and read by its tests: that it does not parse is a fault of the build.
fn table<T: DeserializeOwned>(file: &str, text: &str) -> T {
    serde_yaml::from_str(text).unwrap_or_else(|e| panic!("assets/platform/{file}: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_answers_to_its_name_its_path_and_its_key() {
        for name in ["services.nats.enabled", "nats"] {
            assert_eq!(catalogue().flag(name).unwrap().deploys, ["nats"]);
        }
        assert_eq!(catalogue().flag("features.eventStream.enabled").unwrap().name, "eventStream");
        assert!(catalogue().flag("features").is_none());
    }
}

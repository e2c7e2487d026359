//! The catalogue: every table, read once from the data compiled into the program.

use std::sync::LazyLock;

use serde::de::DeserializeOwned;

use super::database::{Database, DatabaseTables, InitJob};
use super::flag::{Flag, FlagTables, OtherFlag};
use super::prerequisite::{LakehouseRole, Prerequisite, PrerequisiteTables};
use super::route::{Gateway, Precedence, Route, RouteTables, UnlistedPath};
use super::service::{Service, ServiceTables, Tier};
use super::settings::{CloudProvider, LogSource, Placement, PriorityClass, SecretStore, SettingTables};
use super::storage::{StorageKind, StoragePath, StorageTables};
use super::version::{ChartVersion, VersionTables};

/// Every table of facts about the platform.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// The 28 services, in the order of the specification.
    pub services: Vec<Service>,
    /// The start-up order.
    pub tiers: Vec<Tier>,
    /// The 8 deployment and 22 runtime flags, in that order.
    pub flags: Vec<Flag>,
    /// Flags known from elsewhere.
    pub other_flags: Vec<OtherFlag>,
    /// The rule groups of the gateway, in order.
    pub precedence: Vec<Precedence>,
    /// The routes of the gateway, in the order of the specification.
    pub routes: Vec<Route>,
    /// Paths that documentation uses and the routing reference does not know.
    pub unlisted: Vec<UnlistedPath>,
    /// Limits of the gateway.
    pub gateway: Gateway,
    /// The 6 kinds of object storage.
    pub storage_kinds: Vec<StorageKind>,
    /// Paths inside the bucket.
    pub storage_paths: Vec<StoragePath>,
    /// The prefix of database names when none is set.
    pub default_database_prefix: String,
    /// The databases.
    pub databases: Vec<Database>,
    /// The job that runs before an install and before an upgrade.
    pub init_job: InitJob,
    /// Secret stores.
    pub secret_stores: Vec<SecretStore>,
    /// Log sources.
    pub log_sources: Vec<LogSource>,
    /// Cloud providers.
    pub cloud_providers: Vec<CloudProvider>,
    /// Priority classes.
    pub priority_classes: Vec<PriorityClass>,
    /// Node placement.
    pub placement: Vec<Placement>,
    /// What must exist before the chart is installed, in the order it is created.
    pub prerequisites: Vec<Prerequisite>,
    /// Chart version from which a chart creates prerequisites itself.
    pub chart_prerequisites_since: String,
    /// The role of the platform's service account.
    pub lakehouse_role: LakehouseRole,
    /// Chart versions that changed something, oldest first.
    pub versions: Vec<ChartVersion>,
}

/// The catalogue compiled into the program; parsed at the first call.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        let catalogue = Catalogue::load();
        if cfg!(debug_assertions) {
            let violations = super::check::violations(&catalogue);
            assert!(violations.is_empty(), "the catalogue contradicts itself:\n{}", violations.join("\n"));
        }
        catalogue
    });
    &CATALOGUE
}

/// A table compiled into the program, which the build has turned into JSON.
macro_rules! table {
    ($name:literal) => {
        parse($name, include_str!(concat!(env!("OUT_DIR"), "/", $name, ".json")))
    };
}

impl Catalogue {
    /// Parses the tables compiled into the program. [`catalogue`] does it once and keeps the result.
    pub fn load() -> Self {
        let services: ServiceTables = table!("services");
        let flags: FlagTables = table!("flags");
        let routes: RouteTables = table!("routes");
        let storage: StorageTables = table!("storage");
        let databases: DatabaseTables = table!("databases");
        let settings: SettingTables = table!("settings");
        let prerequisites: PrerequisiteTables = table!("prerequisites");
        let versions: VersionTables = table!("versions");
        Catalogue {
            services: services.services,
            tiers: services.tiers,
            flags: flags.flags,
            other_flags: flags.other_flags,
            precedence: routes.precedence,
            routes: routes.routes,
            unlisted: routes.unlisted,
            gateway: routes.gateway,
            storage_kinds: storage.storage_kinds,
            storage_paths: storage.storage_paths,
            default_database_prefix: databases.default_prefix,
            databases: databases.databases,
            init_job: databases.init_job,
            secret_stores: settings.secret_stores,
            log_sources: settings.log_sources,
            cloud_providers: settings.cloud_providers,
            priority_classes: settings.priority_classes,
            placement: settings.placement,
            prerequisites: prerequisites.prerequisites,
            chart_prerequisites_since: prerequisites.chart_values_since,
            lakehouse_role: prerequisites.lakehouse_role,
            versions: versions.versions,
        }
    }

    /// The service with this name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The flag that `name` means: its name, its values path or its key (`nats`).
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.is_named(name))
    }

    /// The storage kind with this value of `storage.type`.
    pub fn storage_kind(&self, kind: &str) -> Option<&StorageKind> {
        self.storage_kinds.iter().find(|k| k.kind == kind)
    }

    /// The database with this name, without prefix.
    pub fn database(&self, name: &str) -> Option<&Database> {
        self.databases.iter().find(|database| database.name == name)
    }
}

/// The data is part of the program and read by its tests: that it does not parse is a fault of the build.
fn parse<T: DeserializeOwned>(name: &str, text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("assets/platform/{name}.yaml: {e}"))
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

    #[test]
    fn a_service_owns_the_objects_seen_in_clusters() {
        let worker = catalogue().service("prefect-worker").unwrap();
        assert!(worker.owns_object("prefect-worker-spark-a", "spark-a"));
        assert!(!worker.owns_object("prefect-worker-spark-a", "spark-b"));
        assert!(catalogue().service("spark-submit-service").unwrap().owns_object("spark-operator-submit-service", "x"));
    }
}

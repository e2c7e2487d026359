//! What the data plane is: services, flags, routes, storage kinds, databases. Facts with their certainty and source;
//! no I/O.
//!
//! The facts stand in `assets/platform/*.yaml`, because they change with the platform and not with this program.
//! [`catalogue`] reads them, [`check`] proves that they fit together, [`routing`] answers like the gateway.

mod catalogue;
pub mod check;
mod database;
mod flag;
mod flag_state;
mod prerequisite;
mod route;
pub mod routing;
mod service;
mod settings;
mod source;
mod storage;
mod version;

pub use catalogue::{Catalogue, catalogue};
pub use database::{Database, DatabaseScope, InitJob, InitStep, Mention};
pub use flag::{Flag, FlagClass, OtherFlag, Requirement, RequirementKind, SparkEffect};
pub use flag_state::{FlagState, UnknownFlag};
pub use prerequisite::{LakehouseRole, Place, Prerequisite, RoleRule};
pub use route::{Detour, Gateway, Precedence, Protocol, Route, RouteTable, Target, UnlistedPath, WorkloadTarget};
pub use service::{Autoscaling, Metrics, Port, Probe, Replicas, Scope, Service, Tier, Volume, WorkloadKind};
pub use settings::{CloudProvider, LogSource, Placement, PriorityClass, SecretStore};
pub use source::{Certainty, FieldSources, Source};
pub use storage::{CredentialKind, RequiredSetting, StorageKind, StoragePath};
pub use version::ChartVersion;

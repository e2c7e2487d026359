//! What the data plane is: services, flags, routes, storage kinds, databases. Facts with their certainty and source;
//! no I/O.
//!
//! The facts stand in `assets/platform/*.yaml`, because they change with the platform and not with this program.

mod catalogue;
mod flag;
mod source;
mod storage;

pub use catalogue::{Catalogue, catalogue};
pub use flag::{Flag, FlagClass, OtherFlag, Requirement, RequirementKind, SparkEffect};
pub use source::{Certainty, FieldSources, Source};
pub use storage::{CredentialKind, RequiredSetting, StorageKind, StoragePath};

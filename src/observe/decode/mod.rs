//! From the wire to rows: only what is shown is decoded, everything else is skipped by the parser.

mod event;
mod meta;
mod pod;
mod scaler;
mod small;
mod workload;

use super::kind::Kind;
use super::names::Interner;
use super::news::Row;
pub use event::RawEvent;
pub use meta::Meta;
pub use pod::RawPod;
pub use scaler::RawScaler;
pub use small::{RawApplication, RawClaim, RawMetrics, RawQuota, RawRecord, RawSettings};
pub use workload::RawWorkload;

/// Something that a stream carries.
pub trait Raw: serde::de::DeserializeOwned + Send + 'static {
    /// Name, version and the like.
    fn meta(&self) -> &Meta;
    /// The row it becomes.
    fn row(self, kind: Kind, names: &Interner) -> Row;
}

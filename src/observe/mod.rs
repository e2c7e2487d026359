//! What is happening: watches folded into rows, and what the rows mean.
//!
//! ```text
//! streams (one list and watch per kind and namespace) -> News, at most one batch per frame -> World (pure fold)
//! World -> services, scaling, spaces, flags, workloads: what a person wants to know, computed when looked at
//! ```
//!
//! An object is decoded into a slim row inside the stream and forgotten. Names are shared. The [`World`] is plain
//! data: the same news in any order of streams give the same rows as a fresh list would.

mod claims;
mod decode;
mod events;
mod history;
mod judge;
mod kind;
mod names;
mod news;
mod observer;
mod outbox;
mod pods;
mod release;
#[cfg(test)]
pub mod sample;
mod scaler;
mod services;
mod settings;
mod space;
mod stream;
mod usage;
mod workloads;
mod world;

pub use claims::{Bound, Quota, quantity};
pub use events::Happening;
pub use history::{History, POINTS, STEP};
pub use judge::{Health, Verdict, judge, judge_application, judge_pod};
pub use kind::{Kind, SETTINGS};
pub use names::{Interner, Name};
pub use news::{Item, News, Row, StreamState, Usage};
pub use observer::Observer;
pub use pods::{Container, Phase, Pod, Trouble};
pub use release::{Facts, Origin};
pub use scaler::{Gauge, Scaler};
pub use services::{Copy, Standing, reads_settings, services};
pub use settings::{Application, Record, Settings, Workload};
pub use space::Space;
pub use workloads::{Group, Tally, Unit, pods_of, tally, units};
pub use world::World;

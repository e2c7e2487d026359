//! Doing it: operations as lists of resumable stages, told as typed events and written down in a journal.
//!
//! An operation can be interrupted anywhere. What is true is read from the cluster (the release record, the hook
//! job, the objects); the journal only says where the last operation stood and keeps what a failed job left behind.

mod apply;
mod cancel;
mod claim;
mod definitions;
mod desired;
mod difference;
mod downgrade;
mod event;
mod follow;
mod home;
mod hooks;
mod input;
mod install;
mod journal;
mod live;
mod operation;
mod past;
mod pending;
mod permissions;
mod prerequisites;
mod record;
mod recorder;
mod restarts;
mod revise;
mod rollback;
pub mod rollout;
mod secrets;
mod stage;
mod status;
mod testing;
mod trial;
mod uninstall;
mod upgrade;
mod wait;

pub use crate::cluster::ObjectRef;
pub use cancel::{Cancel, Canceller, cancel};
pub use definitions::Definitions;
pub use difference::{Asked, Difference, Differences, Fate, between, upcoming};
pub use event::{Change, Event, Reporter, Stamped, State, seconds};
pub use follow::follow_job;
pub use home::Home;
pub use input::{Input, Way, capabilities};
pub use install::{Request, Wave, install};
pub use journal::{Attempt, Journal, Remembered, Subject, default_folder, private_folder};
pub use operation::Context;
pub use past::{history, revision};
pub use permissions::Leave;
pub use recorder::{read_events, read_logs};
pub use revise::{Manner, Needed};
pub use rollback::{RollingBack, rollback};
pub use rollout::Judgement;
pub use secrets::{Entry, SecretObject, SecretReference, is_public, is_secret, value as secret_value};
pub use stage::Stage;
pub use status::{CustomState, Overview, status};
pub use testing::{Testing, test};
pub use trial::try_all;
pub use uninstall::{Removing, uninstall};
pub use upgrade::{Reuse, Upgrading, deployed_values, upgrade};

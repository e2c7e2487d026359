//! Doing it: operations as lists of resumable stages, told as typed events and written down in a journal.
//!
//! An operation can be interrupted anywhere. What is true is read from the cluster (the release record, the hook
//! job, the objects); the journal only says where the last operation stood and keeps what a failed job left behind.

mod cancel;
mod event;
mod journal;
mod recorder;
pub mod rollout;
mod stage;

pub use cancel::{Cancel, Canceller, cancel};
pub use event::{Change, Event, Reporter, Stamped, State, seconds};
pub use journal::{Attempt, Journal, Remembered, Subject, default_folder};
pub use stage::Stage;

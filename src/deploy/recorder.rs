//! The flight recorder of hook jobs.
//!
//! A failing job takes its evidence with it: pods are deleted by delete policies, back-off limits or a clean-up, and
//! their logs and events go with them. So the recorder is armed *before* the job exists. It keeps the log of every
//! container of every attempt while it is written, the events, and each attempt's specification and last status, as
//! plain files:
//!
//! ```text
//! records/OPERATION/JOB/job.json  events.ndjson
//! records/OPERATION/JOB/attempt-1/pod.json  events.ndjson  CONTAINER.log  CONTAINER.restart-1.log
//! ```

mod attempt;
mod files;
mod log;
mod recording;

use std::path::PathBuf;

use crate::cluster::Session;
use crate::deploy::event::Reporter;
use crate::deploy::journal::Journal;

pub use files::{read_events, read_logs};
pub use recording::{End, Recording};

/// What to record.
#[derive(Debug, Clone)]
pub struct Target {
    /// `Job` or `Pod`.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The uid of an earlier object of this name whose pods may still be around.
    pub before: Option<String>,
}

/// Arms recordings for one operation.
#[derive(Clone)]
pub struct Recorder {
    /// The cluster.
    pub session: Session,
    /// Where lines are told, redacted.
    pub reporter: Reporter,
    /// Where attempts are written down.
    pub journal: Journal,
    /// The operation.
    pub operation: String,
    /// The folder of the operation's records.
    pub folder: PathBuf,
}

impl Recorder {
    /// For an operation of the journal.
    pub fn new(session: &Session, reporter: &Reporter, journal: &Journal, operation: &str) -> Recorder {
        Recorder {
            session: session.clone(),
            reporter: reporter.clone(),
            journal: journal.clone(),
            operation: operation.into(),
            folder: journal.records(operation),
        }
    }

    /// Begins to watch. Returns when every watch stands, so that nothing that happens from now on is missed.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn arm(&self, target: Target) -> Result<Recording, crate::problem::Problem> {
        Recording::arm(self.clone(), target).await
    }
}

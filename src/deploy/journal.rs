//! The memory of operations on this machine: which ran, which stage each reached, how it ended, and where the
//! records of a failed job lie.
//!
//! SQLite in write-ahead mode: after a kill -9 the last committed line stands. The journal helps to explain and to
//! go on; what is true is always read from the cluster.

mod store;

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::stage::Stage;
use crate::problem::Problem;
pub use store::{Journal, private_folder};

/// The release an operation is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// Address of the API server.
    pub cluster: String,
    /// Namespace of the release.
    pub namespace: String,
    /// Name of the release.
    pub release: String,
}

/// An operation as the journal remembers it. Times are RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remembered {
    /// Identifier; sorts by time.
    pub id: String,
    /// `install` or `uninstall`.
    pub kind: String,
    /// When it began.
    pub started: String,
    /// When it ended; none when it was interrupted or still runs.
    pub finished: Option<String>,
    /// `done`, `failed` or `cancelled`; none as above.
    pub outcome: Option<String>,
    /// The last stage that began.
    pub stage: Option<Stage>,
}

impl Remembered {
    /// The process that ran it, on this machine.
    pub fn process(&self) -> Option<u32> {
        self.id.rsplit('-').next()?.parse().ok()
    }
}

/// One attempt of a hook job as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// The operation it belongs to.
    pub operation: String,
    /// Name of the job.
    pub job: String,
    /// Counted from 1 over all operations that found this job.
    pub number: u32,
    /// Its pod.
    pub pod: String,
    /// When the pod was first seen.
    pub started: String,
    /// When it ended.
    pub finished: Option<String>,
    /// Exit code of the container that decided.
    pub exit: Option<i32>,
    /// Why it ended, in words.
    pub reason: String,
    /// Folder with logs, events, status and specification.
    pub folder: PathBuf,
}

/// Where the journal lies when nobody says: `$XDG_STATE_HOME/iomctl`, else `~/.local/state/iomctl`.
pub fn default_folder() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    state.or_else(|| std::env::home_dir().map(|home| home.join(".local/state"))).map(|state| state.join("iomctl"))
}

/// The sentence for a journal that cannot be used, before anything is changed.
fn unusable(folder: &Path, error: impl std::fmt::Display) -> Problem {
    Problem::failed("journal.unusable", "the journal cannot be written")
        .at(folder.display().to_string())
        .because(error.to_string())
        .next("make the folder writable, or name another one with --state-dir; nothing was changed")
}

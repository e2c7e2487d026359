//! What is to be installed, and what is told about it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::deploy::Stamped;
use crate::plan::Answers;
use crate::problem::Problems;

/// What to install: what `iomctl install --answers` would, plus the secrets that were typed.
#[derive(Debug, Clone)]
pub struct Job {
    /// Name of the release.
    pub release: String,
    /// Its namespace.
    pub namespace: String,
    /// All layers of answers, the preset included.
    pub answers: Answers,
    /// Secrets that were typed, by the id of their question. They become Kubernetes Secrets and are never on disk.
    pub typed: BTreeMap<String, SecretString>,
    /// Another chart than the bundled one.
    pub chart: Option<PathBuf>,
    /// Go on with an installation that another machine began.
    pub take_over: bool,
}

/// Something that the deploying screen wants from the world.
#[derive(Debug)]
pub enum Order {
    /// Begin, or go on where an earlier attempt stopped.
    Start(Box<Job>),
    /// Stop at a safe point.
    Stop,
    /// Write the log to a file in the working directory.
    SaveLog {
        /// Suggested name.
        name: String,
        /// Its lines.
        text: String,
    },
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// Something happened.
    Event(Box<Stamped>),
    /// It is over.
    Ended(Result<(), Problems>),
}

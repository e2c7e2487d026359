//! What the dashboard wants from the world, and what comes back.

use std::path::PathBuf;

use crate::deploy::Attempt;
use crate::observe::{self, Facts, Name};
use crate::problem::Problem;

/// Something that the dashboard wants from the world. The driver executes it in `cli::console::dashboard`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Begin to watch the release's namespace, and read the newest record. Ends an earlier watch. Comes back as
    /// [`News::Observed`] and [`News::Release`].
    Watch,
    /// Watch these namespaces, and no others any more.
    Follow(Scope),
    /// Name all namespaces of the cluster. Comes back as [`News::Namespaces`].
    ListNamespaces,
    /// Read the newest record of the release. Comes back as [`News::Release`].
    ReadRelease,
    /// Read what was recorded of the init job. Comes back as [`News::Attempts`].
    ReadAttempts,
    /// Read the recorded log of an attempt. Comes back as [`News::Log`].
    ReadRecord {
        /// The number under which its lines come back.
        log: u64,
        /// The folder of the attempt.
        folder: PathBuf,
    },
    /// The last line that a crashed container wrote. Comes back as [`News::LastLine`].
    LastLine(Crash),
    /// Follow logs. Lines come back as [`News::Log`]. Ends the log followed before.
    FollowLog(Box<LogRequest>),
    /// Follow no log any more.
    EndLog,
    /// An object as YAML. Comes back as [`News::Yaml`].
    ReadYaml(Subject),
    /// Restart the pods of a workload one after the other.
    Restart(Subject),
    /// Delete a pod.
    DeletePod(Subject),
    /// Forward a port of a pod. Comes back as [`News::Forwarded`].
    Forward {
        /// The pod.
        pod: Subject,
        /// Its port; none: the first it names.
        port: Option<u16>,
        /// The port of this machine; none: the same number where it is free, otherwise any.
        local: Option<u16>,
    },
    /// Forward no port any more.
    EndForward,
    /// Write text into a file of this name in the working directory. Comes back as a message.
    Save(String, String),
}

/// What is watched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The namespaces, that of the release among them.
    pub namespaces: Vec<Name>,
    /// Those of which somebody sees what pods use: it cannot be watched, only asked for.
    pub measured: Vec<Name>,
}

/// A container whose last words are wanted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crash {
    /// Its namespace.
    pub namespace: Name,
    /// Its pod.
    pub pod: String,
    /// Its name.
    pub container: String,
    /// Its previous run is meant.
    pub previous: bool,
    /// Its restarts: another crash, other words.
    pub restarts: u32,
}

/// An object of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Its namespace.
    pub namespace: Name,
    /// `Deployment`, `Pod` …
    pub kind: Name,
    /// Its name.
    pub name: Name,
}

/// Which logs to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRequest {
    /// The number under which its lines come back.
    pub log: u64,
    /// Their namespace.
    pub namespace: Name,
    /// Pod and container of each.
    pub sources: Vec<(Name, Name)>,
    /// The runs before the last restart.
    pub previous: bool,
    /// Only what is younger than so many seconds.
    pub since: Option<u32>,
    /// The last so many lines of each to begin with.
    pub tail: u32,
}

/// A line of a followed log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogNews {
    /// Which of the sources wrote it.
    pub source: u16,
    /// Time, as the server gave it; may be empty.
    pub time: Box<str>,
    /// The line.
    pub text: Box<str>,
    /// A remark of ours, not a line of the log.
    pub remark: bool,
}

/// What came of orders, and what was observed.
#[derive(Debug)]
pub enum News {
    /// What happens in the cluster.
    Observed(observe::News),
    /// What the record of the release says; none: there is none.
    Release(Result<Option<Box<Facts>>, Box<Problem>>),
    /// The namespaces of the cluster.
    Namespaces(Result<Vec<Name>, Box<Problem>>),
    /// What was recorded of the init job.
    Attempts(Vec<Attempt>),
    /// The last words of a container; none: it wrote nothing, or they cannot be read.
    LastLine(Crash, Option<String>),
    /// Lines of a followed log; the number is the order's.
    Log(u64, Vec<LogNews>),
    /// An object as YAML.
    Yaml(Subject, Result<String, Box<Problem>>),
    /// A port is forwarded: what, and where.
    Forwarded(Subject, String),
    /// The port is forwarded no more.
    ForwardEnded,
}

//! What can go wrong before a test has its cluster, in words that say what to do.

use std::path::PathBuf;
use std::time::Duration;

/// The reason why there is no cluster, or why it did not take something.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The binaries are not there and could not be built; the text says what to install.
    #[error("no test cluster: {0}")]
    Binaries(String),
    /// A process of the control plane ended while the cluster was being started.
    #[error("no test cluster: {component} ended at once ({status}); the end of its log:\n{log}")]
    Ended {
        /// The binary's name.
        component: &'static str,
        /// Its exit status.
        status: std::process::ExitStatus,
        /// The last lines that it wrote.
        log: String,
    },
    /// Something did not happen in time.
    #[error("waited {} s in vain for {what}", patience.as_secs())]
    Waited {
        /// What should have happened.
        what: String,
        /// How long it was waited for.
        patience: Duration,
    },
    /// A file of the cluster could not be written or read.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program could not be run.
    #[error("cannot run {program}: {source}")]
    Run {
        /// Which program.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A manifest of the test cluster is not what Kubernetes expects.
    #[error("manifest {name}: {problem}")]
    Manifest {
        /// Which manifest.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// A certificate could not be made.
    #[error("certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A kubeconfig of ours was not accepted.
    #[error("kubeconfig: {0}")]
    Kubeconfig(#[from] kube::config::KubeconfigError),
    /// The API server refused something.
    #[error("{0}")]
    Api(#[from] kube::Error),
}

impl Error {
    /// For `map_err`: the error of reading or writing `path`.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// For `map_err`: the error of starting `program`.
    pub(crate) fn run(program: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let program = program.into();
        move |source| Self::Run { program, source }
    }
}

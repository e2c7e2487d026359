//! The binaries of the cluster: found in the cache, or built into it by the script beside this crate.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Error;

/// The build script: the one place that knows versions, flags and the cache.
const BUILD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/build");

/// A folder that holds the binaries that were asked for.
#[derive(Debug, Clone)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Finds or builds what a cluster needs, and the binaries named in `more` (`helm3`, `helm4`,
    /// `metrics-server`). The first time on a machine this takes minutes and shows its progress.
    ///
    /// # Errors
    /// [`Error::Binaries`] with the script's last line, which says what to install.
    pub fn for_cluster(more: &[&str]) -> Result<Self, Error> {
        Self::build(&[&["--control-plane"], more].concat())
    }

    /// Finds or builds only the binaries named, for tests that need no cluster (`helm3`).
    ///
    /// # Errors
    /// [`Error::Binaries`] with the script's last line, which says what to install.
    pub fn only(names: &[&str]) -> Result<Self, Error> {
        Self::build(names)
    }

    fn build(arguments: &[&str]) -> Result<Self, Error> {
        let mut script = Command::new(BUILD)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(Error::run(BUILD))?;
        let last = script.stderr.take().map(pass_on).unwrap_or_default();
        let output = script.wait_with_output().map_err(Error::run(BUILD))?;
        if !output.status.success() {
            return Err(Error::Binaries(last));
        }
        Ok(Self { folder: PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()) })
    }

    /// The path of one binary.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The folder with kwok's own object definitions.
    pub(crate) fn definitions(&self) -> PathBuf {
        self.folder.join("crds")
    }

    /// The folder itself, for `PATH`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Shows the script's progress (past the capture of test output: a build of minutes must not look
/// like a hanging test) and returns its last line.
fn pass_on(lines: impl std::io::Read) -> String {
    let mut last = String::new();
    for line in BufReader::new(lines).lines().map_while(Result::ok) {
        // Nobody to show it to is no reason to stop building.
        let _ = writeln!(std::io::stderr(), "{line}");
        last = line;
    }
    last
}

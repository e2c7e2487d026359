//! The command itself against a real control plane and against the sandbox: install, interrupt, repair, look, remove.
//!
//! Most tests use the small chart beside them, because a release of every kind that rolls out in a second tells as
//! much about stages, records and interruptions as one of a hundred objects. `presets` installs the bundled chart.

mod adoption;
mod canary;
mod connecting;
mod difference;
mod init_job;
mod install;
mod interrupt;
mod machines;
mod past;
mod pending;
mod presets;
mod refused;
mod rollback;
mod sequences;
mod templating;
mod testing;
mod uninstall;
mod upgrade;
mod waiting;
mod waves;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::ground::Site;

type Tested = Result<(), Box<dyn Error>>;

/// How long to wait for what takes a second or two on an idle machine.
const SOON: Duration = Duration::from_secs(120);

/// The chart of most tests.
fn chart() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/deploy/chart")
}

/// A chart whose record has something of everything: notes, Secrets, hooks, tests, odd spacing.
fn told() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/deploy/told").display().to_string()
}

/// A chart whose objects and fields come and go with its values.
fn moving() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/deploy/moving")
}

/// An operator at a namespace, with a journal of their own.
struct Operator {
    kubeconfig: PathBuf,
    namespace: String,
    state: TempDir,
}

/// What a command said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Operator {
    fn new(ns: &Site<'_>) -> Result<Self, std::io::Error> {
        Self::with(ns.kubeconfig(), ns.name())
    }

    fn with(kubeconfig: &Path, namespace: &str) -> Result<Self, std::io::Error> {
        Ok(Operator { kubeconfig: kubeconfig.into(), namespace: namespace.into(), state: TempDir::new()? })
    }

    /// `iomctl COMMAND … -n NAMESPACE`.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_iomctl"));
        command.args(arguments).args(["-n", &self.namespace]).env("KUBECONFIG", &self.kubeconfig).env("NO_COLOR", "1");
        command.env("XDG_STATE_HOME", self.state.path()).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    async fn run(&self, arguments: &[&str]) -> Result<Said, Box<dyn Error>> {
        self.end(self.command(arguments)).await
    }

    /// `iomctl install` of the small chart, told as JSON.
    async fn install(&self, more: &[&str]) -> Result<Said, Box<dyn Error>> {
        self.end(self.installation(more)).await
    }

    fn installation(&self, more: &[&str]) -> Command {
        let mut command = self.command(&["install", "-o", "json"]);
        // Without a preset and answers, values files are the only values.
        command.arg("--chart").arg(chart()).arg("-f").arg(chart().join("values.yaml")).args(more);
        command
    }

    async fn end(&self, mut command: Command) -> Result<Said, Box<dyn Error>> {
        let output = tokio::time::timeout(SOON, command.output()).await??;
        Ok(Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout)?,
            err: String::from_utf8(output.stderr)?,
        })
    }

    /// Everything the journal holds, as bytes.
    fn journal(&self) -> Result<Vec<(PathBuf, Vec<u8>)>, std::io::Error> {
        let mut found = Vec::new();
        let mut open = vec![self.state.path().to_path_buf()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.push((path.clone(), std::fs::read(path)?));
                }
            }
        }
        Ok(found)
    }
}

impl Said {
    /// The events of `-o json`.
    fn events(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
    }

    /// The events of this name.
    fn all(&self, event: &str) -> Vec<Value> {
        self.events().into_iter().filter(|told| told["event"] == event).collect()
    }

    /// Ended with this code, or the whole story.
    #[track_caller]
    fn ended(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "\n{}\n{}", self.out, self.err);
        self
    }

    /// Says this on standard error.
    #[track_caller]
    fn complains(&self, words: &str) -> &Self {
        assert!(self.err.contains(words), "`{words}` is not in:\n{}", self.err);
        self
    }
}

/// What `helm3` or `helm4` prints; panics when it fails.
async fn helm(ns: &Site<'_>, tool: &str, arguments: &[&str]) -> String {
    let mut command = Command::from(ns.command(tool));
    let output = command.args(arguments).output().await.unwrap_or_else(|e| panic!("{tool}: {e}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{tool} {arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

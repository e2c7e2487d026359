//! A person with a home of their own, iomctl and helm.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use iomctl_test_cluster::Binaries;
use tempfile::TempDir;

static BINARIES: LazyLock<Result<Binaries, String>> =
    LazyLock::new(|| Binaries::only(&["helm3"]).map_err(|error| error.to_string()));

/// A home, in which configuration and kept charts are.
pub struct Person {
    pub home: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Person {
    pub fn new() -> Person {
        Person { home: TempDir::new().expect("a folder") }
    }

    /// A path in the home.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, text).expect("a file");
        path
    }

    fn at_home(&self, mut command: Command) -> Command {
        for variable in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            command.env_remove(variable);
        }
        command.env("HOME", self.home.path()).env("NO_COLOR", "1").stdin(Stdio::null()).current_dir(self.home.path());
        for variable in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "DOCKER_CONFIG", "HELM_REGISTRY_CONFIG"] {
            command.env_remove(variable);
        }
        command
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.at_home(Command::new(env!("CARGO_BIN_EXE_iomctl")));
        command.args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments))
    }

    /// What helm prints; panics when it fails.
    pub fn helm(&self, arguments: &[&str]) -> Said {
        let binaries = BINARIES.as_ref().unwrap_or_else(|problem| panic!("{problem}"));
        let mut command = self.at_home(Command::new(binaries.path("helm3")));
        command.args(arguments);
        let said = said(command);
        assert_eq!(said.code, 0, "helm {arguments:?}: {}{}", said.out, said.err);
        said
    }

    /// Charts of these versions in a folder, packed by helm.
    pub fn packed(&self, versions: &[&str]) -> PathBuf {
        let folder = self.path("packed");
        for version in versions {
            let to = folder.display().to_string();
            self.helm(&["package", &told().display().to_string(), "--version", version, "-d", &to]);
        }
        folder
    }
}

pub fn said(mut command: Command) -> Said {
    let output = command.output().expect("the program runs");
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Said {
    #[track_caller]
    pub fn ended(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "\n{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn complains(&self, words: &str) -> &Self {
        assert!(self.err.contains(words), "`{words}` is not in:\n{}", self.err);
        self
    }

    /// The JSON it printed.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }
}

/// A chart with something of everything.
pub fn told() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/deploy/told")
}

/// `sha256:…` of a file.
pub fn digest(path: &Path) -> String {
    use sha2::{Digest, Sha256};
    let sum = Sha256::digest(std::fs::read(path).expect("a file"));
    format!("sha256:{}", sum.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

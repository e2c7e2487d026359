//! Running helm on the bundled chart.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use iomctl_test_cluster::Binaries;
use serde_json::Value;
use tempfile::NamedTempFile;

/// The chart under test.
pub const CHART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/chart");
/// Release and namespace of every rendering.
pub const RELEASE: &str = "data-plane";
pub const NAMESPACE: &str = "iomete-system";
/// Both versions of helm.
pub const VERSIONS: [&str; 2] = ["helm3", "helm4"];

static BINARIES: LazyLock<Result<Binaries, String>> =
    LazyLock::new(|| Binaries::only(&VERSIONS).map_err(|e| e.to_string()));

/// The path of `helm3` or `helm4`.
pub fn binary(version: &str) -> PathBuf {
    match &*BINARIES {
        Ok(binaries) => binaries.path(version),
        Err(problem) => panic!("{problem}"),
    }
}

/// Values in a file for `-f` (JSON is YAML).
pub fn values_file(values: &Value) -> NamedTempFile {
    let mut file = NamedTempFile::with_suffix(".yaml").expect("a temporary file");
    file.write_all(values.to_string().as_bytes()).expect("values are written");
    file
}

/// Runs a helm command that ends in the chart.
pub fn run(version: &str, arguments: &[&str], values: &Value) -> Output {
    let values = values_file(values);
    let mut command = Command::new(binary(version));
    command.args(arguments).arg("-f").arg(values.path());
    command.output().unwrap_or_else(|e| panic!("{version}: {e}"))
}

/// What `helm template` prints. Many tests look at the same rendering from different sides, so each is made once.
///
/// # Panics
/// With helm's message when it does not render.
pub fn template(version: &str, values: &Value, more: &[&str]) -> Arc<str> {
    static RENDERED: Mutex<BTreeMap<String, Arc<str>>> = Mutex::new(BTreeMap::new());
    let known = || RENDERED.lock().unwrap_or_else(PoisonError::into_inner);
    let key = format!("{version} {more:?} {values}");
    if let Some(text) = known().get(&key) {
        return text.clone();
    }
    let arguments = [&["template", RELEASE, CHART, "-n", NAMESPACE], more].concat();
    let output = run(version, &arguments, values);
    assert!(output.status.success(), "{version} template: {}", String::from_utf8_lossy(&output.stderr));
    let text: Arc<str> = String::from_utf8(output.stdout).expect("manifests are text").into();
    known().insert(key, text.clone());
    text
}

//! In CI: the charts inside of the Go modules that the test cluster and both Helms are built from.

use std::path::{Path, PathBuf};
use std::process::Command;

use iomctl::helm::Profile;

use super::compare::Compared;
use super::{corpus, find, table};

/// Made-up values per chart.
const RANDOM: usize = 1;

/// What differs and stays so: an end of the chart's path, what is special about the values (or everything), and why.
/// `DIFFERENCES.md` says more.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "testdata/empty-0.0.1.tgz",
        "",
        "an entry that is a device: Helm reads it as an empty file, we refuse the archive",
    ),
    ("testdata/badvaluesfile", "", "Helm 4 says more of a values.yaml that is no mapping"),
];

/// The folder of a module in Go's cache; it is there since Helm was built.
fn module(folder: &str, path: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/go").join(folder);
    let output = Command::new("go").args(["list", "-m", "-f", "{{.Dir}}", path]).current_dir(folder).output();
    let output = output.expect("Go is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

fn known(one: &Compared) -> bool {
    KNOWN.iter().any(|(chart, name, _)| one.case.chart.ends_with(chart) && one.case.name.starts_with(name))
}

/// Compares all charts of a module; whatever differs and is not known fails.
fn hold(folder: &str, path: &str, profile: Profile) {
    let root = module(folder, path);
    assert!(root.is_dir(), "{path} is in Go's cache: run tests/cluster/build helm3 helm4");
    let scratch = tempfile::tempdir().expect("a temporary directory");
    let charts = find::charts(&root);
    assert!(!charts.is_empty(), "{path} brings charts");
    let cases = charts.iter().flat_map(|chart| corpus::cases(chart, profile, RANDOM, scratch.path())).collect();
    let mut compared = corpus::run(cases);
    let sums = table::table(&root, &compared);
    compared.retain(|one| !known(one));
    let wrong = table::details(&compared);
    assert!(wrong.is_empty(), "{wrong}\n{sums}");
}

#[test]
fn charts_of_helm_3() {
    hold("helm3", "helm.sh/helm/v3", Profile::Helm3);
}

#[test]
fn charts_of_helm_4_under_helm_3() {
    hold("helm4", "helm.sh/helm/v4", Profile::Helm3);
}

#[test]
fn charts_of_the_control_plane() {
    for path in ["sigs.k8s.io/kwok", "sigs.k8s.io/metrics-server"] {
        hold("control-plane", path, Profile::Helm3);
    }
}

#[test]
fn charts_of_helm_3_under_helm_4() {
    hold("helm3", "helm.sh/helm/v3", Profile::Helm4);
}

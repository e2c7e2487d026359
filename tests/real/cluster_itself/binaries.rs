//! The build script: what it says without Go, and what it takes from `KUBEBUILDER_ASSETS`.

use std::path::Path;
use std::process::{Command, Output};

use iomctl_test_cluster::Binaries;

use super::Tested;

/// Runs the build script with an empty cache and without Go.
fn build_without_go(cache: &Path, assets: Option<&Path>, names: &[&str]) -> std::io::Result<Output> {
    let mut script = Command::new("tests/cluster/build");
    script.args(names).env("PATH", "/usr/bin:/bin").env("IOMCTL_TEST_CACHE", cache).env_remove("KUBEBUILDER_ASSETS");
    if let Some(assets) = assets {
        script.env("KUBEBUILDER_ASSETS", assets);
    }
    script.output()
}

#[test]
fn without_go_one_line_says_what_to_install() -> Tested {
    let cache = tempfile::tempdir()?;
    let output = build_without_go(cache.path(), None, &["etcd", "kubectl"])?;
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr)?;
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("cannot build etcd kubectl: Go is not installed. Install Go 1.21 or newer"), "{said}");
    Ok(())
}

#[test]
fn assets_are_taken_and_the_rest_is_named() -> Tested {
    let cache = tempfile::tempdir()?;
    let assets = tempfile::tempdir()?;
    for name in ["etcd", "kube-apiserver", "kubectl"] {
        std::os::unix::fs::symlink("/bin/true", assets.path().join(name))?;
    }
    let all_there = build_without_go(cache.path(), Some(assets.path()), &["etcd", "kube-apiserver", "kubectl"])?;
    assert!(all_there.status.success(), "{}", String::from_utf8_lossy(&all_there.stderr));
    let folder = String::from_utf8(all_there.stdout)?;
    assert_eq!(std::fs::read_link(Path::new(folder.trim()).join("etcd"))?, assets.path().join("etcd"));

    let lacking = build_without_go(cache.path(), Some(assets.path()), &["--control-plane"])?;
    assert!(!lacking.status.success());
    let said = String::from_utf8(lacking.stderr)?;
    assert!(said.contains("cannot build kube-controller-manager kube-scheduler kwok: Go is not installed"), "{said}");
    Ok(())
}

#[test]
fn helm_knows_its_version() -> Tested {
    let binaries = Binaries::only(&["helm3", "helm4"])?;
    for (name, version) in [("helm3", "v3.22.0"), ("helm4", "v4.3.1")] {
        let output = Command::new(binaries.path(name)).args(["version", "--template={{.Version}}"]).output()?;
        assert_eq!(String::from_utf8(output.stdout)?, version);
    }
    Ok(())
}

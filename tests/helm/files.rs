//! `--output-dir`: the same files with the same content.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::oracle::{helm, ours, theirs};

const CHART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real/deploy/chart");

/// All files below a folder, by their path in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("a text");
                found.insert(path.strip_prefix(folder).expect("inside").to_path_buf(), text);
            }
        }
    }
    found
}

#[test]
fn templates_are_written_to_the_same_files() {
    let values = format!("{CHART}/values.yaml");
    for more in [&[][..], &["--no-hooks"], &["--release-name"], &["--skip-tests", "--include-crds"]] {
        let (a, b) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let run = |tool: fn(&[&str]) -> Result<String, String>, folder: &Path| {
            let folder = folder.to_str().expect("a plain path");
            let flags = ["dp", CHART, "-f", &values, "--output-dir", folder];
            let told = tool(&[&flags[..], more].concat()).expect("it is rendered");
            told.replace(folder, "")
        };
        assert_eq!(run(ours, a.path()), run(theirs, b.path()), "{more:?}");
        // Written again, nothing is appended to what was there; Helm would repeat the hooks.
        run(ours, a.path());
        let (ours, theirs) = (files(a.path()), files(b.path()));
        assert!(!ours.is_empty());
        assert_eq!(ours, theirs, "{more:?}");
    }
}

#[test]
fn flags_of_scripts_made_for_helm_are_accepted() {
    let values = format!("{CHART}/values.yaml");
    let flags =
        ["dp", CHART, "-f", &values, "--skip-crds", "--timeout", "5m", "--wait", "--atomic", "--dry-run=client"];
    assert_eq!(ours(&flags), theirs(&flags));
    let generated = ours(&["--generate-name", CHART, "-f", &values]);
    assert!(generated.is_ok(), "{generated:?}");
    let named_twice = ours(&["dp", CHART, "--generate-name", "-f", &values]).expect_err("two names");
    assert!(named_twice.contains("cannot set --generate-name and also specify a name"), "{named_twice}");
}

#[test]
fn what_is_no_yaml_is_printed_when_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    std::fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: broken\nversion: 0.1.0\n").expect("a file");
    std::fs::write(folder.path().join("templates/a.yaml"), "kind: A\n  b: {{ 1 }}\n").expect("a file");
    let chart = folder.path().to_str().expect("a path");
    let run = |mut command: Command, debug: bool| {
        command.args(["template", "dp", chart]).args(debug.then_some("--debug"));
        let output = command.output().expect("a process");
        assert!(!output.status.success());
        String::from_utf8(output.stdout).expect("text")
    };
    let ours = || Command::new(env!("CARGO_BIN_EXE_iomctl"));
    assert_eq!(run(ours(), false), "");
    assert_eq!(run(ours(), true), run(Command::new(helm()), true));
}

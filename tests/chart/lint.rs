//! Both versions of helm find nothing to say about the chart, and render the same from it.

use crate::{cases, helm};

#[test]
fn lint_is_clean_with_every_case() {
    std::thread::scope(|scope| {
        for version in helm::VERSIONS {
            scope.spawn(move || {
                for (name, values) in cases::all() {
                    let output = helm::run(version, &["lint", "--strict", helm::CHART], values);
                    let said = String::from_utf8_lossy(&output.stdout);
                    assert!(output.status.success(), "{version}, {name}: {said}");
                    assert!(!said.contains("WARNING"), "{version}, {name}: {said}");
                }
            });
        }
    });
}

/// Without answers too: a chart is linted before anybody has any.
#[test]
fn lint_is_clean_with_the_defaults() {
    for version in helm::VERSIONS {
        let output = std::process::Command::new(helm::binary(version)).args(["lint", "--strict", helm::CHART]).output();
        let output = output.expect("helm runs");
        assert!(output.status.success(), "{version}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn both_versions_render_the_same_objects() {
    for name in ["minimal", "everything", "cluster-database"] {
        let [three, four] = helm::VERSIONS.map(|version| helm::template(version, cases::case(name), &[]));
        let lines = |text: &str| text.lines().filter(|l| !l.is_empty()).map(str::to_string).collect::<Vec<_>>();
        assert!(lines(&three) == lines(&four), "{name} renders differently with helm 3 and 4");
    }
}

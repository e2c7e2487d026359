//! `iomctl template` against `helm template` on the bundled chart, and the first output without a cluster.
//!
//! `cargo bench --bench template`, or with the static binary that is shipped: `IOMCTL=PATH cargo bench --profile dev
//! --bench template`; the aim of the project is a ratio of at most 0.1 in wall time and 0.25 in memory,
//! and at most 30 ms to the first output.

#[allow(dead_code, reason = "a part is enough")]
mod support;

use std::process::Command;

fn main() {
    let helm = support::helm3();
    let folder = tempfile::tempdir().expect("a folder");
    let values = folder.path().join("values.yaml");
    let preset = support::iomctl().args(["values", "--preset", "evaluation"]).output().expect("starts");
    std::fs::write(&values, preset.stdout).expect("values");
    let small = folder.path().join("small");
    support::run(Command::new(&helm).arg("create").arg(&small));
    support::compare(
        "template of the bundled chart, preset evaluation",
        20,
        &mut || support::run(support::iomctl().args(["template", "data-plane", "-f"]).arg(&values)),
        &mut || support::run(Command::new(&helm).args(["template", "data-plane", "assets/chart", "-f"]).arg(&values)),
    );
    support::compare(
        "template of the chart that helm creates",
        20,
        &mut || support::run(support::iomctl().args(["template", "small"]).arg(&small)),
        &mut || support::run(Command::new(&helm).args(["template", "small"]).arg(&small)),
    );
    support::compare("version", 20, &mut || support::run(support::iomctl().arg("--version")), &mut || {
        support::run(Command::new(&helm).arg("version"))
    });
    support::compare(
        "list of the platform's services",
        20,
        &mut || support::run(support::iomctl().arg("services")),
        &mut || support::run(Command::new(&helm).arg("version")),
    );
}

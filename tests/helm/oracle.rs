//! Both tools on the same chart with the same flags.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use iomctl_test_cluster::Binaries;
use tempfile::TempDir;

/// Both Helms, the older first.
static HELMS: LazyLock<Result<[PathBuf; 2], String>> = LazyLock::new(|| {
    let names = ["helm3", "helm4"];
    Binaries::only(&names).map(|all| names.map(|name| all.path(name))).map_err(|e| e.to_string())
});

fn helms() -> &'static [PathBuf; 2] {
    match &*HELMS {
        Ok(paths) => paths,
        Err(problem) => panic!("{problem}"),
    }
}

/// The real Helm 3.
///
/// # Panics
/// With one line that says how to build it.
pub fn helm() -> &'static Path {
    &helms()[0]
}

/// Standard output, or the message of an error.
pub type Answer = Result<String, String>;

/// `helm template` with these arguments.
pub fn theirs(arguments: &[&str]) -> Answer {
    answer_of(helm(), arguments)
}

fn answer_of(helm: &Path, arguments: &[&str]) -> Answer {
    let output = Command::new(helm).arg("template").args(arguments).output().expect("helm runs");
    answer(output).map_err(|text| {
        let text = text.split("\n\nUse --debug").next().unwrap_or_default();
        let lines = text.lines().filter(|line| !is_log(line));
        lines.collect::<Vec<_>>().join("\n").trim().trim_start_matches("Error: ").to_string()
    })
}

/// Helm warns on standard error, with the time or a level before the text.
fn is_log(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_digit()) || line.starts_with("level=") || line.starts_with("WARNING")
}

/// `iomctl template` with these arguments.
pub fn ours(arguments: &[&str]) -> Answer {
    let output = Command::new(env!("CARGO_BIN_EXE_iomctl")).arg("template").args(arguments).output();
    answer(output.expect("iomctl runs"))
}

fn answer(output: Output) -> Answer {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// Both print the same, or both fail and our error holds Helm's.
pub fn same(arguments: &[&str]) {
    hold(arguments, &theirs(arguments), &ours(arguments));
}

/// The same, for Helm 4.
pub fn same_in_helm_4(arguments: &[&str]) {
    hold(arguments, &answer_of(&helms()[1], arguments), &ours(&[arguments, &["--helm4"]].concat()));
}

fn hold(arguments: &[&str], theirs: &Answer, ours: &Answer) {
    if let Some(difference) = difference(theirs, ours) {
        panic!("{arguments:?}: {difference}");
    }
}

/// What differs between the two answers, in a few lines.
pub fn difference(theirs: &Answer, ours: &Answer) -> Option<String> {
    match (theirs, ours) {
        (Ok(theirs), Ok(ours)) if theirs == ours => None,
        (Ok(theirs), Ok(ours)) => {
            let (mut t, mut o) = (theirs.lines(), ours.lines());
            let mut number = 0;
            loop {
                number += 1;
                match (t.next(), o.next()) {
                    (None, None) => return Some(format!("line breaks at the end: {theirs:?} / {ours:?}")),
                    (t, o) if t == o => {}
                    (t, o) => return Some(format!("line {number}\n  helm   {t:?}\n  iomctl {o:?}")),
                }
            }
        }
        (Err(theirs), Err(ours)) if squeezed(ours).contains(&squeezed(theirs)) => None,
        // Violations of a schema come in the random order of Go's maps.
        (Err(theirs), Err(ours))
            if theirs.lines().count() > 3 && theirs.lines().all(|line| ours.contains(line.trim())) =>
        {
            None
        }
        (theirs, ours) => Some(format!("\n  helm   {theirs:?}\n  iomctl {ours:?}")),
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A chart of the given files in a temporary directory; `Chart.yaml` is added where it is missing.
pub struct ChartDir {
    dir: TempDir,
}

impl ChartDir {
    /// Writes the files.
    pub fn new(files: &[(&str, &str)]) -> ChartDir {
        let chart = ChartDir { dir: tempfile::tempdir().expect("a temporary directory") };
        chart.write("Chart.yaml", "apiVersion: v2\nname: try\nversion: 0.1.0\nappVersion: 1.10\n");
        files.iter().for_each(|(name, text)| chart.write(name, text));
        chart
    }

    /// Writes one more file.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }

    /// Where the chart is.
    pub fn path(&self) -> &str {
        self.dir.path().to_str().expect("a plain path")
    }

    /// Both tools agree on this chart with these further arguments.
    pub fn same(&self, arguments: &[&str]) {
        same(&[&["r", self.path()], arguments].concat());
    }

    /// The same, for both Helms.
    pub fn same_in_both(&self, arguments: &[&str]) {
        let arguments = [&["r", self.path()], arguments].concat();
        same(&arguments);
        same_in_helm_4(&arguments);
    }
}

//! The real Helm, one process per case; by hand its answers are kept, because they do not change.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use iomctl::helm::Profile;
use iomctl_test_cluster::Binaries;
use serde::{Deserialize, Serialize};

use super::case::Case;
use super::compare::Answer;

static BINARIES: LazyLock<Result<Binaries, String>> =
    LazyLock::new(|| Binaries::only(&["helm3", "helm4"]).map_err(|error| error.to_string()));

/// Where answers are kept between runs by hand.
pub const KEPT: &str = "IOMCTL_CONFORMANCE_CACHE";

fn binary(profile: Profile) -> PathBuf {
    match (&*BINARIES, profile) {
        (Ok(binaries), Profile::Helm3) => binaries.path("helm3"),
        (Ok(binaries), Profile::Helm4) => binaries.path("helm4"),
        (Err(problem), _) => panic!("{problem}"),
    }
}

/// An answer with the time it took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Timed {
    /// What was printed.
    pub answer: Answer,
    /// Wall time.
    pub time: Duration,
}

/// What Helm prints for `case`.
pub fn ask(case: &Case) -> Timed {
    let Some(folder) = std::env::var_os(KEPT) else { return ask_again(case) };
    let mut hasher = DefaultHasher::new();
    (case.arguments(), case.profile == Profile::Helm4).hash(&mut hasher);
    for file in &case.values {
        std::fs::read(file).unwrap_or_default().hash(&mut hasher);
    }
    let file = PathBuf::from(folder).join(format!("{:016x}.json", hasher.finish()));
    if let Some(kept) = std::fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()) {
        return kept;
    }
    let timed = ask_again(case);
    let text = serde_json::to_vec(&timed).expect("an answer is JSON");
    std::fs::write(&file, text).expect("the folder for kept answers can be written to");
    timed
}

/// The same, afresh: for what is made by chance.
pub fn ask_again(case: &Case) -> Timed {
    let started = Instant::now();
    let output = Command::new(binary(case.profile)).args(case.arguments()).output().expect("helm runs");
    let time = started.elapsed();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let answer = match output.status.success() {
        true if case.notes => Ok(notes(&output.stdout)),
        true => Ok(text(&output.stdout)),
        false => Err(message(&text(&output.stderr))),
    };
    Timed { answer, time }
}

/// The notes of the release that would be installed.
fn notes(release: &[u8]) -> String {
    let release: serde_json::Value = serde_json::from_slice(release).expect("a release as JSON");
    release["info"]["notes"].as_str().unwrap_or_default().to_string()
}

/// The error without the warnings before it and the advice after it.
fn message(text: &str) -> String {
    let start = match text.strip_prefix("Error: ") {
        Some(_) => 0,
        None => text.find("\nError: ").map_or(0, |at| at + 1),
    };
    let text = text[start..].strip_prefix("Error: ").unwrap_or(&text[start..]);
    let text = text.split("\n\nUse --debug flag to render out invalid YAML").next().unwrap_or(text);
    text.strip_prefix("INSTALLATION FAILED: ").unwrap_or(text).trim_end_matches('\n').to_string()
}

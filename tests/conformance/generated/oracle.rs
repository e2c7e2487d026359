//! The two sides of a generated case.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use iomctl::helm::chart::{File, Metadata};
use iomctl::helm::{Chart, ReleaseInfo, RenderOptions, Values, render};
use serde::{Deserialize, Serialize};

/// A template with values.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Question {
    /// The text of a template.
    pub template: String,
    /// Values as YAML.
    pub values: String,
    /// `--set`
    pub set: Vec<String>,
    /// `--set-string`
    pub set_string: Vec<String>,
    /// `--set-json`
    #[serde(rename = "SetJSON")]
    pub set_json: Vec<String>,
    /// `--set-literal`
    pub literal: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    out: String,
    error: String,
}

/// Notes are rendered and not read as YAML.
const FILE: &str = "templates/NOTES.txt";

static ORACLE: LazyLock<PathBuf> = LazyLock::new(build);

/// Go keeps what it compiled, so that this takes seconds at most.
fn build() -> PathBuf {
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/go/helm3");
    let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("helm3-oracle");
    let go = Command::new("go")
        .args(["build", "-trimpath", "-buildvcs=false", "-ldflags"])
        .arg(format!("-s -w -X helm.sh/helm/v3/internal/version.version={}", version(&module)))
        .arg("-o")
        .arg(&binary)
        .arg("./oracle")
        .current_dir(&module)
        .env("CGO_ENABLED", "0")
        .status();
    assert!(go.expect("Go is installed").success(), "the oracle is built");
    binary
}

fn version(module: &Path) -> String {
    let text = std::fs::read_to_string(module.join("go.mod")).expect("go.mod is there");
    let line = text.lines().find_map(|line| line.trim().strip_prefix("helm.sh/helm/v3 "));
    line.expect("Helm is required").split(' ').next().unwrap_or_default().to_string()
}

/// Helm's answers, in order.
fn theirs(questions: &[Question]) -> Vec<Result<String, String>> {
    let mut child = Command::new(&*ORACLE)
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the oracle starts");
    let mut input = child.stdin.take().expect("a pipe");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let lines: Vec<String> = std::thread::scope(|scope| {
        scope.spawn(move || {
            for question in questions {
                let line = serde_json::to_string(question).expect("a question is JSON");
                writeln!(input, "{line}").expect("the oracle listens");
            }
        });
        output.lines().map(|line| line.expect("the oracle answers")).collect()
    });
    child.wait().expect("the oracle ends");
    assert_eq!(lines.len(), questions.len(), "one answer each");
    let answer = |line: &String| -> Result<String, String> {
        let answer: Answer = serde_json::from_str(line).expect("an answer is JSON");
        if answer.error.is_empty() { Ok(answer.out) } else { Err(answer.error) }
    };
    lines.iter().map(answer).collect()
}

/// The library's answer.
fn ours(question: &Question) -> Result<String, String> {
    let plain = |error: iomctl::helm::values::ValuesError| {
        let text = error.to_string();
        // The oracle calls the parsers themselves, below the flags.
        match text.strip_prefix("failed parsing --").and_then(|rest| rest.split_once(" data: ")) {
            Some((_, what)) => what.to_string(),
            None => text,
        }
    };
    let mut values = Values::from_yaml(&question.values).map_err(plain)?;
    question.set_json.iter().try_for_each(|form| values.set_json(form)).map_err(plain)?;
    question.set.iter().try_for_each(|form| values.set(form)).map_err(plain)?;
    question.set_string.iter().try_for_each(|form| values.set_string(form)).map_err(plain)?;
    question.literal.iter().try_for_each(|form| values.set_literal(form)).map_err(plain)?;
    let metadata =
        Metadata { name: "c".into(), version: "0.1.0".into(), api_version: "v2".into(), ..Metadata::default() };
    let templates = vec![File { name: FILE.into(), data: question.template.clone().into() }];
    let chart = Chart { metadata, templates, ..Chart::default() };
    let options = RenderOptions::new(ReleaseInfo::install("r", "n"));
    render(&chart, &values, &options).map(|rendered| rendered.notes).map_err(|error| error.to_string())
}

/// What is told in other words for a reason that `DIFFERENCES.md` gives: only that there is a mistake counts.
const REWORDED: &[&str] = &[
    "toml: ",
    "yaml: invalid map key: map[",
    "unsupported map key of type",
    "improper constraint: ",
    "error parsing version segment",
];

fn settled(answer: &Result<String, String>) -> Result<String, String> {
    let cut = |text: &String| match REWORDED.iter().find_map(|words| text.find(words)) {
        Some(at) => text[..at].to_string(),
        None => text.clone(),
    };
    answer.as_ref().map(cut).map_err(cut)
}

/// Where the answers differ. What Helm answers differently a second time is left out: it is by chance, or in the random
/// order of Go's maps.
pub fn differences(questions: &[Question]) -> Vec<String> {
    let (first, again) = (theirs(questions), theirs(questions));
    let mut differences = Vec::new();
    for ((question, theirs), again) in questions.iter().zip(&first).zip(&again) {
        let ours = ours(question);
        // The flag names the form instead of what is wrong with the JSON in it.
        let refused = !question.set_json.is_empty() && theirs.is_err() && ours.is_err();
        let refused = refused || ours.as_ref().is_err_and(|error| error.contains("out of range of dates"));
        let by_chance = theirs != again && theirs.is_ok() == ours.is_ok();
        let same = settled(theirs) == settled(&ours) || refused || by_chance;
        if !same {
            let Question { template, values, set, set_string, set_json, literal } = question;
            let usual = values.is_empty() || values == super::arguments::VALUES;
            let more = if usual { String::new() } else { format!("  values {values:?}\n") };
            let forms = [set, set_string, set_json, literal].map(|forms| forms.join(" ")).concat();
            let forms = if forms.is_empty() { String::new() } else { format!("  set    {forms:?}\n") };
            differences.push(format!("{template}\n{more}{forms}  helm   {theirs:?}\n  iomctl {ours:?}"));
        }
    }
    differences
}

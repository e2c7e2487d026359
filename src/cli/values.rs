//! `iomctl values`: the chart values that answers give, and everything there is to say about them.

use std::io::Read;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::Global;
use super::output::{columns, write};
use super::own_presets;
use crate::plan::{self, Answers, Evaluation, Facts, Finding, Layer, Preset, Severity, Spec, evaluate, preset};
use crate::problem::{Outcome, Problem, Problems};

/// Where answers come from; shared by every command that takes answers.
#[derive(Debug, Clone, Default, Args)]
pub struct AnswerSources {
    /// Begin with a preset (see `iomctl presets`)
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// Answers file; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Answer one question, over everything else; can be given several times
    #[arg(long, value_name = "QUESTION=ANSWER")]
    pub set: Vec<String>,
}

impl AnswerSources {
    /// Reads all layers.
    ///
    /// # Errors
    /// An unknown preset, a file that cannot be read. What is wrong *in* the answers is reported by the evaluation.
    pub fn read(&self, spec: &Spec) -> Result<Answers, Problems> {
        let mut answers = match &self.preset {
            Some(name) => named_preset(name)?.answers(spec),
            None => Answers::none(),
        };
        if let Some(path) = &self.answers {
            let (name, text) = read_text(path)?;
            answers = answers.overlaid(Answers::read(spec, &text, &name, Layer::Answer));
        }
        for assignment in &self.set {
            answers.set(spec, assignment);
        }
        Ok(answers)
    }

    /// Reads all layers and evaluates them.
    ///
    /// # Errors
    /// As [`AnswerSources::read`].
    pub fn evaluate(&self, facts: &Facts) -> Result<Evaluation, Problems> {
        let spec = Spec::builtin();
        Ok(evaluate(spec, &self.read(spec)?, facts))
    }
}

/// The preset with this name.
///
/// # Errors
/// There is none; the problem lists those that there are.
pub(super) fn named_preset(name: &str) -> Result<Preset, Problems> {
    preset(name).cloned().or_else(|| own_presets::find(name)).ok_or_else(|| {
        let names: Vec<String> = own_presets::all().iter().map(|preset| preset.name.to_string()).collect();
        let problem = Problem::bad_input("preset.unknown", format!("there is no preset `{name}`"));
        problem.next(format!("choose one of: {}", names.join(", "))).into()
    })
}

/// The largest answers file; what is longer is something else.
const MOST_BYTES: u64 = 1 << 20;

pub(super) fn read_text(path: &PathBuf) -> Result<(String, String), Problems> {
    let name = path.display().to_string();
    let cannot = |e: std::io::Error| -> Problems {
        Problem::bad_input("answers.unreadable", format!("the answers file cannot be read: {e}"))
            .at(&name)
            .next("check the path; `iomctl sample` prints a file to begin with")
            .into()
    };
    let mut text = String::new();
    let read = if name == "-" {
        std::io::stdin().lock().take(MOST_BYTES + 1).read_to_string(&mut text)
    } else {
        let file = std::fs::File::open(path).map_err(cannot)?;
        file.take(MOST_BYTES + 1).read_to_string(&mut text)
    };
    if read.map_err(cannot)? as u64 > MOST_BYTES {
        return Err(Problem::bad_input("answers.unreadable", "the answers file is larger than 1 MiB").at(&name).into());
    }
    Ok((name, text))
}

/// How values are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ValuesFormat {
    /// A values file.
    Yaml,
    /// One JSON document.
    Json,
}

/// Prints the chart values that answers give; findings go to standard error
#[derive(Debug, Args)]
pub struct Values {
    #[command(flatten)]
    sources: AnswerSources,
    /// Format of the values
    #[arg(short, long, value_enum, default_value = "yaml")]
    output: ValuesFormat,
    /// Print each value with where it comes from (preset, answer, default, derived)
    #[arg(long)]
    origin: bool,
    /// Print notes about defaults as well
    #[arg(long)]
    notes: bool,
    /// Treat warnings and open confirmations as errors (exit code 4)
    #[arg(long)]
    strict: bool,
}

impl Values {
    /// Evaluates and prints.
    ///
    /// # Errors
    /// Hard findings as bad input; with `--strict` warnings and open confirmations too.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        let facts = Facts { namespace: Some(namespace(global)), ..Facts::default() };
        let evaluation = self.sources.evaluate(&facts)?;
        // Values that nothing could be installed with are not handed on to a file or a pipe.
        if evaluation.of(Severity::Hard).next().is_none() {
            write(&self.text(&evaluation)?)?;
        }
        let open: Vec<&Finding> = [Severity::Ack, Severity::Advisory]
            .iter()
            .flat_map(|s| evaluation.of(*s))
            .filter(|f| !f.acknowledged)
            .collect();
        let notes = evaluation.of(Severity::Info).filter(|_| self.notes);
        for finding in open.iter().copied().filter(|_| !self.strict).chain(notes) {
            eprintln!("{}: {}", finding.severity.word(), worded(finding, Outcome::Warned));
        }
        let mut problems: Vec<Problem> = evaluation.of(Severity::Hard).map(|f| worded(f, Outcome::BadInput)).collect();
        if self.strict {
            problems.extend(open.iter().map(|f| worded(f, Outcome::Warned)));
        }
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }

    fn text(&self, evaluation: &Evaluation) -> Result<String, Problems> {
        let failed = |e: String| Problem::failed("output", format!("the values cannot be written: {e}"));
        let text = match (self.origin, self.output) {
            (false, ValuesFormat::Yaml) => {
                serde_yaml::to_string(&evaluation.values).map_err(|e| failed(e.to_string()))?
            }
            (false, ValuesFormat::Json) => json(&evaluation.values).map_err(failed)?,
            (true, ValuesFormat::Yaml) => origins_table(evaluation),
            (true, ValuesFormat::Json) => json(&origins(evaluation)).map_err(failed)?,
        };
        Ok(text)
    }
}

/// The release namespace when no cluster is asked: the option, else the customary name.
fn namespace(global: &Global) -> String {
    global.namespace.clone().unwrap_or_else(|| "iomete-system".into())
}

fn worded(finding: &Finding, outcome: Outcome) -> Problem {
    Problem { outcome, ..Problem::from(finding) }
}

fn json(data: &impl serde::Serialize) -> Result<String, String> {
    serde_json::to_string_pretty(data).map(|text| text + "\n").map_err(|e| e.to_string())
}

#[derive(serde::Serialize)]
struct OriginRow<'a> {
    path: String,
    value: &'a Value,
    origin: String,
}

fn origins(evaluation: &Evaluation) -> Vec<OriginRow<'_>> {
    let origin = |path: &str| evaluation.origins.get(path).map(ToString::to_string).unwrap_or_default();
    let leaves = plan::path::leaves(&evaluation.values).into_iter();
    leaves.map(|(path, value)| OriginRow { origin: origin(&path), path, value }).collect()
}

fn origins_table(evaluation: &Evaluation) -> String {
    let row = |row: &OriginRow<'_>| {
        let value = row.value.as_str().map_or_else(|| row.value.to_string(), str::to_string);
        vec![row.path.clone(), value, row.origin.clone()]
    };
    columns(&["path", "value", "origin"], &origins(evaluation).iter().map(row).collect::<Vec<_>>())
}

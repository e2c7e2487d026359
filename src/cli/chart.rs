//! The chart of a command (the bundled one unless another is named) and Helm's flags for its values.

mod source;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::helm::chart::ChartError;
use crate::helm::{Chart, Profile, Values};
pub use crate::plan::bundled;
use crate::problem::{Problem, Problems};
pub use source::{AccessFlags, ChartFlags, SourceFlags, downloading};

/// Loads the chart at `path`, or the bundled one.
///
/// # Errors
/// The chart cannot be read, or Helm would refuse it.
pub fn load(path: Option<&Path>) -> Result<Chart, Problem> {
    let (place, chart) = match path {
        Some(path) => (path.display().to_string(), Chart::load(path)),
        None => ("the bundled chart".to_string(), bundled()),
    };
    chart.map_err(|error| unusable(error, place))
}

/// The same for a rendering that is only printed: see [`Chart::open`].
fn open(path: &Path) -> Result<Chart, Problem> {
    Chart::open(path).map_err(|error| unusable(error, path.display().to_string()))
}

/// A chart that Helm would refuse.
pub fn unusable(error: ChartError, place: String) -> Problem {
    let problem = Problem::bad_input("chart.unusable", format!("the chart cannot be used: {error}")).at(place);
    match error {
        ChartError::Io { .. } => problem.next("name a directory with a Chart.yaml, or a .tgz made of one"),
        ChartError::Archive(why) if why.contains("seems to be a YAML file") => problem
            .because("a chart is a directory or a .tgz; this file is only a part of one, or a values file")
            .next("name the chart's directory or archive; values go behind -f"),
        ChartError::Archive(_) => problem
            .because("the archive was cut off while it was copied, or was not made by `helm package`")
            .next("get the archive again from where it is published and compare its digest"),
        ChartError::Invalid(_) | ChartError::Subchart { .. } => problem.next("repair the file that is named"),
    }
}

/// Sorts the arguments of a command into release and chart; a single one is the chart if there is such a path, or if it
/// is `sought` in a repository.
pub fn release_and_chart(names: &[String], sought: bool) -> (Option<String>, Option<String>) {
    let is_chart = |text: &str| sought || text.contains('/') || text.ends_with(".tgz") || Path::new(text).exists();
    match names {
        [] => (None, None),
        [one] if is_chart(one) => (None, Some(one.clone())),
        [one] => (Some(one.clone()), None),
        [name, chart, ..] => (Some(name.clone()), Some(chart.clone())),
    }
}

/// Helm's flags for values, in Helm's order of precedence.
#[derive(Debug, Clone, Default, Args)]
pub struct ValueFlags {
    /// Values in a YAML file, `-` for standard input; can be given several times
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Set values: key1=val1,key2=val2
    #[arg(long, value_name = "VALUES")]
    pub set: Vec<String>,
    /// Set text values: key1=val1,key2=val2
    #[arg(long, value_name = "VALUES")]
    pub set_string: Vec<String>,
    /// Set JSON values: key1=jsonval1,key2=jsonval2
    #[arg(long, value_name = "VALUES")]
    pub set_json: Vec<String>,
    /// Set values from files: key1=path1,key2=path2
    #[arg(long, value_name = "VALUES")]
    pub set_file: Vec<String>,
    /// Set one value to the rest of the text: key=text
    #[arg(long, value_name = "VALUE")]
    pub set_literal: Vec<String>,
}

impl ValueFlags {
    /// Reads files and flags into one set of values.
    ///
    /// # Errors
    /// All files and flags that cannot be read, with file, line and column.
    pub fn read(&self) -> Result<Values, Problems> {
        self.read_as(Profile::default())
    }

    /// The same as either Helm does it.
    ///
    /// # Errors
    /// As [`ValueFlags::read`].
    pub fn read_as(&self, profile: Profile) -> Result<Values, Problems> {
        let mut values = Values::default();
        let mut problems = Vec::new();
        for path in &self.files {
            match from_file(path, profile) {
                Ok(read) => values = values.merge(read),
                Err(problem) => problems.push(problem),
            }
        }
        let mut set =
            |forms: &[String], apply: &mut dyn FnMut(&str) -> Result<(), crate::helm::values::ValuesError>| {
                for form in forms {
                    if let Err(error) = apply(form) {
                        let next = "see `helm template --help`: commas separate, `\\` before a character keeps it";
                        problems.push(Problem::bad_input("values.set", error.to_string()).at(form.clone()).next(next));
                    }
                }
            };
        set(&self.set_json, &mut |form| values.set_json(form));
        set(&self.set, &mut |form| values.set(form));
        set(&self.set_string, &mut |form| values.set_string(form));
        let content = |path: &str| read(Path::new(path)).map_err(|error| format!("open {path}: {}", reason(&error)));
        set(&self.set_file, &mut |form| values.set_file(form, &content));
        set(&self.set_literal, &mut |form| values.set_literal(form));
        if problems.is_empty() { Ok(values) } else { Err(Problems(problems)) }
    }
}

fn from_file(path: &Path, profile: Profile) -> Result<Values, Problem> {
    let name = if path == Path::new("-") { "standard input".to_string() } else { path.display().to_string() };
    let bytes = read(path).map_err(|error| {
        Problem::bad_input("values.unreadable", format!("the values file cannot be read: {error}")).at(&name)
    })?;
    Values::from_yaml_as(&String::from_utf8_lossy(&bytes), profile).map_err(|error| {
        let place = match error.place() {
            Some((line, Some(column))) => format!("{name}:{line}:{column}"),
            Some((line, None)) => format!("{name}:{line}"),
            None => name.clone(),
        };
        Problem::bad_input("values.yaml", format!("failed to parse {name}: {error}")).at(place).next("repair the YAML")
    })
}

/// The system's word, in Go's letters for what happens most.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path)
}

//! `iomctl chart show`: what `helm show` prints.

use clap::{Args, ValueEnum};

use crate::cli::chart::{SourceFlags, unusable};
use crate::cli::output::write;
use crate::helm::Chart;
use crate::helm::chart::Files;
use crate::helm::release::to_yaml;
use crate::plan::{bundled, bundled_files};
use crate::problem::{Problem, Problems};

/// What of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Chart.yaml
    Chart,
    /// values.yaml
    Values,
    /// The README
    Readme,
    /// The definitions in crds/
    Crds,
    /// Everything above, one after the other
    All,
}

/// Print a part of a chart, as `helm show` does
#[derive(Debug, Args)]
pub struct Show {
    /// Which part
    #[arg(value_enum)]
    part: Part,
    /// Folder, .tgz, https://…, oci://…, or a name with --repo; without it the bundled chart
    #[arg(value_name = "CHART")]
    chart: Option<String>,
    /// Version of the chart, or a range such as '^1.2'; without it the newest stable one
    #[arg(long, value_name = "VERSION")]
    chart_version: Option<String>,
    #[command(flatten)]
    source: SourceFlags,
}

impl Show {
    /// Gets and prints.
    pub fn run(self) -> Result<(), Problems> {
        let failed = |error, place: &str| unusable(error, place.to_string());
        let (chart, files) = match self.chart.as_deref() {
            None => (bundled().map_err(|e| failed(e, "the bundled chart"))?, bundled_files()),
            Some(name) => {
                let fetched = self.source.fetch(name, self.chart_version.as_deref(), false)?;
                let chart = fetched.chart().map_err(|e| failed(e, name))?;
                (chart, fetched.files().map_err(|e| failed(e, name))?)
            }
        };
        write(&text(self.part, &chart, &files)?)
    }
}

fn text(part: Part, chart: &Chart, files: &Files) -> Result<String, Problem> {
    let unwritable = |e: String| Problem::failed("output", format!("the chart cannot be printed: {e}"));
    let wants = |one: Part| part == one || part == Part::All;
    let line = if part == Part::All { "---\n" } else { "" };
    let mut text = String::new();
    if wants(Part::Chart) {
        let metadata = serde_json::to_value(&chart.metadata).map_err(|e| unwritable(e.to_string()))?;
        text.push_str(&to_yaml(metadata).map_err(|e| unwritable(e.to_string()))?);
        text.push('\n');
    }
    if wants(Part::Values) {
        text.push_str(line);
        for (_, data) in files.iter().filter(|(name, _)| name == "values.yaml") {
            text.push_str(&format!("{}\n", String::from_utf8_lossy(data)));
        }
    }
    if wants(Part::Readme)
        && let Some(readme) = chart.files.iter().find(|file| is_readme(&file.name))
    {
        text.push_str(&format!("{line}{}\n", String::from_utf8_lossy(&readme.data)));
    }
    if wants(Part::Crds) {
        let mut crds = chart.crds();
        crds.sort_by(|a, b| a.name.cmp(&b.name));
        if crds.first().is_some_and(|first| !first.data.starts_with(b"---")) {
            text.push_str(line);
        }
        text.extend(crds.iter().map(|crd| format!("{}\n", String::from_utf8_lossy(&crd.data))));
    }
    Ok(text)
}

fn is_readme(name: &str) -> bool {
    ["readme.md", "readme.txt", "readme"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

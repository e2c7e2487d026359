//! What `upgrade` leads to, and `diff` compares with: a release, a chart, answers or values. Both take the same words,
//! so that one command line serves to look and to do.

use std::path::PathBuf;

use clap::Args;

use super::chart::{SourceFlags, ValueFlags, release_and_chart};
use super::values::AnswerSources;
use crate::deploy::Reuse;
use crate::helm::{Chart, Values};
use crate::plan::{Answers, Spec};
use crate::problem::Problems;

/// The next revision.
#[derive(Debug, Clone, Args)]
pub struct Target {
    /// Name of the release and chart; a single argument is the chart if there is such a path. Without a chart the bundled
    /// one is taken
    #[arg(value_name = "[NAME] [CHART]", num_args = 0..=2)]
    names: Vec<String>,
    /// Begin with a preset (see `iomctl presets`)
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// Answers file; `-` reads standard input. With it or with a preset, --set answers questions
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Chart (folder, .tgz, https://HOST/x.tgz, oci://REGISTRY/PATH, or a name with --repo), as an alternative to the
    /// argument
    #[arg(long, value_name = "CHART")]
    chart: Option<String>,
    /// Version of the chart, or a range such as '^1.2'; without it the newest stable one
    #[arg(long, value_name = "VERSION")]
    chart_version: Option<String>,
    #[command(flatten)]
    source: SourceFlags,
    #[command(flatten)]
    values: ValueFlags,
    /// Forget the values of the revision before
    #[arg(long, conflicts_with_all = ["reuse_values", "reset_then_reuse_values"])]
    reset_values: bool,
    /// Keep the values of the revision before, its chart's defaults included, under those that are given
    #[arg(long, conflicts_with = "reset_then_reuse_values")]
    reuse_values: bool,
    /// Keep the values of the revision before over the defaults of the new chart, under those that are given
    #[arg(long)]
    reset_then_reuse_values: bool,
}

impl Target {
    /// The release, if it is named by the arguments.
    pub fn release(&self) -> Option<String> {
        release_and_chart(&self.names, self.source.repository().is_some()).0
    }

    /// Gets and loads the chart.
    ///
    /// # Errors
    /// It cannot be got, or is no chart.
    pub fn chart(&self) -> Result<Chart, Problems> {
        let chart = release_and_chart(&self.names, self.source.repository().is_some()).1.or(self.chart.clone());
        self.source.load(chart.as_deref(), self.chart_version.as_deref())
    }

    /// Whether values are worked out from answers.
    pub fn is_answered(&self) -> bool {
        self.preset.is_some() || self.answers.is_some()
    }

    /// The answers, if there are any, and the values that are laid over what they give.
    ///
    /// # Errors
    /// Files and flags that cannot be read.
    pub fn read(&self) -> Result<(Option<Answers>, Values), Problems> {
        if !self.is_answered() {
            return Ok((None, self.values.read()?));
        }
        let (preset, answers, set) = (self.preset.clone(), self.answers.clone(), self.values.set.clone());
        let answers = AnswerSources { preset, answers, set }.read(Spec::builtin())?;
        Ok((Some(answers), ValueFlags { set: Vec::new(), ..self.values.clone() }.read()?))
    }

    /// What becomes of the values of the revision before.
    pub fn reuse(&self) -> Reuse {
        match () {
            () if self.reuse_values => Reuse::Always,
            () if self.reset_then_reuse_values => Reuse::OverNewDefaults,
            // Answers say everything.
            () if self.reset_values || self.is_answered() => Reuse::Never,
            () => Reuse::WhenNoneAreGiven,
        }
    }
}

//! `iomctl install`: from answers to a running release.

use std::path::PathBuf;

use clap::Args;

use super::manner::MannerFlags;
use super::request::{Prepared, Settings};
use super::run::{Subject, block_on, options, shown};
use super::symbols::Symbols;
use super::values::AnswerSources;
use super::{Global, chart};
use crate::cluster::Session;
use crate::deploy::{Context, install};
use crate::plan::Spec;
use crate::problem::Problems;

/// Install the data plane, or go on with an installation that stopped
///
/// Exit codes: 0 installed (or installed already), 2 the input cannot be used and nothing was changed, 3 a stage
/// failed and nothing was rolled back, 5 the cluster cannot be reached, 130 stopped by the operator.
#[derive(Debug, Args)]
pub struct Install {
    #[command(flatten)]
    subject: Subject,
    #[command(flatten)]
    answers: AnswerSources,
    #[command(flatten)]
    chart: chart::ChartFlags,
    /// Helm values file, laid over what the answers give; can be given several times. Without a preset and answers,
    /// the only values
    #[arg(long, short = 'f', value_name = "FILE")]
    values: Vec<PathBuf>,
    #[command(flatten)]
    how: MannerFlags,
}

impl Install {
    /// Installs.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        self.subject.check()?;
        let symbols = Symbols::detect(global.ascii);
        let chart = self.chart.load()?;
        let options = options(global);
        // What is wrong with the input is found before the cluster is asked.
        let prepared = self.prepare(options.namespace.clone())?;
        block_on(async {
            let session = Session::connect(&options).await?;
            let journal = self.subject.journal().await?;
            let redactor = prepared.redactor();
            let settings =
                Settings { release: self.subject.release.name.clone(), manner: self.how.manner(), current: None };
            let run = async |context: Context| {
                let request = prepared.request(&context, chart, settings).await?;
                install(context, request).await
            };
            shown(session, journal, redactor, self.how.output, symbols, run).await
        })
    }

    fn prepare(&self, namespace: Option<String>) -> Result<Prepared, Problems> {
        let flags = chart::ValueFlags { files: self.values.clone(), ..chart::ValueFlags::default() };
        let extra = flags.read()?;
        let asked = self.answers.preset.is_some() || self.answers.answers.is_some() || !self.answers.set.is_empty();
        if !asked && !self.values.is_empty() {
            return Ok(Prepared::of_values(extra));
        }
        Prepared::of_answers(&self.answers.read(Spec::builtin())?, namespace, None, None, extra)
    }
}

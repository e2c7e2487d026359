//! `iomctl install`: from answers to a running release.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use secrecy::ExposeSecret;

use super::duration::Seconds;
use super::progress::Stream;
use super::run::{Subject, block_on, options, shown};
use super::secrets::{self, Secrets};
use super::symbols::Symbols;
use super::values::AnswerSources;
use super::{Global, chart};
use crate::cluster::Session;
use crate::deploy::{Context, Input, Request, Wave, install, secret_value};
use crate::helm::Values;
use crate::plan::{self, Delivery, Evaluation, Facts};
use crate::problem::{Problem, Problems};
use crate::redact::{Redactor, secrets_in};

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
    /// Chart to install (directory or .tgz) instead of the bundled one
    #[arg(long, value_name = "PATH")]
    chart: Option<PathBuf>,
    /// Helm values file, laid over what the answers give; can be given several times. Without a preset and answers,
    /// the only values
    #[arg(long, short = 'f', value_name = "FILE")]
    values: Vec<PathBuf>,
    /// Most time for each hook job, and most time for the workloads, e.g. 90s, 20m, 1h
    #[arg(long, default_value = "20m", value_name = "TIME")]
    timeout: Seconds,
    /// Find out what would be refused, change nothing
    #[arg(long)]
    dry_run: bool,
    /// Go on with an installation that another machine began
    #[arg(long)]
    take_over: bool,
    /// How events are printed
    #[arg(long, short, value_enum, default_value_t)]
    output: Stream,
}

/// What is known before a cluster is asked.
struct Prepared {
    evaluation: Option<Evaluation>,
    secrets: Secrets,
    extra: Values,
}

impl Install {
    /// Installs.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        self.subject.check()?;
        let symbols = Symbols::detect(global.ascii);
        let chart = chart::load(self.chart.as_deref())?;
        let options = options(global);
        // What is wrong with the input is found before the cluster is asked.
        let prepared = self.prepare(options.namespace.clone())?;
        block_on(async {
            let session = Session::connect(&options).await?;
            let journal = self.subject.journal().await?;
            let mut redactor = Redactor::new(prepared.secrets.exposed());
            redactor.learn(secrets_in(&prepared.extra.to_json()));
            let run = async |context: Context| {
                let request = self.request(&context, prepared, chart).await?;
                install(context, request).await
            };
            shown(session, journal, redactor, self.output, symbols, run).await
        })
    }

    fn prepare(&self, namespace: Option<String>) -> Result<Prepared, Problems> {
        let flags = chart::ValueFlags { files: self.values.clone(), ..chart::ValueFlags::default() };
        let extra = flags.read()?;
        let asked = self.answers.preset.is_some() || self.answers.answers.is_some() || !self.answers.set.is_empty();
        if !asked && !self.values.is_empty() {
            return Ok(Prepared { evaluation: None, secrets: Secrets::default(), extra });
        }
        let facts = Facts { namespace, release: Some(crate::plan::Release::Fresh), ..Facts::default() };
        let evaluation = self.answers.evaluate(&facts)?;
        let blocking: Vec<Problem> =
            evaluation.findings.iter().filter(|finding| finding.blocks()).map(Problem::from).collect();
        if !blocking.is_empty() {
            return Err(Problems(blocking));
        }
        let secrets = Secrets::read(&evaluation.secrets)?;
        Ok(Prepared { evaluation: Some(evaluation), secrets, extra })
    }

    async fn request(
        &self,
        context: &Context,
        prepared: Prepared,
        chart: crate::helm::Chart,
    ) -> Result<Request, Problems> {
        let Prepared { evaluation, mut secrets, extra } = prepared;
        let planned = evaluation.as_ref().map(|evaluation| evaluation.secrets.clone()).unwrap_or_default();
        // A secret without a place of its own in the chart is needed before rendering, wherever it comes from.
        for secret in planned.iter().filter(|secret| secret.delivery == Delivery::Inline && secret.exists_already()) {
            let found = secret_value(context, &secret.name, &secret.key).await?;
            match found {
                Some(value) => secrets.add(&secret.field, value),
                None => return Err(missing(&secret.field, &secret.name, &secret.key).into()),
            }
        }
        context.reporter.learn(secrets.exposed());
        let values = match &evaluation {
            None => extra,
            Some(evaluation) => {
                let resolved = evaluation.resolved(|secret| {
                    let value = secrets.get(&secret.field).map(|value| value.expose_secret().to_string().into());
                    value.ok_or_else(|| missing(&secret.field, &secret.name, &secret.key))
                })?;
                Values::from_json(resolved.expose().clone()).merge(extra)
            }
        };
        let patience = Duration::from(self.timeout);
        let release = self.subject.release.name.clone();
        let chart = Arc::new(chart);
        let waves = match &evaluation {
            None => vec![Wave::only(Input { release: release.clone(), chart, values: Arc::new(values) })],
            Some(_) => waves(&release, &chart, &values)?,
        };
        Ok(Request {
            release,
            waves,
            secrets: secrets.objects(&planned),
            references: secrets::references(&planned),
            hook_patience: patience,
            wait_patience: patience,
            take_over: self.take_over,
            dry_run: self.dry_run,
        })
    }
}

/// The revisions that lead to these values: a flag that needs another one to be active takes a second.
fn waves(release: &str, chart: &Arc<crate::helm::Chart>, values: &Values) -> Result<Vec<Wave>, Problems> {
    let target = values.to_json();
    let planned = plan::waves(None, &target, &Facts::default())
        .map_err(|findings| Problems(findings.iter().map(Problem::from).collect()))?;
    let wave = |wave: plan::Wave| Wave {
        about: about(&wave),
        input: Input {
            release: release.into(),
            chart: Arc::clone(chart),
            values: Arc::new(Values::from_json(wave.values)),
        },
        restarts: wave.restarts,
    };
    Ok(planned.into_iter().map(wave).collect())
}

/// What a wave does, in words.
fn about(wave: &plan::Wave) -> String {
    let flags =
        |to: bool| wave.flags.iter().filter(|flag| flag.to == to).map(|flag| flag.flag.as_str()).collect::<Vec<_>>();
    let on = match (wave.number, flags(true).as_slice()) {
        (1, flags) => format!("installs, with {} flags on", flags.len()),
        (_, flags) => format!("switches on {}", flags.join(", ")),
    };
    match wave.restarts.as_slice() {
        [] => on,
        restarts => format!("{on}; restarts {}", restarts.join(", ")),
    }
}

fn missing(field: &str, name: &str, key: &str) -> Problem {
    Problem::bad_input("secret.missing", format!("the secret of `{field}` is not known"))
        .at(format!("Secret {name}, key {key}"))
        .next("answer with env:NAME, file:PATH or prompt; nothing was changed")
}

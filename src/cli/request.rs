//! From answers to what is to be installed: the same for the command and for the console.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::secrets::{self, Secrets};
use crate::deploy::{Context, Input, Request, Wave, secret_value};
use crate::helm::{Chart, Values};
use crate::plan::{self, Answers, Delivery, Evaluation, Facts, Spec, evaluate};
use crate::problem::{Problem, Problems};
use crate::redact::{Redactor, secrets_in};

/// What is known before a cluster is asked.
pub struct Prepared {
    evaluation: Option<Evaluation>,
    secrets: Secrets,
    extra: Values,
}

/// What answers do not say.
pub struct Settings {
    /// Name of the release.
    pub release: String,
    /// Most time for each hook job, and most time for the workloads.
    pub patience: Duration,
    /// Go on with an installation that another machine began.
    pub take_over: bool,
    /// Change nothing.
    pub dry_run: bool,
}

impl Prepared {
    /// Nothing but values.
    pub fn of_values(extra: Values) -> Prepared {
        Prepared { evaluation: None, secrets: Secrets::default(), extra }
    }

    /// Answers, and values laid over what they give. `typed` holds secrets that were typed already; without it they
    /// are asked for on the terminal.
    ///
    /// # Errors
    /// Everything that is wrong with the answers, and every secret that cannot be read.
    pub fn of_answers(
        answers: &Answers,
        namespace: Option<String>,
        typed: Option<&BTreeMap<String, SecretString>>,
        extra: Values,
    ) -> Result<Prepared, Problems> {
        let facts = Facts { namespace, release: Some(plan::Release::Fresh), ..Facts::default() };
        let evaluation = evaluate(Spec::builtin(), answers, &facts);
        let blocking: Vec<Problem> =
            evaluation.findings.iter().filter(|finding| finding.blocks()).map(Problem::from).collect();
        if !blocking.is_empty() {
            return Err(Problems(blocking));
        }
        let secrets = Secrets::read(&evaluation.secrets, typed)?;
        Ok(Prepared { evaluation: Some(evaluation), secrets, extra })
    }

    /// A redactor that knows the secrets so far.
    pub fn redactor(&self) -> Redactor {
        let mut redactor = Redactor::new(self.secrets.exposed());
        redactor.learn(secrets_in(&self.extra.to_json()));
        redactor
    }

    /// The values that a chart is given. Secrets that exist in the cluster are read where the chart needs their value.
    ///
    /// # Errors
    /// A secret is missing.
    pub async fn values(&mut self, context: &Context) -> Result<Values, Problems> {
        let Prepared { evaluation, secrets, extra } = self;
        let Some(evaluation) = evaluation else { return Ok(extra.clone()) };
        // A secret without a place of its own in the chart is needed before rendering, wherever it comes from.
        let inline = |secret: &&plan::PlannedSecret| secret.delivery == Delivery::Inline && secret.exists_already();
        for secret in evaluation.secrets.iter().filter(inline) {
            let found = secret_value(context, &secret.name, &secret.key).await?;
            match found {
                Some(value) => secrets.add(&secret.field, value),
                None => return Err(missing(&secret.field, &secret.name, &secret.key).into()),
            }
        }
        context.reporter.learn(secrets.exposed());
        let resolved = evaluation.resolved(|secret| {
            let value = secrets.get(&secret.field).map(|value| value.expose_secret().to_string().into());
            value.ok_or_else(|| missing(&secret.field, &secret.name, &secret.key))
        })?;
        Ok(Values::from_json(resolved.expose().clone()).merge(extra.clone()))
    }

    /// What is to be installed.
    ///
    /// # Errors
    /// A secret is missing, or the flags cannot be reached in waves.
    pub async fn request(mut self, context: &Context, chart: Chart, settings: Settings) -> Result<Request, Problems> {
        let values = self.values(context).await?;
        let Prepared { evaluation, secrets, .. } = self;
        let planned = evaluation.as_ref().map(|evaluation| evaluation.secrets.clone()).unwrap_or_default();
        let Settings { release, patience, take_over, dry_run } = settings;
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
            take_over,
            dry_run,
        })
    }
}

/// The revisions that lead to these values: a flag that needs another one to be active takes a second.
fn waves(release: &str, chart: &Arc<Chart>, values: &Values) -> Result<Vec<Wave>, Problems> {
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

//! From answers to what is to be installed: the same for the command and for the console.

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::secrets::{self, Secrets};
use crate::deploy::{Context, Input, Manner, Needed, Request, Wave, secret_value};
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
    /// How it is done.
    pub manner: Manner,
    /// The values of the deployed release, if there is one: flags are switched from there.
    pub current: Option<serde_json::Value>,
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
        current: Option<&serde_json::Value>,
        typed: Option<&BTreeMap<String, SecretString>>,
        extra: Values,
    ) -> Result<Prepared, Problems> {
        let release = current.map_or(plan::Release::Fresh, |values| plan::Release::Deployed(values.clone()));
        let facts = Facts { namespace, release: Some(release), ..Facts::default() };
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
        Redactor::new(self.secrets())
    }

    /// The secrets so far.
    pub fn secrets(&self) -> Vec<String> {
        let inline = secrets_in(&self.extra.to_json());
        self.secrets.exposed().map(str::to_string).chain(inline).collect()
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
        let Settings { release, manner, current } = settings;
        let chart = Arc::new(chart);
        let waves = match &evaluation {
            None => vec![Wave::only(Input { release: release.clone(), chart, values: Arc::new(values) })],
            Some(_) => waves(&release, &chart, &values, current.as_ref())?,
        };
        Ok(Request {
            release,
            waves,
            needed: Needed { secrets: secrets.objects(&planned), references: secrets::references(&planned) },
            manner,
        })
    }
}

/// The revisions that lead to these values: a flag that needs another one to be active takes a second. Values that are
/// deployed already still take one, because the chart may have changed.
fn waves(
    release: &str,
    chart: &Arc<Chart>,
    values: &Values,
    current: Option<&serde_json::Value>,
) -> Result<Vec<Wave>, Problems> {
    let target = values.to_json();
    let planned = plan::waves(current, &target, &Facts::default())
        .map_err(|findings| Problems(findings.iter().map(Problem::from).collect()))?;
    if planned.is_empty() {
        // The same in other words: what is deployed says every flag.
        let values = current.map_or_else(|| values.clone(), |current| Values::from_json(current.clone()));
        let (chart, values) = (Arc::clone(chart), Arc::new(values));
        return Ok(vec![Wave::only(Input { release: release.into(), chart, values })]);
    }
    let wave = |wave: plan::Wave| Wave {
        about: about(&wave, current.is_none()),
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
fn about(wave: &plan::Wave, fresh: bool) -> String {
    let flags =
        |to: bool| wave.flags.iter().filter(|flag| flag.to == to).map(|flag| flag.flag.as_str()).collect::<Vec<_>>();
    let on = match (wave.number, flags(true).as_slice()) {
        (1, flags) if fresh => format!("installs, with {} flags on", flags.len()),
        (_, []) => "upgrades".to_string(),
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

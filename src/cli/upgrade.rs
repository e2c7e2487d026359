//! `iomctl upgrade`: the next revision of a release.

use std::collections::BTreeMap;

use clap::Args;

use super::Global;
use super::manner::MannerFlags;
use super::request::{Prepared, Settings};
use super::run::{Subject, block_on, options, shown};
use super::symbols::Symbols;
use super::target::Target;
use crate::cluster::Session;
use crate::deploy::{Context, Definitions, Leave, Manner, Upgrading, deployed_values, upgrade};
use crate::helm::release::RESERVED_LABELS;
use crate::problem::{Problem, Problems};
use crate::redact::{Redactor, secrets_in};

/// Upgrade a release to another chart, other answers or other values
///
/// With a preset or answers, values are worked out from them as for `install`; else the flags for values are Helm's, and
/// without any the values stay what they are. What others changed in the cluster meanwhile is told and not overwritten;
/// objects and fields that left the chart go away. Exit codes: 0 upgraded (or nothing to do), 2 the input cannot be used
/// and nothing was changed, 3 a stage failed and nothing was rolled back, 5 the cluster cannot be reached, 130 stopped by
/// the operator.
#[derive(Debug, Args)]
pub struct Upgrade {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    subject: Subject,
    /// Install where there is nothing to upgrade
    #[arg(long, short)]
    install: bool,
    /// Take over objects that exist already and belong to nobody or to another release
    #[arg(long)]
    take_ownership: bool,
    /// Take over fields that others have changed
    #[arg(long)]
    force_conflicts: bool,
    /// Delete and create objects whose changed fields cannot be changed in place; never volume claims
    #[arg(long)]
    recreate: bool,
    /// Leave the definitions (CRDs) of the chart alone
    #[arg(long)]
    skip_crds: bool,
    /// Bring definitions (CRDs) that exist to the chart's state
    #[arg(long, conflicts_with = "skip_crds")]
    upgrade_crds: bool,
    /// Run no hooks
    #[arg(long)]
    no_hooks: bool,
    /// Records to keep; 0 keeps all
    #[arg(long, visible_alias = "history-max", env = "HELM_MAX_HISTORY", default_value_t = 10, value_name = "NUMBER")]
    max_history: usize,
    /// The sentence in the record
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Labels of the record: key=value, or key=null to take one away
    #[arg(long, short, value_delimiter = ',', value_name = "LABELS")]
    labels: Vec<String>,
    /// Go on with a release of others although its chart does not render to what its record says
    #[arg(long)]
    adopt_differing: bool,
    #[command(flatten)]
    how: MannerFlags,
}

impl Upgrade {
    /// Upgrades.
    pub fn run(mut self, global: &Global) -> Result<(), Problems> {
        if let Some(name) = self.target.release() {
            self.subject.release.name = name;
        }
        self.subject.check()?;
        let symbols = Symbols::detect(global.ascii);
        let chart = self.target.chart()?;
        let options = options(global);
        let labels = self.labels()?;
        // What is wrong with the input is found before the cluster is asked.
        let (answers, values) = self.target.read()?;
        block_on(async {
            let session = Session::connect(&options).await?;
            let journal = self.subject.journal().await?;
            let (redactor, release) = (Redactor::new(secrets_in(&values.to_json())), self.subject.release.name.clone());
            let run = async |context: Context| {
                let (prepared, current) = match answers {
                    None => (Prepared::of_values(values), None),
                    Some(answers) => {
                        let current = deployed_values(&context, &release).await?;
                        let namespace = Some(context.session.namespace.clone());
                        (Prepared::of_answers(&answers, namespace, current.as_ref(), None, values)?, current)
                    }
                };
                context.reporter.learn(prepared.secrets());
                let settings = Settings { release, manner: self.manner(), current };
                let request = prepared.request(&context, chart, settings).await?;
                let upgrading = Upgrading {
                    request,
                    reuse: self.target.reuse(),
                    install: self.install,
                    labels,
                    adopt_differing: self.adopt_differing,
                };
                upgrade(context, upgrading).await
            };
            shown(session, journal, redactor, self.how.output, symbols, run).await
        })
    }

    fn manner(&self) -> Manner {
        Manner {
            no_hooks: self.no_hooks,
            leave: Leave { ownership: self.take_ownership, conflicts: self.force_conflicts, recreate: self.recreate },
            definitions: match () {
                () if self.skip_crds => Definitions::Leave,
                () if self.upgrade_crds => Definitions::Upgrade,
                () => Definitions::Create,
            },
            max_history: self.max_history,
            description: self.description.clone(),
            ..self.how.manner()
        }
    }

    fn labels(&self) -> Result<BTreeMap<String, Option<String>>, Problem> {
        let label = |text: &String| {
            let refuse = |why: &str| {
                Err(Problem::bad_input("labels.unusable", format!("`{text}` is no label"))
                    .because(why)
                    .next("write key=value"))
            };
            match text.split_once('=') {
                None | Some(("", _)) => refuse("it has no key and value"),
                Some((key, _)) if RESERVED_LABELS.contains(&key) => refuse("Helm keeps this label for itself"),
                Some((key, value)) => Ok((key.to_string(), (value != "null").then(|| value.to_string()))),
            }
        };
        self.labels.iter().map(label).collect()
    }
}

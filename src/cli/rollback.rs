//! `iomctl rollback`: an earlier revision again.

use clap::Args;

use super::Global;
use super::manner::MannerFlags;
use super::run::{Subject, block_on, options, shown};
use super::symbols::Symbols;
use crate::cluster::Session;
use crate::deploy::{Leave, Manner, RollingBack, rollback};
use crate::problem::{Problem, Problems};
use crate::redact::Redactor;

/// Restore an earlier revision of a release, as its record says it
///
/// Records, and pods and jobs that failed, stay. Exit codes: 0 restored, 2 there is no such revision, or it cannot be
/// restored, and nothing was changed, 3 a stage failed, 5 the cluster cannot be reached, 130 stopped by the operator.
#[derive(Debug, Args)]
pub struct Rollback {
    /// Name of the release and revision; a single number is the revision. Without one, the last revision before the newest
    /// that was deployed
    #[arg(value_name = "[NAME] [REVISION]", num_args = 0..=2)]
    names: Vec<String>,
    #[command(flatten)]
    subject: Subject,
    /// Take over fields that others have changed
    #[arg(long)]
    force_conflicts: bool,
    /// Delete and create objects whose changed fields cannot be changed in place; never volume claims
    #[arg(long)]
    recreate: bool,
    /// Run no hooks
    #[arg(long)]
    no_hooks: bool,
    /// The sentence in the record
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[command(flatten)]
    how: MannerFlags,
}

impl Rollback {
    /// Restores.
    pub fn run(mut self, global: &Global) -> Result<(), Problems> {
        let revision = self.arguments()?;
        self.subject.check()?;
        let symbols = Symbols::detect(global.ascii);
        let options = options(global);
        let rolling = RollingBack {
            release: self.subject.release.name.clone(),
            revision,
            manner: Manner {
                no_hooks: self.no_hooks,
                leave: Leave { conflicts: self.force_conflicts, recreate: self.recreate, ..Leave::default() },
                description: self.description.clone(),
                ..self.how.manner()
            },
        };
        block_on(async {
            let session = Session::connect(&options).await?;
            let journal = self.subject.journal().await?;
            let run = |context| rollback(context, rolling);
            shown(session, journal, Redactor::default(), self.how.output, symbols, run).await
        })
    }

    /// Sorts the arguments into release and revision.
    fn arguments(&mut self) -> Result<Option<i64>, Problem> {
        let revision = match self.names.as_slice() {
            [] => return Ok(None),
            [one] if one.parse::<i64>().is_ok() => one.clone(),
            [name] => {
                self.subject.release.name.clone_from(name);
                return Ok(None);
            }
            [name, revision, ..] => {
                self.subject.release.name.clone_from(name);
                revision.clone()
            }
        };
        match revision.parse() {
            // As with Helm, zero is the one before.
            Ok(0) => Ok(None),
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(Problem::bad_input("rollback.revision", format!("`{revision}` is no revision"))
                .next("write a number as `helm history` shows it")),
        }
    }
}

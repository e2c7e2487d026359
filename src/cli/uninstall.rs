//! `iomctl uninstall`: removes a release.

use std::io::{BufRead, IsTerminal, Write};
use std::time::Duration;

use clap::Args;

use super::Global;
use super::duration::Seconds;
use super::progress::Stream;
use super::run::{Subject, block_on, options, shown};
use super::symbols::Symbols;
use crate::cluster::Session;
use crate::deploy::{Removing, uninstall};
use crate::problem::{Outcome, Problem, Problems};
use crate::redact::Redactor;

/// Remove a release: its objects, its init job, the Secrets that iomctl made for it
///
/// Volume claims (and so the data), objects that the chart wants to be kept, and the namespace stay. Exit codes: 0
/// removed, 2 there is no such release, 3 something could not be removed, 5 the cluster cannot be reached, 130
/// stopped by the operator.
#[derive(Debug, Args)]
pub struct Uninstall {
    #[command(flatten)]
    subject: Subject,
    /// Delete volume claims, and with them the data
    #[arg(long)]
    delete_volumes: bool,
    /// Keep the records of the release, marked as uninstalled
    #[arg(long)]
    keep_history: bool,
    /// Go on where another machine is, or was, at work
    #[arg(long)]
    take_over: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Most time until everything is gone, e.g. 90s, 10m
    #[arg(long, default_value = "10m", value_name = "TIME")]
    timeout: Seconds,
    /// How events are printed
    #[arg(long, short, value_enum, default_value_t)]
    output: Stream,
}

impl Uninstall {
    /// Removes.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        let symbols = Symbols::detect(global.ascii);
        let options = options(global);
        let removing = Removing {
            release: self.subject.release.name.clone(),
            patience: Duration::from(self.timeout),
            keep_history: self.keep_history,
            delete_volumes: self.delete_volumes,
            take_over: self.take_over,
        };
        block_on(async {
            let session = Session::connect(&options).await?;
            let journal = self.subject.journal().await?;
            self.confirm(&session)?;
            let run = |context| uninstall(context, removing);
            shown(session, journal, Redactor::default(), self.output, symbols, run).await
        })
    }

    /// On a terminal the name of the release has to be typed.
    fn confirm(&self, session: &Session) -> Result<(), Problem> {
        let release = &self.subject.release.name;
        if self.yes {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() {
            return Err(Problem::bad_input(
                "uninstall.unconfirmed",
                format!("removing `{release}` has to be confirmed"),
            )
            .next("add --yes"));
        }
        let volumes = if self.delete_volumes { " WITH ITS VOLUMES AND THEIR DATA" } else { "" };
        eprint!(
            "Removing release {release} in namespace {} of {}{volumes}. Type its name: ",
            session.namespace, session.server
        );
        let _ = std::io::stderr().flush();
        let mut typed = String::new();
        let read = std::io::stdin().lock().read_line(&mut typed);
        if read.is_ok() && typed.trim() == release {
            return Ok(());
        }
        Err(Problem::new(Outcome::Cancelled, "uninstall.unconfirmed", "not confirmed; nothing was changed"))
    }
}

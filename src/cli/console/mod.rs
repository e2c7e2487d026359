//! `iomctl` without a command: the console.
//!
//! This is the driver of the state machine ([`crate::app`]): it reads the terminal, executes effects with the cluster
//! and the operations, feeds back what comes of them, and draws ([`crate::tui`]). It decides nothing that a person
//! would notice.

mod connect;
mod dashboard;
mod deploying;
mod drafts;
mod effects;
mod facts;
mod farewell;
mod files;
mod hub;
mod preview;
mod signals;
mod turn;
mod wizard;

use std::io::IsTerminal;

use clap::Args;

use super::Global;
use super::run::{Subject, options};
use crate::cluster::ConnectOptions;
use crate::problem::{Outcome, Problem, Problems};
pub use hub::Hub;

/// Open the console: the wizard where nothing is installed, the dashboard where something is
///
/// The same as `iomctl` without a command, for another release or journal.
#[derive(Debug, Default, Args)]
pub struct Console {
    #[command(flatten)]
    subject: Subject,
}

impl Console {
    /// Opens the console and stays until the operator leaves.
    pub fn run(self, global: &Global) -> Result<(), Problems> {
        self.subject.check()?;
        open(self.subject, global)
    }
}

/// Opens the console on a cluster.
///
/// # Errors
/// There is no terminal, or it cannot be used.
pub fn open(subject: Subject, global: &Global) -> Result<(), Problems> {
    let options = options(global);
    open_on(async { Ok((subject, options, ())) }, global.ascii)
}

/// Opens the console on what is made ready first, and kept until the console is left.
///
/// # Errors
/// There is no terminal, or it cannot be used; what was to be made ready could not be.
pub fn open_on<Kept>(
    ready: impl Future<Output = Result<(Subject, ConnectOptions, Kept), Problem>>,
    ascii: bool,
) -> Result<(), Problems> {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty());
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() || dumb {
        let what = if dumb { "this terminal cannot show the console" } else { "the console needs a terminal" };
        let why = if dumb { "TERM is `dumb` or not set" } else { "standard input or output is not a terminal" };
        return Err(Problem::bad_input("console.no-terminal", what)
            .because(why)
            .next("use a command instead; `iomctl --help` lists them")
            .into());
    }
    // Whoever was first installed the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|e| {
        Problem::new(Outcome::Failed, "runtime", "the program cannot start its threads").because(e.to_string())
    })?;
    let ended = runtime.block_on(async {
        let (subject, options, _kept) = ready.await?;
        turn::run(subject, options, ascii).await
    });
    // What still runs is not waited for: everything can be interrupted.
    runtime.shutdown_background();
    match ended {
        Ok(turn::End::Left) => Ok(()),
        Ok(turn::End::Signal(code)) => std::process::exit(code),
        Err(problem) => Err(problem.into()),
    }
}

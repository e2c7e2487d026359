//! What commands that talk to a cluster share: the runtime, the connection, the journal, and how they are stopped.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::unbounded_channel;

use super::Global;
use super::progress::{self, Stream};
use super::symbols::Symbols;
use crate::cluster::{ConnectOptions, Session};
use crate::deploy::{Canceller, Context, Home, Journal, Reporter, cancel, default_folder};
use crate::problem::{Outcome, Problem, Problems};
use crate::redact::Redactor;

/// The release a command is about.
#[derive(Debug, Clone, Args)]
pub struct Release {
    /// Name of the release
    #[arg(long = "release", default_value = DEFAULT_RELEASE, value_name = "NAME")]
    pub name: String,
}

/// The name of the release when nobody says another.
const DEFAULT_RELEASE: &str = "data-plane";

impl Default for Release {
    fn default() -> Release {
        Release { name: DEFAULT_RELEASE.into() }
    }
}

/// The release a command is about, and where its journal lies.
#[derive(Debug, Clone, Default, Args)]
pub struct Subject {
    /// The release.
    #[command(flatten)]
    pub release: Release,
    /// Folder of the journal; without it $XDG_STATE_HOME/iomctl, then ~/.local/state/iomctl
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
}

impl Subject {
    /// Opens the journal.
    pub async fn journal(&self) -> Result<Journal, Problem> {
        let folder = self.state_dir.clone().or_else(default_folder).ok_or_else(|| {
            Problem::bad_input("journal.nowhere", "there is no place for the journal")
                .because("neither XDG_STATE_HOME nor a home directory is set")
                .next("name a folder with --state-dir")
        })?;
        Journal::open(&folder).await
    }

    /// Refuses a name that Helm would refuse.
    pub fn check(&self) -> Result<(), Problem> {
        if crate::helm::release::valid_name(&self.release.name) {
            return Ok(());
        }
        Err(Problem::bad_input("release.name", format!("`{}` cannot be the name of a release", self.release.name))
            .because("a name has at most 53 characters: lower-case letters, digits, `-` and `.`, a letter or digit at both ends")
            .next("give another one with --release"))
    }
}

/// What the global options say about the cluster.
pub fn options(global: &Global) -> ConnectOptions {
    ConnectOptions {
        kubeconfig: global.kubeconfig.clone(),
        context: global.context.clone(),
        namespace: global.namespace.clone(),
    }
}

/// Runs asynchronous work to its end.
pub fn block_on<T>(work: impl Future<Output = Result<T, Problems>>) -> Result<T, Problems> {
    // Whoever was first installed the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| {
        Problem::new(Outcome::Failed, "runtime", "the program cannot start its threads").because(e.to_string())
    })?;
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

/// Runs an operation and shows its events until the last one.
pub async fn shown<F>(
    session: Session,
    journal: Journal,
    redactor: Redactor,
    stream: Stream,
    symbols: Symbols,
    operation: impl FnOnce(Context) -> F,
) -> Result<(), Problems>
where
    F: Future<Output = Result<(), Problems>>,
{
    let (sink, events) = unbounded_channel();
    let (canceller, cancel) = cancel();
    let context = Context { session, journal, reporter: Reporter::new(sink, redactor), cancel, home: Home::default() };
    let screen = tokio::spawn(progress::show(events, stream, symbols));
    let stopper = tokio::spawn(stop_on_signal(canceller));
    let result = operation(context).await;
    stopper.abort();
    // Recordings in the background may still hold the other end for a moment.
    let _ = tokio::time::timeout(Duration::from_secs(12), screen).await;
    result
}

/// The first signal asks for a stop at a safe point, the second one does not ask.
async fn stop_on_signal(canceller: Canceller) {
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        return;
    };
    let mut next = async || {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    };
    next().await;
    canceller.cancel();
    next().await;
    std::process::exit(Outcome::Cancelled.code().into());
}

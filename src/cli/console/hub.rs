//! What tasks in the background share: where they tell, the connection, the journal, and which of them belong to the
//! connection and end with it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use super::dashboard::Desk;
use crate::app::Msg;
use crate::cli::run::Subject;
use crate::cluster::{ConnectOptions, Session};
use crate::deploy::{Canceller, Journal, default_folder};
use crate::problem::Problem;

/// Shared by everything that runs in the background. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    to: UnboundedSender<Msg>,
    options: ConnectOptions,
    subject: Subject,
    journal: OnceCell<Journal>,
    link: Mutex<Link>,
    desk: Desk,
}

#[derive(Default)]
struct Link {
    session: Option<Session>,
    tied: Vec<AbortHandle>,
    canceller: Option<Canceller>,
}

impl Hub {
    /// A hub without a connection.
    pub fn new(to: UnboundedSender<Msg>, options: ConnectOptions, subject: Subject) -> Hub {
        let link = Mutex::default();
        Hub { inner: Arc::new(Inner { to, options, subject, journal: OnceCell::new(), link, desk: Desk::default() }) }
    }

    /// Tells the state machine. Nobody listens any more when the console is about to end.
    pub fn tell(&self, msg: Msg) {
        let _ = self.inner.to.send(msg);
    }

    /// What the command line says about the cluster.
    pub fn options(&self) -> &ConnectOptions {
        &self.inner.options
    }

    /// Name of the release.
    pub fn release(&self) -> &str {
        &self.inner.subject.release.name
    }

    /// What runs for the dashboard.
    pub fn desk(&self) -> &Desk {
        &self.inner.desk
    }

    /// The folder in which this machine remembers.
    pub fn state_folder(&self) -> Option<PathBuf> {
        self.inner.subject.state_dir.clone().or_else(default_folder)
    }

    /// The journal, opened when it is first needed.
    ///
    /// # Errors
    /// It cannot be opened; the next call tries again.
    pub async fn journal(&self) -> Result<Journal, Problem> {
        self.inner.journal.get_or_try_init(|| self.inner.subject.journal()).await.cloned()
    }

    /// The connection; none while there is none.
    pub fn session(&self) -> Option<Session> {
        self.link().session.clone()
    }

    /// Runs a task until its end or until another connection is made.
    pub fn tie(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let handle = tokio::spawn(task).abort_handle();
        let mut link = self.link();
        link.tied.retain(|task| !task.is_finished());
        link.tied.push(handle.clone());
        handle
    }

    /// Runs a task until its end.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(task);
    }

    /// Runs a task until its end on a thread of its own: for work whose future must stay on one thread.
    pub fn spawn_alone<F: Future<Output = ()>>(&self, task: impl FnOnce() -> F + Send + 'static) {
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || runtime.block_on(task()));
    }

    /// Forgets the connection and ends what is tied to it.
    pub fn disconnect(&self) {
        let mut link = self.link();
        link.session = None;
        link.tied.drain(..).for_each(|task| task.abort());
    }

    /// There is a connection.
    pub fn connected(&self, session: Session) {
        self.link().session = Some(session);
    }

    /// An operation has begun, and is stopped with this.
    pub fn began(&self, canceller: Canceller) {
        self.link().canceller = Some(canceller);
    }

    /// Stops the operation at a safe point.
    pub fn stop(&self) {
        if let Some(canceller) = &self.link().canceller {
            canceller.cancel();
        }
    }

    fn link(&self) -> MutexGuard<'_, Link> {
        self.inner.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

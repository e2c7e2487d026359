//! The frame of every operation: a lock, a place in the journal, stages that are timed, told and written down.

use std::fs::File;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::cancel::Cancel;
use super::claim::{self, Claim};
use super::event::{Event, Reporter, State, seconds};
use super::home::Home;
use super::journal::{Journal, Remembered, Subject};
use super::recorder::Recorder;
use super::stage::Stage;
use crate::cluster::{Failure, Session};
use crate::problem::{Outcome, Problem, Problems};

/// What an operation works with.
#[derive(Clone)]
pub struct Context {
    /// The cluster.
    pub session: Session,
    /// The journal.
    pub journal: Journal,
    /// Where events are told.
    pub reporter: Reporter,
    /// Whether the operator wants it to stop.
    pub cancel: Cancel,
    /// What is known of the release's namespace.
    pub home: Home,
}

/// An operation under way.
pub struct Operation {
    /// What it works with.
    pub context: Context,
    /// Its identifier in the journal.
    pub id: String,
    /// The operation before it on the same release.
    pub before: Option<Remembered>,
    release: String,
    started: Instant,
    claim: Mutex<Option<Claim>>,
    _lock: File,
}

/// What a stage gives: its value and what to say of it.
pub type Staged<T> = Result<(T, String), Problems>;

/// Tries of a request before it is given up.
const TRIES: u32 = 6;

/// Time before the second try; doubled for each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

impl Operation {
    /// Takes the lock and opens an entry in the journal. Nothing in the cluster is touched.
    ///
    /// # Errors
    /// The journal cannot be written, or another iomctl works on the release.
    pub async fn begin(context: Context, kind: &'static str, release: &str) -> Result<Operation, Problem> {
        let Context { session, journal, reporter, .. } = &context;
        let subject =
            Subject { cluster: session.server.clone(), namespace: session.namespace.clone(), release: release.into() };
        let lock = journal.lock(&subject)?;
        let before = journal.last(&subject).await?;
        let id = journal.begin(kind, &subject).await?;
        reporter.tell(Event::Started {
            operation: id.clone(),
            kind,
            release: release.into(),
            namespace: session.namespace.clone(),
            cluster: session.context.clone().unwrap_or_else(|| session.server.clone()),
        });
        Ok(Operation {
            context,
            id,
            before,
            release: release.into(),
            started: Instant::now(),
            claim: Mutex::default(),
            _lock: lock,
        })
    }

    /// Name of the release.
    pub fn release(&self) -> &str {
        &self.release
    }

    /// Claims the release, so that other machines see who is at work, and that they still are.
    ///
    /// # Errors
    /// Somebody else is at work on it.
    pub async fn claim(&self, take_over: bool) -> Result<(), Problem> {
        let mut claim = self.claim.lock().await;
        if claim.is_none() {
            let own = self.before.as_ref().map(|before| before.id.as_str());
            *claim = Claim::take(&self.context, &self.release, &self.id, own, take_over).await?;
        }
        Ok(())
    }

    /// Ends when somebody else has taken the claim.
    async fn lost(&self) {
        let watcher = self.claim.lock().await.as_ref().map(Claim::watcher);
        let Some(mut watcher) = watcher else { return std::future::pending().await };
        if watcher.wait_for(Option::is_none).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Runs one stage: written down and told before and after, stopped when the operator asks for it.
    pub async fn stage<T>(&self, stage: Stage, work: impl Future<Output = Staged<T>>) -> Result<T, Problems> {
        let Context { journal, reporter, cancel, .. } = &self.context;
        journal.stage_begins(&self.id, stage).await?;
        let began = Instant::now();
        reporter.tell(Event::Stage { stage, state: State::Running, seconds: None, detail: String::new() });
        let mut cancel = cancel.clone();
        let result = tokio::select! {
            result = work => result,
            () = cancel.cancelled() => Err(cancelled(stage).into()),
            () = self.lost() => Err(claim::lost(&self.release).into()),
        };
        let took = Some(seconds(began.elapsed()));
        let (state, outcome, detail) = match &result {
            Ok((_, detail)) => (State::Done, "done", detail.clone()),
            Err(problems) => (State::Failed, outcome(problems), first_words(problems)),
        };
        reporter.tell(Event::Stage { stage, state, seconds: took, detail: detail.clone() });
        journal.stage_ends(&self.id, stage, outcome, &reporter.clean(&detail)).await?;
        result.map(|(value, _)| value)
    }

    /// Says that a stage has nothing to do.
    pub fn skip(&self, stage: Stage, why: &str) {
        self.context.reporter.tell(Event::Stage { stage, state: State::Skipped, seconds: None, detail: why.into() });
    }

    /// Closes the entry in the journal and tells the end.
    pub async fn end(self, result: Result<String, Problems>) -> Result<(), Problems> {
        let Context { journal, reporter, .. } = &self.context;
        let took = seconds(self.started.elapsed());
        if let Some(claim) = self.claim.lock().await.take() {
            claim.release().await;
        }
        match result {
            Ok(detail) => {
                journal.end(&self.id, "done", &detail).await?;
                reporter.tell(Event::Finished { state: State::Done, seconds: took, detail });
                Ok(())
            }
            Err(problems) => {
                let problems = Problems(problems.0.into_iter().map(|p| reporter.clean_problem(p)).collect());
                journal.end(&self.id, outcome(&problems), &first_words(&problems)).await?;
                for problem in &problems.0 {
                    reporter.tell(Event::Failed { problem: problem.clone() });
                }
                let detail = first_words(&problems);
                reporter.tell(Event::Finished { state: State::Failed, seconds: took, detail });
                Err(problems)
            }
        }
    }
}

impl Context {
    /// The flight recorder for an operation.
    pub fn recorder(&self, operation: &str) -> Recorder {
        Recorder::new(&self.session, &self.reporter, &self.journal, operation)
    }

    /// A request that is tried again, visibly, while the server is busy or out of reach.
    pub async fn patiently<T, F>(&self, what: &str, mut request: impl FnMut() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            match request().await {
                Err(failure) if failure.is_passing() => {
                    let wait = match &failure {
                        Failure::Busy { after: Some(after), .. } => *after,
                        _ => pause,
                    };
                    let why = failure.to_string();
                    self.reporter.tell(Event::Retrying { what: what.into(), why, seconds: seconds(wait) });
                    tokio::time::sleep(wait).await;
                    pause *= 2;
                }
                decided => return decided,
            }
        }
        request().await
    }
}

/// The problem for a request that failed for good.
pub fn refused(code: &'static str, what: impl Into<String>, failure: &Failure) -> Problem {
    match failure {
        Failure::Lost(_) | Failure::Busy { .. } | Failure::Unauthorized(_) => {
            Problem::new(Outcome::Unreachable, "cluster.lost", what)
                .because(failure.to_string())
                .next("run the same command again when the cluster can be reached: it goes on where it stopped")
        }
        Failure::Forbidden(_) => Problem::failed("rights.missing", what)
            .because(failure.to_string())
            .next("ask an administrator of the cluster for the right, then run the same command again"),
        _ => Problem::failed(code, what).because(failure.to_string()),
    }
}

fn cancelled(stage: Stage) -> Problem {
    Problem::new(Outcome::Cancelled, "cancelled", format!("stopped by the operator in stage `{stage}`"))
        .because("Ctrl-C or a termination signal")
        .next("run the same command again to go on, or `iomctl uninstall` to remove what stands")
}

fn outcome(problems: &Problems) -> &'static str {
    if problems.0.iter().any(|problem| problem.outcome == Outcome::Cancelled) { "cancelled" } else { "failed" }
}

fn first_words(problems: &Problems) -> String {
    match problems.0.as_slice() {
        [] => String::new(),
        [one] => one.what.clone(),
        [first, rest @ ..] => format!("{} (and {} more)", first.what, rest.len()),
    }
}

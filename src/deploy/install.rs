//! Installing: from nothing, or from wherever an earlier attempt stopped.

mod start;
mod wave;

use std::collections::BTreeSet;
use std::time::Duration;

use super::desired::{Desired, Wanted};
use super::event::{Event, Reporter};

use super::hooks::{Moments, Runner};
use super::operation::{Context, Operation, Staged};
use super::recorder::Recorder;
use super::secrets::{self, SecretObject, SecretReference};
use super::stage::Stage;
use super::{apply, hooks, permissions, prerequisites, record, wait};
use crate::cluster::Object;
use crate::helm::release::{Release, Status};
use crate::problem::{Problem, Problems};
use start::Start;
pub use wave::Wave;

/// What to install, and how long to be patient.
#[derive(Debug, Clone)]
pub struct Request {
    /// Name of the release.
    pub release: String,
    /// The revisions on the way to what is wanted, in order; at least one.
    pub waves: Vec<Wave>,
    /// Secrets to make beforehand.
    pub secrets: Vec<SecretObject>,
    /// Secrets that must exist.
    pub references: Vec<SecretReference>,
    /// The most time one hook may take.
    pub hook_patience: Duration,
    /// The most time the workloads may take.
    pub wait_patience: Duration,
    /// Go on with a pending release that was not begun from this machine.
    pub take_over: bool,
    /// Stop before the first change.
    pub dry_run: bool,
}

/// Installs a release, or goes on with an installation that stopped.
///
/// # Errors
/// Everything that is wrong, all at once; with exit code 2 or 3 when nothing was changed, 3 when a stage failed, 130
/// when the operator stopped it. What stands, stands: nothing is rolled back.
pub async fn install(context: Context, request: Request) -> Result<(), Problems> {
    let operation = Operation::begin(context, "install", &request.release).await?;
    let result = Install { operation: &operation, context: operation.context.clone(), request: &request }.run().await;
    operation.end(result).await
}

struct Install<'i> {
    operation: &'i Operation,
    context: Context,
    request: &'i Request,
}

impl Install<'_> {
    async fn run(mut self) -> Result<String, Problems> {
        let last = self.request.waves.len() - 1;
        loop {
            let start = self.operation.stage(Stage::Connect, self.look()).await?;
            let Some(start) = start else { return Ok(self.nothing_to_do()) };
            self.announce_wave(start.wave);
            let at = start.wave;
            let detail = self.revision(start).await?;
            if at == last || self.request.dry_run {
                return Ok(detail);
            }
        }
    }

    /// One revision, from its rights to its final record.
    async fn revision(&mut self, start: Start) -> Result<String, Problems> {
        let Start { mut desired, mut record, exists, superfluous, wave, previous } = start;
        let moments = if previous.is_some() { Moments::UPGRADE } else { Moments::INSTALL };
        let namespaces = desired.namespaces(&self.context.session.namespace);
        let (absent, untried) =
            self.operation.stage(Stage::Permissions, self.may_it(&desired, &record, &namespaces, moments)).await?;
        if self.request.dry_run {
            return Ok("nothing was changed: this was a dry run".into());
        }
        let renewed = self.operation.stage(Stage::Prerequisites, self.prepare(&desired, &namespaces, &absent)).await?;
        if let Some(context) = renewed {
            self.context = context;
            let input = &self.request.waves[wave].input;
            desired = start::again(&self.context, input, &record, exists, previous.is_some()).await?;
            if !exists {
                record.manifest = desired.manifest.clone();
            }
        }
        desired.unknown_kinds()?;
        self.try_later(&desired, &untried, moments).await?;
        self.operation.stage(Stage::Record, self.announce(&mut record, exists)).await?;
        let empty = absent.contains(&self.context.session.namespace);
        let change = Change { desired: &desired, superfluous: &superfluous, wave, previous, empty, moments };
        match self.change(change, &mut record).await {
            Ok(detail) => Ok(detail),
            Err(problems) => {
                let description = failure_of(&self.request.release, &problems, &self.context.reporter);
                record::mark(&mut record, Status::Failed, description);
                if let Err(problem) = record::write(&self.context, &record, true).await {
                    self.context.reporter.note(problem.what);
                }
                Err(problems)
            }
        }
    }

    /// Connect: what is there, what is wanted.
    async fn look(&self) -> Staged<Option<Start>> {
        let start = start::find(&self.context, self.operation, self.request).await?;
        for warning in start.iter().flat_map(|start| &start.desired.warnings) {
            self.context.reporter.note(format!("values: {warning}"));
        }
        let version = &self.context.session.version;
        let detail = match &start {
            None => format!("{version}, already deployed"),
            Some(start) => {
                let (objects, hooks) = (start.desired.objects.len(), start.desired.hooks.len());
                format!("{version}, {objects} objects, {hooks} hooks")
            }
        };
        Ok((start, detail))
    }

    /// Permissions: everything that would be refused.
    async fn may_it(
        &self,
        desired: &Desired,
        record: &Release,
        namespaces: &[String],
        moments: Moments,
    ) -> Staged<(BTreeSet<String>, Vec<String>)> {
        record::fits(record)?;
        secrets::learn_rendered(&self.context, desired);
        secrets::check(&self.context, &self.request.references).await?;
        let session = &self.context.session;
        let hooks = hooks::objects(session, desired, moments).map_err(Problems)?;
        let hooks: Vec<Object> = hooks.into_iter().map(|(_, object)| object).collect();
        let absent = prerequisites::absent_namespaces(&self.context, namespaces).await?;
        let needs = permissions::for_install(desired, &hooks, namespaces, &absent);
        let missing = permissions::rights(&self.context, &needs).await?;
        let release = &self.request.release;
        let trial = permissions::try_objects(&self.context, release, desired, moments, &absent).await?;
        // An object that is refused for want of a right is the same problem, told once.
        let refused =
            trial.problems.into_iter().filter(|problem| missing.is_none() || problem.code != "rights.missing");
        let problems: Vec<Problem> = missing.clone().into_iter().chain(refused).collect();
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let mut detail = format!("{} rights, {} objects accepted", needs.len(), trial.accepted);
        if !trial.untried.is_empty() {
            detail = format!("{detail}, {} tried later", trial.untried.len());
        }
        Ok(((absent, trial.untried), detail))
    }

    /// Prerequisites. A renewed context when the cluster serves new kinds.
    async fn prepare(
        &self,
        desired: &Desired,
        namespaces: &[String],
        absent: &BTreeSet<String>,
    ) -> Staged<Option<Context>> {
        prerequisites::namespaces(&self.context, namespaces, absent).await?;
        let defined = prerequisites::definitions(&self.context, &desired.definitions).await?;
        secrets::write(&self.context, &self.request.release, &self.request.secrets).await?;
        // Somebody else may have made a definition since the kinds were read.
        let renewed = match defined || !desired.unknown.is_empty() {
            true => Some(prerequisites::renewed(&self.context, &desired.definitions).await?),
            false => None,
        };
        let mut detail = vec![format!("{} namespaces", namespaces.len())];
        if !desired.definitions.is_empty() {
            detail.push(format!("{} definitions", desired.definitions.len()));
        }
        if !self.request.secrets.is_empty() {
            detail.push(format!("{} Secrets", self.request.secrets.len()));
        }
        Ok((renewed, detail.join(", ")))
    }

    /// Tries what could not be tried before its namespace or definition existed. Only those have been made so far.
    async fn try_later(&self, desired: &Desired, untried: &[String], moments: Moments) -> Result<(), Problems> {
        let later = |wanted: &&Wanted| untried.contains(&wanted.object.reference().to_string());
        let objects: Vec<Wanted> = desired.objects.iter().filter(later).cloned().collect();
        if objects.is_empty() {
            return Ok(());
        }
        let part = Desired { objects, ..Desired::default() };
        let trial =
            permissions::try_objects(&self.context, &self.request.release, &part, moments, &BTreeSet::new()).await?;
        if trial.problems.is_empty() { Ok(()) } else { Err(Problems(trial.problems)) }
    }

    /// Record: from here on, everybody can see that an installation is under way.
    async fn announce(&self, record: &mut Release, exists: bool) -> Staged<()> {
        record::write(&self.context, record, exists).await?;
        Ok(((), format!("revision {}", record.version)))
    }

    /// The stages behind the record.
    async fn change(&self, change: Change<'_>, record: &mut Release) -> Result<String, Problems> {
        let operation = self.operation;
        let Change { desired, moments, .. } = change;
        let recorder = Recorder {
            session: self.context.session.clone(),
            reporter: self.context.reporter.clone(),
            journal: self.context.journal.clone(),
            operation: operation.id.clone(),
            folder: self.context.journal.records(&operation.id),
        };
        let patience = self.request.hook_patience;
        let runner = Runner { context: &self.context, recorder: &recorder, patience, empty: change.empty };
        if desired.hooks.iter().any(|hook| hook.runs_at(moments.before)) {
            let before = async { runner.run(moments.before, desired, record).await.map(|told| ((), told)) };
            operation.stage(Stage::InitJob, before).await?;
        } else {
            operation.skip(Stage::InitJob, "the chart has none");
        }
        let apply = async {
            let told = apply::apply(&self.context, &desired.objects).await?;
            apply::prune(&self.context, change.superfluous, &desired.objects).await?;
            Ok(((), told))
        };
        operation.stage(Stage::Apply, apply).await?;
        let workloads = desired.workloads();
        let ready = async {
            wave::restart(&self.context, &self.request.waves[change.wave], &workloads).await?;
            Ok(((), wait::wait(&self.context, &workloads, self.request.wait_patience).await?))
        };
        operation.stage(Stage::Wait, ready).await?;
        let finish = async {
            runner.run(moments.after, desired, record).await?;
            let said = match change.previous {
                Some(mut previous) => {
                    previous.info.status = Status::Superseded;
                    record::write(&self.context, &previous, true).await?;
                    "Upgrade complete"
                }
                None => "Install complete",
            };
            record::mark(record, Status::Deployed, said);
            record::write(&self.context, record, true).await?;
            Ok(((), format!("revision {} deployed", record.version)))
        };
        operation.stage(Stage::Finish, finish).await?;
        if !desired.notes.trim().is_empty() {
            self.context.reporter.note(desired.notes.trim());
        }
        Ok(format!("release {} is deployed as revision {}", record.name, record.version))
    }

    /// Says which of several waves begins; a dry run tells all of them.
    fn announce_wave(&self, at: usize) {
        let waves = self.request.waves.len();
        let told = if self.request.dry_run { at..waves } else { at..at + 1 };
        for (index, wave) in
            self.request.waves.iter().enumerate().filter(|(index, _)| waves > 1 && told.contains(index))
        {
            self.context.reporter.tell(Event::Wave { wave: index + 1, waves, about: wave.about.clone() });
        }
    }

    fn nothing_to_do(&self) -> String {
        format!("release {} is deployed already with this chart and these values; nothing to do", self.request.release)
    }
}

/// What changes with a revision.
struct Change<'c> {
    desired: &'c Desired,
    superfluous: &'c [Object],
    wave: usize,
    previous: Option<Release>,
    /// The namespace was just made: nothing can stand in the way.
    empty: bool,
    moments: Moments,
}

/// What the record says of a failure. Helm shows it in `helm history`.
fn failure_of(release: &str, problems: &Problems, reporter: &Reporter) -> String {
    let first = problems.0.first().map(|problem| problem.what.as_str()).unwrap_or_default();
    format!("Release \"{release}\" failed: {}", reporter.clean(first))
}

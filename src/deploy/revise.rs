//! One revision of a release, from its rights to its final record: what installing, upgrading and rolling back have in
//! common. They differ in where they begin ([`Draft`]) and in what the operator allows ([`Manner`]).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::apply::{self, Pruning};
use super::definitions::{self, Definitions};
use super::desired::{Desired, Wanted};
use super::event::{Event, Reporter};
use super::hooks::{self, Moments, Runner};
use super::input::Input;
use super::live::{self, Live};
use super::operation::{Context, Operation, Staged};
use super::permissions::{self, Approach, Leave, Trying};
use super::secrets::{self, SecretObject, SecretReference};
use super::stage::{Stage, counted};
use super::{claim, prerequisites, record, restarts, wait};
use crate::cluster::Object;
use crate::helm::release::{Release, Status};
use crate::problem::{Problem, Problems};

/// How revisions are made.
#[derive(Debug, Clone)]
pub struct Manner {
    /// The most time one hook may take.
    pub hook_patience: Duration,
    /// The most time the workloads may take.
    pub wait_patience: Duration,
    /// Stop before the first change.
    pub dry_run: bool,
    /// Run no hooks.
    pub no_hooks: bool,
    /// Go on with a pending release whose holder gives no sign of life, and cannot be asked.
    pub take_over: bool,
    /// What may be done to objects only when the operator says so.
    pub leave: Leave,
    /// What happens to the definitions that a chart brings along.
    pub definitions: Definitions,
    /// Records to keep; all of them when zero.
    pub max_history: usize,
    /// The record's sentence, instead of ours.
    pub description: Option<String>,
}

impl Manner {
    /// With this patience and nothing special.
    pub fn patient(patience: Duration) -> Manner {
        Manner {
            hook_patience: patience,
            wait_patience: patience,
            dry_run: false,
            no_hooks: false,
            take_over: false,
            leave: Leave::default(),
            definitions: Definitions::default(),
            max_history: 0,
            description: None,
        }
    }
}

/// Secrets that a release needs beside its chart.
#[derive(Debug, Clone, Default)]
pub struct Needed {
    /// Secrets to make beforehand.
    pub secrets: Vec<SecretObject>,
    /// Secrets that must exist.
    pub references: Vec<SecretReference>,
}

/// A revision that is about to be made.
#[derive(Debug)]
pub struct Draft {
    /// What should exist.
    pub desired: Desired,
    /// The record of this revision.
    pub record: Release,
    /// The record is in the cluster already.
    pub exists: bool,
    /// A revision that was pending and that nobody works on: its record, marked failed.
    pub interrupted: Option<Release>,
    /// What earlier revisions may have created.
    pub before: Vec<Object>,
    /// The deployed revisions whose place it takes, oldest first.
    pub previous: Vec<Release>,
    /// Chart and values, to render again when the cluster has learned new kinds; a revision that is replayed has none.
    pub input: Option<Input>,
    /// Services that must restart although their objects may not change.
    pub restarts: Vec<String>,
    /// When its hooks run.
    pub moments: Moments,
    /// What the record says in the end.
    pub said: String,
    /// What the deployed revision wants, when chart, values, objects and hooks are the same: when the cluster agrees,
    /// nothing is done.
    pub same: Option<Desired>,
    /// Failed pods and jobs of earlier revisions stay.
    pub spares_evidence: bool,
}

/// What the permissions stage found.
struct Found {
    absent: BTreeSet<String>,
    untried: BTreeSet<String>,
    approaches: BTreeMap<String, Approach>,
    nothing_to_do: bool,
}

/// Makes revisions, one after the other.
pub struct Reviser<'r> {
    /// The operation they belong to.
    pub operation: &'r Operation,
    /// The cluster; renewed when it learns new kinds.
    pub context: Context,
    /// How.
    pub manner: &'r Manner,
    /// Secrets beside the chart.
    pub needed: &'r Needed,
}

impl<'r> Reviser<'r> {
    /// For an operation.
    pub fn new(operation: &'r Operation, manner: &'r Manner, needed: &'r Needed) -> Reviser<'r> {
        Reviser { operation, context: operation.context.clone(), manner, needed }
    }

    /// Makes one revision; in a few words, what came of it.
    ///
    /// # Errors
    /// What would be refused, all at once and before anything is changed; or the stage that failed. What stands,
    /// stands: nothing is rolled back, and the revision before stays the deployed one.
    pub async fn revise(&mut self, mut draft: Draft) -> Result<String, Problems> {
        let operation = self.operation;
        let namespaces = draft.desired.namespaces(&self.context.session.namespace);
        let mut found = operation.stage(Stage::Permissions, self.may_it(&draft, &namespaces)).await?;
        let record = &draft.record;
        if found.nothing_to_do {
            return Ok(format!(
                "release {} is deployed as revision {} with this chart and these values, and every object is as it \
                 should be: nothing to do",
                record.name,
                record.version - 1
            ));
        }
        if self.manner.dry_run {
            return Ok("nothing was changed: this was a dry run".into());
        }
        let prepare = self.prepare(&draft.desired, &namespaces, &found.absent);
        if let Some(context) = operation.stage(Stage::Prerequisites, prepare).await? {
            self.context = context;
            self.again(&mut draft).await?;
        }
        draft.desired.unknown_kinds()?;
        self.try_later(&draft, &mut found).await?;
        operation.stage(Stage::Record, self.announce(&mut draft)).await?;
        match self.change(&mut draft, &found).await {
            Ok(detail) => Ok(detail),
            // What others have taken over is theirs to mark.
            Err(problems) if problems.0.iter().any(|problem| problem.code == claim::LOST) => Err(problems),
            Err(problems) => {
                let description = failure_of(&draft.record.name, &problems, &self.context.reporter);
                record::mark(&mut draft.record, Status::Failed, description);
                if let Err(problem) = record::write(&self.context, &draft.record, true).await {
                    self.context.reporter.note(problem.what);
                }
                Err(problems)
            }
        }
    }

    fn moments(&self, draft: &Draft) -> Option<Moments> {
        (!self.manner.no_hooks).then_some(draft.moments)
    }

    /// Permissions: everything that would be refused.
    async fn may_it(&self, draft: &Draft, namespaces: &[String]) -> Staged<Found> {
        let context = &self.context;
        let Draft { desired, before, .. } = draft;
        record::fits(&draft.record)?;
        secrets::learn_rendered(context, desired);
        secrets::check(context, &self.needed.references).await?;
        let absent = prerequisites::absent_namespaces(context, namespaces).await?;
        let live = match before.is_empty() {
            true => Live::new(),
            false => live::read(context, &desired.objects).await?,
        };
        let ours: BTreeSet<String> = before.iter().map(Object::key).collect();
        let superfluous = apply::superfluous(before, draft.same.as_ref().unwrap_or(desired));
        let superfluous = apply::standing(context, superfluous).await?;
        let leave = self.manner.leave;
        let trying = Trying { context, release: &draft.record.name, absent: &absent, live: &live, ours: &ours, leave };
        if let Some(same) = &draft.same
            && superfluous.is_empty()
            && self.agrees(&trying, same).await?
        {
            let detail = format!("{} objects as they should be", same.objects.len());
            let nothing = Found { absent, untried: BTreeSet::new(), approaches: BTreeMap::new(), nothing_to_do: true };
            return Ok((nothing, detail));
        }
        let moments = self.moments(draft);
        let hooks = moments.map(|moments| hooks::objects(&context.session, desired, moments)).transpose();
        let hooks: Vec<Object> = hooks.map_err(Problems)?.into_iter().flatten().map(|(_, object)| object).collect();
        let mut needs = permissions::for_install(desired, &hooks, namespaces, &absent);
        permissions::for_removal(&mut needs, &superfluous);
        let missing = permissions::rights(context, &needs).await?;
        let trial = trying.run(desired, moments).await?;
        // An object that is refused for want of a right is the same problem, told once.
        let refused =
            trial.problems.into_iter().filter(|problem| missing.is_none() || problem.code != "rights.missing");
        let stored = definitions::check(context, &desired.definitions, self.manner.definitions).await?;
        let problems: Vec<Problem> = missing.clone().into_iter().chain(refused).chain(stored).collect();
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let settled = trial.approaches.values().filter(|approach| approach.settled).count();
        let mut detail = format!("{} rights, {} objects accepted", needs.len(), trial.accepted - settled);
        if settled > 0 {
            detail = format!("{detail}, {settled} as they should be");
        }
        if !superfluous.is_empty() {
            detail = format!("{detail}, {} to be removed", superfluous.len());
        }
        if !trial.untried.is_empty() {
            detail = format!("{detail}, {} tried later", trial.untried.len());
        }
        let found = Found { absent, untried: trial.untried, approaches: trial.approaches, nothing_to_do: false };
        Ok((found, detail))
    }

    /// Whether the cluster holds exactly what is wanted.
    async fn agrees(&self, trying: &Trying<'_>, desired: &Desired) -> Result<bool, Problem> {
        let all = desired.unknown.is_empty() && desired.objects.iter().all(|wanted| trying.is_settled(&wanted.object));
        Ok(all && secrets::stand(&self.context, &self.needed.secrets).await?)
    }

    /// Prerequisites. A renewed context when the cluster serves new kinds.
    async fn prepare(
        &self,
        desired: &Desired,
        namespaces: &[String],
        absent: &BTreeSet<String>,
    ) -> Staged<Option<Context>> {
        prerequisites::namespaces(&self.context, namespaces, absent).await?;
        let how = self.manner.definitions;
        let defined = definitions::write(&self.context, &desired.definitions, how).await?;
        secrets::write(&self.context, self.operation.release(), &self.needed.secrets).await?;
        // Somebody else may have made a definition since the kinds were read.
        let renewed = match defined || !desired.unknown.is_empty() {
            true => Some(prerequisites::renewed(&self.context, &desired.definitions).await?),
            false => None,
        };
        let made = [
            (namespaces.len(), "namespace"),
            (desired.definitions.len(), "definition"),
            (self.needed.secrets.len(), "Secret"),
        ];
        let detail: Vec<String> = made.iter().filter(|(n, _)| *n > 0).map(|(n, what)| counted(*n, what)).collect();
        Ok((renewed, detail.join(", ")))
    }

    /// Renders again after the cluster has learned new kinds; what is recorded is read again instead.
    async fn again(&self, draft: &mut Draft) -> Result<(), Problems> {
        draft.desired = match &draft.input {
            Some(input) if !draft.exists => {
                let upgrade = draft.moments == Moments::UPGRADE;
                let (desired, _) = input.render(&self.context, draft.record.version, upgrade).await?;
                draft.record.manifest.clone_from(&desired.manifest);
                desired
            }
            _ => {
                let desired = Desired::of_record(&self.context.session, &draft.record)?;
                Desired { definitions: std::mem::take(&mut draft.desired.definitions), ..desired }
            }
        };
        Ok(())
    }

    /// Tries what could not be tried before its namespace or definition existed. Only those have been made so far.
    async fn try_later(&self, draft: &Draft, found: &mut Found) -> Result<(), Problems> {
        let later = |wanted: &&Wanted| found.untried.contains(&wanted.object.key());
        let objects: Vec<Wanted> = draft.desired.objects.iter().filter(later).cloned().collect();
        if objects.is_empty() {
            return Ok(());
        }
        let part = Desired { objects, ..Desired::default() };
        let (absent, live, ours) = (BTreeSet::new(), Live::new(), draft.before.iter().map(Object::key).collect());
        let (context, release) = (&self.context, draft.record.name.as_str());
        let trying = Trying { context, release, absent: &absent, live: &live, ours: &ours, leave: self.manner.leave };
        let trial = trying.run(&part, None).await?;
        found.approaches.extend(trial.approaches);
        if trial.problems.is_empty() { Ok(()) } else { Err(Problems(trial.problems)) }
    }

    /// Record: from here on, everybody can see that something is under way.
    async fn announce(&self, draft: &mut Draft) -> Staged<()> {
        self.operation.claim(self.manner.take_over).await?;
        if let Some(interrupted) = &draft.interrupted {
            record::write(&self.context, interrupted, true).await?;
        }
        record::sign(&mut draft.record, &self.operation.id);
        record::write(&self.context, &draft.record, draft.exists).await?;
        record::forget_oldest(&self.context, &draft.record.name, self.manner.max_history).await;
        Ok(((), format!("revision {}", draft.record.version)))
    }

    /// The stages behind the record.
    async fn change(&self, draft: &mut Draft, found: &Found) -> Result<String, Problems> {
        let operation = self.operation;
        let moments = self.moments(draft);
        let Draft { desired, record, before, previous, restarts, said, spares_evidence, .. } = draft;
        let recorder = self.context.recorder(&operation.id);
        let runner = Runner {
            context: &self.context,
            recorder: &recorder,
            patience: self.manner.hook_patience,
            empty: found.absent.contains(&self.context.session.namespace),
            since: previous.last().map_or(0, |release| release.version),
        };
        match moments {
            Some(moments) if desired.hooks.iter().any(|hook| hook.runs_at(moments.before)) => {
                let before = async { runner.run(moments.before, desired, record).await.map(|told| ((), told)) };
                operation.stage(Stage::InitJob, before).await?;
            }
            Some(_) => operation.skip(Stage::InitJob, "the chart has none"),
            None => operation.skip(Stage::InitJob, "hooks are not run, as was asked for"),
        }
        let apply = async {
            let told = apply::apply(&self.context, &desired.objects, &found.approaches).await?;
            let pruning = Pruning { release: &record.name, spares_evidence: *spares_evidence };
            let removed = apply::prune(&self.context, before, desired, pruning).await?;
            Ok(((), if removed > 0 { format!("{told}, {removed} removed") } else { told }))
        };
        operation.stage(Stage::Apply, apply).await?;
        let workloads = desired.workloads();
        let ready = async {
            restarts::restart(&self.context, restarts, &workloads).await?;
            Ok(((), wait::wait(&self.context, &workloads, self.manner.wait_patience).await?))
        };
        operation.stage(Stage::Wait, ready).await?;
        let finish = async {
            if let Some(moments) = moments {
                runner.run(moments.after, desired, record).await?;
            }
            for mut previous in std::mem::take(previous) {
                previous.info.status = Status::Superseded;
                record::write(&self.context, &previous, true).await?;
            }
            record::mark(record, Status::Deployed, self.manner.description.as_ref().unwrap_or(said));
            record::write(&self.context, record, true).await?;
            Ok(((), format!("revision {} deployed", record.version)))
        };
        operation.stage(Stage::Finish, finish).await?;
        if !desired.notes.trim().is_empty() {
            self.context.reporter.note(desired.notes.trim());
        }
        Ok(format!("release {} is deployed as revision {}", record.name, record.version))
    }
}

/// Tells what does not fit together in the values of a revision.
pub fn tell_warnings(context: &Context, desired: &Desired) {
    for warning in &desired.warnings {
        context.reporter.note(format!("values: {warning}"));
    }
}

/// Tells that an operation goes on where another one stopped.
pub fn tell_resumption(context: &Context, operation: &Operation, newest: &Release) {
    let before = operation.before.as_ref().filter(|before| before.kind != "uninstall");
    let how = match before.and_then(|before| before.outcome.as_deref()) {
        Some("cancelled") => "it was stopped by the operator",
        Some("failed") => "it failed",
        Some(_) | None => "it was interrupted",
    };
    let stage = before.and_then(|before| before.stage).unwrap_or(Stage::Record);
    let how = format!("{how}; revision {} is {}", newest.version, newest.info.status);
    context.reporter.tell(Event::Resumed { stage, how });
}

/// Where a release is, in words.
pub fn place(release: &Release) -> String {
    format!(
        "release {} in namespace {}, revision {} ({})",
        release.name, release.namespace, release.version, release.info.status
    )
}

/// What the record says of a failure. Helm shows it in `helm history`.
fn failure_of(release: &str, problems: &Problems, reporter: &Reporter) -> String {
    let first = problems.0.first().map(|problem| problem.what.as_str()).unwrap_or_default();
    format!("Release \"{release}\" failed: {}", reporter.clean(first))
}

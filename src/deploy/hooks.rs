//! Hooks as Helm runs them: by weight, then name; one after the other; replaced before creation unless told otherwise.
//!
//! What Helm does not do: a job that an interrupted installation left running is joined instead of being killed, and
//! one that it left completed is not run again.

mod failure;

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::desired::{self, Desired, HOOK_DIGEST, Unusable};
use super::event::{Change, Event};
use super::journal::Attempt;
use super::operation::{Context, refused};
use super::recorder::{End, Recorder, Recording, Target};
use crate::cluster::{Deleted, Object, Session};
use crate::helm::Hook;
use crate::helm::hooks::{HookEvent, in_order};
use crate::helm::release::{HookPhase, HookRun, Release, Time};
use crate::problem::{Problem, Problems};

/// Time an old hook object may take to go away.
const GONE: Duration = Duration::from_secs(120);

/// Kinds that run to an end.
const RUNNING_KINDS: [&str; 2] = ["Job", "Pod"];

/// The moments before and after the objects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    /// Before.
    pub before: HookEvent,
    /// After.
    pub after: HookEvent,
}

impl Moments {
    /// Those of a first revision.
    pub const INSTALL: Moments = Moments { before: HookEvent::PreInstall, after: HookEvent::PostInstall };
    /// Those of a later one.
    pub const UPGRADE: Moments = Moments { before: HookEvent::PreUpgrade, after: HookEvent::PostUpgrade };
    /// Those of an earlier one that is restored.
    pub const ROLLBACK: Moments = Moments { before: HookEvent::PreRollback, after: HookEvent::PostRollback };
}

/// The hooks of one event as objects.
pub fn of_event(session: &Session, desired: &Desired, event: HookEvent) -> Result<Vec<(Hook, Object)>, Vec<Problem>> {
    objects(session, desired, Moments { before: event, after: event })
}

/// The hooks of these moments as objects.
pub fn objects(session: &Session, desired: &Desired, moments: Moments) -> Result<Vec<(Hook, Object)>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    let concerned = |hook: &&Hook| hook.runs_at(moments.before) || hook.runs_at(moments.after);
    for hook in desired.hooks.iter().filter(concerned) {
        match desired::object(session, &hook.manifest) {
            Ok(object) => found.push((hook.clone(), object)),
            Err(unusable) => problems.push(unusable_hook(hook, unusable)),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn unusable_hook(hook: &Hook, unusable: Unusable) -> Problem {
    match unusable {
        Unusable::Broken(problem) => problem,
        Unusable::Unknown(api_version, kind) => Problem::bad_input(
            "chart.unknown-kind",
            format!("the cluster does not know the kind {kind} of {api_version}"),
        )
        .at(hook.manifest.source.clone())
        .next("install the definition the hook needs"),
    }
}

/// Runs the hooks of one moment of an operation.
pub struct Runner<'r> {
    /// The cluster and where things are told.
    pub context: &'r Context,
    /// The flight recorder.
    pub recorder: &'r Recorder,
    /// The most time one hook may take.
    pub patience: Duration,
    /// The namespace was just made: nothing can stand in the way.
    pub empty: bool,
    /// The deployed revision whose place is taken; zero for none. Attempts to replace the same one share their jobs.
    pub since: i64,
}

impl Runner<'_> {
    /// Runs the hooks of `event`, and notes their runs in the record. In a few words, what was run.
    ///
    /// # Errors
    /// The first hook that fails; the ones behind it are not run.
    pub async fn run(&self, event: HookEvent, desired: &Desired, record: &mut Release) -> Result<String, Problems> {
        let hooks = in_order(&desired.hooks, event);
        let mut told = Vec::new();
        let mut succeeded = Vec::new();
        for hook in hooks {
            let object = desired::object(&self.context.session, &hook.manifest)
                .map_err(|unusable| unusable_hook(hook, unusable))?;
            let digest = digest(hook, record, self.since);
            let started = Time::at(Timestamp::now());
            note(
                record,
                hook,
                HookRun { started_at: started.clone(), phase: HookPhase::Running, ..HookRun::default() },
            );
            let result = self.run_one(hook, &object, &digest).await;
            let phase = if result.is_ok() { HookPhase::Succeeded } else { HookPhase::Failed };
            note(record, hook, HookRun { started_at: started, completed_at: Time::at(Timestamp::now()), phase });
            match result {
                Ok(how) => {
                    told.extend(how);
                    succeeded.push((hook, object));
                }
                Err(problem) => {
                    if has(hook, "hook-failed") {
                        self.remove(&object).await?;
                    }
                    return Err(problem.into());
                }
            }
        }
        for (_, object) in succeeded.iter().rev().filter(|(hook, _)| has(hook, "hook-succeeded")) {
            self.remove(object).await?;
        }
        Ok(told.join(", "))
    }

    /// Runs one hook; in a few words, how it went, if that is worth a word.
    async fn run_one(&self, hook: &Hook, object: &Object, digest: &str) -> Result<Option<String>, Problem> {
        let session = &self.context.session;
        let reference = object.reference();
        let read = || session.get(&object.kind, object.namespace.as_deref(), &object.name);
        let live = match self.empty {
            true => None,
            false => self
                .context
                .patiently("read a hook", read)
                .await
                .map_err(|failure| refused("hook.unreadable", format!("{reference} cannot be read"), &failure))?,
        };
        let mut before = None;
        if let Some(live) = live {
            match standing(&live, digest) {
                Standing::Complete => {
                    self.context.reporter.note(format!("{reference} was completed by the interrupted installation"));
                    return Ok(Some(format!("{} completed before", object.name)));
                }
                Standing::Active if RUNNING_KINDS.contains(&reference.kind.as_str()) => {
                    self.context.reporter.note(format!("{reference} still runs: joining it"));
                    let recording = self.arm(object, None).await?;
                    return self.follow(object, recording).await.map(Some);
                }
                Standing::Active | Standing::Other => {
                    before = live["metadata"]["uid"].as_str().map(str::to_string);
                    self.make_room(hook, object, &live).await?;
                }
            }
        }
        let recording = match RUNNING_KINDS.contains(&reference.kind.as_str()) {
            true => Some(self.arm(object, before).await?),
            false => None,
        };
        let mut marked = object.clone();
        marked.annotate(HOOK_DIGEST, digest);
        let applied = self.context.patiently("create a hook", || session.apply(&marked)).await;
        applied.map_err(|failure| refused("hook.refused", format!("{reference} cannot be created"), &failure))?;
        self.context.reporter.tell(Event::Object { change: Change::Created, object: reference, done: 1, total: 1 });
        match recording {
            Some(recording) => self.follow(object, recording).await.map(Some),
            None => Ok(None),
        }
    }

    /// Removes what stands in the way of a hook, as its policy (by default) says.
    async fn make_room(&self, hook: &Hook, object: &Object, live: &Value) -> Result<(), Problem> {
        let ours = live["metadata"]["annotations"][HOOK_DIGEST].is_string();
        if hook.delete_policies.is_empty() || has(hook, "before-hook-creation") || ours {
            return self.remove(object).await;
        }
        Err(Problem::failed("hook.exists", format!("{} exists already", object.reference()))
            .because("its delete policy does not allow to replace it")
            .next("look at it, delete it, and run the same command again"))
    }

    async fn arm(&self, object: &Object, before: Option<String>) -> Result<Recording, Problem> {
        let target = Target {
            kind: object.kind.resource.kind.clone(),
            namespace: object.namespace.clone().unwrap_or_default(),
            name: object.name.clone(),
            before,
        };
        self.recorder.arm(target).await
    }

    async fn follow(&self, object: &Object, mut recording: Recording) -> Result<String, Problem> {
        let began = std::time::Instant::now();
        let ended = timeout(self.patience, recording.end()).await;
        let folder = recording.folder.clone();
        // A job that succeeded needs no waiting for the last line of its log: that comes in while objects are applied.
        if ended == Ok(End::Complete) {
            tokio::spawn(recording.finish());
            return Ok(format!("{} completed in {} s", object.name, began.elapsed().as_secs()));
        }
        let attempts = recording.finish().await;
        Err(failure::explain(object, ended.ok(), self.patience, &attempts, &folder))
    }

    async fn remove(&self, object: &Object) -> Result<(), Problem> {
        let session = &self.context.session;
        let reference = object.reference();
        if reference.kind == "CustomResourceDefinition" {
            return Ok(());
        }
        let failed = |failure| refused("hook.undeletable", format!("{reference} cannot be deleted"), &failure);
        let (kind, namespace, name) = (&object.kind, object.namespace.as_deref(), object.name.as_str());
        let deleted = self.context.patiently("delete a hook", || session.remove(kind, namespace, name)).await;
        let gone = match deleted.map_err(failed)? {
            Deleted::Absent => return Ok(()),
            Deleted::Gone => true,
            Deleted::Going(uid) => session.gone(kind, namespace, name, &uid, GONE).await.map_err(failed)?,
        };
        if !gone {
            return Err(Problem::failed(
                "hook.undeletable",
                format!("{reference} is not gone after {} s", GONE.as_secs()),
            )
            .because("a finalizer holds it")
            .next("look at it with `kubectl describe`, then run the same command again"));
        }
        self.context.reporter.tell(Event::Object { change: Change::Deleted, object: reference, done: 1, total: 1 });
        Ok(())
    }
}

/// How a hook object that exists already relates to the hook that is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    /// Made from it, by this installation, and completed.
    Complete,
    /// Made from it, by this installation, and under way.
    Active,
    /// Of another time, or failed.
    Other,
}

fn standing(live: &Value, digest: &str) -> Standing {
    let made_from_it = live["metadata"]["annotations"][HOOK_DIGEST].as_str() == Some(digest);
    if !made_from_it || live["metadata"]["deletionTimestamp"].is_string() {
        return Standing::Other;
    }
    let said = |kind: &str| {
        let conditions = live["status"]["conditions"].as_array();
        conditions.is_some_and(|list| list.iter().any(|c| c["type"] == kind && c["status"] == "True"))
    };
    let phase = live["status"]["phase"].as_str();
    match () {
        () if said("Complete") || phase == Some("Succeeded") => Standing::Complete,
        () if said("Failed") || phase == Some("Failed") => Standing::Other,
        () => Standing::Active,
    }
}

/// The problem of a recorded job that did not complete.
pub fn outcome_of(object: &Object, end: End, attempts: &[Attempt], folder: &Path) -> Result<(), Problem> {
    match end {
        End::Complete => Ok(()),
        end => Err(failure::explain(object, Some(end), Duration::ZERO, attempts, folder)),
    }
}

/// What a hook of this installation is known by. The time of the first deployment is in it, so that a job which an
/// earlier release of the same name left behind is not taken for ours; the objects are, because a job may read what
/// they hold; and so is the revision that is replaced, because the next upgrade runs its jobs again.
fn digest(hook: &Hook, record: &Release, since: i64) -> String {
    let mut sum = Sha256::new();
    for part in [&hook.manifest.text, &record.manifest, &record.info.first_deployed.0, &since.to_string()] {
        sum.update((part.len() as u64).to_le_bytes());
        sum.update(part.as_bytes());
    }
    sum.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn note(record: &mut Release, hook: &Hook, run: HookRun) {
    let same = |stored: &&mut crate::helm::release::StoredHook| {
        stored.kind == hook.manifest.kind && stored.name == hook.manifest.name && stored.path == hook.manifest.source
    };
    if let Some(stored) = record.hooks.iter_mut().find(same) {
        stored.last_run = run;
    }
}

fn has(hook: &Hook, policy: &str) -> bool {
    hook.delete_policies.iter().any(|known| known == policy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn job(digest: &str, condition: &str) -> Value {
        json!({
            "metadata": {"annotations": {HOOK_DIGEST: digest}},
            "status": {"conditions": [{"type": condition, "status": "True"}]},
        })
    }

    #[test]
    fn only_a_job_of_this_installation_is_joined_or_spared() {
        assert_eq!(standing(&job("d", "Complete"), "d"), Standing::Complete);
        assert_eq!(standing(&job("d", "Suspended"), "d"), Standing::Active);
        assert_eq!(standing(&job("d", "Failed"), "d"), Standing::Other);
        assert_eq!(standing(&job("other", "Complete"), "d"), Standing::Other);
        assert_eq!(standing(&json!({"metadata": {}}), "d"), Standing::Other);
        let mut leaving = job("d", "Complete");
        leaving["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        assert_eq!(standing(&leaving, "d"), Standing::Other);
    }
}

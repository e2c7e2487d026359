//! Watching an init job that somebody else started: the flight recorder without an installation around it.

use super::desired::Desired;
use super::hooks::{Moments, objects, outcome_of};
use super::journal::Subject;
use super::operation::Context;
use super::record;
use super::recorder::{Recorder, Target};
use super::status::absent;
use crate::helm::hooks::in_order;
use crate::helm::release::{Release, Status};
use crate::problem::{Problem, Problems};

/// Records and tells the hook jobs of a release until the first one that has not ended, or fails, has ended.
///
/// # Errors
/// There is no such release or no job; or the job failed.
pub async fn follow_job(context: Context, release: &str) -> Result<(), Problems> {
    let revisions = record::revisions(&context, release).await?;
    let Some(newest) = revisions.last() else { return Err(absent(&context.session, release).await.into()) };
    let desired = Desired::of_record(&context.session, newest)?;
    let took_place = |release: &Release| matches!(release.info.status, Status::Deployed | Status::Superseded);
    let moments = match revisions.iter().rev().skip(1).any(took_place) {
        true => Moments::UPGRADE,
        false => Moments::INSTALL,
    };
    let order: Vec<String> =
        in_order(&desired.hooks, moments.before).iter().map(|hook| hook.manifest.name.clone()).collect();
    let hooks = objects(&context.session, &desired, moments).map_err(Problems)?;
    let Context { session, journal, reporter, .. } = &context;
    let subject =
        Subject { cluster: session.server.clone(), namespace: session.namespace.clone(), release: release.into() };
    let mut seen = false;
    for name in order {
        let job = hooks
            .iter()
            .map(|(_, object)| object)
            .find(|object| object.name == name && object.kind.resource.kind == "Job");
        let Some(job) = job else { continue };
        let live =
            context.patiently("read the job", || session.get(&job.kind, job.namespace.as_deref(), &job.name)).await;
        let live = live.map_err(|failure| {
            super::operation::refused("init-logs.unreadable", format!("{} cannot be read", job.reference()), &failure)
        })?;
        if live.is_none() {
            continue;
        }
        seen = true;
        let operation = journal.begin("init-logs", &subject).await?;
        let recorder = Recorder::new(session, reporter, journal, &operation);
        let target = Target {
            kind: "Job".into(),
            namespace: job.namespace.clone().unwrap_or_default(),
            name: job.name.clone(),
            before: None,
        };
        let mut recording = recorder.arm(target).await?;
        let end = recording.end().await;
        let folder = recording.folder.clone();
        let attempts = recording.finish().await;
        journal.end(&operation, "done", "").await?;
        outcome_of(job, end, &attempts, &folder)?;
    }
    if seen {
        return Ok(());
    }
    Err(Problem::bad_input(
        "init-logs.none",
        format!("no init job of release `{release}` is recorded here, and none is in the cluster"),
    )
    .at(format!("namespace {} of {}", session.namespace, session.server))
    .next("name the machine's journal with --state-dir, or the namespace with -n")
    .into())
}

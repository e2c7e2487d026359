//! Removing a release as Helm does, and what Helm leaves lying around besides: hook jobs and Secrets that we made.
//!
//! Volume claims stay unless told otherwise, whoever made them: data is not part of a release. So do objects that the
//! chart wants to be kept, and namespaces.

mod removal;

use std::collections::BTreeSet;
use std::time::Duration;

use super::desired::Desired;
use super::hooks::Runner;
use super::operation::{Context, Operation, Staged};
use super::stage::Stage;
use super::status::absent;
use super::upgrade::remains;
use super::{permissions, record};
use crate::cluster::ObjectRef;
use crate::helm::hooks::HookEvent;
use crate::helm::release::{Release, Status, Time};
use crate::problem::{Problem, Problems};
use removal::Removal;

/// What to remove, and how.
#[derive(Debug, Clone)]
pub struct Removing {
    /// Name of the release.
    pub release: String,
    /// The most time a hook, and the disappearance of all objects, may take.
    pub patience: Duration,
    /// Keep the records, marked as uninstalled.
    pub keep_history: bool,
    /// Delete volume claims, and with them the data.
    pub delete_volumes: bool,
    /// Go on although another machine is, or was, at work.
    pub take_over: bool,
}

/// Removes a release, or goes on with a removal that stopped.
///
/// # Errors
/// There is no such release, rights are missing, or an object does not go away.
pub async fn uninstall(context: Context, removing: Removing) -> Result<(), Problems> {
    let operation = Operation::begin(context, "uninstall", &removing.release).await?;
    let result = run(&operation, &removing).await;
    operation.end(result).await
}

async fn run(operation: &Operation, removing: &Removing) -> Result<String, Problems> {
    let context = &operation.context;
    let mut revisions = operation.stage(Stage::Connect, find(context, removing)).await?;
    let Some(mut newest) = revisions.pop() else {
        return Err(absent(&context.session, &removing.release).await.into());
    };
    let mut desired = Desired::of_record(&context.session, &newest)?;
    add_remains(context, &mut desired, &revisions)?;
    let mut removal = Removal::new(context, &desired);
    operation.stage(Stage::Permissions, may_it(&removal)).await?;
    let recorder = context.recorder(&operation.id);
    let runner =
        Runner { context, recorder: &recorder, patience: removing.patience, empty: false, since: newest.version };
    operation.claim(removing.take_over).await?;
    let remove = async {
        record::mark(&mut newest, Status::Uninstalling, "Deletion in progress (or silently failed)");
        newest.info.deleted = Time::at(jiff::Timestamp::now());
        record::write(context, &newest, true).await?;
        runner.run(HookEvent::PreDelete, &desired, &mut newest).await?;
        removal.remove(&removing.release, removing.delete_volumes).await.map(|told| ((), told))
    };
    operation.stage(Stage::Remove, remove).await?;
    let gone = async { removal.wait(removing.patience).await.map(|told| ((), told)) };
    operation.stage(Stage::Wait, gone).await?;
    let finish = async {
        runner.run(HookEvent::PostDelete, &desired, &mut newest).await?;
        forget(context, removing, &mut newest, &revisions).await.map(|told| ((), told))
    };
    operation.stage(Stage::Finish, finish).await?;
    Ok(format!("release {} is uninstalled", removing.release))
}

/// Adds what earlier revisions may have left and the newest one, which failed, does not know.
fn add_remains(context: &Context, desired: &mut Desired, older: &[Release]) -> Result<(), Problems> {
    let deployed = older.iter().rfind(|release| release.info.status == Status::Deployed);
    let current = deployed.map_or(i64::MAX, |release| release.version);
    for release in remains(older.to_vec(), current) {
        let earlier = Desired::of_record(&context.session, &release)?;
        let known: BTreeSet<ObjectRef> = desired.objects.iter().map(|wanted| wanted.object.reference()).collect();
        let new = earlier.objects.into_iter().filter(|wanted| !known.contains(&wanted.object.reference()));
        desired.objects.extend(new);
    }
    Ok(())
}

async fn find(context: &Context, removing: &Removing) -> Staged<Vec<Release>> {
    let revisions = record::revisions(context, &removing.release).await?;
    let Some(newest) = revisions.last() else { return Err(absent(&context.session, &removing.release).await.into()) };
    if newest.info.status == Status::Uninstalled && removing.keep_history {
        return Err(Problem::bad_input(
            "release.uninstalled",
            format!("release `{}` is uninstalled already", removing.release),
        )
        .next("leave --keep-history away to remove its records")
        .into());
    }
    let detail = format!("{}, revision {} ({})", context.session.version, newest.version, newest.info.status);
    Ok((revisions, detail))
}

async fn may_it(removal: &Removal<'_>) -> Staged<()> {
    let needs = removal.needs();
    match permissions::rights(removal.context, &needs).await? {
        Some(problem) => Err(problem.into()),
        None => Ok(((), format!("{} rights", needs.len()))),
    }
}

async fn forget(
    context: &Context,
    removing: &Removing,
    newest: &mut Release,
    older: &[Release],
) -> Result<String, Problems> {
    if removing.keep_history {
        record::mark(newest, Status::Uninstalled, "Uninstallation complete");
        record::write(context, newest, true).await?;
        return Ok("records kept".into());
    }
    for release in older.iter().chain(std::iter::once(&*newest)) {
        record::delete(context, release).await?;
    }
    Ok(format!("{} records removed", older.len() + 1))
}

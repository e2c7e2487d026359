//! A release whose newest revision is pending: somebody is at work on it, or died there. Helm refuses it for good; here
//! it is recovered where it stands, once it is clear that nobody is at work.
//!
//! It is clear when the operation ran on this machine (its lock is free), or when its Lease had no sign of life for five
//! minutes and gives none while we watch. Helm leaves no Lease: then only the operator can tell.

use super::claim::{self, Holder, ago};
use super::operation::{Context, Operation};
use super::record;
use super::revise::{place, tell_resumption};
use crate::helm::release::{Release, Status};
use crate::problem::Problem;

/// Looks at the newest revision. A pending one that nobody is at work on is marked failed in memory and given back, to
/// be written when something is changed at all.
///
/// # Errors
/// Somebody may be at work on it.
pub async fn settle(
    context: &Context,
    operation: &Operation,
    revisions: &mut [Release],
    take_over: bool,
) -> Result<Option<Release>, Problem> {
    let Some(newest) = revisions.last_mut().filter(|release| release.info.status.is_pending()) else { return Ok(None) };
    let own = operation.before.as_ref().map(|before| before.id.as_str());
    let begun_here = own.is_some() && record::operation_of(newest) == own;
    if !begun_here && !take_over {
        nobody_is_at_work(context, newest, own).await?;
    }
    tell_resumption(context, operation, newest);
    let what = newest.info.status;
    newest.info.status = Status::Failed;
    newest.info.description = format!("Interrupted while it was {what}");
    Ok(Some(newest.clone()))
}

/// Asks the Lease.
///
/// # Errors
/// Somebody is at work, or nothing says that nobody is.
pub async fn nobody_is_at_work(context: &Context, newest: &Release, own: Option<&str>) -> Result<(), Problem> {
    match claim::holder(context, &newest.name, own).await? {
        Holder::Gone(held) => {
            let words =
                format!("{} was at work on it and gave its last sign of life {}", held.holder, ago(held.renewed));
            context.reporter.note(words);
            Ok(())
        }
        Holder::Alive(held) | Holder::Silent(held) => Err(claim::at_work(context, &newest.name, &held)
            .because(format!("begun {}, last sign of life {}; {}", ago(held.since), ago(held.renewed), place(newest)))),
        Holder::Nobody => Err(unknown(newest)),
    }
}

fn unknown(release: &Release) -> Problem {
    let time = release.info.last_deployed.timestamp();
    let begun = time.map_or_else(String::new, |time| {
        format!(", begun {} ({})", time.strftime("%Y-%m-%d %H:%M:%S UTC"), ago(Some(time)))
    });
    let who = match record::operation_of(release) {
        Some(_) => "an iomctl that may not write leases, or that gave its lease back",
        None => "helm, which leaves no sign of life,",
    };
    Problem::bad_input("release.pending", "another operation on this release is under way, or was interrupted")
        .at(format!("{}{begun}", place(release)))
        .because(format!("{who} made the record; it was not begun on this machine"))
        .next("ask; when nobody is at work on it, go on with --take-over; nothing was changed")
}

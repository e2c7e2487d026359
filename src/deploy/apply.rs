//! Writing the objects: in Helm's order of kinds, in parallel within a kind.

use std::collections::BTreeSet;

use futures::stream::{self, StreamExt};

use super::desired::{Wanted, is_kept};
use super::event::{Change, Event};
use super::operation::{Context, refused};
use crate::cluster::{Deleted, Object, ObjectRef};
use crate::problem::{Problem, Problems};

/// Requests in flight.
const AT_ONCE: usize = 24;

/// Applies every object. Kinds follow each other; all objects of a kind are sent before its problems are told.
pub async fn apply(context: &Context, objects: &[Wanted]) -> Result<String, Problems> {
    let mut done = 0;
    let mut created = 0;
    let same_kind = |a: &Wanted, b: &Wanted| a.object.kind.resource.kind == b.object.kind.resource.kind;
    for group in objects.chunk_by(same_kind) {
        let mut problems = Vec::new();
        let requests = stream::iter(group).map(|wanted| async move {
            (wanted, context.patiently("apply an object", || context.session.apply(&wanted.object)).await)
        });
        let mut answers = std::pin::pin!(requests.buffer_unordered(AT_ONCE));
        while let Some((wanted, answer)) = answers.next().await {
            match answer {
                Ok(applied) => {
                    done += 1;
                    created += usize::from(applied.created);
                    let change = if applied.created { Change::Created } else { Change::Configured };
                    context.reporter.tell(Event::Object {
                        change,
                        object: wanted.object.reference(),
                        done,
                        total: objects.len(),
                    });
                }
                Err(failure) => {
                    let what = format!("{} cannot be applied", wanted.object.reference());
                    problems.push(refused("object.refused", what, &failure).at(wanted.source.clone()));
                }
            }
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
    }
    Ok(match created {
        all if all == done => format!("{done} objects created"),
        0 => format!("{done} objects as they should be"),
        some => format!("{done} objects, {some} of them created"),
    })
}

/// Removes what an earlier attempt or revision created and the chart no longer wants, but for what outlives a release.
pub async fn prune(context: &Context, before: &[Object], now: &[Wanted]) -> Result<(), Problem> {
    let wanted: BTreeSet<ObjectRef> = now.iter().map(|wanted| wanted.object.reference()).collect();
    let superfluous = |object: &&Object| !wanted.contains(&object.reference()) && !is_kept(object);
    for object in before.iter().rev().filter(superfluous) {
        let request = || context.session.remove(&object.kind, object.namespace.as_deref(), &object.name);
        let deleted = context.patiently("delete an object", request).await;
        let what = format!("{} is no longer wanted and cannot be removed", object.reference());
        if deleted.map_err(|failure| refused("object.undeletable", what, &failure))? != Deleted::Absent {
            context.reporter.tell(Event::Object {
                change: Change::Deleted,
                object: object.reference(),
                done: 1,
                total: 1,
            });
        }
    }
    Ok(())
}

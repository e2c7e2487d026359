//! Writing the objects: in Helm's order of kinds, in parallel within a kind; and removing what is no longer wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::stream::{self, StreamExt};
use serde_json::Value;

use super::desired::{Desired, Wanted, is_kept};
use super::event::{Change, Event};
use super::operation::{Context, refused};
use super::permissions::{Approach, Owner, owner};
use crate::cluster::{Applied, Deleted, Failure, Object, ObjectRef};
use crate::problem::{Problem, Problems};

/// Requests in flight.
const AT_ONCE: usize = 24;

/// Time an object may take to go before it is made anew.
const GONE: Duration = Duration::from_secs(120);

/// Applies every object that does not stand as it is wanted. Kinds follow each other; all objects of a kind are sent
/// before its problems are told.
pub async fn apply(
    context: &Context,
    objects: &[Wanted],
    approaches: &BTreeMap<String, Approach>,
) -> Result<String, Problems> {
    let approach = |wanted: &Wanted| approaches.get(&wanted.object.key()).copied().unwrap_or_default();
    let open: Vec<(&Wanted, Approach)> =
        objects.iter().map(|wanted| (wanted, approach(wanted))).filter(|(_, approach)| !approach.settled).collect();
    let (mut done, mut created) = (0, 0);
    let kind = |(wanted, _): &(&Wanted, Approach)| wanted.object.kind.resource.kind.clone();
    for group in open.chunk_by(|a, b| kind(a) == kind(b)) {
        let mut problems = Vec::new();
        let requests = stream::iter(group)
            .map(|(wanted, approach)| async move { (*wanted, write(context, &wanted.object, *approach).await) });
        let mut answers = std::pin::pin!(requests.buffer_unordered(AT_ONCE));
        while let Some((wanted, answer)) = answers.next().await {
            match answer {
                Ok(applied) => {
                    done += 1;
                    created += usize::from(applied.created);
                    let change = if applied.created { Change::Created } else { Change::Configured };
                    tell(context, change, wanted.object.reference(), (done, open.len()));
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
    let settled = objects.len() - open.len();
    Ok(match (done, created, settled) {
        (0, _, settled) => format!("{settled} objects as they should be"),
        (done, created, 0) if created == done => format!("{done} objects created"),
        (done, 0, 0) => format!("{done} objects as they should be"),
        (done, created, 0) => format!("{done} objects, {created} of them created"),
        (done, created, settled) => format!("{done} objects written ({created} created), {settled} as they should be"),
    })
}

async fn write(context: &Context, object: &Object, approach: Approach) -> Result<Applied, Failure> {
    let session = &context.session;
    if approach.recreate {
        remove_to_make_room(context, object).await?;
    } else if approach.migrate {
        context.patiently("book the fields of an object", || session.migrate_fields(object)).await?;
    }
    context.patiently("apply an object", || session.apply_as(object, false, approach.force)).await
}

/// The pods of a StatefulSet go on and are taken over by its successor; all else goes with what it owns.
async fn remove_to_make_room(context: &Context, object: &Object) -> Result<(), Failure> {
    let session = &context.session;
    let (kind, namespace, name) = (&object.kind, object.namespace.as_deref(), object.name.as_str());
    let alone = object.kind.resource.kind == "StatefulSet";
    let request = || async {
        match alone {
            true => session.remove_alone(kind, namespace, name).await,
            false => session.remove(kind, namespace, name).await,
        }
    };
    let deleted = context.patiently("delete an object", request).await?;
    tell(context, Change::Deleted, object.reference(), (1, 1));
    match deleted {
        Deleted::Going(uid) if !session.gone(kind, namespace, name, &uid, GONE).await? => {
            Err(Failure::Conflict(format!("it is not gone after {} s: a finalizer holds it", GONE.as_secs())))
        }
        _ => Ok(()),
    }
}

/// How objects are removed that are no longer wanted.
#[derive(Debug, Clone, Copy)]
pub struct Pruning<'p> {
    /// Name of the release.
    pub release: &'p str,
    /// Failed pods and jobs stay, because they tell why.
    pub spares_evidence: bool,
}

/// What earlier revisions may have created and is no longer wanted. What is a hook now is none of it.
pub fn superfluous<'b>(before: &'b [Object], now: &Desired) -> Vec<&'b Object> {
    let mut known: BTreeSet<ObjectRef> = now.objects.iter().map(|wanted| wanted.object.reference()).collect();
    let hook = |object: &Object| {
        now.hooks.iter().map(|hook| &hook.manifest).any(|hook| {
            hook.kind == object.kind.resource.kind
                && hook.name == object.name
                && hook.namespace.as_ref().is_none_or(|namespace| Some(namespace) == object.namespace.as_ref())
        })
    };
    // Several revisions may have had it.
    before.iter().rev().filter(|object| known.insert(object.reference()) && !hook(object)).collect()
}

/// Those of the objects that there are.
pub async fn standing<'b>(context: &Context, objects: Vec<&'b Object>) -> Result<Vec<&'b Object>, Problem> {
    let asked = stream::iter(objects).map(|object| async move {
        let read = || context.session.get(&object.kind, object.namespace.as_deref(), &object.name);
        let live = context.patiently("read an object", read).await;
        (object, live)
    });
    let mut standing = Vec::new();
    for (object, live) in asked.buffered(AT_ONCE).collect::<Vec<_>>().await {
        let what = || format!("{} cannot be read", object.reference());
        match live {
            Ok(Some(_)) | Err(Failure::Forbidden(_)) => standing.push(object),
            Ok(None) | Err(Failure::NotFound(_)) => {}
            Err(failure) => return Err(refused("object.unreadable", what(), &failure)),
        }
    }
    Ok(standing)
}

/// Removes what is superfluous, but for what lives on by its own annotation, and what belongs to somebody else by now.
/// How many objects were removed.
pub async fn prune(
    context: &Context,
    before: &[Object],
    now: &Desired,
    pruning: Pruning<'_>,
) -> Result<usize, Problem> {
    let session = &context.session;
    let ours = Owner::Release(pruning.release.to_string(), session.namespace.clone());
    let mut removed = 0;
    for object in superfluous(before, now) {
        let reference = object.reference();
        let (kind, namespace, name) = (&object.kind, object.namespace.as_deref(), object.name.as_str());
        let what = format!("{reference} is no longer wanted and cannot be removed");
        let live = context.patiently("read an object", || session.get(kind, namespace, name)).await;
        let Some(live) = live.map_err(|failure| refused("object.undeletable", what.clone(), &failure))? else {
            continue;
        };
        let evidence = pruning.spares_evidence && has_failed(&live);
        if is_kept(&live) || evidence {
            tell(context, Change::Kept, reference.clone(), (1, 1));
            if evidence {
                context.reporter.note(format!("{reference} failed and stays, because it tells why"));
            }
            continue;
        }
        if owner(&live) != ours && matches!(owner(&live), Owner::Release(..)) {
            context.reporter.note(format!("{reference} left the chart and belongs to another release now: it stays"));
            continue;
        }
        let deleted = context.patiently("delete an object", || session.remove(kind, namespace, name)).await;
        if deleted.map_err(|failure| refused("object.undeletable", what, &failure))? != Deleted::Absent {
            removed += 1;
            tell(context, Change::Deleted, reference, (1, 1));
        }
    }
    Ok(removed)
}

/// Whether a pod or job failed.
fn has_failed(live: &Value) -> bool {
    let conditions = live["status"]["conditions"].as_array();
    let job = conditions.is_some_and(|all| all.iter().any(|c| c["type"] == "Failed" && c["status"] == "True"));
    match live["kind"].as_str() {
        Some("Job") => job || live["status"]["failed"].as_i64().is_some_and(|failed| failed > 0),
        Some("Pod") => live["status"]["phase"] == "Failed",
        _ => false,
    }
}

fn tell(context: &Context, change: Change, object: ObjectRef, (done, total): (usize, usize)) {
    context.reporter.tell(Event::Object { change, object, done, total });
}

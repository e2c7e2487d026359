//! What would be refused, found before anything is changed: rights, ownership, and the server's own validation.
//!
//! Every object is sent as a server-side dry run, which runs the same admission and validation as the real request.
//! Objects whose namespace does not exist yet are tried in `default` in its stead; those whose definition does not
//! exist yet are tried once it does.

mod needs;
mod ownership;

use std::collections::BTreeSet;

use futures::stream::{self, StreamExt};

use super::desired::{Desired, Wanted};
use super::hooks::Moments;
use super::operation::{Context, refused};
use crate::cluster::{Failure, Need, Object, missing_rights};
use crate::problem::{Problem, Problems};
use ownership::Owners;

pub use needs::{for_install, for_test, for_uninstall};

/// Requests in flight while trying objects.
const AT_ONCE: usize = 24;

/// Where an object is tried whose namespace does not exist yet.
const STAND_IN: &str = "default";

/// Lines of evidence under one problem.
const LINES: usize = 12;

/// The problem of missing rights, all of them at once; none when nothing is missing.
pub async fn rights(context: &Context, needs: &BTreeSet<Need>) -> Result<Option<Problem>, Problem> {
    let missing = context.patiently("ask for the rights", || missing_rights(&context.session, needs)).await;
    let missing = missing.map_err(|failure| refused("rights.unknown", "the rights cannot be asked for", &failure))?;
    if missing.is_empty() {
        return Ok(None);
    }
    let lines = group(&missing);
    let problem = Problem::failed(
        "rights.missing",
        format!("{} of {} needed rights are missing", missing.len(), needs.len()),
    )
    .because("the user of this context has no role that grants them")
    .next("ask an administrator of the cluster for these rights, then run the same command again; nothing was changed");
    Ok(Some(with_lines(problem, lines)))
}

/// `create, patch deployments.apps in ns` instead of one line per verb.
fn group(missing: &[Need]) -> Vec<String> {
    let mut rest: Vec<&Need> = missing.iter().collect();
    rest.sort_by_key(|need| (need.namespace.clone(), need.group.clone(), need.resource.clone(), need.verb));
    let same = |a: &&Need, b: &&Need| a.namespace == b.namespace && a.group == b.group && a.resource == b.resource;
    rest.chunk_by(same)
        .map(|needs| {
            let verbs: Vec<&str> = needs.iter().map(|need| need.verb).collect();
            let first = needs[0].to_string();
            let after = first.split_once(' ').map_or("", |(_, after)| after);
            format!("{} {after}", verbs.join(", "))
        })
        .collect()
}

/// What a trial of the objects gave.
#[derive(Debug, Default)]
pub struct Trial {
    /// What is wrong, all at once.
    pub problems: Vec<Problem>,
    /// How many were accepted.
    pub accepted: usize,
    /// Those that could not be tried.
    pub untried: Vec<String>,
}

/// Tries every object and the hooks of these moments. `absent` are namespaces that do not exist yet.
pub async fn try_objects(
    context: &Context,
    release: &str,
    desired: &Desired,
    moments: Moments,
    absent: &BTreeSet<String>,
) -> Result<Trial, Problems> {
    let hooks: Vec<Wanted> = super::hooks::objects(&context.session, desired, moments)
        .map_err(Problems)?
        .into_iter()
        .map(|(hook, object)| Wanted { object, source: hook.manifest.source.clone() })
        .collect();
    let mut trial = Trial::default();
    let mut owners = Owners::new(release, &context.session.namespace);
    let all = desired.objects.iter().map(|wanted| (wanted, true)).chain(hooks.iter().map(|wanted| (wanted, false)));
    let mut shapes = BTreeSet::new();
    let (first, alike): (Vec<_>, Vec<_>) =
        all.partition(|(wanted, _)| is_new_shape(&wanted.object, absent, &mut shapes));
    trial.accepted += alike.len();
    let tried = stream::iter(first)
        .map(|(wanted, owned)| async move { (wanted, owned, attempt(context, &wanted.object, owned, absent).await) });
    let mut tried = std::pin::pin!(tried.buffer_unordered(AT_ONCE));
    while let Some((wanted, owned, result)) = tried.next().await {
        match result {
            Tried::Accepted => trial.accepted += 1,
            Tried::Exists(live) if owned => {
                owners.see(&wanted.object, &live);
                trial.accepted += 1;
            }
            Tried::Exists(_) => trial.accepted += 1,
            Tried::Untried => trial.untried.push(wanted.object.reference().to_string()),
            Tried::Refused(problem) => trial.problems.push(problem.at(wanted.source.clone())),
        }
    }
    trial.problems.sort_by(|a, b| (&a.place, &a.what).cmp(&(&b.place, &b.what)));
    trial.problems.extend(owners.problems());
    Ok(trial)
}

/// In a namespace that does not exist nothing can be in the way, so of objects that differ in nothing but their own
/// name one trial tells for all.
fn is_new_shape(object: &Object, absent: &BTreeSet<String>, shapes: &mut BTreeSet<String>) -> bool {
    match &object.namespace {
        Some(namespace) if absent.contains(namespace) => {
            let nameless = object.value.to_string().replace(&object.name, "\u{0}");
            shapes.insert(format!("{} {nameless}", object.kind.resource.plural))
        }
        _ => true,
    }
}

enum Tried {
    Accepted,
    Exists(Box<serde_json::Value>),
    Untried,
    Refused(Problem),
}

async fn attempt(context: &Context, object: &Object, owned: bool, absent: &BTreeSet<String>) -> Tried {
    let elsewhere = object.namespace.as_ref().is_some_and(|namespace| absent.contains(namespace));
    let moved = elsewhere.then(|| object.moved_to(STAND_IN));
    let candidate = moved.as_ref().unwrap_or(object);
    let session = &context.session;
    let result = context.patiently("try an object", || session.dry_run(candidate)).await;
    let what = |verb: &str| format!("the API server {verb} {}", object.reference());
    match result {
        Ok(applied) if applied.created || elsewhere => Tried::Accepted,
        Ok(_) => match context
            .patiently("read an object", || session.get(&object.kind, object.namespace.as_deref(), &object.name))
            .await
        {
            Ok(Some(live)) => Tried::Exists(Box::new(live)),
            Ok(None) => Tried::Accepted,
            Err(failure) => Tried::Refused(refused("object.unreadable", what("does not show"), &failure)),
        },
        // A hook object is replaced, not changed; and the stand-in namespace may hold another object of this name.
        Err(Failure::Invalid(message)) if (!owned || elsewhere) && message.contains("field is immutable") => {
            Tried::Accepted
        }
        // What the stand-in namespace or its quotas say about it means nothing for the real one.
        Err(Failure::Forbidden(_) | Failure::Conflict(_)) if elsewhere => Tried::Untried,
        Err(Failure::NotFound(_)) => Tried::Untried,
        Err(failure @ (Failure::Conflict(_) | Failure::Invalid(_))) if owned => {
            whose_fault(context, object, failure).await
        }
        Err(failure) => Tried::Refused(
            refused("object.refused", what("refuses"), &failure)
                .next("change the values (or the chart) it comes from; nothing was changed"),
        ),
    }
}

/// An object that belongs to another release may be refused for many reasons; the ownership is the one to tell.
async fn whose_fault(context: &Context, object: &Object, failure: Failure) -> Tried {
    let session = &context.session;
    let read = || session.get(&object.kind, object.namespace.as_deref(), &object.name);
    let reference = object.reference();
    match context.patiently("read an object", read).await {
        Ok(Some(live)) if ownership::owner(&live) != ownership::owner(&object.value) => Tried::Exists(Box::new(live)),
        _ if matches!(failure, Failure::Conflict(_)) => Tried::Refused(
            Problem::failed("object.conflict", format!("somebody else manages fields of {reference}"))
                .because(failure.to_string())
                .next("let the other manager go of them, or change the values; nothing was changed"),
        ),
        _ => Tried::Refused(
            refused("object.refused", format!("the API server refuses {reference}"), &failure)
                .next("change the values (or the chart) it comes from; nothing was changed"),
        ),
    }
}

/// Adds lines of evidence, not more than can be read.
fn with_lines(mut problem: Problem, lines: Vec<String>) -> Problem {
    let more = lines.len().saturating_sub(LINES);
    for line in lines.into_iter().take(LINES) {
        problem = problem.evidence(line);
    }
    if more > 0 { problem.evidence(format!("… and {more} more")) } else { problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_verbs_of_one_resource_are_one_line() {
        let need = |verb, resource: &str| Need {
            verb,
            group: "apps".into(),
            resource: resource.into(),
            namespace: Some("ns".into()),
        };
        let missing = [need("patch", "deployments"), need("create", "statefulsets"), need("create", "deployments")];
        assert_eq!(group(&missing), ["create, patch deployments.apps in ns", "create statefulsets.apps in ns"]);
    }
}

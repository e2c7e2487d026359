//! What would change: between what stands in the cluster and what a chart wants, or between two revisions. Nothing is
//! written.
//!
//! What stands is asked for, and what would stand is the server's own answer to a dry run of the apply that an upgrade
//! makes: with its defaults, its admission and the fields that others manage. So an object that somebody scaled by hand
//! shows as a change, and one whose template was merely written in another order does not.

mod clean;
mod conflicts;
mod dropped;
mod stored;
mod text;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::stream::{self, StreamExt};
use serde::Serialize;
use serde_json::Value;

use super::desired::{Desired, is_kept};
use super::input::Input;
use super::operation::{Context, refused};
use crate::cluster::{Failure, Object, ObjectRef};
use crate::helm::release::Release;
use crate::problem::{Problem, Problems};
pub use stored::between;
use text::{Sides, difference};

/// Requests in flight.
const AT_ONCE: usize = 24;

/// Takes secrets out of a text.
pub type Clean<'c> = &'c (dyn Fn(&str) -> String + Sync);

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It does not exist yet.
    Created,
    /// It is changed.
    Changed,
    /// It is no longer wanted.
    Removed,
}

/// An object that does not stay as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What happens to it.
    pub change: Fate,
    /// Which.
    #[serde(flatten)]
    pub object: ObjectRef,
    /// Its template; empty when it is no longer wanted.
    pub source: String,
    /// It is a hook, which is compared with the one that was stored.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hook: bool,
    /// A unified diff of its YAML, secrets masked.
    pub diff: String,
}

/// Everything that does not stay as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Differences {
    /// Objects and hooks.
    pub objects: Vec<Difference>,
    /// How many objects stay as they are.
    pub unchanged: usize,
}

impl Differences {
    /// How many objects meet this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.objects.iter().filter(|difference| difference.change == fate).count()
    }
}

/// What an upgrade of `previous` (or an installation, without one) to `input` would change, and what would be refused.
///
/// # Errors
/// The chart cannot be rendered, or the cluster cannot be asked.
pub async fn upcoming(
    context: &Context,
    input: &Input,
    previous: Option<&Release>,
    clean: Clean<'_>,
    doing: impl Fn(String),
) -> Result<(Differences, Vec<Problem>), Problems> {
    doing("rendering the chart".into());
    let revision = previous.map_or(1, |release| release.version + 1);
    let (desired, _) = input.render(context, revision, previous.is_some()).await?;
    desired.unknown_kinds_beside_definitions()?;
    let before = match previous {
        Some(release) => Desired::of_record(&context.session, release)?,
        None => Desired::default(),
    };
    let look = Look { context, before: &before, clean };
    let total = desired.objects.len();
    let done = AtomicUsize::new(0);
    let looks = stream::iter(&desired.objects).map(|wanted| {
        let (look, done, doing) = (&look, &done, &doing);
        async move {
            let seen = look.at(&wanted.object).await;
            doing(format!("comparing objects: {} of {total}", done.fetch_add(1, Ordering::Relaxed) + 1));
            (wanted, seen)
        }
    });
    let (mut found, mut problems) = (Differences::default(), Vec::new());
    for (wanted, seen) in looks.buffered(AT_ONCE).collect::<Vec<_>>().await {
        let Seen { change, problem } = seen;
        found.unchanged += usize::from(change.is_none() && problem.is_none());
        problems.extend(problem.map(|problem| problem.at(wanted.source.clone())));
        let (object, source) = (wanted.object.reference(), wanted.source.clone());
        found.objects.extend(change.map(|(change, diff)| Difference { change, object, source, hook: false, diff }));
    }
    for unknown in &desired.unknown {
        let what = format!("{} of {} is tried once its definition exists", unknown.kind, unknown.api_version);
        context.reporter.note(what);
    }
    doing("looking for objects that are no longer wanted".into());
    found.objects.extend(look.at_superfluous(&desired).await?);
    found.objects.extend(stored::hooks(&before.hooks, &desired.hooks, &context.session.namespace, clean));
    Ok((found, problems))
}

/// How an object would fare.
#[derive(Default)]
struct Seen {
    /// What happens to it, and its diff; none when it stays as it is.
    change: Option<(Fate, String)>,
    /// Why it would be refused.
    problem: Option<Problem>,
}

impl Seen {
    fn of(fate: Fate, sides: Sides, clean: Clean<'_>) -> Seen {
        Seen { change: difference(sides, clean).map(|diff| (fate, diff)), problem: None }
    }

    fn refused(problem: Problem) -> Seen {
        Seen { change: None, problem: Some(problem) }
    }
}

struct Look<'l> {
    context: &'l Context,
    before: &'l Desired,
    clean: Clean<'l>,
}

impl Look<'_> {
    /// How an object stands and would stand, and why that would be refused.
    async fn at(&self, object: &Object) -> Seen {
        let session = &self.context.session;
        let reference = object.reference();
        let read = || session.get(&object.kind, object.namespace.as_deref(), &object.name);
        let live = match self.context.patiently("read an object", read).await {
            Ok(live) => live,
            Err(Failure::NotFound(_)) => None,
            Err(failure) => {
                return Seen::refused(refused("diff.unreadable", format!("{reference} cannot be read"), &failure));
            }
        };
        let tried = self.context.patiently("try an object", || session.dry_run(object)).await;
        let Some(live) = live else {
            let sides = Sides { before: None, after: Some(object.value.clone()) };
            return match tried {
                // Its namespace does not exist yet either.
                Ok(_) | Err(Failure::NotFound(_)) => Seen::of(Fate::Created, sides, self.clean),
                Err(failure) => Seen::refused(refusal(&reference, &failure)),
            };
        };
        let (mut after, problem) = match tried {
            Ok(applied) => (applied.value, None),
            Err(Failure::Conflict(words)) => {
                // What is wanted can be shown all the same.
                match self.context.patiently("try an object", || session.apply_as(object, true, true)).await {
                    Ok(applied) => (applied.value, conflicts::with_others(&reference, &words)),
                    Err(failure) => return Seen::refused(refusal(&reference, &failure)),
                }
            }
            Err(failure) => return Seen::refused(refusal(&reference, &failure)),
        };
        if dropped::is_client_side(&live)
            && let Some(old) = self.before.objects.iter().find(|old| old.object.reference() == reference)
        {
            dropped::remove(&mut after, &old.object.value, &object.value);
        }
        let seen = Seen::of(Fate::Changed, Sides { before: Some(live), after: Some(after) }, self.clean);
        Seen { problem, ..seen }
    }

    /// Objects of the stored revision that are no longer wanted and still stand.
    async fn at_superfluous(&self, desired: &Desired) -> Result<Vec<Difference>, Problem> {
        let wanted: BTreeSet<ObjectRef> = desired.objects.iter().map(|wanted| wanted.object.reference()).collect();
        let superfluous = self.before.objects.iter().rev().filter(|old| !wanted.contains(&old.object.reference()));
        let mut found = Vec::new();
        for old in superfluous {
            let object = &old.object;
            let reference = object.reference();
            let session = &self.context.session;
            let read = || session.get(&object.kind, object.namespace.as_deref(), &object.name);
            let live = self.context.patiently("read an object", read).await;
            let live =
                live.map_err(|failure| refused("diff.unreadable", format!("{reference} cannot be read"), &failure))?;
            let Some(live) = live else { continue };
            if is_kept(&live) {
                self.context
                    .reporter
                    .note(format!("{reference} is no longer wanted and stays: its annotation says so"));
                continue;
            }
            let sides = Sides { before: Some(live), after: None };
            let diff = difference(sides, self.clean).unwrap_or_default();
            found.push(Difference {
                change: Fate::Removed,
                object: reference,
                source: String::new(),
                hook: false,
                diff,
            });
        }
        Ok(found)
    }
}

fn refusal(object: &ObjectRef, failure: &Failure) -> Problem {
    refused("diff.refused", format!("{object} would be refused"), failure)
}

/// An object without what only the server writes.
fn plain(value: &Value) -> Value {
    clean::plain(value)
}

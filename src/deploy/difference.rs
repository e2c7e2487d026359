//! What would change: between what stands in the cluster and what a chart wants, or between two revisions. Nothing is
//! written.
//!
//! What stands is asked for, and what would stand is the server's own answer to a dry run of the apply that an upgrade
//! makes: with its defaults, its admission and the fields that others manage. So an object that somebody scaled by hand
//! shows as a change, and one whose template was merely written in another order does not.

mod clean;
mod dropped;
mod stored;
mod text;

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::stream::{self, StreamExt};
use serde::Serialize;
use serde_json::Value;

use super::apply::superfluous;
use super::desired::{Desired, is_kept};
use super::hooks::Moments;
use super::input::Input;
use super::live::{self, Live};
use super::operation::{Context, refused};
use super::permissions::wording;
use super::upgrade::{Baseline, Reuse, as_it_is, with_earlier};
use super::{record, secrets};
use crate::cluster::{Applied, Failure, Object, ObjectRef, is_client_side, is_settled};
use crate::helm::release::Release;
use crate::helm::{Hook, Manifest};
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

/// What is asked.
pub struct Asked<'a> {
    /// Chart and values.
    pub input: &'a Input,
    /// All revisions of the release, oldest first; none when it is not there.
    pub revisions: Vec<Release>,
    /// What becomes of the values of the revision before.
    pub reuse: Reuse,
    /// Takes secrets out of what is told.
    pub clean: Clean<'a>,
    /// Is told what is being done.
    pub doing: &'a (dyn Fn(String) + Sync),
}

/// What an upgrade (or an installation, where there are no revisions) would change, and what would be refused.
///
/// # Errors
/// The chart cannot be rendered, or the cluster cannot be asked.
pub async fn upcoming(context: &Context, asked: Asked<'_>) -> Result<(Differences, Vec<Problem>), Problems> {
    let Asked { input, revisions, reuse, clean, doing } = asked;
    doing("rendering the chart".into());
    if revisions.is_empty() {
        let desired = input.render(context, 1, false).await?.0;
        return against_live(context, (&[], None), &desired, clean, doing).await;
    }
    let baseline = Baseline::of(revisions)?;
    let input = with_earlier(input, &baseline.current, reuse)?;
    let upgrade = baseline.moments() == Moments::UPGRADE;
    let revision = baseline.newest + 1;
    let (desired, chart) = input.render(context, revision, upgrade).await?;
    let stored = Desired::of_record(&context.session, &baseline.current)?;
    let before = baseline.objects(context)?;
    // With the same chart and values an upgrade does nothing, if everything stands.
    if baseline.is_current() {
        let next = record::replacing(&baseline.current, revision, &chart, &input.config(), &desired);
        let same = as_it_is(context, &baseline.current, &input, (&next, &desired)).await?;
        if let Some(same) = same {
            let found = against_live(context, (&before, Some(&stored)), &same, clean, doing).await?;
            if found.0.objects.is_empty() && found.1.is_empty() {
                return Ok(found);
            }
        }
    }
    against_live(context, (&before, Some(&stored)), &desired, clean, doing).await
}

/// What would become of the objects that stand. `before` and `stored` are of earlier revisions and of the current one.
async fn against_live(
    context: &Context,
    (before, stored): (&[Object], Option<&Desired>),
    desired: &Desired,
    clean: Clean<'_>,
    doing: &(dyn Fn(String) + Sync),
) -> Result<(Differences, Vec<Problem>), Problems> {
    desired.unknown_kinds_beside_definitions()?;
    secrets::learn_rendered(context, desired);
    doing("reading the objects".into());
    let live = live::read(context, &desired.objects).await?;
    let look = Look { context, stored, live: &live, clean };
    let total = desired.objects.len();
    let done = AtomicUsize::new(0);
    let looks = stream::iter(&desired.objects).map(|wanted| {
        let (look, done) = (&look, &done);
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
    found.objects.extend(look.at_superfluous(before, desired).await?);
    // A hook that becomes an ordinary object was compared as such.
    let stays = |hook: &Hook| desired.objects.iter().any(|wanted| is_of(&wanted.object, &hook.manifest));
    let hooks: Vec<Hook> = stored.into_iter().flat_map(|stored| &stored.hooks).filter(|h| !stays(h)).cloned().collect();
    found.objects.extend(stored::hooks(&hooks, &desired.hooks, &context.session.namespace, clean));
    Ok((found, problems))
}

/// Whether an object is the one of a document.
fn is_of(object: &Object, manifest: &Manifest) -> bool {
    let elsewhere =
        object.namespace.is_some() && manifest.namespace.is_some() && object.namespace != manifest.namespace;
    object.kind.resource.kind == manifest.kind && object.name == manifest.name && !elsewhere
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
    /// The revision that the upgrade takes the place of.
    stored: Option<&'l Desired>,
    live: &'l Live,
    clean: Clean<'l>,
}

impl Look<'_> {
    /// How an object stands and would stand, and why that would be refused.
    async fn at(&self, object: &Object) -> Seen {
        let known = self.live.get(&object.key());
        if known.is_some_and(|live| is_settled(live, &object.value)) {
            return Seen::default();
        }
        let reference = object.reference();
        let live = match known {
            Some(live) => Some(live.clone()),
            None => match self.read(object).await {
                Ok(live) => live,
                Err(problem) => return Seen::refused(problem),
            },
        };
        let tried = self.dry_run(object, false).await;
        let Some(live) = live else {
            let sides = Sides { before: None, after: Some(object.value.clone()) };
            return match tried {
                // Its namespace does not exist yet either.
                Ok(_) | Err(Failure::NotFound(_)) => Seen::of(Fate::Created, sides, self.clean),
                Err(failure) => Seen::refused(wording::refusal(&reference, &failure)),
            };
        };
        let migrates = is_client_side(&live);
        let (tried, conflict) = match tried {
            // What is wanted can be shown all the same; only what others manage is in the way.
            Err(Failure::Conflict(words)) => {
                let others = wording::others_in(&words, migrates);
                let conflict = (!others.is_empty()).then(|| wording::conflict(&reference, &others));
                (self.dry_run(object, true).await, conflict)
            }
            tried => (tried, None),
        };
        let mut after = match tried {
            Ok(applied) => applied.value,
            Err(Failure::Invalid(words)) if wording::is_immutable(&words) => {
                return Seen::refused(wording::immutable(&reference, &words));
            }
            Err(failure) => return Seen::refused(wording::refusal(&reference, &failure)),
        };
        let objects = self.stored.iter().flat_map(|stored| &stored.objects);
        if let Some(old) = objects.map(|old| &old.object).find(|old| migrates && old.key() == object.key()) {
            dropped::remove(&mut after, &old.value, &object.value);
        }
        let seen = Seen::of(Fate::Changed, Sides { before: Some(live), after: Some(after) }, self.clean);
        Seen { problem: conflict, ..seen }
    }

    /// Objects of earlier revisions that are no longer wanted and still stand.
    async fn at_superfluous(&self, before: &[Object], desired: &Desired) -> Result<Vec<Difference>, Problem> {
        let mut found = Vec::new();
        for object in superfluous(before, desired) {
            let reference = object.reference();
            let Some(live) = self.read(object).await? else { continue };
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

    async fn read(&self, object: &Object) -> Result<Option<Value>, Problem> {
        let session = &self.context.session;
        let read = || session.get(&object.kind, object.namespace.as_deref(), &object.name);
        match self.context.patiently("read an object", read).await {
            Err(Failure::NotFound(_)) => Ok(None),
            live => live.map_err(|failure| {
                refused("diff.unreadable", format!("{} cannot be read", object.reference()), &failure)
            }),
        }
    }

    async fn dry_run(&self, object: &Object, force: bool) -> Result<Applied, Failure> {
        let session = &self.context.session;
        self.context.patiently("try an object", || session.apply_as(object, true, force)).await
    }
}

/// An object without what only the server writes.
fn plain(value: &Value) -> Value {
    clean::plain(value)
}

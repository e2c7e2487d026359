//! Trying the objects: every one that would change is sent as a server-side dry run, which runs the same admission and
//! validation as the real request.
//!
//! Objects whose namespace does not exist yet are tried in `default` in its stead; those whose definition does not
//! exist yet are tried once it does. Objects that stand as they are wanted need no trial, and are not written later.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt};
use serde_json::Value;

use super::ownership::{self, Owner, Owners};
use super::wording;
use crate::cluster::{Applied, Failure, Object, is_client_side, is_settled};
use crate::deploy::desired::{Desired, Wanted};
use crate::deploy::hooks::{self, Moments};
use crate::deploy::live::Live;
use crate::deploy::operation::{Context, refused};
use crate::problem::{Problem, Problems};

/// Requests in flight while trying objects.
const AT_ONCE: usize = 24;

/// Where an object is tried whose namespace does not exist yet.
const STAND_IN: &str = "default";

/// What may be done to objects only when the operator says so.
#[derive(Debug, Clone, Copy, Default)]
pub struct Leave {
    /// Take over objects that belong to nobody or to another release.
    pub ownership: bool,
    /// Take over fields that other managers changed.
    pub conflicts: bool,
    /// Delete and create anew what cannot be changed in place.
    pub recreate: bool,
}

/// How an object is to be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Approach {
    /// It stands as it is wanted.
    pub settled: bool,
    /// Fields of others are taken over.
    pub force: bool,
    /// Fields that were written from the client's side are booked as applied first.
    pub migrate: bool,
    /// It is deleted first.
    pub recreate: bool,
}

/// What a trial of the objects gave.
#[derive(Debug, Default)]
pub struct Trial {
    /// What is wrong, all at once.
    pub problems: Vec<Problem>,
    /// How many were accepted.
    pub accepted: usize,
    /// Those that could not be tried, by [`Object::key`].
    pub untried: BTreeSet<String>,
    /// How objects are to be written that need more than an apply.
    pub approaches: BTreeMap<String, Approach>,
}

/// A trial.
pub struct Trying<'t> {
    /// The cluster.
    pub context: &'t Context,
    /// Name of the release.
    pub release: &'t str,
    /// Namespaces that do not exist yet.
    pub absent: &'t BTreeSet<String>,
    /// Live objects that were read already.
    pub live: &'t Live,
    /// Objects that the release had before: they are its own, whatever their labels say.
    pub ours: &'t BTreeSet<String>,
    /// What the operator allows.
    pub leave: Leave,
}

enum Tried {
    Accepted(Approach),
    Foreign(Box<Value>),
    Untried,
    Refused(Problem),
}

impl Trying<'_> {
    /// Tries every object, and the hooks of these moments.
    pub async fn run(&self, desired: &Desired, moments: Option<Moments>) -> Result<Trial, Problems> {
        let session = &self.context.session;
        let hooks = moments.map(|moments| hooks::objects(session, desired, moments)).transpose().map_err(Problems)?;
        let hooks: Vec<Wanted> = hooks
            .into_iter()
            .flatten()
            .map(|(hook, object)| Wanted { object, source: hook.manifest.source.clone() })
            .collect();
        let mut trial = Trial::default();
        let mut owners = Owners::new(self.release, &session.namespace);
        let all = desired.objects.iter().map(|wanted| (wanted, true)).chain(hooks.iter().map(|wanted| (wanted, false)));
        let mut shapes = BTreeSet::new();
        let (first, alike): (Vec<_>, Vec<_>) =
            all.partition(|(wanted, _)| is_new_shape(&wanted.object, self.absent, &mut shapes));
        trial.accepted += alike.len();
        let tried = stream::iter(first).map(|(wanted, owned)| async move {
            let tried = if owned { self.object(&wanted.object).await } else { self.hook(&wanted.object).await };
            (wanted, tried)
        });
        let mut tried = std::pin::pin!(tried.buffer_unordered(AT_ONCE));
        while let Some((wanted, result)) = tried.next().await {
            match result {
                Tried::Accepted(approach) => {
                    trial.accepted += 1;
                    if approach != Approach::default() {
                        trial.approaches.insert(wanted.object.key(), approach);
                    }
                }
                Tried::Foreign(live) => owners.see(&wanted.object, &live),
                Tried::Untried => drop(trial.untried.insert(wanted.object.key())),
                Tried::Refused(problem) => trial.problems.push(problem.at(wanted.source.clone())),
            }
        }
        trial.problems.sort_by(|a, b| (&a.place, &a.what).cmp(&(&b.place, &b.what)));
        trial.problems.extend(owners.problems());
        Ok(trial)
    }

    /// Whether the object stands as it is wanted, as far as the objects tell that were read.
    pub fn is_settled(&self, object: &Object) -> bool {
        let live = self.live.get(&object.key());
        live.is_some_and(|live| is_settled(live, &object.value)) && self.is_our_own(object, live)
    }

    fn is_absent(&self, object: &Object) -> bool {
        object.namespace.as_ref().is_some_and(|namespace| self.absent.contains(namespace))
    }

    /// A hook object is replaced, not changed, and belongs to nobody.
    async fn hook(&self, object: &Object) -> Tried {
        let elsewhere = self.is_absent(object);
        match self.dry_run(object, false).await {
            Ok(_) => Tried::Accepted(Approach::default()),
            Err(Failure::Invalid(message)) if wording::is_immutable(&message) => Tried::Accepted(Approach::default()),
            Err(Failure::Forbidden(_) | Failure::Conflict(_)) if elsewhere => Tried::Untried,
            // It is deleted before it is made.
            Err(Failure::Conflict(_)) => Tried::Accepted(Approach::default()),
            Err(Failure::NotFound(_)) => Tried::Untried,
            Err(failure) => Tried::Refused(wording::refusal(&object.reference(), &failure)),
        }
    }

    async fn object(&self, object: &Object) -> Tried {
        let known = self.live.get(&object.key());
        if self.is_settled(object) {
            return Tried::Accepted(Approach { settled: true, ..Approach::default() });
        }
        let elsewhere = self.is_absent(object);
        let result = self.dry_run(object, self.leave.conflicts).await;
        match result {
            Ok(applied) if applied.created || elsewhere => Tried::Accepted(Approach::default()),
            Ok(_) => match self.read(object, known).await {
                Ok(Some(live)) => self.existing(object, &live, None).await,
                Ok(None) => Tried::Accepted(Approach::default()),
                Err(failure) => {
                    let what = format!("the API server does not show {}", object.reference());
                    Tried::Refused(refused("object.unreadable", what, &failure))
                }
            },
            // What the stand-in namespace, its objects or its quotas say about it means nothing for the real one.
            Err(Failure::Invalid(message)) if elsewhere && wording::is_immutable(&message) => {
                Tried::Accepted(Approach::default())
            }
            Err(Failure::Forbidden(_) | Failure::Conflict(_)) if elsewhere => Tried::Untried,
            Err(Failure::NotFound(_)) => Tried::Untried,
            Err(failure @ (Failure::Conflict(_) | Failure::Invalid(_))) => match self.read(object, known).await {
                Ok(Some(live)) => self.existing(object, &live, Some(failure)).await,
                _ => Tried::Refused(wording::refusal(&object.reference(), &failure)),
            },
            Err(failure) => Tried::Refused(wording::refusal(&object.reference(), &failure)),
        }
    }

    /// An object that is there. One that belongs to another release may be refused for many reasons; the ownership is
    /// the one to tell.
    async fn existing(&self, object: &Object, live: &Value, failure: Option<Failure>) -> Tried {
        let mut approach = Approach { migrate: is_client_side(live), ..Approach::default() };
        approach.force = self.leave.conflicts;
        if !self.is_our_own(object, Some(live)) {
            if !self.leave.ownership {
                return Tried::Foreign(Box::new(live.clone()));
            }
            approach.force = true;
        }
        let mut failure = failure;
        if let Some(Failure::Conflict(message)) = &failure {
            let others = wording::others_in(message, approach.migrate);
            if !others.is_empty() && !approach.force {
                return Tried::Refused(wording::conflict(&object.reference(), &others));
            }
            // What is left in the way is our own, from the client's side: it will be booked as applied before.
            failure = self.dry_run(object, true).await.err();
        }
        match failure {
            None => Tried::Accepted(approach),
            Some(Failure::Invalid(message)) if wording::is_immutable(&message) => {
                let reference = object.reference();
                match self.leave.recreate && wording::may_be_recreated(&reference) {
                    true => Tried::Accepted(Approach { recreate: true, ..approach }),
                    false => Tried::Refused(wording::immutable(&reference, &message)),
                }
            }
            Some(failure) => Tried::Refused(wording::refusal(&object.reference(), &failure)),
        }
    }

    fn is_our_own(&self, object: &Object, live: Option<&Value>) -> bool {
        let Some(live) = live else { return true };
        let ours = Owner::Release(self.release.to_string(), self.context.session.namespace.clone());
        match ownership::owner(live) {
            Owner::Nobody => self.ours.contains(&object.key()),
            owner => owner == ours,
        }
    }

    async fn read(&self, object: &Object, known: Option<&Value>) -> Result<Option<Value>, Failure> {
        if let Some(known) = known {
            return Ok(Some(known.clone()));
        }
        let session = &self.context.session;
        let read = || session.get(&object.kind, object.namespace.as_deref(), &object.name);
        self.context.patiently("read an object", read).await
    }

    async fn dry_run(&self, object: &Object, force: bool) -> Result<Applied, Failure> {
        let moved = self.is_absent(object).then(|| object.moved_to(STAND_IN));
        let candidate = moved.as_ref().unwrap_or(object);
        let session = &self.context.session;
        self.context.patiently("try an object", || session.apply_as(candidate, true, force)).await
    }
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

//! What the panels are drawn from: the world, the release, and what was worked out of both.

use std::collections::{BTreeMap, BTreeSet};

use super::order::{Crash, Subject};
use crate::app::Now;
use crate::deploy::Attempt;
use crate::observe::{self, Facts, Kind, Name, Space, Standing, StreamState, Tally, Verdict, World};
use crate::platform::{Catalogue, catalogue};

/// Last words that are asked for at once.
const ASKED_AT_ONCE: usize = 8;

/// All that the panels know.
#[derive(Debug, Default)]
pub struct Picture {
    /// What is observed.
    pub world: World,
    /// What the release says.
    pub facts: Facts,
    /// Namespaces beside those of the installation, when all were asked for.
    pub others: Vec<Name>,
    /// Why the release could not be read.
    pub unreadable: Option<String>,
    /// The services, as they stand.
    pub services: Vec<Standing>,
    /// What was recorded of the init job, newest last.
    pub attempts: Vec<Attempt>,
    /// What crashed containers said last.
    pub words: BTreeMap<Crash, Option<String>>,
    asked: BTreeSet<Crash>,
    tallies: BTreeMap<Name, (u64, Tally)>,
}

impl Picture {
    /// The facts about the platform.
    pub fn catalogue(&self) -> &'static Catalogue {
        catalogue()
    }

    /// The namespace of the release.
    pub fn home(&self) -> Option<&Space> {
        self.world.spaces.get(&*self.facts.namespace)
    }

    /// A namespace.
    pub fn space(&self, namespace: &str) -> Option<&Space> {
        self.world.spaces.get(namespace)
    }

    /// Every namespace that is watched, the release's first.
    pub fn namespaces(&self) -> impl Iterator<Item = &Name> {
        let known = |name: &&Name| !self.facts.namespaces().any(|ours| ours == *name);
        self.facts.namespaces().chain(self.others.iter().filter(known))
    }

    /// Works out what follows from what is known. Returns containers whose last words should be asked for: of the
    /// services, and the one that is looked at.
    pub fn work_out(&mut self, now: Now, looked_at: Option<Crash>) -> Vec<Crash> {
        let seconds = now.wall.as_second();
        let settings = self.world.spaces.get(&*self.facts.namespace).and_then(|space| space.settings.clone());
        self.facts.configured_by(settings.as_ref());
        self.services = observe::services(&self.world, self.catalogue(), &self.facts, seconds);
        let crashes: BTreeSet<Crash> = self.services.iter().flat_map(crashes).chain(looked_at).collect();
        self.words.retain(|crash, _| crashes.contains(crash));
        self.asked.retain(|crash| crashes.contains(crash));
        let open = ASKED_AT_ONCE.saturating_sub(self.asked.len() - self.words.len().min(self.asked.len()));
        let new: Vec<Crash> = crashes.into_iter().filter(|crash| !self.asked.contains(crash)).take(open).collect();
        self.asked.extend(new.iter().cloned());
        new
    }

    /// Counts the namespaces that changed since they were counted last.
    pub fn count(&mut self) {
        let catalogue = self.catalogue();
        for (name, space) in &self.world.spaces {
            if self.tallies.get(name).is_none_or(|(version, _)| *version != space.version) {
                self.tallies.insert(name.clone(), (space.version, observe::tally(space, name, catalogue)));
            }
        }
    }

    /// A namespace in numbers, as it was counted last.
    pub fn tally(&self, namespace: &str) -> Tally {
        self.tallies.get(namespace).map(|(_, tally)| *tally).unwrap_or_default()
    }

    /// The cause of a copy's state, with the last words of its container.
    pub fn cause(&self, namespace: &Name, verdict: &Verdict, restarts: u32) -> String {
        let said = crash(namespace, verdict, restarts).and_then(|crash| self.words.get(&crash)?.clone());
        match said {
            Some(words) if !words.is_empty() => format!("{}: {words} (last log line)", verdict.cause),
            _ => verdict.cause.clone(),
        }
    }

    /// Why a panel that needs this kind shows nothing; none when it is known that there is nothing.
    pub fn why_empty(&self, kind: Kind, namespace: &str) -> Option<String> {
        if let Some((why, _)) = &self.world.lost
            && !self.world.heard
        {
            return Some(format!("no answer from the cluster: {why}"));
        }
        match self.world.stream(kind, namespace) {
            StreamState::Loading => Some("loading …".into()),
            StreamState::Denied(need) => Some(format!("needs: {need}")),
            StreamState::Absent => Some(format!("the cluster does not serve {}", kind.singular())),
            StreamState::Broken(why) => Some(format!("cannot be read, tried again: {why}")),
            StreamState::Live => None,
        }
    }

    /// Services that need a look.
    pub fn troubles(&self) -> usize {
        self.services.iter().filter(|standing| standing.verdict.health.is_trouble()).count()
    }

    /// Names of services that run with an older configuration.
    pub fn stale(&self) -> Vec<&'static str> {
        let stale = self.services.iter().filter(|standing| standing.is_stale());
        stale.map(|standing| self.catalogue().services[standing.index].name.as_str()).collect()
    }
}

fn crashes(standing: &Standing) -> Vec<Crash> {
    let of = |copy: &observe::Copy| crash(&copy.namespace, &copy.verdict, copy.restarts);
    standing.copies.iter().filter_map(of).collect()
}

fn crash(namespace: &Name, verdict: &Verdict, restarts: u32) -> Option<Crash> {
    let (pod, container, previous) = verdict.crashed.clone()?;
    Some(Crash { namespace: namespace.clone(), pod, container, previous, restarts })
}

/// The objects that a restart of a service is about.
pub fn subjects(standing: &Standing) -> Vec<Subject> {
    let of = |copy: &observe::Copy| Subject {
        namespace: copy.namespace.clone(),
        kind: copy.kind.into(),
        name: copy.name.clone(),
    };
    standing.copies.iter().map(of).collect()
}

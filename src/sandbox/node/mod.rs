//! The simulated nodes: scheduling, images, containers, probes, crashes.
//!
//! Each pod has at most one step before it; the step leads to the next one.

mod container;
mod schedule;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::behaviour::{Act, millis};
use super::controllers::events::{Said, say};
use super::controllers::service::Selectors;
use super::controllers::{Timer, Turn};
use super::json;
use super::registry;
use super::store::{Key, uid_of};

/// What happens next to a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A node is looked for.
    Schedule,
    /// Volumes and images are fetched.
    Prepare,
    /// The image cannot be pulled, again.
    PullAgain,
    /// The next init container ends.
    Init(usize),
    /// Containers start.
    Start,
    /// Containers are ready.
    Ready,
    /// A probe fails, again.
    Unhealthy,
    /// Containers exit.
    Exit,
    /// Containers start again.
    Restart,
    /// The pod is stopped.
    Kill,
}

/// What is known of pods besides their objects.
#[derive(Debug, Default)]
pub struct Nodes {
    pending: HashMap<u128, Step>,
    acts: HashMap<u128, Option<Act>>,
    images: HashSet<String>,
    addresses: u32,
    /// Pods that no node takes.
    waiting: HashSet<Key>,
    churned: usize,
    /// Which pods each Service is for.
    pub services: Selectors,
    room: schedule::Room,
}

impl Nodes {
    /// Looks at a pod that changed.
    pub fn look(&mut self, turn: &mut Turn<'_>, key: &Key) {
        let Some(record) = turn.store.at(key) else {
            self.waiting.remove(key);
            self.room.forget(key);
            return;
        };
        let pod = record.value();
        self.room.see(key, &pod);
        if json::at(&pod, "/metadata/deletionTimestamp").is_string() {
            let grace = json::int(&pod, "/metadata/deletionGracePeriodSeconds").unwrap_or(0);
            if grace == 0 || json::text(&pod, "/spec/nodeName").is_empty() {
                self.forget(turn, record.uid);
                if let Some(kind) = turn.store.kinds.of_table("/pods").cloned() {
                    registry::finish_if_free(turn.store, &kind, &key.namespace, &key.name);
                }
            } else if self.pending.get(&record.uid) != Some(&Step::Kill) {
                let stops = turn.between(300, 900);
                let message = "Stopping container";
                say(turn.store, &pod, Said::normal("kubelet", "Killing", &format!("{message} {}", first_name(&pod))));
                self.next(turn, key, record.uid, Step::Kill, stops);
            }
            return;
        }
        let idle = !self.pending.contains_key(&record.uid);
        if idle
            && json::text(&pod, "/status/phase") == "Pending"
            && json::items(&pod, "/status/containerStatuses").is_empty()
        {
            match json::text(&pod, "/spec/nodeName").is_empty() {
                true if self.waiting.contains(key) => {}
                true => self.next(turn, key, record.uid, Step::Schedule, millis(10)),
                false => self.next(turn, key, record.uid, Step::Prepare, millis(20)),
            }
        }
    }

    /// Nodes or volumes changed: pods that wait are tried again.
    pub fn retry(&mut self, turn: &mut Turn<'_>) {
        for key in std::mem::take(&mut self.waiting) {
            if let Some(record) = turn.store.at(&key) {
                self.next(turn, &key, record.uid, Step::Schedule, millis(5));
            }
        }
    }

    /// Does the next step of a pod, unless it has become another one.
    pub fn step(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, step: Step) {
        if self.pending.get(&uid) != Some(&step) {
            return;
        }
        self.pending.remove(&uid);
        let Some(record) = turn.store.at(key).filter(|record| record.uid == uid) else {
            self.forget(turn, uid);
            return;
        };
        let pod = record.value();
        match step {
            Step::Schedule => self.schedule(turn, key, uid, &pod),
            Step::Prepare => self.prepare(turn, key, uid, &pod),
            Step::PullAgain => self.pull_again(turn, key, uid, &pod),
            Step::Init(number) => self.init(turn, key, uid, &pod, number),
            Step::Start => self.start(turn, key, uid, &pod),
            Step::Ready => self.ready(turn, key, uid, &pod),
            Step::Unhealthy => self.unhealthy(turn, key, uid, &pod),
            Step::Exit => self.exit(turn, key, uid, &pod),
            Step::Restart => self.restart(turn, key, uid, &pod),
            Step::Kill => {
                if let Some(kind) = turn.store.kinds.of_table("/pods").cloned() {
                    for container in json::items(&pod, "/spec/containers") {
                        turn.world.logs().end(uid, json::text(container, "/name"));
                    }
                    turn.store.edit(&kind, &key.namespace, &key.name, |pod| {
                        json::set(pod, &["metadata", "deletionGracePeriodSeconds"], 0);
                    });
                    registry::finish_if_free(turn.store, &kind, &key.namespace, &key.name);
                }
                self.forget(turn, uid);
            }
        }
    }

    fn next(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, step: Step, after: Duration) {
        self.pending.insert(uid, step);
        turn.later(after, Timer::Pod(key.clone(), uid, step));
    }

    fn forget(&mut self, turn: &mut Turn<'_>, uid: u128) {
        self.pending.remove(&uid);
        self.acts.remove(&uid);
        turn.world.logs().forget(uid);
    }

    /// What this pod does, decided when it is first asked.
    fn act(&mut self, turn: &mut Turn<'_>, uid: u128, pod: &Value) -> Option<Act> {
        if let Some(known) = self.acts.get(&uid) {
            return known.clone();
        }
        let owner = uid_of(&pod["metadata"]["ownerReferences"][0]["uid"]);
        let act = turn.world.behaviours().act_of(turn.store, pod, owner);
        self.acts.insert(uid, act.clone());
        act
    }

    /// Changes the status of one pod after the other: for measuring what watches cost.
    pub fn churn(&mut self, turn: &mut Turn<'_>) {
        let count = turn.store.count("/pods");
        if count == 0 {
            return;
        }
        self.churned = (self.churned + 7_919) % count;
        let found = turn.store.list("/pods", None, None).nth(self.churned).cloned();
        let (Some(record), Some(kind)) = (found, turn.store.kinds.of_table("/pods").cloned()) else { return };
        turn.store.edit(&kind, &record.namespace, &record.name, |pod| {
            if let Some(status) = json::items_mut(pod, &["status", "containerStatuses"]).next() {
                let restarts = json::int(status, "/restartCount").unwrap_or(0) + 1;
                status["restartCount"] = json!(restarts);
            }
        });
    }
}

fn first_name(pod: &Value) -> &str {
    json::items(pod, "/spec/containers").first().map(|container| json::text(container, "/name")).unwrap_or_default()
}

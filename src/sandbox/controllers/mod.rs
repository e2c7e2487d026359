//! What moves objects: one task that looks at what changed, in order, and at what is due.
//!
//! One task, because two would make runs that cannot be repeated. It sleeps until something changes or is due.

mod autoscaler;
mod claim;
mod daemonset;
mod deployment;
pub mod events;
mod garbage;
mod job;
mod namespace;
mod pods;
mod replicaset;
pub mod service;
mod spark;
mod statefulset;

pub use autoscaler::usage;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::clock;
use super::node::{Nodes, Step};
use super::store::{Key, Store};
use super::world::World;

/// Something that is due later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// Look at an object again.
    Look(Key),
    /// The next step of a pod.
    Pod(Key, u128, Step),
    /// Look at all autoscalers.
    Autoscale,
    /// Change the status of a pod, so that something is going on.
    Churn,
}

/// How often autoscalers look.
const AUTOSCALE: Duration = Duration::from_secs(15);

/// Bursts of changes per second, when changes are asked for.
const CHURNS: u32 = 20;

/// One turn of the controllers: the objects, and what they want to be reminded of.
pub struct Turn<'t> {
    /// The objects.
    pub store: &'t mut Store,
    /// Speed, behaviours, logs.
    pub world: &'t World,
    later: Vec<(Duration, Timer)>,
}

impl Turn<'_> {
    /// Reminds of something after a time of a real cluster.
    pub fn later(&mut self, after: Duration, timer: Timer) {
        self.later.push((self.world.clock.scaled(after), timer));
    }

    /// Between two times, by the dice.
    pub fn between(&mut self, least_ms: u64, most_ms: u64) -> Duration {
        Duration::from_millis(self.store.random.u64(least_ms..=most_ms))
    }
}

/// What is remembered for later: by when, then by the order in which it was asked for.
type Due = BinaryHeap<Reverse<(Instant, u64, Timer)>>;

/// The controllers and the nodes.
#[derive(Debug, Default)]
pub struct Controllers {
    nodes: Nodes,
    due: Due,
    count: u64,
}

impl Controllers {
    fn remember(&mut self, now: Instant, later: Vec<(Duration, Timer)>) {
        for (after, timer) in later {
            self.count += 1;
            self.due.push(Reverse((now + after, self.count, timer)));
        }
    }

    /// Runs until the sandbox ends.
    pub async fn run(mut self, world: Arc<World>) {
        let woken = world.store().woken.clone();
        let mut end = world.end.subscribe();
        let first = vec![(world.clock.scaled(AUTOSCALE), Timer::Autoscale), (Duration::ZERO, Timer::Churn)];
        self.remember(Instant::now(), first);
        loop {
            let later = settle(&world, &mut self.nodes);
            self.remember(Instant::now(), later);
            let next = self.due.peek().map(|Reverse((at, ..))| *at);
            let sleep = async {
                match next {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = woken.notified() => {}
                () = sleep => {}
                () = async { end.wait_for(|end| *end).await.map_or((), drop) } => return,
            }
            while self.due.peek().is_some_and(|Reverse((at, ..))| *at <= Instant::now()) {
                self.fire(&world, Instant::now());
            }
        }
    }

    /// Makes a past: everything that is due within a time after `from` happens at once, each at its time.
    pub fn fast_forward(&mut self, world: &World, from: Timestamp, most: Duration) {
        let zero = Instant::now();
        clock::pretend(Some(from));
        loop {
            let at = clock::time().duration_since(from);
            let now = zero + Duration::try_from(at).unwrap_or_default();
            let later = settle(world, &mut self.nodes);
            self.remember(now, later);
            let next = self.due.peek().map(|Reverse((at, ..))| *at);
            let Some(next) = next.filter(|next| next.duration_since(zero) <= most) else { break };
            let then = SignedDuration::try_from(next.duration_since(zero)).unwrap_or_default();
            clock::pretend(from.checked_add(then).ok());
            self.fire(world, next);
        }
    }

    /// What is left from a past goes on from now.
    pub fn present(&mut self) {
        clock::pretend(None);
        let left: Vec<Timer> = std::mem::take(&mut self.due)
            .into_sorted_vec()
            .into_iter()
            .rev()
            .map(|Reverse((.., timer))| timer)
            .collect();
        self.remember(Instant::now(), left.into_iter().map(|timer| (Duration::from_secs(1), timer)).collect());
    }

    fn fire(&mut self, world: &World, now: Instant) {
        let Some(Reverse((_, _, timer))) = self.due.pop() else { return };
        let mut store = world.store();
        let mut turn = Turn { store: &mut store, world, later: Vec::new() };
        fire(&mut turn, &mut self.nodes, timer);
        let later = turn.later;
        drop(store);
        self.remember(now, later);
    }
}

/// Looks at what changed until nothing changes any more.
fn settle(world: &World, nodes: &mut Nodes) -> Vec<(Duration, Timer)> {
    let mut later = Vec::new();
    loop {
        // Requests get in between.
        let mut store = world.store();
        let (touched, gone) = store.touched();
        if touched.is_empty() && gone.is_empty() {
            return later;
        }
        let mut turn = Turn { store: &mut store, world, later: Vec::new() };
        for owner in gone {
            garbage::collect(&mut turn, owner);
        }
        for key in touched {
            look(&mut turn, nodes, &key);
        }
        later.append(&mut turn.later);
    }
}

fn fire(turn: &mut Turn<'_>, nodes: &mut Nodes, timer: Timer) {
    match timer {
        Timer::Look(key) => turn.store.touch(key),
        Timer::Pod(key, uid, step) => nodes.step(turn, &key, uid, step),
        Timer::Autoscale => {
            autoscaler::all(turn);
            turn.later(AUTOSCALE, Timer::Autoscale);
        }
        Timer::Churn => {
            // In small bursts: a timer for each change would come late.
            let rate = turn.world.changes;
            (0..rate.div_ceil(CHURNS)).for_each(|_| nodes.churn(turn));
            if rate > 0 {
                turn.later.push((Duration::from_secs(1) / rate.min(CHURNS), Timer::Churn));
            }
        }
    }
}

/// Looks at one object that changed.
fn look(turn: &mut Turn<'_>, nodes: &mut Nodes, key: &Key) {
    garbage::look(turn, key);
    match &*key.table {
        "/pods" => {
            nodes.look(turn, key);
            service::pod_changed(turn, &nodes.services, key);
            claim::pod_changed(turn, key);
            namespace::count_quota(turn, &key.namespace);
        }
        "/nodes" => nodes.retry(turn),
        "/namespaces" => namespace::look(turn, key),
        "/services" => service::look(turn, &mut nodes.services, key),
        "/persistentvolumeclaims" => {
            claim::look(turn, key);
            namespace::count_quota(turn, &key.namespace);
        }
        "/resourcequotas" => namespace::count_quota(turn, &key.namespace),
        "/secrets" | "/configmaps" => namespace::count_quota(turn, &key.namespace),
        "storage.k8s.io/storageclasses" => claim::classes_changed(turn),
        "apps/deployments" => deployment::look(turn, key),
        "apps/replicasets" => replicaset::look(turn, key),
        "apps/statefulsets" => statefulset::look(turn, key),
        "apps/daemonsets" => daemonset::look(turn, key),
        "batch/jobs" => job::look(turn, key),
        "apiextensions.k8s.io/customresourcedefinitions" => namespace::definition(turn, key),
        "sparkoperator.k8s.io/sparkapplications" => spark::look(turn, key),
        _ => {}
    }
    namespace::emptied(turn, key);
}

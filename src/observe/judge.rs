//! How a workload stands, in one word and one sentence.
//!
//! Whether it is rolled out, and why not, is judged by [`crate::deploy::rollout`], on a board that holds this one
//! workload and what is wrong with its pods. A screen asks more than an installer does: a workload that was well and
//! now lacks a pod is degraded, not starting.

use super::pods::Pod;
use super::settings::{Application, Workload};
use super::space::Space;
use crate::cluster::rows::{ContainerRow, PodRow};
use crate::cluster::{ObjectRef, Watched};
use crate::deploy::State;
use crate::deploy::rollout::{Board, Fact};

/// Seconds after which what still starts is no longer taken for a start.
const PATIENCE: i64 = 600;

/// How something stands; ordered by how much it deserves a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Health {
    /// Not wanted.
    Off,
    /// As it should be.
    Ready,
    /// On its way.
    Starting,
    /// Nobody knows: a right is missing, or the news are not in yet.
    Unknown,
    /// Works, but not well.
    Degraded,
    /// Does not work.
    Failed,
}

impl Health {
    /// Whether somebody should look.
    pub fn is_trouble(self) -> bool {
        matches!(self, Health::Degraded | Health::Failed)
    }
}

/// How something stands, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How it stands.
    pub health: Health,
    /// The same in a word: `ready`, `pending` …
    pub word: &'static str,
    /// Why it is not as it should be; empty when it is.
    pub cause: String,
    /// Pods that are ready.
    pub ready: u32,
    /// Pods wanted.
    pub desired: u32,
    /// A container that crashed, whose log would tell more: pod, container, and whether its previous run is meant.
    pub crashed: Option<(String, String, bool)>,
}

impl Verdict {
    /// Nobody knows, and why.
    pub fn unknown(cause: impl Into<String>) -> Verdict {
        Verdict { health: Health::Unknown, word: "unknown", cause: cause.into(), ready: 0, desired: 0, crashed: None }
    }

    /// It should be there and is not.
    pub fn missing(cause: impl Into<String>) -> Verdict {
        Verdict { health: Health::Failed, word: "missing", ..Verdict::unknown(cause) }
    }
}

/// How a workload stands; `now` in seconds since 1970.
pub fn judge(space: &Space, namespace: &str, workload: &Workload, now: i64) -> Verdict {
    let row = &workload.row;
    let pods: Vec<&Pod> = space.pods_of(row.kind, &row.name).collect();
    let board = board(space, namespace, workload, &pods);
    let object = ObjectRef { kind: row.kind.into(), namespace: Some(namespace.into()), name: row.name.clone() };
    let judged = board.judge(&object);
    let count = |n: i32| u32::try_from(n).unwrap_or_default();
    let told = |health, word, cause: String| Verdict {
        health,
        word,
        cause,
        ready: count(row.ready),
        desired: count(row.desired),
        crashed: judged.crashed.clone(),
    };
    if row.desired == 0 && row.kind != "Job" {
        return told(Health::Degraded, "stopped", "scaled to zero".into());
    }
    let (health, word) = match judged.state {
        State::Done => (Health::Ready, if row.kind == "Job" { "succeeded" } else { "ready" }),
        State::Skipped => (Health::Off, "off"),
        State::Running if row.kind == "Job" => (Health::Starting, "running"),
        State::Failed if row.ready > 0 => (Health::Degraded, "degraded"),
        State::Failed => (Health::Failed, "failed"),
        State::Running => underway(workload, &pods, now),
    };
    // "1 of 2 available" repeats what the column of ready pods says.
    let cause = if health == Health::Ready { String::new() } else { judged.reason.clone() };
    told(health, word, cause)
}

/// Not rolled out, but not lost either: a start, or something that was well and is not any more.
fn underway(workload: &Workload, pods: &[&Pod], now: i64) -> (Health, &'static str) {
    let row = &workload.row;
    let unscheduled = |pod: &&&Pod| {
        let conditions = pod.trouble.iter().flat_map(|trouble| &trouble.conditions);
        conditions.into_iter().any(|c| c.kind == "PodScheduled" && c.status == "False")
    };
    if let Some(pod) = pods.iter().find(unscheduled) {
        // The scheduler looks again within seconds when there is room soon.
        return match (now - pod.created > 20, row.ready) {
            (false, _) => (Health::Starting, "starting"),
            (true, 0) => (Health::Failed, "pending"),
            (true, _) => (Health::Degraded, "degraded"),
        };
    }
    let begun = pods.iter().map(|pod| pod.created).max().unwrap_or(workload.created).max(workload.created);
    let rolling = row.observed < row.generation || row.updated < row.desired || row.replicas > row.updated;
    let crashing = pods.iter().any(|pod| pod.restarts > 0 && !pod.is_well());
    match (now - begun > PATIENCE || crashing, row.ready) {
        (true, 0) => (Health::Failed, "failed"),
        (true, _) => (Health::Degraded, "degraded"),
        (false, _) if rolling => (Health::Starting, "rolling"),
        (false, _) => (Health::Starting, "starting"),
    }
}

fn board(space: &Space, namespace: &str, workload: &Workload, pods: &[&Pod]) -> Board {
    let here = namespace.to_string();
    let mut board = Board::default();
    let rows: Vec<PodRow> = pods.iter().map(|pod| pod.as_row(namespace)).collect();
    if pods.iter().any(|pod| !pod.is_well()) || pods.is_empty() {
        let claims: Vec<_> = pods.iter().flat_map(|pod| pod.claims.iter()).collect();
        let claims = space.claims.values().filter(|claim| claims.contains(&&claim.name));
        board.learn(Fact::Claims(here.clone(), Watched::Listed(claims.map(|c| c.as_row(namespace)).collect())));
        let warnings = space.events.values().filter(|event| {
            event.warning
                && (*event.object == *workload.name
                    || pods.iter().any(|pod| pod.name == event.object || pod.claims.contains(&event.object)))
        });
        board.learn(Fact::Warnings(here.clone(), Watched::Listed(warnings.map(|w| w.as_row(namespace)).collect())));
    }
    board.learn(Fact::Workloads(workload.row.kind, here.clone(), Watched::Listed(vec![workload.row.clone()])));
    board.learn(Fact::Pods(here, Watched::Listed(rows)));
    board
}

/// How a single pod stands.
pub fn judge_pod(space: &Space, namespace: &str, pod: &Pod, now: i64) -> Verdict {
    let (ready, desired) = (u32::from(pod.ready), pod.containers.len() as u32);
    let told = |health, word, cause: String| Verdict { health, word, cause, ready, desired, crashed: None };
    if pod.leaving {
        return told(Health::Starting, "leaving", String::new());
    }
    if pod.is_well() {
        let word = if pod.phase == super::pods::Phase::Succeeded { "ended" } else { "ready" };
        return told(Health::Ready, word, String::new());
    }
    let cause = crate::deploy::rollout::reason_of(&pod.as_row(namespace)).or_else(|| warning(space, pod));
    let crashed = pod.trouble.iter().flat_map(|trouble| &trouble.containers).any(crashes);
    let health = match (pod.phase, crashed || now - pod.created > PATIENCE) {
        (super::pods::Phase::Failed, _) | (_, true) if pod.ready == 0 => Health::Failed,
        (_, true) => Health::Degraded,
        _ => Health::Starting,
    };
    let word = match health {
        Health::Failed => "failed",
        Health::Degraded => "degraded",
        _ => "starting",
    };
    told(health, word, cause.unwrap_or_else(|| pod.word().to_string()))
}

fn crashes(container: &ContainerRow) -> bool {
    let waits = container
        .waiting
        .as_ref()
        .is_some_and(|(reason, _)| reason != "ContainerCreating" && reason != "PodInitializing");
    waits || container.ended.as_ref().is_some_and(|(code, ..)| *code != 0)
}

fn warning(space: &Space, pod: &Pod) -> Option<String> {
    let about = space.events.values().filter(|event| event.warning && event.object == pod.name);
    about.max_by_key(|event| event.last).map(|event| event.message.to_string())
}

/// How a Spark application stands.
pub fn judge_application(application: &Application) -> Verdict {
    let (running, executors) = application.executors;
    let error = application.error.as_deref().unwrap_or_default().lines().next().unwrap_or_default();
    let (health, word) = match &*application.state {
        "RUNNING" => (Health::Ready, "running"),
        "COMPLETED" => (Health::Off, "completed"),
        "FAILED" | "SUBMISSION_FAILED" => (Health::Failed, "failed"),
        "FAILING" | "PENDING_RERUN" | "INVALIDATING" | "SUSPENDED" => (Health::Degraded, "degraded"),
        "" => (Health::Unknown, "waiting"),
        _ => (Health::Starting, "starting"),
    };
    let cause = match (&*application.state, health) {
        ("", _) => "no Spark operator has looked at it".to_string(),
        (_, Health::Ready | Health::Off) => String::new(),
        (state, _) if error.is_empty() => state.to_lowercase().replace('_', " "),
        _ => error.to_string(),
    };
    let (ready, desired) = match health {
        Health::Ready => (u32::from(running) + 1, u32::from(executors) + 1),
        _ => (0, 1),
    };
    Verdict { health, word, cause, ready, desired, crashed: None }
}

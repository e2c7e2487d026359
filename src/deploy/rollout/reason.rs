//! Why a workload does not come: the most specific sign that its pods, claims and warnings give.

use super::board::Board;
use crate::cluster::rows::{Condition, ContainerRow, PodRow, WorkloadRow};

/// A cause, worded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// One line.
    pub text: String,
    /// It will not pass by itself.
    pub lasting: bool,
    /// A crashed container: pod, name, and whether its previous run is the one that crashed.
    pub crashed: Option<(String, String, bool)>,
}

/// Waiting reasons of a container about its image.
const IMAGE: &[&str] =
    &["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable"];

/// Waiting reasons of a container about its configuration.
const CONFIGURATION: &[&str] =
    &["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError"];

/// Warnings about volumes.
const VOLUMES: &[&str] = &["FailedMount", "FailedAttachVolume", "FailedMapVolume"];

/// Restarts after which a crash is no longer taken for a slow start.
const CRASHES: i32 = 3;

/// Why a single pod does not come, as far as it says so itself.
pub fn reason_of(pod: &PodRow) -> Option<String> {
    of_pod(&Board::default(), pod).map(|reason| reason.text)
}

/// The most specific reason there is.
pub fn find(board: &Board, row: &WorkloadRow) -> Option<Reason> {
    let mut pods: Vec<&PodRow> = board.pods_of(row).collect();
    pods.sort_by_key(|pod| std::cmp::Reverse(pod.created));
    pods.iter().find_map(|pod| of_pod(board, pod)).or_else(|| of_workload(board, row, pods.is_empty()))
}

fn of_pod(board: &Board, pod: &PodRow) -> Option<Reason> {
    unschedulable(board, pod)
        .or_else(|| pod.containers.iter().find_map(|container| of_container(pod, container)))
        .or_else(|| volume(board, pod))
        .or_else(|| probe(board, pod))
}

fn unschedulable(board: &Board, pod: &PodRow) -> Option<Reason> {
    let said = pod.conditions.iter().find(|c| c.kind == "PodScheduled" && c.status == "False")?;
    let claim =
        pod.claims.iter().filter_map(|name| board.claim(&pod.namespace, name)).find(|claim| claim.phase != "Bound");
    let claim = claim.filter(|_| said.message.contains("PersistentVolumeClaim")).map(|claim| {
        let class = if claim.class.is_empty() {
            "the default storage class".into()
        } else {
            format!("storage class {}", claim.class)
        };
        let why = board.warning("PersistentVolumeClaim", &claim.namespace, |name| name == claim.name, &[]);
        let why = why.map(|warning| format!(": {}", line(&warning.message))).unwrap_or_default();
        format!("volume claim {} is {} ({class}){why}", claim.name, claim.phase.to_lowercase())
    });
    let text = claim.unwrap_or_else(|| format!("unschedulable: {}", line(&said.message)));
    Some(Reason { text, lasting: false, crashed: None })
}

fn of_container(pod: &PodRow, container: &ContainerRow) -> Option<Reason> {
    let name = &container.name;
    if let Some((reason, message)) = &container.waiting {
        if IMAGE.contains(&reason.as_str()) {
            return Some(lasting(format!("image of {name}: {reason}: {}", line(message))));
        }
        if CONFIGURATION.contains(&reason.as_str()) {
            return Some(lasting(format!("{name}: {reason}: {}", line(message))));
        }
        if reason == "CrashLoopBackOff" {
            return Some(crash(pod, container, container.ended_before.as_ref(), true));
        }
    }
    if let Some(ended) = container.ended.as_ref().filter(|ended| ended.0 != 0) {
        return Some(crash(pod, container, Some(ended), false));
    }
    let before = container.ended_before.as_ref().filter(|_| container.restarts > 0 && !container.ready)?;
    Some(crash(pod, container, Some(before), true))
}

fn crash(pod: &PodRow, container: &ContainerRow, ended: Option<&(i32, String, String)>, previous: bool) -> Reason {
    let how = match ended {
        Some((137, reason, _)) if reason == "OOMKilled" => "was killed for its memory (OOMKilled, exit 137)".into(),
        Some((code, reason, message)) => {
            let told = [reason.as_str(), line(message)].into_iter().filter(|part| !part.is_empty() && *part != "Error");
            std::iter::once(format!("exits with {code}")).chain(told.map(str::to_string)).collect::<Vec<_>>().join(", ")
        }
        None => "crashes".into(),
    };
    let times = match container.restarts {
        0 => String::new(),
        1 => ", restarted once".into(),
        n => format!(", restarted {n} times"),
    };
    Reason {
        text: format!("{} {how}{times}", container.name),
        lasting: container.restarts >= CRASHES,
        crashed: Some((pod.name.clone(), container.name.clone(), previous)),
    }
}

fn volume(board: &Board, pod: &PodRow) -> Option<Reason> {
    let warning = board.warning("Pod", &pod.namespace, |name| name == pod.name, VOLUMES)?;
    let starting = !pod.containers.iter().any(|container| container.running);
    starting.then(|| passing(format!("volume: {}", line(&warning.message))))
}

fn probe(board: &Board, pod: &PodRow) -> Option<Reason> {
    let waiting = pod.containers.iter().find(|container| container.running && !container.ready)?;
    let warning = board.warning("Pod", &pod.namespace, |name| name == pod.name, &["Unhealthy"])?;
    Some(passing(format!("{} is not ready: {}", waiting.name, line(&warning.message))))
}

/// No pod says anything: perhaps none could be made.
fn of_workload(board: &Board, row: &WorkloadRow, none: bool) -> Option<Reason> {
    let said = |kind: &str, status: &str| row.conditions.iter().find(|c| c.kind == kind && c.status == status);
    let refused = |c: &Condition| lasting(format!("pods cannot be created: {}", line(&c.message)));
    if let Some(condition) = said("ReplicaFailure", "True") {
        return Some(refused(condition));
    }
    if none && let Some(warning) = board.warning(row.kind, &row.namespace, |name| name == row.name, &["FailedCreate"]) {
        return Some(lasting(format!("pods cannot be created: {}", line(&warning.message))));
    }
    said("Progressing", "False").map(|condition| lasting(line(&condition.message).to_string()))
}

fn lasting(text: String) -> Reason {
    Reason { text, lasting: true, crashed: None }
}

fn passing(text: String) -> Reason {
    Reason { text, lasting: false, crashed: None }
}

fn line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

//! A pod in about two hundred bytes: only one that is not well carries more.

use std::sync::Arc;

use super::names::Name;
use crate::cluster::rows::{Condition, ContainerRow, PodRow};

/// Where a pod is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Not all containers have started.
    Pending,
    /// At least one runs.
    Running,
    /// All ended well.
    Succeeded,
    /// All ended, not all well.
    Failed,
    /// The node does not answer.
    Unknown,
}

impl Phase {
    /// From the API's word.
    pub fn parse(text: &str) -> Phase {
        match text {
            "Pending" => Phase::Pending,
            "Running" => Phase::Running,
            "Succeeded" => Phase::Succeeded,
            "Failed" => Phase::Failed,
            _ => Phase::Unknown,
        }
    }

    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Pending => "Pending",
            Phase::Running => "Running",
            Phase::Succeeded => "Succeeded",
            Phase::Failed => "Failed",
            Phase::Unknown => "Unknown",
        }
    }
}

/// A pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Its name.
    pub name: Name,
    /// Kind and name of what made it; a ReplicaSet is told as its Deployment.
    pub owner: Option<(Name, Name)>,
    /// Where it is in its life.
    pub phase: Phase,
    /// It is being deleted.
    pub leaving: bool,
    /// Containers that are ready.
    pub ready: u8,
    /// Restarts of all containers.
    pub restarts: u32,
    /// Seconds since 1970 of its creation.
    pub created: i64,
    /// Seconds since 1970 when its youngest container started; what it read, it read after.
    pub started: i64,
    /// Its node.
    pub node: Option<Name>,
    /// Names of its containers, without init containers.
    pub containers: Arc<[Name]>,
    /// Application, role and user that Spark's labels tell.
    pub spark: Option<(Name, Name)>,
    /// CPU it asks for, in thousandths.
    pub cpu: u32,
    /// Memory it asks for, in MiB.
    pub memory: u32,
    /// Claims it mounts.
    pub claims: Arc<[Name]>,
    /// What is not as it should be.
    pub trouble: Option<Box<Trouble>>,
}

/// A container that is told in full.
pub type Container = ContainerRow;

/// What a pod that is not well says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Why the pod as a whole ended (`Evicted`), reason and message.
    pub reason: Option<(String, String)>,
    /// Its containers, init containers first.
    pub containers: Vec<Container>,
    /// Conditions that are not true.
    pub conditions: Vec<Condition>,
}

impl Pod {
    /// Whether it does what it is there for.
    pub fn is_well(&self) -> bool {
        match self.phase {
            Phase::Running => !self.leaving && usize::from(self.ready) == self.containers.len(),
            Phase::Succeeded => true,
            _ => false,
        }
    }

    /// The word that says most: a waiting reason, a phase, or that it leaves.
    pub fn word(&self) -> &str {
        if self.leaving {
            return "Terminating";
        }
        let trouble = self.trouble.as_deref();
        if let Some((reason, _)) = trouble.and_then(|trouble| trouble.reason.as_ref()) {
            return reason;
        }
        let waiting = trouble.into_iter().flat_map(|trouble| &trouble.containers).find_map(|c| {
            let waiting = c.waiting.as_ref().map(|(reason, _)| reason.as_str());
            let ended = c.ended.as_ref().filter(|(code, ..)| *code != 0).map(|(_, reason, _)| reason.as_str());
            waiting.or(ended).filter(|word| !word.is_empty())
        });
        waiting.unwrap_or(if self.phase == Phase::Running && !self.is_well() {
            "NotReady"
        } else {
            self.phase.as_str()
        })
    }

    /// The row as rollouts judge it.
    pub fn as_row(&self, namespace: &str) -> PodRow {
        let told = self.trouble.as_deref().cloned().unwrap_or_default();
        let containers = if told.containers.is_empty() {
            let plain = |name: &Name| Container {
                name: name.to_string(),
                ready: self.is_well(),
                running: self.phase == Phase::Running,
                ..Container::default()
            };
            self.containers.iter().map(plain).collect()
        } else {
            told.containers
        };
        PodRow {
            namespace: namespace.into(),
            name: self.name.to_string(),
            owner: self.owner.as_ref().map(|(kind, name)| (kind.to_string(), name.to_string())),
            phase: self.phase.as_str().into(),
            created: self.created,
            leaving: self.leaving,
            claims: self.claims.iter().map(|claim| claim.to_string()).collect(),
            conditions: told.conditions,
            containers,
        }
    }
}

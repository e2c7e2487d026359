//! The stages of an operation, in their order.

use serde::{Deserialize, Serialize};

/// One stage of an operation. Each can be repeated without harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Reach the cluster, read the release, render the chart.
    Connect,
    /// Rights, ownership, and what the server would refuse. Changes nothing.
    Permissions,
    /// Namespaces, definitions, Secrets that the answers refer to.
    Prerequisites,
    /// The pending record: from here on, everybody can see that something is going on.
    Record,
    /// The hooks before the objects, with the flight recorder running.
    InitJob,
    /// The objects of the chart.
    Apply,
    /// Asking the objects to go (only when a release is removed).
    Remove,
    /// Every workload rolled out, or gone.
    Wait,
    /// The hooks after the objects, and the final record.
    Finish,
    /// The tests of a release (only when they are asked for).
    Test,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Stage; 10] = [
        Stage::Connect,
        Stage::Permissions,
        Stage::Prerequisites,
        Stage::Record,
        Stage::InitJob,
        Stage::Apply,
        Stage::Remove,
        Stage::Wait,
        Stage::Finish,
        Stage::Test,
    ];

    /// As it is shown.
    pub fn title(self) -> &'static str {
        match self {
            Stage::Connect => "connect",
            Stage::Permissions => "permissions",
            Stage::Prerequisites => "prerequisites",
            Stage::Record => "record",
            Stage::InitJob => "init job",
            Stage::Apply => "apply",
            Stage::Remove => "remove",
            Stage::Wait => "wait",
            Stage::Finish => "finish",
            Stage::Test => "test",
        }
    }

    /// As it is stored.
    pub fn key(self) -> &'static str {
        match self {
            Stage::InitJob => "init-job",
            other => other.title(),
        }
    }

    /// From its stored form.
    pub fn from_key(key: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.key() == key)
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.title())
    }
}

/// A number with what it counts, in English: `1 test`, `2 tests`.
pub fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

//! Workloads, Spark applications, and what is known of the release itself.

use std::sync::Arc;

use super::names::Name;
use crate::cluster::rows::WorkloadRow;

/// A Deployment, StatefulSet or Job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// As rollouts judge it.
    pub row: WorkloadRow,
    /// Its name, shared.
    pub name: Name,
    /// Seconds since 1970 of its creation.
    pub created: i64,
    /// Release that Helm's labels name.
    pub release: Option<Name>,
    /// Containers of its pods.
    pub containers: Arc<[Name]>,
    /// Seconds since 1970 when it was last told to restart.
    pub restarted: Option<i64>,
    /// Replicas that failed (Jobs).
    pub failed: i32,
}

/// A SparkApplication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its name.
    pub name: Name,
    /// `RUNNING`, `SUBMITTED`, `FAILED` …; empty when no operator has looked at it.
    pub state: Name,
    /// What its operator says about a failure.
    pub error: Option<Name>,
    /// Pod of the driver.
    pub driver: Option<Name>,
    /// Executors that run, and executors that are told of.
    pub executors: (u16, u16),
    /// Seconds since 1970 of its creation.
    pub created: i64,
    /// Times it was submitted.
    pub attempts: u32,
}

impl Application {
    /// Whether it is still going on.
    pub fn is_going(&self) -> bool {
        !matches!(&*self.state, "COMPLETED" | "FAILED" | "SUBMISSION_FAILED")
    }
}

/// A revision of the release, from the labels of Helm's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Name of the Secret.
    pub name: Name,
    /// Number of the revision.
    pub revision: u32,
    /// `deployed`, `failed`, `pending-upgrade` …
    pub status: Name,
    /// Seconds since 1970 of its creation.
    pub created: i64,
}

/// When the Secret `data-plane` last changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its name.
    pub name: Name,
    /// Seconds since 1970 of its last change.
    pub changed: i64,
    /// Who changed it.
    pub by: Option<Name>,
    /// How that is known.
    pub told_by: &'static str,
}

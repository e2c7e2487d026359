//! What streams tell the world.

use super::claims::{Bound, Quota};
use super::events::Happening;
use super::kind::Kind;
use super::names::Name;
use super::pods::Pod;
use super::scaler::Scaler;
use super::settings::{Application, Record, Settings, Workload};

/// News of one frame, in order.
pub type News = Vec<Item>;

/// One row of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A pod.
    Pod(Pod),
    /// A Deployment, StatefulSet or Job.
    Workload(Box<Workload>),
    /// An autoscaler.
    Scaler(Box<Scaler>),
    /// An event.
    Happening(Happening),
    /// A volume claim.
    Claim(Bound),
    /// A quota.
    Quota(Quota),
    /// A Spark application.
    Application(Box<Application>),
    /// A revision of the release.
    Record(Record),
    /// The Secret that services read.
    Settings(Settings),
}

impl Row {
    /// Its name; unique within its kind and namespace.
    pub fn name(&self) -> &Name {
        match self {
            Row::Pod(row) => &row.name,
            Row::Workload(row) => &row.name,
            Row::Scaler(row) => &row.name,
            Row::Happening(row) => &row.id,
            Row::Claim(row) => &row.name,
            Row::Quota(row) => &row.name,
            Row::Application(row) => &row.name,
            Row::Record(row) => &row.name,
            Row::Settings(row) => &row.name,
        }
    }
}

/// How a stream stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StreamState {
    /// The first list is on its way.
    #[default]
    Loading,
    /// What is shown is what is.
    Live,
    /// The right that is missing.
    Denied(String),
    /// The server does not have this kind.
    Absent,
    /// It broke off and is tried again; why.
    Broken(String),
}

/// What a pod uses now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// CPU in thousandths.
    pub cpu: u32,
    /// Memory in MiB.
    pub memory: u32,
}

/// One piece of news.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A list begins: what is not in it when it ends is gone.
    Begin(Kind, Name),
    /// A row is new or changed.
    Put(Kind, Name, Row),
    /// An object is gone.
    Gone(Kind, Name, Name),
    /// The list is complete.
    End(Kind, Name),
    /// How a stream stands.
    State(Kind, Name, StreamState),
    /// What the pods of a namespace use.
    Used(Name, Vec<(Name, Usage)>),
    /// Why there are no figures of use.
    Unmeasured(String),
    /// The line to the cluster: alive, or why it is lost.
    Line(Option<String>),
}

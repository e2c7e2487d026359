//! What streams tell the world.

use std::borrow::Cow;

use super::claims::{Bound, Quota};
use super::events::Happening;
use super::kind::Kind;
use super::names::Name;
use super::pods::Pod;
use super::scaler::Scaler;
use super::settings::{Application, Record, Settings, Workload};
use crate::redact::Redactor;

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

impl Item {
    /// Takes known secrets out of foreign text: messages of events, of containers and of conditions.
    pub fn clean(&mut self, redactor: &Redactor) {
        let Item::Put(_, _, row) = self else { return };
        let clean = |text: &mut String| {
            if let Cow::Owned(cleaned) = redactor.clean(text) {
                *text = cleaned;
            }
        };
        match row {
            Row::Happening(event) => {
                if let Cow::Owned(cleaned) = redactor.clean(&event.message) {
                    event.message = cleaned.into();
                }
            }
            Row::Pod(Pod { trouble: Some(trouble), .. }) => {
                trouble.reason.iter_mut().for_each(|(_, message)| clean(message));
                trouble.conditions.iter_mut().for_each(|condition| clean(&mut condition.message));
                for container in &mut trouble.containers {
                    container.waiting.iter_mut().for_each(|(_, message)| clean(message));
                    container.ended.iter_mut().for_each(|(_, _, message)| clean(message));
                    container.ended_before.iter_mut().for_each(|(_, _, message)| clean(message));
                }
            }
            Row::Workload(workload) => {
                workload.row.conditions.iter_mut().for_each(|condition| clean(&mut condition.message));
            }
            Row::Application(application) => {
                if let Some(Cow::Owned(cleaned)) = application.error.as_deref().map(|error| redactor.clean(error)) {
                    application.error = Some(cleaned.into());
                }
            }
            _ => {}
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

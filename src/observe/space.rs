//! What is known of one namespace.

use std::collections::{BTreeMap, HashSet};

use super::claims::{Bound, Quota};
use super::events::Happening;
use super::history::History;
use super::kind::Kind;
use super::names::Name;
use super::news::{Row, StreamState, Usage};
use super::pods::Pod;
use super::scaler::Scaler;
use super::settings::{Application, Record, Settings, Workload};

/// Events kept of a namespace; the oldest go first.
const EVENTS: usize = 1000;

/// What is known of one namespace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Space {
    /// Pods by name.
    pub pods: BTreeMap<Name, Pod>,
    /// Deployments by name.
    pub deployments: BTreeMap<Name, Workload>,
    /// StatefulSets by name.
    pub sets: BTreeMap<Name, Workload>,
    /// Jobs by name.
    pub jobs: BTreeMap<Name, Workload>,
    /// Autoscalers by name.
    pub scalers: BTreeMap<Name, Scaler>,
    /// Events by the name of the Event.
    pub events: BTreeMap<Name, Happening>,
    /// Volume claims by name.
    pub claims: BTreeMap<Name, Bound>,
    /// Quotas by name.
    pub quotas: BTreeMap<Name, Quota>,
    /// Spark applications by name.
    pub applications: BTreeMap<Name, Application>,
    /// Revisions of the release by the name of their Secret.
    pub records: BTreeMap<Name, Record>,
    /// The Secret `data-plane`.
    pub settings: Option<Settings>,
    /// What pods use, by name.
    pub usage: BTreeMap<Name, Usage>,
    /// The past of the autoscalers.
    pub history: BTreeMap<Name, History>,
    /// How the streams stand.
    pub streams: BTreeMap<Kind, StreamState>,
    /// Counts changes, so that what was computed can be kept while nothing changed.
    pub version: u64,
    /// Names seen in lists that are on their way.
    listing: BTreeMap<Kind, HashSet<Name>>,
}

impl Space {
    /// How a stream stands.
    pub fn stream(&self, kind: Kind) -> StreamState {
        self.streams.get(&kind).cloned().unwrap_or_default()
    }

    /// Whether what is known of this kind is complete.
    pub fn knows(&self, kind: Kind) -> bool {
        matches!(self.streams.get(&kind), Some(StreamState::Live | StreamState::Broken(_)))
    }

    /// The workload of a kind (`Deployment` …) with this name.
    pub fn workload(&self, kind: &str, name: &str) -> Option<&Workload> {
        match kind {
            "Deployment" => self.deployments.get(name),
            "StatefulSet" => self.sets.get(name),
            "Job" => self.jobs.get(name),
            _ => None,
        }
    }

    /// The newest revision of the release.
    pub fn newest_record(&self) -> Option<&Record> {
        self.records.values().max_by_key(|record| record.revision)
    }

    /// The pods that something made.
    pub fn pods_of<'s>(&'s self, kind: &'s str, name: &'s str) -> impl Iterator<Item = &'s Pod> {
        self.pods.values().filter(move |pod| pod.owner.as_ref().is_some_and(|(k, n)| &**k == kind && &**n == name))
    }

    pub(super) fn begin(&mut self, kind: Kind) {
        self.listing.insert(kind, HashSet::new());
    }

    pub(super) fn end(&mut self, kind: Kind) {
        let Some(seen) = self.listing.remove(&kind) else { return };
        self.version += 1;
        match kind {
            Kind::Pods => self.pods.retain(|name, _| seen.contains(name)),
            Kind::Deployments => self.deployments.retain(|name, _| seen.contains(name)),
            Kind::StatefulSets => self.sets.retain(|name, _| seen.contains(name)),
            Kind::Jobs => self.jobs.retain(|name, _| seen.contains(name)),
            Kind::Scalers => self.scalers.retain(|name, _| seen.contains(name)),
            Kind::Events => self.events.retain(|name, _| seen.contains(name)),
            Kind::Claims => self.claims.retain(|name, _| seen.contains(name)),
            Kind::Quotas => self.quotas.retain(|name, _| seen.contains(name)),
            Kind::Applications => self.applications.retain(|name, _| seen.contains(name)),
            Kind::Records => self.records.retain(|name, _| seen.contains(name)),
            Kind::Settings => self.settings = self.settings.take().filter(|settings| seen.contains(&settings.name)),
        }
    }

    pub(super) fn put(&mut self, kind: Kind, row: Row, namespace: &Name, now: i64) {
        self.version += 1;
        let name = row.name().clone();
        if let Some(seen) = self.listing.get_mut(&kind) {
            seen.insert(name.clone());
        }
        match row {
            Row::Pod(pod) => drop(self.pods.insert(name, pod)),
            Row::Workload(mut workload) => {
                workload.row.namespace = namespace.to_string();
                let rows = match kind {
                    Kind::StatefulSets => &mut self.sets,
                    Kind::Jobs => &mut self.jobs,
                    _ => &mut self.deployments,
                };
                rows.insert(name, *workload);
            }
            Row::Scaler(scaler) => {
                self.history.entry(name.clone()).or_default().note(now, &scaler);
                self.scalers.insert(name, *scaler);
            }
            Row::Happening(event) => {
                self.events.insert(name, event);
                self.forget_old_events();
            }
            Row::Claim(claim) => drop(self.claims.insert(name, claim)),
            Row::Quota(quota) => drop(self.quotas.insert(name, quota)),
            Row::Application(application) => drop(self.applications.insert(name, *application)),
            Row::Record(record) => drop(self.records.insert(name, record)),
            Row::Settings(settings) => self.settings = Some(settings),
        }
    }

    pub(super) fn gone(&mut self, kind: Kind, name: &Name) {
        self.version += 1;
        if let Some(seen) = self.listing.get_mut(&kind) {
            seen.remove(name);
        }
        match kind {
            Kind::Pods => {
                self.pods.remove(name);
                self.usage.remove(name);
            }
            Kind::Deployments => drop(self.deployments.remove(name)),
            Kind::StatefulSets => drop(self.sets.remove(name)),
            Kind::Jobs => drop(self.jobs.remove(name)),
            Kind::Scalers => {
                self.scalers.remove(name);
                self.history.remove(name);
            }
            Kind::Events => drop(self.events.remove(name)),
            Kind::Claims => drop(self.claims.remove(name)),
            Kind::Quotas => drop(self.quotas.remove(name)),
            Kind::Applications => drop(self.applications.remove(name)),
            Kind::Records => drop(self.records.remove(name)),
            Kind::Settings => self.settings = None,
        }
    }

    /// An eighth at once, so that a storm of events does not sort them all for each.
    fn forget_old_events(&mut self) {
        if self.events.len() <= EVENTS {
            return;
        }
        let mut ages: Vec<(i64, Name)> = self.events.values().map(|event| (event.last, event.id.clone())).collect();
        ages.sort_unstable();
        for (_, id) in ages.drain(..EVENTS / 8) {
            self.events.remove(&id);
        }
    }
}

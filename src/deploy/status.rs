//! A release in one screen: what its record says, and how its workloads stand now. Reads, never writes.

use std::collections::BTreeSet;

use futures::future::try_join_all;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Event as ClusterEvent, PersistentVolumeClaim, Pod};
use serde::Serialize;

use super::desired::Desired;
use super::event::State;
use super::operation::refused;
use super::record;
use super::rollout::{Board, Fact, Judgement};
use crate::cluster::rows::WorkloadRow;
use crate::cluster::{Failure, Follow, ObjectRef, Session, Watchable, Watched};
use crate::helm::hooks::HookEvent;
use crate::helm::release::{Release, Status};
use crate::problem::Problem;

/// Custom resources whose state is worth showing, with the place where it stands.
const CUSTOM: &[(&str, &str)] = &[("SparkApplication", "/status/applicationState/state")];

/// A custom resource with its state.
#[derive(Debug, Clone, Serialize)]
pub struct CustomState {
    /// Which.
    #[serde(flatten)]
    pub object: ObjectRef,
    /// As its controller says; none when no controller has looked at it.
    pub state: Option<String>,
}

/// A release and how it stands.
#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    /// Name of the release.
    pub release: String,
    /// Its namespace.
    pub namespace: String,
    /// Its newest revision.
    pub revision: i64,
    /// What the record says: `deployed`, `failed`, `pending-install` …
    pub status: String,
    /// The record's sentence.
    pub description: String,
    /// Name and version of the chart.
    pub chart: String,
    /// When this revision was made, RFC 3339.
    pub deployed: String,
    /// Hook jobs that exist.
    pub jobs: Vec<Judgement>,
    /// Workloads, those that are not ready first.
    pub workloads: Vec<Judgement>,
    /// Custom resources.
    pub custom: Vec<CustomState>,
}

impl Overview {
    /// Whether everything is as it should be.
    pub fn is_well(&self) -> bool {
        self.status == Status::Deployed.to_string()
            && self.workloads.iter().all(|workload| workload.state == State::Done)
    }
}

/// Looks at a release.
///
/// # Errors
/// There is no such release, or the cluster does not let us look.
pub async fn status(session: &Session, release: &str) -> Result<Overview, Problem> {
    let revisions = record::read_all(session, release).await.map_err(|failure| unreadable(release, &failure))??;
    let Some(newest) = revisions.last() else { return Err(absent(session, release).await) };
    let desired = Desired::of_record(session, newest)
        .map_err(|problems| problems.0.into_iter().next().unwrap_or_else(|| damaged(newest)))?;
    let targets = desired.workloads();
    let failed = |failure: Failure| refused("status.unreadable", "the workloads cannot be read", &failure);
    let board = look(session, &targets).await.map_err(failed)?;
    let mut workloads: Vec<Judgement> = targets.iter().map(|target| board.judge(target)).collect();
    workloads.sort_by_key(|workload| (workload.state == State::Done, workload.object.clone()));
    Ok(Overview {
        release: newest.name.clone(),
        namespace: newest.namespace.clone(),
        revision: newest.version,
        status: newest.info.status.to_string(),
        description: newest.info.description.clone(),
        chart: record::chart_of(newest),
        deployed: newest.info.last_deployed.0.clone(),
        jobs: jobs(session, &desired).await.map_err(failed)?,
        workloads,
        custom: custom(session, &desired).await.map_err(failed)?,
    })
}

/// The rows of the workloads; those that tell reasons only where something is not ready.
async fn look(session: &Session, targets: &[ObjectRef]) -> Result<Board, Failure> {
    let mut board = Board::default();
    let pairs: BTreeSet<(&str, &str)> =
        targets.iter().map(|t| (t.kind.as_str(), t.namespace.as_deref().unwrap_or_default())).collect();
    for fact in
        try_join_all(pairs.iter().map(|(kind, namespace)| rows(session, kind, namespace))).await?.into_iter().flatten()
    {
        board.learn(fact);
    }
    let open = targets.iter().filter(|target| board.judge(target).state != State::Done);
    let namespaces: BTreeSet<String> = open.filter_map(|target| target.namespace.clone()).collect();
    for namespace in namespaces {
        let all = Follow::default();
        let warnings = Follow { fields: Some("type=Warning"), labels: None };
        let (pods, claims, warnings) = tokio::try_join!(
            session.list::<Pod>(&namespace, &all),
            session.list::<PersistentVolumeClaim>(&namespace, &all),
            session.list::<ClusterEvent>(&namespace, &warnings),
        )?;
        board.learn(Fact::Pods(namespace.clone(), Watched::Listed(pods).map(Into::into)));
        board.learn(Fact::Claims(namespace.clone(), Watched::Listed(claims).map(Into::into)));
        board.learn(Fact::Warnings(namespace, Watched::Listed(warnings).map(Into::into)));
    }
    Ok(board)
}

async fn rows(session: &Session, kind: &str, namespace: &str) -> Result<Option<Fact>, Failure> {
    async fn all<K: Watchable + Into<WorkloadRow>>(
        session: &Session,
        kind: &'static str,
        namespace: &str,
    ) -> Result<Option<Fact>, Failure> {
        let all = session.list::<K>(namespace, &Follow::default()).await?;
        Ok(Some(Fact::Workloads(kind, namespace.into(), Watched::Listed(all).map(Into::into))))
    }
    match kind {
        "Deployment" => all::<Deployment>(session, "Deployment", namespace).await,
        "StatefulSet" => all::<StatefulSet>(session, "StatefulSet", namespace).await,
        "DaemonSet" => all::<DaemonSet>(session, "DaemonSet", namespace).await,
        "Job" => all::<Job>(session, "Job", namespace).await,
        _ => Ok(None),
    }
}

/// The jobs of installation hooks that exist.
async fn jobs(session: &Session, desired: &Desired) -> Result<Vec<Judgement>, Failure> {
    let hooks = desired.hooks.iter().filter(|hook| hook.manifest.kind == "Job" && hook.runs_at(HookEvent::PreInstall));
    let mut found = Vec::new();
    for hook in hooks {
        let namespace = hook.manifest.namespace.as_deref().unwrap_or(&session.namespace);
        if let Some(job) = session.read::<Job>(namespace, &hook.manifest.name).await? {
            let mut board = Board::default();
            let object =
                ObjectRef { kind: "Job".into(), namespace: Some(namespace.into()), name: hook.manifest.name.clone() };
            board.learn(Fact::Workloads("Job", namespace.into(), Watched::Listed(vec![job.into()])));
            found.push(board.judge(&object));
        }
    }
    Ok(found)
}

async fn custom(session: &Session, desired: &Desired) -> Result<Vec<CustomState>, Failure> {
    let mut states = Vec::new();
    for object in desired.objects.iter().map(|wanted| &wanted.object) {
        let Some((_, pointer)) = CUSTOM.iter().find(|(kind, _)| *kind == object.kind.resource.kind) else { continue };
        let live = session.get(&object.kind, object.namespace.as_deref(), &object.name).await?;
        let state = live.and_then(|live| live.pointer(pointer).and_then(|state| state.as_str()).map(str::to_string));
        states.push(CustomState { object: object.reference(), state });
    }
    Ok(states)
}

/// There is no record, in neither of the places where Helm keeps them.
pub async fn absent(session: &Session, release: &str) -> Problem {
    let problem = Problem::bad_input("release.absent", format!("there is no release `{release}`"))
        .at(format!("namespace {} of {}", session.namespace, session.server));
    let others = session.releases(&session.namespace).await.unwrap_or_default();
    match others.keys().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => problem
            .next("name the namespace with -n and the release with --release; `helm list -A` shows what there is"),
        names => problem.next(format!("name one that is there: {}", names.join(", "))),
    }
}

fn unreadable(release: &str, failure: &Failure) -> Problem {
    refused("record.unreadable", format!("the records of release `{release}` cannot be read"), failure)
}

fn damaged(release: &Release) -> Problem {
    Problem::failed("record.damaged", format!("the record of revision {} is damaged", release.version))
}

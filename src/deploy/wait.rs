//! Waiting until every workload is rolled out: a few watches for all of them, no polling.
//!
//! What is waited for: Deployments, StatefulSets, DaemonSets and Jobs. Not waited for: volume claims (a pod that
//! needs one waits for it, and a class that binds on first use never binds an unused one), and custom resources,
//! because nothing says that somebody reconciles them; their state is shown by `iomctl status`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::stream::{self, BoxStream, SelectAll, StreamExt, select_all};
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Event as ClusterEvent, PersistentVolumeClaim, Pod};
use tokio::time::{Instant, sleep, sleep_until};

use super::event::{Event, State};
use super::operation::Context;
use super::rollout::{Board, Fact, Judgement};
use crate::cluster::rows::WorkloadRow;
use crate::cluster::{Follow, ObjectRef, Session, Watched};
use crate::problem::{Problem, Problems};

/// Kinds that are waited for.
pub const KINDS: [&str; 4] = ["Deployment", "StatefulSet", "DaemonSet", "Job"];

/// The label that stands on every object of a release.
const OF_HELM: &str = "app.kubernetes.io/managed-by=Helm";

/// When all that is left will not come by itself, for so long nobody is kept waiting.
const HOPELESS: Duration = Duration::from_secs(60);

/// What rolls out within this time needs no reasons.
const REASONS_AFTER: Duration = Duration::from_secs(2);

/// Log lines shown of a crashed container.
const LAST_LINES: i64 = 6;

/// Waits until all of `targets` are rolled out.
///
/// # Errors
/// One problem per workload that did not come within `patience`, with its reason.
pub async fn wait(context: &Context, targets: &[ObjectRef], patience: Duration) -> Result<String, Problems> {
    let mut board = Board::default();
    let mut known: BTreeMap<&ObjectRef, Judgement> = BTreeMap::new();
    let mut facts = watches(&context.session, targets);
    let deadline = Instant::now() + patience;
    let mut hopeless_since: Option<Instant> = None;
    while !done(&known, targets) {
        let give_up = hopeless_since.map_or(deadline, |since| deadline.min(since + HOPELESS));
        let fact = tokio::select! {
            fact = facts.next() => fact,
            () = sleep_until(give_up) => None,
        };
        let Some(fact) = fact else { return Err(explain(context, &known, targets, patience).await) };
        if let Some(why) = interruption(&fact) {
            context.reporter.tell(Event::Retrying { what: "watching the workloads".into(), why, seconds: 1.0 });
        }
        board.learn(fact);
        for target in targets.iter().filter(|target| board.knows(target)) {
            let judgement = board.judge(target);
            if known.get(target) != Some(&judgement) {
                tell(context, &judgement);
                known.insert(target, judgement);
            }
        }
        let open = || known.values().filter(|judgement| judgement.state != State::Done);
        let hopeless = open().count() > 0 && open().all(|judgement| judgement.state == State::Failed);
        hopeless_since = hopeless.then(|| hopeless_since.unwrap_or_else(Instant::now));
    }
    Ok(format!("{} workloads rolled out", targets.len()))
}

fn done(known: &BTreeMap<&ObjectRef, Judgement>, targets: &[ObjectRef]) -> bool {
    known.len() == targets.len() && known.values().all(|judgement| judgement.state == State::Done)
}

fn tell(context: &Context, judgement: &Judgement) {
    context.reporter.tell(Event::Workload {
        object: judgement.object.clone(),
        state: judgement.state,
        ready: judgement.ready,
        desired: judgement.desired,
        reason: judgement.reason.clone(),
    });
}

/// The watches for these workloads: one per kind and namespace, and after a while three that tell reasons.
fn watches(session: &Session, targets: &[ObjectRef]) -> SelectAll<BoxStream<'static, Fact>> {
    let mut streams: Vec<BoxStream<'static, Fact>> = Vec::new();
    let pairs: BTreeSet<(&str, &str)> =
        targets.iter().map(|t| (t.kind.as_str(), t.namespace.as_deref().unwrap_or_default())).collect();
    for (kind, namespace) in &pairs {
        streams.extend(workloads(session, kind, namespace));
    }
    for namespace in pairs.iter().map(|(_, namespace)| *namespace).collect::<BTreeSet<_>>() {
        let (session, namespace) = (session.clone(), namespace.to_string());
        let later = stream::once(sleep(REASONS_AFTER)).flat_map(move |()| reasons(&session, &namespace));
        streams.push(later.boxed());
    }
    select_all(streams)
}

/// What tells why a workload of a namespace does not come.
fn reasons(session: &Session, namespace: &str) -> SelectAll<BoxStream<'static, Fact>> {
    let all = Follow::default();
    let warnings = Follow { fields: Some("type=Warning"), labels: None };
    let [of_pods, of_claims, of_warnings] = [(); 3].map(|()| namespace.to_string());
    let pods = session.watch::<Pod>(namespace, &all);
    let claims = session.watch::<PersistentVolumeClaim>(namespace, &all);
    let events = session.watch::<ClusterEvent>(namespace, &warnings);
    select_all([
        pods.map(move |news| Fact::Pods(of_pods.clone(), news.map(Into::into))).boxed(),
        claims.map(move |news| Fact::Claims(of_claims.clone(), news.map(Into::into))).boxed(),
        events.map(move |news| Fact::Warnings(of_warnings.clone(), news.map(Into::into))).boxed(),
    ])
}

fn workloads(session: &Session, kind: &str, namespace: &str) -> Option<BoxStream<'static, Fact>> {
    fn facts<K: crate::cluster::Watchable + Into<WorkloadRow>>(
        session: &Session,
        kind: &'static str,
        namespace: &str,
    ) -> BoxStream<'static, Fact> {
        let place = namespace.to_string();
        let follow = Follow { labels: Some(OF_HELM), fields: None };
        session
            .watch::<K>(namespace, &follow)
            .map(move |news| Fact::Workloads(kind, place.clone(), news.map(Into::into)))
            .boxed()
    }
    match kind {
        "Deployment" => Some(facts::<Deployment>(session, "Deployment", namespace)),
        "StatefulSet" => Some(facts::<StatefulSet>(session, "StatefulSet", namespace)),
        "DaemonSet" => Some(facts::<DaemonSet>(session, "DaemonSet", namespace)),
        "Job" => Some(facts::<Job>(session, "Job", namespace)),
        _ => None,
    }
}

fn interruption(fact: &Fact) -> Option<String> {
    match fact {
        Fact::Workloads(_, _, Watched::Interrupted(why))
        | Fact::Pods(_, Watched::Interrupted(why))
        | Fact::Claims(_, Watched::Interrupted(why))
        | Fact::Warnings(_, Watched::Interrupted(why)) => Some(why.clone()),
        _ => None,
    }
}

/// One problem per workload that did not come.
async fn explain(
    context: &Context,
    known: &BTreeMap<&ObjectRef, Judgement>,
    targets: &[ObjectRef],
    patience: Duration,
) -> Problems {
    let mut problems = Vec::new();
    for target in targets {
        let judgement = known.get(target);
        if judgement.is_some_and(|judgement| judgement.state == State::Done) {
            continue;
        }
        let reason = judgement.map_or("nothing is known of it", |judgement| judgement.reason.as_str());
        let mut problem = Problem::failed("workload.not-ready", format!("{target} is not rolled out"))
            .because(reason)
            .next("mend the cause and run the same command again: it goes on waiting. Nothing was rolled back");
        if let Some((pod, container, previous)) = judgement.and_then(|judgement| judgement.crashed.clone()) {
            let namespace = target.namespace.as_deref().unwrap_or_default();
            let lines = context.session.log_tail(namespace, &pod, &container, previous, LAST_LINES).await;
            for line in lines.unwrap_or_default() {
                problem = problem.evidence(format!("{container}  {line}"));
            }
        }
        problems.push(problem);
    }
    if problems.is_empty() {
        problems.push(Problem::failed(
            "wait.interrupted",
            format!("the workloads could not be watched for {} s", patience.as_secs()),
        ));
    }
    Problems(problems)
}

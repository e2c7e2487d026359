//! Connecting, and looking what there is.

use std::collections::BTreeMap;

use super::Hub;
use crate::app::{Elsewhere, Found, FoundRelease, Msg, Place, Target, Unfinished};
use crate::cluster::{ConnectOptions, Failure, Session};
use crate::deploy::Subject;
use crate::problem::Problem;

/// Connects in the background.
pub fn connect(hub: &Hub, target: Target) {
    hub.disconnect();
    let own = hub.clone();
    hub.tie(async move {
        match look(&own, target).await {
            Ok(found) => own.tell(Msg::Connected(Box::new(found))),
            Err(problem) => own.tell(Msg::Unreachable(Box::new(problem))),
        }
    });
}

/// Looks again with the connection that stands.
pub fn look_again(hub: &Hub, target: Target) {
    let own = hub.clone();
    let Some(session) = hub.session() else { return connect(hub, target) };
    hub.tie(async move {
        let found = find(&own, &session, target.release).await;
        own.tell(Msg::Connected(Box::new(found)));
    });
}

async fn look(hub: &Hub, target: Target) -> Result<Found, Problem> {
    let options = ConnectOptions {
        context: target.context.or_else(|| hub.options().context.clone()),
        namespace: target.namespace.or_else(|| hub.options().namespace.clone()),
        kubeconfig: hub.options().kubeconfig.clone(),
    };
    let session = Session::connect(&options).await?;
    let found = find(hub, &session, target.release).await;
    hub.connected(session);
    Ok(found)
}

/// What is in the namespace of a session.
async fn find(hub: &Hub, session: &Session, name: String) -> Found {
    let (records, exists) = tokio::join!(session.releases(&session.namespace), namespace_exists(session));
    let (mut releases, unreadable) = match records {
        Ok(found) => (found, None),
        Err(Failure::NotFound(_)) => (BTreeMap::new(), None),
        Err(failure) => (BTreeMap::new(), Some(failure.to_string())),
    };
    let release = releases.remove(&name).map(|labels| newest(&labels));
    let others = releases.into_iter().filter(|(_, labels)| newest(labels).status != "uninstalled");
    let place = Place {
        context: session.context.clone().unwrap_or_else(|| session.server.clone()),
        server: session.server.clone(),
        version: session.version.clone(),
        namespace: session.namespace.clone(),
        release: name,
    };
    let pending = release.as_ref().is_some_and(|release| release.status.starts_with("pending-"));
    let (unfinished, elsewhere) = remembered(hub, &place, pending).await;
    let others = others.map(|(name, _)| name).collect();
    Found { place, release, others, elsewhere, unfinished, namespace_exists: exists, unreadable }
}

/// A revision, from the labels of its record: nothing is unpacked for it.
fn newest(labels: &BTreeMap<String, String>) -> FoundRelease {
    let label = |key: &str| labels.get(key).cloned().unwrap_or_default();
    FoundRelease { revision: label("version").parse().unwrap_or(0), status: label("status") }
}

async fn namespace_exists(session: &Session) -> Option<bool> {
    let kind = session.kinds.find("v1", "Namespace")?;
    match session.get(kind, None, &session.namespace).await {
        Ok(found) => Some(found.is_some()),
        Err(Failure::NotFound(_)) => Some(false),
        Err(_) => None,
    }
}

/// What this machine remembers of an operation that did not reach its end, and who has one under way: a process of this
/// machine by the journal's lock, another machine by the record (`pending`). Without a journal nothing is known here.
async fn remembered(hub: &Hub, place: &Place, pending: bool) -> (Option<Unfinished>, Option<Elsewhere>) {
    let stranger = || pending.then(|| Elsewhere { process: None, since: String::new(), stage: None });
    let Ok(journal) = hub.journal().await else { return (None, stranger()) };
    let subject =
        Subject { cluster: place.server.clone(), namespace: place.namespace.clone(), release: place.release.clone() };
    let Ok(Some(last)) = journal.last(&subject).await else { return (None, stranger()) };
    let ours = last.process() == Some(std::process::id());
    if last.outcome.is_none() && !ours && journal.is_locked(&subject) {
        let elsewhere = Elsewhere { process: last.process(), since: last.started, stage: last.stage };
        return (None, Some(elsewhere));
    }
    let open = matches!(last.kind.as_str(), "install" | "uninstall") && last.outcome.as_deref() != Some("done");
    if !open && !ours {
        return (None, stranger());
    }
    let unfinished = Unfinished { kind: last.kind, started: last.started, stage: last.stage, outcome: last.outcome };
    (open.then_some(unfinished), None)
}

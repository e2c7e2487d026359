//! Connecting, and looking what there is.

use std::collections::BTreeMap;

use super::Hub;
use crate::app::{Found, FoundRelease, Msg, Place, Target, Unfinished};
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

async fn look(hub: &Hub, target: Target) -> Result<Found, Problem> {
    let options = ConnectOptions {
        context: target.context.or_else(|| hub.options().context.clone()),
        namespace: target.namespace.or_else(|| hub.options().namespace.clone()),
        kubeconfig: hub.options().kubeconfig.clone(),
    };
    let session = Session::connect(&options).await?;
    let (record, exists) =
        tokio::join!(session.newest_labels(&session.namespace, &target.release), namespace_exists(&session));
    let (release, unreadable) = match record {
        Ok(found) => (found.map(|(_, labels)| newest(&labels)), None),
        Err(Failure::NotFound(_)) => (None, None),
        Err(failure) => (None, Some(failure.to_string())),
    };
    let place = Place {
        context: session.context.clone().unwrap_or_else(|| session.server.clone()),
        server: session.server.clone(),
        version: session.version.clone(),
        namespace: session.namespace.clone(),
        release: target.release,
    };
    let unfinished = unfinished(hub, &place).await;
    hub.connected(session);
    Ok(Found { place, release, unfinished, namespace_exists: exists, unreadable })
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

/// What this machine remembers of an operation that did not reach its end. Without a journal there is none.
async fn unfinished(hub: &Hub, place: &Place) -> Option<Unfinished> {
    let journal = hub.journal().await.ok()?;
    let subject =
        Subject { cluster: place.server.clone(), namespace: place.namespace.clone(), release: place.release.clone() };
    let last = journal.last(&subject).await.ok()??;
    let open = matches!(last.kind.as_str(), "install" | "uninstall") && last.outcome.as_deref() != Some("done");
    open.then_some(Unfinished { kind: last.kind, started: last.started, stage: last.stage, outcome: last.outcome })
}

//! What must exist before the chart can be applied: namespaces, and the kinds of definitions that were just made. The
//! definitions themselves are in [`super::definitions`], Secrets in [`super::secrets`].

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::definitions::is_served;
use super::event::{Change, Event};
use super::operation::{Context, refused};
use crate::cluster::{Failure, Object, Session};
use crate::problem::{Outcome, Problem};

/// The label by which the platform knows its namespaces.
pub const MANAGED: (&str, &str) = ("iomete.com/managed", "true");

/// Time discovery may take until it tells of an established definition, and the pause between two looks.
const TOLD: Duration = Duration::from_secs(15);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Which of the namespaces do not exist yet. A namespace that may not be looked at is taken as existing: the trial
/// of the objects will tell.
pub async fn absent_namespaces(context: &Context, namespaces: &[String]) -> Result<BTreeSet<String>, Problem> {
    let session = &context.session;
    let mut absent = BTreeSet::new();
    for namespace in namespaces {
        let exists = match *namespace == session.namespace {
            true => context.home_exists().await,
            false => context.patiently("look for a namespace", || session.namespace_exists(namespace)).await,
        };
        let exists = exists.map_err(|failure| {
            refused("namespace.unknown", format!("namespace `{namespace}` cannot be looked for"), &failure)
        })?;
        if exists == Some(false) {
            absent.insert(namespace.clone());
        }
    }
    Ok(absent)
}

/// Creates the namespaces that are absent, and labels those that exist.
pub async fn namespaces(context: &Context, namespaces: &[String], absent: &BTreeSet<String>) -> Result<(), Problem> {
    for namespace in namespaces {
        let object = cluster_object(
            &context.session,
            json!({
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": {"name": namespace, "labels": {MANAGED.0: MANAGED.1}},
            }),
        )?;
        match context.patiently("write a namespace", || context.session.apply(&object)).await {
            Ok(applied) => {
                let change = if applied.created { Change::Created } else { Change::Configured };
                context.reporter.tell(Event::Object { change, object: object.reference(), done: 1, total: 1 });
                context.made_namespace(namespace).await;
            }
            Err(Failure::Forbidden(_)) if !absent.contains(namespace) => context.reporter.note(format!(
                "namespace {namespace} may not be labelled; have an administrator run `kubectl label namespace {namespace} {}={}`",
                MANAGED.0, MANAGED.1
            )),
            Err(failure) => return Err(refused("namespace.refused", format!("namespace `{namespace}` cannot be created"), &failure)),
        }
    }
    Ok(())
}

/// The context with the kinds that the cluster serves now. A definition is established before discovery tells its
/// kind, so the kinds of `definitions` are waited for; on a fast machine for a second or two.
pub async fn renewed(context: &Context, definitions: &[Object]) -> Result<Context, Problem> {
    let mut context = context.clone();
    let deadline = Instant::now() + TOLD;
    loop {
        let read = context.patiently("read the kinds", || context.session.rediscovered()).await;
        context.session = read.map_err(|failure| {
            Problem::new(Outcome::Unreachable, "cluster.lost", "the cluster's kinds cannot be read")
                .because(failure.to_string())
                .next("run the same command again when the line is back")
        })?;
        let all = definitions.iter().all(|definition| is_served(&context.session, definition));
        if all || Instant::now() >= deadline {
            return Ok(context);
        }
        sleep(LOOK_AGAIN).await;
    }
}

pub(super) fn cluster_object(session: &Session, value: serde_json::Value) -> Result<Object, Problem> {
    Object::new(value, &session.kinds, &session.namespace).map_err(|e| {
        Problem::failed("cluster.kinds", "the cluster does not serve the core kinds").because(e.to_string())
    })
}

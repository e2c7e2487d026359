//! What must exist before the chart can be applied: namespaces and definitions. Secrets are in [`super::secrets`].

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::event::{Change, Event};
use super::operation::{Context, refused};
use crate::cluster::{Failure, Object, Session};
use crate::problem::{Outcome, Problem};

/// The label by which the platform knows its namespaces.
pub const MANAGED: (&str, &str) = ("iomete.com/managed", "true");

/// Time a definition may take until it is served.
const ESTABLISHED: Duration = Duration::from_secs(60);

/// Time discovery may take until it tells of an established definition, and the pause between two looks.
const TOLD: Duration = Duration::from_secs(15);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Which of the namespaces do not exist yet. A namespace that may not be looked at is taken as existing: the trial
/// of the objects will tell.
pub async fn absent_namespaces(context: &Context, namespaces: &[String]) -> Result<BTreeSet<String>, Problem> {
    let session = &context.session;
    let mut absent = BTreeSet::new();
    for namespace in namespaces {
        let exists = context.patiently("look for a namespace", || session.namespace_exists(namespace)).await;
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

/// Creates the definitions that do not exist, and waits until they are served. Those that exist are left alone:
/// somebody else may look after them. True when there was something to do.
pub async fn definitions(context: &Context, definitions: &[Object]) -> Result<bool, Problem> {
    let session = &context.session;
    let mut created = false;
    for definition in definitions {
        if is_served(session, definition) {
            continue;
        }
        let what = format!("the definition {} cannot be created", definition.name);
        let there =
            context.patiently("look for a definition", || session.get(&definition.kind, None, &definition.name)).await;
        if there.map_err(|failure| refused("definition.refused", what.clone(), &failure))?.is_some() {
            continue;
        }
        let applied = context.patiently("create a definition", || session.apply(definition)).await;
        applied.map_err(|failure| refused("definition.refused", what.clone(), &failure))?;
        let established = context
            .patiently("wait for a definition", || session.definition_established(&definition.name, ESTABLISHED))
            .await;
        if !established.map_err(|failure| refused("definition.refused", what.clone(), &failure))? {
            return Err(Problem::failed(
                "definition.slow",
                format!("the definition {} is not served after {} s", definition.name, ESTABLISHED.as_secs()),
            )
            .next("look at its conditions with `kubectl describe crd`, then run the same command again"));
        }
        context.reporter.tell(Event::Object {
            change: Change::Created,
            object: definition.reference(),
            done: 1,
            total: 1,
        });
        created = true;
    }
    Ok(created)
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

/// Whether the cluster serves the kind that a definition defines: then the definition is there.
fn is_served(session: &Session, definition: &Object) -> bool {
    let spec = &definition.value["spec"];
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_string();
    let (group, kind) = (text(&spec["group"]), text(&spec["names"]["kind"]));
    let mut versions = spec["versions"].as_array().into_iter().flatten().filter(|version| version["served"] == true);
    versions.any(|version| session.kinds.find(&format!("{group}/{}", text(&version["name"])), &kind).is_some())
}

pub(super) fn cluster_object(session: &Session, value: serde_json::Value) -> Result<Object, Problem> {
    Object::new(value, &session.kinds, &session.namespace).map_err(|e| {
        Problem::failed("cluster.kinds", "the cluster does not serve the core kinds").because(e.to_string())
    })
}

//! The definitions (CRDs) that a chart brings along. Helm creates them once and never looks at them again; so do we,
//! unless the operator chooses to upgrade them: somebody else may look after them, and a definition that drops a version
//! takes the objects along that are stored in it.

use std::time::Duration;

use serde_json::Value;

use super::event::{Change, Event};
use super::operation::{Context, refused};
use crate::cluster::{Failure, Object, Session, is_client_side, is_settled};
use crate::problem::Problem;

/// Time a definition may take until it is served.
const ESTABLISHED: Duration = Duration::from_secs(60);

/// What happens to the definitions of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Definitions {
    /// Those that do not exist are created.
    #[default]
    Create,
    /// They are left alone.
    Leave,
    /// Those that do not exist are created, the others brought to the chart's state.
    Upgrade,
}

/// What speaks against upgrading definitions, before anything is changed.
pub async fn check(context: &Context, definitions: &[Object], how: Definitions) -> Result<Vec<Problem>, Problem> {
    let mut problems = Vec::new();
    for definition in definitions.iter().filter(|_| how == Definitions::Upgrade) {
        let Some(live) = read(context, definition).await? else { continue };
        let lost = lost_versions(&live, definition);
        if !lost.is_empty() {
            problems.push(lossy(definition, &lost));
            continue;
        }
        let session = &context.session;
        let tried = context.patiently("try a definition", || session.apply_as(definition, true, true)).await;
        if let Err(failure) = tried {
            let what = format!("the API server refuses the definition {}", definition.name);
            problems.push(refused("definition.refused", what, &failure).next("nothing was changed"));
        }
    }
    Ok(problems)
}

/// Creates the definitions that do not exist, upgrades the others if that was chosen, and waits until they are served.
/// True when there was something to do.
pub async fn write(context: &Context, definitions: &[Object], how: Definitions) -> Result<bool, Problem> {
    let mut changed = false;
    for definition in definitions.iter().filter(|_| how != Definitions::Leave) {
        if how == Definitions::Create && is_served(&context.session, definition) {
            continue;
        }
        let live = read(context, definition).await?;
        let change = match live {
            Some(_) if how == Definitions::Create => continue,
            Some(live) if is_settled(&live, &definition.value) => continue,
            Some(live) => {
                let lost = lost_versions(&live, definition);
                if !lost.is_empty() {
                    return Err(lossy(definition, &lost));
                }
                if is_client_side(&live) {
                    let session = &context.session;
                    let request = || session.migrate_fields(definition);
                    context
                        .patiently("book the fields of a definition", request)
                        .await
                        .map_err(|f| cannot(definition, &f))?;
                }
                Change::Configured
            }
            None => Change::Created,
        };
        apply(context, definition, change).await?;
        changed = true;
    }
    Ok(changed)
}

async fn read(context: &Context, definition: &Object) -> Result<Option<Value>, Problem> {
    let session = &context.session;
    let read = || session.get(&definition.kind, None, &definition.name);
    context.patiently("look for a definition", read).await.map_err(|failure| cannot(definition, &failure))
}

async fn apply(context: &Context, definition: &Object, change: Change) -> Result<(), Problem> {
    let session = &context.session;
    // Upgrading is an explicit choice: it takes the fields over.
    let force = change == Change::Configured;
    let applied = context.patiently("write a definition", || session.apply_as(definition, false, force)).await;
    applied.map_err(|failure| cannot(definition, &failure))?;
    let established = context
        .patiently("wait for a definition", || session.definition_established(&definition.name, ESTABLISHED))
        .await;
    if !established.map_err(|failure| cannot(definition, &failure))? {
        let what = format!("the definition {} is not served after {} s", definition.name, ESTABLISHED.as_secs());
        return Err(Problem::failed("definition.slow", what)
            .next("look at its conditions with `kubectl describe crd`, then run the same command again"));
    }
    context.reporter.tell(Event::Object { change, object: definition.reference(), done: 1, total: 1 });
    Ok(())
}

/// Whether the cluster serves the kind that a definition defines: then the definition is there.
pub fn is_served(session: &Session, definition: &Object) -> bool {
    let spec = &definition.value["spec"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let (group, kind) = (text(&spec["group"]), text(&spec["names"]["kind"]));
    let mut versions = spec["versions"].as_array().into_iter().flatten().filter(|version| version["served"] == true);
    versions.any(|version| session.kinds.find(&format!("{group}/{}", text(&version["name"])), &kind).is_some())
}

/// Versions in which objects are stored and that the new definition does not have.
fn lost_versions(live: &Value, definition: &Object) -> Vec<String> {
    let versions = definition.value["spec"]["versions"].as_array();
    let has = |name: &Value| versions.is_some_and(|all| all.iter().any(|version| version["name"] == *name));
    let stored = live["status"]["storedVersions"].as_array().into_iter().flatten();
    stored.filter(|version| !has(version)).filter_map(|version| version.as_str().map(str::to_string)).collect()
}

fn lossy(definition: &Object, lost: &[String]) -> Problem {
    let what =
        format!("the definition {} cannot be upgraded: objects are stored in {}", definition.name, lost.join(", "));
    Problem::bad_input("definition.stored-versions", what)
        .at(format!("status.storedVersions of CustomResourceDefinition {}", definition.name))
        .because("the chart's definition does not have that version any more: the objects could not be read again")
        .next(
            "write the objects anew in a version that both have, take the old one out of status.storedVersions, and \
             try again; nothing was changed",
        )
}

fn cannot(definition: &Object, failure: &Failure) -> Problem {
    refused("definition.refused", format!("the definition {} cannot be written", definition.name), failure)
}

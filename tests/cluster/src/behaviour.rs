//! Misbehaviour of pods: data that a test applies, and takes away again.
//!
//! The files under `manifests/behaviours` say what the pods do; here they are filled in and bound
//! to one label in one namespace.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, DeleteParams, DynamicObject, PostParams};
use kube::{Client, ResourceExt};
use serde_json::{Value, json};

use crate::{Error, Namespace, apply, attempts, eventually, settled};

/// What pods can do other than start at once and stay well.
#[derive(Debug, Clone)]
pub enum Behaviour<'a> {
    /// Containers run, and become ready after this time.
    SlowStart {
        /// From the start of the containers to readiness.
        after: Duration,
    },
    /// Containers run, and never become ready.
    NeverReady {
        /// The message of the event `Unhealthy`.
        message: &'a str,
    },
    /// Containers exit again and again. State, last state, restart count, events and log (current
    /// and `--previous`) are those of a crash loop.
    CrashLoop {
        /// How long a container runs.
        runs: Duration,
        /// The code it exits with; 137 comes with the reason `OOMKilled`.
        exit_code: i32,
        /// From the exit to the next start.
        back_off: Duration,
        /// What each run writes.
        log: &'a [&'a str],
    },
    /// Images cannot be pulled: `ErrImagePull` with this message, then `ImagePullBackOff`.
    ImagePullFailure {
        /// What the registry is said to have answered.
        message: &'a str,
    },
    /// No node takes the pods; the real scheduler says why.
    Unschedulable,
}

impl Behaviour<'_> {
    fn template(&self) -> &'static str {
        match self {
            Self::SlowStart { .. } => include_str!("../manifests/behaviours/slow-start.yaml"),
            Self::NeverReady { .. } => include_str!("../manifests/behaviours/never-ready.yaml"),
            Self::CrashLoop { .. } => include_str!("../manifests/behaviours/crash-loop.yaml"),
            Self::ImagePullFailure { .. } => include_str!("../manifests/behaviours/image-pull.yaml"),
            Self::Unschedulable => include_str!("../manifests/behaviours/unschedulable.yaml"),
        }
    }
}

/// A behaviour in force, until [`Applied::end`].
#[must_use]
pub struct Applied {
    client: Client,
    id: String,
    objects: Vec<DynamicObject>,
}

impl Applied {
    /// Takes the behaviour away: pods created from now on do the usual again. Pods that are in the
    /// middle of it stay as they are.
    ///
    /// # Panics
    /// When the API server refuses.
    pub async fn end(self) {
        if let Err(problem) = self.try_end().await {
            panic!("ending {}: {problem}", self.id);
        }
    }

    async fn try_end(&self) -> Result<(), Error> {
        for object in &self.objects {
            apply::api(&self.client, object)?.delete(&object.name_any(), &DeleteParams::default()).await?;
        }
        settled::stages(&self.client, &format!("{}.end", self.id)).await
    }
}

/// Puts a behaviour in force for the pods with this label.
pub(crate) async fn apply(ns: &Namespace<'_>, pods: (&str, &str), behaviour: &Behaviour<'_>) -> Result<Applied, Error> {
    let id = format!("{}.{}", ns.name(), ns.cluster().next());
    let mut blanks = vec![("name", id.clone()), ("namespace", ns.name().to_owned())];
    blanks.extend([("label", json!(pods.0).to_string()), ("value", json!(pods.1).to_string())]);
    match behaviour {
        Behaviour::SlowStart { after } => blanks.push(("after", after.as_millis().to_string())),
        Behaviour::NeverReady { message } | Behaviour::ImagePullFailure { message } => {
            blanks.push(("message", json!(message).to_string()));
        }
        Behaviour::CrashLoop { runs, exit_code, back_off, log } => {
            let path = ns.cluster().folder().join(format!("{id}.container.log"));
            attempts::write_log(&path, log)?;
            blanks.extend([
                ("log", json!(path).to_string()),
                ("after", runs.as_millis().to_string()),
                ("back_off", back_off.as_millis().to_string()),
                ("exit_code", exit_code.to_string()),
                ("reason", if *exit_code == 137 { "OOMKilled" } else { "Error" }.to_owned()),
            ]);
        }
        Behaviour::Unschedulable => {}
    }
    let objects = bound(behaviour.template(), &blanks, &id, ns.name(), pods)?;
    let client = ns.client();
    apply::apply(&client, &objects).await?;
    match behaviour {
        Behaviour::Unschedulable => policy_in_force(ns, pods).await?,
        _ => settled::stages(&client, &id).await?,
    }
    Ok(Applied { client, id, objects })
}

/// The objects of a template with its `@blanks@` filled in. Stages are bound to the pods meant, and
/// get the weight that makes them win over the usual ones.
pub(crate) fn bound(
    template: &str,
    blanks: &[(&str, String)],
    id: &str,
    namespace: &str,
    (label, value): (&str, &str),
) -> Result<Vec<DynamicObject>, Error> {
    let filled = blanks.iter().fold(template.to_owned(), |text, (name, to)| text.replace(&format!("@{name}@"), to));
    let mut objects = apply::objects(id, &filled)?;
    for object in objects.iter_mut().filter(|o| o.types.as_ref().is_some_and(|t| t.kind == "Stage")) {
        object.metadata.name = Some(format!("{id}.{}", object.name_any()));
        let spec = &mut object.data["spec"];
        spec["weight"] = json!(1);
        spec["selector"]["matchLabels"] = json!({ label: value });
        let here = json!({ "jq": { "key": ".metadata.namespace", "operator": "In", "values": [namespace] } });
        match spec["selector"]["matchExpressions"].as_array_mut() {
            Some(expressions) => expressions.push(here),
            None => spec["selector"]["matchExpressions"] = Value::Array(vec![here]),
        }
    }
    Ok(objects)
}

/// A new policy takes a moment until the API server follows it: asks with a dry run.
async fn policy_in_force(ns: &Namespace<'_>, (label, value): (&str, &str)) -> Result<(), Error> {
    let probe: Pod = serde_json::from_value(json!({
        "metadata": { "name": "policy-probe", "labels": { label: value } },
        "spec": { "containers": [{ "name": "probe", "image": "probe" }] },
    }))
    .map_err(|e| Error::Manifest { name: "policy-probe".to_owned(), problem: e.to_string() })?;
    let pods: Api<Pod> = ns.api();
    let dry = PostParams { dry_run: true, ..PostParams::default() };
    eventually("the scheduling policy", Duration::from_secs(30), || async {
        let pod = pods.create(&dry, &probe).await.ok()?;
        pod.spec?.node_selector.map(drop)
    })
    .await
}

//! What pods do other than start and stay well: said by scenarios and tests, done by the simulated nodes.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::controllers::events::fnv;
use super::json;
use super::store::Store;

/// Some pods, and what they do.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Behaviour {
    /// Only in this namespace.
    pub namespace: Option<String>,
    /// Pods with these labels.
    pub labels: BTreeMap<String, String>,
    /// Pods of this job; a star stands for anything.
    pub job: Option<String>,
    /// Pods of this name; a star stands for anything.
    pub name: Option<String>,
    /// Not when this holds.
    pub unless: Option<Condition>,
    /// What they do, by the order in which they are made; the last one is repeated.
    pub acts: Vec<Act>,
}

/// A condition on what a pod is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// One of these environment variables, wherever its value comes from …
    pub env: Vec<String>,
    /// … has this value.
    pub is: String,
}

/// What a pod does.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// Runs for a time and exits; with a restart policy, again and again.
    Runs {
        /// Milliseconds from start to exit.
        for_ms: u64,
        /// Its exit code; 137 comes with the reason `OOMKilled`.
        exit_code: i32,
        /// What it writes, evenly spread over its time.
        #[serde(default)]
        log: Vec<String>,
        /// Milliseconds until the next start instead of 10 s, 20 s, 40 s, …
        #[serde(default)]
        back_off_ms: Option<u64>,
    },
    /// Becomes ready after a time.
    SlowStart {
        /// Milliseconds from start to readiness.
        after_ms: u64,
    },
    /// Runs and never becomes ready.
    NeverReady {
        /// Message of the event `Unhealthy`.
        message: String,
    },
    /// Its images cannot be pulled.
    ImagePull {
        /// What the registry answers.
        message: String,
    },
    /// No node takes it.
    Unschedulable {
        /// What the scheduler says.
        message: String,
    },
}

/// What a job leaves behind when it succeeds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// Jobs of this name; a star stands for anything.
    pub job: String,
    /// Objects in its namespace.
    pub makes: Vec<Value>,
}

/// Behaviours in force.
#[derive(Debug, Default)]
pub struct Behaviours {
    next: u64,
    all: Vec<(u64, Behaviour)>,
    /// How many pods of an owner have been told what to do.
    told: HashMap<(u64, u128), usize>,
}

impl Behaviours {
    /// Puts one in force; the newest one wins. The number ends it.
    pub fn add(&mut self, behaviour: Behaviour) -> u64 {
        self.next += 1;
        self.all.push((self.next, behaviour));
        self.next
    }

    /// Ends one.
    pub fn end(&mut self, number: u64) {
        self.all.retain(|(known, _)| *known != number);
    }

    /// What a new pod does.
    ///
    /// Pods of a job are counted by the name of the job, so that a script goes on when the job is made anew.
    pub fn act_of(&mut self, store: &Store, pod: &Value, owner: u128) -> Option<Act> {
        let job = json::text(pod, "/metadata/labels/batch.kubernetes.io~1job-name");
        let owner = match job {
            "" => owner,
            job => u128::from(fnv(job)) << 64 | u128::from(fnv(json::text(pod, "/metadata/namespace"))),
        };
        let (number, behaviour) = self.all.iter().rev().find(|(_, behaviour)| behaviour.is_for(store, pod))?;
        let told = self.told.entry((*number, owner)).or_default();
        let act = behaviour.acts.get(*told).or_else(|| behaviour.acts.last()).cloned();
        *told += 1;
        act
    }
}

impl Behaviour {
    fn is_for(&self, store: &Store, pod: &Value) -> bool {
        let label = |key: &str| pod["metadata"]["labels"][key].as_str().unwrap_or_default();
        self.namespace.as_deref().is_none_or(|wanted| json::text(pod, "/metadata/namespace") == wanted)
            && self.labels.iter().all(|(key, value)| label(key) == value)
            && self.job.as_deref().is_none_or(|job| matches(job, label("batch.kubernetes.io/job-name")))
            && self.name.as_deref().is_none_or(|name| matches(name, json::text(pod, "/metadata/name")))
            && !self.unless.as_ref().is_some_and(|condition| condition.holds(store, pod))
    }
}

impl Condition {
    fn holds(&self, store: &Store, pod: &Value) -> bool {
        json::items(pod, "/spec/containers")
            .iter()
            .flat_map(|container| json::items(container, "/env"))
            .filter(|variable| self.env.iter().any(|name| variable["name"] == name.as_str()))
            .any(|variable| value_of(store, pod, variable).is_ok_and(|value| value == self.is))
    }
}

/// The value of an environment variable, or why there is none.
///
/// # Errors
/// The words of a kubelet.
pub fn value_of(store: &Store, pod: &Value, variable: &Value) -> Result<String, String> {
    use base64::Engine;
    let namespace = json::text(pod, "/metadata/namespace");
    let source = &variable["valueFrom"];
    for (table, reference, word) in
        [("/secrets", &source["secretKeyRef"], "secret"), ("/configmaps", &source["configMapKeyRef"], "configmap")]
    {
        if !reference.is_object() {
            continue;
        }
        let (name, key) = (json::text(reference, "/name"), json::text(reference, "/key"));
        let optional = reference["optional"] == true;
        let Some(found) = store.value(table, namespace, name) else {
            return if optional { Ok(String::new()) } else { Err(format!("{word} \"{name}\" not found")) };
        };
        let kind = if word == "secret" { "Secret" } else { "ConfigMap" };
        return match found["data"][key].as_str() {
            Some(text) if word == "secret" => {
                let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
                Ok(String::from_utf8_lossy(&bytes).into_owned())
            }
            Some(text) => Ok(text.into()),
            None if optional => Ok(String::new()),
            None => Err(format!("couldn't find key {key} in {kind} {namespace}/{name}")),
        };
    }
    Ok(json::text(variable, "/value").into())
}

/// Whether a text is like a pattern with stars.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    if !pattern.contains('*') {
        return rest.is_empty();
    }
    let mut last = "";
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
        last = part;
    }
    rest.is_empty() || last.is_empty() || text.ends_with(last)
}

/// Milliseconds.
pub fn millis(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("data-plane-*", "data-plane-init"));
        assert!(matches("*init*", "data-plane-init"));
        assert!(matches("a", "a") && !matches("a", "ab") && !matches("a*c", "ab"));
    }
}

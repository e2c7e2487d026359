//! Which node takes a pod, and the sentence when none does.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Nodes, Step};
use crate::sandbox::behaviour::{Act, millis};
use crate::sandbox::clock;
use crate::sandbox::controllers::Turn;
use crate::sandbox::controllers::events::{Said, say};
use crate::sandbox::json;
use crate::sandbox::quantity::thousandths;
use crate::sandbox::store::{Key, LabelSelector, Store};

const BY: &str = "default-scheduler";

/// How often a pod that no node takes is tried again.
const AGAIN: Duration = Duration::from_secs(30);

impl Nodes {
    pub(super) fn schedule(&mut self, turn: &mut Turn<'_>, key: &Key, uid: u128, pod: &Value) {
        if !json::text(pod, "/spec/nodeName").is_empty() {
            self.next(turn, key, uid, Step::Prepare, millis(10));
            return;
        }
        let found = match self.act(turn, uid, pod) {
            Some(Act::Unschedulable { message }) => Err(message),
            _ => place(turn.store, &self.room, pod),
        };
        let Some(kind) = turn.store.kinds.of_table("/pods").cloned() else { return };
        match found {
            Ok(node) => {
                let message = format!("Successfully assigned {}/{} to {node}", key.namespace, key.name);
                say(turn.store, pod, Said::normal(BY, "Scheduled", &message));
                let bound = turn.store.edit(&kind, &key.namespace, &key.name, |pod| {
                    json::set(pod, &["spec", "nodeName"], node);
                    json::set(
                        pod,
                        &["status", "conditions"],
                        json!([{"type": "PodScheduled", "status": "True", "lastProbeTime": null,
                            "lastTransitionTime": clock::now()}]),
                    );
                });
                if let Some(bound) = bound {
                    self.room.see(key, &bound.value());
                }
                self.waiting.remove(key);
                let after = turn.between(10, 60);
                self.next(turn, key, uid, Step::Prepare, after);
            }
            Err(message) => {
                say(turn.store, pod, Said::warning(BY, "FailedScheduling", &message));
                turn.store.edit(&kind, &key.namespace, &key.name, |pod| {
                    let known = json::items(pod, "/status/conditions");
                    let since =
                        known.iter().find(|c| c["type"] == "PodScheduled").map(|c| c["lastTransitionTime"].clone());
                    let condition = json!({"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                        "message": message, "lastProbeTime": null,
                        "lastTransitionTime": since.unwrap_or_else(|| clock::now().into())});
                    json::set(pod, &["status", "conditions"], json!([condition]));
                });
                self.waiting.insert(key.clone());
                self.next(turn, key, uid, Step::Schedule, AGAIN);
            }
        }
    }
}

/// The node with the most room among those that fit, or why none does.
fn place(store: &Store, room: &Room, pod: &Value) -> Result<String, String> {
    let nodes: Vec<Value> = store.list("/nodes", None, None).map(|record| record.value()).collect();
    let all = nodes.len();
    unbound(store, pod, all)?;
    let (cpu, memory) = wanted(pod);
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut best: Option<(i128, usize, String)> = None;
    for node in &nodes {
        let name = json::text(node, "/metadata/name");
        let (node_cpu, node_memory, pods) = room.nodes.get(name).copied().unwrap_or_default();
        let room = |resource: &str| thousandths(json::text(node, &format!("/status/allocatable/{resource}")));
        let free = room("cpu") - node_cpu;
        let why = match unfit(store, pod, node, &nodes) {
            Some(why) => Some(why),
            None if free < cpu => Some("Insufficient cpu".into()),
            None if room("memory") - node_memory < memory => Some("Insufficient memory".into()),
            None if (room("pods") / 1_000) <= pods as i128 => Some("Too many pods".into()),
            None => None,
        };
        match why {
            Some(why) => *reasons.entry(why).or_default() += 1,
            None if best.as_ref().is_none_or(|(most, count, _)| {
                (free, std::cmp::Reverse(pods)) > (*most, std::cmp::Reverse(*count))
            }) =>
            {
                best = Some((free, pods, name.to_string()));
            }
            None => {}
        }
    }
    match best {
        Some((.., name)) => Ok(name),
        None => {
            let told: Vec<String> = reasons.iter().map(|(why, count)| format!("{count} {why}")).collect();
            let none =
                format!("preemption: 0/{all} nodes are available: {all} Preemption is not helpful for scheduling.");
            Err(format!("0/{all} nodes are available: {}. {none}", told.join(", ")))
        }
    }
}

/// Claims that must be bound first.
fn unbound(store: &Store, pod: &Value, all: usize) -> Result<(), String> {
    let namespace = json::text(pod, "/metadata/namespace");
    for volume in json::items(pod, "/spec/volumes") {
        let name = json::text(volume, "/persistentVolumeClaim/claimName");
        if name.is_empty() {
            continue;
        }
        let none = format!("preemption: 0/{all} nodes are available: {all} Preemption is not helpful for scheduling.");
        let Some(claim) = store.value("/persistentvolumeclaims", namespace, name) else {
            return Err(format!("0/{all} nodes are available: persistentvolumeclaim \"{name}\" not found. {none}"));
        };
        if claim["status"]["phase"] != "Bound" {
            return Err(format!(
                "0/{all} nodes are available: pod has unbound immediate PersistentVolumeClaims. {none}"
            ));
        }
    }
    Ok(())
}

/// What runs on a node: thousandths of cores, thousandths of bytes, pods.
type Taken = (i128, i128, usize);

/// Which pods take what of which node. Kept, because reading all pods for each new one would cost too much.
#[derive(Debug, Default)]
pub struct Room {
    pods: HashMap<Key, (String, i128, i128)>,
    nodes: HashMap<String, Taken>,
}

impl Room {
    /// A pod is seen.
    pub fn see(&mut self, key: &Key, pod: &Value) {
        let node = json::text(pod, "/spec/nodeName");
        let ended = ["Succeeded", "Failed"].contains(&json::text(pod, "/status/phase"));
        let known = self.pods.get(key).map(|(node, ..)| node.as_str()).unwrap_or_default();
        if known == node && !ended {
            return;
        }
        self.forget(key);
        if !node.is_empty() && !ended {
            let (cpu, memory) = wanted(pod);
            let taken = self.nodes.entry(node.to_string()).or_default();
            *taken = (taken.0 + cpu, taken.1 + memory, taken.2 + 1);
            self.pods.insert(key.clone(), (node.to_string(), cpu, memory));
        }
    }

    /// A pod is gone.
    pub fn forget(&mut self, key: &Key) {
        if let Some((node, cpu, memory)) = self.pods.remove(key)
            && let Some(taken) = self.nodes.get_mut(&node)
        {
            *taken = (taken.0 - cpu, taken.1 - memory, taken.2.saturating_sub(1));
        }
    }
}

fn wanted(pod: &Value) -> (i128, i128) {
    let sum = |resource: &str| {
        json::items(pod, "/spec/containers")
            .iter()
            .map(|container| {
                let request = json::text(container, &format!("/resources/requests/{resource}"));
                let limit = json::text(container, &format!("/resources/limits/{resource}"));
                thousandths(if request.is_empty() { limit } else { request })
            })
            .sum()
    };
    (sum("cpu"), sum("memory"))
}

/// Why a node does not take a pod, whatever room it has.
fn unfit(store: &Store, pod: &Value, node: &Value, nodes: &[Value]) -> Option<String> {
    let labels = json::at(node, "/metadata/labels");
    let selected = json::includes(labels, json::at(pod, "/spec/nodeSelector"));
    let terms = json::items(
        pod,
        "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms",
    );
    let wanted = terms.is_empty() || terms.iter().any(|term| LabelSelector::of(term).selects_labels(labels));
    if !selected || !wanted {
        return Some("node(s) didn't match Pod's node affinity/selector".into());
    }
    if node["spec"]["unschedulable"] == true {
        return Some("node(s) were unschedulable".into());
    }
    for taint in json::items(node, "/spec/taints") {
        if taint["effect"] != "PreferNoSchedule" && !tolerated(pod, taint) {
            let (key, value) = (json::text(taint, "/key"), json::text(taint, "/value"));
            return Some(format!("node(s) had untolerated taint {{{key}: {value}}}"));
        }
    }
    for constraint in json::items(pod, "/spec/topologySpreadConstraints") {
        if constraint["whenUnsatisfiable"] == "DoNotSchedule" && skewed(store, pod, node, nodes, constraint) {
            return Some("node(s) didn't match pod topology spread constraints".into());
        }
    }
    None
}

fn tolerated(pod: &Value, taint: &Value) -> bool {
    json::items(pod, "/spec/tolerations").iter().any(|toleration| {
        let any_key = toleration["key"].is_null() || toleration["key"] == "";
        let key = any_key || toleration["key"] == taint["key"];
        let value =
            toleration["operator"] == "Exists" || json::text(toleration, "/value") == json::text(taint, "/value");
        let effect = toleration["effect"].is_null() || toleration["effect"] == taint["effect"];
        key && value && effect
    })
}

/// Whether one more pod on this node makes its zone too full.
fn skewed(store: &Store, pod: &Value, node: &Value, nodes: &[Value], constraint: &Value) -> bool {
    let topology = json::text(constraint, "/topologyKey");
    let zone_of = |node: &Value| node["metadata"]["labels"][topology].as_str().unwrap_or_default().to_string();
    let zones: BTreeMap<&str, String> =
        nodes.iter().map(|node| (json::text(node, "/metadata/name"), zone_of(node))).collect();
    let mut counts: BTreeMap<String, i64> = zones.values().map(|zone| (zone.clone(), 0)).collect();
    let selector = LabelSelector::of(&constraint["labelSelector"]);
    for record in store.list("/pods", Some(json::text(pod, "/metadata/namespace")), None) {
        if !selector.selects(record) {
            continue;
        }
        let other = record.value();
        if let Some(zone) = zones.get(json::text(&other, "/spec/nodeName")) {
            *counts.entry(zone.clone()).or_default() += 1;
        }
    }
    let least = counts.values().min().copied().unwrap_or(0);
    let here = counts.get(&zone_of(node)).copied().unwrap_or(0);
    here + 1 - least > json::int(constraint, "/maxSkew").unwrap_or(1)
}

//! An eviction: a deletion that disruption budgets may refuse, as `kubectl drain` asks for it.

use bytes::Bytes;
use serde_json::{Value, json};

use super::answer::{self, Reply};
use super::write;
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::registry;
use crate::sandbox::store::{LabelSelector, Store};

/// Evicts a pod.
///
/// # Errors
/// There is none, or a budget would not be kept.
pub fn evict(store: &mut Store, kind: &Kind, (namespace, name): (&str, &str), body: &Bytes) -> Answer<Reply> {
    let eviction = write::parsed(body)?;
    let pod = store.value(&kind.table, namespace, name).ok_or_else(|| ApiError::not_found(kind, name))?;
    let ended = ["Succeeded", "Failed"].contains(&json::text(&pod, "/status/phase"));
    if !ended && let Some(budget) = broken_budget(store, namespace, &pod) {
        return Err(ApiError::disruption(&budget));
    }
    let options = json::at(&eviction, "/deleteOptions");
    registry::delete(store, kind, namespace, name, &write::deletion(options, |_| ""))?;
    Ok(answer::value(201, &json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"})))
}

/// The budget that has nothing left, in words.
fn broken_budget(store: &Store, namespace: &str, pod: &Value) -> Option<String> {
    let labels = json::at(pod, "/metadata/labels");
    let budgets: Vec<Value> =
        store.list("policy/poddisruptionbudgets", Some(namespace), None).map(|record| record.value()).collect();
    budgets.iter().find_map(|budget| {
        let selector = LabelSelector::of(json::at(budget, "/spec/selector"));
        if selector.is_empty() || !selector.selects_labels(labels) {
            return None;
        }
        let pods: Vec<Value> = store
            .list("/pods", Some(namespace), None)
            .filter(|record| selector.selects(record))
            .map(|record| record.value())
            .collect();
        let healthy = pods.iter().filter(|pod| is_ready(pod)).count();
        let needed = match (json::at(budget, "/spec/minAvailable"), json::at(budget, "/spec/maxUnavailable")) {
            (Value::Null, Value::Null) => 0,
            (Value::Null, most) => pods.len().saturating_sub(share(most, pods.len())),
            (least, _) => share(least, pods.len()),
        };
        (healthy <= needed && is_ready(pod)).then(|| {
            let name = json::text(budget, "/metadata/name");
            format!("The disruption budget {name} needs {needed} healthy pods and has {healthy} currently")
        })
    })
}

fn is_ready(pod: &Value) -> bool {
    let conditions = json::items(pod, "/status/conditions");
    conditions.iter().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

/// A number, or so many percent of all, rounded up.
fn share(value: &Value, all: usize) -> usize {
    let percent = value.as_str().and_then(|text| text.strip_suffix('%')).and_then(|text| text.parse::<usize>().ok());
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    percent.map(|percent| (all * percent).div_ceil(100)).or(number).unwrap_or(0)
}

//! The figures of `metrics.k8s.io`: what pods and nodes use now.

use serde_json::{Value, json};

use super::answer::{self, Reply};
use super::ask::{Ask, Place};
use super::read::Filter;
use crate::sandbox::clock;
use crate::sandbox::controllers::usage;
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::store::Store;
use crate::sandbox::world::World;

/// Answers a request for figures.
///
/// # Errors
/// There is no such pod or node.
pub fn metrics(world: &World, store: &Store, ask: &Ask, kind: &Kind, place: &Place) -> Answer<Reply> {
    let table = if kind.namespaced { "/pods" } else { "/nodes" };
    let Some(of) = store.kinds.of_table(table).cloned() else { return Err(ApiError::no_resource()) };
    let filter = Filter::of(ask, &of, place.namespace.as_deref())?;
    let measured = |object: &Value| match kind.namespaced {
        true => pod(world, object),
        false => node(world, store, object),
    };
    if let Some(name) = &place.name {
        let namespace = place.namespace.as_deref().unwrap_or_default();
        let object = store.value(table, namespace, name);
        let figures = object.as_ref().and_then(measured);
        return figures.map(|figures| answer::value(200, &figures)).ok_or_else(|| {
            let kind = Kind {
                plural: if kind.namespaced { "podmetrics".into() } else { "nodemetrics".into() },
                ..kind.clone()
            };
            ApiError::not_found(&kind, &format!("{namespace}/{name}"))
        });
    }
    let items: Vec<Value> = store
        .list(table, place.namespace.as_deref(), None)
        .filter(|record| filter.passes(record))
        .filter_map(|record| measured(&record.value()))
        .collect();
    let list = json!({
        "kind": format!("{}List", kind.kind), "apiVersion": kind.api_version(), "metadata": {}, "items": items,
    });
    Ok(answer::value(200, &list))
}

fn pod(world: &World, object: &Value) -> Option<Value> {
    if object["status"]["phase"] != "Running" {
        return None;
    }
    let containers: Vec<Value> = json::items(object, "/spec/containers")
        .iter()
        .map(|container| {
            let (cpu, memory) = usage(world, object, container);
            json!({"name": container["name"], "usage": written(cpu, memory)})
        })
        .collect();
    Some(json!({
        "metadata": {"name": object["metadata"]["name"], "namespace": object["metadata"]["namespace"],
            "labels": object["metadata"]["labels"], "creationTimestamp": clock::now()},
        "kind": "PodMetrics", "apiVersion": "metrics.k8s.io/v1beta1",
        "timestamp": clock::now(), "window": "15s", "containers": containers,
    }))
}

fn node(world: &World, store: &Store, object: &Value) -> Option<Value> {
    let name = json::text(object, "/metadata/name");
    let (mut cpu, mut memory) = (150, 700 << 20);
    for record in store.list("/pods", None, None) {
        let pod = record.value();
        if json::text(&pod, "/spec/nodeName") == name && pod["status"]["phase"] == "Running" {
            for container in json::items(&pod, "/spec/containers") {
                let used = usage(world, &pod, container);
                cpu += used.0;
                memory += used.1;
            }
        }
    }
    Some(json!({
        "metadata": {"name": name, "creationTimestamp": clock::now()},
        "kind": "NodeMetrics", "apiVersion": "metrics.k8s.io/v1beta1",
        "timestamp": clock::now(), "window": "15s", "usage": written(cpu, memory),
    }))
}

fn written(cpu: i128, memory: i128) -> Value {
    json!({"cpu": format!("{}n", cpu * 1_000_000), "memory": format!("{}Ki", memory / 1_024)})
}

//! Services: which pods stand behind them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Turn;
use super::pods::{self, ready};
use crate::sandbox::clock;
use crate::sandbox::json;
use crate::sandbox::registry;
use crate::sandbox::store::{Key, LabelSelector};

/// Which pods each Service is for.
pub type Selectors = BTreeMap<Key, LabelSelector>;

/// A pod changed: the Services that are for it are looked at; all of its namespace when it is gone.
pub fn pod_changed(turn: &mut Turn<'_>, selectors: &Selectors, pod: &Key) {
    let record = turn.store.at(pod);
    let first = Key::new("/services", &pod.namespace, "");
    let here = selectors.range(first..).take_while(|(key, _)| key.namespace == pod.namespace);
    for (key, selector) in here {
        if record.as_ref().is_none_or(|record| selector.selects(record)) {
            turn.store.touch(key.clone());
        }
    }
}

/// Writes the addresses behind a Service.
pub fn look(turn: &mut Turn<'_>, selectors: &mut Selectors, key: &Key) {
    let Some(record) = turn.store.at(key) else {
        selectors.remove(key);
        if let Some(kind) = pods::kind(turn, "/endpoints") {
            turn.store.remove(&kind, &key.namespace, &key.name);
        }
        return;
    };
    let service = record.value();
    let selector = json::at(&service, "/spec/selector");
    if !selector.is_object() || pods::leaving(&service) {
        return;
    }
    let selector = LabelSelector::of(&json!({"matchLabels": selector}));
    selectors.insert(key.clone(), selector.clone());
    let behind: Vec<Value> = turn
        .store
        .list("/pods", Some(&key.namespace), None)
        .filter(|record| selector.selects(record))
        .map(|record| record.value())
        .filter(|pod| !json::text(pod, "/status/podIP").is_empty() && pods::active(pod))
        .collect();
    let ports: Vec<Value> = json::items(&service, "/spec/ports").iter().map(|port| port_of(port, &behind)).collect();
    write(turn, key, &service, &behind, &ports);
}

fn port_of(port: &Value, behind: &[Value]) -> Value {
    let number = match &port["targetPort"] {
        Value::String(name) => behind
            .iter()
            .flat_map(|pod| json::items(pod, "/spec/containers"))
            .flat_map(|container| json::items(container, "/ports"))
            .find(|known| known["name"] == name.as_str())
            .map_or(port["port"].clone(), |known| known["containerPort"].clone()),
        Value::Null => port["port"].clone(),
        number => number.clone(),
    };
    let mut told = json!({"port": number, "protocol": port["protocol"]});
    if port["name"].is_string() {
        told["name"] = port["name"].clone();
    }
    told
}

fn write(turn: &mut Turn<'_>, key: &Key, service: &Value, behind: &[Value], ports: &[Value]) {
    let address = |pod: &Value| {
        json!({
            "ip": pod["status"]["podIP"], "nodeName": pod["spec"]["nodeName"],
            "targetRef": {"kind": "Pod", "name": pod["metadata"]["name"], "namespace": pod["metadata"]["namespace"],
                "uid": pod["metadata"]["uid"]},
        })
    };
    let of = |wanted: bool| behind.iter().filter(|pod| ready(pod) == wanted).map(address).collect::<Vec<_>>();
    let (up, down) = (of(true), of(false));
    let mut subset = json!({"ports": ports});
    if !up.is_empty() {
        subset["addresses"] = up.into();
    }
    if !down.is_empty() {
        subset["notReadyAddresses"] = down.into();
    }
    let subsets = if behind.is_empty() { json!([]) } else { json!([subset]) };
    let endpoints: Vec<Value> = behind
        .iter()
        .map(|pod| {
            let is_ready = ready(pod);
            json!({
                "addresses": [pod["status"]["podIP"]],
                "conditions": {"ready": is_ready, "serving": is_ready, "terminating": false},
                "nodeName": pod["spec"]["nodeName"],
                "targetRef": {"kind": "Pod", "name": pod["metadata"]["name"], "namespace": &*key.namespace,
                    "uid": pod["metadata"]["uid"]},
            })
        })
        .collect();
    put(turn, "/endpoints", key, &key.name, service, |object| {
        object.insert("subsets".into(), subsets);
    });
    put(turn, "discovery.k8s.io/endpointslices", key, &format!("{}-0", key.name), service, |object| {
        object.insert("addressType".into(), "IPv4".into());
        object.insert("endpoints".into(), endpoints.into());
        object.insert("ports".into(), ports.into());
    });
}

fn put(
    turn: &mut Turn<'_>,
    table: &str,
    service: &Key,
    name: &str,
    owner: &Value,
    fill: impl FnOnce(&mut serde_json::Map<String, Value>),
) {
    let Some(kind) = pods::kind(turn, table) else { return };
    let mut object = match turn.store.value(table, &service.namespace, name) {
        Some(object) => object,
        None => {
            let uid = registry::uuid(turn.store);
            let mut metadata = json!({
                "name": name, "namespace": &*service.namespace, "uid": uid, "creationTimestamp": clock::now(),
                "labels": {"kubernetes.io/service-name": &*service.name},
            });
            if table != "/endpoints" {
                metadata["ownerReferences"] = pods::owner_reference(owner);
            }
            json!({"apiVersion": kind.api_version(), "kind": kind.kind, "metadata": metadata})
        }
    };
    if let Some(map) = object.as_object_mut() {
        fill(map);
    }
    turn.store.put(&kind, object);
}

//! Writing: create, replace, patch, delete.

use bytes::Bytes;
use serde_json::{Value, json};

use super::answer::{self, Reply};
use super::ask::{Ask, Place};
use super::protobuf;
use super::read::Filter;
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::registry::{self, Deletion, PATCH_TYPES, PatchType, Writing};
use crate::sandbox::store::Store;

/// Answers a `create`.
///
/// # Errors
/// As the server refuses it.
pub fn create(store: &mut Store, ask: &Ask, kind: &Kind, place: &Place, body: &Bytes) -> Answer<Reply> {
    let object = parsed(body)?;
    let how = writing(ask)?;
    let namespace = place.namespace.as_deref().unwrap_or_default();
    if kind.namespaced && place.namespace.is_none() {
        return Err(ApiError::method());
    }
    let (record, _) = registry::create(store, kind, namespace, object, &how)?;
    Ok(answer::object(201, kind, &record, ask.form()))
}

/// Answers an `update` of an object or one of its subresources.
///
/// # Errors
/// As the server refuses it.
pub fn update(store: &mut Store, ask: &Ask, kind: &Kind, place: &Place, body: &Bytes) -> Answer<Reply> {
    let object = parsed(body)?;
    let how = writing(ask)?;
    let (namespace, name) = names(place);
    match place.subresource.as_str() {
        "scale" => {
            let replicas = json::at(&object, "/spec/replicas").clone();
            rescale(store, kind, (namespace, name), &json!({"spec": {"replicas": replicas}}), &how)
        }
        "finalize" => {
            let finalizers = json::at(&object, "/spec/finalizers").clone();
            let found = store.edit(kind, namespace, name, |live| json::set(live, &["spec", "finalizers"], finalizers));
            let record = found.ok_or_else(|| ApiError::not_found(kind, name))?;
            registry::finish_if_free(store, kind, namespace, name);
            Ok(answer::object(200, kind, &record, ask.form()))
        }
        "" if store.get(&kind.table, namespace, name).is_none() && &*kind.table == "coordination.k8s.io/leases" => {
            let (record, _) = registry::create(store, kind, namespace, object, &how)?;
            Ok(answer::object(201, kind, &record, ask.form()))
        }
        subresource => {
            let (record, _) = registry::update(store, kind, namespace, name, subresource, object, &how)?;
            Ok(answer::object(200, kind, &record, ask.form()))
        }
    }
}

/// Answers a `patch` of an object or one of its subresources.
///
/// # Errors
/// As the server refuses it.
pub fn patch(store: &mut Store, ask: &Ask, kind: &Kind, place: &Place, body: &Bytes) -> Answer<Reply> {
    let known: Vec<&str> = PATCH_TYPES.iter().map(|(name, _)| *name).collect();
    let patch_type = PatchType::of(ask.content_type()).ok_or_else(|| ApiError::media_type(&known))?;
    let patch = match patch_type {
        PatchType::Apply => yaml(body)?,
        _ => parsed(body)?,
    };
    let mut how = writing(ask)?;
    if patch_type == PatchType::Apply {
        how.manager = ask.get("fieldManager").into();
    }
    let (namespace, name) = names(place);
    if place.subresource == "scale" {
        return rescale(store, kind, (namespace, name), &patch, &how);
    }
    let (record, new) = registry::patch(store, kind, namespace, name, &place.subresource, &patch, patch_type, &how)?;
    Ok(answer::object(if new { 201 } else { 200 }, kind, &record, ask.form()))
}

/// The scale of a workload.
///
/// # Errors
/// There is no such workload.
pub fn scale(store: &Store, kind: &Kind, place: &Place) -> Answer<Reply> {
    let (namespace, name) = names(place);
    let object = store.value(&kind.table, namespace, name).ok_or_else(|| ApiError::not_found(kind, name))?;
    Ok(answer::value(200, &scale_of(&object)))
}

fn rescale(
    store: &mut Store,
    kind: &Kind,
    (namespace, name): (&str, &str),
    patch: &Value,
    how: &Writing,
) -> Answer<Reply> {
    let replicas = json::at(patch, "/spec/replicas").clone();
    let patch = json!({"spec": {"replicas": replicas}});
    let written = registry::patch(store, kind, namespace, name, "scale", &patch, PatchType::Merge, how)?;
    Ok(answer::value(200, &scale_of(&written.0.value())))
}

fn scale_of(object: &Value) -> Value {
    let selector: Vec<String> = json::entries(object, "/spec/selector/matchLabels")
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    let metadata = json::at(object, "/metadata");
    let spec = match json::int(object, "/spec/replicas").unwrap_or(0) {
        0 => json!({}),
        replicas => json!({"replicas": replicas}),
    };
    json!({
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {
            "name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"],
            "resourceVersion": metadata["resourceVersion"], "creationTimestamp": metadata["creationTimestamp"],
        },
        "spec": spec,
        "status": {
            "replicas": json::int(object, "/status/replicas").unwrap_or(0),
            "selector": selector.join(","),
        },
    })
}

/// Answers a `delete`.
///
/// # Errors
/// There is none, or it is another one.
pub fn delete(store: &mut Store, ask: &Ask, kind: &Kind, place: &Place, body: &Bytes) -> Answer<Reply> {
    let how = deletion_of(ask, body)?;
    let (namespace, name) = names(place);
    let (record, gone) = registry::delete(store, kind, namespace, name, &how)?;
    // What is gone at once is told as a success; pods and what is held by a finalizer are told as they are.
    if gone && &*kind.table != "/pods" {
        let mut details = crate::sandbox::error::about(kind, name);
        details["uid"] = json::at(&record.value(), "/metadata/uid").clone();
        let success =
            json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details});
        return Ok(answer::value(200, &success));
    }
    let code = if gone || &*kind.table == "/pods" || &*kind.table == "/namespaces" { 200 } else { 202 };
    Ok(answer::object(if code == 202 { 200 } else { code }, kind, &record, ask.form()))
}

/// Answers a `deletecollection`.
///
/// # Errors
/// Selectors that cannot be read.
pub fn delete_all(store: &mut Store, ask: &Ask, kind: &Kind, place: &Place, body: &Bytes) -> Answer<Reply> {
    let how = deletion_of(ask, body)?;
    let filter = Filter::of(ask, kind, place.namespace.as_deref())?;
    let found: Vec<(String, String)> = store
        .list(&kind.table, place.namespace.as_deref(), None)
        .filter(|record| filter.passes(record))
        .map(|record| (record.namespace.to_string(), record.name.to_string()))
        .collect();
    let mut items = Vec::new();
    for (namespace, name) in found {
        let (record, _) = registry::delete(store, kind, &namespace, &name, &how)?;
        items.push(record);
    }
    Ok(answer::list(kind, &store.revision().to_string(), None, &items))
}

fn names(place: &Place) -> (&str, &str) {
    (place.namespace.as_deref().unwrap_or_default(), place.name.as_deref().unwrap_or_default())
}

fn writing(ask: &Ask) -> Answer<Writing> {
    let dry_run = ask.all("dryRun");
    if let Some(other) = dry_run.iter().find(|value| **value != "All" && !value.is_empty()) {
        let message = format!("Invalid value: [\"{other}\"]: supported values: \"All\"");
        return Err(ApiError { code: 422, reason: "Invalid", ..ApiError::bad_request(message) });
    }
    Ok(Writing {
        manager: ask.manager(),
        dry_run: dry_run.contains(&"All"),
        force: ask.is("force"),
        strict: ask.get("fieldValidation") == "Strict",
    })
}

fn deletion_of(ask: &Ask, body: &Bytes) -> Answer<Deletion> {
    let options = if body.is_empty() { Value::Null } else { parsed(body)? };
    Ok(deletion(&options, |key| ask.get(key)))
}

/// Options of a deletion: an object, or what stands in the query.
pub fn deletion<'q>(options: &Value, query: impl Fn(&str) -> &'q str) -> Deletion {
    let text = |pointer: &str, key: &str| match json::text(options, pointer) {
        "" => query(key).to_string(),
        text => text.to_string(),
    };
    let orphan = match &options["orphanDependents"] {
        Value::Bool(orphan) => *orphan,
        _ => ["true", "1"].contains(&query("orphanDependents")),
    };
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    Deletion {
        propagation: if orphan { "Orphan".into() } else { text("/propagationPolicy", "propagationPolicy") },
        grace: json::int(options, "/gracePeriodSeconds").or_else(|| query("gracePeriodSeconds").parse().ok()),
        uid: some(json::text(options, "/preconditions/uid")),
        resource_version: some(json::text(options, "/preconditions/resourceVersion")),
        dry_run: !json::items(options, "/dryRun").is_empty() || query("dryRun") == "All",
    }
}

/// The object of a body: JSON, or what typed clients send.
///
/// # Errors
/// It cannot be read.
pub fn parsed(body: &Bytes) -> Answer<Value> {
    if body.is_empty() {
        return Err(ApiError::bad_request("the object provided is unrecognized (must be of type object): EOF"));
    }
    if protobuf::is_envelope(body) {
        return protobuf::object(body).ok_or_else(|| ApiError::media_type(&["application/json", "application/yaml"]));
    }
    match serde_json::from_slice(body) {
        Ok(value) => Ok(value),
        Err(e) => match body.first() {
            // Clients may send YAML wherever JSON is taken.
            Some(first) if first.is_ascii_alphabetic() => yaml(body),
            _ => Err(ApiError::bad_request(format!("error decoding the body: {e}"))),
        },
    }
}

fn yaml(body: &Bytes) -> Answer<Value> {
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    let text = std::str::from_utf8(body).map_err(|e| ApiError::bad_request(format!("error decoding YAML: {e}")))?;
    serde_yaml::from_str(text).map_err(|e| ApiError::bad_request(format!("error decoding YAML: {e}")))
}

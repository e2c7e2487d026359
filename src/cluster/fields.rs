//! The books that the API server keeps about fields: which manager set which.
//!
//! Helm 3 writes objects from the client's side, which the server books as *updates* by `helm`. Server-side apply only
//! removes a field that left the chart when the manager *applied* it, so such entries are turned into applied ones
//! first. `fieldsV1` needs no schema for what is asked here: it is a trie of names (`f:`), keys of list items (`k:`)
//! and members of sets (`v:`).

use serde_json::{Map, Value};

use super::requests::MANAGER;

/// The text of a Secret as it is booked. No other kind has such a field.
const TEXT: &str = "f:stringData";

/// Whether fields of an object were written by us (or Helm) from the client's side, or as the text of a Secret, which the
/// server keeps under another name: what is booked so would never be removed.
pub fn is_client_side(live: &Value) -> bool {
    entries(live).iter().any(|entry| is_our_update(entry) || is_our_text(entry))
}

/// The books of an object with what `helm` wrote from the client's side booked as applied; none when there is nothing
/// of the kind.
pub(super) fn migrated(live: &Value) -> Option<Vec<Value>> {
    let (updates, mut others): (Vec<Value>, Vec<Value>) = entries(live).iter().cloned().partition(is_our_update);
    if !is_client_side(live) {
        return None;
    }
    let mut updates = updates.into_iter();
    let mut applied = match others.iter().position(is_our_apply) {
        Some(at) => others.remove(at),
        None => updates.next()?,
    };
    applied["operation"] = "Apply".into();
    updates.for_each(|update| join(&mut applied["fieldsV1"], &update["fieldsV1"]));
    if let Some(text) = applied["fieldsV1"].as_object_mut().and_then(|fields| fields.remove(TEXT)) {
        join(&mut applied["fieldsV1"], &serde_json::json!({"f:data": text}));
    }
    others.push(applied);
    Some(others)
}

/// Whether an object needs no apply: what is wanted stands in it, nothing is ours that is no longer wanted, and the
/// books are those of server-side apply.
pub fn is_settled(live: &Value, wanted: &Value) -> bool {
    let applied = entries(live).iter().find(|entry| is_our_apply(entry));
    let Some(applied) = applied.filter(|_| !is_client_side(live)) else { return false };
    applied["apiVersion"] == wanted["apiVersion"]
        && is_within(&applied["fieldsV1"], wanted)
        && super::covers::covers(live, wanted)
}

/// Who manages what stands in the way, as the server's words for a conflict name it: manager and field.
pub fn conflicts(message: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in message.split("conflict with \"").skip(1).chain(message.split("conflicts with \"").skip(1)) {
        let Some((manager, rest)) = part.split_once('"') else { continue };
        let manager = match rest.strip_prefix(" with subresource \"").and_then(|rest| rest.split_once('"')) {
            Some((subresource, _)) => format!("{manager} (through {subresource})"),
            None => manager.to_string(),
        };
        // `: .spec.replicas`, or a line `- .spec.replicas` for each of several fields.
        let fields = rest.split("conflict with").next().unwrap_or(rest).split("conflicts with").next().unwrap_or(rest);
        let lines = fields.lines().filter_map(|line| line.trim().strip_prefix("- "));
        let mut named: Vec<&str> = lines.collect();
        if named.is_empty() {
            named.extend(fields.rsplit_once(": ").map(|(_, field)| field.trim()));
        }
        found.extend(named.into_iter().map(|field| (manager.clone(), field.to_string())));
    }
    found.sort();
    found.dedup();
    found
}

fn entries(live: &Value) -> &[Value] {
    live["metadata"]["managedFields"].as_array().map_or(&[], Vec::as_slice)
}

fn is_ours(entry: &Value, operation: &str) -> bool {
    let whole = entry["subresource"].as_str().unwrap_or_default().is_empty();
    entry["manager"] == MANAGER && entry["operation"] == operation && whole
}

fn is_our_update(entry: &Value) -> bool {
    is_ours(entry, "Update")
}

fn is_our_text(entry: &Value) -> bool {
    is_our_apply(entry) && entry["fieldsV1"].get(TEXT).is_some()
}

fn is_our_apply(entry: &Value) -> bool {
    is_ours(entry, "Apply")
}

/// Joins two sets of fields.
fn join(into: &mut Value, other: &Value) {
    let Value::Object(other) = other else { return };
    if !into.is_object() {
        *into = Value::Object(Map::new());
    }
    let Value::Object(into) = into else { return };
    for (name, below) in other {
        join(into.entry(name.clone()).or_insert_with(|| Value::Object(Map::new())), below);
    }
}

/// Whether every field of a set stands in the wanted object.
fn is_within(fields: &Value, wanted: &Value) -> bool {
    let Value::Object(fields) = fields else { return true };
    fields.iter().filter(|(name, _)| *name != ".").all(|(name, below)| match name.split_once(':') {
        Some(("f", name)) => wanted.get(name).is_some_and(|wanted| is_within(below, wanted)),
        Some(("k", keys)) => {
            let Ok(Value::Object(keys)) = serde_json::from_str(keys) else { return false };
            let is_it =
                |item: &&Value| keys.iter().all(|(key, value)| item.get(key).is_none_or(|known| known == value));
            let mut items = wanted.as_array().into_iter().flatten();
            items.any(|item| is_it(&item) && is_within(below, &without_defaults(below, item, &keys)))
        }
        Some(("v", value)) => {
            let value: Option<Value> = serde_json::from_str(value).ok();
            wanted.as_array().is_some_and(|items| items.iter().any(|item| Some(item) == value.as_ref()))
        }
        _ => false,
    })
}

/// An item with the keys by which the server knows it, which a chart may leave to their defaults (`protocol: TCP`).
fn without_defaults(fields: &Value, item: &Value, keys: &Map<String, Value>) -> Value {
    let mut item = item.clone();
    for (key, value) in keys.iter().filter(|(key, _)| fields.get(format!("f:{key}")).is_some()) {
        if let Some(item) = item.as_object_mut() {
            item.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn live(entries: Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "managedFields": entries},
               "spec": {"ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}]}})
    }

    #[test]
    fn what_helm_wrote_from_the_client_becomes_applied() {
        let entries = json!([
            {"manager": "helm", "operation": "Update", "apiVersion": "v1", "fieldsV1": {"f:spec": {"f:a": {}}}},
            {"manager": "helm", "operation": "Apply", "apiVersion": "v1", "fieldsV1": {"f:spec": {"f:b": {}}}},
            {"manager": "kubectl-edit", "operation": "Update", "apiVersion": "v1", "fieldsV1": {"f:spec": {"f:c": {}}}},
        ]);
        let made = migrated(&live(entries)).unwrap();
        assert_eq!(made.len(), 2);
        assert_eq!(made[1]["operation"], "Apply");
        assert_eq!(made[1]["fieldsV1"], json!({"f:spec": {"f:a": {}, "f:b": {}}}));
        assert_eq!(migrated(&live(json!(made))), None, "once is enough");
    }

    #[test]
    fn an_object_is_settled_when_nothing_of_ours_is_more_or_less_than_wanted() {
        let ports = r#"k:{"port":80,"protocol":"TCP"}"#;
        let entries = |more: Value| {
            let mut fields = json!({"f:spec": {"f:ports": {ports: {".": {}, "f:port": {}}}}});
            join(&mut fields, &more);
            json!([{"manager": "helm", "operation": "Apply", "apiVersion": "v1", "fieldsV1": fields}])
        };
        let wanted = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}});
        assert!(is_settled(&live(entries(json!({}))), &wanted));
        assert!(!is_settled(&live(entries(json!({"f:spec": {"f:gone": {}}}))), &wanted), "a field left the chart");
        let mut other = wanted.clone();
        other["spec"]["ports"][0]["targetPort"] = json!(81);
        assert!(!is_settled(&live(entries(json!({}))), &other), "a value differs");
    }

    #[test]
    fn conflicts_are_read_from_the_servers_words() {
        let one = "Apply failed with 1 conflict: conflict with \"kubectl-edit\" using apps/v1: .spec.replicas";
        assert_eq!(conflicts(one), [("kubectl-edit".into(), ".spec.replicas".into())]);
        let some = "Apply failed with 3 conflicts: conflicts with \"a\" using v1:\n- .data.x\n- .data.y\n\
                    conflict with \"hpa\" with subresource \"scale\" using apps/v1 at 2026-01-01T00:00:00Z: .spec.replicas";
        let found = conflicts(some);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[2], ("hpa (through scale)".into(), ".spec.replicas".into()));
    }
}

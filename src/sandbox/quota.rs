//! Quotas of namespaces: what is used, and what would be too much.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::error::{Answer, ApiError};
use super::json;
use super::kinds::Kind;
use super::quantity;
use super::store::Store;

/// Refuses a new object that goes beyond a quota.
///
/// # Errors
/// `exceeded quota`, worded as the server words it.
pub fn admit(store: &Store, kind: &Kind, namespace: &str, object: &Value) -> Answer<()> {
    let wanted = usage(kind, object);
    if wanted.is_empty() {
        return Ok(());
    }
    let name = json::text(object, "/metadata/name");
    for quota in store.list("/resourcequotas", Some(namespace), None) {
        let quota = quota.value();
        let used = used(store, namespace, &quota);
        let hard: BTreeMap<&str, &str> = json::entries(&quota, "/spec/hard")
            .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
            .collect();
        let over: Vec<&str> = hard
            .iter()
            .filter(|(resource, limit)| {
                let more = wanted.get(**resource).copied().unwrap_or_default();
                let now = used.get(**resource).copied().unwrap_or_default();
                more > 0 && now + more > quantity::thousandths(limit)
            })
            .map(|(resource, _)| *resource)
            .collect();
        if over.is_empty() {
            continue;
        }
        let told = |figures: &dyn Fn(&str) -> String| {
            let parts: Vec<String> = over.iter().map(|resource| format!("{resource}={}", figures(resource))).collect();
            parts.join(",")
        };
        let figure = |map: &BTreeMap<String, i128>, resource: &str| {
            quantity::printed(map.get(resource).copied().unwrap_or_default(), resource)
        };
        let why = format!(
            "exceeded quota: {}, requested: {}, used: {}, limited: {}",
            json::text(&quota, "/metadata/name"),
            told(&|resource| figure(&wanted, resource)),
            told(&|resource| figure(&used, resource)),
            told(&|resource| hard[resource].to_string()),
        );
        return Err(ApiError::forbidden(kind, name, &why));
    }
    Ok(())
}

/// `status` of a quota.
pub fn status(store: &Store, namespace: &str, quota: &Value) -> Value {
    let used = used(store, namespace, quota);
    let used: serde_json::Map<String, Value> = json::entries(quota, "/spec/hard")
        .map(|(resource, _)| {
            let figure = used.get(resource).copied().unwrap_or_default();
            (resource.clone(), quantity::printed(figure, resource).into())
        })
        .collect();
    json!({"hard": json::at(quota, "/spec/hard"), "used": used})
}

/// What the objects of a namespace use of what a quota limits, in thousandths.
fn used(store: &Store, namespace: &str, quota: &Value) -> BTreeMap<String, i128> {
    let mut sum: BTreeMap<String, i128> = BTreeMap::new();
    let limits = |prefix: &str| json::entries(quota, "/spec/hard").any(|(key, _)| key.starts_with(prefix));
    let pods = ["pods", "requests.", "limits.", "cpu", "memory", "count/pods"];
    for (table, needed) in [
        ("/pods", pods.iter().any(|prefix| limits(prefix))),
        ("/persistentvolumeclaims", limits("persistentvolumeclaims") || limits("requests.storage")),
        ("/services", limits("services") || limits("count/services")),
        ("/configmaps", limits("configmaps") || limits("count/configmaps")),
        ("/secrets", limits("secrets") || limits("count/secrets")),
    ] {
        let Some(kind) = store.kinds.of_table(table).filter(|_| needed) else { continue };
        for record in store.list(table, Some(namespace), None) {
            for (resource, amount) in usage(kind, &record.value()) {
                *sum.entry(resource).or_default() += amount;
            }
        }
    }
    sum
}

/// What one object uses.
fn usage(kind: &Kind, object: &Value) -> BTreeMap<String, i128> {
    let mut sum: BTreeMap<String, i128> = BTreeMap::new();
    match &*kind.table {
        "/pods" => {
            if ["Succeeded", "Failed"].contains(&json::text(object, "/status/phase")) {
                return sum;
            }
            for container in json::items(object, "/spec/containers") {
                for part in ["requests", "limits"] {
                    for (resource, amount) in json::entries(container, &format!("/resources/{part}")) {
                        let amount = quantity::thousandths(amount.as_str().unwrap_or_default());
                        *sum.entry(format!("{part}.{resource}")).or_default() += amount;
                        if part == "requests" {
                            *sum.entry(resource.clone()).or_default() += amount;
                        }
                    }
                }
            }
        }
        "/persistentvolumeclaims" => {
            let storage = json::text(object, "/spec/resources/requests/storage");
            sum.insert("requests.storage".into(), quantity::thousandths(storage));
        }
        "/services" | "/configmaps" | "/secrets" => {}
        _ => return sum,
    }
    sum.insert(kind.plural.clone(), 1_000);
    sum.insert(format!("count/{}", kind.qualified()), 1_000);
    sum
}

//! The patches that are no apply: JSON merge patch, JSON patch, strategic merge patch.

use serde_json::Value;

use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::fields::{Merge, Shape};

/// The kind of a patch, by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchType {
    /// `application/json-patch+json`
    Json,
    /// `application/merge-patch+json`
    Merge,
    /// `application/strategic-merge-patch+json`
    Strategic,
    /// `application/apply-patch+yaml`
    Apply,
}

/// Media types, as the server lists them.
pub const TYPES: &[(&str, PatchType)] = &[
    ("application/json-patch+json", PatchType::Json),
    ("application/merge-patch+json", PatchType::Merge),
    ("application/strategic-merge-patch+json", PatchType::Strategic),
    ("application/apply-patch+yaml", PatchType::Apply),
];

impl PatchType {
    /// From `Content-Type`.
    pub fn of(content_type: &str) -> Option<Self> {
        let media = content_type.split(';').next().unwrap_or_default().trim();
        TYPES.iter().find(|(name, _)| *name == media).map(|(_, kind)| *kind)
    }
}

/// The object with a patch in it.
///
/// # Errors
/// A JSON patch that does not fit the object.
pub fn patched(kind: PatchType, live: &Value, patch: &Value, shape: Shape<'_>) -> Answer<Value> {
    let mut object = live.clone();
    match kind {
        PatchType::Merge | PatchType::Apply => merge(&mut object, patch),
        PatchType::Strategic => strategic(&mut object, patch, "", shape),
        PatchType::Json => {
            let patch: json_patch::Patch =
                serde_json::from_value(patch.clone()).map_err(|e| ApiError::bad_request(e.to_string()))?;
            json_patch::patch(&mut object, &patch).map_err(|e| {
                let message = format!("the server rejected our request due to an error in our request: {e}");
                ApiError { code: 422, reason: "Invalid", message, details: Value::Null }
            })?;
        }
    }
    Ok(object)
}

/// RFC 7386.
fn merge(object: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *object = patch.clone();
        return;
    };
    if !object.is_object() {
        *object = Value::Object(Default::default());
    }
    let Value::Object(map) = object else { return };
    for (key, wanted) in patch {
        match wanted {
            Value::Null => drop(map.remove(key)),
            wanted => merge(map.entry(key.clone()).or_insert(Value::Null), wanted),
        }
    }
}

const DIRECTIVE: &str = "$patch";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ORDER: &str = "$setElementOrder/";
const RETAIN: &str = "$retainKeys";

fn strategic(object: &mut Value, patch: &Value, field: &str, shape: Shape<'_>) {
    match (object, patch) {
        (object, Value::Object(patch)) => {
            if patch.get(DIRECTIVE).is_some_and(|directive| directive == "replace") || !object.is_object() {
                *object = Value::Object(Default::default());
            }
            let Value::Object(map) = object else { return };
            if let Some(Value::Array(kept)) = patch.get(RETAIN) {
                map.retain(|key, _| kept.iter().any(|known| known == key));
            }
            for (key, wanted) in patch {
                if let Some(list) = key.strip_prefix(DELETE_FROM) {
                    if let (Some(Value::Array(live)), Value::Array(gone)) = (map.get_mut(list), wanted) {
                        live.retain(|item| !gone.contains(item));
                    }
                } else if key.starts_with(ORDER) || key == RETAIN || key == DIRECTIVE {
                    continue;
                } else if wanted.is_null() {
                    map.remove(key);
                } else {
                    strategic(map.entry(key.clone()).or_insert(Value::Null), wanted, key, shape);
                }
            }
            for (key, order) in patch {
                if let (Some(list), Value::Array(order)) = (key.strip_prefix(ORDER), order)
                    && let Some(Value::Array(live)) = map.get_mut(list)
                {
                    reorder(live, order, shape.list(list));
                }
            }
        }
        (Value::Array(live), Value::Array(patch)) => match shape.list(field) {
            Merge::Keyed(_, key) => strategic_list(live, patch, key, shape),
            Merge::Set => {
                for item in patch.iter().filter(|item| !item.is_object()) {
                    if !live.contains(item) {
                        live.push(item.clone());
                    }
                }
            }
            Merge::Atomic => *live = patch.clone(),
        },
        (object, Value::Array(patch)) => {
            *object = patch.iter().filter(|item| item.get(DIRECTIVE).is_none()).cloned().collect();
        }
        (object, patch) => *object = patch.clone(),
    }
}

fn strategic_list(live: &mut Vec<Value>, patch: &[Value], key: &str, shape: Shape<'_>) {
    if patch.iter().any(|item| item[DIRECTIVE] == "replace") {
        *live = patch.iter().filter(|item| item.get(DIRECTIVE).is_none()).cloned().collect();
        return;
    }
    let mut new = Vec::new();
    for item in patch {
        let same = |known: &&mut Value| known[key] == item[key];
        if item[DIRECTIVE] == "delete" {
            live.retain(|known| known[key] != item[key]);
        } else if let Some(known) = live.iter_mut().find(same) {
            strategic(known, item, "", shape);
        } else {
            let mut made = Value::Object(Default::default());
            strategic(&mut made, item, "", shape);
            new.push(made);
        }
    }
    // What the patch brings comes first, unless it gives an order.
    live.splice(0..0, new);
}

/// Brings a list into the order that a patch gives; what it does not name keeps its place at the end.
fn reorder(live: &mut [Value], order: &[Value], merge: Merge) {
    let place = |item: &Value| {
        let found = order.iter().position(|wanted| match merge {
            Merge::Keyed(_, key) => wanted[key] == item[key],
            _ => wanted == item,
        });
        found.unwrap_or(order.len())
    };
    live.sort_by_key(place);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_strategic_patch_merges_containers_by_name() {
        let live = json!({"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b"}]}});
        let patch = json!({"spec": {
            "$setElementOrder/containers": [{"name": "c"}, {"name": "a"}],
            "containers": [{"name": "a", "image": "2"}, {"name": "b", "$patch": "delete"}, {"name": "c"}],
        }});
        let shape = Shape { kind: "Pod", custom: false };
        let made = patched(PatchType::Strategic, &live, &patch, shape).unwrap();
        assert_eq!(made, json!({"spec": {"containers": [{"name": "c"}, {"name": "a", "image": "2"}]}}));
    }
}

//! Whether an object in the cluster says all that a chart says, in the server's spelling: defaults may be added,
//! quantities are rewritten, and what a Secret is given as text is kept as base64.
//!
//! Where this cannot be told for sure the answer is no: then the server is asked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Whether `live` holds everything that `wanted` says.
pub fn covers(live: &Value, wanted: &Value) -> bool {
    within(live, wanted, "", false)
}

/// Brings the text of a Secret into the form in which the server keeps it. What is written in one form and owned in
/// another could not be removed later.
pub fn encode_secret(secret: &mut Value) {
    let Some(object) = secret.as_object_mut() else { return };
    let Some(Value::Object(plain)) = object.remove("stringData") else { return };
    if !object.get("data").is_some_and(Value::is_object) {
        object.insert("data".into(), Value::Object(Default::default()));
    }
    for (key, value) in plain {
        match value {
            Value::String(text) => object["data"][&key] = STANDARD.encode(text).into(),
            // Not for us to judge: the server says what is wrong with it.
            other => object["data"][&key] = other,
        }
    }
}

fn within(live: &Value, wanted: &Value, key: &str, quantities: bool) -> bool {
    let quantities = quantities || QUANTITIES.contains(&key);
    match (live, wanted) {
        (live, Value::Null) => live.is_null(),
        (Value::Object(live), Value::Object(wanted)) => wanted.iter().all(|(key, wanted)| match live.get(key) {
            Some(live) => within(live, wanted, key, quantities),
            None => is_nothing(wanted),
        }),
        (Value::Array(live), Value::Array(wanted)) => list(live, wanted, quantities),
        (Value::Null, wanted) => is_nothing(wanted),
        (live, wanted) => live == wanted || quantities && same_quantity(live, wanted),
    }
}

fn list(live: &[Value], wanted: &[Value], quantities: bool) -> bool {
    if live.len() == wanted.len() && live.iter().zip(wanted).all(|(live, wanted)| within(live, wanted, "", quantities))
    {
        return true;
    }
    // Lists of named items, to which others may have added theirs.
    wanted.iter().all(|wanted| {
        let name = wanted.get("name").filter(|name| name.is_string());
        let item = name.and_then(|name| live.iter().find(|live| live.get("name") == Some(name)));
        item.is_some_and(|live| within(live, wanted, "", quantities))
    })
}

/// What says nothing: an empty mapping or list, or nulls in mappings.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.values().all(Value::is_null),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Keys below which texts are quantities.
const QUANTITIES: &[&str] =
    &["limits", "requests", "hard", "capacity", "sizeLimit", "averageValue", "divisor", "storage"];

fn same_quantity(live: &Value, wanted: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let (Some(live), Some(wanted)) = (text(live), text(wanted)) else { return false };
    matches!((quantity(&live), quantity(&wanted)), (Some(live), Some(wanted)) if live == wanted)
}

const SUFFIXES: &[(&str, f64)] = &[
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("m", 0.001),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
];

/// A quantity in thousandths, as far as an exact number can tell.
fn quantity(text: &str) -> Option<i64> {
    let found = SUFFIXES.iter().find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?, *factor)));
    let (number, factor) = found.unwrap_or((text, 1.0));
    let thousandths = number.parse::<f64>().ok()? * factor * 1000.0;
    // Exact up to 2^53.
    let exact = thousandths.abs() < 9e15 && (thousandths - thousandths.round()).abs() < 1e-6;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
    exact.then_some(thousandths.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn defaults_and_spellings_of_the_server_are_no_difference() {
        let live = json!({"spec": {"a": 1, "more": true, "resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
            "containers": [{"name": "injected"}, {"name": "web", "image": "i", "pullPolicy": "Always"}]}});
        let wanted = json!({"spec": {"a": 1, "none": null, "nothing": {}, "containers": [{"name": "web", "image": "i"}],
            "resources": {"limits": {"cpu": "1000m", "memory": "1024Mi"}}}});
        assert!(covers(&live, &wanted));
        for other in
            [json!({"spec": {"a": 2}}), json!({"spec": {"b": 1}}), json!({"spec": {"containers": [{"name": "x"}]}})]
        {
            assert!(!covers(&live, &other), "{other}");
        }
        assert!(!covers(&json!({"env": "1"}), &json!({"env": "1000m"})), "only quantities are quantities");
    }

    #[test]
    fn the_text_of_a_secret_is_kept_as_the_server_keeps_it() {
        let mut secret = json!({"kind": "Secret", "data": {"a": "eA=="}, "stringData": {"b": "y"}});
        encode_secret(&mut secret);
        assert_eq!(secret, json!({"kind": "Secret", "data": {"a": "eA==", "b": "eQ=="}}));
    }
}

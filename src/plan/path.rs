//! Dotted paths into chart values. A key that holds dots stands in quotes, as in
//! `serviceAccount.annotations."eks.amazonaws.com/role-arn"`.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// The keys of a path, one after the other.
pub fn keys(path: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut quoted = false;
    let apart = move |c: char| {
        quoted ^= c == '"';
        c == '.' && !quoted
    };
    path.split(apart).map(|key| if key.contains('"') { key.replace('"', "").into() } else { key.into() })
}

/// The path of these keys; the inverse of [`keys`].
pub fn join<'a>(keys: impl IntoIterator<Item = &'a str>) -> String {
    let quote = |key: &str| if key.contains('.') { format!("\"{key}\"") } else { key.to_string() };
    keys.into_iter().map(quote).collect::<Vec<_>>().join(".")
}

/// The value at `path`, if every map on the way exists.
pub fn get<'a>(values: &'a Value, path: &str) -> Option<&'a Value> {
    keys(path).try_fold(values, |value, key| value.get(&*key))
}

/// Writes `value` at `path`, making maps on the way; what is no map on the way is replaced by one.
pub fn set(values: &mut Value, path: &str, value: Value) {
    let mut here = values;
    for key in keys(path) {
        if !here.is_object() {
            *here = Value::Object(Map::new());
        }
        here = here.as_object_mut().expect("made a map above").entry(key.into_owned()).or_insert(Value::Null);
    }
    *here = value;
}

/// Removes what stands at `path`; maps that become empty stay.
pub fn remove(values: &mut Value, path: &str) {
    let mut keys: Vec<_> = keys(path).collect();
    let Some(last) = keys.pop() else { return };
    let parent = keys.iter().try_fold(values, |value, key| value.get_mut(&**key));
    if let Some(Value::Object(map)) = parent {
        map.remove(&*last);
    }
}

/// Every leaf (scalar, list or empty map) with its path, in the order of the maps.
pub fn leaves(values: &Value) -> Vec<(String, &Value)> {
    fn walk<'a>(at: &mut Vec<&'a str>, value: &'a Value, found: &mut Vec<(String, &'a Value)>) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                for (key, value) in map {
                    at.push(key);
                    walk(at, value, found);
                    at.pop();
                }
            }
            Value::Object(_) if at.is_empty() => {}
            leaf => found.push((join(at.iter().copied()), leaf)),
        }
    }
    let mut found = Vec::new();
    walk(&mut Vec::new(), values, &mut found);
    found
}

/// Lays `over` onto `values`: maps are merged, everything else is replaced.
pub fn merge(values: &mut Value, over: &Value) {
    match (values, over) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                merge(below.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_quoted_key_keeps_its_dots() {
        let path = "serviceAccount.annotations.\"eks.amazonaws.com/role-arn\"";
        assert_eq!(keys(path).collect::<Vec<_>>(), ["serviceAccount", "annotations", "eks.amazonaws.com/role-arn"]);
        let mut values = json!({});
        set(&mut values, path, json!("arn"));
        assert_eq!(get(&values, path), Some(&json!("arn")));
        assert_eq!(leaves(&values), [(path.to_string(), &json!("arn"))]);
        remove(&mut values, path);
        assert_eq!(values, json!({"serviceAccount": {"annotations": {}}}));
    }

    #[test]
    fn merging_replaces_leaves_and_keeps_the_rest() {
        let mut values = json!({"a": {"b": 1, "c": [1]}});
        merge(&mut values, &json!({"a": {"c": [2]}, "d": true}));
        assert_eq!(values, json!({"a": {"b": 1, "c": [2]}, "d": true}));
    }
}

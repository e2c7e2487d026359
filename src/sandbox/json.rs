//! Reading and writing places in JSON objects. Objects have no types here, as little as they have in etcd.

use serde_json::{Map, Value};

static NOTHING: Value = Value::Null;

/// The text at a pointer, empty when there is none.
pub fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The number at a pointer.
pub fn int(value: &Value, pointer: &str) -> Option<i64> {
    value.pointer(pointer).and_then(Value::as_i64)
}

/// The value at a pointer, null when there is none.
pub fn at<'v>(value: &'v Value, pointer: &str) -> &'v Value {
    value.pointer(pointer).unwrap_or(&NOTHING)
}

/// The items of the list at a pointer.
pub fn items<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The entries of the object at a pointer.
pub fn entries<'v>(value: &'v Value, pointer: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.pointer(pointer).and_then(Value::as_object).into_iter().flatten()
}

/// The object under a key, made when there is none.
pub fn map<'v>(value: &'v mut Value, key: &str) -> &'v mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let Value::Object(outer) = value else { unreachable!("made above") };
    let inner = outer.entry(key).or_insert(Value::Null);
    if !inner.is_object() {
        *inner = Value::Object(Map::new());
    }
    let Value::Object(inner) = inner else { unreachable!("made above") };
    inner
}

/// `metadata`, made when there is none.
pub fn metadata(value: &mut Value) -> &mut Map<String, Value> {
    map(value, "metadata")
}

/// Sets a value at a path of keys, making objects on the way.
pub fn set(value: &mut Value, path: &[&str], to: impl Into<Value>) {
    match path {
        [] => *value = to.into(),
        [key] => {
            if !value.is_object() {
                *value = Value::Object(Map::new());
            }
            value[*key] = to.into();
        }
        [key, rest @ ..] => {
            map(value, key);
            set(&mut value[*key], rest, to);
        }
    }
}

/// Whether every label of `wanted` is in `labels`.
pub fn includes(labels: &Value, wanted: &Value) -> bool {
    wanted.as_object().into_iter().flatten().all(|(key, value)| labels.get(key) == Some(value))
}

/// The items of the list at a path of keys, to be changed. Unlike indexing it makes nothing on the way.
pub fn items_mut<'v>(value: &'v mut Value, path: &[&str]) -> impl Iterator<Item = &'v mut Value> {
    let mut here = Some(value);
    for key in path {
        here = here.and_then(|value| value.get_mut(*key));
    }
    here.and_then(Value::as_array_mut).into_iter().flatten()
}

//! What of an object is worth comparing.

use serde_json::Value;

/// What the server writes into `metadata`.
const BOOKKEEPING: &[&str] =
    &["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"];

/// An object without what only the server writes.
pub fn plain(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(object) = value.as_object_mut() {
        object.remove("status");
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.retain(|key, _| !BOOKKEEPING.contains(&key.as_str()));
        }
    }
    value
}

//! Fields that leave an object which Helm 3 wrote from the client's side.
//!
//! The server's dry run keeps them, because only what was applied is taken back by an apply; an upgrade books them as
//! applied first. So they are taken out of the dry run's answer here: what the stored revision set and the new one does
//! not.

use serde_json::Value;

/// Takes out what `old` set and `new` does not. Lists are gone through where their items have names; in all others the
/// server has the new list already.
pub fn remove(from: &mut Value, old: &Value, new: &Value) {
    match (from, old, new) {
        (Value::Object(from), Value::Object(old), Value::Object(new)) => {
            for (key, old) in old {
                match (from.get_mut(key), new.get(key)) {
                    (Some(from), Some(new)) => remove(from, old, new),
                    (Some(_), None) => drop(from.remove(key)),
                    (None, _) => {}
                }
            }
        }
        (Value::Array(from), Value::Array(old), Value::Array(new)) => {
            for old in old {
                let Some(name) = old.get("name") else { continue };
                let named = |item: &Value| item.get("name") == Some(name);
                match new.iter().find(|item| named(item)) {
                    Some(new) => from.iter_mut().filter(|item| named(item)).for_each(|from| remove(from, old, new)),
                    None => from.retain(|item| !named(item)),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_left_the_chart_leaves_the_object_and_what_others_set_stays() {
        let old = json!({"spec": {"replicas": 2, "list": [{"name": "a", "x": 1, "y": 2}, {"name": "b"}], "gone": {}}});
        let new = json!({"spec": {"list": [{"name": "a", "x": 1}]}});
        let mut live = json!({"spec": {"replicas": 2, "theirs": 1, "gone": {"deep": 1},
            "list": [{"name": "a", "x": 1, "y": 2}, {"name": "b"}, {"name": "sidecar"}]}});
        remove(&mut live, &old, &new);
        assert_eq!(live, json!({"spec": {"theirs": 1, "list": [{"name": "a", "x": 1}, {"name": "sidecar"}]}}));
    }
}

//! Bookkeeping of writes that are no applies: whoever changed a field owns it.

use serde_json::Value;

use super::schema::{Merge, Shape, item_name};
use super::set::FieldSet;
use super::{entries, entry, ownable, write_entries};

/// Notes that `manager` made `after` out of `before` (null: created it). Whoever sends entries rewrites the books; else
/// they are those of `before`.
pub fn note_write(
    before: &Value,
    after: &mut Value,
    shape: Shape<'_>,
    manager: &str,
    api_version: &str,
    subresource: &str,
) {
    let mut all = entries(after);
    if all.is_empty() {
        all = entries(before);
    }
    let (old, new) = (ownable(before, subresource), ownable(after, subresource));
    let mut changed = FieldSet::default();
    let mut gone = FieldSet::default();
    compare(&old, &new, "", shape, &mut changed, &mut gone);
    changed.member = false;
    if changed.is_empty() && gone.is_empty() {
        write_entries(after, all);
        return;
    }
    let mine = entry(manager, "Update", api_version, subresource, changed.clone());
    for known in &mut all {
        known.fields = known.fields.without(&gone);
        if !known.is_of(&mine) {
            known.fields = known.fields.without(&changed);
        }
    }
    match all.iter_mut().find(|known| known.is_of(&mine)) {
        Some(known) => {
            known.fields.join(&changed);
            known.time = mine.time;
        }
        None => all.push(mine),
    }
    write_entries(after, all);
}

/// What is new or different, and what is gone.
fn compare(old: &Value, new: &Value, field: &str, shape: Shape<'_>, changed: &mut FieldSet, gone: &mut FieldSet) {
    match (old, new) {
        (Value::Object(before), Value::Object(after)) if !shape.atomic_map(field) => {
            for (key, value) in after {
                let edge = format!("f:{key}");
                match before.get(key) {
                    None => added(changed.child(&edge), value, key, shape),
                    Some(known) => compare(known, value, key, shape, changed.child(&edge), gone.child(&edge)),
                }
            }
            for (key, value) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
                added(gone.child(&format!("f:{key}")), value, key, shape);
            }
        }
        (Value::Array(before), Value::Array(after)) => match shape.list(field) {
            Merge::Keyed(keys, _) => {
                let named = |list: &[Value], name: &Option<String>| {
                    list.iter().find(|item| item_name(item, keys) == *name).cloned()
                };
                for item in after {
                    let name = item_name(item, keys);
                    let Some(edge) = &name else { continue };
                    match named(before, &name) {
                        None => added(changed.child(edge), item, "item", shape),
                        Some(known) => compare(&known, item, "", shape, changed.child(edge), gone.child(edge)),
                    }
                }
                for item in before {
                    let name = item_name(item, keys);
                    if let Some(edge) = name.as_ref().filter(|_| named(after, &name).is_none()) {
                        added(gone.child(edge), item, "item", shape);
                    }
                }
            }
            Merge::Set => {
                for item in after.iter().filter(|item| !before.contains(item)) {
                    changed.child(&format!("v:{item}")).member = true;
                }
                for item in before.iter().filter(|item| !after.contains(item)) {
                    gone.child(&format!("v:{item}")).member = true;
                }
            }
            Merge::Atomic => changed.member |= before != after,
        },
        (before, after) => changed.member |= before != after,
    }
}

fn added(set: &mut FieldSet, value: &Value, field: &str, shape: Shape<'_>) {
    let mut all = FieldSet::of(&wrapped(field, value), shape, true);
    set.join(&all.children.remove(&format!("f:{field}")).unwrap_or_default());
}

fn wrapped(field: &str, value: &Value) -> Value {
    Value::Object([(field.to_string(), value.clone())].into_iter().collect())
}

//! Server-side apply.

use serde_json::Value;

use super::schema::{Merge, Shape, item_name};
use super::set::{FieldSet, is_item, printed, value_at};
use super::{Entry, entries, entry, nothing, ownable, write_entries};
use crate::sandbox::error::{Answer, ApiError};

/// Who applies, and how.
#[derive(Debug, Clone, Copy)]
pub struct Applying<'a> {
    /// The field manager.
    pub manager: &'a str,
    /// Version of the object that is applied.
    pub api_version: &'a str,
    /// Subresource, empty for the object itself.
    pub subresource: &'a str,
    /// Take fields of others.
    pub force: bool,
}

/// The live object (null: none) with the configuration merged in.
///
/// # Errors
/// Fields belong to others and would be changed.
pub fn apply(live: &Value, config: &Value, shape: Shape<'_>, applying: Applying<'_>) -> Answer<Value> {
    let wanted = ownable(config, applying.subresource);
    let mut owned = FieldSet::of(&wanted, shape, false);
    owned.member = false;
    let mut all = entries(live);
    let mine = entry(applying.manager, "Apply", applying.api_version, applying.subresource, owned);
    let conflicts = conflicts(&all, &mine, live, &wanted);
    if !conflicts.is_empty() && !applying.force {
        return Err(ApiError::field_conflicts(&conflicts));
    }
    let before = all.iter().position(|known| known.is_of(&mine)).map(|at| all.remove(at));
    if applying.force {
        let taken = |known: &Entry| {
            let mut taken = FieldSet::default();
            for path in known.fields.common(&mine.fields).paths() {
                if value_at(live, &path) != value_at(&wanted, &path) && is_leaf(&mine.fields, &path) {
                    add_path(&mut taken, &path);
                }
            }
            taken
        };
        for known in &mut all {
            known.fields = known.fields.without(&taken(known));
        }
    }
    let mut merged = if live.is_null() { nothing() } else { live.clone() };
    merge(&mut merged, &config_to_merge(config), "", shape);
    if let Some(before) = &before {
        let gone = before.fields.without(&mine.fields);
        let mut others = mine.fields.clone();
        all.iter().for_each(|known| others.join(&known.fields));
        remove(&mut merged, &gone, &others);
    }
    let mine = match before {
        Some(before) if before.fields == mine.fields && same(&merged, live) => before,
        _ => mine,
    };
    all.push(mine);
    write_entries(&mut merged, all);
    Ok(merged)
}

fn same(merged: &Value, live: &Value) -> bool {
    merged == live
}

fn config_to_merge(config: &Value) -> Value {
    let mut config = config.clone();
    if let Some(metadata) = config.get_mut("metadata").and_then(Value::as_object_mut) {
        for key in ["managedFields", "creationTimestamp", "uid", "resourceVersion", "generation"] {
            metadata.remove(key);
        }
    }
    config
}

/// Fields that somebody else owns and that would be changed.
fn conflicts(all: &[Entry], mine: &Entry, live: &Value, wanted: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for theirs in all.iter().filter(|known| !known.is_of(mine)) {
        for path in theirs.fields.common(&mine.fields).paths() {
            let leaf = is_leaf(&mine.fields, &path);
            let live = value_at(live, &path);
            if leaf && live.is_some() && live != value_at(wanted, &path) {
                found.push((theirs.printed(), printed(&path)));
            }
        }
    }
    found
}

fn is_leaf(set: &FieldSet, path: &[&str]) -> bool {
    let mut here = set;
    for edge in path {
        match here.children.get(*edge) {
            Some(child) => here = child,
            None => return false,
        }
    }
    here.children.is_empty()
}

fn add_path(set: &mut FieldSet, path: &[&str]) {
    let mut here = set;
    for edge in path {
        here = here.child(edge);
    }
    here.member = true;
}

/// Lays a configuration over a value.
fn merge(live: &mut Value, config: &Value, field: &str, shape: Shape<'_>) {
    match (live, config) {
        (Value::Object(live), Value::Object(config)) if !shape.atomic_map(field) => {
            for (key, wanted) in config {
                if wanted.is_null() {
                    live.remove(key);
                    continue;
                }
                merge(live.entry(key.clone()).or_insert(Value::Null), wanted, key, shape);
            }
        }
        (Value::Array(live), Value::Array(config)) => match shape.list(field) {
            Merge::Atomic => *live = config.clone(),
            Merge::Set => {
                for item in config {
                    if !live.contains(item) {
                        live.push(item.clone());
                    }
                }
            }
            Merge::Keyed(keys, _) => {
                for item in config {
                    let name = item_name(item, keys);
                    match live.iter_mut().find(|known| name.is_some() && item_name(known, keys) == name) {
                        Some(known) => merge(known, item, "", shape),
                        None => live.push(item.clone()),
                    }
                }
            }
        },
        (live, config) => *live = without_nulls(config),
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            map.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), without_nulls(v))).collect()
        }
        other => other.clone(),
    }
}

/// Takes away what is no longer applied, as far as nobody else owns it.
fn remove(value: &mut Value, gone: &FieldSet, others: &FieldSet) {
    let none = FieldSet::default();
    for (edge, child) in &gone.children {
        let theirs = others.children.get(edge).unwrap_or(&none);
        let whole = child.member && theirs.is_empty();
        match (edge.split_at_checked(2), &mut *value) {
            (Some(("f:", field)), Value::Object(map)) => {
                if whole {
                    map.remove(field);
                } else if let Some(below) = map.get_mut(field) {
                    remove(below, child, theirs);
                    let nothing = match &*below {
                        Value::Object(map) => map.is_empty(),
                        Value::Array(list) => list.is_empty(),
                        _ => false,
                    };
                    if theirs.is_empty() && nothing {
                        map.remove(field);
                    }
                }
            }
            (Some(("k:", keys)), Value::Array(list)) => {
                let keys: Value = serde_json::from_str(keys).unwrap_or_default();
                if whole {
                    list.retain(|item| !is_item(item, &keys));
                } else if let Some(item) = list.iter_mut().find(|item| is_item(item, &keys)) {
                    remove(item, child, theirs);
                }
            }
            (Some((_, wanted)), Value::Array(list)) if whole => {
                let wanted: Value = serde_json::from_str(wanted).unwrap_or_default();
                list.retain(|item| *item != wanted);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

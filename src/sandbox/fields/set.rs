//! A set of field paths, as `fieldsV1` writes it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::schema::{Merge, Shape, item_name};

/// A set of paths: a tree whose edges are `f:FIELD`, `k:{KEYS}` and `v:VALUE`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldSet {
    /// The path that leads here is in the set.
    pub member: bool,
    /// What is below.
    pub children: BTreeMap<String, FieldSet>,
}

impl FieldSet {
    /// From `fieldsV1`.
    pub fn read(value: &Value) -> Self {
        let mut set = FieldSet::default();
        for (edge, below) in value.as_object().into_iter().flatten() {
            if edge == "." {
                set.member = true;
                continue;
            }
            let mut child = FieldSet::read(below);
            child.member |= child.children.is_empty();
            set.children.insert(edge.clone(), child);
        }
        set
    }

    /// As `fieldsV1`.
    pub fn write(&self) -> Value {
        let mut map = Map::new();
        if self.member && !self.children.is_empty() {
            map.insert(".".into(), Value::Object(Map::new()));
        }
        for (edge, child) in self.children.iter().filter(|(_, child)| !child.is_empty()) {
            map.insert(edge.clone(), child.write());
        }
        Value::Object(map)
    }

    /// All fields of a value. An update also owns the maps and lists that it
    /// brings along; an apply does not.
    pub fn of(value: &Value, shape: Shape<'_>, update: bool) -> Self {
        let mut set = FieldSet::default();
        set.add(value, "", shape, update);
        set
    }

    fn add(&mut self, value: &Value, field: &str, shape: Shape<'_>, update: bool) {
        match value {
            Value::Object(map) if !map.is_empty() && !shape.atomic_map(field) => {
                self.member |= update && !field.is_empty() && !shape.always_there(field);
                for (key, below) in map {
                    self.child(&format!("f:{key}")).add(below, key, shape, update);
                }
            }
            Value::Array(list) => match shape.list(field) {
                Merge::Atomic => self.member = true,
                Merge::Set => {
                    self.member |= update;
                    for item in list {
                        self.child(&format!("v:{item}")).member = true;
                    }
                }
                Merge::Keyed(keys, _) => {
                    self.member |= update && !shape.always_there(field);
                    for item in list {
                        let Some(name) = item_name(item, keys) else { continue };
                        let child = self.child(&name);
                        child.add(item, "", shape, update);
                        child.member = true;
                    }
                }
            },
            _ => self.member = true,
        }
    }

    /// The child along an edge, made when there is none.
    pub fn child(&mut self, edge: &str) -> &mut FieldSet {
        self.children.entry(edge.to_string()).or_default()
    }

    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        !self.member && self.children.values().all(FieldSet::is_empty)
    }

    /// With everything of another set.
    pub fn join(&mut self, other: &FieldSet) {
        self.member |= other.member;
        for (edge, child) in &other.children {
            self.child(edge).join(child);
        }
    }

    /// Without everything of another set.
    pub fn without(&self, other: &FieldSet) -> FieldSet {
        let mut left = FieldSet { member: self.member && !other.member, children: BTreeMap::new() };
        for (edge, child) in &self.children {
            let rest = match other.children.get(edge) {
                Some(taken) => child.without(taken),
                None => child.clone(),
            };
            if !rest.is_empty() {
                left.children.insert(edge.clone(), rest);
            }
        }
        left
    }

    /// What is in both.
    pub fn common(&self, other: &FieldSet) -> FieldSet {
        let mut both = FieldSet { member: self.member && other.member, children: BTreeMap::new() };
        for (edge, child) in &self.children {
            if let Some(theirs) = other.children.get(edge) {
                let common = child.common(theirs);
                if !common.is_empty() {
                    both.children.insert(edge.clone(), common);
                }
            }
        }
        both
    }

    /// Every path of the set, with its edges.
    pub fn paths(&self) -> Vec<Vec<&str>> {
        let mut found = Vec::new();
        self.walk(&mut Vec::new(), &mut found);
        found
    }

    fn walk<'s>(&'s self, here: &mut Vec<&'s str>, found: &mut Vec<Vec<&'s str>>) {
        if self.member {
            found.push(here.clone());
        }
        for (edge, child) in &self.children {
            here.push(edge);
            child.walk(here, found);
            here.pop();
        }
    }
}

/// What a path leads to.
pub fn value_at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    let mut here = value;
    for edge in path {
        here = match edge.split_at_checked(2)? {
            ("f:", field) => here.get(field)?,
            ("k:", keys) => {
                let keys: Value = serde_json::from_str(keys).ok()?;
                here.as_array()?.iter().find(|item| is_item(item, &keys))?
            }
            (_, wanted) => {
                let wanted: Value = serde_json::from_str(wanted).ok()?;
                here.as_array()?.iter().find(|item| **item == wanted)?
            }
        };
    }
    Some(here)
}

/// Whether an item of a list has these keys.
pub fn is_item(item: &Value, keys: &Value) -> bool {
    keys.as_object().into_iter().flatten().all(|(key, wanted)| match &item[key] {
        Value::Null => key == "protocol" && wanted == "TCP",
        value => value == wanted,
    })
}

/// A path as messages print it: `.spec.containers[name="web"].image`.
pub fn printed(path: &[&str]) -> String {
    let mut text = String::new();
    for edge in path {
        match edge.split_at_checked(2) {
            Some(("f:", field)) => text.push_str(&format!(".{field}")),
            Some(("k:", keys)) => {
                let keys: Value = serde_json::from_str(keys).unwrap_or_default();
                let keys: Vec<String> =
                    keys.as_object().into_iter().flatten().map(|(key, value)| format!("{key}={value}")).collect();
                text.push_str(&format!("[{}]", keys.join(",")));
            }
            Some((_, value)) => text.push_str(&format!("[={value}]")),
            None => {}
        }
    }
    text
}

//! Documents held against documents. Only the places of differences are told: the values may be secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::helm::release::Release;
use crate::helm::{Rendered, manifest, yaml};

/// Places named for one document.
const PLACES: usize = 4;

/// What a document is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Its template.
    pub source: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`, if it is there.
    pub namespace: String,
}

/// Documents of objects and hooks.
pub type Documents = BTreeMap<Key, Value>;

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    key: Key,
    how: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({}): {}", self.key.kind, self.key.name, self.key.source, self.how)
    }
}

/// The documents that a record holds.
pub fn of_record(record: &Release) -> Documents {
    let objects = manifest::split(&record.manifest).into_iter().map(|text| {
        let source = text.lines().next().and_then(|line| line.strip_prefix("# Source: "));
        (source.unwrap_or_default().to_string(), text.to_string())
    });
    let hooks = record.hooks.iter().map(|hook| (hook.path.clone(), hook.manifest.clone()));
    objects.chain(hooks).filter_map(|(source, text)| document(&source, &text)).collect()
}

/// The documents of a rendering.
pub fn of_rendered(rendered: &Rendered) -> Documents {
    let hooks = rendered.hooks.iter().map(|hook| &hook.manifest);
    rendered.manifests.iter().chain(hooks).filter_map(|one| document(&one.source, &one.text)).collect()
}

fn document(source: &str, text: &str) -> Option<(Key, Value)> {
    let value = yaml::parse_keeping_integers(text.as_bytes()).ok()?.to_json();
    let part = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let (kind, metadata) = (part(&value["kind"]), &value["metadata"]);
    if kind.is_empty() {
        return None;
    }
    let (name, namespace) = (part(&metadata["name"]), part(&metadata["namespace"]));
    Some((Key { source: source.into(), kind, name, namespace }, value))
}

/// What no rendering comes to.
pub fn compare(stored: &Documents, renderings: &[[Documents; 2]]) -> Vec<Found> {
    let mut found = Vec::new();
    for (key, value) in stored {
        let differences = renderings.iter().filter_map(|[one, other]| {
            let (one, other) = (one.get(key)?, other.get(key)?);
            let random = places(one, other);
            Some(places(value, one).difference(&random).cloned().collect::<BTreeSet<String>>())
        });
        match differences.min_by_key(BTreeSet::len) {
            None => found.push(Found { key: key.clone(), how: "is not rendered any more".into() }),
            Some(places) if places.is_empty() => {}
            Some(places) => found.push(Found { key: key.clone(), how: named(&places) }),
        }
    }
    // What is rendered in every way, and is not recorded.
    if let Some(([first, _], others)) = renderings.split_first() {
        let everywhere = |key: &&Key| others.iter().all(|[one, _]| one.contains_key(key));
        let new = first.keys().filter(|key| !stored.contains_key(key)).filter(everywhere);
        found.extend(new.map(|key| Found { key: key.clone(), how: "is not in the record".into() }));
    }
    found
}

/// How many places differ from one rendering to the next.
pub fn random(renderings: &[[Documents; 2]]) -> usize {
    let Some([one, other]) = renderings.first() else { return 0 };
    one.iter().filter_map(|(key, value)| Some(places(value, other.get(key)?).len())).sum()
}

fn named(all: &BTreeSet<String>) -> String {
    let named: Vec<&str> = all.iter().take(PLACES).map(String::as_str).collect();
    match all.len().saturating_sub(PLACES) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// Where two documents differ.
fn places(one: &Value, other: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    differ(one, other, String::new(), &mut found);
    found
}

fn differ(one: &Value, other: &Value, place: String, found: &mut BTreeSet<String>) {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()) {
                let (a, b) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                differ(a, b, format!("{place}.{key}"), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                differ(a, b, format!("{place}[{at}]"), found);
            }
        }
        // A text may end in line breaks or not, depending on where Helm cuts documents.
        (Value::String(a), Value::String(b)) if a.trim_end() == b.trim_end() => {}
        (a, b) if a == b => {}
        _ => drop(found.insert(place)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn documents(values: &[Value]) -> Documents {
        let one = |value: &Value| document("c/templates/a.yaml", &value.to_string());
        values.iter().filter_map(one).collect()
    }

    fn map(name: &str, data: Value) -> Value {
        json!({"kind": "ConfigMap", "metadata": {"name": name}, "data": data})
    }

    #[test]
    fn differences_are_places_and_randomness_is_none() {
        let stored = documents(&[map("a", json!({"x": "1", "random": "p"})), map("gone", json!({}))]);
        let one = documents(&[map("a", json!({"x": "1", "random": "q"})), map("new", json!({}))]);
        let two = documents(&[map("a", json!({"x": "1", "random": "r"})), map("new", json!({}))]);
        let told: Vec<String> =
            compare(&stored, &[[one.clone(), two.clone()]]).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "ConfigMap gone (c/templates/a.yaml): is not rendered any more",
                "ConfigMap new (c/templates/a.yaml): is not in the record"
            ]
        );
        let other = documents(&[map("a", json!({"x": "2"})), map("gone", json!({}))]);
        let told = compare(&other, &[[one, two]]);
        assert!(told[0].to_string().ends_with(": .data.x"), "{told:?}");
    }
}

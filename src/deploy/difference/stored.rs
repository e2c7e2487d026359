//! What is different between texts that are stored: two revisions, or the hooks of one and of the next.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::text::{Sides, difference};
use super::{Clean, Difference, Differences, Fate};
use crate::cluster::ObjectRef;
use crate::helm::release::Release;
use crate::helm::{Hook, Manifest, manifest, yaml};
use crate::problem::Problem;

/// What is different between two revisions, without a look at the cluster.
///
/// # Errors
/// A record that cannot be read.
pub fn between(before: &Release, after: &Release, clean: Clean<'_>) -> Result<Differences, Problem> {
    let ((old, old_hooks), (new, new_hooks)) = (documents(before)?, documents(after)?);
    let mut found = Differences::default();
    compare(&old, &new, false, &before.namespace, clean, &mut found);
    found.objects.extend(hooks(&old_hooks, &new_hooks, &before.namespace, clean));
    Ok(found)
}

/// What is different between hooks.
pub fn hooks(before: &[Hook], after: &[Hook], namespace: &str, clean: Clean<'_>) -> Vec<Difference> {
    let all = |hooks: &[Hook]| hooks.iter().map(|hook| hook.manifest.clone()).collect::<Vec<_>>();
    let mut found = Differences::default();
    compare(&all(before), &all(after), true, namespace, clean, &mut found);
    found.objects
}

fn documents(release: &Release) -> Result<(Vec<Manifest>, Vec<Hook>), Problem> {
    let source = |text: &str| text.lines().next().unwrap_or_default().trim_start_matches("# Source: ").to_string();
    let texts = manifest::split(&release.manifest).into_iter().map(|text| (source(text), text.to_string()));
    let hooks = release.hooks.iter().map(|hook| (hook.path.clone(), hook.manifest.clone()));
    let sorted = manifest::sort(texts.chain(hooks).collect()).map_err(|e| {
        Problem::failed("record.damaged", format!("the objects of revision {} cannot be read", release.version))
            .because(e)
    })?;
    Ok((sorted.manifests, sorted.hooks))
}

fn compare(
    before: &[Manifest],
    after: &[Manifest],
    hook: bool,
    namespace: &str,
    clean: Clean<'_>,
    found: &mut Differences,
) {
    let by_name = |all: &[Manifest]| -> BTreeMap<ObjectRef, (String, Value)> {
        let objects = all.iter().filter(|manifest| !manifest.kind.is_empty());
        objects.map(|manifest| (reference(manifest, namespace), (manifest.source.clone(), value(manifest)))).collect()
    };
    let (before, after) = (by_name(before), by_name(after));
    let all: BTreeSet<&ObjectRef> = before.keys().chain(after.keys()).collect();
    for object in all {
        let (old, new) = (before.get(object), after.get(object));
        let change = match (old, new) {
            (None, _) => Fate::Created,
            (_, None) => Fate::Removed,
            _ => Fate::Changed,
        };
        let source = new.map(|(source, _)| source.clone()).unwrap_or_default();
        let sides = Sides { before: old.map(|(_, value)| value.clone()), after: new.map(|(_, value)| value.clone()) };
        match difference(sides, clean) {
            Some(diff) => found.objects.push(Difference { change, object: object.clone(), source, hook, diff }),
            None => found.unchanged += 1,
        }
    }
}

/// Whether a kind has a namespace is not known without a cluster; a reader does not need to be told what is usual.
fn reference(manifest: &Manifest, namespace: &str) -> ObjectRef {
    let other = manifest.namespace.clone().filter(|other| other != namespace);
    ObjectRef { kind: manifest.kind.clone(), namespace: other, name: manifest.name.clone() }
}

fn value(manifest: &Manifest) -> Value {
    match yaml::parse_keeping_integers(manifest.text.as_bytes()) {
        Ok(data) => data.to_json(),
        Err(_) => Value::String(manifest.text.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn release(version: i64, manifest: &str) -> Release {
        let json = json!({"name": "r", "namespace": "ns", "info": {}, "version": version, "manifest": manifest});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn order_and_spacing_are_no_difference() {
        let before = release(1, "kind: A\nmetadata: {name: one}\n---\nkind: B\nmetadata: {name: two}\nx: 1\n");
        let after = release(2, "kind: B\nx: 2\nmetadata:\n  name: two\n---\nmetadata: {name: one}\nkind:  A\n");
        let found = between(&before, &after, &str::to_string).unwrap();
        assert_eq!(found.unchanged, 1);
        let told: Vec<String> = found.objects.iter().map(|d| format!("{:?} {}", d.change, d.object)).collect();
        assert_eq!(told, ["Changed B two"]);
        assert!(found.objects[0].diff.contains("-x: 1\n+x: 2\n"), "{}", found.objects[0].diff);
        assert_eq!(between(&before, &before, &str::to_string).unwrap().objects, []);
    }
}

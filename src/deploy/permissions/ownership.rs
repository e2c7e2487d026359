//! Whose object is it: the label and annotations by which Helm knows its own.

use std::collections::BTreeMap;

use serde_json::Value;

use super::with_lines;
use crate::cluster::Object;
use crate::deploy::desired::{MANAGED_BY, RELEASE_NAME, RELEASE_NAMESPACE};
use crate::problem::Problem;

/// Who an object belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A release: name and namespace.
    Release(String, String),
    /// Nobody that Helm knows.
    Nobody,
}

/// Who an object belongs to.
pub fn owner(object: &Value) -> Owner {
    let mark = |section: &str, key: &str| object["metadata"][section][key].as_str();
    match (mark("labels", MANAGED_BY), mark("annotations", RELEASE_NAME), mark("annotations", RELEASE_NAMESPACE)) {
        (Some("Helm"), Some(name), Some(namespace)) => Owner::Release(name.into(), namespace.into()),
        _ => Owner::Nobody,
    }
}

/// Gathers existing objects by owner.
#[derive(Debug)]
pub struct Owners {
    ours: Owner,
    foreign: BTreeMap<Owner, Vec<String>>,
}

impl Owners {
    /// For a release.
    pub fn new(release: &str, namespace: &str) -> Self {
        Owners { ours: Owner::Release(release.into(), namespace.into()), foreign: BTreeMap::new() }
    }

    /// Takes note of an object that exists already.
    pub fn see(&mut self, object: &Object, live: &Value) {
        let owner = owner(live);
        if owner != self.ours {
            self.foreign.entry(owner).or_default().push(object.reference().to_string());
        }
    }

    /// One problem per foreign owner.
    pub fn problems(self) -> Vec<Problem> {
        self.foreign
            .into_iter()
            .map(|(owner, mut objects)| {
                objects.sort();
                let count = match objects.len() {
                    1 => "an object".into(),
                    n => format!("{n} objects"),
                };
                let problem = match owner {
                    Owner::Release(name, namespace) => {
                        Problem::bad_input("ownership.release", format!("{count} of the chart belong to release `{name}` in namespace `{namespace}`"))
                            .because("two releases cannot own one object")
                            .next(format!("install into another namespace with -n, or remove that release first (`iomctl uninstall --release {name} -n {namespace}`); nothing was changed"))
                    }
                    Owner::Nobody => Problem::bad_input("ownership.nobody", format!("{count} of the chart exist already and belong to no release"))
                        .because("they were made by hand or by another tool")
                        .next("delete them, or take them over with `iomctl upgrade --install --take-ownership`; nothing was changed"),
                };
                with_lines(problem, objects)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_all_three_marks_make_an_owner() {
        let mut object = json!({"metadata": {"labels": {MANAGED_BY: "Helm"}, "annotations": {RELEASE_NAME: "a", RELEASE_NAMESPACE: "b"}}});
        assert_eq!(owner(&object), Owner::Release("a".into(), "b".into()));
        object["metadata"]["labels"][MANAGED_BY] = json!("Tiller");
        assert_eq!(owner(&object), Owner::Nobody);
        assert_eq!(owner(&json!({"metadata": {}})), Owner::Nobody);
    }
}

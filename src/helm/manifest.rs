//! From rendered files to objects: splitting, reading heads, telling hooks apart, and Helm's order of kinds.

mod documents;
mod head;
mod reader;

use super::hooks::Hook;
use super::profile::Profile;

pub use self::documents::split;
pub use self::reader::{Heads, Reader};

/// Order of kinds on install; others follow, by name. Removal goes the other way round.
pub const INSTALL_ORDER: [&str; 36] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

/// What Helm 4 adds to the end of the order.
const LAST_IN_HELM4: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// A rendered object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// Path of the template it comes from, beginning with the chart's name.
    pub source: String,
    /// `apiVersion`, empty for a document that is no object.
    pub api_version: String,
    /// `kind`, empty for a document that is no object.
    pub kind: String,
    /// `metadata.name`
    pub name: String,
    /// `metadata.namespace`, if the template gives one.
    pub namespace: Option<String>,
    /// The document as rendered, without the lines around it.
    pub text: String,
}

impl Manifest {
    /// The document as `helm template` prints it.
    pub fn print(&self) -> String {
        let mut text = String::new();
        self.print_to(&mut text);
        text
    }

    /// The same, behind what is in `text` already.
    pub fn print_to(&self, text: &mut String) {
        self.pieces().into_iter().for_each(|piece| text.push_str(piece));
    }

    /// What is printed one behind the other; the last but one is the document.
    pub fn pieces(&self) -> [&str; 5] {
        ["---\n# Source: ", &self.source, "\n", &self.text, "\n"]
    }
}

/// Objects and hooks of rendered files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sorted {
    /// Objects in the order in which they are installed.
    pub manifests: Vec<Manifest>,
    /// Hooks in the order of their kinds, as Helm stores them.
    pub hooks: Vec<Hook>,
}

/// Splits, reads and sorts rendered files, given as path and text.
///
/// # Errors
/// A document that is not YAML, or whose head has the wrong shape, in Helm's words.
pub fn sort(files: Vec<(String, String)>) -> Result<Sorted, String> {
    let none = Heads::default();
    let reader = Reader::new(Profile::Helm3, &none);
    let parts = files.into_iter().map(|file| reader.read(file)).collect();
    reader.sort(parts, &none)
}

/// Where a kind stands: known kinds by table, then the others by name.
pub fn rank(kind: &str) -> (usize, &str) {
    match INSTALL_ORDER.iter().position(|known| *known == kind) {
        Some(at) => (at, ""),
        None => (INSTALL_ORDER.len(), kind),
    }
}

fn rank_as(kind: &str, profile: Profile) -> (usize, &str) {
    match LAST_IN_HELM4.iter().position(|known| *known == kind && profile == Profile::Helm4) {
        Some(at) => (INSTALL_ORDER.len() + at, ""),
        None => match rank(kind) {
            (at, kind) if at == INSTALL_ORDER.len() => (at + LAST_IN_HELM4.len(), kind),
            known => known,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::hooks::HookEvent;

    #[test]
    fn unknown_events_vanish_and_hooks_leave_the_manifest() {
        let hook =
            |event: &str| format!("kind: Job\nmetadata:\n  name: j\n  annotations:\n    helm.sh/hook: {event}\n");
        let text =
            format!("{}---\n{}---\nkind: Zed\n---\n# nothing\n", hook("pre-install, Test-Success"), hook("pre-instal"));
        let sorted = sort(vec![("c/templates/a.yaml".into(), text)]).unwrap();
        let kinds: Vec<&str> = sorted.manifests.iter().map(|m| m.kind.as_str()).collect();
        assert_eq!(kinds, ["", "Zed"]);
        assert_eq!(sorted.hooks.len(), 1);
        assert_eq!(sorted.hooks[0].events, [HookEvent::PreInstall, HookEvent::Test]);
    }

    #[test]
    fn broken_documents_are_named() {
        let error = |text: &str| sort(vec![("c/templates/a.yaml".into(), text.into())]).unwrap_err();
        assert_eq!(
            error("a: b\nc: d: e"),
            "YAML parse error on c/templates/a.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not \
             allowed in this context"
        );
        assert!(error("hello").ends_with("cannot unmarshal string into Go value of type releaseutil.SimpleHead"));
    }
}

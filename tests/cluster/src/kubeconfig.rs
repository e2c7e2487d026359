//! Kubeconfig files: one per user and namespace, as `kubectl` and `helm` read them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::certificates::Identity;

/// The text of a kubeconfig for one user of one cluster.
pub(crate) fn text(server: &str, authority: &str, user: &str, identity: &Identity, namespace: &str) -> String {
    let (authority, certificate, key) =
        (STANDARD.encode(authority), STANDARD.encode(&identity.certificate), STANDARD.encode(&identity.key));
    format!(
        "apiVersion: v1
kind: Config
current-context: test-cluster
contexts:
- name: test-cluster
  context:
    cluster: test-cluster
    user: {user}
    namespace: {namespace}
clusters:
- name: test-cluster
  cluster:
    server: {server}
    certificate-authority-data: {authority}
users:
- name: {user}
  user:
    client-certificate-data: {certificate}
    client-key-data: {key}
"
    )
}

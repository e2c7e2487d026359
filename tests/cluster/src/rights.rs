//! Rights of restricted users: for the tests of what iomctl says when something is forbidden.

use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject};
use kube::Client;
use kube::api::{Api, ObjectMeta, PostParams};

use crate::Error;

/// The API group of roles, and of the users they are bound to.
const RBAC: &str = "rbac.authorization.k8s.io";

/// A rule that allows these verbs on these resources; the core group is `""`.
#[must_use]
pub fn allow(groups: &[&str], resources: &[&str], verbs: &[&str]) -> PolicyRule {
    let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    PolicyRule {
        api_groups: Some(owned(groups)),
        resources: Some(owned(resources)),
        verbs: owned(verbs),
        ..PolicyRule::default()
    }
}

/// Gives `user` these rights in one namespace, or everywhere.
pub async fn grant(client: &Client, user: &str, namespace: Option<&str>, rules: &[PolicyRule]) -> Result<(), Error> {
    let metadata = ObjectMeta { name: Some(user.to_owned()), ..ObjectMeta::default() };
    let subjects = Some(vec![Subject {
        api_group: Some(RBAC.to_owned()),
        kind: "User".to_owned(),
        name: user.to_owned(),
        namespace: None,
    }]);
    let role = |kind: &str| RoleRef { api_group: RBAC.to_owned(), kind: kind.to_owned(), name: user.to_owned() };
    let rules = Some(rules.to_vec());
    let create = PostParams::default();
    if let Some(namespace) = namespace {
        let roles: Api<Role> = Api::namespaced(client.clone(), namespace);
        roles.create(&create, &Role { metadata: metadata.clone(), rules }).await?;
        let bindings: Api<RoleBinding> = Api::namespaced(client.clone(), namespace);
        bindings.create(&create, &RoleBinding { metadata, role_ref: role("Role"), subjects }).await?;
    } else {
        let roles: Api<ClusterRole> = Api::all(client.clone());
        let everywhere = ClusterRole { metadata: metadata.clone(), rules, ..ClusterRole::default() };
        roles.create(&create, &everywhere).await?;
        let bindings: Api<ClusterRoleBinding> = Api::all(client.clone());
        bindings.create(&create, &ClusterRoleBinding { metadata, role_ref: role("ClusterRole"), subjects }).await?;
    }
    Ok(())
}

//! Who may do what: the roles and bindings of the store, read as the real authorizer reads them.

use serde_json::{Value, json};

use super::json;
use super::store::Store;

/// The group that may do everything.
pub const MASTERS: &str = "system:masters";

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// As messages name them.
    pub name: String,
    /// Groups.
    pub groups: Vec<String>,
}

impl User {
    /// A user who may do everything.
    pub fn administrator(name: &str) -> Self {
        User { name: name.into(), groups: vec![MASTERS.into(), "system:authenticated".into()] }
    }

    /// A user who may do what roles grant.
    pub fn plain(name: &str) -> Self {
        User { name: name.into(), groups: vec!["system:authenticated".into()] }
    }

    /// Whoever shows no credentials.
    pub fn anonymous() -> Self {
        User { name: "system:anonymous".into(), groups: vec!["system:unauthenticated".into()] }
    }

    /// May do everything.
    pub fn is_administrator(&self) -> bool {
        self.groups.iter().any(|group| group == MASTERS)
    }

    fn is(&self, subject: &Value) -> bool {
        let name = subject["name"].as_str().unwrap_or_default();
        match subject["kind"].as_str() {
            Some("User") => self.name == name,
            Some("Group") => self.groups.iter().any(|group| group == name),
            Some("ServiceAccount") => {
                let namespace = subject["namespace"].as_str().unwrap_or_default();
                self.name == format!("system:serviceaccount:{namespace}:{name}")
            }
            _ => false,
        }
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// `get`, `create`, …
    pub verb: &'a str,
    /// API group.
    pub group: &'a str,
    /// Plural.
    pub resource: &'a str,
    /// Subresource, empty for none.
    pub subresource: &'a str,
    /// Namespace, empty for the whole cluster.
    pub namespace: &'a str,
    /// Name, empty for all.
    pub name: &'a str,
}

impl Act<'_> {
    /// Why it is refused.
    pub fn refusal(&self, user: &User) -> String {
        let resource = match self.subresource {
            "" => self.resource.to_string(),
            subresource => format!("{}/{subresource}", self.resource),
        };
        let scope = match self.namespace {
            "" => "at the cluster scope".to_string(),
            namespace => format!("in the namespace \"{namespace}\""),
        };
        format!(
            "User \"{}\" cannot {} resource \"{resource}\" in API group \"{}\" {scope}",
            user.name, self.verb, self.group
        )
    }
}

/// Reviews of oneself, which everybody may ask for.
const EVERYBODYS: &[&str] = &["selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews"];

/// Whether a user may do it.
pub fn allowed(store: &Store, user: &User, act: &Act<'_>) -> bool {
    if user.is_administrator() {
        return true;
    }
    if act.verb == "create" && EVERYBODYS.contains(&act.resource) && user != &User::anonymous() {
        return true;
    }
    rules_of(store, user, act.namespace).iter().any(|rule| grants(rule, act))
}

/// The rules that hold for a user in a namespace (empty: in the whole cluster).
pub fn rules_of(store: &Store, user: &User, namespace: &str) -> Vec<Value> {
    if user.is_administrator() {
        return vec![json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]})];
    }
    let mut rules = Vec::new();
    for binding in store.list("rbac.authorization.k8s.io/clusterrolebindings", None, None) {
        rules.extend(granted(store, user, &binding.value(), ""));
    }
    if !namespace.is_empty() {
        for binding in store.list("rbac.authorization.k8s.io/rolebindings", Some(namespace), None) {
            rules.extend(granted(store, user, &binding.value(), namespace));
        }
    }
    rules
}

fn granted(store: &Store, user: &User, binding: &Value, namespace: &str) -> Vec<Value> {
    if !json::items(binding, "/subjects").iter().any(|subject| user.is(subject)) {
        return Vec::new();
    }
    let name = json::text(binding, "/roleRef/name");
    let role = match json::text(binding, "/roleRef/kind") {
        "ClusterRole" => store.value("rbac.authorization.k8s.io/clusterroles", "", name),
        _ => store.value("rbac.authorization.k8s.io/roles", namespace, name),
    };
    role.map(|role| json::items(&role, "/rules").to_vec()).unwrap_or_default()
}

fn grants(rule: &Value, act: &Act<'_>) -> bool {
    let says = |key: &str, wanted: &str| {
        json::items(rule, &format!("/{key}")).iter().any(|entry| entry == "*" || entry == wanted)
    };
    let resource = match act.subresource {
        "" => says("resources", act.resource),
        sub => says("resources", &format!("{}/{sub}", act.resource)) || says("resources", &format!("*/{sub}")),
    };
    let names = json::items(rule, "/resourceNames");
    let named = names.is_empty() || names.iter().any(|name| !act.name.is_empty() && name == act.name);
    resource && named && says("verbs", act.verb) && says("apiGroups", act.group)
}

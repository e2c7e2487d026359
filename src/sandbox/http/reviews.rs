//! Questions about rights and about oneself.

use serde_json::{Value, json};

use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::rights::{self, Act, User};
use crate::sandbox::store::Store;

/// Answers a review.
pub fn review(store: &Store, kind: &Kind, user: &User, mut object: Value) -> Value {
    object["apiVersion"] = kind.api_version().into();
    object["kind"] = kind.kind.as_str().into();
    json::metadata(&mut object);
    object["status"] = match kind.kind.as_str() {
        "SelfSubjectReview" => json!({"userInfo": {"username": user.name, "groups": user.groups}}),
        "SelfSubjectRulesReview" => {
            let mut rules = rights::rules_of(store, user, json::text(&object, "/spec/namespace"));
            rules.push(json!({
                "apiGroups": ["authorization.k8s.io"],
                "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
                "verbs": ["create"],
            }));
            json!({"resourceRules": rules, "nonResourceRules": [], "incomplete": false})
        }
        "SubjectAccessReview" => {
            let groups = json::items(&object, "/spec/groups").iter().filter_map(|g| g.as_str().map(str::to_string));
            let subject = User { name: json::text(&object, "/spec/user").into(), groups: groups.collect() };
            access(store, &subject, &object)
        }
        _ => access(store, user, &object),
    };
    object
}

fn access(store: &Store, user: &User, object: &Value) -> Value {
    let text = |key: &str| json::text(object, &format!("/spec/resourceAttributes/{key}"));
    let act = Act {
        verb: text("verb"),
        group: text("group"),
        resource: text("resource"),
        subresource: text("subresource"),
        namespace: text("namespace"),
        name: text("name"),
    };
    match rights::allowed(store, user, &act) {
        true => json!({"allowed": true, "reason": "RBAC: allowed by the sandbox"}),
        false => json!({"allowed": false}),
    }
}
